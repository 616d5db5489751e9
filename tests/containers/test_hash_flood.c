/* SPDX-License-Identifier: MIT */
/* test_hash_flood.c: what a table costs, counted: groups of its index that are looked at, comparisons, entries gone through, bytes. */
#include "keys.h"

#include "lib/containers/dict.h"

#include <stdio.h>
#include <string.h>

/* How many groups of the index a lookup of each entry reads, in all. */
static size_t groups_read(const gc_dict *dict)
{
    const gc__table *table = &dict->table;
    uint32_t groups = table->groups, used = table->references / GC__DICT_WIDTH;
    size_t read = 0;
    for (uint32_t entry = 0; entry < used; entry++) {
        if (!table->entries[(size_t)entry * GC__DICT_WIDTH])
            continue;
        uint32_t first = gc__table_hashes(table, GC__DICT_WIDTH)[entry] & groups;
        uint32_t at = gc__table_place_of(table, GC__DICT_WIDTH, entry).position & groups;
        read += (((at - first) & groups) / GC__GROUP_WORDS) + 1;
    }
    return read;
}

static void assert_spread(gc_heap *heap, int64_t first, int64_t step, size_t n)
{
    gc_dict *dict = gc_dict_create(heap);
    for (size_t i = 0; i < n; i++) {
        gc_integer *key = gc_integer_create(heap, (int64_t)((uint64_t)first + (uint64_t)step * i));
        cr_assert(gc_dict_set(dict, key, key));
        gc_release(key);
    }
    size_t read = groups_read(dict);
    cr_assert_lt(read, n + n / 2, "%zu groups for %zu keys from %lld in steps of %lld", read, n, (long long)first, (long long)step);
    gc_release(dict);
}

Test(hash_flood, numbers_in_rows_are_spread)
{
    gc_heap *heap = open_heap();
    const int64_t steps[] = { 1, 2, 1000, 4096, (int64_t)1 << 32, (int64_t)1 << 48, -7 };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        assert_spread(heap, -1000, steps[i], 5000);
    close_heap(heap);
}

Test(hash_flood, objects_in_a_row_are_spread)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    enum { N = 5000 };
    for (int i = 0; i < N; i++) {
        struct node *node = node_new(heap, i);
        cr_assert(gc_dict_set(dict, node, dict));
        gc_release(node);
    }
    cr_assert_lt(groups_read(dict), N + N / 2, "%zu groups", groups_read(dict));
    gc_release(dict);
    gc_collect(heap);
    close_heap(heap);
}

static size_t groups_of_texts(gc_dict *dict, char (*texts)[16], size_t n)
{
    for (size_t i = 0; i < n; i++)
        cr_assert(gc_dict_set_string(dict, texts[i], strlen(texts[i]), dict));
    return groups_read(dict);
}

/* With one fixed key, looks for strings that meet in the same group of a table of 2048 words; with the random key of another heap they
 * must not. */
Test(hash_flood, keys_chosen_for_one_heap_do_not_collide_in_another)
{
    enum { N = 400 };
    static char texts[N][16];
    gc_settings settings = quiet_settings();
    settings.hash_key[0] = 1;
    gc_heap *known = open_heap_with(&settings), *other = open_heap();
    size_t found = 0;
    for (int i = 0; found < N; i++) {
        uint64_t hash;
        char text[16];
        size_t length = (size_t)snprintf(text, sizeof text, "k%d", i);
        cr_assert(gc_hash_bytes(known, text, length, &hash));
        if ((hash & 2047 & ~7u) == 0)
            memcpy(texts[found++], text, sizeof text);
    }
    gc_dict *flooded = gc_dict_create(known), *spread = gc_dict_create(other);
    size_t many = groups_of_texts(flooded, texts, N), few = groups_of_texts(spread, texts, N);
    cr_assert_gt(many, 5 * N, "%zu groups: the choice was no good, and this test is none", many);
    cr_assert_lt(few, N + N / 2, "%zu groups", few);
    gc_dict_clear(flooded);
    gc_dict_clear(spread);
    gc_release(flooded);
    gc_release(spread);
    close_heap(known);
    close_heap(other);
}

Test(hash_flood, different_hashes_are_hardly_ever_compared)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    enum { N = 3000 };
    for (int id = 0; id < N; id++) {
        struct chosen *key = chosen_new(heap, id, (uint64_t)id);
        cr_assert(gc_dict_set(dict, key, key));
        gc_release(key);
    }
    cr_assert_lt(chosen_comparisons, 10, "%zu comparisons of %d different keys", chosen_comparisons, N);
    chosen_comparisons = 0;
    for (int id = 0; id < N; id++) {
        struct chosen *key = chosen_new(heap, id, (uint64_t)id);
        cr_assert_not_null(gc_dict_get(dict, key));
        gc_release(key);
    }
    cr_assert_lt(chosen_comparisons, N + 10, "%zu comparisons to find %d keys", chosen_comparisons, N);
    gc_release(dict);
    close_heap(heap);
}

/* --- Queues, stacks, and one key over and over ---------------------------------------------------------------------- */

static size_t raw_bytes(gc_heap *heap)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    return stats.bytes_raw;
}

/* Adds integer `number`. */
static void add(gc_dict *dict, int64_t number)
{
    void *key = value_new(gc_heap_of(dict), number);
    cr_assert(gc_dict_set(dict, key, key));
    gc_release(key);
}

Test(hash_flood, a_queue_stays_small_and_its_first_entry_is_at_hand)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    for (int64_t i = 0; i < 100; i++)
        add(dict, 10000 + i);
    size_t bytes = raw_bytes(heap);
    for (int64_t i = 100; i < 20000; i++) {
        void *key;
        cr_assert(gc_dict_pop_first(dict, &key, NULL));
        cr_assert_eq(number_of(key), 10000 + i - 100);
        gc_release(key);
        add(dict, 10000 + i);
        const gc__table *table = &dict->table;
        uint32_t words = gc__table_mask(table) + 1;
        cr_assert_not_null(table->entries[(size_t)table->first * GC__DICT_WIDTH], "the first entry is found without a search");
        cr_assert_lt(table->filled, words - words / 8, "the index has room");
    }
    cr_assert_leq(raw_bytes(heap), bytes);
    cr_assert_lt(groups_read(dict), 100 * 3);
    gc_release(dict);
    close_heap(heap);
}

Test(hash_flood, a_stack_and_one_key_over_and_over_leave_nothing_behind)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    for (int64_t i = 0; i < 50; i++)
        add(dict, 10000 + i);
    uint64_t version = dict->table.version;
    for (int64_t i = 0; i < 20000; i++) {
        add(dict, 70000);
        cr_assert(gc_dict_pop_last(dict, NULL, NULL));
        add(dict, 80000 + i);
        cr_assert(gc_dict_pop_last(dict, NULL, NULL));
    }
    cr_assert_lt(dict->table.version - version, 80000 + 100, "it was hardly ever made anew");
    cr_assert_eq(dict->table.references, 100);
    gc_release(dict);
    close_heap(heap);
}

Test(hash_flood, removing_gives_memory_back_and_keeps_going_through_it_cheap)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    enum { N = 20000 };
    size_t before = raw_bytes(heap);
    for (int64_t i = 0; i < N; i++)
        add(dict, 10000 + i);
    size_t full = raw_bytes(heap);
    for (int64_t i = 0; i < N - 20; i++) {
        void *key = value_new(heap, 10000 + i * 7919 % N);
        cr_assert(gc_dict_remove(dict, key));
        gc_release(key);
        cr_assert_leq(dict->table.references / GC__DICT_WIDTH, 8 * (dict->table.count + 1), "few holes for each entry");
    }
    cr_assert_eq(gc_dict_count(dict), 20);
    cr_assert_lt(raw_bytes(heap) - before, full / 100);
    while (gc_dict_pop_first(dict, NULL, NULL))
        continue;
    cr_assert_leq(raw_bytes(heap) - before, 200);
    gc_release(dict);
    close_heap(heap);
}
