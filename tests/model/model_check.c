/* SPDX-License-Identifier: MIT */
/* model_check.c: heap and mirror compared in everything that can be asked. Only between operations: nobody is dying. */
#include "tests/model/model.h"

static void check_slots(struct model *model, int number)
{
    const struct oracle_node *node = model_node(model, number);
    const struct model_item *item = &model->items[number];
    if (item->kind == KIND_WEAK || item->kind == KIND_EPHEMERON)
        return;
    if (model_kind_is_container(item->kind) && model_container_count(item->kind, item->object) != node->slot_count)
        model_fail(model, "%d (%s) holds %d, must be %d", number, model_kinds[item->kind].name,
                   model_container_count(item->kind, item->object), node->slot_count);
    for (int s = 0; s < node->slot_count && !model->has_failed; s++) {
        void *expected = node->slots[s] == ORACLE_NONE ? NULL : model->items[node->slots[s]].object;
        void *actual = model_slot_load(item->kind, item->object, s);
        if (actual != expected)
            model_fail(model, "slot %d of %d (%s) is %p, must be %p, node %d", s, number, model_kinds[item->kind].name,
                       actual, expected, node->slots[s]);
    }
}

static void check_node(struct model *model, int number)
{
    const struct oracle_node *node = model_node(model, number);
    const struct model_item *item = &model->items[number];
    const char *name = model_kinds[item->kind].name;
    uint32_t count = node->is_immortal ? UINT32_MAX : (uint32_t)node->count;
    if (!gc_is_object(model->heap, item->object)) {
        model_fail(model, "%d (%s) is gone, with %d references", number, name, node->count);
        return;
    }
    if (!model_kind_intact(item->kind, item->object, (uint32_t)number))
        model_fail(model, "%d (%s) was overwritten", number, name);
    if (gc_refcount(item->object) != count)
        model_fail(model, "%d (%s) has %u references, must be %u", number, name, gc_refcount(item->object), count);
    if (gc_generation_of(item->object) != node->generation)
        model_fail(model, "%d (%s) is in generation %d, must be %d", number, name, gc_generation_of(item->object),
                   node->generation);
    if (gc_is_finalized(item->object) != node->finalized)
        model_fail(model, "%d (%s) is finalized: %d", number, name, (int)gc_is_finalized(item->object));
    if (gc_is_immortal(item->object) != node->is_immortal)
        model_fail(model, "%d (%s) is immortal: %d", number, name, (int)gc_is_immortal(item->object));
    if (gc_is_tracked(item->object) != (node->generation != ORACLE_UNTRACKED))
        model_fail(model, "%d (%s) is tracked: %d", number, name, (int)gc_is_tracked(item->object));
    check_slots(model, number);
}

int model_live_count(const struct model *model)
{
    int live = 0;
    for (int n = 0; n < model->oracle.node_count; n++)
        live += model->oracle.nodes[n].state == ORACLE_LIVE;
    return live;
}

void model_check(struct model *model)
{
    gc_stats stats;
    /* Looking through a weak reference touches its target, which a later collection may notice: not every time. */
    bool with_weak = model_random_percent(&model->random, 40);
    for (int n = 0; n < model->oracle.node_count && !model->has_failed; n++) {
        if (model_node(model, n)->state != ORACLE_LIVE)
            continue;
        check_node(model, n);
        if (with_weak && (model->items[n].kind == KIND_WEAK || model->items[n].kind == KIND_EPHEMERON))
            model_weak_check(model, n, true);
    }
    if (model->has_failed)
        return;
    const char *fault = gc_heap_verify(model->heap);
    if (fault)
        model_fail(model, "gc_heap_verify: %s", fault);
    gc_get_stats(model->heap, &stats);
    if (stats.objects != (size_t)model_live_count(model))
        model_fail(model, "the heap counts %zu objects, must be %d", stats.objects, model_live_count(model));
}
