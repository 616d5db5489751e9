/* SPDX-License-Identifier: MIT */
/* list.h: a growing array of references.
 *
 * Append, pop, get and set are inline, and cost a load or two beside the counts. Items may be NULL. Storage is the heap's raw memory; it
 * grows by half, and shrinks only when asked to (gc_list_shrink, gc_list_clear), so that a list used as a stack does not
 * move up and down. Two lists are equal when their items are; a list has no hash.
 *
 * Positions are counted from 0. One that is out of range is refused with GC_ERROR_ARGUMENT, except by gc_list_get, which gives NULL. */
#ifndef LIBGC_LIST_H
#define LIBGC_LIST_H

#include <libgc/container.h>
#include <libgc/heap.h>
#include <libgc/reference.h>
#include <libgc/tuple.h>

GC__BEGIN_C

/* Its members are the library's. */
typedef struct gc_list {
    gc_object gc;
    size_t gc__count;
    void **gc__items; /* NULL when gc__capacity is 0 */
    size_t gc__capacity;
} gc_list;

/* The slow ends of the inline functions below. */
GC__API bool gc__list_append_slow(gc_list *list, void *item);
GC__API bool gc__list_out_of_range(const gc_list *list, size_t index);

/* A list of `count` items, or of none: `items` may then be NULL. The array is as for gc_tuple_create. NULL with GC_ERROR_MEMORY or
 * GC_ERROR_LIMIT.
 * Collects: yes. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_list *gc_list_create(gc_heap *heap, size_t count, void *const *items);

/* Whether an object is a list; NULL is none.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's; this holds for every inline function of this header, except that
 * gc_list_append may collect where memory has run out, and gc_list_set runs user code when the old item dies. */
static inline bool gc_list_is(const void *object)
{
    return gc__is_container(object, GC__CONTAINER_LIST);
}

/* How many items. */
static inline size_t gc_list_count(const gc_list *list)
{
    return list->gc__count;
}

/* The items, for loops that change nothing and call nobody: valid until the list changes. NULL for a list that never had any. */
static inline void *const *gc_list_items(const gc_list *list)
{
    return list->gc__items;
}

/* An item, borrowed; NULL when there are not so many, as for an item that is NULL: gc_list_count tells them apart. */
static inline void *gc_list_get(const gc_list *list, size_t index)
{
    return index < list->gc__count ? list->gc__items[index] : NULL;
}

/* Replaces an item; the old one is released after that. */
static inline bool gc_list_set(gc_list *list, size_t index, void *item)
{
    if (GC__UNLIKELY(index >= list->gc__count))
        return gc__list_out_of_range(list, index);
    gc__set((gc__slot *)(void *)&list->gc__items[index], item);
    return true;
}

/* Adds an item at the end. */
static inline bool gc_list_append(gc_list *list, void *item)
{
    size_t count = list->gc__count;
    if (GC__UNLIKELY(count == list->gc__capacity))
        return gc__list_append_slow(list, item);
    list->gc__items[count] = gc_retain(item);
    list->gc__count = count + 1;
    return true;
}

/* Takes the last item out of the list: owned, and NULL when the list is empty, as for an item that is NULL. */
static inline void *gc_list_pop(gc_list *list)
{
    if (list->gc__count == 0)
        return NULL;
    return list->gc__items[--list->gc__count];
}

/* Inserts before the item at `index`; at the end where that is the count.
 * Collects: where memory has run out. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_list_insert(gc_list *list, size_t index, void *item);

/* Takes the item at `index` out of the list: owned. NULL also with GC_ERROR_ARGUMENT.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API void *gc_list_take(gc_list *list, size_t index);

/* Removes `count` items from `index` on; what dies of them is destroyed when they are out of the list, the first one first.
 * GC_ERROR_ARGUMENT when there are not so many.
 * Collects: no. User code: when items die. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_list_remove(gc_list *list, size_t index, size_t count);

/* Appends `count` items from an array, which is as for gc_tuple_create; or all items of a list, which may be the same one.
 * Collects: where memory has run out. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_list_append_items(gc_list *list, size_t count, void *const *items);
GC__API bool gc_list_extend(gc_list *list, const gc_list *from);

/* A new list of `count` items from `start` on: fewer where the list ends before.
 * Collects: yes. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_list *gc_list_slice(const gc_list *list, size_t start, size_t count);

/* A tuple of the items that the list has when its memory is there: user code of a collection may have changed them.
 * Collects: yes. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_tuple *gc_tuple_from_list(const gc_list *list);

/* Removes all items and gives the storage back; what dies of them is destroyed after that, the first one first.
 * Collects: no. User code: when items die. In callbacks: yes. Thread: the heap's. */
GC__API void gc_list_clear(gc_list *list);

/* gc_list_index_of(list, item, start, &index): the first position from `start` on whose item is equal to `item`, or GC_NO_INDEX.
 * False where gc_equal fails. User code may change the list meanwhile: what is looked at is what is there then.
 * Collects: no. User code: the items'. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_list_index_of(const gc_list *list, const void *item, size_t start, size_t *index);

/* Turns the order round. Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API void gc_list_reverse(gc_list *list);

/* Less than, equal to or greater than 0, as a comes before, is like, or comes after b; either may be NULL where the list has such items. */
typedef int (*gc_compare_function)(const void *a, const void *b, void *context);

/* Sorts with the comparison, stably: what it calls equal keeps its order. Any comparison is safe, one that contradicts itself too. While it
 * runs the list is empty; if that is not so afterwards, what the comparison has put there is dropped, and the call fails with
 * GC_ERROR_CHANGED, the list sorted. Fails with GC_ERROR_MEMORY, the list as it was: it needs room for half as many references;
 * and with GC_ERROR_ARGUMENT without a comparison.
 * Collects: where memory has run out. User code: the comparison, and when items die. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_list_sort(gc_list *list, gc_compare_function compare, void *context);

/* Makes room for `capacity` items in all, so that appending up to there needs no memory; and gives back what is not used, which
 * cannot fail: storage stays as it is where it cannot be made smaller.
 * Collects: gc_list_reserve, where memory has run out. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_list_reserve(gc_list *list, size_t capacity);
GC__API void gc_list_shrink(gc_list *list);

/* How many items there is room for. */
static inline size_t gc_list_capacity(const gc_list *list)
{
    return list->gc__capacity;
}

GC__END_C

/* gc_list_of(heap, a, b, c): a list of the items named, at least one. Otherwise as gc_list_create. */
#if !defined(__cplusplus)
#define gc_list_of(heap, ...) \
    gc_list_create(heap, sizeof((void *[]){ __VA_ARGS__ }) / sizeof(void *), (void *[]){ __VA_ARGS__ })
#else
template <class... T> static inline gc_list *gc_list_of(gc_heap *heap, T... items)
{
    void *const array[] = { items... };
    return gc_list_create(heap, sizeof...(items), array);
}
#endif

#endif
