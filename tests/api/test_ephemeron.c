/* SPDX-License-Identifier: MIT */
/* test_ephemeron.c: pairs whose value lives while the key and the pair do, however they chain and whoever refers back. */
#include "../support/support.h"

Test(ephemeron, the_value_lives_while_the_key_does)
{
    gc_heap *heap = open_heap();
    struct node *key = node_new(heap, 1), *value = watched_new(heap, 2);
    gc_ephemeron *pair = gc_ephemeron_create(key, value);
    cr_assert_eq(gc_refcount(key), 1);
    cr_assert_eq(gc_refcount(value), 2);
    gc_release(value);
    cr_assert_eq(gc_collect(heap), 0);
    struct node *got_key = gc_ephemeron_key(pair), *got_value = gc_ephemeron_value(pair);
    cr_assert_eq(got_key, key);
    cr_assert_eq(got_value, value);
    gc_release(got_key);
    gc_release(got_value);
    gc_release(key);
    cr_assert_str_eq(recorded(), "f2 d2", "released at once when the key dies");
    cr_assert_null(gc_ephemeron_key(pair));
    cr_assert_null(gc_ephemeron_value(pair));
    gc_release(pair);
    close_heap(heap);
}

Test(ephemeron, the_value_goes_with_the_pair)
{
    gc_heap *heap = open_heap();
    struct node *key = node_new(heap, 1), *value = watched_new(heap, 2);
    gc_ephemeron *pair = gc_ephemeron_create(key, value);
    gc_release(value);
    gc_release(pair);
    cr_assert_str_eq(recorded(), "f2 d2");
    gc_release(key);
    close_heap(heap);
}

Test(ephemeron, a_value_may_be_missing)
{
    gc_heap *heap = open_heap();
    struct node *key = node_new(heap, 1);
    gc_ephemeron *pair = gc_ephemeron_create(key, NULL);
    cr_assert_not_null(pair);
    cr_assert_null(gc_ephemeron_value(pair));
    gc_release(key);
    cr_assert_null(gc_ephemeron_key(pair));
    gc_release(pair);
    close_heap(heap);
}

Test(ephemeron, a_value_that_refers_to_its_key_keeps_neither)
{
    gc_heap *heap = open_heap();
    struct node *key = watched_new(heap, 1), *value = watched_new(heap, 2);
    gc_ephemeron *pair = gc_ephemeron_create(key, value);
    gc_set(&value->left, key);
    gc_release(value);
    cr_assert_eq(gc_collect(heap), 0, "the key is held");
    gc_release(key);
    gc_collect(heap);
    cr_assert_eq(times_recorded('f'), 2);
    cr_assert_eq(times_recorded('d'), 2);
    cr_assert_null(gc_ephemeron_key(pair));
    cr_assert_null(gc_ephemeron_value(pair));
    cr_assert_eq(objects_in(heap), 1, "the pair itself is held");
    gc_release(pair);
    close_heap(heap);
}

Test(ephemeron, key_and_value_without_finalizers)
{
    gc_heap *heap = open_heap();
    for (int i = 0; i < 3; i++) {
        struct node *key = node_new(heap, 1), *value = node_new(heap, 2), *more = node_new(heap, 3);
        gc_ephemeron *pair = gc_ephemeron_create(key, value);
        gc_set(&value->left, key);
        gc_move(&value->right, &more);
        gc_release(value);
        gc_release(key);
        cr_assert_eq(gc_collect(heap), 3);
        assert_whole(heap);
        cr_assert_null(gc_ephemeron_value(pair));
        cr_assert_eq(objects_in(heap), 1);
        gc_release(pair);
        cr_assert_eq(objects_in(heap), 0);
    }
    close_heap(heap);
}

Test(ephemeron, a_value_that_something_else_holds_outlives_its_key)
{
    gc_heap *heap = open_heap();
    struct node *key = watched_new(heap, 1), *value = node_new(heap, 2);
    gc_ephemeron *pair = gc_ephemeron_create(key, value);
    gc_set(&key->left, key);
    gc_release(key);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_null(gc_ephemeron_value(pair));
    cr_assert_eq(gc_refcount(value), 1);
    gc_release(value);
    gc_release(pair);
    close_heap(heap);
}

Test(ephemeron, a_value_that_is_its_key_keeps_nothing)
{
    gc_heap *heap = open_heap();
    struct node *key = watched_new(heap, 1);
    gc_ephemeron *pair = gc_ephemeron_create(key, key);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(key);
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 1);
    gc_release(pair);
    close_heap(heap);
}

Test(ephemeron, a_value_that_holds_its_pair)
{
    gc_heap *heap = open_heap();
    struct node *key = node_new(heap, 1), *value = watched_new(heap, 2);
    cr_assert(gc_ephemeron_set(&value->ephemeron, key, value));
    gc_release(value);
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 1, "nothing but the pair held the value, and nothing but the value the pair");
    gc_release(key);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(ephemeron, two_pairs_whose_values_hold_each_others_keys)
{
    gc_heap *heap = open_heap();
    struct node *key[2], *value[2];
    gc_ephemeron *pair[2];
    for (int i = 0; i < 2; i++) {
        key[i] = watched_new(heap, i);
        value[i] = watched_new(heap, 10 + i);
        pair[i] = gc_ephemeron_create(key[i], value[i]);
    }
    for (int i = 0; i < 2; i++)
        gc_set(&value[i]->left, key[1 - i]);
    gc_release(value[0]);
    gc_release(value[1]);
    gc_release(key[1]);
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 0, "one key alive keeps its value, which keeps the other key, and so on");
    assert_whole(heap);
    gc_release(key[0]);
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 4);
    gc_release(pair[0]);
    gc_release(pair[1]);
    close_heap(heap);
}

Test(ephemeron, set_replaces_and_reports)
{
    gc_heap *heap = open_heap();
    struct node *holder = node_new(heap, 1), *key = node_new(heap, 2);
    struct node *first = watched_new(heap, 3), *second = watched_new(heap, 4);
    cr_assert(gc_ephemeron_set(&holder->ephemeron, key, first));
    gc_release(first);
    cr_assert(gc_ephemeron_set(&holder->ephemeron, key, second));
    cr_assert_str_eq(recorded(), "f3 d3");
    gc_release(second);
    gc_release(holder);
    cr_assert_str_eq(recorded(), "f3 d3 f4 d4");
    gc_release(key);
    close_heap(heap);
}

Test(ephemeron, several_pairs_of_one_key)
{
    gc_heap *heap = open_heap();
    struct node *key = node_new(heap, 1);
    gc_ephemeron *pair[10];
    for (int i = 0; i < 10; i++) {
        struct node *value = watched_new(heap, i);
        pair[i] = gc_ephemeron_create(key, value);
        gc_release(value);
    }
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 0);
    gc_release(pair[4]);
    cr_assert_eq(times_recorded('d'), 1);
    gc_release(key);
    cr_assert_eq(times_recorded('d'), 10);
    for (int i = 0; i < 10; i++)
        if (i != 4)
            gc_release(pair[i]);
    close_heap(heap);
}

Test(ephemeron, a_key_outside_the_generations_collected_counts_as_alive)
{
    gc_heap *heap = open_heap();
    struct node *key = watched_new(heap, 1);
    gc_set(&key->left, key);
    gc_collect(heap);
    gc_collect(heap);
    cr_assert_eq(gc_generation_of(key), 2);
    struct node *value = watched_new(heap, 2);
    gc_ephemeron *pair = gc_ephemeron_create(key, value);
    gc_set(&value->left, value);
    gc_release(value);
    gc_release(key);
    gc_collect_generation(heap, 0);
    cr_assert_eq(times_recorded('d'), 0, "garbage, but old: the young collection does not know");
    gc_collect_generation(heap, 1);
    cr_assert_eq(times_recorded('d'), 0);
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 2, "the value goes with the key, self loop or not: %s", recorded());
    gc_release(pair);
    close_heap(heap);
}

Test(ephemeron, an_untracked_key_counts_as_alive)
{
    gc_heap *heap = open_heap();
    struct leaf *key = leaf_new(heap, 1);
    struct node *value = node_new(heap, 2);
    gc_ephemeron *pair = gc_ephemeron_create(key, value);
    gc_release(value);
    for (int i = 0; i < 3; i++)
        gc_collect(heap);
    void *got = gc_ephemeron_value(pair);
    cr_assert_eq(got, value);
    gc_release(got);
    gc_release(key);
    cr_assert_null(gc_ephemeron_value(pair));
    gc_release(pair);
    close_heap(heap);
}

/* Pair i maps node i to node i + 1, and all pairs are held: one live node keeps all that follow. With `backward` each pair was
 * made before the one that its key hangs on. */
static void run_chain(bool backward)
{
    size_t length = fewer_when_checked(100000);
    gc_heap *heap = open_heap();
    struct list *nodes = list_new(heap, length), *pairs = list_new(heap, length - 1);
    for (size_t i = 0; i < length; i++) {
        struct node *node = node_new(heap, (int)i);
        gc_move(&nodes->items[i], (void **)&node);
    }
    for (size_t k = 0; k + 1 < length; k++) {
        size_t i = backward ? length - 2 - k : k;
        gc_ephemeron *pair = gc_ephemeron_create(nodes->items[i], nodes->items[i + 1]);
        gc_move(&pairs->items[i], (void **)&pair);
    }
    struct node *first = gc_retain((struct node *)nodes->items[0]);
    gc_release(nodes);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(objects_in(heap), length + length, "%zu nodes, their pairs, and the list of pairs", length);
    gc_release(first);
    gc_collect(heap);
    cr_assert_eq(objects_in(heap), length, "the pairs and their list");
    gc_release(pairs);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(ephemeron, a_long_chain_forward, .timeout = 20) { run_chain(false); }
Test(ephemeron, a_long_chain_backward, .timeout = 20) { run_chain(true); }

Test(ephemeron, a_long_chain_that_ends_in_its_first_key_is_garbage, .timeout = 20)
{
    size_t length = fewer_when_checked(50000);
    gc_heap *heap = open_heap();
    struct list *pairs = list_new(heap, length);
    struct node *first = node_new(heap, 0), *last = gc_retain(first);
    for (size_t i = 0; i < length; i++) {
        struct node *next = i + 1 < length ? node_new(heap, 1) : gc_retain(first);
        gc_ephemeron *pair = gc_ephemeron_create(last, next);
        gc_move(&pairs->items[i], (void **)&pair);
        gc_release(last);
        last = next;
    }
    gc_release(last);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(first);
    gc_collect(heap);
    cr_assert_eq(objects_in(heap), length + 1, "no key is reached but through pairs");
    gc_release(pairs);
    close_heap(heap);
}

static gc_ephemeron *from_finalizer;

static void make_a_pair(struct node *self)
{
    struct node *value = watched_new(gc_heap_of(self), 50);
    gc_set(&value->left, self);
    from_finalizer = gc_ephemeron_create(self, value);
    gc_release(value);
}

Test(ephemeron, made_by_a_finalizer_for_its_dying_key)
{
    gc_heap *heap = open_heap();
    struct node *key = watched_with(heap, 1, make_a_pair);
    gc_set(&key->left, key);
    gc_release(key);
    for (int i = 0; i < 3; i++)
        gc_collect(heap);
    cr_assert_null(gc_ephemeron_key(from_finalizer));
    cr_assert_null(gc_ephemeron_value(from_finalizer));
    cr_assert_eq(times_recorded('d'), 2, "%s", recorded());
    gc_release(from_finalizer);
    close_heap(heap);
}

static void keep_this(struct node *self)
{
    keep(self);
}

/* Key and value refer to each other; a finalizer brings back one of them, and so the other: the pair holds on. */
static void bring_back(bool key_rises)
{
    gc_heap *heap = open_heap();
    struct node *key = watched_with(heap, 1, key_rises ? keep_this : NULL);
    struct node *value = watched_with(heap, 2, key_rises ? NULL : keep_this);
    gc_ephemeron *pair = gc_ephemeron_create(key, value);
    gc_set(&value->left, key);
    gc_release(value);
    gc_release(key);
    gc_collect(heap);
    assert_whole(heap);
    cr_assert_eq(times_recorded('f'), 2);
    cr_assert_eq(times_recorded('d'), 0, "%s", recorded());
    struct node *got = gc_ephemeron_value(pair);
    cr_assert_eq(got, value);
    gc_release(got);
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 0);
    drop_kept();
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 2);
    cr_assert_null(gc_ephemeron_key(pair));
    gc_release(pair);
    close_heap(heap);
}

Test(ephemeron, its_key_is_resurrected) { bring_back(true); }
Test(ephemeron, its_value_is_resurrected) { bring_back(false); }
