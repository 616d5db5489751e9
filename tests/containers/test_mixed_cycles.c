/* SPDX-License-Identifier: MIT */
/* test_mixed_cycles.c: containers of every kind in one another: each in itself, every two of them, and random graphs, held against a
 * search from what is held. Collected exactly: what is garbage, all of it, and nothing else. */
#include "mixed.h"

#include "../model/model_random.h"

#include <string.h>

/* Makes what is made once for a heap, so that objects can be counted. */
static size_t warm(gc_heap *heap)
{
    for (enum mixed_kind kind = 0; kind < MIXED_KINDS; kind++)
        gc_release(mixed_new(heap, kind, NULL));
    gc_collect(heap);
    return objects_in(heap);
}

/* a holds b and b holds a; both held once. False: they cannot. */
static bool tie(gc_heap *heap, enum mixed_kind first, enum mixed_kind second, void **a, void **b)
{
    *a = first == MIXED_TUPLE ? NULL : mixed_new(heap, first, NULL);
    *b = mixed_new(heap, second, *a);
    if (!*a)
        *a = mixed_new(heap, first, *b);
    return first == MIXED_TUPLE ? mixed_put(second, *b, *a) : mixed_put(first, *a, *b);
}

static bool has_hash(enum mixed_kind kind)
{
    return kind != MIXED_LIST && kind != MIXED_DICT_VALUE && kind != MIXED_DICT_KEY && kind != MIXED_SET;
}

/* Whether a container of that kind looks at the hash of what it is given. */
static bool hashes(enum mixed_kind kind)
{
    return kind == MIXED_DICT_KEY || kind == MIXED_SET || kind == MIXED_WEAK_VALUES;
}

static bool can_hold(enum mixed_kind holder, enum mixed_kind held)
{
    return has_hash(held) || !hashes(holder);
}

Test(mixed_cycles, each_in_itself)
{
    gc_heap *heap = open_heap();
    size_t before = warm(heap);
    for (enum mixed_kind kind = 0; kind < MIXED_TUPLE; kind++) {
        if (!can_hold(kind, kind))
            continue;
        void *container = mixed_new(heap, kind, NULL);
        cr_assert(mixed_put(kind, container, container), "%s", mixed_names[kind]);
        gc_collect(heap);
        size_t with = objects_in(heap);
        cr_assert_gt(with, before);
        gc_release(container);
        cr_assert_eq(objects_in(heap), with, "%s: counts alone keep it", mixed_names[kind]);
        cr_assert_gt(gc_collect(heap), 0);
        cr_assert_eq(objects_in(heap), before, "%s", mixed_names[kind]);
    }
    gc_collect(heap);
    close_heap(heap);
}

Test(mixed_cycles, every_two_of_them)
{
    gc_heap *heap = open_heap();
    size_t before = warm(heap), clean_ups = mixed_clean_ups;
    for (enum mixed_kind first = 0; first < MIXED_KINDS; first++)
        for (enum mixed_kind second = 0; second < MIXED_KINDS; second++) {
            if ((first == MIXED_TUPLE && second == MIXED_TUPLE) || !can_hold(first, second) || !can_hold(second, first))
                continue;
            if ((first == MIXED_TUPLE && hashes(second)) || (second == MIXED_TUPLE && hashes(first)))
                continue; /* what is in the tuple has no hash, or is the set itself */
            void *a, *b;
            cr_assert(tie(heap, first, second, &a, &b), "%s, %s: %s", mixed_names[first], mixed_names[second],
                      gc_last_error_message(heap));
            clean_ups += (first == MIXED_CLEANED_GENERATOR) + (second == MIXED_CLEANED_GENERATOR);
            size_t with = objects_in(heap);
            gc_release(b);
            gc_collect(heap);
            cr_assert_eq(objects_in(heap), with, "%s, %s: one is held", mixed_names[first], mixed_names[second]);
            gc_release(a);
            cr_assert_eq(objects_in(heap), with, "%s, %s: counts alone keep them", mixed_names[first], mixed_names[second]);
            gc_collect(heap);
            cr_assert_eq(objects_in(heap), before, "%s, %s: %zu objects were left", mixed_names[first], mixed_names[second],
                         objects_in(heap) - before);
        }
    cr_assert_eq(mixed_clean_ups, clean_ups);
    close_heap(heap);
}

/* --- Random graphs ------------------------------------------------------------------------------------------------ */

enum { NODES = 60 };

typedef struct graph {
    gc_heap *heap;
    struct model_random random;
    enum mixed_kind kinds[NODES];
    void *objects[NODES];          /* held where `held` says so */
    gc_weak *watchers[NODES];
    bool edges[NODES][NODES], held[NODES], reached[NODES];
    gc_weak_dict *notes;           /* held: about some nodes, one each */
    int note[NODES];               /* the node that the note of this one holds; -1: none */
} graph;

static void graph_build(graph *g)
{
    g->notes = gc_weak_dict_create(g->heap, GC_WEAK_KEYS);
    for (int i = 0; i < NODES; i++) {
        g->kinds[i] = (enum mixed_kind)model_random_below(&g->random, MIXED_KINDS);
        int inside = i > 0 ? model_random_below(&g->random, i) : -1;
        bool holds = g->kinds[i] == MIXED_TUPLE && inside >= 0;
        g->objects[i] = mixed_new(g->heap, g->kinds[i], holds ? g->objects[inside] : NULL);
        if (holds)
            g->edges[i][inside] = true;
        g->watchers[i] = gc_weak_create(g->objects[i], NULL, NULL);
        g->held[i] = true;
    }
    for (int edge = 0; edge < NODES * 5 / 4; edge++) {
        int from = model_random_below(&g->random, NODES), to = model_random_below(&g->random, NODES);
        int degree = 0;
        for (int i = 0; i < NODES; i++)
            degree += g->edges[from][i];
        if (degree >= 3 || (hashes(g->kinds[from]) && g->kinds[to] == MIXED_TUPLE))
            continue; /* a node has three places; a tuple's hash is that of what is in it */
        bool single = g->kinds[from] == MIXED_CELL || g->kinds[from] == MIXED_WEAK_KEYS;
        if (!mixed_put(g->kinds[from], g->objects[from], g->objects[to]))
            continue;
        if (single)
            memset(g->edges[from], 0, sizeof g->edges[from]);
        g->edges[from][to] = true;
    }
    for (int i = 0; i < NODES; i++) {
        g->note[i] = model_random_percent(&g->random, 25) && has_hash(g->kinds[i]) && g->kinds[i] != MIXED_TUPLE
                         ? model_random_below(&g->random, NODES) : -1;
        if (g->note[i] >= 0)
            cr_assert(gc_weak_dict_set(g->notes, g->objects[i], g->objects[g->note[i]]));
    }
}

static bool graph_reach(graph *g, int to)
{
    bool fresh = !g->reached[to];
    g->reached[to] = true;
    return fresh;
}

static void graph_search(graph *g)
{
    memcpy(g->reached, g->held, sizeof g->held);
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < NODES; i++) {
            if (!g->reached[i])
                continue;
            for (int to = 0; to < NODES; to++)
                if (g->edges[i][to])
                    again |= graph_reach(g, to);
            if (g->note[i] >= 0)
                again |= graph_reach(g, g->note[i]);
        }
    }
}

static void graph_check(graph *g)
{
    size_t notes = 0;
    for (int i = 0; i < NODES; i++) {
        void *object = gc_weak_get(g->watchers[i]);
        cr_assert_eq(object != NULL, g->reached[i], "seed %llu: node %d, a %s, should be %s", (unsigned long long)g->random.state, i,
                     mixed_names[g->kinds[i]], g->reached[i] ? "alive" : "gone");
        gc_release(object);
        notes += g->note[i] >= 0 && g->reached[i];
    }
    cr_assert_eq(gc_weak_dict_count(g->notes), notes);
}

static void graph_play(uint64_t seed)
{
    static graph g;
    size_t clean_ups = mixed_clean_ups;
    memset(&g, 0, sizeof g);
    g.heap = open_heap();
    g.random.state = seed;
    graph_build(&g);
    gc_collect(g.heap);
    memset(g.reached, 1, sizeof g.reached);
    graph_check(&g);
    for (int step = 0; step < 6; step++) {
        for (int i = 0; i < NODES; i++)
            if (g.held[i] && (step == 5 || model_random_percent(&g.random, 40))) {
                g.held[i] = false;
                gc_release(g.objects[i]);
            }
        gc_collect(g.heap);
        graph_search(&g);
        graph_check(&g);
        assert_whole(g.heap);
    }
    for (int i = 0; i < NODES; i++) {
        gc_release(g.watchers[i]);
        clean_ups += g.kinds[i] == MIXED_CLEANED_GENERATOR;
    }
    cr_assert_eq(mixed_clean_ups, clean_ups, "each once");
    gc_release(g.notes);
    close_heap(g.heap);
}

Test(mixed_cycles, random_graphs)
{
    int graphs = (int)fewer_when_checked(300);
    for (int seed = 1; seed <= graphs; seed++)
        graph_play((uint64_t)seed * 7919);
}
