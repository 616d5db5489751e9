/* SPDX-License-Identifier: MIT */
/* narrow.c: of the old objects, only those that something touched can reach take part in a full collection.
 *
 * Takes the list of the touched (lib/heap.h), which need not be exact. Leaves in it all who take part, each TOUCHED, and the inside counts
 * that come from them, so that subtract has nothing left to do: an object is loaded once for both. Or, if that would be most of the heap
 * anyway, leaves no mark at all, and everything takes part. Counts those who take part. No user code, and no memory but the stack that
 * reach may need, which is reserved.
 *
 * Why nothing else can be garbage. Take garbage x, old, that nothing has touched since a full collection kept it. Then something outside
 * referred to x, or a chain of objects did that begins outside. The last reference of that chain, the one to x, still exists: dropping it,
 * by a release, and moving it into an old object, by gc_move, touch x. If it is outside now, x is no garbage. If plain assignment has moved
 * it into a younger object, x is one step from there. Otherwise its holder is the same as then, and garbage like x; it is touched, or the
 * same is true of it, with a shorter chain. So following references from the young, the middle and the touched finds x. The value of an
 * ephemeron may die of the key alone: so the way also leads from a key to its ephemerons, and from there to their values. What was made old
 * by a middle collection is in the list too; what was frozen makes everything take part. A checked heap sees for itself
 * (gc/hidden.c): a program can break the rule of reference.h. */
#include "gc/collection.h"

#include "lib/edges.h"
#include "lib/weak.h"

#define NARROW_QUEUE 16u
#define NARROW_AHEAD 12u        /* entries of the list that are fetched ahead */
#define NARROW_START_SHARE 8u   /* of the old objects, as many young, middle and touched ones at most */
#define NARROW_FOUND_SHARE 64u  /* of the old objects, as many others at most; and also at most */
#define NARROW_FOUND_EACH 32u   /* so many for each that the search starts from, */
#define NARROW_FOUND_FEW 512u   /* and a share of the old objects: one may reach everything, and that is to be seen soon */
#define NARROW_ASK 256u         /* objects between two looks at how the search goes */
#define NARROW_LEAST 64u        /* objects, beside the share */
#define NARROW_SAMPLES 64u      /* of a long list */

typedef struct narrow_mark {
    gc_object *target; /* NULL: none */
    uint32_t index;
    bool counts;       /* it is a reference, and not the way from a key to an ephemeron */
} narrow_mark;

typedef struct narrow_state {
    gc_heap *heap;
    gc__touched *list;
    size_t count, most;      /* objects in the list, and how many there may be */
    size_t younger;          /* young and middle ones in it */
    uint32_t next, waiting;
    narrow_mark queue[NARROW_QUEUE]; /* wait for their bytes in the tables */
} narrow_state;

/* Adds an object to those that take part. Each of them is TOUCHED until it is reached or condemned. While the list is begun REACHED says
 * that an object is in it, for one that died and came again may have several entries; after that, that no reference to it has been
 * counted. */
static inline void narrow_add(narrow_state *s, gc_object *object, uint32_t index)
{
    uint8_t *state = &s->heap->states[index];
    *state |= GC__TOUCHED | GC__REACHED;
    s->younger += !(*state & GC__OLD);
    s->list[s->count++] = (gc__touched){ object, index, 0 };
}

/* Keeps of the list what is still there, each once. */
static void narrow_start_touched(narrow_state *s, size_t listed)
{
    gc_heap *heap = s->heap;
    for (size_t i = 0; i < listed + NARROW_AHEAD; i++) {
        if (i < listed) {
            s->list[i].index = gc__target_index(heap->lookups, heap->base, heap->top, s->list[i].object);
            __builtin_prefetch(&heap->states[s->list[i].index], 1);
        }
        if (i < NARROW_AHEAD)
            continue;
        gc__touched entry = s->list[i - NARROW_AHEAD];
        uint8_t state = heap->states[entry.index];
        if (state & GC__COLLECTABLE && !(state & GC__REACHED))
            narrow_add(s, entry.object, entry.index);
    }
}

static bool narrow_has_younger(const gc_heap *heap, const gc__slab *slab)
{
    const uint8_t *states = heap->states + slab->table;
    uint64_t all = 0;
    for (uint32_t slot = 0; slot < slab->capacity; slot += 8)
        all |= gc__load_states(states + slot);
    return all & gc__lanes(GC__YOUNG | GC__MIDDLE);
}

/* Adds the young and the middle. False: they are too many. Forgets slabs that have none. */
static bool narrow_start_younger(narrow_state *s)
{
    gc_heap *heap = s->heap;
    gc__walk walk = gc__walk_from(heap, heap->maps[GC__MAP_YOUNG], heap->maps[GC__MAP_MIDDLE], 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        if (!narrow_has_younger(heap, slab)) {
            gc__map_unset(heap, GC__MAP_MIDDLE, slab->head);
            if (!slab->open)
                gc__map_unset(heap, GC__MAP_YOUNG, slab->head);
            continue;
        }
        GC__EACH_SLOT(heap, slab, GC__YOUNG | GC__MIDDLE, object, index) {
            if (heap->states[index] & GC__REACHED)
                continue;
            if (s->count == s->most)
                return false;
            narrow_add(s, object, index);
        }
    }
    return true;
}

/* Puts a mark, or none, into the queue. The target of the one that comes out is counted, and takes part if it is old and does not yet. */
static inline void narrow_cycle(narrow_state *s, narrow_mark mark)
{
    gc_heap *heap = s->heap;
    narrow_mark *place = &s->queue[s->next++ % NARROW_QUEUE], ready = *place;
    *place = mark;
    s->waiting += (mark.target != NULL) - (ready.target != NULL);
    if (!ready.target || !(heap->states[ready.index] & GC__COLLECTABLE) || s->count == s->most)
        return;
    if (!(heap->states[ready.index] & GC__TOUCHED))
        narrow_add(s, ready.target, ready.index);
    if (!ready.counts)
        return;
    heap->states[ready.index] &= (uint8_t)~GC__REACHED;
    gc__inside_add(heap, ready.index);
}

static inline void narrow_target(narrow_state *s, void *target, bool counts)
{
    gc_heap *heap = s->heap;
    uint32_t index = gc__target_index(heap->lookups, heap->base, heap->top, target);
    if (!index)
        return;
    __builtin_prefetch(&heap->states[index], 1);
    __builtin_prefetch(&heap->insides[index], 1);
    narrow_cycle(s, (narrow_mark){ target, index, counts });
}

GC__ALWAYS_INLINE void narrow_edge(void *context, const gc__edge *edge)
{
    narrow_target(context, edge->target, true);
}

/* Looks at one of the list. What survives becomes quiet: also if it does not survive, that does no harm. */
static void narrow_visit(narrow_state *s, gc__touched *entry)
{
    gc_object *object = entry->object;
    uint32_t before = s->next;
    for (gc__watcher *w = gc__watchers_of(s->heap, object); w; w = w->next)
        if (gc__type_of(s->heap, &w->gc)->builtin == GC__EPHEMERON)
            narrow_target(s, w, false);
    gc__each_edge(gc__type_of(s->heap, object), object, narrow_edge, s);
    gc__quieten(object);
    entry->count = gc__count_of(object) | (s->next != before || object->gc__kind & GC__HAS_WEAK ? GC__TOUCHED_REFERS : 0) |
                   (object->gc__kind & GC__HELD ? GC__TOUCHED_HELD : 0);
}

/* Adds to the list what those in it reach, and counts the references. False: that is too much, or will be, as far as can be told from the
 * first of those that the search starts from. */
static bool narrow_search(narrow_state *s)
{
    size_t starts = s->count, others = s->most - s->count;
    for (size_t i = 0; (i < s->count || s->waiting) && s->count < s->most;) {
        if (i % NARROW_ASK == 0 && i < starts && (s->count - starts) * starts > i * others)
            return false;
        if (i + NARROW_AHEAD < s->count)
            __builtin_prefetch(s->list[i + NARROW_AHEAD].object, 1);
        if (i < s->count)
            narrow_visit(s, &s->list[i++]);
        else
            narrow_cycle(s, (narrow_mark){ NULL, 0, false });
    }
    return s->count < s->most;
}

/* Entries that the list must have room for. */
static size_t narrow_room(const gc_heap *heap)
{
    size_t old = heap->pace.kept_at_full;
    return old / NARROW_START_SHARE + old / NARROW_FOUND_SHARE + 2 * NARROW_LEAST;
}

void gc__narrow_reserve(gc_heap *heap)
{
    gc__region_ensure(&heap->touched_region, narrow_room(heap) * sizeof(gc__touched));
    heap->touched_max = heap->touched_region.committed / sizeof(gc__touched);
}

typedef struct narrow_sample {
    gc_heap *heap;
    size_t others; /* old objects that they refer to and that are not touched */
} narrow_sample;

GC__ALWAYS_INLINE void narrow_sample_edge(void *context, const gc__edge *edge)
{
    narrow_sample *sample = context;
    gc_heap *heap = sample->heap;
    uint32_t index = gc__target_index(heap->lookups, heap->base, heap->top, edge->target);
    sample->others += heap->states[index] & GC__OLD && gc__is_quiet(edge->target);
}

/* Whether those of a long list refer to more others than the search may find. A few are asked, before all of them are fetched in vain. */
static bool narrow_leads_far(gc_heap *heap, size_t listed)
{
    narrow_sample sample = { heap, 0 };
    size_t step = listed / NARROW_SAMPLES;
    for (size_t i = 0; i < NARROW_SAMPLES && step; i++) {
        gc_object *object = heap->touched[i * step].object;
        uint32_t index = gc__target_index(heap->lookups, heap->base, heap->top, object);
        if (heap->states[index] & GC__OLD)
            gc__each_edge(gc__type_of(heap, object), object, narrow_sample_edge, &sample);
    }
    return sample.others * step > heap->pace.kept_at_full / NARROW_FOUND_SHARE + NARROW_LEAST;
}

static bool narrow_try(narrow_state *s)
{
    gc_heap *heap = s->heap;
    size_t old = heap->pace.kept_at_full, listed = heap->touched_count;
    s->most = old / NARROW_START_SHARE + NARROW_LEAST;
    if (heap->all_touched || listed > s->most || heap->touched_max < narrow_room(heap) || narrow_leads_far(heap, listed))
        return false;
    narrow_start_touched(s, listed);
    if (!narrow_start_younger(s))
        return false;
    size_t others = old / NARROW_FOUND_FEW + s->count * NARROW_FOUND_EACH;
    s->most = s->count + (others < old / NARROW_FOUND_SHARE ? others : old / NARROW_FOUND_SHARE) + NARROW_LEAST;
    return narrow_search(s) && gc__region_ensure(&heap->stack_region, s->count * sizeof(gc_object *));
}

void gc__narrow(gc__collection *c)
{
    gc_heap *heap = c->heap;
    narrow_state state = { .heap = heap, .list = heap->touched };
    c->narrow = c->full && narrow_try(&state);
    if (c->narrow) {
        c->taken = GC__TOUCHED;
        c->candidates = c->listed = heap->touched_count = state.count;
        c->younger = state.younger;
        return;
    }
    for (size_t i = 0; i < state.count; i++) {
        heap->states[state.list[i].index] &= (uint8_t)~GC__REACHED;
        heap->insides[state.list[i].index] = 0;
    }
    c->candidates = gc__walk_count(gc__walk_taken(c, 0), c->taken);
}
