/* SPDX-License-Identifier: MIT */
/* test_list.c: every operation of a list, against an array that the test keeps. */
#include "../support/support.h"

#include <string.h>

/* The list must hold leaves with these numbers; -1 stands for NULL. */
#define holds(list, ...) check_items(list, sizeof((int[]){ __VA_ARGS__ }) / sizeof(int), (int[]){ __VA_ARGS__ })
#define is_empty(list) check_items(list, 0, NULL)

static int number_of(const void *item)
{
    return item ? ((const struct leaf *)item)->id : -1;
}

static void check_items(const gc_list *list, size_t count, const int *numbers)
{
    cr_assert_eq(gc_list_count(list), count, "%zu items", gc_list_count(list));
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(number_of(gc_list_get(list, i)), numbers[i], "item %zu is %d", i, number_of(gc_list_get(list, i)));
    cr_assert_null(gc_list_get(list, count));
}

static gc_list *numbered(gc_heap *heap, int count)
{
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (int i = 0; i < count; i++) {
        struct leaf *leaf = leaf_new(heap, i);
        cr_assert(gc_list_append(list, leaf));
        gc_release(leaf);
    }
    return list;
}

Test(list, append_get_set_pop)
{
    gc_heap *heap = open_heap();
    gc_list *list = numbered(heap, 3);
    struct leaf *leaf = leaf_new(heap, 7);
    cr_assert(gc_list_is(list) && !gc_tuple_is(list) && !gc_list_is(NULL));
    cr_assert_str_eq(gc_type_name_of(list), "gc_list");
    holds(list, 0, 1, 2);
    cr_assert(gc_list_set(list, 1, leaf));
    cr_assert(gc_list_set(list, 2, NULL));
    holds(list, 0, 7, -1);
    cr_assert_eq(gc_refcount(leaf), 2);
    cr_assert_eq(times_recorded('d'), 2, "those that were replaced");
    cr_assert(gc_list_append(list, NULL));
    cr_assert_null(gc_list_pop(list));
    cr_assert_null(gc_list_pop(list));
    struct leaf *popped = gc_list_pop(list);
    cr_assert_eq(popped, leaf);
    cr_assert_eq(gc_refcount(leaf), 2, "the reference is the caller's now");
    gc_release(popped);
    holds(list, 0);
    gc_release(gc_list_pop(list));
    cr_assert_null(gc_list_pop(list));
    is_empty(list);
    gc_release(leaf);
    gc_release(list);
    close_heap(heap);
}

Test(list, a_million_appended_and_popped)
{
    gc_heap *heap = open_heap();
    size_t count = fewer_when_checked(1000000);
    struct leaf *leaf = leaf_new(heap, 1);
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (size_t i = 0; i < count; i++)
        cr_assert(gc_list_append(list, i % 2 ? leaf : NULL));
    cr_assert_eq(gc_refcount(leaf), count / 2 + 1);
    cr_assert_leq(gc_list_capacity(list), count + count / 2 + 4);
    for (size_t i = count; i-- > 0;)
        gc_release(gc_list_pop(list));
    cr_assert_eq(gc_refcount(leaf), 1);
    cr_assert_eq(gc_list_count(list), 0);
    gc_release(leaf);
    gc_release(list);
    close_heap(heap);
}

Test(list, out_of_range_is_refused)
{
    gc_heap *heap = open_heap();
    gc_list *list = numbered(heap, 2);
    cr_assert(!gc_list_set(list, 2, NULL));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    cr_assert_str_eq(gc_last_error_message(heap), "there is no item 2 in a list of 2");
    cr_assert(!gc_list_insert(list, 3, NULL));
    cr_assert_null(gc_list_take(list, 2));
    cr_assert(!gc_list_remove(list, 3, 0) && !gc_list_remove(list, 2, 1) && !gc_list_remove(list, 1, SIZE_MAX));
    holds(list, 0, 1);
    gc_release(list);
    close_heap(heap);
}

Test(list, insert_and_take)
{
    gc_heap *heap = open_heap();
    gc_list *list = gc_list_create(heap, 0, NULL);
    struct leaf *leaves[5];
    for (int i = 0; i < 5; i++)
        leaves[i] = leaf_new(heap, i);
    cr_assert(gc_list_insert(list, 0, leaves[2]));
    cr_assert(gc_list_insert(list, 0, leaves[0]));
    cr_assert(gc_list_insert(list, 2, leaves[4]));
    cr_assert(gc_list_insert(list, 1, leaves[1]));
    cr_assert(gc_list_insert(list, 3, NULL));
    holds(list, 0, 1, 2, -1, 4);
    struct leaf *taken = gc_list_take(list, 1);
    cr_assert_eq(taken, leaves[1]);
    cr_assert_eq(gc_refcount(taken), 2);
    gc_release(taken);
    gc_release(gc_list_take(list, 3));
    gc_release(gc_list_take(list, 0));
    holds(list, 2, -1);
    cr_assert_null(gc_list_take(list, 1));
    holds(list, 2);
    for (int i = 0; i < 5; i++)
        gc_release(leaves[i]);
    gc_release(list);
    close_heap(heap);
}

Test(list, remove_releases_in_order)
{
    gc_heap *heap = open_heap();
    gc_list *list = numbered(heap, 10);
    cr_assert(gc_list_remove(list, 2, 3));
    holds(list, 0, 1, 5, 6, 7, 8, 9);
    cr_assert_str_eq(recorded(), "d2 d3 d4");
    cr_assert(gc_list_remove(list, 7, 0));
    cr_assert(gc_list_remove(list, 0, 1));
    cr_assert(gc_list_remove(list, 5, 1));
    holds(list, 1, 5, 6, 7, 8);
    cr_assert(gc_list_remove(list, 0, 5));
    is_empty(list);
    cr_assert_str_eq(recorded(), "d2 d3 d4 d0 d9 d1 d5 d6 d7 d8");
    gc_release(list);
    close_heap(heap);
}

Test(list, clear_and_death_release_in_order)
{
    gc_heap *heap = open_heap();
    gc_list *list = numbered(heap, 4);
    gc_list_clear(list);
    cr_assert_str_eq(recorded(), "d0 d1 d2 d3");
    cr_assert_eq(gc_list_capacity(list), 0);
    gc_list_clear(list);
    is_empty(list);
    gc_stats stats;
    gc_get_stats(heap, &stats);
    cr_assert_eq(stats.bytes_raw, 0, "its storage went with the items");
    gc_release(list);
    forget_record();
    gc_release(numbered(heap, 3));
    cr_assert_str_eq(recorded(), "d0 d1 d2");
    gc_get_stats(heap, &stats);
    cr_assert_eq(stats.bytes_raw, 0);
    close_heap(heap);
}

Test(list, made_of_items)
{
    gc_heap *heap = open_heap();
    gc_list *list = numbered(heap, 3);
    gc_list *same = gc_list_create(heap, 3, gc_list_items(list)), *three = gc_list_of(heap, gc_list_get(list, 2), (void *)NULL);
    holds(same, 0, 1, 2);
    cr_assert_eq(gc_list_capacity(same), 3);
    holds(three, 2, -1);
    cr_assert_eq(gc_list_items(same)[1], gc_list_get(list, 1));
    gc_release(list);
    gc_release(same);
    gc_release(three);
    close_heap(heap);
}

Test(list, slices)
{
    gc_heap *heap = open_heap();
    gc_list *list = numbered(heap, 5), *slice;
    const struct {
        size_t start, count, found;
    } cases[] = { { 0, 5, 5 }, { 1, 3, 3 }, { 3, 10, 2 }, { 5, 1, 0 }, { 99, 1, 0 }, { 2, 0, 0 }, { 1, SIZE_MAX, 4 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        slice = gc_list_slice(list, cases[i].start, cases[i].count);
        cr_assert_eq(gc_list_count(slice), cases[i].found);
        for (size_t k = 0; k < cases[i].found; k++)
            cr_assert_eq(gc_list_get(slice, k), gc_list_get(list, cases[i].start + k));
        gc_release(slice);
    }
    holds(list, 0, 1, 2, 3, 4);
    gc_release(list);
    close_heap(heap);
}

Test(list, extended_by_another_and_by_itself)
{
    gc_heap *heap = open_heap();
    gc_list *list = numbered(heap, 2), *other = numbered(heap, 3), *empty = gc_list_create(heap, 0, NULL);
    cr_assert(gc_list_extend(list, other));
    holds(list, 0, 1, 0, 1, 2);
    cr_assert(gc_list_extend(list, list));
    holds(list, 0, 1, 0, 1, 2, 0, 1, 0, 1, 2);
    cr_assert(gc_list_extend(list, empty));
    cr_assert(gc_list_extend(empty, empty));
    cr_assert(gc_list_append_items(empty, 0, NULL));
    is_empty(empty);
    cr_assert(gc_list_append_items(empty, 2, gc_list_items(other)));
    holds(empty, 0, 1);
    gc_release(list);
    gc_release(other);
    cr_assert_eq(times_recorded('d'), 3, "two are held by the last list");
    gc_release(empty);
    close_heap(heap);
}

Test(list, searched_by_equality)
{
    gc_heap *heap = open_heap();
    gc_string *a = gc_string_from(heap, "one"), *b = gc_string_from(heap, "two"), *same = gc_string_from(heap, "two");
    gc_list *list = gc_list_of(heap, a, (void *)NULL, b, a, b);
    size_t index;
    cr_assert(gc_list_index_of(list, same, 0, &index) && index == 2);
    cr_assert(gc_list_index_of(list, same, 3, &index) && index == 4);
    cr_assert(gc_list_index_of(list, same, 5, &index) && index == GC_NO_INDEX);
    cr_assert(gc_list_index_of(list, NULL, 0, &index) && index == 1);
    cr_assert(gc_list_index_of(list, NULL, 2, &index) && index == GC_NO_INDEX);
    gc_release(list);
    gc_release(a);
    gc_release(b);
    gc_release(same);
    close_heap(heap);
}

Test(list, reversed)
{
    gc_heap *heap = open_heap();
    for (int count = 0; count < 6; count++) {
        gc_list *list = numbered(heap, count);
        gc_list_reverse(list);
        for (int i = 0; i < count; i++)
            cr_assert_eq(number_of(gc_list_get(list, (size_t)i)), count - 1 - i);
        gc_release(list);
    }
    close_heap(heap);
}

Test(list, capacity_grows_and_shrinks_when_asked)
{
    gc_heap *heap = open_heap();
    gc_list *list = numbered(heap, 2);
    cr_assert(gc_list_reserve(list, 1000));
    cr_assert_eq(gc_list_capacity(list), 1000);
    void *const *items = gc_list_items(list);
    while (gc_list_count(list) < 1000)
        gc_list_append(list, NULL);
    cr_assert_eq(gc_list_items(list), items, "nothing has moved");
    cr_assert(gc_list_reserve(list, 10));
    cr_assert_eq(gc_list_capacity(list), 1000);
    gc_list_remove(list, 2, 998);
    gc_list_shrink(list);
    cr_assert_eq(gc_list_capacity(list), 2);
    holds(list, 0, 1);
    gc_list_remove(list, 0, 2);
    gc_list_shrink(list);
    cr_assert_eq(gc_list_capacity(list), 0);
    gc_stats stats;
    gc_get_stats(heap, &stats);
    cr_assert_eq(stats.bytes_raw, 0);
    gc_list_shrink(list);
    gc_release(list);
    close_heap(heap);
}

Test(list, more_than_a_heap_holds_is_refused)
{
    gc_heap *heap = open_heap();
    gc_list *list = numbered(heap, 2);
    cr_assert(!gc_list_reserve(list, SIZE_MAX));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT, "%s", gc_last_error_message(heap));
    cr_assert(!gc_list_append_items(list, SIZE_MAX, NULL));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    cr_assert_null(gc_list_create(heap, SIZE_MAX, NULL));
    holds(list, 0, 1);
    gc_release(list);
    close_heap(heap);
}

Test(cell, holds_one_thing_at_a_time)
{
    gc_heap *heap = open_heap();
    struct leaf *a = leaf_new(heap, 1), *b = leaf_new(heap, 2);
    gc_cell *cell = gc_cell_create(heap, a), *empty = gc_cell_create(heap, NULL);
    cr_assert(gc_cell_is(cell) && !gc_list_is(cell) && !gc_cell_is(NULL) && !gc_cell_is(a));
    cr_assert_str_eq(gc_type_name_of(cell), "gc_cell");
    gc_release(a);
    cr_assert_eq(gc_cell_get(cell), a);
    cr_assert_null(gc_cell_get(empty));
    gc_cell_set(cell, b);
    cr_assert_str_eq(recorded(), "d1");
    cr_assert_eq(gc_cell_get(cell), b);
    gc_cell_set(cell, NULL);
    cr_assert_null(gc_cell_get(cell));
    cr_assert_eq(gc_refcount(b), 1);
    gc_release(b);
    gc_release(cell);
    gc_release(empty);
    close_heap(heap);
}
