/* SPDX-License-Identifier: MIT */
/* mutation.c: a large heap whose parts are replaced one after the other, each a ring of 16 that dies as a cycle; every collection's
 * pause is noted. */
#include "bench/peers/c/workloads.h"

#define RING 16

static struct pair **slots;
static size_t slot_count;

/* A ring whose first object the caller owns. */
static struct pair *make_ring(void)
{
    struct pair *ring[RING];
    for (size_t j = 0; j < RING; j++)
        ring[j] = pair_create();
    for (size_t j = 0; j < RING; j++) {
        ring[j]->left = ring[(j + 1) % RING];
        ring[j]->right = ring[(j + 2) % RING];
        object_retain((void *)ring[j]->left);
        object_retain((void *)ring[j]->right);
    }
    for (size_t j = 1; j < RING; j++)
        pair_release(ring[j]);
    return ring[0];
}

static void open_slots(struct bench *bench)
{
    object_open(bench);
    slot_count = bench->n / RING;
    slots = object_array(slot_count);
    for (size_t s = 0; s < slot_count; s++)
        slots[s] = make_ring();
}

static void mutate(struct bench *bench)
{
    for (size_t i = 0; i < 2 * slot_count; i++) {
        size_t s = bench_random_below(bench, slot_count);
        struct pair *old = slots[s];
        slots[s] = make_ring();
        pair_release(old);
    }
    bench->units = bench->check = 2 * slot_count * RING;
}

const bench_workload mutation_workloads[] = {
    { "mutation", 4000000, 0, BENCH_PACE, open_slots, { { PEER_NAME, NULL, mutate, NULL } } },
    { 0 },
};
