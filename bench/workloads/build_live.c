/* SPDX-License-Identifier: MIT */
/* build_live.c: what automatic collections cost a program that only builds: a binary tree that stays alive. Each round has a heap
 * of its own. */
#include "bench/workloads/pairs.h"

static gc_heap *heap;
static gc_type *type;
static struct pair **pairs;

static void open_build(struct bench *bench)
{
    pairs = bench_memory(bench->n, sizeof *pairs);
}

static void open_heap(struct bench *bench)
{
    heap = pairs_open(bench, &type);
}

static void build(struct bench *bench)
{
    pairs[0] = pairs_create(type);
    for (size_t i = 1; i < bench->n; i++) {
        struct pair *pair = pairs[i] = pairs_create(type);
        gc_move(i % 2 ? &pairs[i / 2]->left : &pairs[i / 2 - 1]->right, &pair);
    }
    bench->check = bench->n;
}

static void drop(struct bench *bench)
{
    (void)bench;
    gc_release(pairs[0]);
    if (gc_heap_close(heap))
        bench_fail("objects were left over");
}

static const bench_workload workloads[] = {
    { "build_live", 10000000, 0, BENCH_PACE, open_build, { { "libgc", open_heap, build, drop } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
