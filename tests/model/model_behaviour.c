/* SPDX-License-Identifier: MIT */
/* model_behaviour.c: what finalizers and weak callbacks do, by chance: nothing, resurrect their own object or another, break
 * the cycle they are in, create, watch, drop, look. They take what they could reach: from their own object, and from
 * what the program holds. */
#include "tests/model/model.h"

/* Some slot, of an object that is not the finalizer's own if there is one, comes to hold the node; or the program holds it. */
static void save_node(struct model *model, int number)
{
    int owner = model_pick_owner(model);
    if (owner == ORACLE_NONE || model_random_percent(&model->random, 30)) {
        model_hold(model, number);
        return;
    }
    int slot = model_pick_slot(model, owner);
    if (model_slot_class(model->items[owner].kind, slot) == SLOT_ANY)
        model_set(model, owner, slot, number);
}

/* Every reference to the object that the finalizer could find goes: the last one among them. */
static void cut_references_to(struct model *model, int number)
{
    for (int n = 0; n < model->oracle.node_count && !model->has_failed; n++) {
        if (!model_node(model, n)->reached || model_node(model, n)->state != ORACLE_LIVE)
            continue;
        enum model_kind kind = model->items[n].kind;
        for (int s = 0; s < model_node(model, n)->slot_count; s++) {
            if (kind != KIND_WEAK && kind != KIND_EPHEMERON && model_node(model, n)->slots[s] == number)
                model_set(model, n, s, ORACLE_NONE);
        }
    }
}

static void clear_own_slots(struct model *model, int number)
{
    for (int s = 0; s < model_node(model, number)->slot_count && !model->has_failed; s++)
        model_set(model, number, s, ORACLE_NONE);
}

static void create_and_link(struct model *model, int self)
{
    enum model_variant variant;
    enum model_kind kind = model_pick_creation(model, &variant);
    int slots = model_random_skewed(&model->random, 6);
    bool is_container = model_random_percent(&model->random, 30);
    int number = is_container ? model_container_create(model) : model_create(model, kind, variant, slots, 0);
    if (number == ORACLE_NONE || model->has_failed)
        return;
    kind = model->items[number].kind;
    bool has_slot = model_node(model, number)->slot_count > 0 && model_slot_class(kind, 0) == SLOT_ANY;
    if (self != ORACLE_NONE && has_slot && model_random_percent(&model->random, 40))
        model_set(model, number, 0, self);
    if (self != ORACLE_NONE && model_node(model, self)->slot_count > 0 && model_random_percent(&model->random, 40) &&
        model_slot_class(model->items[self].kind, 0) == SLOT_ANY)
        model_set(model, self, 0, number);
    if (model_node(model, number)->holds > 0 && model_random_percent(&model->random, 60))
        model_drop(model, number);
}

static void watch_and_link(struct model *model)
{
    int target = model_pick_target(model), holder = model_pick_kind(model, KIND_WATCHER);
    if (target == ORACLE_NONE || (target == model->self && !model_node(model, target)->condemned))
        return; /* an object that dies by count takes no weak reference */
    int weak = model_weak_create(model, target, model_random_percent(&model->random, 50), ORACLE_NONE);
    if (weak == ORACLE_NONE)
        return;
    if (holder != ORACLE_NONE)
        model_set(model, holder, 0, weak);
    if (model_random_percent(&model->random, 50))
        model_drop(model, weak);
}

static void look_around(struct model *model)
{
    /* What the program reaches is alive for certain; anything else may be gone already, but is never another object. */
    for (int n = 0; n < model->oracle.node_count && !model->has_failed; n++) {
        const struct oracle_node *node = model_node(model, n);
        if (!node->reached || node->state != ORACLE_LIVE || model->items[n].kind != KIND_WEAK)
            continue;
        bool is_certain = node->target != ORACLE_NONE && model_node(model, node->target)->reached && node->target != model->self;
        model_weak_check(model, n, is_certain);
    }
    if (gc_collect(model->heap) || gc_collect_generation(model->heap, 0))
        model_fail(model, "a collection inside user code freed something");
}

static void behave_once(struct model *model, int self)
{
    oracle_reach(&model->oracle, self);
    int other = model_pick(model), held = model_pick_held(model);
    switch (model_random_below(&model->random, 11)) {
    case 0:
        if (self != ORACLE_NONE)
            save_node(model, self);
        break;
    case 1:
        if (other != ORACLE_NONE)
            save_node(model, other);
        break;
    case 2:
        if (self != ORACLE_NONE)
            cut_references_to(model, self);
        break;
    case 3:
        if (self != ORACLE_NONE)
            clear_own_slots(model, self);
        break;
    case 4:
        create_and_link(model, self);
        break;
    case 5:
        watch_and_link(model);
        break;
    case 6:
        if (held != ORACLE_NONE)
            model_drop(model, held);
        break;
    case 7:
        look_around(model);
        break;
    case 8:
        model_container_change(model);
        break;
    default:
        break;
    }
}

void model_behave(struct model *model)
{
    int acts = model_random_skewed(&model->random, 4);
    for (int a = 0; a < acts && !model->has_failed; a++)
        behave_once(model, model->self);
}
