/* SPDX-License-Identifier: MIT */
/* half_garbage.c: a collection of which half is a live tree and half is rings of 3, side by side in memory. */
#include "bench/workloads/pairs.h"

static gc_heap *heap;
static gc_type *type;
static struct pair **tree;
static size_t garbage;

static void open_heap(struct bench *bench)
{
    heap = pairs_open(bench, &type);
    tree = bench_memory(bench->n, sizeof(struct pair *));
}

static void make(struct bench *bench)
{
    size_t live = bench->n / 2;
    garbage = 0;
    for (size_t i = 0; i < live; i++) {
        tree[i] = pairs_create(type);
        if (i % 3 == 2)
            garbage += pairs_rings(type, 3, 3);
    }
    pairs_make_tree(tree, live);
}

static void collect(struct bench *bench)
{
    pairs_collect(heap, garbage);
    bench->check = garbage;
    bench->units = bench->n / 2 + garbage;
}

static void drop(struct bench *bench)
{
    (void)bench;
    gc_release(tree[0]);
    pairs_collect(heap, 0);
}

static const bench_workload workloads[] = {
    { "half_garbage", 4000000, 0, 0, open_heap, { { "libgc", make, collect, drop } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
