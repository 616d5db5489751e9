/* SPDX-License-Identifier: MIT */
/* finalizers.c: garbage in rings of three, every tenth object of which has a finalizer. */
#include "bench/peers/c/graphs.h"
#include "bench/peers/c/workloads.h"

static size_t finalized;

static void note_finalized(struct pair *pair)
{
    (void)pair;
    finalized++;
}

OBJECT_FINALIZED_TYPE(finalized_pair, struct pair, PAIR_FIELDS, note_finalized)

static struct pair *create(size_t number)
{
    return number % 10 == 0 ? finalized_pair_create() : pair_create();
}

static void make(struct bench *bench)
{
    finalized = 0;
    for (size_t made = 0; made + 3 <= bench->n; made += 3) {
        struct pair *first = create(made);
        first->left = create(made + 1);
        first->left->left = create(made + 2);
        first->left->left->left = first;
    }
}

static void collect(struct bench *bench)
{
    bench->units = bench->n / 3 * 3;
    graphs_collect(bench->units);
#if IS_TRACED
    GC_invoke_finalizers();
#endif
    bench->check = finalized;
}

const bench_workload finalizers_workloads[] = {
    { "finalizers", 3000000, 0, 0, object_open, { { PEER_NAME, make, collect, NULL } } },
    { 0 },
};
