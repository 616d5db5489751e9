/* SPDX-License-Identifier: MIT */
/* weakref.c: weak references and ephemerons, as programs see them, and what happens to them when their target dies by count. */
#include "lib/check.h"
#include "lib/check_user.h"
#include "lib/heap.h"
#include "lib/teardown.h"
#include "lib/weak.h"

/* Its count is zero: the teardown has it, or a collection has parked it. */
static bool weak_is_dying(const gc_object *object)
{
    return object->gc__kind & GC__DYING || gc__count_of(object) == 0;
}

/* The teardown has it, or a collection has found it unreachable. */
static bool weak_is_going(const gc_heap *heap, const gc_object *object)
{
    return object->gc__kind & GC__DYING || heap->states[gc__place_of(heap, object).index] & GC__CONDEMNED;
}

/* Whether `target` may be watched; records why not. */
static bool weak_allowed(gc_heap *heap, gc_object *target)
{
    if (heap->checked)
        gc__check_watch(heap, target, __builtin_return_address(0));
    const gc__type *type = gc__type_of(heap, target);
    if (type->flags & GC_NO_WEAK) {
        gc__fail(heap, GC_ERROR_TYPE, "type '%s' allows no weak references (GC_NO_WEAK)", type->name);
        return false;
    }
    bool destroyed = heap->reclaiming && heap->states[gc__place_of(heap, target).index] & GC__CONDEMNED;
    if (destroyed || weak_is_dying(target)) {
        gc__fail(heap, GC_ERROR_ARGUMENT, "an object of type '%s' that is dying can have no new weak reference", type->name);
        return false;
    }
    return true;
}

/* The gc_weak that all without a callback share, NULL: there is none. One that is dying is passed over. */
static gc__watcher *weak_shared(const gc_heap *heap, const gc_object *target)
{
    gc__watcher *first = gc__watchers_of(heap, target);
    while (first && gc__type_of(heap, &first->gc)->builtin == GC__WEAK && weak_is_dying(&first->gc))
        first = first->next;
    return first && gc__type_of(heap, &first->gc)->builtin == GC__WEAK ? first : NULL;
}

/* A new watcher of `target`, which the caller holds: creation may collect, and run code that drops every other reference. NULL: no memory,
 * the error is recorded. */
static void *weak_new(gc_heap *heap, gc__type *type, gc_object *target)
{
    gc__watcher *watcher = (gc__watcher *)gc__create(&type->hot, type->size);
    gc__watcher *shared = watcher && type == heap->builtin_weak ? weak_shared(heap, target) : NULL;
    if (shared) {
        /* User code of a collection has made it meanwhile. */
        gc__retain(&shared->gc);
        gc__release(&watcher->gc);
        return shared;
    }
    bool attached = watcher && gc__watcher_attach(heap, watcher, target);
    if (watcher && !attached) {
        gc__release(&watcher->gc);
        gc__fail(heap, GC_ERROR_MEMORY, "no memory for the table of weak references");
    }
    return attached ? watcher : NULL;
}

static gc_weak *weak_create(void *pointer, gc_weak_function callback, void *context, void *held)
{
    gc_object *target = pointer;
    gc_heap *heap = gc__heap_of(target);
    if (!weak_allowed(heap, target))
        return NULL;
    if (!callback) {
        gc__watcher *shared = weak_shared(heap, target);
        if (shared) {
            gc__retain(&shared->gc);
            return (gc_weak *)shared;
        }
        gc__retain(target);
        gc_weak *weak = weak_new(heap, heap->builtin_weak, target);
        gc__release(target);
        return weak;
    }
    gc__retain(target);
    gc_retain(held);
    gc__weak_callback *weak = weak_new(heap, heap->builtin_weak_callback, target);
    if (weak) {
        weak->callback = callback;
        weak->context = context;
        weak->held = held;
    } else {
        gc_release(held);
    }
    gc__release(target);
    return (gc_weak *)weak;
}

gc_weak *gc_weak_create(void *target, gc_weak_function callback, void *context)
{
    return weak_create(target, callback, context, NULL);
}

gc_weak *gc_weak_create_holding(void *target, gc_weak_function callback, void *context)
{
    return weak_create(target, callback, context, context);
}

void *gc__watcher_target(const gc__watcher *watcher)
{
    gc_object *target = watcher->target;
    return target && !weak_is_dying(target) ? target : NULL;
}

/* The target of a watcher, retained; NULL when it is dying or gone. */
static void *weak_target(const gc__watcher *watcher)
{
    return gc_retain(watcher ? gc__watcher_target(watcher) : NULL);
}

void *gc_weak_get(const gc_weak *weak)
{
    return weak_target((const gc__watcher *)weak);
}

bool gc_weak_set(gc_weak **field, void *target)
{
    gc_weak *weak = target ? gc_weak_create(target, NULL, NULL) : NULL;
    if (target && !weak)
        return false;
    gc_weak *old = *field;
    *field = weak;
    gc_release(old);
    return true;
}

gc_ephemeron *gc_ephemeron_create(void *key, void *value)
{
    gc_heap *heap = gc__heap_of(key);
    if (!weak_allowed(heap, key))
        return NULL;
    gc_retain(key);
    gc_retain(value);
    heap->has_ephemerons = true;
    gc_ephemeron *ephemeron = weak_new(heap, heap->builtin_ephemeron, key);
    if (ephemeron)
        ephemeron->value = value;
    else
        gc_release(value);
    gc_release(key);
    return ephemeron;
}

bool gc_ephemeron_set(gc_ephemeron **field, void *key, void *value)
{
    gc_ephemeron *ephemeron = gc_ephemeron_create(key, value);
    if (!ephemeron)
        return false;
    gc_ephemeron *old = *field;
    *field = ephemeron;
    gc_release(old);
    return true;
}

void *gc_ephemeron_key(const gc_ephemeron *ephemeron)
{
    return weak_target((const gc__watcher *)ephemeron);
}

void *gc_ephemeron_value(const gc_ephemeron *ephemeron)
{
    return gc_retain(ephemeron && gc__watcher_target(&ephemeron->watcher) ? ephemeron->value : NULL);
}

void gc__watcher_call(gc_heap *heap, gc__weak_callback *watcher)
{
    if (heap->checked)
        gc__check_weak_callback(heap, watcher->callback, (gc_weak *)watcher, watcher->context);
    else
        watcher->callback((gc_weak *)watcher, watcher->context);
}

void gc__watchers_call(gc_heap *heap, gc__watcher *first)
{
    while (first) {
        gc__watcher *watcher = first;
        first = watcher->next;
        watcher->next = NULL;
        if (gc__defers(heap)) {
            gc__defer(heap, &watcher->gc);
            continue;
        }
        gc__user_enter(heap);
        gc__watcher_call(heap, (gc__weak_callback *)watcher);
        gc__user_leave(heap);
        gc__release(&watcher->gc);
    }
}

void gc__watchers_died(gc_heap *heap, gc_object *target)
{
    gc__watcher *watcher = gc__watchers_take(heap, target);
    gc__watcher *first = NULL, **last = &first;
    while (watcher) {
        gc__watcher *next = watcher->next;
        watcher->next = watcher->previous = NULL;
        enum gc__builtin builtin = gc__type_of(heap, &watcher->gc)->builtin;
        if (builtin == GC__EPHEMERON) {
            gc_clear(&((gc_ephemeron *)watcher)->value);
        } else if (builtin == GC__WEAK_CALLBACK && !weak_is_going(heap, &watcher->gc)) {
            gc__retain(&watcher->gc);
            *last = watcher;
            last = &watcher->next;
        }
        watcher = next;
    }
    gc__watchers_call(heap, first);
}

void gc__ephemerons_settle(gc_heap *heap)
{
    while (heap->expired) {
        gc_ephemeron *ephemeron = (gc_ephemeron *)heap->expired;
        heap->expired = ephemeron->watcher.next;
        ephemeron->watcher.next = NULL;
        gc_clear(&ephemeron->value);
        gc__release(&ephemeron->watcher.gc);
    }
}
