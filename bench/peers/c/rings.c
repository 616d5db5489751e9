/* SPDX-License-Identifier: MIT */
/* rings.c: rings of 2, 3 and 1000 that nothing holds, and one of all objects: reclaimed, and made as well. Where sweeping is lazy only the
 * two together say something. */
#include "bench/peers/c/graphs.h"
#include "bench/peers/c/workloads.h"

static size_t garbage;

static void make_rings(struct bench *bench)
{
    garbage = graphs_rings(bench->n, bench->variant ? bench->variant : bench->n);
}

static void reclaim(struct bench *bench)
{
    graphs_collect(garbage);
    bench->units = bench->check = garbage;
}

static void make_and_reclaim(struct bench *bench)
{
    make_rings(bench);
    reclaim(bench);
}

const bench_workload reclaim_rings_workloads[] = {
    { "reclaim_rings_2", 4000000, 2, 0, object_open, { { PEER_NAME, make_rings, reclaim, NULL } } },
    { "reclaim_rings_3", 4000000, 3, 0, object_open, { { PEER_NAME, make_rings, reclaim, NULL } } },
    { "reclaim_rings_1000", 4000000, 1000, 0, object_open, { { PEER_NAME, make_rings, reclaim, NULL } } },
    { "reclaim_ring_one", 4000000, 0, 0, object_open, { { PEER_NAME, make_rings, reclaim, NULL } } },
    { 0 },
};

const bench_workload create_reclaim_rings_workloads[] = {
    { "create_reclaim_rings_2", 4000000, 2, 0, object_open, { { PEER_NAME, NULL, make_and_reclaim, NULL } } },
    { "create_reclaim_rings_3", 4000000, 3, 0, object_open, { { PEER_NAME, NULL, make_and_reclaim, NULL } } },
    { "create_reclaim_rings_1000", 4000000, 1000, 0, object_open, { { PEER_NAME, NULL, make_and_reclaim, NULL } } },
    { 0 },
};
