/* SPDX-License-Identifier: MIT */
/* fan_out.c: one object that refers to all others, each of which refers back to it: alive, and as garbage. */
#include "bench/peers/c/graphs.h"
#include "bench/peers/c/workloads.h"

static struct record *hub; /* alive */

/* A pair's `left` may be any object. */
static struct record *make(size_t n)
{
    struct record *made = record_create(n);
    for (size_t i = 0; i < n; i++) {
        struct pair *pair = pair_create();
        pair->left = (void *)made;
        object_retain((void *)made);
        made->items[i] = pair;
    }
    return made;
}

static void open_live(struct bench *bench)
{
    object_open(bench);
    size_t before = bench_resident_bytes();
    hub = make(bench->n);
    graphs_collect(0);
    bench->bytes_per_object = ((double)bench_resident_bytes() - (double)before) / (double)bench->n;
}

static void collect_live(struct bench *bench)
{
    bench_use(hub);
    graphs_collect(0);
    bench->check = bench->n;
}

static void make_garbage(struct bench *bench)
{
    record_release(make(bench->n));
}

static void reclaim(struct bench *bench)
{
    graphs_collect(bench->n + 1);
    bench->check = bench->n + 1;
}

const bench_workload fan_out_workloads[] = {
    { "full_fan_out", 4000000, 0, 0, open_live, { { PEER_NAME, NULL, collect_live, NULL } } },
    { 0 },
};

const bench_workload reclaim_fan_out_workloads[] = {
    { "reclaim_fan_out", 4000000, 0, 0, object_open, { { PEER_NAME, make_garbage, reclaim, NULL } } },
    { 0 },
};
