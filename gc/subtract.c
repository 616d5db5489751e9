/* SPDX-License-Identifier: MIT */
/* subtract.c: counts, for each object taken, the references that come from objects taken.
 *
 * Takes inside counts of zero; leaves the counts in the inside table, wide ones in the wide table. The reference counts themselves are not
 * touched: what is subtracted is subtracted when the two are compared. No user code.
 *
 * The walk is in address order; the increments are not. Each waits in a short queue while its byte is fetched: sixteen is where
 * the gain levelled off (docs/heap.md). */
#include "gc/collection.h"

#include "lib/edges.h"

#define SUBTRACT_QUEUE 16u

typedef struct subtract_state {
    const gc__lookup *lookups;
    const char *base;
    size_t top;
    uint8_t *insides;
    const uint8_t *states;
    gc_heap *heap;
    uint32_t next;
    uint8_t taken;
    uint32_t queue[SUBTRACT_QUEUE]; /* indexes; 0: none */
} subtract_state;

/* The 255th reference to one object: the count goes on in the wide table. */
static void subtract_widen(gc_heap *heap, uint32_t index)
{
    size_t offset = (size_t)index * sizeof(uint32_t) / GC__COMMIT_STEP;
    uint64_t *bits = &heap->wide_bits[offset / 64];
    heap->overflowed = true;
    if (!(*bits >> offset % 64 & 1)) {
        if (!gc__commit((char *)heap->wides + offset * GC__COMMIT_STEP, GC__COMMIT_STEP)) {
            /* Refused: 254 stays, and the object has at least one reference more than is known from inside, so it counts as held. */
            return;
        }
        *bits |= 1ull << offset % 64;
    }
    heap->insides[index] = GC__INSIDE_WIDE;
    heap->wides[index] = GC__INSIDE_WIDE;
}

static __attribute__((noinline)) void subtract_overflow(gc_heap *heap, uint32_t index)
{
    if (heap->insides[index] == GC__INSIDE_WIDE)
        heap->wides[index]++;
    else
        subtract_widen(heap, index);
}

static inline void subtract_count(subtract_state *s, uint32_t index, bool filter)
{
    /* Without the filter, untracked and frozen objects are counted too: a walk over all slabs clears what it counted. */
    if (filter && !(s->states[index] & s->taken))
        return;
    uint8_t inside = s->insides[index];
    if (GC__LIKELY(inside < GC__INSIDE_WIDE - 1))
        s->insides[index] = inside + 1;
    else
        subtract_overflow(s->heap, index);
}

GC__ALWAYS_INLINE void subtract_edge(subtract_state *s, const gc__edge *edge, bool filter)
{
    uint32_t index = gc__target_index(s->lookups, s->base, s->top, edge->target);
    if (!index)
        return;
    __builtin_prefetch(&s->insides[index], 1);
    if (filter)
        __builtin_prefetch(&s->states[index]);
    uint32_t ready = s->queue[s->next];
    s->queue[s->next] = index;
    s->next = (s->next + 1) % SUBTRACT_QUEUE;
    if (ready)
        subtract_count(s, ready, filter);
}

GC__ALWAYS_INLINE void subtract_edge_all(void *context, const gc__edge *edge)
{
    subtract_edge(context, edge, false);
}

GC__ALWAYS_INLINE void subtract_edge_filtered(void *context, const gc__edge *edge)
{
    subtract_edge(context, edge, true);
}

static void subtract_walk(gc__collection *c, subtract_state *s, bool filter)
{
    gc_heap *heap = c->heap;
    gc__walk walk = gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, c->taken, object, index) {
            const gc__type *type = gc__type_of(heap, object);
            if (filter)
                gc__each_edge(type, object, subtract_edge_filtered, s);
            else
                gc__each_edge(type, object, subtract_edge_all, s);
        }
    for (uint32_t i = 0; i < SUBTRACT_QUEUE; i++)
        if (s->queue[i])
            subtract_count(s, s->queue[i], filter);
}

void gc__subtract(gc__collection *c)
{
    gc_heap *heap = c->heap;
    subtract_state state = { .lookups = heap->lookups, .base = heap->base, .top = heap->top, .insides = heap->insides,
                             .states = heap->states, .heap = heap, .taken = c->taken };
    subtract_walk(c, &state, !c->full || c->taken == GC__CONDEMNED);
}
