/* SPDX-License-Identifier: MIT */
/* tuple.c: immutable sequences. Whether one can be in a cycle is decided when it is made, for good. */
#include "lib/containers/containers.h"

#include "lib/check.h"

/* Whether a cycle can come to lead through the object. Only what is in no cycle for good is out of the question: what has no references,
 * what is never freed, and a tuple of such. */
static bool tuple_item_may_cycle(gc_heap *heap, gc_object *item)
{
    if (!item || item->gc__kind & GC__IMMORTAL)
        return false;
    const gc__type *type = gc__type_of(heap, item);
    if (type->flags & GC_ACYCLIC)
        return false;
    return type->number != GC__CONTAINER_TUPLE || heap->states[gc__place_of(heap, item).index] & GC__TRACKED;
}

static void tuple_fill(gc_heap *heap, gc_tuple *tuple, size_t count, void *const *items)
{
    bool may_cycle = false;
    for (size_t i = 0; i < count; i++) {
        tuple->gc__items[i] = gc_retain(items[i]);
        may_cycle = may_cycle || tuple_item_may_cycle(heap, items[i]);
    }
    if (!may_cycle)
        gc_untrack(tuple);
}

static gc_tuple *tuple_empty(gc_heap *heap, gc_type *type)
{
    gc__containers *state = heap->containers;
    if (state->empty_tuple)
        return state->empty_tuple;
    gc_tuple *tuple = gc_create_flex(gc_tuple, type, 0);
    if (!tuple)
        return NULL;
    /* Creation may have run user code that was here first. */
    if (state->empty_tuple) {
        gc_release(tuple);
    } else {
        gc_immortalize(tuple);
        state->empty_tuple = tuple;
    }
    return state->empty_tuple;
}

gc_tuple *gc_tuple_create(gc_heap *heap, size_t count, void *const *items)
{
    gc__check_heap(heap);
    gc_type *type = gc__container_type(heap, GC__CONTAINER_TUPLE);
    if (!type)
        return NULL;
    if (count == 0)
        return tuple_empty(heap, type);
    gc_tuple *tuple = gc_create_flex(gc_tuple, type, count);
    if (tuple)
        tuple_fill(heap, tuple, count, items);
    return tuple;
}

gc_tuple *gc_tuple_from_list(const gc_list *list)
{
    gc_heap *heap = gc__heap_of(list);
    gc__check_heap(heap);
    gc_type *type = gc__container_type(heap, GC__CONTAINER_TUPLE);
    if (!type)
        return NULL;
    for (;;) {
        size_t count = list->gc__count;
        gc_tuple *tuple = count ? gc_create_flex(gc_tuple, type, count) : tuple_empty(heap, type);
        if (!tuple)
            return NULL;
        if (list->gc__count == count) {
            if (count)
                tuple_fill(heap, tuple, count, list->gc__items);
            return tuple;
        }
        /* User code of a collection has changed the list. */
        gc_release(tuple);
    }
}

static bool tuple_hash(const void *object, uint64_t *hash)
{
    gc_heap *heap = gc__heap_of(object);
    const gc_tuple *tuple = object;
    uint64_t all = tuple->gc__count, one;
    for (size_t i = 0; i < tuple->gc__count; i++) {
        if (!tuple->gc__items[i])
            gc_hash(NULL, &one);
        else if (!gc__hash_of(heap, tuple->gc__items[i], &one))
            return false;
        all = gc_hash_combine(all, one);
    }
    *hash = gc__hash_mix(heap->containers, all);
    return true;
}

static bool tuple_equal(const void *a, const void *b, bool *equal)
{
    gc_heap *heap = gc__heap_of(a);
    const gc_tuple *left = a, *right = b;
    *equal = left->gc__count == right->gc__count;
    for (size_t i = 0; *equal && i < left->gc__count; i++)
        if (!gc__equal_of(heap, left->gc__items[i], right->gc__items[i], equal))
            return false;
    return true;
}

static void tuple_repr(const void *object, gc_repr_writer *writer)
{
    const gc_tuple *tuple = object;
    gc_repr_text(writer, "(");
    for (size_t i = 0; i < tuple->gc__count; i++) {
        gc_repr_text(writer, i ? ", " : "");
        gc_repr_object(writer, tuple->gc__items[i]);
    }
    gc_repr_text(writer, tuple->gc__count == 1 ? ",)" : ")");
}

const gc_type_info gc__tuple_info = GC_TYPE_INFO(gc_tuple, GC_REF_FLEX(gc__items, gc__count), GC_HASH(tuple_hash),
                                                 GC_EQUAL(tuple_equal), GC_REPR(tuple_repr));
