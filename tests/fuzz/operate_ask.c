/* SPDX-License-Identifier: MIT */
/* operate_ask.c: questions about objects: equality, hash, text. Most make nothing; those that do hold what they ask about. */
#include "tests/fuzz/world.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_BYTES = 512, LONG_BYTES = 300, WAYS_MOST = 4096 };

static bool is_atom(const struct node *node)
{
    return node->kind >= KIND_STRING && node->kind <= KIND_FLOAT;
}

/* Takes the number of ways that lead on from an object, as far as the library goes them, from `ways`, or all that is left. */
static void take_ways(struct world *world, int number, int depth, int *ways)
{
    const struct node *node = world_node(world, number);
    --*ways;
    if (node->kind < KIND_LIST || node->kind > KIND_CELL || depth == GC_NESTING_MAX)
        return;
    for (int s = 0; s < node->slot_count && *ways > 0; s++)
        if (node->slots[s] != NONE)
            take_ways(world, node->slots[s], depth + 1, ways);
}

/* The library gives up after GC_NESTED_CALLS_MAX ways, which takes it a second: nothing to do a hundred times in one program. */
static bool is_soon_answered(struct world *world, int number)
{
    int ways = WAYS_MOST;
    take_ways(world, number, 0, &ways);
    return ways > 0;
}

static void ask_equal(struct world *world, int number, int other)
{
    void *one = world_object(world, number), *two = world_object(world, other);
    bool equal, also;
    uint64_t hash, again;
    if (gc_equal(one, two, &equal) && gc_equal(two, one, &also))
        world_expect(world, equal == also && (equal || number != other), "gc_equal", number);
    if (is_atom(world_node(world, number)))
        world_expect(world, equal == node_is_same_key(world, number, other), "gc_equal of atoms", number);
    if (!gc_hash(one, &hash))
        return;
    world_expect(world, gc_hash(one, &again) && hash == again, "gc_hash", number);
    if (gc_equal(one, two, &equal) && equal)
        world_expect(world, gc_hash(two, &again) && hash == again, "gc_hash of an equal object", number);
}

/* Hashes of bytes and of sequences: alike where what they are of is alike, and only there, as far as chance goes. */
static void ask_hashes(struct world *world, int number, int other)
{
    struct atom_text one = atom_text_of(world_node(world, number)), two = atom_text_of(world_node(world, other));
    bool is_same = one.length == two.length && memcmp(one.bytes, two.bytes, one.length) == 0;
    uint64_t hash = 0, also = 0;
    bool is_known = gc_hash_bytes(world->heap, one.bytes, one.length, &hash) && gc_hash_bytes(world->heap, two.bytes, two.length, &also);
    world_expect(world, is_known && (hash == also) == is_same, "gc_hash_bytes", number);
    uint64_t forth = gc_hash_combine(gc_hash_combine(0, hash), also), back = gc_hash_combine(gc_hash_combine(0, also), hash);
    world_expect(world, (forth == back) == is_same, "gc_hash_combine", number);
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static void ask_strings(struct world *world, int number, int other)
{
    const gc_string *one = world_object(world, number), *two = world_object(world, other);
    struct atom_text text = atom_text_of(world_node(world, number)), against = atom_text_of(world_node(world, other));
    int order = sign(strcmp(text.bytes, against.bytes));
    world_expect(world, sign(gc_string_compare(one, two)) == order, "gc_string_compare", number);
    world_expect(world, gc_string_equal(one, two) == (order == 0), "gc_string_equal", number);
}

/* The first of its items from there on that is equal, where that can be found out. */
static void ask_index(struct world *world, int number, int item, unsigned start)
{
    const struct node *list = world_node(world, number);
    size_t index;
    bool equal = true;
    if (!gc_list_index_of(list->object, world_object(world, item), start, &index))
        return;
    size_t end = index == GC_NO_INDEX ? list->slot_count : index;
    for (size_t s = start; s < end; s++) {
        bool is_like = list->slots[s] == item || (list->slots[s] != NONE && node_is_same_key(world, list->slots[s], item));
        world_expect(world, !is_like, "gc_list_index_of", number);
    }
    if (index == GC_NO_INDEX)
        return;
    world_expect(world, index >= start && index < list->slot_count && list->slots[index] != NONE, "the index in a list", number);
    bool is_known = gc_equal(world_object(world, list->slots[index]), world_object(world, item), &equal);
    world_expect(world, is_known && equal, "what is at the index in a list", number);
}

/* What an atom is written as; the beginning of what others are. */
static void expect_written(struct world *world, int number, const char *text)
{
    const struct node *node = world_node(world, number);
    struct atom_text inside = atom_text_of(node);
    char expected[64];
    if (node->kind == KIND_STRING || node->kind == KIND_BYTES)
        snprintf(expected, sizeof expected, "%s'%s'", node->kind == KIND_BYTES ? "b" : "", inside.bytes);
    else if (node->kind == KIND_INTEGER)
        snprintf(expected, sizeof expected, "%d", node->value);
    else if (node->kind == KIND_FLOAT)
        snprintf(expected, sizeof expected, "%d.0", node->value);
    else
        snprintf(expected, sizeof expected, "<%s at %p>", gc_type_name_of(node->object), node->object);
    if (is_atom(node) || node->kind < KIND_LIST)
        world_expect(world, strcmp(text, expected) == 0, text, number);
}

static void ask_text(struct world *world, int number, bool is_made)
{
    void *object = world_object(world, number);
    char text[64], whole[TEXT_BYTES];
    size_t length = gc_repr_into(world->heap, object, text, sizeof text);
    size_t full = gc_repr_into(world->heap, object, whole, sizeof whole);
    size_t same = full == length ? length : length - 3;
    world_expect(world, length < sizeof text && strlen(text) == length && strlen(whole) == full, "gc_repr_into", number);
    world_expect(world, full >= length && memcmp(text, whole, same) == 0, "gc_repr_into of less room", number);
    if (full == sizeof whole - 1)
        return; /* it may be without end, nearly */
    expect_written(world, number, whole);
    if (!is_made)
        return;
    uint64_t starts = world->starts;
    world_hold(world, number);
    gc_string *string = gc_repr(world->heap, object);
    world_expect(world, string != NULL, "gc_repr", number);
    if (world->starts == starts)
        world_expect(world, gc_string_length(string) == full && strcmp(gc_string_bytes(string), whole) == 0, "the text of gc_repr", number);
    gc_release(string);
    world_drop(world, number);
}

/* Text that is longer than what the library has on its stack. */
static void ask_long_text(struct world *world, int number)
{
    char expected[LONG_BYTES + 1];
    snprintf(expected, sizeof expected, "%0*d", LONG_BYTES, number);
    gc_string *string = gc_string_format(world->heap, "%0*d", LONG_BYTES, number);
    world_expect(world, string && strcmp(gc_string_bytes(string), expected) == 0, "gc_string_format", number);
    gc_release(string);
}

void operate_ask(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    int number = operand(world, a.low), other = operand(world, a.high);
    if (number == NONE || other == NONE || !is_soon_answered(world, number) || !is_soon_answered(world, other))
        return;
    const struct node *one = world_node(world, number), *two = world_node(world, other);
    world_does(world, "ask %d and %d", number, other);
    ask_equal(world, number, other);
    ask_hashes(world, number, other);
    if (one->kind == KIND_STRING && two->kind == KIND_STRING)
        ask_strings(world, number, other);
    if (one->kind == KIND_LIST)
        ask_index(world, number, other, a.high >> 3);
    if (one->kind == KIND_SET && two->kind == KIND_SET) {
        bool is_subset = true;
        for (int s = 0; s < one->slot_count; s++)
            is_subset = is_subset && node_find_key(world, other, one->slots[s], 1) != NONE;
        world_expect(world, gc_set_is_subset(one->object, two->object) == is_subset, "gc_set_is_subset", number);
    }
    ask_text(world, number, a.low & 8);
    if (a.low & 8 && a.high & 8)
        ask_long_text(world, number);
}
