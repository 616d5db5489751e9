/* SPDX-License-Identifier: MIT */
/* rings.c: rings of 2, 3 and 1000 that nothing holds, and one of all objects: reclaimed, and made as well. */
#include "bench/workloads/pairs.h"

static gc_heap *heap;
static gc_type *type;
static size_t garbage;

static void open_heap(struct bench *bench)
{
    heap = pairs_open(bench, &type);
    bench->bytes_per_object = 0;
}

static size_t length_of(const struct bench *bench)
{
    return bench->variant ? bench->variant : bench->n;
}

static void make_rings(struct bench *bench)
{
    garbage = pairs_rings(type, bench->n, length_of(bench));
}

static void reclaim(struct bench *bench)
{
    pairs_collect(heap, garbage);
    bench->units = bench->check = garbage;
}

static void make_and_reclaim(struct bench *bench)
{
    make_rings(bench);
    reclaim(bench);
}

static const bench_workload workloads[] = {
    { "reclaim_rings_2", 4000000, 2, 0, open_heap, { { "libgc", make_rings, reclaim, NULL } } },
    { "reclaim_rings_3", 4000000, 3, 0, open_heap, { { "libgc", make_rings, reclaim, NULL } } },
    { "reclaim_rings_1000", 4000000, 1000, 0, open_heap, { { "libgc", make_rings, reclaim, NULL } } },
    { "reclaim_ring_one", 4000000, 0, 0, open_heap, { { "libgc", make_rings, reclaim, NULL } } },
    { "create_reclaim_rings_2", 4000000, 2, 0, open_heap, { { "libgc", NULL, make_and_reclaim, NULL } } },
    { "create_reclaim_rings_3", 4000000, 3, 0, open_heap, { { "libgc", NULL, make_and_reclaim, NULL } } },
    { "create_reclaim_rings_1000", 4000000, 1000, 0, open_heap, { { "libgc", NULL, make_and_reclaim, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
