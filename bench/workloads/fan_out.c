/* SPDX-License-Identifier: MIT */
/* fan_out.c: one object that refers to all others, each of which refers back: collected while it lives, and as garbage. */
#include "bench/workloads/pairs.h"

struct hub;

struct spoke {
    gc_object gc;
    struct hub *left;
    struct spoke *right;
};

struct hub {
    gc_object gc;
    size_t count;
    struct spoke *items[];
};

static const gc_type_info spoke_info = GC_TYPE_INFO(struct spoke, GC_REFS(left, right));
static const gc_type_info hub_info = GC_TYPE_INFO(struct hub, GC_REF_FLEX(items, count));

static gc_heap *heap;
static gc_type *spoke_type, *hub_type;
static struct hub *hub;

static void make(struct bench *bench)
{
    hub = pairs_check(gc_create_flex(struct hub, hub_type, bench->n));
    for (size_t i = 0; i < bench->n; i++) {
        hub->items[i] = pairs_check(gc_create(struct spoke, spoke_type));
        hub->items[i]->left = gc_retain(hub);
    }
}

static void open_heap(struct bench *bench)
{
    heap = pairs_heap(bench);
    spoke_type = pairs_register(heap, &spoke_info);
    hub_type = pairs_register(heap, &hub_info);
}

static void open_live(struct bench *bench)
{
    open_heap(bench);
    make(bench);
    pairs_collect(heap, 0);
}

static void touch_hub(struct bench *bench)
{
    (void)bench;
    pairs_touch(hub);
}

static void collect_live(struct bench *bench)
{
    pairs_collect(heap, 0);
    bench->check = bench->n;
}

static void make_garbage(struct bench *bench)
{
    make(bench);
    gc_release(hub);
}

static void reclaim(struct bench *bench)
{
    pairs_collect(heap, bench->n + 1);
    bench->check = bench->n + 1;
}

static const bench_workload workloads[] = {
    { "full_fan_out", 4000000, 0, 0, open_live, { { "libgc", touch_hub, collect_live, NULL } } },
    { "reclaim_fan_out", 4000000, 0, 0, open_heap, { { "libgc", make_garbage, reclaim, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
