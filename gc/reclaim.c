/* SPDX-License-Identifier: MIT */
/* reclaim.c: frees the condemned in bulk.
 *
 * First, object by object in address order: references that leave the garbage are dropped, `destroy` runs, storage is freed. References
 * within the garbage need nothing: both ends go. Slabs all of whose objects are condemned, and have nothing but references to be
 * rid of, are left out of this if no reference leaves them but into the garbage. That is known without a look at them: subtract has summed
 * the references they own, and every reference to a condemned object comes from a condemned one. If those that whole slabs own, and those
 * that the others were seen to own into the garbage, are together as many as the inside counts of all the garbage, none leaves it.
 * Second, slab by slab: the slots are returned, a whole slab at once. What died outside the garbage with its last reference goes
 * last, by rule 2. Runs user code: `destroy`, and what the last step runs. No slot freed here is handed out before the collection ends. */
#include "gc/collection.h"

#include "lib/check.h"
#include "lib/edges.h"
#include "lib/teardown.h"
#include "lib/touched.h"
#include "lib/weak.h"

typedef struct reclaim_state {
    gc_heap *heap;
    bool erase;       /* the object's own code will look at it once more */
    uint64_t insides; /* of all the garbage seen so far */
    uint64_t edges;   /* references into the garbage from the garbage seen so far */
} reclaim_state;

GC__ALWAYS_INLINE void reclaim_edge(void *context, const gc__edge *edge)
{
    reclaim_state *s = context;
    gc_heap *heap = s->heap;
    uint32_t index = gc__target_index(heap->lookups, heap->base, heap->top, edge->target);
    if (s->erase)
        gc__edge_erase(edge);
    if (index && heap->states[index] & GC__CONDEMNED)
        s->edges++;
    else if (edge->where) /* one visited by value is dropped by the type's clear */
        gc__drop(heap, edge->target);
}

static void reclaim_object(reclaim_state *s, gc__type *type, gc_object *object)
{
    gc_heap *heap = s->heap;
    s->erase = type->destroy || type->clear;
    if (type->builtin)
        gc__watcher_detach(heap, (gc__watcher *)object);
    gc__each_edge(type, object, reclaim_edge, s);
    if (type->clear || type->destroy) {
        gc__user_enter(heap);
        if (type->clear)
            type->clear(object);
        if (type->destroy)
            gc__check_destroy(heap, type, object);
        gc__user_leave(heap);
    }
    if (type->owns_memory)
        gc__free_storage(heap, type, object);
}

/* Whether all objects of a slab are condemned, and have nothing but references that are counted. */
static bool reclaim_is_whole(const gc__collection *c, const gc__slab *slab, uint64_t *insides)
{
    const gc_heap *heap = c->heap;
    uint64_t others = 0;
    if (heap->checked || c->narrow || c->user_code || heap->has_ephemerons || slab->open || heap->lookups[slab->head].edges == UINT32_MAX)
        return false;
    for (uint32_t slot = 0; slot < slab->capacity; slot += 8) {
        uint64_t word = gc__load_states(heap->states + slab->table + slot);
        others |= gc__lanes_with(word, 0xff) & ~(word / GC__CONDEMNED);
    }
    if (others)
        return false;
    *insides = gc__sum_insides(heap, slab, GC__CONDEMNED);
    return *insides != UINT64_MAX;
}

static void reclaim_objects(reclaim_state *s, const gc__slab *slab)
{
    gc_heap *heap = s->heap;
    const gc__lookup *lookups = heap->lookups;
    const char *base = heap->base;
    size_t top = heap->top;
    const uint8_t *states = heap->states;
    uint64_t insides = 0, edges = 0;
    GC__EACH_SLOT(heap, slab, GC__CONDEMNED, object, object_index) {
        insides += gc__inside_of(heap, object_index);
        gc__type *type = gc__type_of(heap, object);
        if (GC__UNLIKELY(!type->only_refs || !type->plain_death)) {
            reclaim_object(s, type, object);
            continue;
        }
        /* Most objects: nothing to do but this. */
        for (const uint32_t *ref = type->refs, *end = ref + type->ref_count; ref < end; ref++) {
            void *target = gc__load_pointer((char *)object + *ref);
            uint32_t index = gc__target_index(lookups, base, top, target);
            if (index && states[index] & GC__CONDEMNED)
                edges++;
            else if (target)
                gc__drop(heap, target);
        }
    }
    s->insides += insides;
    s->edges += edges;
}

/* Drops all references that leave the garbage. */
static void reclaim_references(gc__collection *c)
{
    gc_heap *heap = c->heap;
    reclaim_state state = { .heap = heap };
    gc__walk walk = gc__walk_map(heap, GC__MAP_CONDEMNED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        uint64_t insides;
        if (reclaim_is_whole(c, slab, &insides)) {
            slab->flags |= GC__SLAB_WHOLE;
            state.edges += heap->lookups[slab->head].edges;
            state.insides += insides;
        } else {
            reclaim_objects(&state, slab);
        }
    }
    bool leaving = state.edges != state.insides;
    walk = gc__walk_map(heap, GC__MAP_CONDEMNED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        if (slab->flags & GC__SLAB_WHOLE && leaving)
            reclaim_objects(&state, slab);
        slab->flags &= (uint8_t)~GC__SLAB_WHOLE;
    }
}

/* Returns the condemned slots of one slab. */
static size_t reclaim_slab(gc_heap *heap, gc__slab *slab)
{
    size_t condemned = 0;
    uint64_t others = 0;
    uint8_t *states = heap->states + slab->table;
    for (uint32_t slot = 0; slot < slab->capacity; slot += 8) {
        uint64_t word = gc__load_states(states + slot);
        uint64_t lanes = word / GC__CONDEMNED & GC__LANES;
        condemned += gc__count_lanes(lanes);
        others |= gc__lanes_with(word, 0xff) & ~lanes;
    }
    if (!others && !(slab->open) && !heap->checked) {
        memset(states, 0, slab->capacity);
        gc__slab_clear(heap, slab);
        return condemned;
    }
    /* From the last to the first, so that the free list, last in first out, is in address order. */
    for (uint32_t slot = slab->capacity; slot-- > 0;)
        if (states[slot] & GC__CONDEMNED) {
            gc_object *object = gc__slot_object(heap, slab, slot);
            gc__place place = { slab, slot, slab->table + slot };
            if (heap->checked)
                gc__check_slot_free(heap, object, place);
            else
                gc__slot_give(heap, object, place);
        }
    return condemned;
}

void gc__reclaim(gc__collection *c)
{
    gc_heap *heap = c->heap;
    gc__teardown_begin(heap);
    heap->reclaiming = true;
    reclaim_references(c);
    gc__walk walk = gc__walk_map(heap, GC__MAP_CONDEMNED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        gc__map_unset(heap, GC__MAP_CONDEMNED, slab->head);
        c->freed += reclaim_slab(heap, slab);
    }
    heap->reclaiming = false;
    heap->front.created = heap->front.created > (int64_t)c->freed ? heap->front.created - (int64_t)c->freed : 0;
    gc__ephemerons_settle(heap);
    gc__teardown_end(heap);
}

void gc__save(gc__collection *c)
{
    gc_heap *heap = c->heap;
    gc__walk walk = gc__walk_map(heap, GC__MAP_CONDEMNED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        gc__map_unset(heap, GC__MAP_CONDEMNED, slab->head);
        GC__EACH_SLOT(heap, slab, GC__CONDEMNED, object, index) {
            heap->states[index] &= (uint8_t)~GC__CONDEMNED;
            gc__touch_at(heap, object, index);
            object->gc__kind |= GC__SAVED;
            gc__retain(object);
        }
    }
}
