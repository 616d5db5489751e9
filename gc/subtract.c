/* SPDX-License-Identifier: MIT */
/* subtract.c: counts, for each object taken, the references that come from objects taken.
 *
 * Takes inside counts of zero; leaves the counts in the inside table, wide ones in the wide table. The reference counts themselves are not
 * touched: what is subtracted is subtracted when the two are compared. A narrow collection comes with its counts. No user code.
 *
 * The walk is in address order; the increments are not. Each waits in a short queue while its byte is fetched: sixteen is where
 * the gain levelled off (docs/heap.md). */
#include "gc/collection.h"

#include "lib/edges.h"
#include "lib/weak.h"

#define SUBTRACT_QUEUE 16u

typedef struct subtract_state {
    const gc__lookup *lookups;
    const char *base;
    size_t top;
    uint8_t *insides;
    const uint8_t *states;
    gc_heap *heap;
    uint8_t taken;
    bool filter; /* count only those taken; a walk over all slabs need not look, it clears all it counted */
    uint32_t next;
    uint32_t queue[SUBTRACT_QUEUE]; /* indexes; 0: none */
} subtract_state;

__attribute__((noinline)) void gc__inside_overflow(gc_heap *heap, uint32_t index)
{
    size_t step = (size_t)index * sizeof(uint32_t) / GC__COMMIT_STEP;
    uint64_t *bits = &heap->wide_bits[step / 64];
    if (heap->insides[index] == GC__INSIDE_WIDE) {
        heap->wides[index]++;
        return;
    }
    if (!(*bits >> step % 64 & 1)) {
        /* Refused: 254 stays, fewer than there are from inside, so the object counts as held. */
        if (!gc__commit((char *)heap->wides + step * GC__COMMIT_STEP, GC__COMMIT_STEP)) {
            heap->refused = true;
            return;
        }
        *bits |= 1ull << step % 64;
    }
    heap->insides[index] = GC__INSIDE_WIDE;
    heap->wides[index] = GC__INSIDE_WIDE;
}

GC__ALWAYS_INLINE void subtract_count(subtract_state *s, uint32_t index)
{
    if (s->filter && !(s->states[index] & s->taken))
        return;
    uint8_t inside = s->insides[index];
    if (GC__LIKELY(inside < GC__INSIDE_WIDE - 1))
        s->insides[index] = inside + 1;
    else
        gc__inside_overflow(s->heap, index);
}

GC__ALWAYS_INLINE void subtract_target(subtract_state *s, const void *target)
{
    uint32_t index = gc__target_index(s->lookups, s->base, s->top, target);
    if (!index)
        return;
    __builtin_prefetch(&s->insides[index], 1);
    if (s->filter)
        __builtin_prefetch(&s->states[index]);
    uint32_t ready = s->queue[s->next];
    s->queue[s->next] = index;
    s->next = (s->next + 1) % SUBTRACT_QUEUE;
    if (ready)
        subtract_count(s, ready);
}

GC__ALWAYS_INLINE void subtract_edge(void *context, const gc__edge *edge)
{
    subtract_target(context, edge->target);
}

static void subtract_flush(subtract_state *s)
{
    for (uint32_t i = 0; i < SUBTRACT_QUEUE; i++)
        if (s->queue[i])
            subtract_count(s, s->queue[i]);
}

/* An object with more than plain references, or with watchers. It has its own state: that of the loop below stays in registers.
 *
 * In the second look an ephemeron that the first one reached takes no part, and holds a value through its key alone: the reference
 * counts as one from the key. In the first look one that takes no part is old, and what old objects refer to is held. */
static __attribute__((noinline)) void subtract_object(subtract_state *s, const gc__type *type, gc_object *object)
{
    gc__watcher *first = s->taken == GC__CONDEMNED ? gc__watchers_of(s->heap, object) : NULL;
    for (gc__watcher *w = first; w; w = w->next)
        if (gc__type_of(s->heap, &w->gc)->builtin == GC__EPHEMERON &&
            !(s->states[gc__place_of(s->heap, &w->gc).index] & s->taken) && ((gc_ephemeron *)w)->value)
            subtract_target(s, ((gc_ephemeron *)w)->value);
    gc__each_edge(type, object, subtract_edge, s);
}

/* `filter` is a constant at each call, and there are two copies of the loop. */
GC__ALWAYS_INLINE void subtract_walk(gc__collection *c, subtract_state *other, bool filter)
{
    gc_heap *heap = c->heap;
    subtract_state s = *other;
    s.filter = filter;
    gc__walk walk = gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, c->taken, object, index) {
            const gc__type *type = gc__type_of(heap, object);
            if (GC__UNLIKELY(!type->only_refs || object->gc__kind & GC__HAS_WEAK)) {
                subtract_object(other, type, object);
                continue;
            }
            const uint32_t *refs = type->refs;
            for (uint32_t i = 0, n = type->ref_count; i < n; i++) {
                void *target = gc__load_pointer((char *)object + refs[i]);
                if (target)
                    subtract_target(&s, target);
            }
        }
    for (uint32_t i = 0; i < SUBTRACT_QUEUE; i++)
        if (s.queue[i])
            subtract_count(&s, s.queue[i]);
    subtract_flush(other);
}

void gc__subtract(gc__collection *c)
{
    gc_heap *heap = c->heap;
    subtract_state state = { .lookups = heap->lookups, .base = heap->base, .top = heap->top, .insides = heap->insides,
                             .states = heap->states, .heap = heap, .taken = c->taken };
    state.filter = c->taken != GC__COLLECTABLE;
    if (c->narrow)
        return; /* it has counted while it searched */
    if (state.filter)
        subtract_walk(c, &state, true);
    else
        subtract_walk(c, &state, false);
}
