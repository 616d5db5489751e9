/* SPDX-License-Identifier: MIT */
/* reference.c: the slow ends of the inline paths: zero, quiet, immortal, saturated, checked. */
#include "lib/check.h"
#include "lib/heap.h"
#include "lib/teardown.h"
#include "lib/touched.h"

void gc__make_immortal(gc_heap *heap, gc_object *object)
{
    gc__place place = gc__place_of(heap, object);
    object->gc__count = GC__IMMORTAL_COUNT;
    object->gc__kind |= GC__IMMORTAL;
    /* If it is condemned, the second look finds it by its count. */
    uint8_t *state = &heap->states[place.index];
    *state = GC__UNTRACKED_BIT | (*state & GC__CONDEMNED);
}

void gc__retain_slow(gc_object *object)
{
    if (object->gc__kind & GC__IMMORTAL) {
        object->gc__count = GC__IMMORTAL_COUNT;
        return;
    }
    gc_heap *heap = gc__heap_of(object);
    if (heap->checked)
        gc__check_retain(heap, object, __builtin_return_address(0));
    /* The count has run over into the flag above it, which is how the retain came here; in a checked heap, where the flag is always set,
     * it is about to. */
    if (!heap->checked || gc__count_of(object) == GC__COUNT_MASK)
        gc__make_immortal(heap, object);
}

/* An object has lost a reference: it may have become garbage. Whoever releases it next takes the fast path. */
static void reference_touched(gc_heap *heap, gc_object *object)
{
    if (GC__UNLIKELY(heap->checked || heap->under_way & GC__COLLECTION))
        gc__touch_at(heap, object, gc__place_of(heap, object).index);
    else
        gc__touched_add(heap, object);
    if (!heap->checked)
        object->gc__count &= ~GC__SLOW_RELEASE;
}

/* What is not a death of the plainest sort. */
static __attribute__((noinline)) void reference_release(gc_object *object)
{
    if (object->gc__kind & GC__IMMORTAL) {
        object->gc__count = GC__IMMORTAL_COUNT;
        return;
    }
    gc_heap *heap = gc__heap_of(object);
    if (heap->checked)
        gc__check_release(heap, object, __builtin_return_address(0));
    if (gc__count_of(object) == 0) {
        gc__object_died(object);
    } else if (object->gc__count == UINT32_MAX && !heap->checked) {
        object->gc__count = 0;
        gc__fail(heap, GC_ERROR_RELEASED, "object %p of type '%s' released more often than retained (its count was 0); open the "
                 "heap with check_level 1 to find where", (void *)object, gc__type_of(heap, object)->name);
    } else {
        reference_touched(heap, object);
    }
}

void gc__release_slow(gc_object *object)
{
    /* Not immortal, not quiet, in no checked heap: no flag of the count word is set. */
    if (GC__LIKELY(object->gc__count == 0))
        gc__object_died(object);
    else
        reference_release(object);
}

void gc__touch(gc_object *object)
{
    if (object->gc__kind & GC__IMMORTAL)
        return;
    gc_heap *heap = gc__heap_of(object);
    if (heap->checked)
        gc__check_move(heap, object, __builtin_return_address(0));
    reference_touched(heap, object);
}
