/* SPDX-License-Identifier: MIT */
/* young.c: collections of the youngest generation beside a large old heap, and with references into it. */
#include "bench/peers/c/graphs.h"
#include "bench/peers/c/workloads.h"

#define YOUNG 100000
#define RING 10
#define OLD_REFERRED_TO 4000000

static struct pair **old, *rings[YOUNG / RING / 2];

static void make_old(struct bench *bench, size_t n)
{
    object_open(bench);
    old = graphs_pairs(n);
    graphs_link_tree(old, n);
    graphs_collect(0);
    graphs_collect(0);
}

static void open_beside(struct bench *bench)
{
    make_old(bench, bench->n);
}

static void open_into(struct bench *bench)
{
    make_old(bench, OLD_REFERRED_TO);
}

/* Every other ring is held. `references`: so many of the objects refer to old ones. */
static void make_young(size_t references)
{
    for (size_t ring = 0; ring < YOUNG / RING; ring++) {
        struct pair *first = graphs_ring(RING), *pair = first;
        for (size_t i = ring * RING; i < (ring + 1) * RING && i < references; i++, pair = pair->left) {
            pair->right = old[i * 37 % OLD_REFERRED_TO];
            object_retain(pair->right);
        }
        if (ring % 2 == 0) {
            rings[ring / 2] = first;
            object_retain(first);
        }
    }
}

static void make_beside(struct bench *bench)
{
    (void)bench;
    make_young(0);
}

static void make_into(struct bench *bench)
{
    make_young(bench->n);
}

static void collect_young(struct bench *bench)
{
    size_t freed = listgc_collect(0);
    if (freed != YOUNG / 2)
        bench_fail("%zu objects were freed, must be %d", freed, YOUNG / 2);
    bench->units = YOUNG;
    bench->check = bench->variant ? bench->n : freed;
}

/* What was held has left the youngest generation. */
static void release_rings(struct bench *bench)
{
    (void)bench;
    for (size_t r = 0; r < YOUNG / RING / 2; r++)
        pair_release(rings[r]);
    listgc_collect(1);
}

const bench_workload young_workloads[] = {
    { "young_beside_old", 1000000, 0, 0, open_beside, { { PEER_NAME, make_beside, collect_young, release_rings } } },
    { "young_into_old", 10000, 1, 0, open_into, { { PEER_NAME, make_into, collect_young, release_rings } } },
    { 0 },
};
