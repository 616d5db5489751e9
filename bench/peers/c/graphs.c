/* SPDX-License-Identifier: MIT */
/* graphs.c: see graphs.h. */
#include "bench/peers/c/graphs.h"

struct pair **graphs_pairs(size_t n)
{
    struct pair **pairs = object_array(n);
    for (size_t i = 0; i < n; i++)
        pairs[i] = pair_create();
    return pairs;
}

void graphs_link_tree(struct pair **pairs, size_t n)
{
    for (size_t i = 1; i < n; i++)
        *(i % 2 ? &pairs[i / 2]->left : &pairs[i / 2 - 1]->right) = pairs[i];
}

struct pair *graphs_tree(size_t n)
{
    if (n == 0)
        return NULL;
    struct pair **pairs = graphs_pairs(n), *root = pairs[0];
    graphs_link_tree(pairs, n);
    object_array_free(pairs);
    return root;
}

struct pair *graphs_ring(size_t length)
{
    struct pair *first = pair_create(), *last = first;
    for (size_t i = 1; i < length; i++) {
        last->left = pair_create();
        last = last->left;
    }
    last->left = first;
    return first;
}

size_t graphs_rings(size_t n, size_t length)
{
    size_t made = 0;
    for (; made + length <= n; made += length)
        graphs_ring(length);
    return made;
}

void graphs_collect(size_t expected)
{
    size_t freed = object_collect();
    if (!IS_TRACED && freed != expected)
        bench_fail("%zu objects were freed, must be %zu", freed, expected);
}
