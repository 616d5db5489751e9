/* SPDX-License-Identifier: MIT */
/* test_dict.c: dictionaries: what each call does, what it refuses, the order of entries, going through them. */
#include "keys.h"

#include <string.h>

static gc_string *text_new(gc_heap *heap, const char *text)
{
    gc_string *string = gc_string_from(heap, text);
    cr_assert_not_null(string);
    return string;
}

static void set_number(gc_dict *dict, const char *key, int64_t number)
{
    void *value = value_new(gc_heap_of(dict), number);
    cr_assert(gc_dict_set_string(dict, key, strlen(key), value));
    gc_release(value);
}

/* The keys, which are strings, one after the other. */
static const char *keys_of(const gc_dict *dict)
{
    static char text[256];
    size_t used = 0;
    gc_dict_iterator iterator = gc_dict_iterate(dict);
    for (void *key; gc_dict_next(&iterator, &key, NULL); used += gc_string_length(key))
        memcpy(text + used, gc_string_bytes(key), gc_string_length(key));
    text[used] = '\0';
    return text;
}

static void assert_refused(gc_heap *heap, gc_error error, const char *part)
{
    cr_assert_eq(gc_last_error(heap), error, "%s", gc_last_error_message(heap));
    cr_assert_not_null(strstr(gc_last_error_message(heap), part), "%s", gc_last_error_message(heap));
}

Test(dict, a_new_one_is_empty_and_takes_no_table)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    gc_string *key = text_new(heap, "key");
    cr_assert(gc_dict_is(dict));
    cr_assert_not(gc_dict_is(key));
    cr_assert_not(gc_dict_is(NULL));
    cr_assert_str_eq(gc_type_name_of(dict), "gc_dict");
    cr_assert_eq(gc_dict_count(dict), 0);
    cr_assert_null(gc_dict_get(dict, key));
    cr_assert_not(gc_dict_remove(dict, key));
    cr_assert_null(gc_dict_pop(dict, key));
    cr_assert_not(gc_dict_pop_first(dict, NULL, NULL));
    cr_assert_not(gc_dict_pop_last(dict, NULL, NULL));
    gc_dict_clear(dict);
    gc_release(key);
    gc_release(dict);
    close_heap(heap);
}

Test(dict, holds_key_and_value_and_shows_them_borrowed)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    struct node *key = node_new(heap, 1), *value = node_new(heap, 2);
    cr_assert(gc_dict_set(dict, key, value));
    cr_assert_eq(gc_refcount(key), 2);
    cr_assert_eq(gc_refcount(value), 2);
    cr_assert_eq(gc_dict_get(dict, key), value);
    cr_assert_eq(gc_refcount(value), 2);
    void *popped = gc_dict_pop(dict, key);
    cr_assert_eq(popped, value);
    cr_assert_eq(gc_refcount(key), 1);
    cr_assert_eq(gc_refcount(value), 2);
    gc_release(popped);
    gc_release(key);
    gc_release(value);
    gc_release(dict);
    close_heap(heap);
}

Test(dict, another_value_keeps_the_place_and_the_first_key)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    set_number(dict, "a", 1);
    set_number(dict, "b", 2);
    gc_dict_iterator iterator = gc_dict_iterate(dict);
    void *first, *key;
    gc_dict_next(&iterator, &first, NULL);
    gc_string *same = text_new(heap, "a");
    void *value = value_new(heap, 3);
    cr_assert(gc_dict_set(dict, same, value));
    iterator = gc_dict_iterate(dict);
    gc_dict_next(&iterator, &key, NULL);
    cr_assert_eq(key, first);
    cr_assert_str_eq(keys_of(dict), "ab");
    cr_assert_eq(number_of(gc_dict_get_string(dict, "a", 1)), 3);
    gc_release(value);
    gc_release(same);
    gc_release(dict);
    close_heap(heap);
}

Test(dict, keeps_the_order_over_removals_and_growth)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    for (const char *c = "abcdefghijklmnopqrstuvwxyz"; *c; c++)
        set_number(dict, (char[]){ *c, 0 }, *c);
    for (const char *c = "acegikmoqsuwy"; *c; c++)
        cr_assert(gc_dict_remove_string(dict, c, 1));
    set_number(dict, "a", 1);
    for (const char *c = "0123456789"; *c; c++)
        set_number(dict, (char[]){ *c, 0 }, *c);
    cr_assert_str_eq(keys_of(dict), "bdfhjlnprtvxza0123456789");
    gc_release(dict);
    close_heap(heap);
}

Test(dict, text_with_zero_bytes_and_empty_text_are_keys)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    void *one = value_new(heap, 1), *two = value_new(heap, 2);
    cr_assert(gc_dict_set_string(dict, "a\0b", 3, one));
    cr_assert(gc_dict_set_string(dict, "", 0, two));
    cr_assert_eq(gc_dict_get_string(dict, "a\0b", 3), one);
    cr_assert_null(gc_dict_get_string(dict, "a\0c", 3));
    cr_assert_null(gc_dict_get_string(dict, "a", 1));
    cr_assert_eq(gc_dict_get_string(dict, "", 0), two);
    gc_release(one);
    gc_release(two);
    gc_release(dict);
    close_heap(heap);
}

Test(dict, integers_and_floats_of_one_value_are_one_key)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    void *whole = gc_integer_create(heap, 5000), *same = gc_float_create(heap, 5000.0), *other = gc_float_create(heap, 5000.5);
    cr_assert(gc_dict_set(dict, whole, same));
    cr_assert_eq(gc_dict_get(dict, same), same);
    cr_assert_null(gc_dict_get(dict, other));
    cr_assert(gc_dict_remove(dict, same));
    cr_assert(gc_dict_set(dict, same, other));
    cr_assert_eq(gc_dict_get(dict, whole), other);
    gc_release(whole);
    gc_release(same);
    gc_release(other);
    gc_release(dict);
    close_heap(heap);
}

Test(dict, refuses_null_and_keys_without_a_hash)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    void *value = value_new(heap, 1), *list = gc_list_create(heap, 0, NULL), *found = value;
    cr_assert_not(gc_dict_set(dict, NULL, value));
    assert_refused(heap, GC_ERROR_ARGUMENT, "NULL is no key");
    cr_assert_not(gc_dict_set(dict, value, NULL));
    assert_refused(heap, GC_ERROR_ARGUMENT, "NULL is no value");
    cr_assert_not(gc_dict_set_string(dict, "a", 1, NULL));
    cr_assert_null(gc_dict_set_default(dict, value, NULL));
    cr_assert_not(gc_dict_set(dict, list, value));
    assert_refused(heap, GC_ERROR_TYPE, "'gc_list'");
    cr_assert_null(gc_dict_set_default(dict, list, value));
    cr_assert_null(gc_dict_get(dict, list));
    cr_assert_eq(gc_dict_find(dict, list, &found), -1);
    cr_assert_null(found);
    cr_assert_not(gc_dict_contains(dict, list));
    cr_assert_not(gc_dict_remove(dict, list));
    cr_assert_null(gc_dict_pop(dict, NULL));
    cr_assert_not(gc_dict_set(dict, dict, value));
    assert_refused(heap, GC_ERROR_TYPE, "'gc_dict'");
    cr_assert_eq(gc_dict_count(dict), 0);
    cr_assert_not(gc_dict_reserve(dict, (size_t)1 << 31));
    assert_refused(heap, GC_ERROR_LIMIT, "entries");
    cr_assert_not(gc_dict_reserve(dict, SIZE_MAX));
    gc_release(list);
    gc_release(value);
    gc_release(dict);
    close_heap(heap);
}

Test(dict, going_through_it_sees_every_change_but_that_of_a_value)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    set_number(dict, "a", 1);
    set_number(dict, "b", 2);
    gc_dict_iterator iterator = gc_dict_iterate(dict);
    void *key, *value;
    cr_assert(gc_dict_next(&iterator, &key, &value));
    set_number(dict, "a", 10);
    set_number(dict, "b", 20);
    cr_assert(gc_dict_next(&iterator, &key, &value));
    cr_assert_eq(number_of(value), 20);
    cr_assert_not(gc_dict_next(&iterator, &key, &value));
    cr_assert_null(key);
    cr_assert_null(value);
    cr_assert_not(iterator.changed);

    void (*const changes[])(gc_dict *) = { gc_dict_clear };
    for (int what = 0; what < 4; what++) {
        iterator = gc_dict_iterate(dict);
        cr_assert(gc_dict_next(&iterator, NULL, NULL));
        if (what == 0)
            set_number(dict, "c", 3);
        else if (what == 1)
            cr_assert(gc_dict_remove_string(dict, "c", 1));
        else if (what == 2)
            cr_assert(gc_dict_reserve(dict, 1000));
        else
            changes[0](dict);
        cr_assert_not(gc_dict_next(&iterator, &key, &value));
        cr_assert(iterator.changed);
        assert_refused(heap, GC_ERROR_CHANGED, "gc_dict");
    }
    gc_release(dict);
    close_heap(heap);
}

Test(dict, equal_whatever_the_order)
{
    gc_heap *heap = open_heap();
    gc_dict *one = gc_dict_create(heap), *two = gc_dict_create(heap);
    bool equal;
    cr_assert(gc_equal(one, two, &equal) && equal);
    set_number(one, "a", 5000);
    set_number(one, "b", 6000);
    set_number(two, "b", 6000);
    cr_assert(gc_equal(one, two, &equal) && !equal, "another count");
    set_number(two, "a", 5001);
    cr_assert(gc_equal(one, two, &equal) && !equal, "another value");
    set_number(two, "a", 5000);
    cr_assert(gc_equal(one, two, &equal) && equal);
    cr_assert(gc_dict_remove_string(two, "a", 1));
    set_number(two, "c", 5000);
    cr_assert(gc_equal(one, two, &equal) && !equal, "another key");
    gc_release(one);
    gc_release(two);
    close_heap(heap);
}

static void assert_repr(gc_heap *heap, const void *object, const char *expected)
{
    gc_string *text = gc_repr(heap, object);
    cr_assert_str_eq(gc_string_bytes(text), expected);
    gc_release(text);
}

Test(dict, is_written_in_order_and_ends_on_cycles)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    assert_repr(heap, dict, "{}");
    set_number(dict, "b", 1);
    set_number(dict, "a", 2);
    cr_assert(gc_dict_set_string(dict, "me", 2, dict));
    assert_repr(heap, dict, "{'b': 1, 'a': 2, 'me': {...}}");
    gc_release(dict);
    cr_assert_eq(gc_collect(heap), 1);
    close_heap(heap);
}

Test(dict, copies_and_updates)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap), *other = gc_dict_create(heap);
    for (const char *c = "edcba"; *c; c++)
        set_number(dict, (char[]){ *c, 0 }, *c);
    cr_assert(gc_dict_remove_string(dict, "d", 1));
    gc_dict *copy = gc_dict_copy(dict);
    cr_assert_str_eq(keys_of(copy), "ecba");
    gc_dict *empty = gc_dict_copy(other);
    cr_assert_eq(gc_dict_count(empty), 0);
    set_number(other, "x", 1);
    set_number(other, "c", 2);
    cr_assert(gc_dict_update(copy, other));
    cr_assert_str_eq(keys_of(copy), "ecbax");
    cr_assert_eq(number_of(gc_dict_get_string(copy, "c", 1)), 2);
    cr_assert_eq(number_of(gc_dict_get_string(dict, "c", 1)), 'c');
    cr_assert(gc_dict_update(copy, copy));
    cr_assert_str_eq(keys_of(copy), "ecbax");
    gc_release(empty);
    gc_release(copy);
    gc_release(other);
    gc_release(dict);
    close_heap(heap);
}
