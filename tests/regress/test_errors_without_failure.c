/* SPDX-License-Identifier: MIT */
/* test_errors_without_failure.c: calls that found memory in the end, or do without, and yet left an error behind. */
#include "../support/starve.h"

Test(errors_without_failure, a_list_that_grows_after_a_collection)
{
    gc_heap *heap = open_small_heap();
    gc_list *garbage = gc_list_create(heap, 0, NULL), *list = gc_list_create(heap, 0, NULL);
    cr_assert(gc_list_reserve(garbage, 100000));
    gc_list_append(garbage, garbage);
    starve(heap);
    gc_release(garbage);
    gc_fail(heap, GC_OK, "");
    cr_assert(gc_list_reserve(list, 50000));
    cr_assert_eq(gc_last_error(heap), GC_OK, "%s", gc_last_error_message(heap));
    cr_assert_str_empty(gc_last_error_message(heap));
    feed(heap);
    gc_release(list);
    close_heap(heap);
}

Test(errors_without_failure, a_list_that_cannot_be_made_smaller)
{
    gc_heap *heap = open_small_heap();
    gc_list *list = gc_list_create(heap, 0, NULL);
    cr_assert(gc_list_reserve(list, 1000) && gc_list_append(list, NULL));
    starve(heap);
    gc_fail(heap, GC_OK, "");
    gc_list_shrink(list);
    cr_assert_eq(gc_last_error(heap), GC_OK, "%s", gc_last_error_message(heap));
    cr_assert_eq(gc_list_capacity(list), 1000, "there was memory after all");
    feed(heap);
    gc_list_shrink(list);
    cr_assert_eq(gc_list_capacity(list), 1);
    gc_release(list);
    close_heap(heap);
}
