/* SPDX-License-Identifier: MIT */
/* live_tree.c: a full collection of a live binary tree, whose parents or whose children come first in memory, and what it costs at the
 * least; and the first collection that a heap ever does. */
#include "bench/workloads/limit.h"

#include <stdlib.h>

static gc_heap *heap;
static struct pair *root;

static void reverse(struct pair **pairs, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct pair *other = pairs[n - 1 - i];
        pairs[n - 1 - i] = pairs[i];
        pairs[i] = other;
    }
}

static void open_tree(struct bench *bench)
{
    gc_type *type;
    heap = pairs_open(bench, &type);
    size_t before = bench_resident_bytes() + (bench->n + 1) * sizeof(struct pair *); /* the array, which is touched at once */
    struct pair **pairs = pairs_create_all(type, bench->n);
    if (bench->variant)
        reverse(pairs, bench->n);
    root = pairs[0];
    pairs_make_tree(pairs, bench->n);
    pairs_collect(heap, 0);
    bench->bytes_per_object = ((double)bench_resident_bytes() - (double)before) / (double)bench->n;
    limit_survey(pairs, bench->n);
    free(pairs);
}

static void touch_root(struct bench *bench)
{
    (void)bench;
    pairs_touch(root);
}

static void collect(struct bench *bench)
{
    pairs_collect(heap, 0);
    bench->check = bench->n;
}

static void make_first(struct bench *bench)
{
    gc_type *type;
    heap = pairs_open(bench, &type);
    struct pair **pairs = pairs_create_all(type, bench->n);
    root = pairs[0];
    pairs_make_tree(pairs, bench->n);
    free(pairs);
}

static void close_first(struct bench *bench)
{
    (void)bench;
    gc_release(root);
    if (gc_heap_close(heap) != 0)
        bench_fail("something was left in the heap");
}

#define PARTS { { "libgc", touch_root, collect, NULL }, { "limit", NULL, limit_pass, NULL }, { "memcpy", NULL, limit_copy, NULL } }

static const bench_workload workloads[] = {
    { "full_tree", 4000000, 0, 0, open_tree, PARTS },
    { "full_tree_reversed", 4000000, 1, 0, open_tree, PARTS },
    { "full_tree_first", 4000000, 0, 0, NULL, { { "libgc", make_first, collect, close_first } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
