/* SPDX-License-Identifier: MIT */
/* operate_lists.c: lists changed, dictionaries and sets changed, and what is done with whole ones. */
#include "tests/fuzz/world.h"

#include <stdlib.h>
#include <string.h>

static void expect(struct world *world, bool is_so, const char *call, int number)
{
    if (!is_so)
        world_fail(world, "%s of %d: not what must come back (%s)", call, number, gc_last_error_message(world->heap));
}

/* --- Lists ------------------------------------------------------------------------------------------------------- */

static void list_add(struct world *world, int number, gc_list *list, unsigned how, int item)
{
    int count = world_node(world, number)->slot_count, at = how & 1 ? (int)(how >> 1) % (count + 1) : count;
    void *object = world_object(world, item);
    if (count == NODE_SLOTS)
        return;
    world_insert(world, number, at, item);
    expect(world, how & 1 ? gc_list_insert(list, (size_t)at, object) : gc_list_append(list, object), "gc_list_insert", number);
}

static void list_take(struct world *world, int number, gc_list *list, unsigned how)
{
    int count = world_node(world, number)->slot_count, at = (int)how % count, item;
    world_remove(world, number, at, 1, &item);
    void *taken = at == count - 1 ? gc_list_pop(list) : gc_list_take(list, (size_t)at);
    expect(world, taken == world_object(world, item), "gc_list_take", number);
    if (item != NONE)
        world_keep(world, (int)(how % WORLD_REGISTERS), item);
}

static void list_remove(struct world *world, int number, gc_list *list, unsigned how)
{
    int count = world_node(world, number)->slot_count, at = (int)how % (count + 1), removed = (int)(how >> 1) % (count - at + 1);
    if (how == 15)
        at = 0, removed = count;
    world_remove(world, number, at, removed, NULL);
    if (how == 15)
        gc_list_clear(list);
    else
        expect(world, gc_list_remove(list, (size_t)at, (size_t)removed), "gc_list_remove", number);
}

void operate_list(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int number = operand_of_kind(world, a.low, KIND_BIT(KIND_LIST)), item = operand(world, a.high);
    if (number == NONE)
        return;
    gc_list *list = world_object(world, number);
    world_hold(world, number);
    world_does(world, "list %d, change %u %u with %d", number, b.low, b.high, item);
    if (b.low < 8)
        list_add(world, number, list, b.high, item);
    else if (b.low < 11 && world_node(world, number)->slot_count)
        list_take(world, number, list, b.high);
    else if (b.low < 14)
        list_remove(world, number, list, b.high);
    else if (b.low == 14)
        expect(world, gc_list_reserve(list, b.high), "gc_list_reserve", number);
    else
        gc_list_shrink(list);
    world_drop(world, number);
}

/* --- Tables ------------------------------------------------------------------------------------------------------ */

static int atom_class(int kind)
{
    return kind == KIND_FLOAT ? KIND_INTEGER : kind;
}

static bool is_same_key(struct world *world, int a, int b)
{
    const struct node *one = world_node(world, a), *other = world_node(world, b);
    return a == b || (one->kind >= KIND_STRING && one->kind <= KIND_FLOAT && atom_class(one->kind) == atom_class(other->kind) &&
                      one->value == other->value);
}

static int find_key(struct world *world, int number, int key, int stride)
{
    for (int s = 0; s < world_node(world, number)->slot_count; s += stride) {
        if (is_same_key(world, world_node(world, number)->slots[s], key))
            return s;
    }
    return NONE;
}

/* What hashes by identity, or is an atom; a tuple hashes by what is in it. */
static bool may_be_key(struct world *world, int number)
{
    int kind = number == NONE ? KIND_LIST : world_node(world, number)->kind;
    return kind < KIND_LIST || (kind >= KIND_CELL && kind <= KIND_FLOAT);
}

static void table_add(struct world *world, int number, int key, int value)
{
    const struct node *node = world_node(world, number);
    bool is_dict = node->kind == KIND_DICT;
    int at = find_key(world, number, key, is_dict ? 2 : 1);
    void *k = world_object(world, key), *v = world_object(world, value);
    if ((at == NONE && node->slot_count + 2 > NODE_SLOTS) || (is_dict && value == NONE))
        return;
    if (at == NONE) {
        world_insert(world, number, node->slot_count, key);
        if (is_dict)
            world_insert(world, number, node->slot_count, value);
    } else if (is_dict) {
        world_store(world, number, at + 1, value);
    }
    expect(world, is_dict ? gc_dict_set(node->object, k, v) : gc_set_add(node->object, k), "adding a key", number);
}

static void table_remove(struct world *world, int number, int key)
{
    const struct node *node = world_node(world, number);
    bool is_dict = node->kind == KIND_DICT;
    int at = find_key(world, number, key, is_dict ? 2 : 1);
    void *k = world_object(world, key);
    world_hold(world, key);
    if (at != NONE)
        world_remove(world, number, at, is_dict ? 2 : 1, NULL);
    expect(world, (is_dict ? gc_dict_remove(node->object, k) : gc_set_remove(node->object, k)) == (at != NONE), "removing", number);
    world_drop(world, key);
}

/* The oldest or the newest entry, or that of a key: what was in it comes to be a register's. */
static void table_pop(struct world *world, int number, unsigned how, unsigned reg)
{
    const struct node *node = world_node(world, number);
    bool is_dict = node->kind == KIND_DICT, is_last = is_dict && how & 1;
    int taken[2] = { NONE, NONE };
    void *key = NULL, *value = NULL;
    if (node->slot_count == 0) {
        bool is_none = is_dict ? !gc_dict_pop_first(node->object, &key, &value) : !gc_set_pop_first(node->object);
        expect(world, is_none, "popping nothing", number);
        return;
    }
    world_remove(world, number, is_last ? node->slot_count - 2 : 0, is_dict ? 2 : 1, taken);
    if (is_dict)
        expect(world, (is_last ? gc_dict_pop_last : gc_dict_pop_first)(node->object, &key, &value), "gc_dict_pop", number);
    else
        key = gc_set_pop_first(node->object);
    expect(world, key == world_object(world, taken[0]) && value == world_object(world, taken[1]), "what was popped", number);
    if (taken[1] != NONE)
        world_drop(world, taken[1]);
    world_keep(world, (int)(reg % WORLD_REGISTERS), taken[0]);
}

static void table_look(struct world *world, int number, int key)
{
    const struct node *node = world_node(world, number);
    bool is_dict = node->kind == KIND_DICT;
    int at = find_key(world, number, key, is_dict ? 2 : 1);
    void *k = world_object(world, key), *found = NULL;
    int result = is_dict ? gc_dict_find(node->object, k, &found) : gc_set_find(node->object, k);
    expect(world, result == (at != NONE), "finding", number);
    expect(world, found == (is_dict && at != NONE ? world_object(world, node->slots[at + 1]) : NULL), "what was found", number);
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
    if (b.low < 8 && may_be_key(world, key))
        table_add(world, number, key, value);
    else if (b.low >= 8 && b.low < 10 && may_be_key(world, key))
        table_remove(world, number, key);
    else if (b.low >= 10 && b.low < 13)
        table_pop(world, number, b.low, a.high);
    else if (b.low == 13 && may_be_key(world, key))
        table_look(world, number, key);
    else if (b.low == 14)
        table_clear(world, number);
    else if (b.low == 15)
        expect(world, reserve(world, number, b.high), "reserving", number);
    world_drop(world, number);
}

/* --- Whole containers ---------------------------------------------------------------------------------------------- */

static int compare_sizes(const void *a, const void *b, void *context)
{
    size_t one = a ? gc_size_of(a) : 0, other = b ? gc_size_of(b) : 0;
    (void)context;
    return (one > other) - (one < other);
}

static void list_sort(struct world *world, int number)
{
    int *slots = world_node(world, number)->slots;
    for (int i = 1; i < world_node(world, number)->slot_count; i++) {
        int item = slots[i], at = i;
        for (; at > 0 && compare_sizes(world_object(world, slots[at - 1]), world_object(world, item), NULL) > 0; at--)
            slots[at] = slots[at - 1];
        slots[at] = item;
    }
    expect(world, gc_list_sort(world_object(world, number), compare_sizes, NULL), "gc_list_sort", number);
}

static void list_reverse(struct world *world, int number)
{
    struct node *node = world_node(world, number);
    for (int low = 0, high = node->slot_count - 1; low < high; low++, high--) {
        int swapped = node->slots[low];
        node->slots[low] = node->slots[high];
        node->slots[high] = swapped;
    }
    gc_list_reverse(node->object);
}

static void list_extend(struct world *world, int number, int from)
{
    int count = world_node(world, from)->slot_count;
    if (world_node(world, number)->slot_count + count > NODE_SLOTS)
        return;
    for (int s = 0; s < count; s++)
        world_insert(world, number, world_node(world, number)->slot_count, world_node(world, from)->slots[s]);
    expect(world, gc_list_extend(world_object(world, number), world_object(world, from)), "gc_list_extend", number);
}

/* What a new one of the same kind has, in order: of the first, then of the other. */
static int combine(struct world *world, int number, int other, unsigned how, int *slots)
{
    const struct node *one = world_node(world, number), *two = world_node(world, other);
    int count = 0;
    for (int s = 0; s < one->slot_count; s++) {
        bool is_in_both = one->kind == KIND_SET && how >= 2 && find_key(world, other, one->slots[s], 1) != NONE;
        if (how < 2 || is_in_both == (how == 2))
            slots[count++] = one->slots[s];
    }
    for (int s = 0; s < two->slot_count && one->kind == KIND_SET && (how == 1 || how == 4); s++) {
        if (find_key(world, number, two->slots[s], 1) == NONE)
            slots[count++] = two->slots[s];
    }
    return count;
}

static void *make_combined(struct world *world, int number, int other, unsigned how)
{
    void *one = world_object(world, number), *two = world_object(world, other);
    if (world_node(world, number)->kind == KIND_DICT)
        return gc_dict_copy(one);
    if (world_node(world, number)->kind == KIND_LIST)
        return gc_list_slice(one, 0, NODE_SLOTS);
    switch (how) {
    case 0:
        return gc_set_copy(one);
    case 1:
        return gc_set_union(one, two);
    case 2:
        return gc_set_intersection(one, two);
    case 3:
        return gc_set_difference(one, two);
    default:
        return gc_set_symmetric_difference(one, two);
    }
}

static void make_whole(struct world *world, int number, int other, unsigned how, unsigned reg)
{
    int slots[2 * NODE_SLOTS], kind = world_node(world, number)->kind;
    if (kind != KIND_SET)
        how = 0;
    if (!world_has_room(world))
        return;
    world_hold(world, number);
    world_hold(world, other);
    /* User code of a collection may change what is gone through before the new one is made, not after. */
    uint64_t starts = world->starts;
    int before = combine(world, number, other, how, slots);
    void *object = before <= NODE_SLOTS ? make_combined(world, number, other, how) : NULL;
    int count = world->starts == starts ? before : combine(world, number, other, how, slots);
    if (before <= NODE_SLOTS) {
        expect(world, object != NULL, "a copy", number);
        bool is_too_much = count > NODE_SLOTS;
        int made = is_too_much ? NONE : world_add(world, object, kind, count);
        for (int s = 0; s < count && made != NONE; s++)
            world_store(world, made, s, slots[s]);
        if (made == NONE)
            gc_release(object);
        else
            world_does(world, "%d = whole %d, %d", made, number, other);
        world_keep(world, (int)(reg % WORLD_REGISTERS), made);
    }
    world_drop(world, other);
    world_drop(world, number);
}

void operate_whole(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int number = operand_of_kind(world, a.low, KIND_BIT(KIND_LIST) | KIND_BIT(KIND_DICT) | KIND_BIT(KIND_SET));
    int other = operand(world, a.high);
    if (number == NONE)
        return;
    int kind = world_node(world, number)->kind;
    if (other == NONE || world_node(world, other)->kind != kind)
        other = number;
    if (kind != KIND_LIST || b.low < 6) {
        make_whole(world, number, other, b.low % 5, b.high);
        return;
    }
    world_hold(world, number);
    world_does(world, "whole list %d, %u", number, b.low);
    if (b.low < 9)
        list_extend(world, number, other);
    else if (b.low < 12)
        list_reverse(world, number);
    else
        list_sort(world, number);
    world_drop(world, number);
}

/* --- Questions ----------------------------------------------------------------------------------------------------- */

void operate_ask(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    int number = operand(world, a.low), other = operand(world, a.high);
    bool equal, also;
    uint64_t hash, again;
    char text[64];
    if (number == NONE || other == NONE)
        return;
    void *one = world_object(world, number), *two = world_object(world, other);
    world_does(world, "ask %d and %d", number, other);
    if (gc_equal(one, two, &equal) && gc_equal(two, one, &also))
        expect(world, equal == also && (equal || number != other), "gc_equal", number);
    if (world_node(world, number)->kind >= KIND_STRING && world_node(world, number)->kind <= KIND_FLOAT)
        expect(world, equal == is_same_key(world, number, other), "gc_equal of atoms", number);
    if (gc_hash(one, &hash)) {
        expect(world, gc_hash(one, &again) && hash == again, "gc_hash", number);
        if (gc_equal(one, two, &equal) && equal)
            expect(world, gc_hash(two, &again) && hash == again, "gc_hash of an equal object", number);
    }
    size_t length = gc_repr_into(world->heap, one, text, sizeof text);
    expect(world, length < sizeof text && strlen(text) <= length, "gc_repr_into", number);
}
