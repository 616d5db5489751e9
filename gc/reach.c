/* SPDX-License-Identifier: MIT */
/* reach.c: marks what is held from outside and all it reaches; condemns the rest.
 *
 * Takes inside counts, and the marks that subtract has set ahead. An object whose count is larger than its inside count is held from
 * outside. Leaves REACHED, and after condemn CONDEMNED on those without it. No user code, and no memory beyond the reserved stack.
 *
 * Where subtract has marked ahead, only what it has not reached is looked at; elsewhere the walk marks in address order, up or down
 * (mark.h). A narrow collection goes through its list instead, and everything it comes to goes on the stack. */
#include "gc/mark.h"

#define REACH_AHEAD 16u /* entries of the list that are fetched ahead */

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
    if (!gc__is_quiet(object))
        object->gc__count |= GC__SLOW_RELEASE;
}

static bool reach_held(gc__collection *c, const gc__slab *slab, gc_object *object, uint32_t index)
{
    bool held = gc__inside_of(c->heap, index) < gc__count_of(object);
    if (c->full && c->taken != GC__CONDEMNED && (held || object->gc__kind & GC__HELD))
        reach_note(c->heap, slab, object, held);
    return held;
}

/* Traverses an object that the walk has come to. `down`: it goes down. */
GC__ALWAYS_INLINE void reach_visit(gc__marker *m, const gc__kind *k, gc_object *object, bool down)
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
        if (down ? target > object : target < object)
            gc__mark_below(m, target, index);
        else
            states[index] = state | GC__REACHED;
    }
}

/* An object of those taken that the walk has come to: traversed if it is marked, or, if `held` says that it can be, held from outside. */
GC__ALWAYS_INLINE void reach_object(gc__collection *c, gc__marker *m, gc__kind *k, const gc__slab *slab, bool held, bool down,
                                    gc_object *object, uint32_t index)
{
    if (!(m->states[index] & GC__REACHED)) {
        if (!held || !reach_held(c, slab, object, index))
            return;
        m->states[index] |= GC__REACHED;
    }
    m->cursor = down ? ~(uintptr_t)object : (uintptr_t)object;
    if (GC__UNLIKELY(object->gc__kind != k->kind))
        *k = gc__kind_of(c->heap, object->gc__kind);
    reach_visit(m, k, object, down);
    if (GC__UNLIKELY(m->depth > GC__MARK_REST))
        gc__mark_drain(m, GC__MARK_REST);
}

static __attribute__((noinline)) void reach_slab(gc__collection *c, gc__marker *shared, const gc__slab *slab, bool held)
{
    gc_heap *heap = c->heap;
    gc__marker m = *shared;
    gc__kind k = gc__kind_of(heap, 0);
    for (uint32_t first = 0; first < slab->capacity; first += 8)
        if (held || gc__load_states(heap->states + slab->table + first) & gc__lanes(GC__REACHED))
            GC__EACH_OF_EIGHT(heap, slab, first, c->taken, object, index)
                reach_object(c, &m, &k, slab, held, false, object, index);
    *shared = m;
}

static __attribute__((noinline)) void reach_slab_down(gc__collection *c, gc__marker *shared, const gc__slab *slab, bool held)
{
    gc_heap *heap = c->heap;
    gc__marker m = *shared;
    gc__kind k = gc__kind_of(heap, 0);
    for (uint32_t slot = slab->capacity; slot-- > 0;)
        if (m.states[slab->table + slot] & c->taken)
            reach_object(c, &m, &k, slab, held, true, gc__slot_object(heap, slab, slot), slab->table + slot);
    *shared = m;
}

/* Marks everything, upwards from `granule` or downwards. */
static void reach_walk(gc__collection *c, gc__marker *m, uint32_t granule)
{
    gc__walk walk = m->flip ? gc__walk_taken_down(c) : gc__walk_taken(c, granule);
    for (gc__slab *slab; (slab = m->flip ? gc__walk_previous(&walk) : gc__walk_next(&walk));)
        (m->flip ? reach_slab_down : reach_slab)(c, m, slab, reach_slab_held(c, slab));
    m->cursor = GC__CURSOR_END;
    gc__mark_drain(m, 0);
}

/* Looks again at all that the last collection found held from outside. Returns whether what was presumed of it is right. */
static bool reach_presumed_right(gc__collection *c)
{
    gc_heap *heap = c->heap;
    bool right = true;
    gc__walk walk = gc__walk_map(heap, GC__MAP_HELD);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        bool any = false;
        GC__EACH_SLOT(heap, slab, GC__ALIVE, object, index) {
            if (!(object->gc__kind & GC__HELD))
                continue;
            any = true;
            bool presumed = gc__presume_held(object);
            if (heap->states[index] & c->taken && !reach_held(c, slab, object, index) && presumed)
                right = false;
        }
        if (!any)
            gc__map_unset(heap, GC__MAP_HELD, slab->head);
    }
    return right;
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

/* Of a narrow collection. Whether something outside holds one of the list; its inside count is not needed any more. REACHED says that
 * this is zero, and saves the look. */
static inline bool reach_is_held(gc_heap *heap, gc__touched entry)
{
    if (heap->states[entry.index] & GC__REACHED)
        return true;
    uint32_t inside = gc__inside_of(heap, entry.index);
    heap->insides[entry.index] = 0;
    return inside < (entry.count & GC__COUNT_MASK);
}

/* In the order of the list: every reference is to one below the cursor, and the stack has room for all. What is reached is not TOUCHED any
 * more. Leaves in the list those that nothing outside holds. */
static void reach_list(gc__collection *c, gc__marker *m)
{
    gc_heap *heap = c->heap;
    gc__touched *list = heap->touched;
    size_t left = 0;
    m->cursor = GC__CURSOR_END;
    for (size_t i = 0; i < c->listed; i++) {
        gc__touched entry = list[i];
        if (i + REACH_AHEAD < c->listed)
            __builtin_prefetch(&m->states[list[i + REACH_AHEAD].index], 1);
        bool held = reach_is_held(heap, entry);
        if (GC__UNLIKELY(entry.count & GC__TOUCHED_HELD))
            reach_note(heap, gc__slab_of(entry.object), entry.object, held);
        if (!held) {
            list[left++] = entry;
        } else if (gc__mark_set(m, entry.index) && entry.count & GC__TOUCHED_REFERS) {
            gc__mark_visit(m, entry.object);
            gc__mark_drain(m, GC__MARK_REST);
        }
    }
    gc__mark_drain(m, 0);
    c->listed = heap->touched_count = left;
}

void gc__reach(gc__collection *c)
{
    gc__mark_queue queue;
    gc__marker marker = gc__marker_of(c, &queue);
    if (c->narrow) {
        reach_list(c, &marker);
        return;
    }
    if (c->mark_ahead && reach_presumed_right(c) && c->presumed && !c->marks_dropped) {
        reach_rest(c, &marker);
        if (!marker.dropped) {
            gc__mark_choose_way(c, c->late);
            return;
        }
    }
    if (c->presumed)
        reach_unmark(c);
    marker = gc__marker_of(c, &queue);
    reach_walk(c, &marker, 0);
    if (c->mark_ahead)
        gc__mark_choose_way(c, marker.late);
    marker.flip = 0;
    while (marker.dropped) {
        uint32_t granule = gc__slab_of(marker.dropped)->head;
        marker.dropped = NULL;
        reach_walk(c, &marker, granule);
    }
}

/* Of a narrow collection: those that reach has left in the list, and that nothing has reached since. */
static void condemn_list(gc__collection *c)
{
    gc_heap *heap = c->heap;
    for (size_t i = 0; i < c->listed; i++) {
        gc__touched entry = heap->touched[i];
        if (!(heap->states[entry.index] & GC__TOUCHED))
            continue;
        heap->states[entry.index] = (heap->states[entry.index] & (uint8_t)~(GC__TOUCHED | GC__REACHED)) | GC__CONDEMNED;
        gc__map_set(heap, GC__MAP_CONDEMNED, gc__slab_of(entry.object)->head);
        c->condemned++;
    }
}

void gc__condemn(gc__collection *c)
{
    gc_heap *heap = c->heap;
    /* What a full collection reaches is proven again: only what happens to it from here on counts. */
    uint8_t settled = c->full ? GC__REACHED | GC__TOUCHED : GC__REACHED;
    if (c->narrow) {
        condemn_list(c);
        return;
    }
    if (c->full)
        heap->touched_count = 0;
    gc__walk walk = gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        uint64_t any = 0;
        /* The entry for the unused tail too: a stray pointer to there may have marked it. */
        for (uint32_t slot = 0, entries = gc__slab_entries(slab); slot < entries; slot += 8) {
            uint8_t *states = heap->states + slab->table + slot;
            uint64_t word = gc__load_states(states);
            uint64_t lanes = gc__lanes_with(word, c->taken) & ~(word / GC__REACHED);
            gc__store_states(states, (word & ~gc__lanes(settled)) | lanes * GC__CONDEMNED);
            c->condemned += gc__count_lanes(lanes);
            any |= lanes;
        }
        if (any)
            gc__map_set(heap, GC__MAP_CONDEMNED, slab->head);
    }
}
