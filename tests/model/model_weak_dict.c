/* SPDX-License-Identifier: MIT */
/* model_weak_dict.c: weak dictionaries. To the mirror one is a container of ephemerons that nobody else has, which is what it is: so the
 * oracle knows by itself when an entry is gone, and what an entry keeps. It does not say when the memory of a gone one is given back: the
 * mirror looks which entries are left, and refuses the loss of one that was not gone. */
#include "tests/model/model.h"

static bool has_weak_keys(struct model *model, int number)
{
    return gc_weak_dict_side(model->items[number].object) == GC_WEAK_KEYS;
}

/* Key and value of an entry, by its ephemeron; of one that is gone, neither. */
static int key_of(struct model *model, int number, int entry)
{
    const struct oracle_node *node = model_node(model, entry);
    return has_weak_keys(model, number) ? node->key : node->slots[0];
}

static int value_of(struct model *model, int number, int entry)
{
    const struct oracle_node *node = model_node(model, entry);
    return has_weak_keys(model, number) ? node->slots[0] : node->key;
}

/* The slot of the entry that a key has; gone ones have none. */
static int find_entry(struct model *model, int number, int key)
{
    for (int s = 0; s < model_node(model, number)->slot_count; s++) {
        if (key_of(model, number, model_node(model, number)->slots[s]) == key)
            return s;
    }
    return ORACLE_NONE;
}

static int slot_with_object(struct model *model, int number, const void *object)
{
    for (int s = 0; s < model_node(model, number)->slot_count; s++) {
        if (model->items[model_node(model, number)->slots[s]].object == object)
            return s;
    }
    return ORACLE_NONE;
}

static int adopt_entry(struct model *model, int number, void *ephemeron, int key, int value)
{
    bool weak_keys = has_weak_keys(model, number);
    int entry = model_adopt(model, ephemeron, KIND_EPHEMERON, 1);
    model->items[entry].is_entry = true;
    model_node(model, entry)->is_ephemeron = true;
    model_node(model, entry)->key = weak_keys ? key : value;
    model_node(model, entry)->slots[0] = weak_keys ? value : key;
    return entry;
}

/* Whether the weak side is alive. One that an automatic collection has just let die may not be buried yet. */
static bool is_there(struct model *model, int entry)
{
    int weak_side = model_node(model, entry)->key;
    return weak_side != ORACLE_NONE && model_node(model, weak_side)->state != ORACLE_DYING;
}

/* Follows which entries the real one has now. A new one has that key and value; one that is missing was gone, or is `replaced`. */
static void follow_entries(struct model *model, int number, int key, int value, int replaced)
{
    struct model_entries entries = model_weak_dict_all(model->items[number].object);
    int slots[MODEL_CONTAINER_SLOTS], fresh = ORACLE_NONE;
    bool is_left[MODEL_CONTAINER_SLOTS] = { false };
    for (int i = 0; i < entries.count; i++) {
        int slot = slot_with_object(model, number, entries.objects[i]);
        if (slot != ORACLE_NONE) {
            slots[i] = model_node(model, number)->slots[slot];
            is_left[slot] = true;
        } else if (key != ORACLE_NONE && fresh == ORACLE_NONE) {
            slots[i] = fresh = adopt_entry(model, number, entries.objects[i], key, value);
        } else {
            model_fail(model, "weak dictionary %d has an entry too many", number);
            return;
        }
    }
    for (int s = 0; s < model_node(model, number)->slot_count; s++) {
        int entry = model_node(model, number)->slots[s];
        if (!is_left[s] && entry != replaced && is_there(model, entry))
            model_fail(model, "weak dictionary %d has lost the entry %d, whose weak side is alive", number, entry);
    }
    oracle_resize(&model->oracle, number, entries.count);
    for (int i = 0; i < entries.count; i++)
        model_node(model, number)->slots[i] = slots[i];
    if (fresh != ORACLE_NONE)
        model_node(model, fresh)->holds = 0;
    oracle_settle(&model->oracle);
}

static void add(struct model *model, int number, int key, int value)
{
    gc_weak_dict *dict = model->items[number].object;
    int slot = find_entry(model, number, key), replaced = slot == ORACLE_NONE ? ORACLE_NONE : model_node(model, number)->slots[slot];
    bool is_kept = replaced != ORACLE_NONE && has_weak_keys(model, number);
    if (slot == ORACLE_NONE && model_node(model, number)->slot_count == MODEL_CONTAINER_SLOTS)
        return;
    model_trace(model, "%d{%d: %d}", number, key, value);
    model_pin(model, key);
    model_pin(model, value);
    if (is_kept) {
        model_node(model, replaced)->slots[0] = value;
        oracle_settle(&model->oracle);
    }
    struct model_creation creation = model_creation_begin(model);
    if (!gc_weak_dict_set(dict, model->items[key].object, model->items[value].object))
        model_fail(model, "gc_weak_dict_set of %d: %s", number, gc_last_error_message(model->heap));
    if (is_kept)
        creation.due_generation = -1; /* nothing was created */
    if (!model->has_failed)
        follow_entries(model, number, is_kept ? ORACLE_NONE : key, value, is_kept ? ORACLE_NONE : replaced);
    model_creation_end(model, creation);
    model_quiesce(model);
    if (model->has_failed)
        return;
    model_unpin(model, value);
    model_unpin(model, key);
}

static void take_out(struct model *model, int number, int slot)
{
    struct oracle_node *node = model_node(model, number);
    int key = key_of(model, number, node->slots[slot]);
    if (key == ORACLE_NONE)
        return;
    model_trace(model, "%d without %d", number, key);
    model_pin(model, key);
    for (int s = slot; s + 1 < node->slot_count; s++)
        node->slots[s] = node->slots[s + 1];
    oracle_resize(&model->oracle, number, node->slot_count - 1);
    oracle_settle(&model->oracle);
    if (!gc_weak_dict_remove(model->items[number].object, model->items[key].object))
        model_fail(model, "gc_weak_dict_remove of %d: not what must come back", number);
    model_quiesce(model);
    if (!model->has_failed)
        model_unpin(model, key);
}

/* What is looked up comes with a reference, which is dropped again. */
static void look_up(struct model *model, int number, int key)
{
    int slot = find_entry(model, number, key);
    int value = slot == ORACLE_NONE ? ORACLE_NONE : value_of(model, number, model_node(model, number)->slots[slot]);
    void *found = gc_weak_dict_get(model->items[number].object, model->items[key].object);
    model_trace(model, "%d{%d} is %d", number, key, value);
    if (found != (value == ORACLE_NONE ? NULL : model->items[value].object))
        model_fail(model, "weak dictionary %d yields %p for %d, must be %d", number, found, key, value);
    if (!found || model->has_failed)
        return;
    model_node(model, value)->holds++;
    oracle_settle(&model->oracle);
    model_drop(model, value);
}

/* Entries go one by one, and what dies with each may run user code: their strong sides are held meanwhile. */
static void clear(struct model *model, int number)
{
    int pinned[MODEL_CONTAINER_SLOTS], count = model_node(model, number)->slot_count;
    for (int s = 0; s < count; s++) {
        pinned[s] = model_node(model, model_node(model, number)->slots[s])->slots[0];
        if (pinned[s] != ORACLE_NONE)
            model_pin(model, pinned[s]);
    }
    oracle_resize(&model->oracle, number, 0);
    oracle_settle(&model->oracle);
    gc_weak_dict_clear(model->items[number].object);
    model_container_unpin(model, pinned, count);
}

static void purge(struct model *model, int number)
{
    int gone = 0, count = model_node(model, number)->slot_count;
    for (int s = 0; s < count; s++)
        gone += model_node(model, model_node(model, number)->slots[s])->key == ORACLE_NONE;
    if ((int)gc_weak_dict_count(model->items[number].object) != count - gone)
        model_fail(model, "weak dictionary %d has %zu entries, must be %d", number,
                   gc_weak_dict_count(model->items[number].object), count - gone);
    if ((int)gc_weak_dict_purge(model->items[number].object) != gone)
        model_fail(model, "gc_weak_dict_purge of %d does not find the %d that are gone", number, gone);
    follow_entries(model, number, ORACLE_NONE, ORACLE_NONE, ORACLE_NONE);
    if (!model->has_failed && model_node(model, number)->slot_count != count - gone)
        model_fail(model, "gc_weak_dict_purge of %d leaves what is gone", number);
}

static int pick_key(struct model *model, int number)
{
    int count = model_node(model, number)->slot_count;
    int known = count ? key_of(model, number, model_node(model, number)->slots[model_random_below(&model->random, count)]) : ORACLE_NONE;
    if (known != ORACLE_NONE && model_random_percent(&model->random, 25))
        return known;
    return has_weak_keys(model, number) ? model_pick_target(model) : model_pick(model);
}

/* Several, so that there are tables that grow, and gone entries in the way of new ones. */
static void add_some(struct model *model, int number)
{
    for (int times = 1 + model_random_skewed(&model->random, 8); times > 0 && !model->has_failed; times--) {
        oracle_reach(&model->oracle, ORACLE_NONE);
        int key = pick_key(model, number), value = has_weak_keys(model, number) ? model_pick(model) : model_pick_target(model);
        if (value != ORACLE_NONE && model_container_may_be_key(model, key))
            add(model, number, key, value);
    }
}

void model_weak_dict_change(struct model *model, int number)
{
    int count = model_node(model, number)->slot_count, choice = model_random_below(&model->random, 20);
    int key = pick_key(model, number);
    if (choice < 13)
        add_some(model, number);
    else if (choice < 15 && count)
        take_out(model, number, model_random_below(&model->random, count));
    else if (choice < 17 && model_container_may_be_key(model, key))
        look_up(model, number, key);
    else if (choice < 19)
        purge(model, number);
    else if (choice == 19)
        clear(model, number);
}
