/* SPDX-License-Identifier: MIT */
/* hold.c: pairs made, written and held. The cold one is for a process of one round: its page faults are part of it. */
#include "bench/workloads/pairs.h"

static gc_heap *heap;
static gc_type *type;
static struct pair **held;

static void open_hold(struct bench *bench)
{
    heap = pairs_open(bench, &type);
    held = bench_memory(bench->n, sizeof *held);
}

static void create_hold(struct bench *bench)
{
    for (size_t i = 0; i < bench->n; i++) {
        struct pair *pair = pairs_create(type);
        pair->left = pair->right = NULL;
        held[i] = pair;
    }
    bench->check = bench->n;
}

static size_t resident_before;

static void note_before(struct bench *bench)
{
    (void)bench;
    resident_before = bench_resident_bytes();
}

static void release_all(struct bench *bench)
{
    if (bench->variant) {
        pairs_collect(heap, 0); /* with all that a collection needs */
        bench->bytes_per_object = ((double)bench_resident_bytes() - (double)resident_before) / (double)bench->n;
    }
    for (size_t i = 0; i < bench->n; i++)
        gc_release(held[i]);
}

static const bench_workload workloads[] = {
    { "create_hold_warm", 4000000, 0, 0, open_hold, { { "libgc", NULL, create_hold, release_all } } },
    { "create_hold_cold", 4000000, 1, 0, open_hold, { { "libgc", note_before, create_hold, release_all } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
