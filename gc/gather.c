/* SPDX-License-Identifier: MIT */
/* gather.c: who takes part in a collection: those of the generations asked for. That is a mask for state bytes, no list.
 *
 * Takes a heap at rest: no REACHED, no CONDEMNED, inside counts zero. Changes nothing. No user code. */
#include "gc/collection.h"

#include "lib/check.h"
#include "lib/check_user.h"

static void gather_check(gc__collection *c)
{
    gc_heap *heap = c->heap;
    const gc__type *last = NULL;
    gc__walk walk = gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, c->taken, object, index) {
            if (gc__type_of(heap, object) != last) {
                last = gc__type_of(heap, object);
                gc__check_type(heap, last);
            }
            gc__check_edges(heap, object);
        }
}

void gc__gather(gc__collection *c)
{
    static const uint8_t taken[3] = { GC__YOUNG, GC__YOUNG | GC__MIDDLE, GC__COLLECTABLE };
    c->taken = taken[c->generation];
    c->full = c->generation == 2;
    c->mark_ahead = c->full;
    if (c->heap->checked)
        gather_check(c);
}
