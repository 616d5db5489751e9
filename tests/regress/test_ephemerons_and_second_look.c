/* SPDX-License-Identifier: MIT */
/* test_ephemerons_and_second_look.c: live ephemerons whose keys are garbage: their values are found with the keys, also by the second look
 * that follows finalizers, and what only they held is released exactly once. */
#include "../support/support.h"

static gc_ephemeron *pair_of(struct node *key, struct node *value)
{
    gc_ephemeron *pair = gc_ephemeron_create(key, value);
    cr_assert_not_null(pair);
    gc_release(key);
    gc_release(value);
    return pair;
}

/* A key that holds itself and a value that holds the key, of an ephemeron that the caller holds: two garbage objects. */
static gc_ephemeron *pair_with_garbage_key(gc_heap *heap, struct node *key)
{
    struct node *value = node_new(heap, 2);
    gc_set(&key->left, key);
    gc_set(&value->left, key);
    return pair_of(key, value);
}

static void assert_expired(gc_ephemeron *pair)
{
    cr_assert_null(gc_ephemeron_key(pair));
    cr_assert_null(gc_ephemeron_value(pair));
}

Test(ephemerons_and_second_look, a_value_that_holds_its_cyclic_key_goes_with_it_when_the_key_is_finalized)
{
    gc_heap *heap = open_heap();
    gc_ephemeron *pair = pair_with_garbage_key(heap, watched_new(heap, 1));
    cr_assert_eq(gc_collect(heap), 2, "the first collection frees them, not the next");
    cr_assert_str_eq(recorded(), "f1 d1");
    assert_expired(pair);
    gc_release(pair);
    close_heap(heap);
}

Test(ephemerons_and_second_look, a_value_that_holds_its_cyclic_key_goes_with_it_when_other_garbage_is_finalized)
{
    gc_heap *heap = open_heap();
    gc_ephemeron *pair = pair_with_garbage_key(heap, node_new(heap, 1));
    make_garbage_ring(heap, 10, 1);
    cr_assert_eq(gc_collect(heap), 3);
    assert_expired(pair);
    for (int i = 0; i < 3; i++) {
        make_garbage_ring(heap, 11 + i, 1);
        cr_assert_eq(gc_collect(heap), 1, "what was found once is not found again");
    }
    gc_release(pair);
    close_heap(heap);
}

Test(ephemerons_and_second_look, a_condemned_value_of_several_pairs_is_released_before_it_is_freed)
{
    gc_heap *heap = open_heap();
    struct node *key = node_new(heap, 1), *value = watched_new(heap, 2);
    gc_set(&value->left, value);
    gc_set(&value->right, key);
    gc_set(&key->left, value);
    gc_ephemeron *first = gc_ephemeron_create(key, value), *second = gc_ephemeron_create(key, value);
    gc_release(key);
    gc_release(value);
    cr_assert_eq(gc_collect(heap), 2);
    cr_assert_str_eq(recorded(), "f2 d2");
    cr_assert_str_eq(gc_last_error_message(heap), "", "nothing is released more often than retained");
    assert_whole(heap);
    assert_expired(first);
    assert_expired(second);
    gc_release(first);
    gc_release(second);
    close_heap(heap);
}

/* Values in slabs of their own, which hold nothing but what dies. */
struct value {
    gc_object gc;
    struct node *shared, *key;
    char padding[1000];
};
static const gc_type_info value_info = GC_TYPE_INFO(struct value, GC_REFS(shared, key));

static void destroy_value(void *object)
{
    record('d', (int)((struct value *)object)->padding[0]);
}

static const gc_type_info destroyed_info = GC_TYPE_INFO(struct value, GC_REFS(shared, key), GC_DESTROY(destroy_value));

enum { PAIRS = 1000 };

static void expire_pairs(const gc_type_info *info, bool value_holds_key)
{
    static gc_ephemeron *pairs[PAIRS];
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, info);
    struct node *shared = node_new(heap, 1);
    for (int i = 0; i < PAIRS; i++) {
        struct node *key = node_new(heap, 2);
        struct value *value = gc_create(struct value, type);
        gc_set(&key->left, key);
        gc_set(&value->shared, shared);
        if (value_holds_key)
            gc_set(&value->key, key);
        pairs[i] = gc_ephemeron_create(key, value);
        gc_release(value);
        gc_release(key);
    }
    cr_assert_eq(gc_refcount(shared), PAIRS + 1);
    cr_assert_eq(gc_collect(heap), 2 * PAIRS);
    cr_assert_eq(gc_refcount(shared), 1, "what the values held is released once, and not left retained");
    cr_assert_eq(times_recorded('d'), info == &destroyed_info ? PAIRS : 0);
    cr_assert_eq(objects_in(heap), PAIRS + 1);
    assert_whole(heap);
    for (int i = 0; i < PAIRS; i++)
        gc_release(pairs[i]);
    cr_assert(gc_is_object(heap, shared));
    gc_release(shared);
    cr_assert_str_eq(gc_last_error_message(heap), "");
    close_heap(heap);
}

Test(ephemerons_and_second_look, values_in_slabs_that_die_whole_drop_what_they_held) { expire_pairs(&value_info, false); }
Test(ephemerons_and_second_look, values_that_are_destroyed_drop_what_they_held) { expire_pairs(&destroyed_info, false); }
Test(ephemerons_and_second_look, values_that_hold_their_keys_drop_what_they_held) { expire_pairs(&value_info, true); }
Test(ephemerons_and_second_look, values_that_hold_their_keys_are_destroyed_once) { expire_pairs(&destroyed_info, true); }
