/* SPDX-License-Identifier: MIT */
/* freeze.c: taking objects out of the generations and back: all of them (before a fork), or one at a time. */
#include "gc/collection.h"

#include "lib/check.h"
#include "lib/record.h"
#include "lib/teardown.h"

/* Moves every object with a state bit of `from` to `to`, touched or not; returns how many. */
static size_t freeze_move(gc_heap *heap, uint8_t from, uint8_t to)
{
    size_t moved = 0;
    gc__walk walk = gc__walk_map(heap, GC__MAP_TRACKED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        for (uint32_t slot = 0; slot < slab->capacity; slot += 8) {
            uint8_t *states = heap->states + slab->table + slot;
            uint64_t word = gc__load_states(states);
            uint64_t lanes = gc__lanes_with(word, from);
            gc__store_states(states, (word & ~(lanes * (from | GC__TOUCHED))) | lanes * to);
            moved += gc__count_lanes(lanes);
        }
    return moved;
}

static bool freeze_allowed(gc_heap *heap)
{
    gc__check_heap(heap);
    if (!(heap->under_way & GC__COLLECTION))
        return true;
    gc__fail(heap, GC_ERROR_BUSY, "freezing and unfreezing are not possible during a collection");
    return false;
}

bool gc_freeze(gc_heap *heap)
{
    if (!freeze_allowed(heap))
        return false;
    freeze_move(heap, GC__COLLECTABLE, GC__FROZEN);
    return true;
}

bool gc_unfreeze(gc_heap *heap)
{
    if (!freeze_allowed(heap))
        return false;
    /* Nobody has noted what happened to them and to what they refer to. */
    if (freeze_move(heap, GC__FROZEN, GC__OLD | GC__TOUCHED))
        heap->all_touched = true;
    return true;
}

size_t gc_freeze_count(const gc_heap *heap)
{
    gc__check_heap(heap);
    size_t count = 0;
    gc__walk walk = gc__walk_map(heap, GC__MAP_TRACKED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        for (uint32_t slot = 0; slot < slab->capacity; slot += 8)
            count += gc__count_lanes(
                gc__lanes_with(gc__load_states(heap->states + slab->table + slot), GC__FROZEN));
    return count;
}

void gc_track(void *object)
{
    gc_heap *heap = gc__heap_of(object);
    gc__check_heap(heap);
    gc__place place = gc__place_of(heap, object);
    if (heap->states[place.index] != GC__UNTRACKED_BIT || place.slab->flags & GC__SLAB_ACYCLIC ||
        ((gc_object *)object)->gc__kind & GC__IMMORTAL)
        return;
    heap->states[place.index] = GC__YOUNG | heap->birth_mark;
    gc__map_set(heap, GC__MAP_YOUNG, place.slab->head);
    gc__record(heap, object, GC__RECORD_TRACKED, __builtin_return_address(0));
}

void gc_untrack(void *object)
{
    gc_heap *heap = gc__heap_of(object);
    gc__check_heap(heap);
    uint8_t *state = &heap->states[gc__place_of(heap, object).index];
    if (!(*state & GC__TRACKED) || *state & GC__CONDEMNED || ((gc_object *)object)->gc__kind & GC__DYING)
        return;
    *state = GC__UNTRACKED_BIT;
    gc__record(heap, object, GC__RECORD_UNTRACKED, __builtin_return_address(0));
}

void gc_immortalize(void *object)
{
    gc_heap *heap = gc__heap_of(object);
    gc__check_heap(heap);
    gc__make_immortal(heap, object);
}
