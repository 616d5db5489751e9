/* SPDX-License-Identifier: MIT */
/* operate_lists.c: lists changed, and what is done with whole containers. */
#include "tests/fuzz/world.h"

/* --- Lists ------------------------------------------------------------------------------------------------------- */

enum { APPENDED_ITEMS_MAX = 3 };

/* The item so many times, none among them. */
static void list_add_items(struct world *world, int number, gc_list *list, int times, int item)
{
    void *items[APPENDED_ITEMS_MAX];
    if (world_node(world, number)->slot_count + times > NODE_SLOTS)
        return;
    for (int i = 0; i < times; i++) {
        items[i] = world_object(world, item);
        world_insert(world, number, world_node(world, number)->slot_count, item);
    }
    world_expect(world, gc_list_append_items(list, (size_t)times, items), "gc_list_append_items", number);
}

static void list_add(struct world *world, int number, gc_list *list, unsigned how, int item)
{
    int count = world_node(world, number)->slot_count, at = how & 1 ? (int)(how >> 1) % (count + 1) : count;
    void *object = world_object(world, item);
    if (how % 4 == 2) {
        list_add_items(world, number, list, (int)(how / 4 + 1) % (APPENDED_ITEMS_MAX + 1), item);
        return;
    }
    if (count == NODE_SLOTS)
        return;
    world_insert(world, number, at, item);
    world_expect(world, how & 1 ? gc_list_insert(list, (size_t)at, object) : gc_list_append(list, object), "gc_list_insert", number);
}

static void list_take(struct world *world, int number, gc_list *list, unsigned how)
{
    int count = world_node(world, number)->slot_count, at = (int)how % count, item;
    world_remove(world, number, at, 1, &item);
    void *taken = at == count - 1 ? gc_list_pop(list) : gc_list_take(list, (size_t)at);
    world_expect(world, taken == world_object(world, item), "gc_list_take", number);
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
        world_expect(world, gc_list_remove(list, (size_t)at, (size_t)removed), "gc_list_remove", number);
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
        world_expect(world, gc_list_reserve(list, b.high), "gc_list_reserve", number);
    else
        gc_list_shrink(list);
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
    world_expect(world, gc_list_sort(world_object(world, number), compare_sizes, NULL), "gc_list_sort", number);
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
    world_expect(world, gc_list_extend(world_object(world, number), world_object(world, from)), "gc_list_extend", number);
}

/* What a new one of the same kind has, in order: of the first, then of the other. */
static int combine(struct world *world, int number, int other, unsigned how, int *slots)
{
    const struct node *one = world_node(world, number), *two = world_node(world, other);
    int count = 0;
    for (int s = 0; s < one->slot_count; s++) {
        bool is_in_both = one->kind == KIND_SET && how >= 2 && node_find_key(world, other, one->slots[s], 1) != NONE;
        if (how < 2 || is_in_both == (how == 2))
            slots[count++] = one->slots[s];
    }
    for (int s = 0; s < two->slot_count && one->kind == KIND_SET && (how == 1 || how == 4); s++) {
        if (node_find_key(world, number, two->slots[s], 1) == NONE)
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
        world_expect(world, object != NULL, "a copy", number);
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

/* What the entries of the other replace is held over the call, in which it goes, one by one. */
static void table_update(struct world *world, int number, int from)
{
    int stride = world_node(world, number)->kind == KIND_DICT ? 2 : 1, held[NODE_SLOTS], held_count = 0;
    const struct node *one = world_node(world, number), *other = world_node(world, from);
    if (one->slot_count + other->slot_count > NODE_SLOTS || number == from)
        return;
    for (int s = 0; s < other->slot_count; s += stride) {
        int at = node_find_key(world, number, other->slots[s], stride);
        if (at == NONE) {
            for (int i = 0; i < stride; i++)
                world_insert(world, number, one->slot_count, other->slots[s + i]);
        } else if (stride == 2) {
            world_hold(world, held[held_count++] = one->slots[at + 1]);
            world_store(world, number, at + 1, other->slots[s + 1]);
        }
    }
    bool is_done = stride == 2 ? gc_dict_update(one->object, other->object) : gc_set_update(one->object, other->object);
    world_expect(world, is_done, "an update", number);
    while (held_count > 0)
        world_drop(world, held[--held_count]);
}

static void list_change(struct world *world, int number, int other, unsigned how)
{
    if (how < 9)
        list_extend(world, number, other);
    else if (how < 12)
        list_reverse(world, number);
    else
        list_sort(world, number);
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
    if (kind == KIND_LIST && b.low == 5) {
        world_tuple_of_list(world, number, b.high);
        return;
    }
    if (kind == KIND_LIST ? b.low < 6 : b.low < 15) {
        make_whole(world, number, other, b.low % 5, b.high);
        return;
    }
    world_hold(world, number);
    world_hold(world, other);
    world_does(world, "whole %d and %d, %u", number, other, b.low);
    if (kind == KIND_LIST)
        list_change(world, number, other, b.low);
    else
        table_update(world, number, other);
    world_drop(world, other);
    world_drop(world, number);
}
