/* SPDX-License-Identifier: MIT */
/* counts.c: what a reference count is, and what it means that two names are one object. */
#include "tour.h"

#include <libgc.h>
#include <libgc/containers.h>

void tour_counts(struct tour *tour)
{
    gc_heap *heap = gc_heap_open(NULL);
    tour_tell(tour, "Every object counts the references to it. A new one has one, which belongs to whoever made it.");
    DO(gc_list *list = gc_list_create(heap, 0, NULL));
    SEE(gc_refcount(list), 1);
    tour_tell(tour, "A container retains what it is given. Once it is gone, so are its references.");
    DO(gc_list *holder = gc_list_of(heap, list, list));
    SEE(gc_refcount(list), 3);
    DO(gc_list_set(holder, 0, NULL));
    SEE(gc_refcount(list), 2);
    DO(gc_release(holder));
    SEE(gc_refcount(list), 1);
    DO(gc_release(list));
    tour_tell(tour, "Some objects exist once in a heap, and for as long as it does: nobody need count, and the count says so.");
    DO(gc_tuple *empty = gc_tuple_create(heap, 0, NULL));
    SEE_TRUE(gc_is_immortal(empty));
    SEE(gc_refcount(empty), UINT32_MAX);
    DO(gc_release(empty));
    SEE(gc_refcount(empty), UINT32_MAX);
    SEE(gc_heap_close(heap), 0);
}

void tour_identity(struct tour *tour)
{
    gc_heap *heap = gc_heap_open(NULL);
    tour_tell(tour, "Another name is not another object. What is done through one name is seen through the other.");
    DO(gc_list *mine = gc_list_create(heap, 0, NULL));
    DO(gc_list *yours = gc_retain(mine));
    SEE_TRUE(mine == yours);
    DO(gc_list_append(yours, NULL));
    SEE(gc_list_count(mine), 1);
    tour_tell(tour, "Equal is less than the same: these have the same bytes, in two places.");
    DO(gc_string *spam = gc_string_from(heap, "spam"), *also = gc_string_from(heap, "spam"));
    SEE_TRUE(gc_string_equal(spam, also));
    SEE_TRUE(spam != also);
    tour_tell(tour, "Interning makes them one.");
    DO(gc_string *first = gc_string_intern(spam), *second = gc_string_intern(also));
    SEE_TRUE(first == second);
    tour_tell(tour, "Small integers are made once. Others are made each time.");
    DO(gc_integer *seven = gc_integer_create(heap, 7), *again = gc_integer_create(heap, 7));
    SEE_TRUE(seven == again);
    DO(gc_integer *million = gc_integer_create(heap, 1000000), *other = gc_integer_create(heap, 1000000));
    SEE_TRUE(million != other);
    const void *owned[] = { mine, yours, spam, also, first, second, seven, again, million, other };
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        gc_release(owned[i]);
    SEE(gc_heap_close(heap), 0);
}
