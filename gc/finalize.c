/* SPDX-License-Identifier: MIT */
/* finalize.c: every finalizer in the garbage runs once, while all of the garbage is intact (PEP 442).
 *
 * Takes the condemned, leaves them condemned: a count that falls to zero meanwhile parks its object. In a heap that defers, the object is
 * queued instead, and held by the queue; the second look then keeps it and all it reaches. Runs user code. */
#include "gc/collection.h"

#include "lib/teardown.h"

static void finalize_object(gc__collection *c, gc__type *type, gc_object *object)
{
    gc_heap *heap = c->heap;
    c->user_code = true;
    gc__retain(object);
    if (heap->settings.defer != GC_DEFER_NOTHING) {
        gc__defer(heap, object);
        return;
    }
    object->gc__kind |= GC__FINALIZED;
    gc__user_enter(heap);
    type->finalize(object);
    gc__user_leave(heap);
    gc__release(object);
}

void gc__finalize(gc__collection *c)
{
    gc_heap *heap = c->heap;
    if (!heap->has_finalizers)
        return;
    gc__walk walk = gc__walk_map(heap, GC__MAP_CONDEMNED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, GC__CONDEMNED, object, index) {
            gc__type *type = gc__type_of(heap, object);
            if (type->finalize && !(object->gc__kind & GC__FINALIZED))
                finalize_object(c, type, object);
        }
}
