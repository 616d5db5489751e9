/* SPDX-License-Identifier: MIT */
/* live.c: full collections of what is all alive: a tree, a random graph, a list in the order of memory, and one in random order. */
#include "bench/peers/c/graphs.h"
#include "bench/peers/c/workloads.h"

static struct pair *root;
static uint64_t graph_check;

static uint32_t *left, *right; /* of each object, the number of what it refers to */

/* Creates n pairs, links them, and leaves the root alone held. */
static void build(struct bench *bench, void (*link)(struct pair **pairs, size_t n), size_t root_at)
{
    object_open(bench);
    struct pair **pairs = object_array(bench->n);
    size_t before = bench_resident_bytes();
    for (size_t i = 0; i < bench->n; i++)
        pairs[i] = pair_create();
    link(pairs, bench->n);
    root = pairs[root_at];
    graphs_collect(0);
    bench->bytes_per_object = ((double)bench_resident_bytes() - (double)before) / (double)bench->n;
    object_array_free(pairs);
    free(left);
    free(right);
}

static void open_tree(struct bench *bench)
{
    graph_check = bench->n;
    build(bench, graphs_link_tree, 0);
}

static void link_random(struct pair **pairs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        pairs[i]->left = pairs[left[i]];
        pairs[i]->right = pairs[right[i]];
        object_retain(pairs[i]->left);
        object_retain(pairs[i]->right);
    }
    for (size_t i = 1; i < n; i++)
        pair_release(pairs[i]); /* the graph owns them now */
}

static void open_random(struct bench *bench)
{
    left = bench_memory(bench->n, sizeof *left);
    right = bench_memory(bench->n, sizeof *right);
    graph_check = bench_random_graph(bench, bench->n, left, right);
    build(bench, link_random, 0);
}

/* Here `left` is the order of the list. */
static void link_list(struct pair **pairs, size_t n)
{
    for (size_t k = 0; k + 1 < n; k++)
        pairs[left[k]]->left = pairs[left[k + 1]];
}

static void open_list(struct bench *bench)
{
    left = bench_memory(bench->n, sizeof *left);
    for (size_t i = 0; i < bench->n; i++)
        left[i] = (uint32_t)i;
    graph_check = bench->n;
    build(bench, link_list, 0);
}

static void open_list_random(struct bench *bench)
{
    left = bench_shuffle(bench, bench->n);
    graph_check = 0;
    for (size_t k = 0; k < bench->n; k++)
        graph_check += k % 7 * left[k];
    graph_check &= UINT32_MAX;
    build(bench, link_list, left[0]);
}

static void make_first(struct bench *bench)
{
    root = graphs_tree(bench->n);
    graph_check = bench->n;
}

static void drop_first(struct bench *bench)
{
    (void)bench;
    pair_release(root);
    root = NULL;
    graphs_collect(0);
}

static void collect(struct bench *bench)
{
    bench_use(root);
    graphs_collect(0);
    bench->check = graph_check;
}

const bench_workload live_workloads[] = {
    { "full_tree", 4000000, 0, 0, open_tree, { { PEER_NAME, NULL, collect, NULL } } },
    { "full_tree_first", 4000000, 0, 0, object_open, { { PEER_NAME, make_first, collect, drop_first } } },
    { "full_random", 4000000, 0, 0, open_random, { { PEER_NAME, NULL, collect, NULL } } },
    { "full_list", 4000000, 0, 0, open_list, { { PEER_NAME, NULL, collect, NULL } } },
    { "full_list_random", 4000000, 0, 0, open_list_random, { { PEER_NAME, NULL, collect, NULL } } },
    { 0 },
};
