/* SPDX-License-Identifier: MIT */
/* model_containers.c: the ready-made containers, created and changed, each done to the heap and to the mirror. Whoever changes one holds
 * it meanwhile, as container.h asks for. */
#include "tests/model/model.h"

#include <string.h>

static void *object_of(struct model *model, int number)
{
    return number == ORACLE_NONE ? NULL : model->items[number].object;
}

static void expect(struct model *model, bool is_so, const char *call, int number)
{
    if (!is_so)
        model_fail(model, "%s of %d: not what must come back (%s)", call, number, gc_last_error_message(model->heap));
}

void model_container_take(struct model *model, int target)
{
    if (target == ORACLE_NONE)
        return;
    model_node(model, target)->holds++;
    model->items[target].pins++;
}

void model_container_taken(struct model *model, int target)
{
    if (target == ORACLE_NONE || model->has_failed)
        return;
    model->items[target].pins--;
    if (model_random_percent(&model->random, 80))
        model_drop(model, target);
}

int model_container_pin_slots(struct model *model, int number, int *pinned)
{
    int count = model_node(model, number)->slot_count;
    memcpy(pinned, model_node(model, number)->slots, (size_t)count * sizeof *pinned);
    for (int s = 0; s < count; s++) {
        if (pinned[s] != ORACLE_NONE)
            model_pin(model, pinned[s]);
    }
    return count;
}

void model_container_unpin(struct model *model, const int *pinned, int count)
{
    for (int s = 0; s < count && !model->has_failed; s++) {
        if (pinned[s] != ORACLE_NONE)
            model_unpin(model, pinned[s]);
    }
}

/* --- Creation ---------------------------------------------------------------------------------------------------- */

static void *function_run(gc_function *self, void **arguments, size_t count)
{
    (void)arguments, (void)count;
    return gc_retain(self);
}

static void *make(struct model *model, enum model_kind kind, const int *items, int count, bool has_clean_up)
{
    void *objects[MODEL_CONTAINER_SLOTS];
    for (int i = 0; i < count; i++)
        objects[i] = object_of(model, items[i]);
    switch ((int)kind) {
    case KIND_LIST:
        return gc_list_create(model->heap, (size_t)count, objects);
    case KIND_TUPLE:
        return gc_tuple_create(model->heap, (size_t)count, objects);
    case KIND_DICT:
        return gc_dict_create(model->heap);
    case KIND_SET:
        return gc_set_create(model->heap);
    case KIND_CELL:
        return gc_cell_create(model->heap, objects[0]);
    case KIND_FUNCTION:
        return gc_function_create(model->heap, NULL, function_run, (size_t)count);
    case KIND_WEAK_DICT:
        return gc_weak_dict_create(model->heap, model_random_percent(&model->random, 50) ? GC_WEAK_KEYS : GC_WEAK_VALUES);
    default:
        return model_generator_make(model, has_clean_up, count);
    }
}

/* What tuple.h says: out of cycles for good is what is immortal, acyclic, or a tuple that is so itself. */
static bool may_cycle(struct model *model, int number)
{
    if (number == ORACLE_NONE || model_node(model, number)->is_immortal)
        return false;
    const struct oracle_node *node = model_node(model, number);
    const struct model_item *item = &model->items[number];
    if (item->kind == KIND_TUPLE)
        return node->generation != ORACLE_UNTRACKED;
    return !model_kinds[item->kind].is_acyclic && (item->kind != KIND_WEAK || node->is_unshared);
}

static int adopt(struct model *model, void *object, enum model_kind kind, const int *items, int count)
{
    int number = model_adopt(model, object, kind, count);
    bool is_tracked = kind != KIND_TUPLE;
    for (int i = 0; i < count; i++) {
        is_tracked |= may_cycle(model, items[i]);
        if (kind == KIND_LIST || kind == KIND_TUPLE || kind == KIND_CELL)
            model_node(model, number)->slots[i] = items[i];
    }
    model_node(model, number)->generation = is_tracked ? 0 : ORACLE_UNTRACKED;
    oracle_settle(&model->oracle);
    return number;
}

/* How many items a new one has. */
static int choose_count(struct model *model, enum model_kind kind)
{
    if (kind == KIND_DICT || kind == KIND_SET || kind == KIND_WEAK_DICT)
        return 0;
    return kind == KIND_CELL ? 1 : (kind == KIND_TUPLE) + model_random_skewed(&model->random, 6);
}

int model_container_create(struct model *model)
{
    enum model_kind kind = (enum model_kind)(KIND_LIST + model_random_below(&model->random, KIND_COUNT - KIND_LIST));
    enum model_variant variant;
    int items[MODEL_CONTAINER_SLOTS], count = choose_count(model, kind);
    (void)model_pick_creation(model, &variant);
    for (int i = 0; i < count; i++) {
        items[i] = model_random_percent(&model->random, 75) ? model_pick(model) : ORACLE_NONE;
        if (items[i] != ORACLE_NONE)
            model_pin(model, items[i]);
    }
    struct model_creation creation = model_creation_begin(model);
    void *object = make(model, kind, items, count, variant == VARIANT_FINALIZED);
    if (!object) {
        model_fail(model, "no memory for a %s: %s", model_kinds[kind].name, gc_last_error_message(model->heap));
        return ORACLE_NONE;
    }
    int number = adopt(model, object, kind, items, count);
    model_trace(model, "%d = create %s of %d at %p", number, model_kinds[kind].name, count, object);
    if (kind == KIND_GENERATOR) {
        gc_generator_set_state(object, number);
        model_node(model, number)->has_finalizer = variant == VARIANT_FINALIZED;
    }
    model_creation_end(model, creation);
    for (int i = 0; i < count && !model->has_failed && (kind == KIND_FUNCTION || kind == KIND_GENERATOR); i++)
        model_set(model, number, i, items[i]);
    model_container_unpin(model, items, count);
    return number;
}

/* --- The mirror's slots ------------------------------------------------------------------------------------------ */

static void insert_slot(struct model *model, int number, int at, int target)
{
    struct oracle_node *node = model_node(model, number);
    oracle_resize(&model->oracle, number, node->slot_count + 1);
    memmove(node->slots + at + 1, node->slots + at, (size_t)(node->slot_count - 1 - at) * sizeof *node->slots);
    node->slots[at] = target;
    oracle_settle(&model->oracle);
}

/* Settled by the caller. */
static void remove_slots(struct model *model, int number, int at, int count)
{
    struct oracle_node *node = model_node(model, number);
    int behind = node->slot_count - at - count;
    memmove(node->slots + at, node->slots + at + count, (size_t)behind * sizeof *node->slots);
    oracle_resize(&model->oracle, number, at + behind);
}

/* The slot of a key or a member. */
static int find_slot(struct model *model, int number, int key, int stride)
{
    for (int s = 0; s < model_node(model, number)->slot_count; s += stride) {
        if (model_node(model, number)->slots[s] == key)
            return s;
    }
    return ORACLE_NONE;
}

bool model_container_may_be_key(struct model *model, int number)
{
    enum model_kind kind = number == ORACLE_NONE ? KIND_LIST : model->items[number].kind;
    return kind < KIND_LIST || kind >= KIND_CELL;
}

/* --- Lists ------------------------------------------------------------------------------------------------------- */

static void list_take(struct model *model, int number, gc_list *list, int at)
{
    int count = model_node(model, number)->slot_count, item = model_node(model, number)->slots[at];
    model_container_take(model, item);
    remove_slots(model, number, at, 1);
    oracle_settle(&model->oracle);
    void *taken = at == count - 1 ? gc_list_pop(list) : gc_list_take(list, (size_t)at);
    expect(model, taken == object_of(model, item), "gc_list_pop", number);
    model_container_taken(model, item);
}

static void list_remove(struct model *model, int number, gc_list *list, int at, int removed)
{
    int count = model_node(model, number)->slot_count;
    remove_slots(model, number, at, removed);
    oracle_settle(&model->oracle);
    if (removed == count)
        gc_list_clear(list);
    else
        expect(model, gc_list_remove(list, (size_t)at, (size_t)removed), "gc_list_remove", number);
}

static void list_change(struct model *model, int number, gc_list *list)
{
    int count = model_node(model, number)->slot_count, choice = model_random_below(&model->random, 10);
    int item = model_pick(model), at = model_random_below(&model->random, count + 1);
    if (choice < 5 && count < MODEL_CONTAINER_SLOTS) {
        bool is_last = model_random_percent(&model->random, 60);
        insert_slot(model, number, is_last ? count : at, item);
        bool done = is_last ? gc_list_append(list, object_of(model, item)) : gc_list_insert(list, (size_t)at, object_of(model, item));
        expect(model, done, "gc_list_insert", number);
    } else if (choice < 7 && count) {
        list_take(model, number, list, at % count);
    } else if (choice < 8) {
        list_remove(model, number, list, at, model_random_below(&model->random, count - at + 1));
    } else if (choice < 9) {
        list_remove(model, number, list, 0, count);
    } else {
        gc_list_shrink(list);
    }
}

/* --- Tables ------------------------------------------------------------------------------------------------------ */

/* Takes the entry at a slot out. The releases of a table's whole clearing come one by one: what is in it is held meanwhile. */
static void table_take(struct model *model, int number, int at, bool is_end)
{
    bool is_dict = model->items[number].kind == KIND_DICT;
    void *table = model->items[number].object, *key = NULL, *value = NULL;
    int key_node = model_node(model, number)->slots[at];
    int value_node = is_dict ? model_node(model, number)->slots[at + 1] : ORACLE_NONE;
    if (is_dict || is_end)
        model_container_take(model, is_dict ? value_node : key_node);
    if (is_dict && is_end)
        model_container_take(model, key_node);
    remove_slots(model, number, at, is_dict ? 2 : 1);
    oracle_settle(&model->oracle);
    if (is_dict && is_end)
        expect(model, at ? gc_dict_pop_last(table, &key, &value) : gc_dict_pop_first(table, &key, &value), "gc_dict_pop_", number);
    else if (is_dict)
        value = gc_dict_pop(table, object_of(model, key_node));
    else if (is_end)
        key = gc_set_pop_first(table);
    else
        expect(model, gc_set_remove(table, object_of(model, key_node)), "gc_set_remove", number);
    expect(model, value == object_of(model, value_node) && (!is_end || key == object_of(model, key_node)), "taking out", number);
    model_container_taken(model, value_node);
    if (is_end)
        model_container_taken(model, key_node);
}

static void table_add(struct model *model, int number, int key, int value)
{
    bool is_dict = model->items[number].kind == KIND_DICT;
    int count = model_node(model, number)->slot_count, at = find_slot(model, number, key, is_dict ? 2 : 1);
    void *table = model->items[number].object;
    if (at == ORACLE_NONE && count + 2 > MODEL_CONTAINER_SLOTS)
        return;
    if (at == ORACLE_NONE)
        insert_slot(model, number, count, key);
    if (is_dict && at == ORACLE_NONE)
        insert_slot(model, number, count + 1, value);
    else if (is_dict)
        model_node(model, number)->slots[at + 1] = value;
    oracle_settle(&model->oracle);
    bool done = is_dict ? gc_dict_set(table, object_of(model, key), object_of(model, value))
                        : gc_set_add(table, object_of(model, key));
    expect(model, done, is_dict ? "gc_dict_set" : "gc_set_add", number);
}

static void table_clear(struct model *model, int number)
{
    int pinned[MODEL_CONTAINER_SLOTS], count = 0;
    if (model->flavour->has_user_code)
        count = model_container_pin_slots(model, number, pinned);
    remove_slots(model, number, 0, model_node(model, number)->slot_count);
    oracle_settle(&model->oracle);
    if (model->items[number].kind == KIND_DICT)
        gc_dict_clear(model->items[number].object);
    else
        gc_set_clear(model->items[number].object);
    model_container_unpin(model, pinned, count);
}

static void table_change(struct model *model, int number)
{
    int stride = model->items[number].kind == KIND_DICT ? 2 : 1;
    int entries = model_node(model, number)->slot_count / stride, choice = model_random_below(&model->random, 10);
    int key = model_pick(model), value = model_pick(model);
    if (choice < 6 && model_container_may_be_key(model, key))
        table_add(model, number, key, value);
    else if (choice < 8 && entries)
        table_take(model, number, model_random_below(&model->random, entries) * stride, false);
    else if (choice < 9 && entries)
        table_take(model, number, stride == 2 && model_random_percent(&model->random, 50) ? (entries - 1) * 2 : 0, true);
    else if (choice == 9)
        table_clear(model, number);
}

/* --- One change -------------------------------------------------------------------------------------------------- */

void model_container_set(struct model *model, int number, int slot, int target)
{
    enum model_kind kind = model->items[number].kind;
    bool is_taken = kind == KIND_SET || (kind == KIND_DICT && (target == ORACLE_NONE || slot % 2 == 0));
    if (kind == KIND_TUPLE || kind == KIND_WEAK_DICT)
        return;
    model_trace(model, "%d[%d] = %d", number, slot, target);
    model_pin(model, number);
    if (is_taken) {
        table_take(model, number, kind == KIND_DICT ? slot - slot % 2 : slot, false);
    } else {
        model_node(model, number)->slots[slot] = target;
        oracle_settle(&model->oracle);
        model_slot_store(kind, model->items[number].object, slot, object_of(model, target));
    }
    model_quiesce(model);
    if (!model->has_failed)
        model_unpin(model, number);
}

static void change_by_kind(struct model *model, int number)
{
    switch ((int)model->items[number].kind) {
    case KIND_LIST:
        list_change(model, number, model->items[number].object);
        break;
    case KIND_DICT:
    case KIND_SET:
        table_change(model, number);
        break;
    case KIND_GENERATOR:
        /* Inside user code one may be at its clean-up. */
        if (model->depth == 0 && model_random_percent(&model->random, 75))
            model_generator_next(model, number);
        else if (model->depth == 0)
            model_generator_close(model, number);
        break;
    case KIND_WEAK_DICT:
        /* Inside user code the mirror does not know for certain which entries are gone. */
        if (model->depth == 0)
            model_weak_dict_change(model, number);
        break;
    default:
        break;
    }
}

void model_container_change(struct model *model)
{
    int number = model_pick_container(model);
    if (number == ORACLE_NONE)
        return;
    model_trace(model, "change %d (%s)", number, model_kinds[model->items[number].kind].name);
    model_pin(model, number);
    change_by_kind(model, number);
    model_quiesce(model);
    if (!model->has_failed)
        model_unpin(model, number);
}
