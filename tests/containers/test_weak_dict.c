/* SPDX-License-Identifier: MIT */
/* test_weak_dict.c: dictionaries with weak keys, and with weak values: what is there, and what is gone. */
#include "keys.h"

static gc_weak_dict *dict_new(gc_heap *heap, enum gc_weak_side side)
{
    gc_weak_dict *dict = gc_weak_dict_create(heap, side);
    cr_assert_not_null(dict);
    return dict;
}

static void assert_value(const gc_weak_dict *dict, const void *key, const void *expected)
{
    void *value = gc_weak_dict_get(dict, key);
    cr_assert_eq(value, expected);
    cr_assert_eq(gc_weak_dict_contains(dict, key), expected != NULL);
    gc_release(value);
}

Test(weak_dict, says_what_it_is)
{
    gc_heap *heap = open_heap();
    for (enum gc_weak_side side = GC_WEAK_KEYS; side <= GC_WEAK_VALUES; side++) {
        gc_weak_dict *dict = dict_new(heap, side);
        cr_assert(gc_weak_dict_is(dict));
        cr_assert_eq(gc_weak_dict_side(dict), side);
        cr_assert_str_eq(gc_type_name_of(dict), "gc_weak_dict");
        cr_assert_eq(gc_weak_dict_purge(dict), 0);
        gc_weak_dict_clear(dict);
        gc_release(dict);
    }
    cr_assert_not(gc_weak_dict_is(NULL));
    cr_assert_null(gc_weak_dict_create(heap, (enum gc_weak_side)2));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    close_heap(heap);
}

Test(weak_dict, an_entry_goes_with_its_weak_side_and_lets_go_of_the_other)
{
    gc_heap *heap = open_heap();
    for (enum gc_weak_side side = GC_WEAK_KEYS; side <= GC_WEAK_VALUES; side++) {
        gc_weak_dict *dict = dict_new(heap, side);
        struct node *weak = watched_new(heap, 1), *strong = watched_new(heap, 2);
        struct node *key = side == GC_WEAK_KEYS ? weak : strong, *value = side == GC_WEAK_KEYS ? strong : weak;
        cr_assert(gc_weak_dict_set(dict, key, value));
        cr_assert_eq(gc_refcount(weak), 1);
        cr_assert_eq(gc_refcount(strong), 2);
        assert_value(dict, key, value);
        cr_assert_eq(gc_weak_dict_count(dict), 1);
        gc_release(strong);
        forget_record();
        gc_release(weak);
        cr_assert_str_eq(recorded(), "f1 d1 f2 d2");
        cr_assert_eq(gc_weak_dict_count(dict), 0);
        gc_weak_dict_iterator iterator = gc_weak_dict_iterate(dict);
        cr_assert_not(gc_weak_dict_next(&iterator, NULL, NULL));
        cr_assert_not(iterator.changed);
        cr_assert_eq(gc_weak_dict_purge(dict), 1);
        gc_release(dict);
        forget_record();
    }
    close_heap(heap);
}

Test(weak_dict, a_key_is_found_by_its_equality)
{
    gc_heap *heap = open_heap();
    for (enum gc_weak_side side = GC_WEAK_KEYS; side <= GC_WEAK_VALUES; side++) {
        gc_weak_dict *dict = dict_new(heap, side);
        void *keys[40], *values[40];
        for (int id = 0; id < 40; id++) {
            keys[id] = key_new(heap, id);
            values[id] = node_new(heap, id);
            cr_assert(gc_weak_dict_set(dict, keys[id], values[id]));
        }
        for (int id = 0; id < 40; id++) {
            void *same = key_new(heap, id);
            assert_value(dict, same, values[id]);
            if (id % 3 == 0) {
                cr_assert(gc_weak_dict_remove(dict, same));
                cr_assert_not(gc_weak_dict_remove(dict, same));
            }
            gc_release(same);
        }
        cr_assert_eq(gc_weak_dict_count(dict), 26);
        for (int id = 0; id < 40; id++) {
            gc_release(keys[id]);
            gc_release(values[id]);
        }
        cr_assert_eq(gc_weak_dict_count(dict), 0);
        gc_release(dict);
    }
    close_heap(heap);
}

Test(weak_dict, another_value_replaces_the_old_one)
{
    gc_heap *heap = open_heap();
    for (enum gc_weak_side side = GC_WEAK_KEYS; side <= GC_WEAK_VALUES; side++) {
        gc_weak_dict *dict = dict_new(heap, side);
        struct node *one = node_new(heap, 1), *two = node_new(heap, 2);
        void *key = gc_string_from(heap, "key"), *same = gc_string_from(heap, "key");
        cr_assert(gc_weak_dict_set(dict, key, one));
        gc_weak_dict_iterator iterator = gc_weak_dict_iterate(dict);
        cr_assert(gc_weak_dict_set(dict, same, two));
        void *got, *value;
        cr_assert(gc_weak_dict_next(&iterator, &got, &value), "no change of the table");
        cr_assert_eq(got, side == GC_WEAK_KEYS ? key : same);
        cr_assert_eq(value, two);
        gc_release(got);
        gc_release(value);
        cr_assert_eq(gc_refcount(one), 1);
        gc_release(one);
        assert_value(dict, key, two);
        gc_release(two);
        cr_assert_eq(gc_weak_dict_count(dict), side == GC_WEAK_KEYS ? 1 : 0);
        gc_release(key);
        gc_release(same);
        cr_assert_eq(gc_weak_dict_count(dict), 0);
        gc_release(dict);
    }
    close_heap(heap);
}

Test(weak_dict, refuses)
{
    gc_heap *heap = open_heap();
    gc_weak_dict *keys = dict_new(heap, GC_WEAK_KEYS), *values = dict_new(heap, GC_WEAK_VALUES);
    struct node *node = node_new(heap, 1);
    gc_weak *weak = gc_weak_create(node, NULL, NULL);
    void *list = gc_list_create(heap, 0, NULL);
    cr_assert_not(gc_weak_dict_set(keys, NULL, node));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    cr_assert_not(gc_weak_dict_set(keys, node, NULL));
    cr_assert_not(gc_weak_dict_set(keys, weak, node));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_TYPE);
    cr_assert_not(gc_weak_dict_set(values, node, weak));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_TYPE);
    cr_assert_not(gc_weak_dict_set(values, list, node));
    cr_assert_null(gc_weak_dict_get(values, list));
    cr_assert_not(gc_weak_dict_contains(keys, list));
    cr_assert_not(gc_weak_dict_remove(keys, NULL));
    cr_assert_eq(gc_weak_dict_count(keys) + gc_weak_dict_count(values), 0);
    gc_release(list);
    gc_release(weak);
    gc_release(node);
    gc_release(keys);
    gc_release(values);
    close_heap(heap);
}

Test(weak_dict, entries_that_are_gone_give_their_room_to_new_ones)
{
    gc_heap *heap = open_heap();
    gc_weak_dict *dict = dict_new(heap, GC_WEAK_KEYS);
    struct node *stays[5];
    size_t objects = 0;
    for (int i = 0; i < 5; i++) {
        stays[i] = node_new(heap, i);
        cr_assert(gc_weak_dict_set(dict, stays[i], stays[i]) || i);
    }
    for (int i = 0; i < 5000; i++) {
        struct node *key = node_new(heap, i);
        cr_assert(gc_weak_dict_set(dict, key, dict));
        gc_release(key);
        if (i == 1000)
            objects = objects_in(heap);
    }
    cr_assert_leq(objects_in(heap), objects + 40, "%zu objects, %zu before", objects_in(heap), objects);
    cr_assert_eq(gc_weak_dict_count(dict), 5);
    cr_assert_lt(gc_size_of(dict), 200);
    gc_stats stats;
    gc_get_stats(heap, &stats);
    cr_assert_lt(stats.bytes_raw, 2000, "%zu bytes of raw memory", stats.bytes_raw);
    for (int i = 0; i < 5; i++)
        gc_release(stays[i]);
    gc_release(dict);
    gc_collect(heap);
    close_heap(heap);
}

static size_t raw_bytes(gc_heap *heap)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    return stats.bytes_raw;
}

Test(weak_dict, a_full_table_of_entries_that_are_gone_does_not_grow)
{
    gc_heap *heap = open_heap();
    gc_weak_dict *dict = dict_new(heap, GC_WEAK_KEYS);
    struct node *keys[6], *last = node_new(heap, 6);
    for (int i = 0; i < 6; i++) {
        keys[i] = node_new(heap, i);
        cr_assert(gc_weak_dict_set(dict, keys[i], dict));
    }
    size_t bytes = raw_bytes(heap);
    for (int i = 0; i < 6; i++)
        gc_release(keys[i]);
    cr_assert(gc_weak_dict_set(dict, last, dict));
    cr_assert_eq(raw_bytes(heap), bytes);
    gc_release(last);
    gc_release(dict);
    gc_collect(heap);
    close_heap(heap);
}

Test(weak_dict, new_entries_take_away_what_is_gone)
{
    gc_heap *heap = open_heap();
    gc_weak_dict *dict = dict_new(heap, GC_WEAK_KEYS);
    enum { GONE = 100, NEW = 50 };
    struct node *keys[GONE];
    for (int i = 0; i < GONE; i++) {
        keys[i] = node_new(heap, i);
        cr_assert(gc_weak_dict_set(dict, keys[i], dict));
    }
    size_t before = objects_in(heap);
    for (int i = 0; i < GONE; i++)
        gc_release(keys[i]);
    for (int i = 0; i < NEW; i++) {
        keys[i] = node_new(heap, i);
        cr_assert(gc_weak_dict_set(dict, keys[i], dict));
    }
    cr_assert_leq(objects_in(heap), before - GONE + 2 * NEW - NEW, "new keys and their pairs, and as many old pairs fewer");
    for (int i = 0; i < NEW; i++)
        gc_release(keys[i]);
    gc_release(dict);
    gc_collect(heap);
    close_heap(heap);
}

static gc_weak_dict *the_dict;
static struct node *the_key;

static void look_for_it(struct node *self)
{
    cr_assert(gc_weak_dict_contains(the_dict, self), "it may live on yet");
    void *value = gc_weak_dict_get(the_dict, self);
    cr_assert_not_null(value);
    gc_release(value);
    cr_assert(gc_weak_dict_set(the_dict, self, the_key));
}

static void gone_for_good(void *object)
{
    (void)object;
    cr_assert_eq(gc_weak_dict_count(the_dict), 1);
}

struct last {
    gc_object gc;
};

static const gc_type_info last_info = GC_TYPE_INFO(struct last, GC_TYPE_FLAGS(GC_ACYCLIC), GC_DESTROY(gone_for_good));

Test(weak_dict, what_is_dying_is_not_shown)
{
    gc_heap *heap = open_heap();
    the_dict = dict_new(heap, GC_WEAK_KEYS);
    the_key = node_new(heap, 2);
    cr_assert(gc_weak_dict_set(the_dict, the_key, the_key));
    struct node *key = watched_with(heap, 1, look_for_it);
    cr_assert(gc_weak_dict_set(the_dict, key, the_key));
    gc_release(key);
    cr_assert_eq(gc_weak_dict_count(the_dict), 1);
    void *last = gc_create(struct last, gc_type_register(heap, &last_info));
    cr_assert(gc_weak_dict_set(the_dict, last, the_key));
    cr_assert_eq(gc_weak_dict_count(the_dict), 2);
    gc_release(last);
    cr_assert_eq(gc_weak_dict_count(the_dict), 1);
    gc_weak_dict_clear(the_dict);
    gc_release(the_key);
    gc_release(the_dict);
    close_heap(heap);
}

Test(weak_dict, goes_through_entries_and_sees_changes)
{
    gc_heap *heap = open_heap();
    gc_weak_dict *dict = dict_new(heap, GC_WEAK_VALUES);
    struct node *nodes[4];
    for (int i = 0; i < 4; i++) {
        nodes[i] = node_new(heap, i);
        void *key = value_new(heap, i);
        cr_assert(gc_weak_dict_set(dict, key, nodes[i]));
        gc_release(key);
    }
    gc_string *text = gc_repr(heap, dict);
    cr_assert_not_null(text);
    cr_assert_eq(gc_string_bytes(text)[0], 'w');
    gc_release(text);
    gc_weak_dict_iterator iterator = gc_weak_dict_iterate(dict);
    void *key, *value;
    cr_assert(gc_weak_dict_next(&iterator, &key, &value));
    cr_assert_eq(number_of(key), 0);
    gc_release(key);
    gc_release(value);
    gc_release(nodes[1]);
    cr_assert(gc_weak_dict_next(&iterator, &key, NULL));
    cr_assert_eq(number_of(key), 2, "the second is gone");
    cr_assert(gc_weak_dict_remove(dict, key));
    gc_release(key);
    cr_assert_not(gc_weak_dict_next(&iterator, &key, &value));
    cr_assert(iterator.changed);
    cr_assert_null(key);
    gc_release(nodes[0]);
    gc_release(nodes[2]);
    gc_release(nodes[3]);
    gc_release(dict);
    close_heap(heap);
}

static gc_weak_dict *changed;
static int budget;

/* Adds one more at each comparison, while the budget lasts. */
static void add_another(const struct chosen *a, const struct chosen *b)
{
    (void)a, (void)b;
    if (budget-- <= 0)
        return;
    struct leaf *key = leaf_new(gc_heap_of(changed), budget);
    cr_assert(gc_weak_dict_set(changed, key, key));
    gc_release(key);
}

Test(weak_dict, equality_that_goes_on_changing_it_is_an_error)
{
    gc_heap *heap = open_heap();
    changed = dict_new(heap, GC_WEAK_KEYS);
    struct chosen *stored = chosen_new(heap, 1, 7), *key = chosen_new(heap, 1, 7);
    cr_assert(gc_weak_dict_set(changed, stored, stored));
    chosen_before = add_another;
    budget = 10;
    assert_value(changed, key, stored);
    budget = 1000;
    cr_assert_null(gc_weak_dict_get(changed, key));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_CHANGED);
    cr_assert_not(gc_weak_dict_set(changed, key, stored));
    cr_assert_not(gc_weak_dict_remove(changed, key));
    cr_assert_not(gc_weak_dict_contains(changed, key));
    chosen_before = NULL;
    assert_value(changed, key, stored);
    gc_release(changed);
    gc_release(stored);
    gc_release(key);
    close_heap(heap);
}
