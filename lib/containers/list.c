/* SPDX-License-Identifier: MIT */
/* list.c: the parts of a list that are not inline.
 *
 * User code never sees a list between two states: what is released while a list is being changed dies only after the change, since a
 * teardown is begun before it; and storage is resized without collecting, so that no finalizer can change a list that is
 * about to move. */
#include "lib/containers/containers.h"

#include "lib/check.h"
#include "lib/stress.h"
#include "lib/teardown.h"

#define LIST_FIRST 4u

static gc_heap *list_heap(const gc_list *list)
{
    gc_heap *heap = gc__heap_of(list);
    gc__check_heap(heap);
    return heap;
}

/* Gives the list storage for exactly `capacity` items, at least as many as it has. */
static bool list_resize(gc_heap *heap, gc_list *list, size_t capacity)
{
    void **items = gc__raw_resize(heap, list->gc__items, capacity * sizeof *items);
    if (!items)
        return false;
    list->gc__items = items;
    list->gc__capacity = capacity;
    return true;
}

/* Makes room for `more` items behind those that are there now, or that user code has put there when this returns. */
static bool list_make_room(gc_heap *heap, gc_list *list, size_t more, bool exact)
{
    if (list->gc__capacity - list->gc__count < more)
        gc__stress(heap);
    for (int attempt = 0;; attempt++) {
        size_t count = list->gc__count, grown = list->gc__capacity + list->gc__capacity / 2 + LIST_FIRST;
        if (list->gc__capacity - count >= more)
            return true;
        if (more > GC__RANGE_MAX / sizeof(void *) - count) {
            gc__fail(heap, GC_ERROR_LIMIT, "a list of %zu items and %zu more is more than a heap holds", count, more);
            return false;
        }
        if (list_resize(heap, list, exact || count + more > grown ? count + more : grown))
            return true;
        if (attempt) {
            gc__fail(heap, GC_ERROR_MEMORY, "no memory for a list of %zu items and %zu more", count, more);
            return false;
        }
        gc__storage_short(heap);
    }
}

bool gc__list_append_slow(gc_list *list, void *item)
{
    if (!list_make_room(list_heap(list), list, 1, false))
        return false;
    list->gc__items[list->gc__count++] = gc_retain(item);
    return true;
}

bool gc__list_out_of_range(const gc_list *list, size_t index)
{
    gc__fail(gc__heap_of(list), GC_ERROR_ARGUMENT, "there is no item %zu in a list of %zu", index, list->gc__count);
    return false;
}

gc_list *gc_list_create(gc_heap *heap, size_t count, void *const *items)
{
    gc__check_heap(heap);
    gc_type *type = gc__container_type(heap, GC__CONTAINER_LIST);
    gc_list *list = type ? gc_create(gc_list, type) : NULL;
    if (list && count && (!list_make_room(heap, list, count, true) || !gc_list_append_items(list, count, items)))
        gc_clear(&list);
    return list;
}

bool gc_list_insert(gc_list *list, size_t index, void *item)
{
    gc_heap *heap = list_heap(list);
    if (index > list->gc__count)
        return gc__list_out_of_range(list, index);
    if (!list_make_room(heap, list, 1, false))
        return false;
    if (index > list->gc__count) {
        gc__fail(heap, GC_ERROR_CHANGED, "a list became shorter than %zu items while it was to get one more there", index);
        return false;
    }
    void **place = list->gc__items + index;
    memmove(place + 1, place, (list->gc__count - index) * sizeof *place);
    *place = gc_retain(item);
    list->gc__count++;
    return true;
}

/* Closes the gap of `count` items. */
static void list_close_gap(gc_list *list, size_t index, size_t count)
{
    void **place = list->gc__items + index;
    list->gc__count -= count;
    memmove(place, place + count, (list->gc__count - index) * sizeof *place);
}

void *gc_list_take(gc_list *list, size_t index)
{
    list_heap(list);
    if (index >= list->gc__count) {
        gc__list_out_of_range(list, index);
        return NULL;
    }
    void *item = list->gc__items[index];
    list_close_gap(list, index, 1);
    return item;
}

/* Begins a teardown, unless one is under way, and drops the items: what dies waits for its end. True: the caller ends it. */
static bool list_release(gc_heap *heap, void *const *items, size_t count)
{
    bool outermost = !(heap->under_way & GC__TEARDOWN);
    if (outermost)
        gc__teardown_begin(heap);
    for (size_t i = 0; i < count; i++)
        gc_release(items[i]);
    return outermost;
}

bool gc_list_remove(gc_list *list, size_t index, size_t count)
{
    gc_heap *heap = list_heap(list);
    if (index > list->gc__count || count > list->gc__count - index)
        return gc__list_out_of_range(list, index > list->gc__count ? index : list->gc__count);
    if (count == 0)
        return true;
    bool outermost = list_release(heap, list->gc__items + index, count);
    list_close_gap(list, index, count);
    if (outermost)
        gc__teardown_end(heap);
    return true;
}

void gc_list_clear(gc_list *list)
{
    gc_heap *heap = list_heap(list);
    void **items = list->gc__items;
    size_t count = list->gc__count;
    list->gc__items = NULL;
    list->gc__count = list->gc__capacity = 0;
    bool outermost = list_release(heap, items, count);
    gc_free(heap, items);
    if (outermost)
        gc__teardown_end(heap);
}

bool gc_list_append_items(gc_list *list, size_t count, void *const *items)
{
    if (count == 0)
        return true;
    if (!list_make_room(list_heap(list), list, count, false))
        return false;
    void **place = list->gc__items + list->gc__count;
    for (size_t i = 0; i < count; i++)
        place[i] = gc_retain(items[i]);
    list->gc__count += count;
    return true;
}

bool gc_list_extend(gc_list *list, const gc_list *from)
{
    gc_heap *heap = list_heap(list);
    size_t count;
    do {
        count = from->gc__count;
        if (!list_make_room(heap, list, count, false))
            return false;
    } while (from->gc__count > count);
    return gc_list_append_items(list, from->gc__count, from->gc__items);
}

gc_list *gc_list_slice(const gc_list *list, size_t start, size_t count)
{
    gc_heap *heap = list_heap(list);
    gc_list *slice = gc_list_create(heap, 0, NULL);
    if (!slice)
        return NULL;
    for (;;) {
        size_t there = start < list->gc__count ? list->gc__count - start : 0, wanted = count < there ? count : there;
        if (wanted <= slice->gc__capacity) {
            if (wanted)
                gc_list_append_items(slice, wanted, list->gc__items + start);
            return slice;
        }
        if (!list_make_room(heap, slice, wanted, true)) {
            gc_release(slice);
            return NULL;
        }
    }
}

bool gc_list_index_of(const gc_list *list, const void *item, size_t start, size_t *index)
{
    gc_heap *heap = list_heap(list);
    *index = GC_NO_INDEX;
    for (size_t i = start; i < list->gc__count; i++) {
        bool equal;
        if (!gc__equal_of(heap, list->gc__items[i], item, &equal))
            return false;
        if (equal) {
            *index = i;
            return true;
        }
    }
    return true;
}

void gc_list_reverse(gc_list *list)
{
    gc__check_heap(gc__heap_of(list));
    for (size_t i = 0, k = list->gc__count; i + 1 < k; i++) {
        void *item = list->gc__items[--k];
        list->gc__items[k] = list->gc__items[i];
        list->gc__items[i] = item;
    }
}

bool gc_list_reserve(gc_list *list, size_t capacity)
{
    return capacity <= list->gc__capacity || list_make_room(list_heap(list), list, capacity - list->gc__count, true);
}

void gc_list_shrink(gc_list *list)
{
    gc_heap *heap = list_heap(list);
    if (list->gc__count)
        list_resize(heap, list, list->gc__count);
    else
        gc_list_clear(list);
}

static bool list_equal(const void *a, const void *b, bool *equal)
{
    gc_heap *heap = gc__heap_of(a);
    const gc_list *left = a, *right = b;
    *equal = left->gc__count == right->gc__count;
    for (size_t i = 0; *equal && i < left->gc__count; i++) {
        if (!gc__equal_of(heap, left->gc__items[i], right->gc__items[i], equal))
            return false;
        /* A comparison may have changed the lists. */
        *equal = *equal && left->gc__count == right->gc__count;
    }
    return true;
}

static void list_repr(const void *object, gc_repr_writer *writer)
{
    const gc_list *list = object;
    gc_repr_text(writer, "[");
    for (size_t i = 0; i < list->gc__count; i++) {
        gc_repr_text(writer, i ? ", " : "");
        gc_repr_object(writer, list->gc__items[i]);
    }
    gc_repr_text(writer, "]");
}

const gc_type_info gc__list_info =
    GC_TYPE_INFO(gc_list, GC_REF_SPAN(gc__items, gc__count), GC_EQUAL(list_equal), GC_REPR(list_repr));
