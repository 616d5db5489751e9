/* SPDX-License-Identifier: MIT */
/* test_table_memory.c: dictionaries, sets, functions and generators without memory: each call that needs some fails, says so, and leaves
 * everything as it was; those that need none do not fail. */
#include "../support/starve.h"
#include "keys.h"

#include <stdio.h>
#include <string.h>

enum { KEYS = 200 };

static void *keys[KEYS];

static void keys_make(gc_heap *heap)
{
    for (int id = 0; id < KEYS; id++)
        keys[id] = key_new(heap, id);
}

static void keys_drop(void)
{
    for (int id = 0; id < KEYS; id++)
        gc_release(keys[id]);
}

static gc_dict *dict_new(gc_heap *heap, int n)
{
    gc_dict *dict = gc_dict_create(heap);
    for (int id = 0; id < n; id++)
        cr_assert(gc_dict_set(dict, keys[id], keys[id]));
    return dict;
}

static struct gc_set *set_new(gc_heap *heap, int from, int to)
{
    struct gc_set *set = gc_set_create(heap);
    for (int id = from; id < to; id++)
        cr_assert(gc_set_add(set, keys[id]));
    return set;
}

/* The dictionary has the first n keys in order. */
static void assert_keys(const gc_dict *dict, int n)
{
    gc_dict_iterator iterator = gc_dict_iterate(dict);
    void *key;
    for (int id = 0; id < n; id++) {
        cr_assert(gc_dict_next(&iterator, &key, NULL));
        cr_assert_eq(key, keys[id]);
        cr_assert_eq(gc_dict_get(dict, keys[id]), keys[id]);
    }
    cr_assert_not(gc_dict_next(&iterator, &key, NULL));
}

Test(table_memory, a_dictionary_that_cannot_grow_stays_as_it_was)
{
    gc_heap *heap = open_small_heap();
    keys_make(heap);
    gc_dict *empty = gc_dict_create(heap), *dict = dict_new(heap, 10), *other = dict_new(heap, KEYS);
    starve(heap);
    must_fail(heap, !gc_dict_create(heap));
    must_fail(heap, !gc_dict_set(empty, keys[0], keys[0]));
    must_fail(heap, !gc_dict_set_default(empty, keys[0], keys[0]));
    must_fail(heap, !gc_dict_reserve(empty, 1));
    must_fail(heap, !gc_dict_set_string(dict, "new", 3, dict));
    must_fail(heap, !gc_dict_copy(dict));
    must_fail(heap, !gc_dict_update(dict, other));
    must_fail(heap, !gc_dict_reserve(dict, 1000));
    int id = 10;
    while (gc_dict_set(dict, keys[id], keys[id]))
        id++;
    cr_assert_lt(id, KEYS);
    must_fail(heap, !gc_dict_set(dict, keys[id], keys[id]));
    assert_keys(dict, id);
    cr_assert(gc_dict_set(dict, keys[3], keys[3]), "an existing key needs none");
    cr_assert(gc_dict_set_string(dict, "key 0", 5, keys[0]));
    assert_whole(heap);
    feed(heap);
    assert_keys(dict, id);
    cr_assert_eq(gc_dict_count(empty), 0);
    gc_release(empty);
    gc_release(dict);
    gc_release(other);
    keys_drop();
    close_heap(heap);
}

Test(table_memory, a_copy_that_gets_its_object_and_no_table)
{
    gc_heap *heap = open_small_heap();
    keys_make(heap);
    gc_dict *spare = gc_dict_create(heap), *dict = dict_new(heap, 100);
    struct gc_set *spare_set = gc_set_create(heap), *set = set_new(heap, 0, 100);
    starve(heap);
    gc_release(spare);
    must_fail(heap, !gc_dict_copy(dict));
    gc_release(spare_set);
    must_fail(heap, !gc_set_copy(set));
    must_fail(heap, !gc_set_union(set, set));
    must_fail(heap, !gc_set_intersection(set, set));
    feed(heap);
    assert_keys(dict, 100);
    gc_release(dict);
    gc_release(set);
    keys_drop();
    close_heap(heap);
}

Test(table_memory, removing_and_shrinking_never_fail)
{
    gc_heap *heap = open_small_heap();
    keys_make(heap);
    gc_dict *dict = dict_new(heap, KEYS);
    cr_assert_not(gc_dict_set(dict, NULL, dict));
    starve(heap);
    cr_assert_not(gc_dict_set(dict, NULL, dict));
    gc_error before = gc_last_error(heap);
    for (int id = 0; id < KEYS - 1; id++)
        cr_assert(gc_dict_remove(dict, keys[id]));
    cr_assert_eq(gc_last_error(heap), before, "%s", gc_last_error_message(heap));
    cr_assert_eq(gc_dict_get(dict, keys[KEYS - 1]), keys[KEYS - 1]);
    for (int id = 0; id < 100000; id++) {
        cr_assert(gc_dict_set(dict, keys[id % (KEYS - 1)], dict), "there is room");
        cr_assert(gc_dict_remove(dict, keys[id % (KEYS - 1)]));
    }
    gc_dict_clear(dict);
    feed(heap);
    gc_release(dict);
    keys_drop();
    close_heap(heap);
}

Test(table_memory, what_was_reserved_needs_no_memory)
{
    gc_heap *heap = open_small_heap();
    keys_make(heap);
    gc_dict *dict = gc_dict_create(heap);
    struct gc_set *set = gc_set_create(heap);
    cr_assert(gc_dict_reserve(dict, KEYS));
    cr_assert(gc_set_reserve(set, KEYS));
    starve(heap);
    for (int id = 0; id < KEYS; id++) {
        cr_assert(gc_dict_set(dict, keys[id], keys[id]));
        cr_assert(gc_set_add(set, keys[id]));
    }
    assert_keys(dict, KEYS);
    feed(heap);
    gc_release(dict);
    gc_release(set);
    keys_drop();
    close_heap(heap);
}

static gc_dict *the_dict;

/* Gives the memory back, and fills the dictionary that is about to grow, or to be copied. */
static void feed_and_fill(struct node *self)
{
    gc_heap *heap = gc_heap_of(self);
    feed(heap);
    for (int id = 0; id < 40; id++)
        cr_assert(gc_dict_set(the_dict, keys[id], keys[id]), "%s", gc_last_error_message(heap));
}

Test(table_memory, a_collection_for_memory_may_change_the_table_that_asked)
{
    for (int copies = 0; copies < 2; copies++) {
        gc_heap *heap = open_small_heap();
        keys_make(heap);
        the_dict = dict_new(heap, 6);
        struct node *ring = watched_with(heap, 1, feed_and_fill);
        gc_dict *spare = gc_dict_create(heap);
        gc_set(&ring->left, ring);
        starve(heap);
        gc_release(ring);
        if (copies) {
            gc_release(spare);
            gc_dict *copy = gc_dict_copy(the_dict);
            cr_assert_not_null(copy);
            assert_keys(copy, 40);
            gc_release(copy);
        } else {
            cr_assert(gc_dict_set(the_dict, keys[6], keys[6]));
            gc_release(spare);
        }
        assert_keys(the_dict, 40);
        gc_release(the_dict);
        keys_drop();
        close_heap(heap);
    }
}

Test(table_memory, sets)
{
    gc_heap *heap = open_small_heap();
    keys_make(heap);
    struct gc_set *empty = gc_set_create(heap), *set = set_new(heap, 0, 10), *other = set_new(heap, 10, KEYS);
    starve(heap);
    must_fail(heap, !gc_set_create(heap));
    must_fail(heap, !gc_set_add(empty, keys[0]));
    must_fail(heap, !gc_set_reserve(empty, 1));
    must_fail(heap, !gc_set_update(set, other));
    must_fail(heap, !gc_set_union(set, other));
    must_fail(heap, !gc_set_intersection(set, set));
    must_fail(heap, !gc_set_difference(set, other));
    must_fail(heap, !gc_set_symmetric_difference(set, other));
    cr_assert_eq(gc_set_count(set), 10);
    cr_assert(gc_set_is_subset(set, set));
    feed(heap);
    struct gc_set *all = gc_set_symmetric_difference(set, other);
    cr_assert_eq(gc_set_count(all), KEYS);
    gc_release(all);
    gc_release(empty);
    gc_release(set);
    gc_release(other);
    keys_drop();
    close_heap(heap);
}

static struct gc_set *the_set;
static bool feeds;
static int filled;

/* Adds to the set that is being updated as many as it has room for, so that what was made sure of is gone. */
static void fill_the_set(const struct chosen *a, const struct chosen *b)
{
    gc_heap *heap = gc_heap_of(a);
    (void)b;
    chosen_before = NULL;
    while (gc_set_add(the_set, keys[filled]))
        filled++;
    if (feeds)
        feed(heap);
}

Test(table_memory, a_set_that_loses_its_room_to_the_equality_it_asks)
{
    for (int round = 0; round < 2; round++) {
        gc_heap *heap = open_small_heap();
        keys_make(heap);
        struct chosen *one = chosen_new(heap, 1000, 1), *two = chosen_new(heap, 1001, 1);
        struct gc_set *other = gc_set_create(heap);
        the_set = gc_set_create(heap);
        cr_assert(gc_set_add(the_set, one) && gc_set_add(other, two));
        starve(heap);
        feeds = round == 1;
        filled = 0;
        chosen_before = fill_the_set;
        if (feeds)
            cr_assert(gc_set_update(the_set, other));
        else
            must_fail(heap, !gc_set_update(the_set, other));
        cr_assert(filled > 0 && filled < KEYS);
        cr_assert_eq(gc_set_count(the_set), (size_t)filled + 1 + feeds);
        cr_assert_eq(gc_set_contains(the_set, two), feeds);
        feed(heap);
        cr_assert(gc_set_update(the_set, other) && gc_set_contains(the_set, two));
        gc_release(one);
        gc_release(two);
        gc_release(other);
        gc_release(the_set);
        keys_drop();
        close_heap(heap);
    }
}

Test(table_memory, weak_dictionaries)
{
    gc_heap *heap = open_small_heap();
    keys_make(heap);
    gc_weak_dict *dict = gc_weak_dict_create(heap, GC_WEAK_KEYS), *values = gc_weak_dict_create(heap, GC_WEAK_VALUES);
    for (int id = 0; id < 6; id++) /* all that the smallest table has room for */
        cr_assert(gc_weak_dict_set(dict, keys[id], dict));
    gc_ephemeron *spare = gc_ephemeron_create(keys[9], NULL);
    starve(heap);
    must_fail(heap, !gc_weak_dict_create(heap, GC_WEAK_KEYS));
    must_fail(heap, !gc_weak_dict_set(dict, keys[7], dict));
    must_fail(heap, !gc_weak_dict_set(values, keys[7], dict));
    gc_release(spare);
    must_fail(heap, !gc_weak_dict_set(dict, keys[7], dict));
    cr_assert(gc_weak_dict_set(dict, keys[4], keys[4]), "an existing key needs none");
    cr_assert_eq(gc_weak_dict_count(dict), 6);
    cr_assert_eq(gc_weak_dict_count(values), 0);
    feed(heap);
    gc_release(values);
    gc_weak_dict_clear(dict);
    gc_release(dict);
    keys_drop();
    close_heap(heap);
}

static void *code(gc_function *self, void **arguments, size_t count)
{
    (void)arguments;
    (void)count;
    return gc_retain((void *)self);
}

static void *run(gc_generator *self, void *sent)
{
    (void)sent;
    return gc_retain((void *)self);
}

static size_t clean_ups;

static void clean_up(gc_generator *self)
{
    (void)self;
    clean_ups++;
}

Test(table_memory, functions_and_generators)
{
    gc_heap *heap = open_small_heap();
    gc_function *function = gc_function_create(heap, NULL, code, 3);
    gc_generator *generator = gc_generator_create(heap, run, clean_up, 3, 0);
    starve(heap);
    must_fail(heap, !gc_function_create(heap, NULL, code, 3));
    must_fail(heap, !gc_generator_create(heap, run, clean_up, 3, 0));
    gc_release(generator);
    cr_assert_eq(clean_ups, 1);
    must_fail(heap, !gc_generator_create(heap, run, clean_up, 3, 1000000));
    cr_assert_eq(clean_ups, 1, "what was never made is not cleaned up");
    feed(heap);
    gc_release(function);
    close_heap(heap);
}
