/* SPDX-License-Identifier: MIT */
/* young.c: a collection of the youngest generation: beside an old heap of any size, and with references into it. */
#include "bench/workloads/pairs.h"

#define YOUNG 100000
#define RING 10
#define OLD_TARGETS 4000000

static gc_heap *heap;
static gc_type *type;
static struct pair **old; /* NULL where nothing refers to it */
static struct pair *held[YOUNG / RING / 2];

/* A tree, collected twice: it is old. */
static void make_old(struct bench *bench, size_t n)
{
    heap = pairs_open(bench, &type);
    if (n > 0) {
        old = pairs_create_all(type, n);
        pairs_make_tree(old, n);
    }
    pairs_collect(heap, 0);
    if (n > 0)
        pairs_touch(old[0]);
    pairs_collect(heap, 0);
}

static void open_beside(struct bench *bench)
{
    make_old(bench, bench->n);
}

static void open_into(struct bench *bench)
{
    make_old(bench, OLD_TARGETS);
}

/* Every other ring is held. `into` of the young objects refer to old ones. */
static void make_young(size_t into)
{
    for (size_t i = 0; i < YOUNG; i += RING) {
        struct pair *ring[RING];
        for (size_t j = 0; j < RING; j++) {
            ring[j] = pairs_create(type);
            if (i + j < into)
                ring[j]->right = gc_retain(old[(i + j) * 37 % OLD_TARGETS]);
        }
        for (size_t j = 0; j < RING; j++)
            ring[j]->left = ring[(j + 1) % RING];
        if (i / RING % 2 == 0)
            held[i / RING / 2] = gc_retain(ring[0]);
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
    size_t freed = gc_collect_generation(heap, 0);
    if (freed != YOUNG / 2)
        bench_fail("%zu young objects were freed, must be %d", freed, YOUNG / 2);
    bench->units = YOUNG;
    bench->check = bench->variant ? bench->n : freed;
}

static void drop(struct bench *bench)
{
    (void)bench;
    for (size_t i = 0; i < YOUNG / RING / 2; i++)
        gc_release(held[i]);
    if (gc_collect_generation(heap, 1) != YOUNG / 2)
        bench_fail("rings that were held are not collected");
}

static const bench_workload workloads[] = {
    { "young_beside_old", 1000000, 0, 0, open_beside, { { "libgc", make_beside, collect_young, drop } } },
    { "young_into_old", 10000, 1, 0, open_into, { { "libgc", make_into, collect_young, drop } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
