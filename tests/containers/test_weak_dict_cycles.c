/* SPDX-License-Identifier: MIT */
/* test_weak_dict_cycles.c: dictionaries with a weak side, and the collections that take their entries. */
#include "keys.h"

static gc_weak_dict *dict_new(gc_heap *heap, enum gc_weak_side side)
{
    gc_weak_dict *dict = gc_weak_dict_create(heap, side);
    cr_assert_not_null(dict);
    return dict;
}

Test(weak_dict, what_leads_back_to_the_weak_side_keeps_neither)
{
    gc_heap *heap = open_heap();
    for (enum gc_weak_side side = GC_WEAK_KEYS; side <= GC_WEAK_VALUES; side++) {
        gc_weak_dict *dict = dict_new(heap, side);
        for (int i = 0; i < 20; i++) {
            struct node *weak = node_new(heap, 1), *strong = node_new(heap, 2);
            gc_set(&strong->left, weak);
            cr_assert(side == GC_WEAK_KEYS ? gc_weak_dict_set(dict, weak, strong) : gc_weak_dict_set(dict, strong, weak));
            cr_assert_eq(gc_collect(heap), 0, "the weak side is held");
            gc_release(strong);
            cr_assert_eq(gc_collect(heap), 0, "the weak side is held");
            gc_release(weak);
            cr_assert_eq(gc_collect(heap), 2);
            cr_assert_eq(gc_weak_dict_count(dict), 0);
        }
        gc_release(dict);
    }
    close_heap(heap);
}

Test(weak_dict, a_chain_of_entries_goes_at_once)
{
    gc_heap *heap = open_heap();
    gc_weak_dict *dict = dict_new(heap, GC_WEAK_KEYS);
    struct node *first = node_new(heap, 0), *key = first;
    for (int i = 1; i <= 100; i++) {
        struct node *next = node_new(heap, i);
        cr_assert(gc_weak_dict_set(dict, key, next));
        if (key != first)
            gc_release(key);
        key = next;
    }
    gc_set(&key->left, first);
    gc_release(key);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(gc_weak_dict_count(dict), 100);
    gc_release(first);
    cr_assert_eq(gc_collect(heap), 101);
    cr_assert_eq(gc_weak_dict_count(dict), 0);
    gc_release(dict);
    close_heap(heap);
}

/* Self-cycles on the weak side, and a collection at each of a hundred paces: the count is that of what can still be had. */
static void count_at_pace(enum gc_weak_side side, int pace)
{
    enum { CYCLES = 20 };
    gc_settings settings = quiet_settings();
    settings.automatic = 1;
    settings.pace = GC_PACE_CPYTHON;
    settings.thresholds[0] = settings.thresholds[1] = settings.thresholds[2] = pace;
    gc_heap *heap = open_heap_with(&settings);
    gc_weak_dict *dict = dict_new(heap, side);
    for (int i = 0; i < CYCLES; i++) {
        struct node *weak = node_new(heap, i);
        void *strong = value_new(heap, i);
        gc_set(&weak->left, weak);
        cr_assert(side == GC_WEAK_KEYS ? gc_weak_dict_set(dict, weak, strong) : gc_weak_dict_set(dict, strong, weak));
        gc_release(weak);
        gc_release(strong);
    }
    size_t before = gc_weak_dict_count(dict);
    cr_assert_leq(before, CYCLES);
    gc_weak_dict_iterator iterator = gc_weak_dict_iterate(dict);
    void *key, *value;
    size_t held = gc_weak_dict_next(&iterator, &key, &value);
    cr_assert_eq(gc_weak_dict_count(dict), before);
    gc_collect(heap);
    cr_assert_eq(gc_weak_dict_count(dict), held, "what was handed out is held, and nothing else");
    gc_release(key);
    gc_release(value);
    gc_collect(heap);
    cr_assert_eq(gc_weak_dict_count(dict), 0);
    cr_assert_not(gc_weak_dict_next(&iterator, &key, &value));
    gc_release(dict);
    close_heap(heap);
}

Test(weak_dict, counts_what_is_there_whenever_a_collection_comes)
{
    for (int pace = 1; pace < 100; pace++) {
        count_at_pace(GC_WEAK_KEYS, pace);
        count_at_pace(GC_WEAK_VALUES, pace);
    }
}
