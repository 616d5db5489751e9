/* SPDX-License-Identifier: MIT */
/* subtract.c: counts, for each object taken, the references that come from objects taken.
 *
 * Takes inside counts of zero; leaves the counts in the inside table, wide ones in the wide table, and two sums for each slab with objects
 * taken (collection.h, gc__sums). The reference counts themselves are not touched: what is subtracted is subtracted when the two are
 * compared. A narrow collection comes with its counts. No user code.
 *
 * The walk is in address order; the increments are not. Where they are scattered their bytes are fetched ahead (docs/heap.md).
 *
 * A full collection marks in the same walk, beginning with what it presumes to be held from outside (lib/header.h): docs/decisions.md says
 * why. Whoever is marked before the walk comes to it is traversed by it; the others are on the stack. */
#include "gc/mark.h"

#include "lib/edges.h"
#include "lib/weak.h"

#define SUBTRACT_SAMPLES 8u
#define SUBTRACT_FAR ((uintptr_t)4096) /* bytes */
#define SUBTRACT_AHEAD 8u              /* objects */

/* The 255th reference to one object: the count goes on in the wide table. */
void gc__inside_overflow(gc_heap *heap, uint32_t index)
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

typedef struct subtract_state {
    gc_heap *heap;
    const gc__lookup *lookups;
    const char *base;
    size_t top;
    uint8_t *insides;
    const uint8_t *states;
    uint8_t taken;
    gc__marker *marker;
    bool filter; /* count only those taken; a walk over all slabs need not look, it clears all it counted */
} subtract_state;

/* Counts one reference. False: its target is not taken. */
GC__ALWAYS_INLINE bool subtract_target(const subtract_state *s, const void *target)
{
    uint32_t index = gc__target_index(s->lookups, s->base, s->top, target);
    if (!index || (s->filter && !(s->states[index] & s->taken)))
        return false;
    uint8_t inside = s->insides[index];
    if (GC__LIKELY(inside < GC__INSIDE_WIDE - 1))
        s->insides[index] = inside + 1;
    else
        gc__inside_overflow(s->heap, index);
    return true;
}

GC__ALWAYS_INLINE void subtract_edge(void *context, const gc__edge *edge)
{
    subtract_target(context, edge->target);
}

/* An object with more than plain references, or with watchers.
 *
 * In the second look an ephemeron that the first one reached takes no part, and holds a value through its key alone: the reference
 * counts as one from the key. In the first look one that takes no part is old, and what old objects refer to is held. */
static __attribute__((noinline)) void subtract_object(const subtract_state *shared, const gc__type *type, gc_object *object)
{
    subtract_state s = *shared;
    gc__watcher *first = s.taken == GC__CONDEMNED ? gc__watchers_of(s.heap, object) : NULL;
    for (gc__watcher *w = first; w; w = w->next)
        if (gc__type_of(s.heap, &w->gc)->builtin == GC__EPHEMERON &&
            !(s.states[gc__place_of(s.heap, &w->gc).index] & s.taken) && ((gc_ephemeron *)w)->value)
            subtract_target(&s, ((gc_ephemeron *)w)->value);
    gc__each_edge(type, object, subtract_edge, &s);
}

/* Those taken of one slab. What the inner loop reads is in locals, for the stores to inside counts may alias anything else. */
GC__ALWAYS_INLINE void subtract_slab(const subtract_state *shared, gc__slab *slab, bool filter)
{
    subtract_state s = *shared;
    s.filter = filter; /* a constant here */
    uint64_t counts = 0, edges = 0, away = 0;
    gc__kind k = gc__kind_of(s.heap, 0);
    GC__EACH_SLOT(s.heap, slab, s.taken, object, index) {
        counts += gc__count_of(object);
        if (GC__UNLIKELY(object->gc__kind != k.kind)) {
            k = gc__kind_of(s.heap, object->gc__kind);
            away |= !k.type->plain_death;
        }
        if (GC__UNLIKELY(!k.plain)) {
            subtract_object(shared, k.type, object);
            away = 1;
            continue;
        }
        for (const uint32_t *ref = k.refs; ref < k.refs_end; ref++) {
            void *target = gc__load_pointer((char *)object + *ref);
            if (subtract_target(&s, target))
                edges++;
            else
                away |= (uintptr_t)target;
        }
    }
    gc__sums_store(s.heap, slab, counts, away ? UINT64_MAX : edges);
}

static __attribute__((noinline)) void subtract_slab_filtered(const subtract_state *s, gc__slab *slab)
{
    subtract_slab(s, slab, true);
}

/* An object of a rarer kind, in a walk that marks ahead. */
static __attribute__((noinline)) void subtract_object_ahead(const subtract_state *s, const gc__type *type, gc_object *object,
                                                            uint32_t index)
{
    subtract_object(s, type, object);
    if (!(s->states[index] & GC__REACHED))
        return;
    s->marker->cursor = object;
    gc__mark_visit(s->marker, object);
}

/* Whether objects that lie side by side refer to places far from each other: then what they refer to is fetched ahead. Elsewhere the
 * processor does that by itself, and fetching would take a quarter more time. Eight pairs of neighbours are asked. */
static bool subtract_is_scattered(const subtract_state *s, const gc__slab *slab)
{
    uint32_t pairs = 0, far = 0;
    for (uint32_t slot = 0; slot + 1 < slab->capacity; slot += slab->capacity / SUBTRACT_SAMPLES + 1) {
        const uint8_t *states = s->states + slab->table + slot;
        const gc_object *object = gc__slot_object(s->heap, slab, slot);
        const gc_object *next = gc__slot_object(s->heap, slab, slot + 1);
        if (!(states[0] & states[1] & GC__COLLECTABLE) || next->gc__kind != object->gc__kind)
            continue; /* a free slot holds anything, and its type may be none */
        const gc__type *type = gc__type_of(s->heap, object);
        if (type->ref_count == 0)
            continue;
        uintptr_t one = (uintptr_t)gc__load_pointer((const char *)object + type->refs[0]);
        uintptr_t other = (uintptr_t)gc__load_pointer((const char *)next + type->refs[0]);
        pairs++;
        far += one && other && one - other + SUBTRACT_FAR > 2 * SUBTRACT_FAR;
    }
    return 2 * far > pairs;
}

/* Fetches what an object refers to that the walk will come to soon. */
GC__ALWAYS_INLINE void subtract_fetch(const subtract_state *s, const gc__kind *k, const gc_object *object)
{
    for (const uint32_t *ref = k->refs; ref < k->refs_end; ref++) {
        uint32_t at = gc__target_index(s->lookups, s->base, s->top, gc__load_pointer((const char *)object + *ref));
        __builtin_prefetch(&s->insides[at], 1);
        __builtin_prefetch(&s->states[at], 1);
    }
}

/* All objects of one slab, in a full collection. */
static __attribute__((noinline)) void subtract_slab_ahead(const subtract_state *shared, gc__slab *slab)
{
    gc__marker *marker = shared->marker;
    const gc__lookup *lookups = shared->lookups;
    const char *base = shared->base;
    size_t top = shared->top, slot_size = slab->slot_size;
    uint8_t *insides = shared->insides, *states = marker->states;
    uint64_t counts = 0, edges = 0, away = 0;
    gc__kind k = gc__kind_of(shared->heap, 0);
    gc_object *object = gc__slot_object(shared->heap, slab, 0);
    bool scattered = subtract_is_scattered(shared, slab);
    for (uint32_t index = slab->table, end = index + slab->capacity; index < end;
         index++, object = (gc_object *)((char *)object + slot_size)) {
        uint8_t mark = states[index];
        if (GC__UNLIKELY(!(mark & GC__COLLECTABLE)))
            continue;
        mark &= GC__REACHED;
        counts += gc__count_of(object);
        if (GC__UNLIKELY(object->gc__kind != k.kind)) {
            k = gc__kind_of(shared->heap, object->gc__kind);
            away |= !k.type->plain_death;
            if (gc__presume_held(object))
                states[index] |= mark = GC__REACHED;
        }
        if (GC__UNLIKELY(mark && !gc__is_quiet(object)))
            gc__quieten(object);
        if (GC__UNLIKELY(!k.plain)) {
            subtract_object_ahead(shared, k.type, object, index);
            away = 1;
            k.kind = UINT32_MAX;
            continue;
        }
        edges += k.ref_count;
        if (scattered && index + SUBTRACT_AHEAD < end && states[index + SUBTRACT_AHEAD] & GC__COLLECTABLE)
            subtract_fetch(shared, &k, (gc_object *)((char *)object + SUBTRACT_AHEAD * slot_size));
        for (const uint32_t *ref = k.refs; ref < k.refs_end; ref++) {
            gc_object *target = gc__load_pointer((char *)object + *ref);
            uint32_t at = gc__target_index(lookups, base, top, target);
            if (!at) {
                away |= (uintptr_t)target;
                edges--;
                continue;
            }
            uint8_t inside = insides[at];
            if (GC__LIKELY(inside < GC__INSIDE_WIDE - 1))
                insides[at] = inside + 1;
            else
                gc__inside_overflow(shared->heap, at);
            if (target > object)
                states[at] |= mark;
            else if (mark)
                gc__mark_below(marker, target, at);
        }
        if (GC__UNLIKELY(marker->depth > GC__MARK_REST)) {
            /* The walk is past this object too, which need not be marked: one of a rarer kind may have filled the stack. */
            marker->cursor = (gc_object *)((char *)object + slot_size);
            gc__mark_drain(marker, GC__MARK_REST);
        }
    }
    gc__sums_store(shared->heap, slab, counts, away ? UINT64_MAX : edges);
}

void gc__subtract(gc__collection *c)
{
    gc_heap *heap = c->heap;
    if (c->narrow)
        return; /* it has counted while it searched */
    gc__marker marker = gc__marker_of(c);
    subtract_state state = { .heap = heap, .lookups = heap->lookups, .base = heap->base, .top = heap->top, .insides = heap->insides,
                             .states = heap->states, .taken = c->taken, .filter = !c->mark_ahead, .marker = &marker };
    gc__walk walk = gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        if (c->mark_ahead)
            subtract_slab_ahead(&state, slab);
        else
            subtract_slab_filtered(&state, slab);
    }
    marker.cursor = GC__CURSOR_END;
    gc__mark_drain(&marker, 0);
    c->marks_dropped = marker.dropped != NULL;
}
