/* SPDX-License-Identifier: MIT */
/* test_table_model.c: random operations on a dictionary and on a set, held against a list that is searched from end to end. */
#include "keys.h"

#include "../model/model_random.h"
#include "lib/containers/dict.h"

#include <stdio.h>
#include <string.h>

#define MODEL_MAX 2048

/* What the dictionary should hold, in order. */
static struct {
    int id;
    void *key; /* held by the dictionary */
    int64_t value;
} pairs[MODEL_MAX];
static size_t pair_count;

static size_t pair_of(int id)
{
    size_t i = 0;
    while (i < pair_count && pairs[i].id != id)
        i++;
    return i;
}

static void pair_drop(size_t at)
{
    pair_count--;
    memmove(&pairs[at], &pairs[at + 1], (pair_count - at) * sizeof pairs[0]);
}

typedef struct run {
    gc_heap *heap;
    gc_dict *dict;
    struct model_random random;
    int universe;
    int64_t serial;
} run;

/* The index: so many words are EMPTY as the table counts, in each group the last ones, and beside them is no TOMB. */
static void check_index(const gc__table *table)
{
    uint32_t words = table->entries ? gc__table_mask(table) + 1 : 0, filled = 0;
    for (uint32_t start = 0; start < words; start += GC__GROUP_WORDS) {
        const uint32_t *group = table->index + start;
        for (uint32_t i = 0; i < GC__GROUP_WORDS; i++) {
            bool empty = group[i] == GC__TABLE_EMPTY, first = i == 0 || group[i - 1] != GC__TABLE_EMPTY;
            filled += !empty;
            cr_assert(empty || first, "word %u is behind an EMPTY one", start + i);
            cr_assert(group[i] != GC__TABLE_TOMB || !gc__table_ends(group), "word %u is a TOMB in a group with room", start + i);
        }
    }
    cr_assert_eq(filled, table->filled);
}

static void check_same(const gc_dict *dict)
{
    check_index(&dict->table);
    gc_dict_iterator iterator = gc_dict_iterate(dict);
    void *key, *value;
    size_t at = 0;
    for (; gc_dict_next(&iterator, &key, &value); at++) {
        cr_assert_lt(at, pair_count);
        cr_assert_eq(key, pairs[at].key, "entry %zu has another key", at);
        cr_assert_eq(number_of(value), pairs[at].value, "entry %zu has another value", at);
    }
    cr_assert_eq(at, pair_count);
    cr_assert_eq(gc_dict_count(dict), pair_count);
    cr_assert_not(iterator.changed);
}

static void model_set(void *key, int id, int64_t value)
{
    size_t at = pair_of(id);
    if (at == pair_count) {
        pairs[at].id = id;
        pairs[at].key = key;
        pair_count++;
    }
    pairs[at].value = value;
}

static void do_set(run *r, int id)
{
    void *key = key_new(r->heap, id), *value = value_new(r->heap, ++r->serial);
    size_t at = pair_of(id);
    if (model_random_percent(&r->random, 30)) {
        void *got = gc_dict_set_default(r->dict, key, value);
        cr_assert_eq(number_of(got), at < pair_count ? pairs[at].value : r->serial);
        if (at == pair_count)
            model_set(key, id, r->serial);
    } else {
        cr_assert(gc_dict_set(r->dict, key, value));
        model_set(key, id, r->serial);
    }
    gc_release(key);
    gc_release(value);
}

static void do_text(run *r, int id)
{
    char text[32];
    id -= id % 5;
    size_t length = (size_t)snprintf(text, sizeof text, "key %d", id), at = pair_of(id);
    void *got = gc_dict_get_string(r->dict, text, length);
    cr_assert_eq(got != NULL, at < pair_count);
    cr_assert_eq(gc_dict_contains_string(r->dict, text, length), at < pair_count);
    if (model_random_percent(&r->random, 40)) {
        cr_assert_eq(gc_dict_remove_string(r->dict, text, length), at < pair_count);
        if (at < pair_count)
            pair_drop(at);
        return;
    }
    void *value = value_new(r->heap, ++r->serial);
    cr_assert(gc_dict_set_string(r->dict, text, length, value));
    gc_release(value);
    if (at == pair_count) {
        gc_dict_iterator iterator = gc_dict_iterate(r->dict);
        void *key = NULL;
        for (size_t i = 0; i <= pair_count; i++)
            gc_dict_next(&iterator, &key, NULL);
        model_set(key, id, r->serial);
    } else {
        model_set(NULL, id, r->serial);
    }
}

static void do_get(run *r, int id)
{
    void *key = key_new(r->heap, id), *value;
    size_t at = pair_of(id);
    cr_assert_eq(gc_dict_find(r->dict, key, &value), at < pair_count ? 1 : 0);
    cr_assert_eq(gc_dict_get(r->dict, key), value);
    cr_assert_eq(gc_dict_contains(r->dict, key), at < pair_count);
    if (at < pair_count)
        cr_assert_eq(number_of(value), pairs[at].value);
    gc_release(key);
}

static void do_remove(run *r, int id)
{
    void *key = key_new(r->heap, id);
    size_t at = pair_of(id);
    if (model_random_percent(&r->random, 50)) {
        cr_assert_eq(gc_dict_remove(r->dict, key), at < pair_count);
    } else {
        void *value = gc_dict_pop(r->dict, key);
        cr_assert_eq(value != NULL, at < pair_count);
        if (value)
            cr_assert_eq(number_of(value), pairs[at].value);
        gc_release(value);
    }
    if (at < pair_count)
        pair_drop(at);
    gc_release(key);
}

static void do_pop_end(run *r)
{
    bool first = model_random_percent(&r->random, 70);
    size_t at = first || pair_count == 0 ? 0 : pair_count - 1;
    void *key, *value;
    bool popped = first ? gc_dict_pop_first(r->dict, &key, &value) : gc_dict_pop_last(r->dict, &key, &value);
    cr_assert_eq(popped, pair_count > 0);
    if (popped) {
        cr_assert_eq(key, pairs[at].key);
        cr_assert_eq(number_of(value), pairs[at].value);
        pair_drop(at);
    }
    gc_release(key);
    gc_release(value);
}

/* Operations on the whole, which cost more. */
static void do_whole(run *r)
{
    gc_dict *copy;
    switch (model_random_below(&r->random, 5)) {
    case 0:
        gc_dict_clear(r->dict);
        pair_count = 0;
        break;
    case 1:
        cr_assert(gc_dict_reserve(r->dict, (size_t)model_random_below(&r->random, 3 * r->universe)));
        break;
    case 2: {
        bool equal;
        copy = gc_dict_copy(r->dict);
        check_same(copy);
        cr_assert(gc_equal(copy, r->dict, &equal) && equal);
        gc_release(r->dict);
        r->dict = copy;
        break;
    }
    case 3: {
        copy = gc_dict_create(r->heap);
        for (int i = 0; i < r->universe / 4; i++) {
            int id = model_random_below(&r->random, r->universe);
            void *key = key_new(r->heap, id), *value = value_new(r->heap, ++r->serial);
            if (!gc_dict_contains(copy, key)) {
                cr_assert(gc_dict_set(copy, key, value));
                model_set(key, id, r->serial);
            }
            gc_release(key);
            gc_release(value);
        }
        cr_assert(gc_dict_update(r->dict, copy));
        gc_release(copy);
        break;
    }
    default:
        gc_collect(r->heap);
    }
}

static void play(int universe, int steps, uint64_t seed)
{
    run r = { .heap = open_heap(), .random = { seed }, .universe = universe };
    cr_log_info("universe %d, seed %llu", universe, (unsigned long long)seed);
    r.dict = gc_dict_create(r.heap);
    pair_count = 0;
    for (int step = 0; step < steps; step++) {
        int id = model_random_below(&r.random, universe), what = model_random_below(&r.random, 1000);
        /* Times of growth and times of shrinking. */
        int sets = step / (4 * universe) % 2 ? 250 : 500;
        if (what < sets)
            do_set(&r, id);
        else if (what < sets + 100)
            do_text(&r, id);
        else if (what < sets + 250)
            do_get(&r, id);
        else if (what < 900)
            do_remove(&r, id);
        else if (what < 995)
            do_pop_end(&r);
        else
            do_whole(&r);
        if (universe < 64 || step % 64 == 0)
            check_same(r.dict);
        if (step % 256 == 0)
            assert_whole(r.heap);
    }
    check_same(r.dict);
    gc_release(r.dict);
    close_heap(r.heap);
}

Test(table_model, dictionaries_of_a_few_keys)
{
    for (uint64_t seed = 1; seed <= 10; seed++)
        play(6, 2000, seed);
}

Test(table_model, dictionaries_of_some_keys)
{
    for (uint64_t seed = 1; seed <= 5; seed++)
        play(60, 4000, seed);
}

Test(table_model, dictionaries_of_many_keys)
{
    play(MODEL_MAX / 2, (int)fewer_when_checked(40000), 1);
}
