/* SPDX-License-Identifier: MIT */
/* weakrefs.c: weak references into the garbage, in two steps.
 *
 * notify (before finalizers): a weak reference with a callback that is not garbage itself is cleared, and its callback runs; the callback
 * of one that is garbage never runs. Weak references without callbacks still work, so that finalizers may use them.
 * clear (after the second look): every weak reference still left to what is to be freed is cleared silently, also those that finalizers
 * made (CPython gh-135552 is about the order; docs/finalizers.md). Ephemerons lose their keys; the value of a live one
 * is released when the garbage is gone. */
#include "gc/collection.h"

#include "lib/weak.h"

static bool weakrefs_is_condemned(const gc_heap *heap, const void *pointer)
{
    uint32_t index = gc__target_index(heap->lookups, heap->base, heap->top, pointer);
    return index && heap->states[index] & GC__CONDEMNED;
}

/* Takes those with live callbacks out of the chain of one condemned object, held, newest first; returns where the list now ends. */
static gc__watcher **weakrefs_collect(gc_heap *heap, gc_object *object, gc__watcher **last)
{
    gc__watcher *next;
    for (gc__watcher *watcher = gc__watchers_of(heap, object); watcher; watcher = next) {
        next = watcher->next;
        if (gc__type_of(heap, &watcher->gc)->builtin != GC__WEAK_CALLBACK || weakrefs_is_condemned(heap, watcher))
            continue;
        gc__watcher_detach(heap, watcher);
        gc__retain(&watcher->gc);
        *last = watcher;
        last = &watcher->next;
    }
    return last;
}

void gc__weakrefs_notify(gc__collection *c)
{
    gc_heap *heap = c->heap;
    gc__watcher *first = NULL, **last = &first;
    if (heap->weak_table.used == 0)
        return;
    gc__walk walk = gc__walk_map(heap, GC__MAP_CONDEMNED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, GC__CONDEMNED, object, index)
            if (object->gc__kind & GC__HAS_WEAK)
                last = weakrefs_collect(heap, object, last);
    if (first) {
        c->user_code = true;
        gc__watchers_call(heap, first);
    }
}

static void weakrefs_clear_one(gc_heap *heap, gc_object *object)
{
    gc__watcher *next;
    for (gc__watcher *watcher = gc__watchers_take(heap, object); watcher; watcher = next) {
        next = watcher->next;
        watcher->next = watcher->previous = NULL;
        bool ephemeron = gc__type_of(heap, &watcher->gc)->builtin == GC__EPHEMERON;
        if (!ephemeron || weakrefs_is_condemned(heap, watcher))
            continue;
        /* A value that is garbage goes with the garbage; another one loses this reference when the garbage is gone. */
        if (weakrefs_is_condemned(heap, ((gc_ephemeron *)watcher)->value)) {
            ((gc_ephemeron *)watcher)->value = NULL;
            continue;
        }
        gc__retain(&watcher->gc);
        watcher->next = heap->expired;
        heap->expired = watcher;
    }
}

void gc__weakrefs_clear(gc__collection *c)
{
    gc_heap *heap = c->heap;
    if (heap->weak_table.used == 0)
        return;
    gc__walk walk = gc__walk_map(heap, GC__MAP_CONDEMNED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, GC__CONDEMNED, object, index)
            if (object->gc__kind & GC__HAS_WEAK)
                weakrefs_clear_one(heap, object);
}
