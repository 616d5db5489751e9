/* SPDX-License-Identifier: MIT */
/* gather.c: who takes part in a collection, and whether there can be anything to find.
 *
 * Takes a heap at rest: no REACHED, no CONDEMNED, inside counts zero. Changes nothing. No user code. */
#include "gc/collection.h"

#include "lib/check.h"

/* Counts those in the generations taken, eight at a time. */
static size_t gather_count(const gc__collection *c)
{
    const gc_heap *heap = c->heap;
    size_t count = 0;
    gc__walk walk = gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        for (uint32_t slot = 0; slot < slab->capacity; slot += 8)
            count += gc__count_lanes(
                gc__lanes_with(gc__load_states(heap->states + slab->table + slot), c->taken));
    return count;
}

/* Whether anything is younger than the oldest generation. */
static bool gather_has_younger(const gc__collection *c)
{
    const gc_heap *heap = c->heap;
    gc__walk walk = gc__walk_from(heap, heap->maps[GC__MAP_YOUNG], heap->maps[GC__MAP_MIDDLE], 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        for (uint32_t slot = 0; slot < slab->capacity; slot += 8)
            if (gc__load_states(heap->states + slab->table + slot) & gc__lanes(GC__YOUNG | GC__MIDDLE))
                return true;
    return false;
}

static void gather_check(gc__collection *c)
{
    gc_heap *heap = c->heap;
    gc__walk walk = gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, c->taken, object, index)
            gc__check_edges(heap, object);
}

bool gc__gather(gc__collection *c)
{
    static const uint8_t taken[3] = { GC__YOUNG, GC__YOUNG | GC__MIDDLE, GC__COLLECTABLE };
    c->taken = taken[c->generation];
    c->full = c->generation == 2;
    c->mark_ahead = c->full;
    if (c->heap->checked)
        gather_check(c);
    /* An old object dies only after something touched it, or an object younger than it (rule 10). */
    c->skipped = c->full && !c->heap->touched && !gather_has_younger(c);
    if (c->skipped)
        return false;
    c->candidates = gather_count(c);
    return c->candidates > 0;
}
