/* SPDX-License-Identifier: MIT */
/* resurrect.c: the second look. User code has run, so some of the condemned may be reachable again.
 *
 * It is subtract and reach once more, over the condemned only: references from anywhere else count as from outside. What is reached
 * survives with all it reaches, and nothing else does. Skipped when no user code ran. No user code. */
#include "gc/collection.h"

#include "lib/touched.h"

static void resurrect_clear_insides(gc_heap *heap)
{
    gc__walk walk = gc__walk_map(heap, GC__MAP_CONDEMNED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        memset(heap->insides + slab->table, 0, gc__slab_entries(slab));
}

/* Those reached are ordinary objects again. User code has changed who holds them: they count as touched. */
static void resurrect_spare(gc__collection *c)
{
    gc_heap *heap = c->heap;
    gc__walk walk = gc__walk_map(heap, GC__MAP_CONDEMNED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        uint64_t left = 0;
        for (uint32_t slot = 0; slot < slab->capacity; slot += 8) {
            uint8_t *states = heap->states + slab->table + slot;
            uint64_t word = gc__load_states(states);
            uint64_t spared = word / GC__REACHED & word / GC__CONDEMNED & GC__LANES;
            word &= ~(spared * (GC__REACHED | GC__CONDEMNED));
            gc__store_states(states, word);
            left |= word & gc__lanes(GC__CONDEMNED);
            for (; spared; spared &= spared - 1) {
                uint32_t lane = slot + gc__first_lane(spared);
                gc__touch_at(heap, gc__slot_object(heap, slab, lane), slab->table + lane);
            }
        }
        if (!left)
            gc__map_unset(heap, GC__MAP_CONDEMNED, slab->head);
    }
}

void gc__resurrect(gc__collection *c)
{
    uint8_t first_look = c->taken;
    bool narrow = c->narrow;
    if (!c->user_code)
        return;
    resurrect_clear_insides(c->heap);
    c->narrow = false;
    c->taken = GC__CONDEMNED;
    c->mark_ahead = false;
    gc__subtract(c);
    gc__reach(c);
    resurrect_clear_insides(c->heap);
    resurrect_spare(c);
    c->taken = first_look;
    c->narrow = narrow;
}
