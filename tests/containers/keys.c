/* SPDX-License-Identifier: MIT */
/* keys.c: see keys.h. */
#include "keys.h"

size_t chosen_comparisons;
void (*chosen_before)(const struct chosen *a, const struct chosen *b);
bool chosen_fails, chosen_has_no_hash;

static bool chosen_hash(const void *object, uint64_t *hash)
{
    const struct chosen *key = object;
    if (chosen_has_no_hash)
        gc_fail(gc_heap_of(key), GC_ERROR_ARGUMENT, "no hash today");
    *hash = key->hash;
    return !chosen_has_no_hash;
}

static bool chosen_equal(const void *a, const void *b, bool *equal)
{
    const struct chosen *x = a, *y = b;
    chosen_comparisons++;
    if (chosen_before)
        chosen_before(x, y);
    if (chosen_fails)
        gc_fail(gc_heap_of(x), GC_ERROR_ARGUMENT, "no comparison today");
    *equal = x->id == y->id;
    return !chosen_fails;
}

const gc_type_info chosen_info =
    GC_TYPE_INFO(struct chosen, GC_TYPE_FLAGS(GC_ACYCLIC), GC_HASH(chosen_hash), GC_EQUAL(chosen_equal));

struct chosen *chosen_new(gc_heap *heap, int id, uint64_t hash)
{
    struct chosen *key = gc_create(struct chosen, gc_type_register(heap, &chosen_info));
    cr_assert_not_null(key);
    key->id = id;
    key->hash = hash;
    return key;
}

void *key_new(gc_heap *heap, int id)
{
    void *key = NULL, *part;
    switch (id % 5) {
    case 0: key = gc_string_format(heap, "key %d", id); break;
    case 1: key = gc_integer_create(heap, (int64_t)id * 1000003); break;
    case 2: key = gc_float_create(heap, id + 0.5); break;
    case 3:
        part = gc_string_format(heap, "%d", id);
        key = gc_tuple_of(heap, part, part);
        gc_release(part);
        break;
    default: key = chosen_new(heap, id, (uint64_t)id / 5 % 7); break;
    }
    cr_assert_not_null(key);
    return key;
}

void *value_new(gc_heap *heap, int64_t number)
{
    void *value = gc_integer_create(heap, number);
    cr_assert_not_null(value);
    return value;
}

int64_t number_of(const void *value)
{
    cr_assert(gc_integer_is(value));
    return gc_integer_value(value);
}
