/* SPDX-License-Identifier: MIT */
/* mutation.c: a large heap whose parts are replaced one after the other, each a ring of 16 that dies as a cycle; every collection's
 * pause is noted. */
#include "bench/workloads/pairs.h"

#define RING 16

static gc_type *type;
static struct pair **slots;
static size_t slot_count;

/* A ring whose first object the caller owns. Collections may come between its creations. */
static struct pair *make_ring(void)
{
    struct pair *ring[RING];
    for (size_t j = 0; j < RING; j++)
        ring[j] = pairs_create(type);
    for (size_t j = 0; j < RING; j++) {
        gc_set(&ring[j]->left, ring[(j + 1) % RING]);
        gc_set(&ring[j]->right, ring[(j + 2) % RING]);
    }
    for (size_t j = 1; j < RING; j++)
        gc_release(ring[j]);
    return ring[0];
}

static void open_slots(struct bench *bench)
{
    pairs_open(bench, &type);
    slot_count = bench->n / RING;
    slots = bench_memory(slot_count, sizeof(struct pair *));
    for (size_t s = 0; s < slot_count; s++)
        slots[s] = make_ring();
}

static void mutate(struct bench *bench)
{
    for (size_t i = 0; i < 2 * slot_count; i++) {
        size_t s = bench_random_below(bench, slot_count);
        struct pair *old = slots[s];
        slots[s] = make_ring();
        gc_release(old);
    }
    bench->units = bench->check = 2 * slot_count * RING;
}

static const bench_workload workloads[] = {
    { "mutation", 4000000, 0, BENCH_PACE, open_slots, { { "libgc", NULL, mutate, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
