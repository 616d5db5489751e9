/* SPDX-License-Identifier: MIT */
/* list_sort.c: a stable merge sort with a comparison that may do anything, which the C library's qsort does not have.
 *
 * The list is empty while its items are being sorted, so whatever the comparison does to it happens to another list. The items
 * are held by the array, as references from outside: a collection meanwhile keeps them. */
#include "lib/containers/containers.h"

#include "lib/check.h"

#define SORT_RUN 8u

typedef struct sort_order {
    gc_heap *heap;
    gc_compare_function compare;
    void *context;
} sort_order;

/* Whether one comes behind another. Each comparison that is not inside a call of a protocol has calls of its own. */
static bool sort_is_behind(const sort_order *order, void *one, void *other)
{
    if (order->heap->protocol_depth == 1)
        order->heap->protocol_calls = 0;
    return order->compare(one, other, order->context) > 0;
}

static void sort_insert(const sort_order *order, void **items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        void *item = items[i];
        size_t k = i;
        for (; k > 0 && sort_is_behind(order, items[k - 1], item); k--)
            items[k] = items[k - 1];
        items[k] = item;
    }
}

/* Merges two sorted halves; `room` is for the first. */
static void sort_merge(const sort_order *order, void **items, size_t first, size_t count, void **room)
{
    memcpy(room, items, first * sizeof *room);
    size_t a = 0, b = first, to = 0;
    while (a < first && b < count)
        items[to++] = sort_is_behind(order, room[a], items[b]) ? items[b++] : room[a++];
    memcpy(items + to, room + a, (first - a) * sizeof *room);
}

/* As deep as the logarithm of the count. */
static void sort_items(const sort_order *order, void **items, size_t count, void **room)
{
    if (count <= SORT_RUN) {
        sort_insert(order, items, count);
        return;
    }
    size_t first = count / 2;
    sort_items(order, items, first, room);
    sort_items(order, items + first, count - first, room);
    /* What is sorted already costs one comparison. */
    if (sort_is_behind(order, items[first - 1], items[first]))
        sort_merge(order, items, first, count, room);
}

/* Storage for half of the items, of which there may be more when it is there. */
static void **sort_room(gc_heap *heap, const gc_list *list)
{
    for (;;) {
        size_t half = list->gc__count / 2;
        void **room = gc_alloc(heap, half * sizeof *room);
        if (!room || list->gc__count / 2 <= half)
            return room;
        gc_free(heap, room);
    }
}

bool gc_list_sort(gc_list *list, gc_compare_function compare, void *context)
{
    gc_heap *heap = gc__heap_of(list);
    gc__check_heap(heap);
    if (!compare) {
        gc__fail(heap, GC_ERROR_ARGUMENT, "a list cannot be sorted without a comparison");
        return false;
    }
    void **room = sort_room(heap, list);
    if (!room)
        return false;
    sort_order order = { heap, compare, context };
    gc_list sorted = *list;
    list->gc__items = NULL;
    list->gc__count = list->gc__capacity = 0;
    heap->protocol_depth++; /* the comparison is a callback as those of types are: it does not close the heap */
    sort_items(&order, sorted.gc__items, sorted.gc__count, room);
    heap->protocol_depth--;
    gc_free(heap, room);
    bool changed = list->gc__items != NULL;
    gc_list put = *list;
    list->gc__items = sorted.gc__items;
    list->gc__count = sorted.gc__count;
    list->gc__capacity = sorted.gc__capacity;
    for (size_t i = 0; i < put.gc__count; i++)
        gc_release(put.gc__items[i]);
    gc_free(heap, put.gc__items);
    if (changed)
        gc__fail(heap, GC_ERROR_CHANGED, "a list was changed by the comparison that sorted it; it is sorted, without the change");
    return !changed;
}
