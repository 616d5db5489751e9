/* SPDX-License-Identifier: MIT */
/* bench_create_release.c: handing out containers of 24 bytes (two references) and taking them back.
 *
 * create_release_N: a ring of N objects; each step releases the oldest and creates a new one. peers/jemalloc.c does the same
 * with mallocx and sdallocx. create_hold: objects are created, written, and kept. */
#include "bench/harness.h"

#include <libgc.h>

struct pair {
    gc_object gc;
    struct pair *left, *right;
};

static const gc_type_info pair_info = GC_TYPE_INFO(struct pair, GC_REFS(left, right));

static gc_heap *heap;
static gc_type *pair_type;
static void **objects_held;

/* A heap at the default settings, or with automatic collection off. */
static void open_heap(bool is_automatic)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = is_automatic;
    heap = gc_heap_open(&settings);
    pair_type = heap ? gc_type_register(heap, &pair_info) : NULL;
    if (!pair_type)
        bench_fail("the heap did not open");
}

static void close_heap(size_t objects)
{
    (void)objects;
    if (gc_heap_close(heap))
        bench_fail("objects were left in the heap");
}

static void open_automatic(size_t objects)
{
    (void)objects;
    open_heap(true);
}

static double churn(size_t objects, size_t window)
{
    static struct pair *ring[1000000];
    size_t at = 0;
    for (size_t i = 0; i < objects; i++) {
        gc_release(ring[at]);
        ring[at] = gc_create(struct pair, pair_type);
        at = at + 1 == window ? 0 : at + 1;
    }
    for (size_t i = 0; i < window; i++)
        gc_clear(&ring[i]);
    return (double)objects;
}

static double churn_1(size_t objects)
{
    return churn(objects, 1);
}

static double churn_1000(size_t objects)
{
    return churn(objects, 1000);
}

static double churn_1000000(size_t objects)
{
    return churn(objects, 1000000);
}

static void create_all(size_t objects)
{
    struct pair **held = (struct pair **)objects_held;
    for (size_t i = 0; i < objects; i++) {
        struct pair *pair = gc_create(struct pair, pair_type);
        pair->left = pair->right = NULL;
        held[i] = pair;
    }
}

static void release_all(size_t objects)
{
    for (size_t i = 0; i < objects; i++)
        gc_release(objects_held[i]);
}

/* Create all, then release all, in the order of creation. */
static double create_release_all(size_t objects)
{
    create_all(objects);
    release_all(objects);
    return (double)objects;
}

/* One heap for all warm rounds that hold: its memory stays. */
static void prepare_hold(size_t objects)
{
    static gc_heap *kept;
    static gc_type *kept_type;
    if (!kept) {
        open_heap(false);
        kept = heap;
        kept_type = pair_type;
    }
    if (!objects_held)
        objects_held = bench_pointers(objects);
    heap = kept;
    pair_type = kept_type;
}

static double create_hold(size_t objects)
{
    create_all(objects);
    return (double)objects;
}

static void prepare_cold(size_t objects)
{
    objects_held = bench_pointers(objects);
    open_heap(false);
}

static double resident_bytes(size_t objects)
{
    size_t before = bench_resident_bytes();
    create_all(objects);
    if (gc_collect(heap))
        bench_fail("held objects were collected");
    return ((double)bench_resident_bytes() - (double)before) / (double)objects;
}

static const bench_case cases[] = {
    { "create_hold_cold", BENCH_COLD, "ns", prepare_cold, create_hold, NULL },
    { "resident_bytes", BENCH_VALUE, "bytes", prepare_cold, resident_bytes, NULL },
    { "create_release_1", BENCH_WARM, "ns", open_automatic, churn_1, close_heap },
    { "create_release_1000", BENCH_WARM, "ns", open_automatic, churn_1000, close_heap },
    { "create_release_1000000", BENCH_WARM, "ns", open_automatic, churn_1000000, close_heap },
    { "create_release_all", BENCH_WARM, "ns", prepare_hold, create_release_all, NULL },
    { "create_hold_warm", BENCH_WARM, "ns", prepare_hold, create_hold, release_all },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, cases, sizeof cases / sizeof *cases, 4000000);
}
