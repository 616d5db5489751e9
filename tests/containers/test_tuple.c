/* SPDX-License-Identifier: MIT */
/* test_tuple.c: tuples: their items, and which of them collections look at. */
#include "../support/starve.h"

Test(tuple, holds_its_items)
{
    gc_heap *heap = open_heap();
    struct node *a = node_new(heap, 1), *b = node_new(heap, 2);
    gc_tuple *tuple = gc_tuple_of(heap, a, (void *)NULL, b, a);
    cr_assert(gc_tuple_is(tuple) && !gc_list_is(tuple) && !gc_tuple_is(NULL));
    cr_assert_str_eq(gc_type_name_of(tuple), "gc_tuple");
    cr_assert_eq(gc_tuple_count(tuple), 4);
    cr_assert(gc_tuple_get(tuple, 0) == a && !gc_tuple_get(tuple, 1) && gc_tuple_get(tuple, 2) == b && gc_tuple_get(tuple, 3) == a);
    cr_assert_null(gc_tuple_get(tuple, 4));
    cr_assert_eq(gc_tuple_items(tuple)[2], b);
    cr_assert_eq(gc_refcount(a), 3);
    gc_release(tuple);
    cr_assert_eq(gc_refcount(a), 1);
    gc_release(a);
    gc_release(b);
    close_heap(heap);
}

Test(tuple, of_nothing_is_made_once)
{
    gc_heap *heap = open_heap();
    gc_tuple *empty = gc_tuple_create(heap, 0, NULL);
    cr_assert_eq(gc_tuple_count(empty), 0);
    cr_assert(gc_is_immortal(empty) && gc_tuple_is(empty));
    cr_assert_eq(gc_tuple_create(heap, 0, NULL), empty);
    gc_list *list = gc_list_create(heap, 0, NULL);
    cr_assert_eq(gc_tuple_from_list(list), empty);
    gc_release(list);
    close_heap(heap);
}

Test(tuple, of_many)
{
    gc_heap *heap = open_heap();
    const size_t counts[] = { 1, 2, 3, 100, scaled(5000), scaled(200000) };
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (int i = 0; i < 6; i++) {
        while (gc_list_count(list) < counts[i]) {
            struct leaf *leaf = leaf_new(heap, (int)gc_list_count(list));
            gc_list_append(list, leaf);
            gc_release(leaf);
        }
        gc_tuple *tuple = gc_tuple_from_list(list);
        cr_assert_eq(gc_tuple_count(tuple), counts[i]);
        cr_assert_eq(((struct leaf *)gc_tuple_get(tuple, counts[i] - 1))->id, (int)counts[i] - 1);
        gc_release(tuple);
    }
    gc_release(list);
    close_heap(heap);
}

static void is_tracked(gc_heap *heap, bool tracked, void *owned)
{
    gc_tuple *tuple = gc_tuple_of(heap, gc_integer_create(heap, 1), owned, (void *)NULL);
    cr_assert_eq(gc_is_tracked(tuple), tracked, "a tuple with an object of type '%s'", owned ? gc_type_name_of(owned) : "none");
    gc_release(tuple);
    gc_release(owned);
}

static struct node *immortal(gc_heap *heap)
{
    struct node *node = node_new(heap, 1);
    gc_immortalize(node);
    return node;
}

Test(tuple, is_untracked_when_nothing_in_it_can_be_in_a_cycle)
{
    gc_heap *heap = open_heap();
    struct node *node = node_new(heap, 1);
    is_tracked(heap, false, NULL);
    is_tracked(heap, false, gc_string_from(heap, "text"));
    is_tracked(heap, false, gc_float_create(heap, 1));
    is_tracked(heap, false, leaf_new(heap, 1));
    is_tracked(heap, false, gc_tuple_create(heap, 0, NULL));
    is_tracked(heap, false, gc_tuple_of(heap, gc_string_from(heap, "a")));
    is_tracked(heap, false, immortal(heap));
    is_tracked(heap, true, gc_retain(node));
    is_tracked(heap, true, gc_tuple_of(heap, node));
    is_tracked(heap, true, gc_list_create(heap, 0, NULL));
    is_tracked(heap, true, gc_cell_create(heap, NULL));
    /* Untracked by hand, which can be undone: so it may be in a cycle. */
    gc_untrack(node);
    is_tracked(heap, true, gc_retain(node));
    gc_release(node);
    close_heap(heap);
}

Test(tuple, untracked_ones_are_in_no_collection)
{
    gc_heap *heap = open_heap();
    gc_string *text = gc_string_from(heap, "text");
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (int i = 0; i < 100; i++) {
        gc_tuple *tuple = gc_tuple_of(heap, text, text);
        gc_list_append(list, tuple);
        gc_release(tuple);
    }
    gc_collect(heap);
    gc_stats stats;
    gc_get_stats(heap, &stats);
    cr_assert_eq(stats.generations[2].candidates, 1, "%llu took part", (unsigned long long)stats.generations[2].candidates);
    gc_list_append(list, list);
    gc_release(list);
    cr_assert_eq(gc_collect(heap), 1, "the list; what it held died with it");
    gc_release(text);
    close_heap(heap);
}

Test(tuple, through_which_a_cycle_leads_is_collected)
{
    gc_heap *heap = open_heap();
    gc_list *list = gc_list_create(heap, 0, NULL);
    gc_tuple *inner = gc_tuple_of(heap, list), *outer = gc_tuple_of(heap, inner, (void *)NULL);
    gc_list_append(list, outer);
    gc_release(list);
    gc_release(inner);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(outer);
    cr_assert_eq(gc_collect(heap), 3);
    close_heap(heap);
}

/* Making a tuple of a list collects, and a finalizer makes the list longer or shorter. */
static gc_list *changed_list;
static bool longer;

static void change_list(struct node *self)
{
    (void)self;
    if (longer) {
        for (int i = 0; i < 100; i++)
            gc_list_append(changed_list, NULL);
    } else {
        gc_list_clear(changed_list);
    }
}

static void make_while_changing(size_t at_first, bool make_longer, size_t expected)
{
    gc_settings settings = unchecked_settings();
    settings.automatic = 1;
    settings.thresholds[0] = 1;
    settings.pace = GC_PACE_CPYTHON;
    gc_heap *heap = open_heap_with(&settings);
    struct node *nothing = node_new(heap, 1);
    changed_list = gc_list_create(heap, at_first, (void *[]){ nothing, nothing, nothing });
    longer = make_longer;
    struct node *ring = watched_with(heap, 1, change_list);
    gc_set(&ring->left, ring);
    gc_release(ring);
    gc_tuple *tuple = gc_tuple_from_list(changed_list);
    cr_assert_eq(times_recorded('f'), 1);
    cr_assert_eq(gc_tuple_count(tuple), expected);
    gc_release(tuple);
    gc_release(changed_list);
    gc_release(nothing);
    close_heap(heap);
}

Test(tuple, of_a_list_that_becomes_longer_meanwhile) { make_while_changing(3, true, 103); }
Test(tuple, of_a_list_that_becomes_empty_meanwhile) { make_while_changing(3, false, 0); }
Test(tuple, of_an_empty_list_that_becomes_longer_meanwhile) { make_while_changing(0, true, 100); }

Test(tuple, more_than_a_heap_holds_is_refused)
{
    gc_heap *heap = open_heap();
    cr_assert_null(gc_tuple_create(heap, SIZE_MAX / 4, NULL));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    close_heap(heap);
}

Test(tuple, refused_for_lack_of_memory)
{
    gc_heap *heap = open_small_heap();
    struct leaf *leaf = leaf_new(heap, 1);
    gc_list *list = gc_list_of(heap, leaf);
    starve(heap);
    must_fail(heap, gc_tuple_of(heap, leaf) == NULL);
    must_fail(heap, gc_tuple_create(heap, 0, NULL) == NULL);
    must_fail(heap, gc_tuple_from_list(list) == NULL);
    feed(heap);
    gc_tuple *tuple = gc_tuple_of(heap, leaf);
    cr_assert_eq(gc_refcount(leaf), 3);
    starve(heap);
    must_fail(heap, gc_tuple_create(heap, 0, NULL) == NULL);
    must_fail(heap, gc_tuple_from_list(list) == NULL);
    feed(heap);
    cr_assert_eq(gc_refcount(leaf), 3);
    gc_release(tuple);
    gc_release(list);
    gc_release(leaf);
    close_heap(heap);
}
