/* SPDX-License-Identifier: MIT */
/* build_live.c: what automatic collections cost a program that only builds: a binary tree that stays alive. */
#include "bench/peers/c/workloads.h"

static struct pair **pairs;

static void open_build(struct bench *bench)
{
    object_open(bench);
    pairs = object_array(bench->n);
}

static void build(struct bench *bench)
{
    pairs[0] = pair_create();
    for (size_t i = 1; i < bench->n; i++) {
        struct pair *pair = pairs[i] = pair_create();
        *(i % 2 ? &pairs[i / 2]->left : &pairs[i / 2 - 1]->right) = pair;
    }
    bench->check = bench->n;
}

static void drop(struct bench *bench)
{
    pair_release(pairs[0]);
    memset(pairs, 0, bench->n * sizeof *pairs);
    workloads_clean(bench);
}

const bench_workload build_live_workloads[] = {
    { "build_live", 10000000, 0, BENCH_PACE, open_build, { { PEER_NAME, NULL, build, drop } } },
    { 0 },
};
