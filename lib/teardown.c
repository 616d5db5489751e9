/* SPDX-License-Identifier: MIT */
/* teardown.c: death by count, without recursion and without memory.
 *
 * An object whose count reaches zero while another is taken apart goes to the end of a queue that is threaded through the count words of
 * the dead. So parents come before children, siblings in field order, and neither depth nor width takes stack or memory. */
#include "lib/teardown.h"

#include "lib/check.h"
#include "lib/edges.h"
#include "lib/touched.h"
#include "lib/weak.h"

GC__ALWAYS_INLINE void teardown_release(void *context, const gc__edge *edge)
{
    gc__edge_erase(edge);
    if (edge->where)
        gc__drop(context, edge->target);
}

void gc__drop_references(gc_heap *heap, gc__type *type, gc_object *object)
{
    if (type->builtin)
        gc__watcher_detach(heap, (gc__watcher *)object);
    gc__each_edge(type, object, teardown_release, heap);
    if (type->clear) {
        gc__user_enter(heap);
        type->clear(object);
        gc__user_leave(heap);
    }
}

void gc__free_storage(gc_heap *heap, const gc__type *type, gc_object *object)
{
    for (size_t i = 0; i < type->info->item_count; i++) {
        const gc_item *item = &type->info->items[i];
        if (item->kind != GC__ITEM_MEMORY && item->kind != GC__ITEM_REF_SPAN && item->kind != GC__ITEM_VALUE_SPAN)
            continue;
        char *field = (char *)object + item->offset;
        gc_free(heap, gc__load_pointer(field));
        memset(field, 0, sizeof(void *));
    }
}

void gc__object_free(gc_heap *heap, gc_object *object, gc__place place)
{
    if (heap->front.created > 0)
        heap->front.created--;
    if (heap->checked)
        gc__check_slot_free(heap, object, place);
    else
        gc__slot_give(heap, object, place);
}

/* Runs the finalizer of an object whose count is zero, if it has one to run. True: the object lives on. */
static bool teardown_finalize(gc_heap *heap, gc__type *type, gc_object *object, gc__place place)
{
    if (!type->finalize || object->gc__kind & GC__FINALIZED)
        return false;
    object->gc__kind &= ~GC__DYING;
    object->gc__count = heap->checked ? 1 | GC__SLOW_RETAIN | GC__SLOW_RELEASE : 1;
    if (gc__defers(heap)) {
        /* Its finalizer may tie it into a cycle, and the queue's release be its last from outside. */
        gc__touch_at(heap, object, place.index);
        gc__defer(heap, object);
        return true;
    }
    object->gc__kind |= GC__FINALIZED;
    gc__user_enter(heap);
    type->finalize(object);
    gc__user_leave(heap);
    if (object->gc__kind & GC__IMMORTAL)
        return true;
    if (object->gc__kind & GC__DYING) {
        /* Released by one who did not own it; the queue has it now. */
        gc__check_finalized(heap, object);
        return true;
    }
    object->gc__count--;
    if (gc__count_of(object) == 0)
        return false;
    /* It may have saved itself through a cycle of its own, and this was the last reference from outside. */
    gc__touch_at(heap, object, place.index);
    return true;
}

/* Takes apart one object whose count is zero. */
static void teardown_object(gc_heap *heap, gc__type *type, gc_object *object, gc__place place)
{
    if (teardown_finalize(heap, type, object, place))
        return;
    object->gc__kind |= GC__DYING;
    object->gc__count = 0;
    if (heap->checked)
        gc__check_dying(heap, object);
    if (object->gc__kind & GC__HAS_WEAK)
        gc__watchers_died(heap, object);
    gc__drop_references(heap, type, object);
    if (type->destroy) {
        gc__user_enter(heap);
        gc__check_destroy(heap, type, object);
        gc__user_leave(heap);
    }
    if (type->owns_memory)
        gc__free_storage(heap, type, object);
    gc__object_free(heap, object, place);
}

/* The link to the next object of the teardown queue, in 32 bits: 16 bytes hold the start of one object at most, and ODD_NEXT says in which
 * half it is. */
static inline void teardown_link(const gc_heap *heap, gc_object *object, const gc_object *next)
{
    size_t offset = (size_t)((const char *)next - heap->base);
    object->gc__count = (uint32_t)(offset >> 4);
    object->gc__kind |= offset & 8 ? GC__ODD_NEXT : 0;
}

static inline gc_object *teardown_next(const gc_heap *heap, const gc_object *object)
{
    size_t offset = (size_t)object->gc__count << 4 | (object->gc__kind & GC__ODD_NEXT ? 8 : 0);
    return offset ? (gc_object *)(heap->base + offset) : NULL;
}

static inline void teardown_enqueue(gc_heap *heap, gc_object *object)
{
    object->gc__kind |= GC__DYING;
    object->gc__count = 0;
    if (heap->dying_last)
        teardown_link(heap, heap->dying_last, object);
    else
        heap->dying_first = object;
    heap->dying_last = object;
}

/* As gc__drop, while a teardown is under way and no collection: then what has lost its last reference, and has no flag that says otherwise,
 * goes into the queue. */
GC__ALWAYS_INLINE void teardown_drop(gc_heap *heap, const gc__lookup *lookups, const char *base, size_t top, gc_object *target)
{
    if (!gc__target_index(lookups, base, top, target)) {
        if (target)
            gc__drop(heap, target);
        return;
    }
    uint32_t word = target->gc__count - 1;
    target->gc__count = word;
    if (word == 0)
        teardown_enqueue(heap, target);
    else if (GC__UNLIKELY((int32_t)word < 0))
        gc__release_slow(target);
}

/* What the fields that are not plain references hold. They are not erased: nobody looks at them again. */
static __attribute__((noinline)) void teardown_drop_ops(gc_heap *heap, const gc__type *type, gc_object *object)
{
    const gc__lookup *lookups = heap->lookups;
    const char *base = heap->base;
    size_t top = heap->top;
    for (uint32_t i = 0; i < type->op_count; i++) {
        const gc__op *op = &type->ops[i];
        const gc_value_rule *rule = op->rule;
        size_t count, size = op->item_size;
        char *item = gc__op_items(op, (char *)object, &count);
        for (char *end = item + count * size; rule && item < end; item += size)
            teardown_drop(heap, lookups, base, top, gc__value_target(rule, item));
        for (char *end = item + count * size; !rule && item < end; item += sizeof(void *)) {
            gc_object *target = gc__load_pointer(item);
            if (target)
                teardown_drop(heap, lookups, base, top, target);
        }
    }
}

/* Frees an object of a type with a plain death and without watchers. A teardown is under way if it holds any reference. */
GC__ALWAYS_INLINE void teardown_plain(gc_heap *heap, const gc__type *type, gc_object *object)
{
    const gc__lookup *lookups = heap->lookups;
    const char *base = heap->base;
    size_t top = heap->top;
    for (const uint32_t *ref = type->refs, *end = ref + type->ref_count; ref < end; ref++)
        teardown_drop(heap, lookups, base, top, gc__load_pointer((char *)object + *ref));
    if (GC__UNLIKELY(type->op_count))
        teardown_drop_ops(heap, type, object);
    if (heap->front.created > 0)
        heap->front.created--;
    gc__slot_give(heap, object, gc__place_of(heap, object));
}

static inline bool teardown_is_plain(const gc__type *type, const gc_object *object)
{
    return type->plain_death && !(object->gc__kind & GC__HAS_WEAK);
}

void gc__teardown_begin(gc_heap *heap)
{
    heap->under_way |= GC__TEARDOWN;
}

void gc__teardown_end(gc_heap *heap)
{
    while (heap->dying_first) {
        gc_object *object = heap->dying_first;
        heap->dying_first = teardown_next(heap, object);
        if (!heap->dying_first)
            heap->dying_last = NULL;
        else
            __builtin_prefetch(heap->dying_first);
        object->gc__count = 0;
        object->gc__kind &= ~GC__ODD_NEXT;
        gc__type *type = gc__type_of(heap, object);
        if (GC__LIKELY(teardown_is_plain(type, object) && !(heap->under_way & GC__COLLECTION))) {
            teardown_plain(heap, type, object);
        } else {
            /* No object of a checked heap is plain, and its link is elsewhere: what was read above is nothing. */
            if (heap->checked)
                gc__check_dequeue(heap, object);
            teardown_object(heap, type, object, gc__place_of(heap, object));
        }
    }
    heap->under_way &= ~GC__TEARDOWN;
    if (heap->emptied && !gc__busy(heap))
        gc__slabs_settle(heap);
}

/* Dying while something else is: parked, or queued, or the first of a teardown with user code in it. */
static __attribute__((noinline)) void teardown_start(gc_heap *heap, gc_object *object)
{
    if (heap->under_way & GC__COLLECTION && heap->states[gc__place_of(heap, object).index] & GC__CONDEMNED) {
        object->gc__count &= GC__SLOW_RETAIN | GC__SLOW_RELEASE;
    } else if (heap->under_way & GC__TEARDOWN) {
        if (heap->checked)
            gc__check_enqueue(heap, object);
        else
            teardown_enqueue(heap, object);
    } else {
        gc__teardown_begin(heap);
        teardown_object(heap, gc__type_of(heap, object), object, gc__place_of(heap, object));
        gc__teardown_end(heap);
    }
}

/* The first of a teardown without user code, as far as is known. */
static __attribute__((noinline)) void teardown_start_plain(gc_heap *heap, const gc__type *type, gc_object *object)
{
    gc__teardown_begin(heap);
    teardown_plain(heap, type, object);
    gc__teardown_end(heap);
}

void gc__object_died(gc_object *object)
{
    gc_heap *heap = gc__heap_of(object);
    const gc__type *type = gc__type_of(heap, object);
    if (GC__UNLIKELY(gc__busy(heap) || !teardown_is_plain(type, object))) {
        teardown_start(heap, object);
        return;
    }
    uintptr_t any = type->op_count;
    for (const uint32_t *ref = type->refs, *end = ref + type->ref_count; ref < end; ref++)
        any |= (uintptr_t)gc__load_pointer((char *)object + *ref);
    if (any) {
        teardown_start_plain(heap, type, object);
        return;
    }
    /* Nothing can die with it: most objects that live briefly die here. */
    if (heap->front.created > 0)
        heap->front.created--;
    gc__slot_give(heap, object, gc__place_of(heap, object));
}
