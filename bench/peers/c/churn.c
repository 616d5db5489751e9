/* SPDX-License-Identifier: MIT */
/* churn.c: objects of many sizes that die soon: replaced at random, like larson; and in batches that another part of the program drops
 * later, like xmalloc-test. */
#include "bench/peers/c/workloads.h"

#define SLOTS 10000
#define SIZES 32
#define BATCH 100
#define BATCHES 100

static struct record *slots[SLOTS], *queue[BATCHES][BATCH];

static void fill(struct bench *bench)
{
    for (size_t s = 0; s < SLOTS; s++)
        slots[s] = record_create(bench_random_below(bench, SIZES));
    bench_random_restart(bench);
}

static void larson(struct bench *bench)
{
    bench->check = 0;
    for (size_t i = 0; i < bench->n; i++) {
        size_t s = bench_random_below(bench, SLOTS), references = bench_random_below(bench, SIZES);
        record_release(slots[s]);
        slots[s] = record_create(references);
        bench->check += references;
    }
}

static void drop(struct bench *bench)
{
    (void)bench;
    for (size_t s = 0; s < SLOTS; s++) {
        record_release(slots[s]);
        slots[s] = NULL;
    }
}

static void release_batch(struct record **batch)
{
    for (size_t i = 0; i < BATCH && batch[i]; i++) {
        record_release(batch[i]);
        batch[i] = NULL;
    }
}

static void xmalloc(struct bench *bench)
{
    bench->check = 0;
    for (size_t b = 0; b < bench->n / BATCH; b++) {
        struct record **batch = queue[b % BATCHES];
        release_batch(batch);
        for (size_t i = 0; i < BATCH; i++) {
            size_t references = bench_random_below(bench, SIZES);
            batch[i] = record_create(references);
            bench->check += references;
        }
    }
    for (size_t b = 0; b < BATCHES; b++)
        release_batch(queue[b]);
}

const bench_workload churn_workloads[] = {
    { "larson", 10000000, 0, BENCH_PACE, object_open, { { PEER_NAME, fill, larson, drop } } },
    { "xmalloc", 10000000, 0, BENCH_PACE, object_open, { { PEER_NAME, NULL, xmalloc, NULL } } },
    { 0 },
};
