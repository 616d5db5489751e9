/* SPDX-License-Identifier: MIT */
/* boehm.c: the workloads of bench_collect.c, and holding objects, on Boehm's collector. It knows no counts: an object is what a pointer
 * leads to, so that releasing is forgetting. Run with GC_MARKERS=1: one marking thread, as ours.
 *
 * Reclaiming is mark, lazy sweep and reuse, which only creating shows: the create_reclaim rows are the ones to compare. */
#include "bench/harness.h"

#include <gc/gc.h>
#include <stdlib.h>

struct pair {
    struct pair *left, *right;
};

/* Roots: the collector looks at static memory. */
static struct pair *tree, *random_root;
static void **objects_held;

static struct pair *create(void)
{
    struct pair *pair = GC_MALLOC(sizeof *pair);
    if (!pair)
        bench_fail("no memory");
    return pair;
}

/* Pointers in memory that the collector looks at. */
static struct pair **create_pairs(size_t count)
{
    struct pair **pairs = GC_MALLOC_UNCOLLECTABLE((count + 1) * sizeof *pairs);
    for (size_t i = 0; i < count; i++)
        pairs[i] = create();
    return pairs;
}

/* One graph is alive at a time. Choose one case (--only), and it is built once, as ours is. */
static void forget(struct pair **other)
{
    if (!*other)
        return;
    *other = NULL;
    GC_gcollect();
}

static void prepare_tree(size_t objects)
{
    forget(&random_root);
    if (tree)
        return;
    struct pair **pairs = create_pairs(objects);
    for (size_t i = 1; i < objects; i++)
        *(i % 2 ? &pairs[i / 2]->left : &pairs[i / 2 - 1]->right) = pairs[i];
    tree = pairs[0];
    GC_FREE(pairs);
}

static void prepare_random(size_t objects)
{
    forget(&tree);
    if (random_root)
        return;
    unsigned *left = malloc(objects * sizeof *left), *right = malloc(objects * sizeof *right);
    if (!left || !right)
        bench_fail("no memory for %zu objects", objects);
    bench_random_graph(objects, left, right);
    struct pair **pairs = create_pairs(objects);
    for (size_t i = 0; i < objects; i++) {
        pairs[i]->left = pairs[left[i]];
        pairs[i]->right = pairs[right[i]];
    }
    random_root = pairs[0];
    GC_FREE(pairs);
    free(left);
    free(right);
}

static double collect(size_t objects)
{
    GC_gcollect();
    return (double)objects;
}

static double create_reclaim_rings(size_t objects, size_t length)
{
    for (size_t made = 0; made + length <= objects; made += length) {
        struct pair *first = create(), *last = first;
        for (size_t i = 1; i < length; i++) {
            last->left = create();
            last = last->left;
        }
        last->left = first;
    }
    GC_gcollect();
    return (double)objects;
}

static double create_reclaim_rings_3(size_t objects)
{
    return create_reclaim_rings(objects, 3);
}

static double create_reclaim_rings_1000(size_t objects)
{
    return create_reclaim_rings(objects, 1000);
}

static double create_release_1(size_t objects)
{
    for (size_t i = 0; i < objects; i++)
        bench_use(create());
    return (double)objects;
}

/* Collections while the objects are made would only disturb: as ours, without automatic ones. */
static void prepare_hold(size_t objects)
{
    objects_held = GC_MALLOC_UNCOLLECTABLE((objects + 1) * sizeof *objects_held);
    for (size_t i = 0; i < objects; i++)
        objects_held[i] = NULL;
    GC_gcollect();
    GC_disable();
}

static double create_hold(size_t objects)
{
    for (size_t i = 0; i < objects; i++) {
        struct pair *pair = create();
        pair->left = pair->right = NULL;
        objects_held[i] = pair;
    }
    return (double)objects;
}

static void finish_hold(size_t objects)
{
    (void)objects;
    GC_FREE(objects_held);
    GC_enable();
}

static double resident_bytes(size_t objects)
{
    size_t before = bench_resident_bytes();
    create_hold(objects);
    return ((double)bench_resident_bytes() - (double)before) / (double)objects;
}

static const bench_case cases[] = {
    { "create_hold_cold", BENCH_COLD, "ns", prepare_hold, create_hold, NULL },
    { "resident_bytes", BENCH_VALUE, "bytes", prepare_hold, resident_bytes, NULL },
    { "create_hold_warm", BENCH_WARM, "ns", prepare_hold, create_hold, finish_hold },
    { "create_release_1", BENCH_WARM, "ns", NULL, create_release_1, NULL },
    { "full_tree", BENCH_WARM, "ns", prepare_tree, collect, NULL },
    { "full_random", BENCH_WARM, "ns", prepare_random, collect, NULL },
    { "create_reclaim_rings_3", BENCH_WARM, "ns", NULL, create_reclaim_rings_3, NULL },
    { "create_reclaim_rings_1000", BENCH_WARM, "ns", NULL, create_reclaim_rings_1000, NULL },
};

int main(int argc, char **argv)
{
    GC_INIT();
    return bench_main(argc, argv, cases, sizeof cases / sizeof *cases, 4000000);
}
