/* SPDX-License-Identifier: MIT */
/* model_state.c: what can be done to an object's standing with the collector. */
#include "tests/model/model.h"

void model_track(struct model *model, int number, bool tracked)
{
    struct oracle_node *node = model_node(model, number);
    void *object = model->items[number].object;
    model_trace(model, "%s %d", tracked ? "track" : "untrack", number);
    if (tracked)
        gc_track(object);
    else
        gc_untrack(object);
    if (node->is_immortal || model_kinds[model->items[number].kind].is_acyclic)
        return; /* neither does anything */
    if (!tracked)
        node->generation = ORACLE_UNTRACKED;
    else if (node->generation == ORACLE_UNTRACKED)
        node->generation = 0;
}

void model_freeze(struct model *model, bool frozen)
{
    size_t frozen_count = 0;
    model_trace(model, "%s", frozen ? "freeze" : "unfreeze");
    bool done = frozen ? gc_freeze(model->heap) : gc_unfreeze(model->heap);
    if (!done)
        model_fail(model, "freezing or unfreezing was refused: %s", gc_last_error_message(model->heap));
    for (int n = 0; n < model->oracle.node_count; n++) {
        struct oracle_node *node = model_node(model, n);
        if (node->state != ORACLE_LIVE || node->generation == ORACLE_UNTRACKED)
            continue;
        if (frozen)
            node->generation = ORACLE_FROZEN;
        else if (node->generation == ORACLE_FROZEN)
            node->generation = ORACLE_OLDEST;
        frozen_count += node->generation == ORACLE_FROZEN;
    }
    if (gc_freeze_count(model->heap) != frozen_count)
        model_fail(model, "%zu objects are frozen, must be %zu", gc_freeze_count(model->heap), frozen_count);
}

void model_immortalize(struct model *model, int number)
{
    struct oracle_node *node = model_node(model, number);
    model_trace(model, "immortalize %d", number);
    node->is_immortal = true;
    node->generation = ORACLE_UNTRACKED;
    gc_immortalize(model->items[number].object);
}
