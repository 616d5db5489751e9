/* SPDX-License-Identifier: MIT */
/* promote.c: survivors move up one generation, and the tables are made clean for the next collection.
 *
 * Takes the survivors of the generations taken; leaves each in the next one, inside counts of zero, and maps that hold at least every slab
 * with objects of their generation. Eight state bytes at a time. No user code. */
#include "gc/collection.h"

/* Moves the objects of one slab; returns how many it moved. `younger` says whether objects born meanwhile stay behind. */
static size_t promote_slab(const gc__collection *c, gc__slab *slab, uint8_t to, bool *younger)
{
    gc_heap *heap = c->heap;
    uint8_t from = c->taken & GC__COLLECTABLE;
    uint64_t lines = gc__lines_of(heap, slab, c->taken), left = 0;
    uint32_t touched = 0;
    size_t moved = 0;
    GC__EACH_EIGHT(slab, lines, slot) {
        uint8_t *states = heap->states + slab->table + slot;
        uint64_t word = gc__load_states(states);
        /* What was born during the collection bears REACHED, and stays where it is. */
        uint64_t lanes = gc__lanes_with(word, from) & ~(word / GC__REACHED);
        word = (word & ~(lanes * from | gc__lanes(GC__REACHED))) | lanes * to;
        gc__store_states(states, word);
        moved += gc__count_lanes(lanes);
        left |= word & gc__lanes(GC__YOUNG);
        touched |= (uint32_t)((word & gc__lanes(GC__TOUCHED)) != 0) << slot / GC__LINE;
    }
    gc__slab_set_touched(heap, slab, touched);
    for (uint32_t line = 0; line < slab->capacity; line += GC__LINE)
        if (lines >> line / GC__LINE & 1)
            memset(heap->insides + slab->table + line, 0, slab->capacity - line < GC__LINE ? slab->capacity - line : GC__LINE);
    *younger = left != 0;
    return moved;
}

void gc__promote(gc__collection *c)
{
    /* What becomes old without a full collection has not been looked at together with the old: it counts as touched. */
    static const uint8_t to[3] = { GC__MIDDLE, GC__OLD | GC__TOUCHED, GC__OLD };
    gc_heap *heap = c->heap;
    gc__walk walk = gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        bool younger;
        size_t moved = promote_slab(c, slab, to[c->generation], &younger);
        c->kept += moved;
        if (c->generation > 0)
            gc__map_unset(heap, GC__MAP_MIDDLE, slab->head);
        else if (moved)
            gc__map_set(heap, GC__MAP_MIDDLE, slab->head);
        if (!younger && !(slab->open))
            gc__map_unset(heap, GC__MAP_YOUNG, slab->head);
    }
}
