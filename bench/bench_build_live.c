/* SPDX-License-Identifier: MIT */
/* bench_build_live.c: what automatic collections cost a program that only builds: a binary tree that stays alive, at the default
 * pace, with automatic collection off, and at CPython's pace for comparison. Each round opens a heap of its own. */
#include "bench/harness.h"

#include <libgc.h>

struct pair {
    gc_object gc;
    struct pair *left, *right;
};

static const gc_type_info pair_info = GC_TYPE_INFO(struct pair, GC_REFS(left, right));

static gc_heap *heap;
static gc_type *pair_type;
static struct pair *live;
static size_t live_count;

static void open_heap(bool is_automatic, enum gc_pace pace)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = is_automatic;
    settings.pace = pace;
    heap = gc_heap_open(&settings);
    pair_type = heap ? gc_type_register(heap, &pair_info) : NULL;
    if (!pair_type)
        bench_fail("the heap did not open");
}

static void prepare_default(size_t objects)
{
    (void)objects;
    open_heap(true, GC_PACE_ADAPTIVE);
}

static void prepare_off(size_t objects)
{
    (void)objects;
    open_heap(false, GC_PACE_ADAPTIVE);
}

static void prepare_cpython(size_t objects)
{
    (void)objects;
    open_heap(true, GC_PACE_CPYTHON);
}

/* A tree of so many levels, children before parents, as a program builds one that returns what it has built. */
static struct pair *build_tree(int levels)
{
    struct pair *left = levels > 1 ? build_tree(levels - 1) : NULL;
    struct pair *right = levels > 1 ? build_tree(levels - 1) : NULL;
    struct pair *pair = gc_create(struct pair, pair_type);
    if (!pair)
        bench_fail("no memory");
    gc_move(&pair->left, &left);
    gc_move(&pair->right, &right);
    return pair;
}

/* As many trees of 2^16 - 1 objects as it takes, kept in a list that is itself made of such objects. */
static double build_live(size_t objects)
{
    enum { LEVELS = 16 };
    size_t trees = objects >> LEVELS;
    struct pair *list = NULL;
    for (size_t t = 0; t < trees; t++) {
        struct pair *tree = build_tree(LEVELS), *cell = gc_create(struct pair, pair_type);
        gc_move(&cell->left, &tree);
        gc_move(&cell->right, &list);
        list = cell;
    }
    live = list;
    live_count = trees << LEVELS;
    return (double)live_count;
}

static void close_heap(size_t objects)
{
    gc_stats stats;
    (void)objects;
    gc_get_stats(heap, &stats);
    if (stats.objects != live_count)
        bench_fail("%zu objects are alive, must be %zu", stats.objects, live_count);
    gc_release(live);
    gc_heap_close(heap);
}

static const bench_case cases[] = {
    { "build_live_off", BENCH_WARM, "ns", prepare_off, build_live, close_heap },
    { "build_live_default", BENCH_WARM, "ns", prepare_default, build_live, close_heap },
    { "build_live_cpython", BENCH_WARM, "ns", prepare_cpython, build_live, close_heap },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, cases, sizeof cases / sizeof *cases, 10000000);
}
