/* SPDX-License-Identifier: MIT */
/* containers.c: scenarios of the ready-made containers, each checked against what was put into it. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

enum { KEYS = 120 };

/* What is in the list: the numbers from `first` on. */
static gc_list *list;
static int64_t first, count;

static int64_t number_at(const gc_list *of, size_t index)
{
    return gc_integer_value(gc_list_get(of, index));
}

static void list_as_it_was(void)
{
    MUST(!list || gc_list_count(list) == (size_t)count);
    for (int64_t i = 0; list && i < count; i++)
        MUST(number_at(list, (size_t)i) == first + i);
}

static int compare(const void *a, const void *b, void *context)
{
    (void)context;
    int64_t left = gc_integer_value(a), right = gc_integer_value(b);
    return (left > right) - (left < right);
}

static void append_number(int64_t value)
{
    gc_integer *number;
    if (!DOES(number = gc_integer_create(stage.heap, value)))
        return;
    if (value == first + count && DOES(gc_list_append(list, number)))
        count++;
    gc_release(number);
}

static void list_from_list(void)
{
    gc_list *other, *slice;
    gc_tuple *tuple;
    if (DOES(slice = gc_list_slice(list, 0, (size_t)count))) {
        MUST(gc_list_count(slice) == (size_t)count);
        gc_list_reverse(slice);
        if (DOES(gc_list_sort(slice, compare, NULL)))
            for (int64_t i = 0; i < count; i++)
                MUST(number_at(slice, (size_t)i) == first + i);
        DOES(gc_list_extend(slice, slice));
        DOES(gc_list_append_items(slice, (size_t)count, gc_list_items(list)));
        gc_release(slice);
    }
    if (DOES(tuple = gc_tuple_from_list(list))) {
        MUST(gc_tuple_count(tuple) == (size_t)count);
        gc_release(tuple);
    }
    if (DOES(tuple = gc_tuple_create(stage.heap, (size_t)count, gc_list_items(list)))) {
        MUST(gc_tuple_get(tuple, 1) == gc_list_get(list, 1));
        gc_release(tuple);
    }
    if (DOES(other = gc_list_create(stage.heap, (size_t)count, gc_list_items(list)))) {
        DOES(gc_list_insert(other, 1, other));
        DOES(gc_list_reserve(other, 3000));
        gc_list_shrink(other);
        gc_release(other);
    }
}

void play_lists(void)
{
    gc_settings settings = stage_settings();
    stage.contents = list_as_it_was;
    first = 990; /* small ones, which are made once, and others */
    count = 0;
    if (stage_open(&settings) && DOES(list = gc_list_create(stage.heap, 0, NULL))) {
        for (int64_t i = 0; i < 200; i++)
            append_number(first + i);
        if (count > 2)
            list_from_list();
        gc_cell *cell;
        if (DOES(cell = gc_cell_create(stage.heap, list))) {
            gc_cell_set(cell, cell);
            gc_release(cell);
        }
        gc_list_shrink(list);
        list_as_it_was();
        gc_collect(stage.heap);
    }
    gc_clear(&list);
    stage_close();
}

/* --- Tables --------------------------------------------------------------------------------------------------------- */

static gc_dict *dict;
static gc_set *set;
static bool in_dict[KEYS], in_set[KEYS];
static struct item *values[KEYS];

static void tables_as_they_were(void)
{
    size_t dict_count = 0, set_count = 0;
    for (int i = 0; i < KEYS; i++) {
        char text[32];
        int length = snprintf(text, sizeof text, "the key %d", i);
        if (dict)
            MUST(gc_dict_get_string(dict, text, (size_t)length) == (in_dict[i] ? (void *)values[i] : NULL));
        if (set && values[i])
            MUST(gc_set_contains(set, values[i]) == in_set[i]);
        dict_count += in_dict[i];
        set_count += in_set[i];
    }
    MUST(!dict || gc_dict_count(dict) == dict_count);
    MUST(!set || gc_set_count(set) == set_count);
}

static void store(int i)
{
    char text[32];
    int length = snprintf(text, sizeof text, "the key %d", i);
    if (!DOES(values[i] = item_new((uint64_t)i)))
        return;
    if (i % 2 == 0) {
        in_dict[i] = DOES(gc_dict_set_string(dict, text, (size_t)length, values[i]));
    } else {
        gc_string *key;
        if (DOES(key = gc_string_create(stage.heap, text, (size_t)length))) {
            if (i % 4 == 1)
                in_dict[i] = DOES(gc_dict_set(dict, key, values[i]));
            else
                in_dict[i] = DOES(gc_dict_set_default(dict, key, values[i]) == values[i]);
            gc_release(key);
        }
    }
    in_set[i] = set && DOES(gc_set_add(set, values[i]));
}

static void differences(void)
{
    gc_set *difference, *none;
    if (DOES(difference = gc_set_symmetric_difference(set, set))) {
        MUST(gc_set_count(difference) == 0);
        gc_release(difference);
    }
    if (!DOES(none = gc_set_create(stage.heap)))
        return;
    if (DOES(difference = gc_set_difference(set, none))) {
        MUST(gc_set_count(difference) == gc_set_count(set));
        gc_release(difference);
    }
    gc_release(none);
}

static void tables_from_tables(void)
{
    gc_dict *other;
    gc_set *both;
    if (DOES(other = gc_dict_copy(dict))) {
        bool equal = false;
        MUST(gc_equal(other, dict, &equal) && equal);
        gc_dict_clear(other);
        DOES(gc_dict_update(other, dict));
        DOES(gc_dict_reserve(other, 1000));
        gc_release(other);
    }
    if (!set)
        return;
    if (DOES(both = gc_set_copy(set))) {
        DOES(gc_set_update(both, set));
        DOES(gc_set_reserve(both, 1000));
        gc_release(both);
    }
    if (DOES(both = gc_set_union(set, set)))
        gc_release(both);
    if (DOES(both = gc_set_intersection(set, set)))
        gc_release(both);
    differences();
}

static void remove_some(void)
{
    for (int i = 0; i < KEYS; i++) {
        char text[32];
        int length = snprintf(text, sizeof text, "the key %d", i);
        if (i % 4 == 0)
            continue;
        MUST(gc_dict_remove_string(dict, text, (size_t)length) == in_dict[i]);
        in_dict[i] = false;
        if (set && values[i])
            MUST(gc_set_remove(set, values[i]) == in_set[i]);
        in_set[i] = false;
    }
    tables_as_they_were();
}

void play_tables(void)
{
    gc_settings settings = stage_settings();
    stage.contents = tables_as_they_were;
    memset(in_dict, 0, sizeof in_dict);
    memset(in_set, 0, sizeof in_set);
    if (stage_open(&settings) && DOES(dict = gc_dict_create(stage.heap))) {
        DOES(set = gc_set_create(stage.heap));
        for (int i = 0; i < KEYS; i++)
            store(i);
        tables_from_tables();
        remove_some();
        gc_collect(stage.heap);
        for (int i = 0; i < KEYS; i++)
            if (i % 4 && !values[i])
                store(i);
    }
    gc_clear(&dict);
    gc_clear(&set);
    for (int i = 0; i < KEYS; i++)
        gc_clear(&values[i]);
    stage_close();
}

static gc_weak_dict *notes;

static void notes_as_they_were(void)
{
    size_t there = 0;
    for (int i = 0; notes && i < KEYS; i++) {
        void *value = values[i] ? gc_weak_dict_get(notes, values[i]) : NULL;
        MUST(!value == !in_dict[i]);
        MUST(!value || ((struct item *)value)->id == 1000 + (uint64_t)i);
        there += value != NULL;
        gc_release(value);
    }
    MUST(!notes || gc_weak_dict_count(notes) == there);
}

void play_tables_of_the_weak(void)
{
    gc_settings settings = stage_settings();
    stage.contents = notes_as_they_were;
    memset(in_dict, 0, sizeof in_dict);
    if (stage_open(&settings) && DOES(notes = gc_weak_dict_create(stage.heap, GC_WEAK_KEYS))) {
        for (int i = 0; i < KEYS; i++) {
            struct item *value;
            if (!DOES(values[i] = item_new((uint64_t)i)) || !DOES(value = item_new(1000 + (uint64_t)i)))
                continue;
            in_dict[i] = DOES(gc_weak_dict_set(notes, values[i], value));
            if (in_dict[i] && i % 3 == 0) /* again: it takes the place of the other */
                DOES(gc_weak_dict_set(notes, values[i], value));
            gc_release(value);
            if (i % 3 == 2) {
                in_dict[i - 1] = false;
                gc_clear(&values[i - 1]);
            }
        }
        gc_weak_dict_purge(notes);
        gc_collect(stage.heap);
    }
    gc_clear(&notes);
    for (int i = 0; i < KEYS; i++)
        gc_clear(&values[i]);
    stage_close();
}
