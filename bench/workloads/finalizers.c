/* SPDX-License-Identifier: MIT */
/* finalizers.c: rings of 3 that nothing holds, a tenth of whose objects has a finalizer. */
#include "bench/workloads/pairs.h"

#define EVERY 10

struct finalized {
    gc_object gc;
    struct pair *left, *right;
};

static gc_heap *heap;
static gc_type *plain_type, *finalized_type;
static size_t finalized_count, garbage;

static void count_one(void *object)
{
    (void)object;
    finalized_count++;
}

static const gc_type_info finalized_info = GC_TYPE_INFO(struct finalized, GC_REFS(left, right), GC_FINALIZE(count_one));

static void open_heap(struct bench *bench)
{
    heap = pairs_open(bench, &plain_type);
    finalized_type = pairs_register(heap, &finalized_info);
}

static void make(struct bench *bench)
{
    finalized_count = 0;
    for (garbage = 0; garbage + 3 <= bench->n;) {
        struct pair *ring[3];
        for (int i = 0; i < 3; i++)
            ring[i] = pairs_create(garbage++ % EVERY == 0 ? finalized_type : plain_type);
        for (int i = 0; i < 3; i++)
            ring[i]->left = ring[(i + 1) % 3];
    }
}

static void reclaim(struct bench *bench)
{
    pairs_collect(heap, garbage);
    bench->units = garbage;
    bench->check = finalized_count;
    if (finalized_count != (garbage + EVERY - 1) / EVERY)
        bench_fail("%zu finalizers ran", finalized_count);
}

static const bench_workload workloads[] = {
    { "finalizers", 3000000, 0, 0, open_heap, { { "libgc", make, reclaim, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
