/* SPDX-License-Identifier: MIT */
/* operate_weak.c: weak references, ephemerons, and dictionaries with a weak side. */
#include "tests/fuzz/world.h"

static bool may_be_watched(struct world *world, int number)
{
    int kind = number == NONE ? KIND_WEAK : world_node(world, number)->kind;
    return kind != KIND_WEAK && kind != KIND_EPHEMERON;
}

/* In user code the target may be dying: that is an error like any other. */
static void expect_refusal(struct world *world, const char *what, int target)
{
    gc_error error = gc_last_error(world->heap);
    if (world->depth == 0 || error != GC_ERROR_ARGUMENT)
        world_fail(world, "no %s of %d: %s", what, target, gc_last_error_message(world->heap));
}

/* The node of a weak reference that is shared, whose reference the caller has been given; NONE: it is new. */
static int find_shared(struct world *world, const void *weak, bool *is_gone)
{
    *is_gone = false;
    for (int n = 0; n < world->node_end; n++) {
        const struct node *node = world_node(world, n);
        if (node->state == NODE_FREE || node->object != weak || node->kind != KIND_WEAK)
            continue;
        if (node->state == NODE_LIVE)
            return n;
        *is_gone = world->depth > 0; /* what the mirror has buried, the library may not have come to yet */
    }
    return NONE;
}

static int add_weak(struct world *world, void *weak, int target, bool has_callback, int context)
{
    int number = world_add(world, weak, KIND_WEAK, 1);
    struct node *node = world_node(world, number);
    node->target = target;
    node->has_callback = node->is_unshared = has_callback;
    node->context = context;
    node->slots[0] = context;
    world_up(world, context);
    world_node(world, target)->is_watched = true;
    return number;
}

void operate_weak(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    int target = operand(world, a.low);
    bool is_gone;
    if (!may_be_watched(world, target) || !world_has_room(world))
        return;
    world_hold(world, target);
    void *weak = gc_weak_create(world_object(world, target), NULL, NULL);
    if (!weak) {
        expect_refusal(world, "weak reference", target);
        world_drop(world, target);
        return;
    }
    int number = find_shared(world, weak, &is_gone);
    if (is_gone && number == NONE) {
        gc_release(weak);
        world_drop(world, target);
        return;
    }
    if (number == NONE)
        number = add_weak(world, weak, target, false, NONE);
    else
        world_up(world, number);
    world_does(world, "%d = weak to %d", number, target);
    if (world_node(world, number)->target != target)
        world_fail(world, "the shared weak reference %d is of %d and not of %d", number, world_node(world, number)->target, target);
    world_drop(world, target);
    world_keep(world, (int)(a.high % WORLD_REGISTERS), number);
}

void operate_weak_callback(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int target = operand(world, a.low), context = operand(world, b.low);
    /* Which callbacks of what dies by one release are to wait depends on the order in which it does, which the mirror does not follow. */
    if (!may_be_watched(world, target) || !world_has_room(world) || world->defer)
        return;
    world_hold(world, target);
    if (context != NONE)
        world_hold(world, context);
    void *weak = context == NONE ? (void *)gc_weak_create(world_object(world, target), world_on_weak, NULL)
                                 : (void *)gc_weak_create_holding(world_object(world, target), world_on_weak, world_object(world, context));
    int number = NONE;
    if (weak)
        number = add_weak(world, weak, target, true, context);
    else
        expect_refusal(world, "weak reference", target);
    world_does(world, "%d = weak to %d with callback, context %d", number, target, context);
    if (context != NONE)
        world_drop(world, context);
    world_drop(world, target);
    if (number != NONE)
        world_keep(world, (int)(a.high % WORLD_REGISTERS), number);
}

/* As a field gets it, perhaps twice: the first is then gone at once. */
static gc_ephemeron *make_ephemeron(struct world *world, void *key, void *value, unsigned how)
{
    gc_ephemeron *ephemeron = NULL;
    if (!(how & 1))
        return gc_ephemeron_create(key, value);
    bool is_set = gc_ephemeron_set(&ephemeron, key, value);
    world->half_made++; /* the mirror does not know the first */
    if (is_set && how & 2)
        is_set = gc_ephemeron_set(&ephemeron, key, value);
    world->half_made--;
    world_expect(world, is_set == (ephemeron != NULL), "gc_ephemeron_set", NONE);
    return ephemeron;
}

void operate_ephemeron(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int key = operand(world, a.low), value = operand(world, b.low), number = NONE;
    if (!may_be_watched(world, key) || !world_has_room(world))
        return;
    world_hold(world, key);
    if (value != NONE)
        world_hold(world, value);
    void *ephemeron = make_ephemeron(world, world_object(world, key), world_object(world, value), b.high);
    if (ephemeron) {
        number = world_add(world, ephemeron, KIND_EPHEMERON, 1);
        world_node(world, number)->key = key;
        world_node(world, number)->slots[0] = value;
        world_up(world, value);
        world_node(world, key)->is_watched = true;
    } else {
        expect_refusal(world, "ephemeron", key);
    }
    world_does(world, "%d = ephemeron of %d and %d", number, key, value);
    if (value != NONE)
        world_drop(world, value);
    world_drop(world, key);
    if (number != NONE)
        world_keep(world, (int)(a.high % WORLD_REGISTERS), number);
}

/* What was handed out comes to be a register's. In user code the library may still show what is dead for the mirror, and may hide already
 * what is dying. */
static void take(struct world *world, unsigned reg, void *object, int expected, const char *what, int number)
{
    world_does(world, "r%u = %s of %d = %d", reg, what, number, expected);
    bool is_other = object && object != world_object(world, expected);
    bool is_missing = !object && expected != NONE;
    if ((is_other && (world->depth == 0 || expected != NONE)) || (is_missing && world->depth == 0))
        world_fail(world, "%s of %d yields %p, must be node %d", what, number, object, expected);
    if (!object || is_other || (world_node(world, expected)->count == 0 && !world_node(world, expected)->is_condemned)) {
        gc_release(object);
        return;
    }
    world_up(world, expected);
    world_keep(world, (int)reg, expected);
}

void operate_weak_get(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    int number = operand_of_kind(world, a.low, KIND_BIT(KIND_WEAK) | KIND_BIT(KIND_EPHEMERON));
    unsigned reg = a.high % WORLD_REGISTERS;
    if (number == NONE)
        return;
    const struct node *node = world_node(world, number);
    if (node->kind == KIND_WEAK)
        take(world, reg, gc_weak_get(node->object), node->target, "target", number);
    else if (node->kind == KIND_EPHEMERON && a.high & 8)
        take(world, reg, gc_ephemeron_key(node->object), node->key, "key", number);
    else if (node->kind == KIND_EPHEMERON)
        take(world, reg, gc_ephemeron_value(node->object), node->slots[0], "value", number);
}

/* A field comes to hold the shared weak reference of an object. */
void operate_weak_field(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int holder = operand_of_kind(world, a.low, KIND_BIT(KIND_WATCHER)), target = operand(world, a.high), slot = (int)(b.low & 1);
    bool is_gone;
    if (holder == NONE || !may_be_watched(world, target) || world->depth > 0 ||
        !world_has_room(world))
        return;
    world_hold(world, holder);
    world_hold(world, target);
    gc_weak *fresh = NULL;
    if (!gc_weak_set(&fresh, world_object(world, target)))
        world_fail(world, "no weak reference of %d: %s", target, gc_last_error_message(world->heap));
    int number = find_shared(world, fresh, &is_gone);
    if (number == NONE)
        number = add_weak(world, fresh, target, false, NONE);
    else
        world_up(world, number);
    world_does(world, "%d[%d] = weak %d to %d", holder, slot, number, target);
    void **address = model_slot_address(KIND_WATCHER, world_object(world, holder), slot);
    world_store(world, holder, slot, number);
    world_down(world, number);
    gc_move(address, &fresh);
    world_drop(world, target);
    world_drop(world, holder);
}

/* --- Dictionaries with a weak side --------------------------------------------------------------------------------- */

/* What hashes by identity. */
static bool may_be_entry(struct world *world, int number)
{
    return may_be_watched(world, number) && (world_node(world, number)->kind < KIND_LIST || world_node(world, number)->kind == KIND_CELL);
}

static int find_entry(struct world *world, int table, int key)
{
    bool is_keys = world_node(world, table)->kind == KIND_WEAK_KEYS;
    for (int s = 0; s < world_node(world, table)->slot_count; s++) {
        const struct node *entry = world_node(world, world_node(world, table)->slots[s]);
        if ((is_keys ? entry->key : entry->slots[0]) == key)
            return s;
    }
    return NONE;
}

static int add_entry(struct world *world, int table, int watched, int held)
{
    int number = world_add(world, NULL, KIND_ENTRY, 1);
    struct node *entry = world_node(world, number);
    entry->generation = 0;
    entry->table = table;
    entry->key = watched;
    entry->slots[0] = held;
    world_up(world, held);
    world_node(world, watched)->is_watched = true;
    return number;
}

static void weak_dict_set(struct world *world, int table, int key, int value)
{
    bool is_keys = world_node(world, table)->kind == KIND_WEAK_KEYS;
    if (find_entry(world, table, key) == NONE && world_node(world, table)->slot_count == NODE_SLOTS)
        return;
    if (!gc_weak_dict_set(world_object(world, table), world_object(world, key), world_object(world, value)))
        world_fail(world, "gc_weak_dict_set of %d: %s", table, gc_last_error_message(world->heap));
    int at = find_entry(world, table, key);
    if (at != NONE && is_keys) {
        world_store(world, world_node(world, table)->slots[at], 0, value);
    } else {
        int entry = add_entry(world, table, is_keys ? key : value, is_keys ? value : key);
        if (at == NONE)
            world_insert(world, table, world_node(world, table)->slot_count, entry);
        else
            world_store(world, table, at, entry);
        world_down(world, entry);
    }
}

void operate_weak_dict(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int table = operand_of_kind(world, a.low, KIND_BIT(KIND_WEAK_KEYS) | KIND_BIT(KIND_WEAK_VALUES));
    int key = operand(world, a.high), value = operand(world, b.low);
    if (table == NONE || world->depth > 0 || !world_has_room(world))
        return;
    void *dict = world_object(world, table);
    world_hold(world, table);
    if (b.high < 9 && may_be_entry(world, key) && may_be_entry(world, value)) {
        world_does(world, "%d{%d} = %d", table, key, value);
        world_hold(world, key);
        world_hold(world, value);
        /* The old value is held over the call: what dies in it would be told of an entry that is not there yet. */
        int at = find_entry(world, table, key);
        int old = at == NONE ? NONE : world_node(world, world_node(world, table)->slots[at])->slots[0];
        if (old != NONE)
            world_hold(world, old);
        weak_dict_set(world, table, key, value);
        if (old != NONE)
            world_drop(world, old);
        world_drop(world, value);
        world_drop(world, key);
    } else if (b.high < 12 && may_be_entry(world, key)) {
        int at = find_entry(world, table, key);
        world_does(world, "remove %d from %d", key, table);
        if (at != NONE)
            world_remove(world, table, at, 1, NULL);
        if (gc_weak_dict_remove(dict, world_object(world, key)) != (at != NONE))
            world_fail(world, "gc_weak_dict_remove of %d from %d", key, table);
    } else if (b.high < 14 && may_be_entry(world, key)) {
        int at = find_entry(world, table, key);
        const struct node *entry = at == NONE ? NULL : world_node(world, world_node(world, table)->slots[at]);
        int found = !entry ? NONE : world_node(world, table)->kind == KIND_WEAK_KEYS ? entry->slots[0] : entry->key;
        world_expect(world, gc_weak_dict_contains(dict, world_object(world, key)) == (found != NONE), "gc_weak_dict_contains", table);
        take(world, a.high % WORLD_REGISTERS, gc_weak_dict_get(dict, world_object(world, key)), found, "entry", table);
    } else if (b.high == 14) {
        world_does(world, "clear %d", table);
        world_remove(world, table, 0, world_node(world, table)->slot_count, NULL);
        gc_weak_dict_clear(dict);
    } else if (b.high == 15) {
        world_does(world, "purge %d", table);
        gc_weak_dict_purge(dict);
    }
    world_drop(world, table);
}
