/* SPDX-License-Identifier: MIT */
/* hidden.c: in a checked heap, garbage that a narrow collection does not find.
 *
 * gc/narrow.c says why there is none, as long as references get into old objects by gc_set and gc_move alone. Takes: a narrow collection's
 * condemned, all other marks clear, inside counts of zero. Looks at the whole heap as a wide collection would, and aborts where that
 * condemns more. Leaves: the same. No user code. */
#include "gc/collection.h"

#include "lib/check.h"

static void hidden_report(gc_heap *heap, gc_object *object)
{
    gc__check_failed(heap, object,
                     "object %p of type '%s' is garbage, and hidden from collections: a reference to it, or to what refers to it, was "
                     "stored by plain assignment into an object that was older than the last collection; use gc_set or gc_move",
                     (void *)object, gc__type_of(heap, object)->name);
}

void gc__check_hidden(const gc__collection *c)
{
    gc_heap *heap = c->heap;
    if (!heap->checked || !c->narrow)
        return;
    gc__collection all = { .heap = heap, .generation = 2, .full = true, .taken = GC__COLLECTABLE };
    gc__subtract(&all);
    gc__reach(&all);
    gc__walk walk = gc__walk_taken(&all, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        GC__EACH_SLOT(heap, slab, GC__COLLECTABLE, object, index) {
            if (!(heap->states[index] & (GC__REACHED | GC__CONDEMNED)))
                hidden_report(heap, object);
            heap->states[index] &= (uint8_t)~GC__REACHED;
        }
        memset(heap->insides + slab->table, 0, gc__slab_entries(slab));
    }
}
