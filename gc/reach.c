/* SPDX-License-Identifier: MIT */
/* reach.c: marks what is held from outside and all it reaches; condemns the rest.
 *
 * Takes inside counts, and the marks that subtract has set ahead. An object whose count is larger than its inside count is held from
 * outside. Leaves REACHED, and after condemn CONDEMNED on those without it. No user code, and no memory beyond the reserved stack.
 *
 * Where subtract has marked ahead, only what it has not reached is looked at; elsewhere the walk marks in address order (mark.h). */
#include "gc/mark.h"

/* Whether something outside may hold an object of a slab that was taken. */
static bool reach_slab_held(const gc__collection *c, const gc__slab *slab)
{
    return slab->counts == UINT32_MAX || slab->counts != gc__sum_insides(c->heap, slab, c->taken);
}

/* Notes in a full collection whether an object is held from outside: the next one presumes it (lib/header.h). */
static void reach_note(gc_heap *heap, const gc__slab *slab, gc_object *object, bool held)
{
    uint32_t kind = object->gc__kind & ~(GC__HELD | GC__STEADY);
    if (held) {
        kind |= GC__HELD;
        if (gc__presume_held(object) ? object->gc__kind & GC__STEADY : object->gc__kind & GC__HELD)
            kind |= GC__STEADY;
        gc__map_set(heap, GC__MAP_HELD, slab->head);
    }
    if (object->gc__kind != kind)
        object->gc__kind = kind;
    object->gc__count |= GC__SLOW_RELEASE;
}

static bool reach_held(gc__collection *c, const gc__slab *slab, gc_object *object, uint32_t index)
{
    bool held = gc__inside_of(c->heap, index) < gc__count_of(object);
    if (c->full && c->taken != GC__CONDEMNED && (held || object->gc__kind & GC__HELD))
        reach_note(c->heap, slab, object, held);
    return held;
}

/* Traverses an object that the walk has come to. */
static inline void reach_visit(gc__marker *m, const gc__kind *k, gc_object *object)
{
    if (GC__UNLIKELY(!k->plain)) {
        gc__mark_visit(m, object);
        return;
    }
    if (m->quieten && !gc__is_quiet(object))
        gc__quieten(object);
    uint8_t taken = m->taken, *states = m->states;
    for (const uint32_t *ref = k->refs; ref < k->refs_end; ref++) {
        gc_object *target = gc__load_pointer((char *)object + *ref);
        uint32_t index = gc__target_index(m->lookups, m->base, m->top, target);
        if (!index)
            continue;
        uint8_t state = states[index];
        if (!(state & taken) || state & GC__REACHED)
            continue;
        if (target < object)
            gc__mark_below(m, target, index);
        else
            states[index] = state | GC__REACHED;
    }
}

/* The objects of one slab that are marked, or, if `held` says that it can be, held from outside. */
static __attribute__((noinline)) void reach_slab(gc__collection *c, gc__marker *shared, const gc__slab *slab, bool held)
{
    gc_heap *heap = c->heap;
    gc__marker m = *shared;
    gc__kind k = gc__kind_of(heap, 0);
    for (uint32_t first = 0; first < slab->capacity; first += 8) {
        if (!held && !(gc__load_states(heap->states + slab->table + first) & gc__lanes(GC__REACHED)))
            continue;
        GC__EACH_OF_EIGHT(heap, slab, first, c->taken, object, index) {
            bool reached = m.states[index] & GC__REACHED;
            if (reached ? object->gc__kind & GC__HELD : held)
                reached |= reach_held(c, slab, object, index);
            if (!reached)
                continue;
            m.states[index] |= GC__REACHED;
            m.cursor = object;
            if (GC__UNLIKELY(object->gc__kind != k.kind))
                k = gc__kind_of(heap, object->gc__kind);
            reach_visit(&m, &k, object);
            if (GC__UNLIKELY(m.depth > GC__MARK_REST))
                gc__mark_drain(&m, GC__MARK_REST);
        }
    }
    *shared = m;
}

/* Marks everything, in address order. */
static void reach_walk(gc__collection *c, gc__marker *m, uint32_t granule)
{
    gc__walk walk = gc__walk_taken(c, granule);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        reach_slab(c, m, slab, reach_slab_held(c, slab));
    m->cursor = GC__CURSOR_END;
    gc__mark_drain(m, 0);
}

/* Whether all that was presumed to be held from outside is. */
static bool reach_presumed_right(gc__collection *c)
{
    gc_heap *heap = c->heap;
    gc__walk walk = gc__walk_map(heap, GC__MAP_HELD);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        bool any = false;
        GC__EACH_SLOT(heap, slab, GC__ALIVE, object, index)
            if (object->gc__kind & GC__HELD) {
                bool presumed = gc__presume_held(object);
                any = true;
                if (heap->states[index] & c->taken && !reach_held(c, slab, object, index) && presumed)
                    return false;
            }
        if (!any)
            gc__map_unset(heap, GC__MAP_HELD, slab->head);
    }
    return true;
}

/* Marks what is held from outside, and was not presumed to be, with all it reaches. */
static void reach_rest(gc__collection *c, gc__marker *m)
{
    gc_heap *heap = c->heap;
    m->cursor = GC__CURSOR_END;
    gc__walk walk = gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        uint64_t missed = 0;
        for (uint32_t slot = 0; slot < slab->capacity; slot += 8) {
            uint64_t word = gc__load_states(heap->states + slab->table + slot);
            missed |= gc__lanes_with(word, c->taken) & ~(word / GC__REACHED);
        }
        if (!missed || !reach_slab_held(c, slab))
            continue;
        GC__EACH_SLOT(heap, slab, c->taken, object, index)
            if (!(heap->states[index] & GC__REACHED) && reach_held(c, slab, object, index)) {
                heap->states[index] |= GC__REACHED;
                gc__mark_visit(m, object);
                gc__mark_drain(m, GC__MARK_REST);
            }
    }
    gc__mark_drain(m, 0);
}

static void reach_unmark(gc__collection *c)
{
    gc_heap *heap = c->heap;
    gc__walk walk = gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        for (uint32_t slot = 0; slot < slab->capacity; slot += 8) {
            uint8_t *states = heap->states + slab->table + slot;
            gc__store_states(states, gc__load_states(states) & ~gc__lanes(GC__REACHED));
        }
}

void gc__reach(gc__collection *c)
{
    gc__marker marker = gc__marker_of(c);
    if (c->mark_ahead && !c->marks_dropped && reach_presumed_right(c)) {
        reach_rest(c, &marker);
        if (!marker.dropped)
            return;
    }
    if (c->mark_ahead)
        reach_unmark(c);
    marker = gc__marker_of(c);
    reach_walk(c, &marker, 0);
    while (marker.dropped) {
        uint32_t granule = gc__slab_of(marker.dropped)->head;
        marker.dropped = NULL;
        reach_walk(c, &marker, granule);
    }
}

void gc__condemn(gc__collection *c)
{
    gc_heap *heap = c->heap;
    gc__walk walk = gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        uint64_t any = 0;
        for (uint32_t slot = 0; slot < slab->capacity; slot += 8) {
            uint8_t *states = heap->states + slab->table + slot;
            uint64_t word = gc__load_states(states);
            uint64_t lanes = gc__lanes_with(word, c->taken) & ~(word / GC__REACHED);
            gc__store_states(states, (word & ~gc__lanes(GC__REACHED)) | lanes * GC__CONDEMNED);
            c->condemned += gc__count_lanes(lanes);
            any |= lanes;
        }
        if (any)
            gc__map_set(heap, GC__MAP_CONDEMNED, slab->head);
    }
}
