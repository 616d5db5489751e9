/* SPDX-License-Identifier: MIT */
/* replay.c: one replay: build, collect, cut, collect, and count in between. */
#define _GNU_SOURCE 1
#include "replay.h"

#include "clock.h"
#include "model.h"

#include <stdlib.h>

/* Objects alive by type, taken from the heap's own figures. */
struct replay_census {
    const struct model *model;
    size_t type; /* the next that can come: types come in the order of registration */
    size_t *alive;
    size_t total;
};

static void replay_count_type(gc_type *type, size_t objects, size_t bytes, void *context)
{
    struct replay_census *census = context;
    size_t count = census->model->graph->type_count;
    (void)bytes;
    size_t t = census->type;
    while (t < count && census->model->types[t] != type)
        t++;
    if (t == count)
        return; /* one of the library's own: weak references */
    census->alive[t] = objects;
    census->total += objects;
    census->type = t + 1;
}

/* Fills in `alive`, by type, which is all zero; returns the sum, or SIZE_MAX without memory. */
static size_t replay_count(const struct model *model, size_t *alive)
{
    struct replay_census census = { .model = model, .alive = alive };
    if (gc_visit_type_stats(model->heap, replay_count_type, &census) == SIZE_MAX)
        return SIZE_MAX;
    return census.total;
}

static void replay_collect(struct model *model, const char *what, uint64_t *duration_ns, struct progress *progress)
{
    progress_begin(progress, what, 0);
    uint64_t start = clock_ns();
    gc_collect(model->heap);
    *duration_ns = clock_ns() - start;
    progress_end(progress);
}

/* Asks for each node whether it is alive, and counts the weak edges of those that are whose target is gone. */
static size_t replay_count_weak(const struct model *model, size_t *cleared)
{
    const struct graph *graph = model->graph;
    const uint32_t *edges = graph->edges;
    size_t live = 0;
    for (size_t n = 0; n < graph->node_count; edges += graph->nodes[n++].edge_count) {
        if (!model_is_alive(model, n))
            continue;
        live++;
        for (uint32_t i = 0; i < graph->nodes[n].edge_count; i++) {
            if (!(edges[i] & GRAPH_EDGE_WEAK))
                continue;
            void *target = gc_weak_get(model->objects[n]->edges[i]);
            *cleared += !target;
            gc_release(target);
        }
    }
    return live;
}

/* What became of each type, from the objects alive after the cut and after the collection. */
static void replay_tally(const struct graph *graph, const size_t *after_cut, const size_t *after_collect,
                         struct outcome *outcome)
{
    for (size_t n = 0; n < graph->node_count; n++)
        outcome->types[graph->nodes[n].type].objects++;
    for (size_t t = 0; t < graph->type_count; t++) {
        struct tally *tally = &outcome->types[t];
        tally->live = after_collect[t];
        tally->freed_by_refcount = tally->objects - after_cut[t];
        tally->freed_by_collection = after_cut[t] - after_collect[t];
        outcome->all.objects += tally->objects;
        outcome->all.live += tally->live;
        outcome->all.freed_by_refcount += tally->freed_by_refcount;
        outcome->all.freed_by_collection += tally->freed_by_collection;
    }
}

/* Cuts and collects a model that was built; `alive` has room for two counts of all types. */
static bool replay_cut(struct model *model, size_t *alive, struct progress *progress, struct outcome *outcome,
                       struct failure *failure)
{
    size_t *after_cut = alive, *after_collect = alive + model->graph->type_count;
    uint64_t start = clock_ns();
    model_cut(model, progress);
    outcome->cut_ns = clock_ns() - start;
    if (replay_count(model, after_cut) == SIZE_MAX)
        return fail(failure, "no memory to count the objects");
    replay_collect(model, "collecting", &outcome->collect_ns, progress);
    if (replay_count(model, after_collect) == SIZE_MAX)
        return fail(failure, "no memory to count the objects");
    replay_tally(model->graph, after_cut, after_collect, outcome);
    outcome->alive = replay_count_weak(model, &outcome->weak_cleared);
    return true;
}

static bool replay_steps(struct model *model, const struct graph *graph, struct progress *progress,
                         struct outcome *outcome, struct failure *failure)
{
    uint64_t start = clock_ns();
    if (!model_build(model, graph, progress, failure))
        return false;
    outcome->build_ns = clock_ns() - start;
    replay_collect(model, "collecting", &outcome->collect_live_ns, progress);
    gc_stats stats;
    gc_get_stats(model->heap, &stats);
    outcome->resident_bytes = stats.bytes_resident;
    outcome->heap_bytes = stats.bytes_heap;
    size_t *alive = calloc(graph->type_count * 2, sizeof *alive);
    bool good = alive ? replay_cut(model, alive, progress, outcome, failure)
                      : fail(failure, "no memory to count the objects");
    free(alive);
    return good;
}

bool replay_run(const struct graph *graph, size_t cut, struct progress *progress, struct outcome *outcome,
                struct failure *failure)
{
    struct model model = { 0 };
    *outcome = (struct outcome){ .edges = graph->edge_count, .weak_edges = graph->weak_count, .cut = cut };
    outcome->types = calloc(graph->type_count, sizeof *outcome->types);
    bool good = outcome->types ? replay_steps(&model, graph, progress, outcome, failure)
                               : fail(failure, "no memory to count the objects");
    progress_begin(progress, "closing", 0);
    outcome->left = model_close(&model);
    progress_end(progress);
    return good;
}

bool replay_check(const struct outcome *outcome, struct failure *failure)
{
    if (outcome->alive != outcome->all.live)
        return fail(failure, "the heap contradicts itself: %zu objects alive by type, %zu when each is asked for",
                    outcome->all.live, outcome->alive);
    if (outcome->left)
        return fail(failure, "the heap contradicts itself: %zu objects were left when it was closed", outcome->left);
    return true;
}

void replay_free_outcome(struct outcome *outcome)
{
    free(outcome->types);
    outcome->types = NULL;
}
