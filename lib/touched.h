/* SPDX-License-Identifier: MIT */
/* touched.h: the list of old objects that a narrow collection has to look at again. */
#ifndef LIBGC_LIB_TOUCHED_H
#define LIBGC_LIB_TOUCHED_H

#include "lib/heap.h"

/* Something has happened to an object that can have made garbage of it: the next full collection looks at it again. */
static inline void gc__touched_add(gc_heap *heap, gc_object *object)
{
    if (heap->touched_count < heap->touched_max)
        heap->touched[heap->touched_count++].object = object;
    else
        heap->all_touched = true;
}

/* The same where an object may be touched again and again; TOUCHED says that it is in the list. The young and the middle need not be, nor,
 * in a collection, the condemned: what becomes of them touches them once more. */
static inline void gc__touch_at(gc_heap *heap, gc_object *object, uint32_t index)
{
    uint8_t state = heap->states[index], noted = heap->under_way & GC__COLLECTION ? GC__COLLECTABLE : GC__OLD;
    if (!(state & noted) || state & (GC__TOUCHED | GC__CONDEMNED))
        return;
    heap->states[index] = state | GC__TOUCHED;
    gc__touched_add(heap, object);
}

#endif
