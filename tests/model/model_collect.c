/* SPDX-License-Identifier: MIT */
/* model_collect.c: collections. The mirror takes its first look when one starts, its second look as late as it can, and
 * at the end compares how many objects took part, how many were freed, and how many came back. */
#include "tests/model/model.h"

void model_collection_start(struct model *model, int generation)
{
    struct model_collection *collection = &model->collection;
    for (int n = 0; n < model->oracle.node_count; n++)
        model->items[n].newborn = false;
    collection->is_active = true;
    collection->is_second_done = false;
    collection->generation = generation;
    collection->condemned = oracle_condemn(&model->oracle, generation);
    collection->candidates = oracle_candidates(&model->oracle);
    collection->doomed = 0;
    model->starts++;
    model_trace(model, "collection of generation %d: %d candidates, %d condemned", generation, collection->candidates,
                collection->condemned);
    for (int n = 0; n < model->oracle.node_count; n++) {
        if (model_node(model, n)->condemned)
            model_trace(model, "  condemned: %d (%s)", n, model_kinds[model->items[n].kind].name);
    }
}

void model_second_look(struct model *model)
{
    oracle_bury_silent(&model->oracle, ORACLE_NONE); /* what died in user code is gone once that has returned */
    for (int n = 0; n < model->oracle.node_count; n++) {
        struct oracle_node *node = model_node(model, n);
        if (node->condemned && model->items[n].is_cleaned)
            node->finalized = true; /* a closed one's finalizer does nothing, unseen */
        if (node->condemned && node->has_finalizer && !node->finalized)
            model_fail(model, "%d is condemned, and the finalizers are over without its own", n);
    }
    model->collection.is_second_done = true;
    model->collection.doomed = oracle_doom(&model->oracle);
    model_trace(model, "second look: %d doomed", model->collection.doomed);
}

void model_collection_stop(struct model *model, const gc_collect_info *info)
{
    struct model_collection *collection = &model->collection;
    if (!collection->is_second_done)
        model_second_look(model);
    if (info && info->generation != collection->generation)
        model_fail(model, "generation %d at the stop, %d at the start", info->generation, collection->generation);
    /* A full collection may leave out of the old what nothing touched can reach, and is right if that is no garbage. */
    size_t least = (size_t)(collection->generation == 2 ? collection->condemned : collection->candidates);
    if (info && (info->candidates < least || info->candidates > (size_t)collection->candidates))
        model_fail(model, "%zu candidates, must be %zu to %d", info->candidates, least, collection->candidates);
    if (info && info->collected != (size_t)collection->doomed)
        model_fail(model, "%zu collected, must be %d", info->collected, collection->doomed);
    if (info && info->uncollectable != (size_t)(collection->condemned - collection->doomed))
        model_fail(model, "%zu uncollectable, must be %d", info->uncollectable, collection->condemned - collection->doomed);
    oracle_promote(&model->oracle, collection->generation);
    collection->is_active = false;
}

void model_on_collect(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    struct model *model = context;
    if (model->has_failed)
        return;
    if (heap != model->heap)
        model_fail(model, "a collection of another heap is reported");
    if (phase == GC_COLLECT_STOP) {
        model_collection_stop(model, info);
        return;
    }
    if (!model->may_collect || model->depth > 0 || model->collection.is_active)
        model_fail(model, "a collection of generation %d starts where none may", info->generation);
    if (info->candidates || info->collected || info->duration_ns)
        model_fail(model, "figures at the start of a collection");
    if (gc_collect(heap))
        model_fail(model, "a collection inside a collection freed something");
    model_collection_start(model, info->generation);
}

void model_collect(struct model *model, int generation)
{
    int starts = model->starts;
    model_trace(model, "collect generation %d", generation);
    if (!model->is_observed)
        model_collection_start(model, generation);
    model->may_collect = true;
    size_t freed = generation == 2 && model_random_percent(&model->random, 50)
                       ? gc_collect(model->heap)
                       : gc_collect_generation(model->heap, generation);
    model->may_collect = false;
    if (model->has_failed)
        return;
    if (model->starts == starts)
        model_collection_start(model, generation); /* it returned without looking: nothing can have died */
    if (model->collection.is_active)
        model_collection_stop(model, NULL);
    if (freed != (size_t)model->collection.doomed)
        model_fail(model, "gc_collect_generation(%d) returns %zu, must be %d", generation, freed, model->collection.doomed);
    model_quiesce(model);
}

/* Which generation CPython's rule collects at the next creation, or -1. Holds where full_percent is 0. */
static int due_generation(struct model *model)
{
    int64_t counts[3], thresholds[3];
    gc_get_counts(model->heap, counts);
    gc_get_thresholds(model->heap, thresholds);
    if (!gc_is_enabled(model->heap) || model->depth > 0 || !thresholds[0] || counts[0] < thresholds[0])
        return -1;
    if (thresholds[2] && counts[2] > thresholds[2])
        return 2;
    return thresholds[1] && counts[1] > thresholds[1] ? 1 : 0;
}

struct model_creation model_creation_begin(struct model *model)
{
    bool is_automatic = model->flavour->is_automatic;
    model->may_collect = is_automatic && model->depth == 0;
    return (struct model_creation){ model->starts, is_automatic ? due_generation(model) : -1 };
}

void model_creation_end(struct model *model, struct model_creation creation)
{
    bool is_collected = model->starts != creation.starts;
    int due = creation.due_generation;
    model->may_collect = false;
    if (!model->flavour->is_automatic || model->depth > 0)
        return;
    if (due >= 0 && !is_collected)
        model_fail(model, "no collection although generation %d is due", due);
    else if (due < 0 && is_collected)
        model_fail(model, "a collection of generation %d although none is due", model->collection.generation);
    else if (due >= 0 && model->collection.generation != due)
        model_fail(model, "a collection of generation %d although %d is due", model->collection.generation, due);
    model_quiesce(model);
}
