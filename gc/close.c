/* SPDX-License-Identifier: MIT */
/* close.c: closing a heap. What the program still holds is a leak: it is destroyed, counted, and reported by type. */
#include "gc/collection.h"

#include "lib/check.h"
#include "lib/teardown.h"

#define CLOSE_ROUNDS 8 /* of collections, for finalizers that leave new garbage */

static void close_collect(gc_heap *heap)
{
    heap->settings.debug &= ~(uint32_t)GC_DEBUG_SAVE_ALL;
    gc_unfreeze(heap);
    gc_drop_garbage(heap);
    if (!heap->checked)
        heap->all_touched = true; /* also what a plain store into an old object has hidden, against the rules: a checked heap names it */
    for (int round = 0; round < CLOSE_ROUNDS; round++) {
        size_t ran = gc_run_finalizers(heap);
        if (gc_collect(heap) + ran == 0 && !heap->deferred_first)
            return;
    }
}

/* Everything left is condemned, so that what a destroy releases is parked. */
static void close_condemn(gc_heap *heap, enum gc__map map)
{
    gc__walk walk = gc__walk_map(heap, map);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        for (uint32_t slot = 0; slot < slab->capacity; slot += 8) {
            uint8_t *states = heap->states + slab->table + slot;
            uint64_t word = gc__load_states(states);
            gc__store_states(states, word | gc__lanes_with(word, GC__ALIVE) * GC__CONDEMNED);
        }
}

static size_t close_destroy(gc_heap *heap, enum gc__map map)
{
    size_t leaked = 0;
    gc__walk walk = gc__walk_map(heap, map);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, GC__CONDEMNED, object, index) {
            gc__type *type = gc__type_of(heap, object);
            bool mortal = !(object->gc__kind & GC__IMMORTAL);
            if (type->destroy)
                gc__check_destroy(heap, type, object);
            leaked += mortal;
            type->figure_objects += mortal;
            type->figure_bytes += mortal ? gc__slab_slot_bytes(slab) : 0;
        }
    return leaked;
}

static void close_report(gc_heap *heap)
{
    for (uint32_t i = 0; heap->settings.leak && i < heap->type_count; i++) {
        gc__type *type = heap->types[i];
        if (type->figure_objects)
            heap->settings.leak(heap->settings.context, type->name, type->figure_objects, type->figure_bytes);
    }
}

size_t gc_heap_close(gc_heap *heap)
{
    gc__check_heap(heap);
    if (gc__busy(heap) || heap->visiting || heap->running_deferred || heap->protocol_depth || heap->closing) {
        gc__fail(heap, GC_ERROR_BUSY, "a heap cannot be closed from one of its own callbacks, nor after longjmp out of one");
        return SIZE_MAX;
    }
    heap->closing = true;
    close_collect(heap);
    gc__leaks_report(heap);
    heap->under_way |= GC__COLLECTION;
    for (uint32_t i = 0; i < heap->type_count; i++)
        heap->types[i]->figure_objects = heap->types[i]->figure_bytes = 0;
    close_condemn(heap, GC__MAP_TRACKED);
    close_condemn(heap, GC__MAP_ACYCLIC);
    gc__user_enter(heap);
    size_t leaked = close_destroy(heap, GC__MAP_TRACKED) + close_destroy(heap, GC__MAP_ACYCLIC);
    close_report(heap);
    gc__heap_free(heap);
    return leaked;
}
