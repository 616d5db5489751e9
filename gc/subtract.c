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
#include "gc/subtract.h"

#include "lib/edges.h"
#include "lib/weak.h"

#define SUBTRACT_SAMPLES 8u
#define SUBTRACT_RUN_SHORT 4  /* slots: where the runs of one kind are shorter on the average, the kinds are mixed */
#define SUBTRACT_RUNS_LEAST 8u /* to judge by */
#define SUBTRACT_FAR ((uintptr_t)4096) /* bytes */

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

/* Counts a reference to one of those taken. */
static void subtract_target(const gc__subtraction *s, const void *target)
{
    uint32_t index = gc__target_index(s->lookups, s->base, s->top, target);
    if (!index || (s->filter && !(s->states[index] & s->taken)))
        return;
    uint8_t inside = s->insides[index];
    if (GC__LIKELY(inside < GC__INSIDE_WIDE - 1))
        s->insides[index] = inside + 1;
    else
        gc__inside_overflow(s->heap, index);
}

GC__ALWAYS_INLINE void subtract_edge(void *context, const gc__edge *edge)
{
    subtract_target(context, edge->target);
}

/* The references of such an object.
 *
 * In the second look an ephemeron that the first one reached takes no part, and holds a value through its key alone: the reference
 * counts as one from the key. In the first look one that takes no part is old, and what old objects refer to is held. */
static void subtract_object(gc__subtraction *s, const gc__type *type, gc_object *object)
{
    gc__watcher *first = s->taken == GC__CONDEMNED ? gc__watchers_of(s->heap, object) : NULL;
    for (gc__watcher *w = first; w; w = w->next)
        if (gc__type_of(s->heap, &w->gc)->builtin == GC__EPHEMERON &&
            !(s->states[gc__place_of(s->heap, &w->gc).index] & s->taken) && ((gc_ephemeron *)w)->value)
            subtract_target(s, ((gc_ephemeron *)w)->value);
    gc__each_edge(type, object, subtract_edge, s);
}

/* An object with a traverse of its own, or with watchers that matter. */
static __attribute__((noinline)) void subtract_rare(gc__subtraction *s, gc__run *run, const gc__type *type)
{
    gc_object *object = run->object;
    run->counts += gc__count_of(object);
    run->away = 1;
    subtract_object(s, type, object);
    if (s->filter || !(*run->state & GC__REACHED))
        return;
    if (!gc__is_quiet(object))
        gc__quieten(object);
    s->marker.cursor = gc__mark_order(&s->marker, object);
    gc__mark_visit(&s->marker, object);
    gc__mark_drain(&s->marker, GC__MARK_REST);
}

/* Whether objects that lie side by side refer to places far from each other: then what they refer to is fetched ahead. Elsewhere the
 * processor does that by itself, and fetching would take a quarter more time. Eight pairs of neighbours are asked. */
static bool subtract_is_scattered(const gc__subtraction *s, const gc__slab *slab)
{
    uint32_t pairs = 0, far = 0;
    for (uint32_t slot = 0; slot + 1 < slab->capacity; slot += slab->capacity / SUBTRACT_SAMPLES + 1) {
        const uint8_t *states = s->states + slab->table + slot;
        const gc_object *object = gc__slot_object(s->heap, slab, slot);
        const gc_object *next = gc__slot_object(s->heap, slab, slot + 1);
        if (!(states[0] & states[1] & GC__COLLECTABLE) || next->gc__kind != object->gc__kind)
            continue; /* a slot that holds no object has no type: anything may be there */
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

static enum gc__subtract_way subtract_way(const gc__subtraction *s, const gc__slab *slab)
{
    if (s->filter)
        return GC__SUBTRACT_TAKEN;
    return subtract_is_scattered(s, slab) ? GC__SUBTRACT_SCATTERED : GC__SUBTRACT_MARKING;
}

static gc__run subtract_start(const gc__subtraction *s, const gc__slab *slab)
{
    uint8_t *states = s->states + slab->table;
    if (s->marker.flip)
        return (gc__run){ .object = gc__slot_object(s->heap, slab, slab->capacity - 1), .state = states + slab->capacity - 1,
                          .end = states - 1, .slot_step = -(ptrdiff_t)slab->slot_size, .state_step = -1 };
    return (gc__run){ .object = gc__slot_object(s->heap, slab, 0), .state = states, .end = states + slab->capacity,
                      .slot_step = slab->slot_size, .state_step = 1 };
}

static void subtract_slab(gc__subtraction *s, gc__slab *slab)
{
    enum gc__subtract_way way = subtract_way(s, slab);
    gc__run run = subtract_start(s, slab);
    const uint8_t *start = run.state;
    uint32_t runs = 0;
    bool mixed = false;
    while (run.state != run.end) {
        if (*run.state & s->taken) {
            gc__kind kind = gc__kind_of(s->heap, run.object->gc__kind);
            run.away |= !kind.type->plain_death;
            if (!s->filter && gc__presume_held(run.object)) {
                *run.state |= GC__REACHED;
                s->presumed = true;
            }
            if (GC__LIKELY(kind.described)) {
                gc__subtract_run(s, &run, &kind, way);
                ptrdiff_t passed = (run.state - start) * run.state_step;
                mixed |= ++runs >= SUBTRACT_RUNS_LEAST && passed < SUBTRACT_RUN_SHORT * (ptrdiff_t)runs;
                if (mixed)
                    gc__subtract_mixed(s, &run, way);
                continue;
            }
            subtract_rare(s, &run, kind.type);
        }
        run.state += run.state_step;
        run.object = (gc_object *)((char *)run.object + run.slot_step);
    }
    gc__sums_store(s->heap, slab, run.counts, run.away ? UINT64_MAX : run.edges);
}

static void subtract_walk(gc__subtraction *s, const gc__collection *c)
{
    gc__walk walk = s->marker.flip ? gc__walk_taken_down(c) : gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = s->marker.flip ? gc__walk_previous(&walk) : gc__walk_next(&walk));)
        subtract_slab(s, slab);
}

void gc__subtract(gc__collection *c)
{
    gc_heap *heap = c->heap;
    if (c->narrow)
        return; /* it has counted while it searched */
    gc__mark_queue queue;
    gc__subtraction s = { .heap = heap, .lookups = heap->lookups, .base = heap->base, .top = heap->top, .insides = heap->insides,
                          .states = heap->states, .taken = c->taken, .filter = !c->mark_ahead, .marker = gc__marker_of(c, &queue) };
    subtract_walk(&s, c);
    gc__subtract_waiting(&s);
    s.marker.cursor = GC__CURSOR_END;
    gc__mark_drain(&s.marker, 0);
    c->marks_dropped = s.marker.dropped != NULL;
    c->presumed = s.presumed;
    c->late = s.marker.late;
}
