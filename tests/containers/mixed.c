/* SPDX-License-Identifier: MIT */
/* mixed.c: see mixed.h. */
#include "mixed.h"

enum { PLACES = 8 };

const char *const mixed_names[MIXED_KINDS] = {
    "node", "list", "cell", "dict, as value", "dict, as key", "set", "weak keys", "weak values", "function", "generator",
    "generator with clean-up", "tuple",
};

size_t mixed_clean_ups;

static void *code_of_function(gc_function *self, void **arguments, size_t count)
{
    (void)arguments;
    (void)count;
    return gc_retain((void *)self);
}

/* Its state number is how many references it has been given. */
static void *code_of_generator(gc_generator *self, void *sent)
{
    (void)sent;
    return gc_retain((void *)self);
}

static void clean_up(gc_generator *self)
{
    cr_assert_eq(gc_generator_reference_count(self), PLACES, "the frame is whole");
    mixed_clean_ups++;
}

static void *mixed_empty(gc_heap *heap, enum mixed_kind kind)
{
    switch (kind) {
    case MIXED_NODE: return node_new(heap, 1);
    case MIXED_LIST: return gc_list_create(heap, 0, NULL);
    case MIXED_CELL: return gc_cell_create(heap, NULL);
    case MIXED_DICT_VALUE:
    case MIXED_DICT_KEY: return gc_dict_create(heap);
    case MIXED_SET: return gc_set_create(heap);
    case MIXED_WEAK_KEYS: return gc_weak_dict_create(heap, GC_WEAK_KEYS);
    case MIXED_WEAK_VALUES: return gc_weak_dict_create(heap, GC_WEAK_VALUES);
    case MIXED_FUNCTION: return gc_function_create(heap, NULL, code_of_function, PLACES);
    case MIXED_GENERATOR: return gc_generator_create(heap, code_of_generator, NULL, PLACES, 16);
    case MIXED_CLEANED_GENERATOR: return gc_generator_create(heap, code_of_generator, clean_up, PLACES, 16);
    default: return NULL;
    }
}

void *mixed_new(gc_heap *heap, enum mixed_kind kind, void *inside)
{
    if (kind == MIXED_TUPLE)
        return gc_tuple_of(heap, inside, (void *)NULL);
    void *container = mixed_empty(heap, kind);
    cr_assert_not_null(container);
    if (kind == MIXED_GENERATOR || kind == MIXED_CLEANED_GENERATOR)
        gc_release(gc_generator_next(container)); /* once, so that it is suspended in its middle */
    if (inside)
        cr_assert(mixed_put(kind, container, inside), "%s", mixed_names[kind]);
    return container;
}

static bool put_in_dict(gc_dict *dict, void *inside, bool as_key)
{
    if (as_key)
        return gc_dict_set(dict, inside, dict);
    void *key = gc_integer_create(gc_heap_of(dict), 100000 + (int64_t)gc_dict_count(dict));
    bool stored = gc_dict_set(dict, key, inside);
    gc_release(key);
    return stored;
}

bool mixed_put(enum mixed_kind kind, void *container, void *inside)
{
    size_t place;
    switch (kind) {
    case MIXED_NODE: {
        struct node *node = container;
        gc_set(node->left ? (node->right ? &node->third : &node->right) : &node->left, inside);
        return true;
    }
    case MIXED_LIST: return gc_list_append(container, inside);
    case MIXED_CELL: gc_cell_set(container, inside); return true;
    case MIXED_DICT_VALUE:
    case MIXED_DICT_KEY: return put_in_dict(container, inside, kind == MIXED_DICT_KEY);
    case MIXED_SET: return gc_set_add(container, inside);
    case MIXED_WEAK_KEYS: return gc_weak_dict_set(container, container, inside);
    case MIXED_WEAK_VALUES: return gc_weak_dict_set(container, inside, container);
    case MIXED_FUNCTION:
        for (place = 0; gc_function_captured(container, place);)
            place++;
        return gc_function_capture(container, place, inside);
    case MIXED_GENERATOR:
    case MIXED_CLEANED_GENERATOR:
        for (place = 0; gc_generator_reference(container, place);)
            place++;
        return gc_generator_set_reference(container, place, inside);
    default: return false;
    }
}
