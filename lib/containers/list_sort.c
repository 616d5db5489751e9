/* SPDX-License-Identifier: MIT */
/* list_sort.c: a stable merge sort with a comparison that may do anything, which the C library's qsort does not have.
 *
 * The list is empty while its items are being sorted, so whatever the comparison does to it happens to another list. The items
 * are held by the array, as references from outside: a collection meanwhile keeps them. */
#include "lib/containers/containers.h"

#include "lib/check.h"

#define SORT_RUN 8u

typedef struct sort_order {
    gc_compare_function compare;
    void *context;
} sort_order;

static void sort_insert(const sort_order *order, void **items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        void *item = items[i];
        size_t k = i;
        for (; k > 0 && order->compare(items[k - 1], item, order->context) > 0; k--)
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
        items[to++] = order->compare(room[a], items[b], order->context) > 0 ? items[b++] : room[a++];
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
    if (order->compare(items[first - 1], items[first], order->context) > 0)
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
    void **room = sort_room(heap, list);
    if (!room)
        return false;
    sort_order order = { compare, context };
    gc_list sorted = *list;
    list->gc__items = NULL;
    list->gc__count = list->gc__capacity = 0;
    sort_items(&order, sorted.gc__items, sorted.gc__count, room);
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
