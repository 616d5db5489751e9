/* SPDX-License-Identifier: MIT */
/* model_pick.c: random choices among the nodes that a program could get at. The marks are those of the last oracle_reach. */
#include "tests/model/model.h"

typedef bool (*pick_filter)(struct model *model, int number, int argument);

/* Each node that passes, with equal chance. */
static int pick_where(struct model *model, pick_filter filter, int argument)
{
    int chosen = ORACLE_NONE, passed = 0;
    for (int n = 0; n < model->oracle.node_count; n++) {
        const struct oracle_node *node = model_node(model, n);
        if (node->state != ORACLE_LIVE || !node->reached || model->items[n].is_entry || !filter(model, n, argument))
            continue;
        if (model_random_below(&model->random, ++passed) == 0)
            chosen = n;
    }
    return chosen;
}

static bool is_any(struct model *model, int number, int argument)
{
    (void)model, (void)number, (void)argument;
    return true;
}

static bool is_held(struct model *model, int number, int argument)
{
    (void)argument;
    /* A finalizer's object is held once by the library, not by the program. */
    return model_node(model, number)->holds > model->items[number].pins + (number == model->self);
}

static bool is_of_kind(struct model *model, int number, int kind)
{
    return (int)model->items[number].kind == kind;
}

static bool has_slots(struct model *model, int number, int argument)
{
    (void)argument;
    enum model_kind kind = model->items[number].kind;
    return kind != KIND_WEAK && kind != KIND_EPHEMERON && kind != KIND_WEAK_DICT && model_node(model, number)->slot_count > 0;
}

/* One that has calls of its own to change it. */
static bool is_changeable(struct model *model, int number, int argument)
{
    (void)argument;
    enum model_kind kind = model->items[number].kind;
    return kind == KIND_LIST || kind == KIND_DICT || kind == KIND_SET || kind == KIND_GENERATOR || kind == KIND_WEAK_DICT;
}

/* Weak references and ephemerons can themselves not be watched. */
static bool may_be_watched(struct model *model, int number, int argument)
{
    (void)argument;
    return model->items[number].kind != KIND_WEAK && model->items[number].kind != KIND_EPHEMERON;
}

int model_pick_container(struct model *model)
{
    return pick_where(model, is_changeable, 0);
}

int model_pick_target(struct model *model)
{
    return pick_where(model, may_be_watched, 0);
}

int model_pick(struct model *model)
{
    return pick_where(model, is_any, 0);
}

int model_pick_held(struct model *model)
{
    return pick_where(model, is_held, 0);
}

int model_pick_kind(struct model *model, enum model_kind kind)
{
    return pick_where(model, is_of_kind, (int)kind);
}

int model_pick_owner(struct model *model)
{
    return pick_where(model, has_slots, 0);
}

int model_pick_slot(struct model *model, int number)
{
    return model_random_below(&model->random, model_node(model, number)->slot_count);
}

int model_pick_for_slot(struct model *model, int number, int slot)
{
    switch (model_slot_class(model->items[number].kind, slot)) {
    case SLOT_WEAK:
        return model_pick_kind(model, KIND_WEAK);
    case SLOT_EPHEMERON:
        return model_pick_kind(model, KIND_EPHEMERON);
    case SLOT_ANY:
    case SLOT_FIXED:
        break;
    }
    return model_pick(model);
}

enum model_kind model_pick_creation(struct model *model, enum model_variant *variant)
{
    bool has_user_code = model->flavour->has_user_code;
    /* User code that made objects with finalizers without end would keep every collection busy. */
    bool may_finalize = has_user_code && (model->depth == 0 || model->creations_left-- > 0);
    *variant = may_finalize && model_random_percent(&model->random, 50) ? VARIANT_FINALIZED : VARIANT_REPORTED;
    if (!has_user_code && model_random_percent(&model->random, 50))
        *variant = VARIANT_SILENT;
    if (model_random_percent(&model->random, 40))
        return KIND_PLAIN;
    return (enum model_kind)model_random_below(&model->random, KIND_WEAK);
}
