/* SPDX-License-Identifier: MIT */
/* touched.c: full collections of a live tree of which little, or nothing, was touched since the last one. */
#include "bench/workloads/pairs.h"

#define UNCHANGED_TIMES 1000
#define INNER 0x40000000u /* or-ed to the number of touched objects: inner nodes, not leaves */
#define ROOT 0

static gc_heap *heap;
static struct pair **pairs;

static void open_tree(struct bench *bench)
{
    gc_type *type;
    heap = pairs_open(bench, &type);
    pairs = pairs_create_all(type, bench->n);
    pairs_make_tree(pairs, bench->n);
    pairs_collect(heap, 0);
}

static void collect_unchanged(struct bench *bench)
{
    for (int i = 0; i < UNCHANGED_TIMES; i++)
        pairs_collect(heap, 0);
    bench->units = bench->n * UNCHANGED_TIMES;
    bench->check = bench->n;
}

static void touch(struct bench *bench)
{
    size_t count = bench->variant & ~(size_t)INNER, half = bench->n / 2;
    if (bench->variant == ROOT)
        pairs_touch(pairs[0]);
    else if (count > half)
        bench_fail("a tree of %zu has no %zu leaves", bench->n, count);
    for (size_t j = 0; j < count; j++)
        pairs_touch(bench->variant & INNER ? pairs[1 + j * (half - 1) / count] : pairs[half + j * (half / count)]);
}

static void collect(struct bench *bench)
{
    pairs_collect(heap, 0);
    bench->check = bench->n;
}

#define TOUCHED { { "libgc", touch, collect, NULL } }

static const bench_workload workloads[] = {
    { "unchanged", 4000000, 0, 0, open_tree, { { "libgc", NULL, collect_unchanged, NULL } } },
    { "touched_leaves_1", 4000000, 1, 0, open_tree, TOUCHED },
    { "touched_leaves_1000", 4000000, 1000, 0, open_tree, TOUCHED },
    { "touched_leaves_100000", 4000000, 100000, 0, open_tree, TOUCHED },
    { "touched_inner_1", 4000000, INNER | 1, 0, open_tree, TOUCHED },
    { "touched_inner_1000", 4000000, INNER | 1000, 0, open_tree, TOUCHED },
    { "touched_inner_100000", 4000000, INNER | 100000, 0, open_tree, TOUCHED },
    { "touched_root", 4000000, ROOT, 0, open_tree, TOUCHED },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
