/* SPDX-License-Identifier: MIT */
/* operate_tables.c: dictionaries and sets changed, by key and by text, and looked at. */
#include "tests/fuzz/world.h"

static int atom_class(int kind)
{
    return kind == KIND_FLOAT ? KIND_INTEGER : kind;
}

bool node_is_same_key(struct world *world, int a, int b)
{
    const struct node *one = world_node(world, a), *other = world_node(world, b);
    return a == b || (one->kind >= KIND_STRING && one->kind <= KIND_FLOAT && atom_class(one->kind) == atom_class(other->kind) &&
                      one->value == other->value);
}

int node_find_key(struct world *world, int number, int key, int stride)
{
    for (int s = 0; s < world_node(world, number)->slot_count; s += stride) {
        if (node_is_same_key(world, world_node(world, number)->slots[s], key))
            return s;
    }
    return NONE;
}

/* What hashes by identity, or is an atom; a tuple hashes by what is in it. */
bool node_may_be_key(struct world *world, int number)
{
    int kind = number == NONE ? KIND_LIST : world_node(world, number)->kind;
    return kind < KIND_LIST || (kind >= KIND_CELL && kind <= KIND_FLOAT);
}

/* The value of a key of a dictionary in the mirror, or NONE. */
static int value_of(struct world *world, int number, int at)
{
    return at == NONE ? NONE : world_node(world, number)->slots[at + 1];
}

static void table_add(struct world *world, int number, int key, int value, bool is_default)
{
    const struct node *node = world_node(world, number);
    bool is_dict = node->kind == KIND_DICT;
    int at = node_find_key(world, number, key, is_dict ? 2 : 1);
    void *k = world_object(world, key), *v = world_object(world, value);
    if ((at == NONE && node->slot_count + 2 > NODE_SLOTS) || (is_dict && value == NONE))
        return;
    if (at == NONE) {
        world_insert(world, number, node->slot_count, key);
        if (is_dict)
            world_insert(world, number, node->slot_count, value);
    } else if (is_dict && !is_default) {
        world_store(world, number, at + 1, value);
    }
    if (is_dict && is_default) {
        void *expected = at == NONE ? v : world_object(world, value_of(world, number, at));
        world_expect(world, gc_dict_set_default(node->object, k, v) == expected, "gc_dict_set_default", number);
        return;
    }
    world_expect(world, is_dict ? gc_dict_set(node->object, k, v) : gc_set_add(node->object, k), "adding a key", number);
}

static void table_remove(struct world *world, int number, int key, bool is_by_text)
{
    const struct node *node = world_node(world, number);
    bool is_dict = node->kind == KIND_DICT, is_removed;
    int at = node_find_key(world, number, key, is_dict ? 2 : 1);
    void *k = world_object(world, key);
    struct atom_text text = atom_text_of(world_node(world, key));
    world_hold(world, key);
    if (at != NONE)
        world_remove(world, number, at, is_dict ? 2 : 1, NULL);
    if (is_dict && is_by_text)
        is_removed = gc_dict_remove_string(node->object, text.bytes, text.length);
    else
        is_removed = is_dict ? gc_dict_remove(node->object, k) : gc_set_remove(node->object, k);
    world_expect(world, is_removed == (at != NONE), "removing", number);
    world_drop(world, key);
}

/* The value of a key comes to be a register's. */
static void dict_take(struct world *world, int number, int key, unsigned reg)
{
    int at = node_find_key(world, number, key, 2), taken[2] = { NONE, NONE };
    world_hold(world, key);
    if (at != NONE) {
        world_remove(world, number, at, 2, taken);
        world_down(world, taken[0]);
    }
    void *value = gc_dict_pop(world_object(world, number), world_object(world, key));
    world_expect(world, value == world_object(world, taken[1]), "gc_dict_pop", number);
    world_drop(world, key);
    if (taken[1] != NONE)
        world_keep(world, (int)(reg % WORLD_REGISTERS), taken[1]);
}

/* --- Text as key ------------------------------------------------------------------------------------------------- */

/* What user code of a collection has put where an operation is about to store is held: that operation drops it, unseen by the mirror. */
void world_hold_text(struct world *world)
{
    int before = world->text_value;
    if (world->text_table == NONE)
        return;
    world->text_value = value_of(world, world->text_table, node_find_key(world, world->text_table, world->text_key, 2));
    if (world->text_value != NONE)
        world_hold(world, world->text_value);
    if (before != NONE)
        world_drop(world, before);
}

/* The key that the library has made for an entry at the end. */
static int add_text_key(struct world *world, int number, int like)
{
    int slots = world_node(world, number)->slot_count;
    void *object = model_container_load(KIND_DICT, world_object(world, number), slots);
    world_expect(world, gc_string_is(object), "the key of a text", number);
    bool is_gone;
    int made = world_find_object(world, object, &is_gone);
    if (made != NONE) {
        world_up(world, made); /* that of a single byte, which is everybody's */
        return made;
    }
    made = world_add(world, object, KIND_STRING, 0);
    world_node(world, made)->is_immortal = gc_is_immortal(object);
    world_node(world, made)->value = world_node(world, like)->value;
    return made;
}

/* A new entry needs a string, so that a collection may come before it is there, and change the table, or be about the value. */
static void dict_set_text(struct world *world, int number, int key, int value)
{
    struct node *node = world_node(world, number);
    struct atom_text text = atom_text_of(world_node(world, key));
    int at = node_find_key(world, number, key, 2);
    if (value == NONE || !world_has_room(world) || (at == NONE && node->slot_count + 2 > NODE_SLOTS) || world->text_table != NONE)
        return;
    world_hold(world, key);
    world_hold(world, value);
    if (at != NONE)
        world_store(world, number, at + 1, value);
    else
        world->text_table = number, world->text_key = key;
    bool is_set = gc_dict_set_string(node->object, text.bytes, text.length, world_object(world, value));
    world_expect(world, is_set, "gc_dict_set_string", number);
    world->text_table = NONE;
    if (at == NONE && (at = node_find_key(world, number, key, 2)) != NONE) {
        world_store(world, number, at + 1, value);
    } else if (at == NONE && node->slot_count + 2 <= NODE_SLOTS) {
        int made = add_text_key(world, number, key);
        world_insert(world, number, node->slot_count, made);
        world_insert(world, number, node->slot_count, value);
        world_down(world, made);
    } else if (at == NONE) {
        world_expect(world, gc_dict_remove_string(node->object, text.bytes, text.length), "gc_dict_remove_string", number);
    }
    if (world->text_value != NONE)
        world_drop(world, world->text_value);
    world->text_value = NONE;
    world_drop(world, value);
    world_drop(world, key);
}

/* --- Ends, looks, all of it ---------------------------------------------------------------------------------------- */

/* The oldest or the newest entry, or that of a key: what was in it comes to be a register's. */
static void table_pop(struct world *world, int number, unsigned how, unsigned reg)
{
    const struct node *node = world_node(world, number);
    bool is_dict = node->kind == KIND_DICT, is_last = is_dict && how & 1;
    int taken[2] = { NONE, NONE };
    void *key = NULL, *value = NULL;
    if (node->slot_count == 0) {
        bool is_none = is_dict ? !gc_dict_pop_first(node->object, &key, &value) : !gc_set_pop_first(node->object);
        world_expect(world, is_none, "popping nothing", number);
        return;
    }
    world_remove(world, number, is_last ? node->slot_count - 2 : 0, is_dict ? 2 : 1, taken);
    if (is_dict)
        world_expect(world, (is_last ? gc_dict_pop_last : gc_dict_pop_first)(node->object, &key, &value), "gc_dict_pop", number);
    else
        key = gc_set_pop_first(node->object);
    world_expect(world, key == world_object(world, taken[0]) && value == world_object(world, taken[1]), "what was popped", number);
    if (taken[1] != NONE)
        world_drop(world, taken[1]);
    world_keep(world, (int)(reg % WORLD_REGISTERS), taken[0]);
}

/* Every way of asking for a key gives what the mirror has. */
static void table_look(struct world *world, int number, int key)
{
    const struct node *node = world_node(world, number);
    bool is_dict = node->kind == KIND_DICT;
    int at = node_find_key(world, number, key, is_dict ? 2 : 1);
    void *k = world_object(world, key), *found = NULL, *expected = is_dict ? world_object(world, value_of(world, number, at)) : NULL;
    int result = is_dict ? gc_dict_find(node->object, k, &found) : gc_set_find(node->object, k);
    world_expect(world, result == (at != NONE), "finding", number);
    world_expect(world, found == expected, "what was found", number);
    bool is_there = is_dict ? gc_dict_contains(node->object, k) : gc_set_contains(node->object, k);
    world_expect(world, is_there == (at != NONE), "whether it is there", number);
    if (is_dict)
        world_expect(world, gc_dict_get(node->object, k) == expected, "gc_dict_get", number);
    if (is_dict && world_node(world, key)->kind == KIND_STRING) {
        struct atom_text text = atom_text_of(world_node(world, key));
        found = gc_dict_get_string(node->object, text.bytes, text.length);
        is_there = gc_dict_contains_string(node->object, text.bytes, text.length);
        world_expect(world, found == expected && is_there == (at != NONE), "gc_dict_get_string", number);
    }
}

static void table_clear(struct world *world, int number)
{
    const struct node *node = world_node(world, number);
    world_remove(world, number, 0, node->slot_count, NULL);
    if (node->kind == KIND_DICT)
        gc_dict_clear(node->object);
    else
        gc_set_clear(node->object);
}

static bool reserve(struct world *world, int number, size_t count)
{
    void *table = world_object(world, number);
    return world_node(world, number)->kind == KIND_DICT ? gc_dict_reserve(table, count) : gc_set_reserve(table, count);
}

void operate_table(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int number = operand_of_kind(world, a.low, KIND_BIT(KIND_DICT) | KIND_BIT(KIND_SET));
    int key = operand(world, a.high), value = operand(world, b.high);
    if (number == NONE)
        return;
    world_hold(world, number);
    world_does(world, "table %d, change %u with %d and %d", number, b.low, key, value);
    bool is_key = node_may_be_key(world, key), is_text = is_key && world_node(world, key)->kind == KIND_STRING;
    bool is_dict = world_node(world, number)->kind == KIND_DICT;
    if (b.low == 7 && is_dict && is_text)
        dict_set_text(world, number, key, value);
    else if (b.low < 8 && is_key)
        table_add(world, number, key, value, b.low == 6);
    else if (b.low == 9 && is_dict && is_key && b.high & 8)
        dict_take(world, number, key, b.high);
    else if (b.low < 10 && is_key)
        table_remove(world, number, key, b.low == 9 && is_text);
    else if (b.low >= 10 && b.low < 13)
        table_pop(world, number, b.low, a.high);
    else if (b.low == 13 && is_key)
        table_look(world, number, key);
    else if (b.low == 14)
        table_clear(world, number);
    else if (b.low == 15)
        world_expect(world, reserve(world, number, b.high), "reserving", number);
    world_drop(world, number);
}
