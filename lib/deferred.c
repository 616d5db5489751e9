/* SPDX-License-Identifier: MIT */
/* deferred.c: the queue of finalizers and weak callbacks that wait for gc_run_finalizers.
 *
 * The queue holds one reference to each object in it. Its links are in the objects: a gc_weak has one anyway, and in a heap that defers an
 * object with a finalizer has one in the last word of its slot. So queueing needs no memory. */
#include "lib/edges.h"
#include "lib/check.h"
#include "lib/heap.h"
#include "lib/teardown.h"
#include "lib/weak.h"

static char *deferred_link(gc_heap *heap, gc_object *object)
{
    if (gc__type_of(heap, object)->builtin)
        return (char *)&((gc__watcher *)object)->next;
    gc__place place = gc__place_of(heap, object);
    return (char *)object + gc__slab_slot_bytes(place.slab) - sizeof(void *);
}

void gc__defer(gc_heap *heap, gc_object *object)
{
    static void *const none = NULL;
    object->gc__kind |= GC__QUEUED;
    memcpy(deferred_link(heap, object), &none, sizeof none);
    if (heap->deferred_last)
        memcpy(deferred_link(heap, heap->deferred_last), &object, sizeof object);
    else
        heap->deferred_first = object;
    heap->deferred_last = object;
}

static gc_object *deferred_take(gc_heap *heap)
{
    gc_object *object = heap->deferred_first;
    heap->deferred_first = gc__load_pointer(deferred_link(heap, object));
    if (!heap->deferred_first)
        heap->deferred_last = NULL;
    return object;
}

size_t gc_run_finalizers(gc_heap *heap)
{
    gc__check_heap(heap);
    size_t ran = 0;
    gc_object *last = heap->deferred_last;
    if (gc__busy(heap) || heap->running_deferred)
        return 0;
    heap->running_deferred = true;
    for (bool more = last != NULL; more;) {
        gc_object *object = deferred_take(heap);
        gc__type *type = gc__type_of(heap, object);
        more = object != last;
        if (type->builtin) {
            gc__watcher_call(heap, (gc__weak_callback *)object);
        } else {
            object->gc__kind |= GC__FINALIZED;
            type->finalize(object);
        }
        /* Not before: an object that is queued does not move. */
        object->gc__kind &= ~GC__QUEUED;
        gc__release(object);
        ran++;
    }
    heap->running_deferred = false;
    return ran;
}
