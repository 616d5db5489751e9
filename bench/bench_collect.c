/* SPDX-License-Identifier: MIT */
/* bench_collect.c: full collections of what is alive, and reclaiming what is not.
 *
 * full_tree, full_random: a full collection of a live binary tree, and of a live random graph, of objects of two references.
 * limit_tree, limit_random: what any such collection must do at the least, on the same memory: a pass over the objects, and one prefetched
 * byte increment for each reference. reclaim_rings_N: a collection of rings of N that nothing holds.
 * create_reclaim_rings_N: making them as well. Collections come only when called for. */
#include "bench/harness.h"

#include <libgc.h>
#include <stdint.h>
#include <stdlib.h>

#define PREFETCH_DISTANCE 16

struct pair {
    gc_object gc;
    struct pair *left, *right;
};

static const gc_type_info pair_info = GC_TYPE_INFO(struct pair, GC_REFS(left, right));

/* Objects that follow each other in memory. */
struct run {
    char *start, *end;
};

/* A live graph, and where its objects are. */
struct graph {
    gc_heap *heap;
    struct pair *root;
    struct run *runs;
    size_t run_count;
    char *lowest;
    uint8_t *increments; /* a byte for each place where an object can be */
};

static struct graph tree, random_graph;
static gc_heap *ring_heap;
static gc_type *ring_type;

static gc_heap *open_heap(gc_type **type)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    gc_heap *heap = gc_heap_open(&settings);
    *type = heap ? gc_type_register(heap, &pair_info) : NULL;
    if (!*type)
        bench_fail("the heap did not open");
    return heap;
}

static int compare_pointers(const void *a, const void *b)
{
    const char *x = *(char *const *)a, *y = *(char *const *)b;
    return (x > y) - (x < y);
}

/* What a pass in address order needs: the runs, and one byte an object, both made outside the measured time. */
static void survey(struct graph *graph, void **objects, size_t count)
{
    qsort(objects, count, sizeof *objects, compare_pointers);
    graph->runs = malloc((count + 1) * sizeof *graph->runs);
    graph->lowest = objects[0];
    size_t span = (size_t)((char *)objects[count - 1] - (char *)objects[0]) / sizeof(struct pair) + 1;
    graph->increments = calloc(span, 1);
    if (!graph->runs || !graph->increments)
        bench_fail("no memory for the limit");
    for (size_t i = 0; i < count; i++) {
        char *at = objects[i];
        if (graph->run_count == 0 || graph->runs[graph->run_count - 1].end != at)
            graph->runs[graph->run_count++] = (struct run){ at, at };
        graph->runs[graph->run_count - 1].end = at + sizeof(struct pair);
    }
}

static struct pair **create_pairs(struct graph *graph, size_t count)
{
    gc_type *type;
    graph->heap = open_heap(&type);
    struct pair **pairs = (struct pair **)bench_pointers(count);
    for (size_t i = 0; i < count; i++) {
        pairs[i] = gc_create(struct pair, type);
        if (!pairs[i])
            bench_fail("no memory for %zu objects", count);
    }
    return pairs;
}

static void finish_graph(struct graph *graph, struct pair **pairs, size_t count)
{
    graph->root = pairs[0];
    survey(graph, (void **)pairs, count);
    free(pairs);
    if (gc_collect(graph->heap))
        bench_fail("a live graph was collected");
}

/* The children of object i are objects 2i + 1 and 2i + 2. Plain stores: all objects are new. */
static void build_tree(size_t count)
{
    struct pair **pairs = create_pairs(&tree, count);
    for (size_t i = 1; i < count; i++)
        *(i % 2 ? &pairs[i / 2]->left : &pairs[i / 2 - 1]->right) = pairs[i];
    finish_graph(&tree, pairs, count);
}

static void build_random(size_t count)
{
    unsigned *left = malloc(count * sizeof *left), *right = malloc(count * sizeof *right);
    if (!left || !right)
        bench_fail("no memory for %zu objects", count);
    bench_random_graph(count, left, right);
    struct pair **pairs = create_pairs(&random_graph, count);
    for (size_t i = 0; i < count; i++) {
        pairs[i]->left = gc_retain(pairs[left[i]]);
        pairs[i]->right = gc_retain(pairs[right[i]]);
    }
    for (size_t i = 1; i < count; i++)
        gc_release(pairs[i]); /* the graph owns them now */
    free(left);
    free(right);
    finish_graph(&random_graph, pairs, count);
}

/* The next full collection has to look: a release that leaves the count above zero touches the object. */
static void prepare_full(struct graph *graph)
{
    gc_retain(graph->root);
    gc_release(graph->root);
}

static void prepare_tree(size_t objects)
{
    if (!tree.heap)
        build_tree(objects);
    prepare_full(&tree);
}

static void prepare_random(size_t objects)
{
    if (!random_graph.heap)
        build_random(objects);
    prepare_full(&random_graph);
}

static double full_tree(size_t objects)
{
    if (gc_collect(tree.heap))
        bench_fail("live objects were collected");
    return (double)objects;
}

static double full_random(size_t objects)
{
    if (gc_collect(random_graph.heap))
        bench_fail("live objects were collected");
    return (double)objects;
}

/* Notes one reference: prefetches its byte, and increments that of the reference before the last few. */
static inline void note(const struct graph *graph, uint8_t **queue, size_t *at, const void *target)
{
    uint8_t *byte = &graph->increments[(size_t)((const char *)target - graph->lowest) / sizeof(struct pair)];
    __builtin_prefetch(byte, 1);
    ++*queue[*at % PREFETCH_DISTANCE];
    queue[(*at)++ % PREFETCH_DISTANCE] = byte;
}

static double pass_once(const struct graph *graph, size_t objects)
{
    uint8_t spare = 0, *queue[PREFETCH_DISTANCE];
    size_t at = 0;
    for (int q = 0; q < PREFETCH_DISTANCE; q++)
        queue[q] = &spare;
    for (size_t r = 0; r < graph->run_count; r++) {
        for (char *place = graph->runs[r].start; place < graph->runs[r].end; place += sizeof(struct pair)) {
            const struct pair *pair = (const void *)place;
            if (pair->left)
                note(graph, queue, &at, pair->left);
            if (pair->right)
                note(graph, queue, &at, pair->right);
        }
    }
    for (int q = 0; q < PREFETCH_DISTANCE; q++)
        ++*queue[q];
    bench_use(graph->increments);
    return (double)objects;
}

static double limit_tree(size_t objects)
{
    return pass_once(&tree, objects);
}

static double limit_random(size_t objects)
{
    return pass_once(&random_graph, objects);
}

/* Rings of so many objects each, which nothing holds. Returns how many objects. */
static size_t build_rings(size_t objects, size_t length)
{
    size_t made = 0;
    for (; made + length <= objects; made += length) {
        struct pair *first = gc_create(struct pair, ring_type), *last = first;
        for (size_t i = 1; i < length; i++) {
            last->left = gc_create(struct pair, ring_type);
            last = last->left;
        }
        last->left = first; /* the last owned reference goes into the ring itself */
    }
    return made;
}

static void open_ring_heap(size_t objects)
{
    (void)objects;
    if (!ring_heap)
        ring_heap = open_heap(&ring_type);
}

static void prepare_rings_3(size_t objects)
{
    open_ring_heap(objects);
    build_rings(objects, 3);
}

static void prepare_rings_1000(size_t objects)
{
    open_ring_heap(objects);
    build_rings(objects, 1000);
}

static double reclaim(size_t objects)
{
    size_t freed = gc_collect(ring_heap);
    if (freed + 1000 < objects)
        bench_fail("%zu objects of rings were reclaimed, must be %zu", freed, objects);
    return (double)freed;
}

static double create_reclaim_rings_3(size_t objects)
{
    build_rings(objects, 3);
    return reclaim(objects);
}

static double create_reclaim_rings_1000(size_t objects)
{
    build_rings(objects, 1000);
    return reclaim(objects);
}

static const bench_case cases[] = {
    { "full_tree", BENCH_WARM, "ns", prepare_tree, full_tree, NULL },
    { "limit_tree", BENCH_WARM, "ns", prepare_tree, limit_tree, NULL },
    { "full_random", BENCH_WARM, "ns", prepare_random, full_random, NULL },
    { "limit_random", BENCH_WARM, "ns", prepare_random, limit_random, NULL },
    { "reclaim_rings_3", BENCH_WARM, "ns", prepare_rings_3, reclaim, NULL },
    { "reclaim_rings_1000", BENCH_WARM, "ns", prepare_rings_1000, reclaim, NULL },
    { "create_reclaim_rings_3", BENCH_WARM, "ns", open_ring_heap, create_reclaim_rings_3, NULL },
    { "create_reclaim_rings_1000", BENCH_WARM, "ns", open_ring_heap, create_reclaim_rings_1000, NULL },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, cases, sizeof cases / sizeof *cases, 4000000);
}
