/* SPDX-License-Identifier: MIT */
/* half_garbage.c: a live tree and rings that nothing holds, made by turns, so that they lie side by side in memory. */
#include "bench/peers/c/graphs.h"
#include "bench/peers/c/workloads.h"

#define RING 3

static struct pair **pairs;
static size_t garbage;

static void open_pairs(struct bench *bench)
{
    object_open(bench);
    pairs = object_array(bench->n / 2);
}

static void make(struct bench *bench)
{
    garbage = 0;
    for (size_t i = 0; i < bench->n / 2; i++) {
        pairs[i] = pair_create();
        if (i % RING == RING - 1)
            garbage += graphs_rings(RING, RING);
    }
    graphs_link_tree(pairs, bench->n / 2);
}

static void collect(struct bench *bench)
{
    graphs_collect(garbage);
    bench->check = garbage;
    bench->units = bench->n / 2 + garbage;
}

static void drop(struct bench *bench)
{
    (void)bench;
    pair_release(pairs[0]);
    object_collect();
}

const bench_workload half_garbage_workloads[] = {
    { "half_garbage", 4000000, 0, 0, open_pairs, { { PEER_NAME, make, collect, drop } } },
    { 0 },
};
