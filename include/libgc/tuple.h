/* SPDX-License-Identifier: MIT */
/* tuple.h: a fixed number of items, inside the object, that never change.
 *
 * Since a tuple cannot be changed, it can be in a cycle only through something in it that can. So one all of whose items are in no cycle
 * for good is made untracked, and costs nothing in collections: items that are NULL, immortal, of an acyclic type, or themselves such
 * tuples. That decision is final and complete: none of those can come to be in a cycle later, and a tuple that is tracked at birth
 * has an item that may.
 *
 * Two tuples are equal when they have as many items and those are equal; the hash is that of the items. Items may be NULL. */
#ifndef LIBGC_TUPLE_H
#define LIBGC_TUPLE_H

#include <libgc/container.h>
#include <libgc/heap.h>

GC__BEGIN_C

/* Its members are the library's. The items follow. */
typedef struct gc_tuple {
    gc_object gc;
    size_t gc__count;
#if !defined(__cplusplus)
    void *gc__items[];
#endif
} gc_tuple;

/* Whether an object is a tuple; NULL is none.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's; this holds for every inline function of this header. */
static inline bool gc_tuple_is(const void *object)
{
    return gc__is_container(object, GC__CONTAINER_TUPLE);
}

/* How many items. */
static inline size_t gc_tuple_count(const gc_tuple *tuple)
{
    return tuple->gc__count;
}

/* The items, for loops; valid while the tuple lives. */
static inline void *const *gc_tuple_items(const gc_tuple *tuple)
{
    return (void *const *)(const void *)(tuple + 1);
}

/* An item, borrowed; NULL when there are not so many. */
static inline void *gc_tuple_get(const gc_tuple *tuple, size_t index)
{
    return index < tuple->gc__count ? gc_tuple_items(tuple)[index] : NULL;
}

/* A tuple of `count` items, which the caller holds, and the array with them: no user code may change it (that of a list could be, by
 * a finalizer that a collection runs; see gc_tuple_from_list). The empty tuple is made once for a heap, and immortal. NULL with
 * GC_ERROR_MEMORY, or GC_ERROR_LIMIT for more than a heap holds.
 * Collects: yes. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_tuple *gc_tuple_create(gc_heap *heap, size_t count, void *const *items);

GC__END_C

/* gc_tuple_of(heap, a, b, c): a tuple of the items named, at least one. Otherwise as gc_tuple_create. */
#if !defined(__cplusplus)
#define gc_tuple_of(heap, ...) \
    gc_tuple_create(heap, sizeof((void *[]){ __VA_ARGS__ }) / sizeof(void *), (void *[]){ __VA_ARGS__ })
#else
template <class... T> static inline gc_tuple *gc_tuple_of(gc_heap *heap, T... items)
{
    void *const array[] = { items... };
    return gc_tuple_create(heap, sizeof...(items), array);
}
#endif

#endif
