/* SPDX-License-Identifier: MIT */
/* promote.c: survivors move up one generation, and the tables are made clean for the next collection.
 *
 * Takes the survivors of the generations taken; leaves each in the next one, inside counts of zero, and maps that hold at least every slab
 * with objects of their generation. Eight state bytes at a time. No user code. */
#include "gc/collection.h"

#include "lib/touched.h"

static void promote_list(gc_heap *heap, const gc__slab *slab, uint32_t slot, uint64_t touched)
{
    for (; touched && !heap->all_touched; touched &= touched - 1)
        gc__touched_add(heap, gc__slot_object(heap, slab, slot + gc__first_lane(touched)));
}

/* Moves the objects of one slab; returns how many it moved. `younger` says whether objects born meanwhile stay behind. */
static size_t promote_slab(gc_heap *heap, gc__slab *slab, uint8_t taken, uint8_t to, bool *younger)
{
    size_t moved = 0;
    uint64_t left = 0;
    for (uint32_t slot = 0; slot < slab->capacity; slot += 8) {
        uint8_t *states = heap->states + slab->table + slot;
        uint64_t word = gc__load_states(states);
        /* What was born during the collection bears REACHED, and stays where it is. */
        uint64_t lanes = gc__lanes_with(word, taken) & ~(word / GC__REACHED);
        if (to & GC__TOUCHED)
            promote_list(heap, slab, slot, lanes & ~(word / GC__TOUCHED));
        word = (word & ~(lanes * taken | gc__lanes(GC__REACHED))) | lanes * to;
        gc__store_states(states, word);
        moved += gc__count_lanes(lanes);
        left |= word & gc__lanes(GC__YOUNG);
    }
    *younger = left != 0;
    return moved;
}

/* Of a narrow collection: leaves in the list what user code has touched meanwhile. Old objects need nothing more. Returns whether there can
 * be others: young and middle ones, or some that user code has made. */
static bool promote_settle_list(gc__collection *c)
{
    gc_heap *heap = c->heap;
    heap->touched_count -= c->listed;
    memmove(heap->touched, heap->touched + c->listed, heap->touched_count * sizeof *heap->touched);
    return c->younger || c->condemned;
}

void gc__promote(gc__collection *c)
{
    /* What becomes old without a full collection has not been looked at together with the old: it counts as touched. */
    static const uint8_t to[3] = { GC__MIDDLE, GC__OLD | GC__TOUCHED, GC__OLD };
    gc_heap *heap = c->heap;
    if (c->narrow && !promote_settle_list(c))
        return;
    uint8_t from = c->narrow ? GC__YOUNG | GC__MIDDLE : c->taken;
    gc__walk walk = c->narrow ? gc__walk_from(heap, heap->maps[GC__MAP_YOUNG], heap->maps[GC__MAP_MIDDLE], 0) : gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        bool younger;
        size_t moved = promote_slab(heap, slab, from, to[c->generation], &younger);
        c->kept += moved;
        memset(heap->insides + slab->table, 0, gc__slab_entries(slab));
        if (c->generation > 0)
            gc__map_unset(heap, GC__MAP_MIDDLE, slab->head);
        else if (moved)
            gc__map_set(heap, GC__MAP_MIDDLE, slab->head);
        if (!younger && !(slab->open))
            gc__map_unset(heap, GC__MAP_YOUNG, slab->head);
    }
}
