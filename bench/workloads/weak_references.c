/* SPDX-License-Identifier: MIT */
/* weak_references.c: rings of 3 that nothing holds, to a tenth of whose objects there is a weak reference. */
#include "bench/workloads/pairs.h"

#define EVERY 10

static gc_heap *heap;
static gc_type *type;
static gc_weak **weak;
static size_t weak_count, garbage;

static void open_heap(struct bench *bench)
{
    heap = pairs_open(bench, &type);
    weak = bench_memory(bench->n / EVERY + 1, sizeof(gc_weak *));
}

static void make(struct bench *bench)
{
    weak_count = 0;
    for (garbage = 0; garbage + 3 <= bench->n;) {
        struct pair *ring[3];
        for (int i = 0; i < 3; i++) {
            ring[i] = pairs_create(type);
            if (garbage++ % EVERY == 0)
                weak[weak_count++] = pairs_check(gc_weak_create(ring[i], NULL, NULL));
        }
        for (int i = 0; i < 3; i++)
            ring[i]->left = ring[(i + 1) % 3];
    }
}

static void reclaim(struct bench *bench)
{
    pairs_collect(heap, garbage);
    bench->units = garbage;
}

static void check_and_drop(struct bench *bench)
{
    bench->check = 0;
    for (size_t i = 0; i < weak_count; i++) {
        bench->check += gc_weak_get(weak[i]) == NULL;
        gc_release(weak[i]);
    }
    if (bench->check != weak_count)
        bench_fail("%zu of %zu weak references are empty", (size_t)bench->check, weak_count);
}

static const bench_workload workloads[] = {
    { "weak_references", 3000000, 0, 0, open_heap, { { "libgc", make, reclaim, check_and_drop } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
