/* SPDX-License-Identifier: MIT */
/* world_kinds.c: what an object is by its kind: its type, the name of that, what the headers' tests say of it, and the value of an atom. */
#include "tests/fuzz/world.h"

#include <stdio.h>
#include <string.h>

static const char *const names[] = {
    [KIND_WEAK] = "gc_weak",
    [KIND_EPHEMERON] = "gc_ephemeron",
    [KIND_LIST] = "gc_list",
    [KIND_TUPLE] = "gc_tuple",
    [KIND_DICT] = "gc_dict",
    [KIND_SET] = "gc_set",
    [KIND_CELL] = "gc_cell",
    [KIND_FUNCTION] = "gc_function",
    [KIND_GENERATOR] = "gc_generator",
    [KIND_STRING] = "gc_string",
    [KIND_BYTES] = "gc_bytes",
    [KIND_INTEGER] = "gc_integer",
    [KIND_FLOAT] = "gc_float",
    [KIND_WEAK_KEYS] = "gc_weak_dict",
    [KIND_WEAK_VALUES] = "gc_weak_dict",
};

static const struct {
    bool (*is)(const void *object);
    uint64_t kinds;
} tests[] = {
    { gc_list_is, KIND_BIT(KIND_LIST) },
    { gc_tuple_is, KIND_BIT(KIND_TUPLE) },
    { gc_dict_is, KIND_BIT(KIND_DICT) },
    { gc_set_is, KIND_BIT(KIND_SET) },
    { gc_cell_is, KIND_BIT(KIND_CELL) },
    { gc_function_is, KIND_BIT(KIND_FUNCTION) },
    { gc_generator_is, KIND_BIT(KIND_GENERATOR) },
    { gc_string_is, KIND_BIT(KIND_STRING) },
    { gc_bytes_is, KIND_BIT(KIND_BYTES) },
    { gc_integer_is, KIND_BIT(KIND_INTEGER) },
    { gc_float_is, KIND_BIT(KIND_FLOAT) },
    { gc_weak_dict_is, KIND_BIT(KIND_WEAK_KEYS) | KIND_BIT(KIND_WEAK_VALUES) },
};

struct atom_text atom_text_of(const struct node *node)
{
    struct atom_text text;
    int length = snprintf(text.bytes, sizeof text.bytes, "key %x", (unsigned)node->value);
    /* One string is of a single byte, which a heap has but once. */
    text.length = node->kind == KIND_STRING && node->value == 14 ? 1 : (size_t)length;
    text.bytes[text.length] = '\0';
    return text;
}

static bool is_as_written(const struct node *node)
{
    struct atom_text text = atom_text_of(node);
    switch (node->kind) {
    case KIND_STRING:
        return gc_string_length(node->object) == text.length && strcmp(gc_string_bytes(node->object), text.bytes) == 0 &&
               gc_string_is_interned(node->object) == node->is_interned;
    case KIND_BYTES:
        return gc_bytes_length(node->object) == text.length && strcmp(gc_bytes_data(node->object), text.bytes) == 0;
    case KIND_INTEGER:
        return gc_integer_value(node->object) == node->value;
    case KIND_FLOAT:
        return gc_float_value(node->object) == (double)node->value;
    default:
        return true;
    }
}

static bool is_of_type(struct world *world, const struct node *node)
{
    gc_type *type = gc_type_of(node->object);
    for (int v = 0; v < VARIANT_COUNT && node->kind < KIND_WEAK; v++) {
        if (type == world->types[node->kind][v])
            return strcmp(gc_type_name(type), model_kinds[node->kind].types[v].name) == 0;
    }
    return node->kind >= KIND_WEAK && strcmp(gc_type_name(type), names[node->kind]) == 0;
}

void world_check_kind(struct world *world, int number)
{
    const struct node *node = world_node(world, number);
    const char *name = gc_type_name_of(node->object);
    if (!is_of_type(world, node) || strcmp(name, gc_type_name(gc_type_of(node->object))) != 0 || gc_heap_of(node->object) != world->heap)
        world_fail(world, "%d (%s) is said to be of type %s", number, world_kind_name(node->kind), name);
    for (size_t t = 0; t < sizeof tests / sizeof tests[0]; t++) {
        if (tests[t].is(node->object) != (tests[t].kinds >> node->kind & 1))
            world_fail(world, "%d (%s) is taken for something else, by test %zu", number, world_kind_name(node->kind), t);
    }
    if (node_is_weak_dict(node) && gc_weak_dict_side(node->object) != (node->kind == KIND_WEAK_KEYS ? GC_WEAK_KEYS : GC_WEAK_VALUES))
        world_fail(world, "%d (%s) watches the other side", number, world_kind_name(node->kind));
    if (!is_as_written(node))
        world_fail(world, "%d (%s) is not %d any more", number, world_kind_name(node->kind), node->value);
}
