/* SPDX-License-Identifier: MIT */
/* hold.c: pairs made, written and held. The cold one is for a process of one round: its page faults are part of it. */
#include "bench/peers/c/workloads.h"

static struct pair **held;
static size_t resident_before;

static void open_hold(struct bench *bench)
{
    object_open(bench);
    held = object_array(bench->n);
}

static void note_resident(struct bench *bench)
{
    (void)bench;
    resident_before = bench_resident_bytes();
}

static void create_hold(struct bench *bench)
{
    for (size_t i = 0; i < bench->n; i++) {
        struct pair *pair = pair_create();
        pair->left = pair->right = NULL;
        held[i] = pair;
    }
    bench->check = bench->n;
}

/* Where objects are traced, what the next round is made of is found here; only the lazy sweep is left to it. */
static void release_all(struct bench *bench)
{
    bench->bytes_per_object = ((double)bench_resident_bytes() - (double)resident_before) / (double)bench->n;
    for (size_t i = 0; i < bench->n; i++) {
        pair_release(held[i]);
        held[i] = NULL;
    }
    if (IS_TRACED)
        object_collect();
}

static void release_warm(struct bench *bench)
{
    release_all(bench);
    bench->bytes_per_object = 0; /* the memory was there before */
}

const bench_workload hold_workloads[] = {
    { "create_hold_warm", 4000000, 0, 0, open_hold, { { PEER_NAME, NULL, create_hold, release_warm } } },
    { "create_hold_cold", 4000000, 0, 0, open_hold, { { PEER_NAME, note_resident, create_hold, release_all } } },
    { 0 },
};
