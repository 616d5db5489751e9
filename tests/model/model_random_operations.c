/* SPDX-License-Identifier: MIT */
/* model_random_operations.c: what the program does next, by chance. Each operation takes only what a program could reach. */
#include "tests/model/model.h"

#define LARGE_SLOTS 20000
#define LARGE_BYTES (3 << 20)

static void create_one(struct model *model)
{
    enum model_variant variant;
    enum model_kind kind = model_pick_creation(model, &variant);
    bool is_large = model->flavour->has_large && model_random_percent(&model->random, 4);
    int slots = is_large ? model_random_skewed(&model->random, LARGE_SLOTS) : model_random_skewed(&model->random, 12);
    size_t bytes = (size_t)model_random_skewed(&model->random, is_large ? LARGE_BYTES : 700);
    int number = model_random_percent(&model->random, 35) ? model_container_create(model)
                                                         : model_create(model, kind, variant, slots, bytes);
    if (number == ORACLE_NONE || model->has_failed)
        return;
    /* Most new objects go into a field at once, as in a program. */
    oracle_reach(&model->oracle, number);
    int owner = model_random_percent(&model->random, 70) ? model_pick_owner(model) : ORACLE_NONE;
    if (owner == ORACLE_NONE)
        return;
    int slot = model_pick_slot(model, owner);
    if (model_slot_class(model->items[owner].kind, slot) != SLOT_ANY)
        return;
    model_set(model, owner, slot, number);
    /* User code may have dropped it already. */
    if (!model->has_failed && model_node(model, number)->holds > 0 && model_random_percent(&model->random, 60))
        model_drop(model, number);
}

static void store_one(struct model *model)
{
    int owner = model_pick_owner(model);
    if (owner == ORACLE_NONE)
        return;
    int slot = model_pick_slot(model, owner);
    int target = model_random_percent(&model->random, 75) ? model_pick_for_slot(model, owner, slot) : ORACLE_NONE;
    model_set(model, owner, slot, target);
}

/* A hold becomes a field: by gc_move, or by plain assignment into an object made since the last collection. */
static void move_one(struct model *model)
{
    int owner = model_pick_owner(model), target = model_pick_held(model);
    if (owner == ORACLE_NONE || target == ORACLE_NONE)
        return;
    int slot = model_pick_slot(model, owner);
    enum model_kind kind = model->items[owner].kind;
    if (model_slot_class(kind, slot) != SLOT_ANY)
        return;
    bool is_plain = !model_kind_is_container(kind) && model->items[owner].newborn && model_node(model, owner)->slots[slot] == ORACLE_NONE;
    if (is_plain && model_random_percent(&model->random, 50))
        model_give(model, owner, slot, target);
    else if (model_slot_address(kind, model->items[owner].object, slot))
        model_move(model, owner, slot, target);
}

static void watch_one(struct model *model)
{
    int target = model_pick_target(model), other = model_pick(model);
    bool has_callback = model->flavour->has_user_code && model_random_percent(&model->random, 50);
    if (target == ORACLE_NONE)
        return;
    if (model_random_percent(&model->random, 40))
        model_ephemeron_create(model, target, model_random_percent(&model->random, 90) ? other : ORACLE_NONE);
    else
        model_weak_create(model, target, has_callback, model_random_percent(&model->random, 50) ? other : ORACLE_NONE);
}

static void look_through_one(struct model *model)
{
    int weak = model_pick_kind(model, KIND_WEAK);
    if (weak != ORACLE_NONE && model_node(model, weak)->target != ORACLE_NONE)
        model_weak_take(model, weak);
}

static void resize_one(struct model *model)
{
    static const enum model_kind kinds[] = { KIND_FLEX, KIND_PAIRS, KIND_SPAN, KIND_WORD_SPAN };
    int number = model_pick_kind(model, kinds[model_random_below(&model->random, 4)]);
    int limit = model->flavour->has_large && model_random_percent(&model->random, 5) ? LARGE_SLOTS : 20;
    /* An object may move while it has one reference, which must be the caller's own: a field would be left pointing nowhere. */
    bool is_ours = number != ORACLE_NONE && (model_node(model, number)->holds > 0 || model_node(model, number)->count > 1);
    if (is_ours)
        model_resize(model, number, model_random_skewed(&model->random, limit));
}

static void hide_one(struct model *model)
{
    int number = model_pick_kind(model, KIND_HIDER);
    if (number != ORACLE_NONE)
        model_hide(model, number, model_random_percent(&model->random, 60) ? model_pick(model) : ORACLE_NONE);
}

static bool may_change_standing(const struct model *model, int number)
{
    return number != ORACLE_NONE && model->items[number].kind != KIND_WEAK && model->items[number].kind != KIND_EPHEMERON;
}

static void change_standing(struct model *model)
{
    int number = model_pick(model);
    int choice = model_random_below(&model->random, 100);
    if (choice < 40 && may_change_standing(model, number))
        model_track(model, number, true);
    else if (choice < 60 && may_change_standing(model, number))
        model_track(model, number, false);
    else if (choice < 72)
        model_freeze(model, true);
    else if (choice < 95)
        model_freeze(model, false);
    else if (choice < 96 && may_change_standing(model, number))
        model_immortalize(model, number);
    else
        gc_trim(model->heap);
}

static void change_container(struct model *model)
{
    for (int times = 1 + model_random_below(&model->random, 4); times > 0 && !model->has_failed; times--) {
        oracle_reach(&model->oracle, ORACLE_NONE);
        model_container_change(model);
    }
}

static void drop_one(struct model *model)
{
    int number = model_pick_held(model);
    if (number != ORACLE_NONE)
        model_drop(model, number);
}

static void hold_one(struct model *model)
{
    int number = model_pick(model);
    if (number != ORACLE_NONE)
        model_hold(model, number);
}

/* Full collections with little between them: what they look at is what those few operations have touched, and what is younger. */
static void collect_often(struct model *model)
{
    static void (*const operations[])(struct model *) = { drop_one, drop_one, store_one, store_one, move_one, hold_one, watch_one,
                                                          look_through_one };
    for (int rounds = 1 + model_random_below(&model->random, 4); rounds > 0 && !model->has_failed; rounds--) {
        model_collect(model, 2);
        for (int left = model_random_below(&model->random, 4); left > 0 && !model->has_failed; left--) {
            oracle_reach(&model->oracle, ORACLE_NONE);
            operations[model_random_below(&model->random, 8)](model);
            model_quiesce(model);
        }
    }
    if (!model->has_failed)
        model_collect(model, 2);
}

void model_operate(struct model *model)
{
    int choice = model_random_below(&model->random, 100);
    bool is_full = model_live_count(model) >= model->flavour->nodes_max;
    oracle_reach(&model->oracle, ORACLE_NONE);
    if (choice < 30 && !is_full)
        create_one(model);
    else if (choice < 50)
        drop_one(model);
    else if (choice < 58)
        change_container(model);
    else if (choice < 68)
        store_one(model);
    else if (choice < 74)
        move_one(model);
    else if (choice < 81 && !is_full)
        watch_one(model);
    else if (choice < 83)
        look_through_one(model);
    else if (choice < 86)
        resize_one(model);
    else if (choice < 88)
        hide_one(model);
    else if (choice < 90)
        change_standing(model);
    else if (choice < 92)
        hold_one(model);
    else if (choice < 93)
        collect_often(model);
    else if (!model->flavour->is_automatic || choice < 94)
        model_collect(model, model_random_below(&model->random, 3));
    else if (choice < 95)
        model->is_disabled ? gc_enable(model->heap) : gc_disable(model->heap), model->is_disabled = !model->is_disabled;
}
