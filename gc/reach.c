/* SPDX-License-Identifier: MIT */
/* reach.c: marks what is held from outside and all it reaches; condemns the rest.
 *
 * Takes inside counts. An object whose count is larger than its inside count is held from outside. Leaves REACHED, and after
 * condemn CONDEMNED on those without it. No user code, and no memory beyond the reserved stack.
 *
 * The walk goes in address order. A reference to an object *above the cursor* only sets the mark, for the walk will come there; one below it
 * goes on the stack. Marking a random graph of 4 million objects took 13 ns an object this way and 33 depth first. State bytes
 * are fetched through one short queue before they are looked at, objects below the cursor through a second one. Where the stack
 * cannot grow an entry is dropped, and the walk is repeated from the lowest dropped address.
 *
 * An ephemeron's value is followed once both it and its key are reached, whichever comes last: when the ephemeron is
 * traversed it looks at its key, when the key is traversed it looks at its ephemerons. So each is looked at twice at most. */
#include "gc/collection.h"

#include "lib/edges.h"
#include "lib/weak.h"

#define REACH_QUEUE 16u

typedef struct reach_mark {
    gc_object *target;
    uint32_t index; /* 0: none */
} reach_mark;

typedef struct reach_state {
    const gc__lookup *lookups;
    const char *base;
    size_t top;
    uint8_t *states;
    gc_object *cursor;
    uint8_t taken;
    bool quieten;         /* survivors of a full collection become quiet */
    uint32_t mark_next, object_next;
    gc_heap *heap;
    gc_object **stack;
    size_t depth, capacity;
    gc_object *dropped;   /* the lowest object that found no room on the stack */
    reach_mark marks[REACH_QUEUE];
    gc_object *objects[REACH_QUEUE];
} reach_state;

static __attribute__((noinline)) void reach_push_slow(reach_state *s, gc_object *object)
{
    gc__region *region = &s->heap->stack_region;
    size_t more = region->committed ? region->committed * 2 : (size_t)1 << 20;
    if (gc__region_ensure(region, more < region->reserved ? more : region->reserved) &&
        region->committed / sizeof(gc_object *) > s->capacity) {
        s->capacity = region->committed / sizeof(gc_object *);
        s->stack[s->depth++] = object;
    } else if (!s->dropped || object < s->dropped) {
        s->dropped = object;
    }
}

static inline void reach_push(reach_state *s, gc_object *object)
{
    if (GC__LIKELY(s->depth < s->capacity))
        s->stack[s->depth++] = object;
    else
        reach_push_slow(s, object);
}

/* An object below the cursor is to be traversed, once its first line has had time to come. */
static inline void reach_later(reach_state *s, gc_object *object)
{
    __builtin_prefetch(object);
    gc_object *ready = s->objects[s->object_next];
    s->objects[s->object_next] = object;
    s->object_next = (s->object_next + 1) % REACH_QUEUE;
    if (ready)
        reach_push(s, ready);
}

static inline void reach_set_mark(reach_state *s, reach_mark mark)
{
    uint8_t state = s->states[mark.index];
    if (!(state & s->taken) || state & GC__REACHED)
        return;
    s->states[mark.index] = state | GC__REACHED;
    if (mark.target < s->cursor)
        reach_later(s, mark.target);
}

GC__ALWAYS_INLINE void reach_edge(void *context, const gc__edge *edge)
{
    reach_state *s = context;
    uint32_t index = gc__target_index(s->lookups, s->base, s->top, edge->target);
    if (!index)
        return;
    __builtin_prefetch(&s->states[index], 1);
    reach_mark ready = s->marks[s->mark_next];
    s->marks[s->mark_next] = (reach_mark){ edge->target, index };
    s->mark_next = (s->mark_next + 1) % REACH_QUEUE;
    if (ready.index)
        reach_set_mark(s, ready);
}

/* Whether this look counts an object as alive already. */
static bool reach_is_alive(const reach_state *s, const gc_object *object)
{
    uint32_t index = gc__target_index(s->lookups, s->base, s->top, object);
    return !index || !(s->states[index] & s->taken) || s->states[index] & GC__REACHED;
}

static void reach_value(reach_state *s, gc_ephemeron *ephemeron)
{
    if (ephemeron->value)
        reach_edge(s, &(gc__edge){ ephemeron->value, NULL, NULL, 0 });
}

/* A key is alive: the values of its live ephemerons are. */
static __attribute__((noinline)) void reach_watchers(reach_state *s, const gc_object *key)
{
    for (gc__watcher *w = gc__watchers_of(s->heap, key); w; w = w->next)
        if (gc__type_of(s->heap, &w->gc)->builtin == GC__EPHEMERON && reach_is_alive(s, &w->gc))
            reach_value(s, (gc_ephemeron *)w);
}

static __attribute__((noinline)) void reach_ephemeron(reach_state *s, gc_ephemeron *ephemeron)
{
    if (!ephemeron->watcher.target || reach_is_alive(s, ephemeron->watcher.target))
        reach_value(s, ephemeron);
}

static inline void reach_traverse(reach_state *s, gc_object *object)
{
    uint32_t kind = object->gc__kind;
    gc__type *type = s->heap->types[kind & GC__TYPE_MASK];
    if (s->quieten && !(object->gc__count & GC__SLOW_RELEASE))
        object->gc__count |= GC__SLOW_RELEASE;
    if (GC__UNLIKELY(kind & GC__HAS_WEAK))
        reach_watchers(s, object);
    if (GC__UNLIKELY(type->builtin == GC__EPHEMERON))
        reach_ephemeron(s, (gc_ephemeron *)object);
    else
        gc__each_edge(type, object, reach_edge, s);
}

static inline void reach_drain_stack(reach_state *s)
{
    while (s->depth)
        reach_traverse(s, s->stack[--s->depth]);
}

/* Empties queues and stack, until nothing new comes out of either. */
static void reach_drain(reach_state *s)
{
    bool more = true;
    while (more) {
        more = false;
        for (uint32_t i = 0; i < REACH_QUEUE; i++) {
            reach_mark mark = s->marks[(s->mark_next + i) % REACH_QUEUE];
            s->marks[(s->mark_next + i) % REACH_QUEUE].index = 0;
            if (mark.index)
                reach_set_mark(s, mark);
        }
        for (uint32_t i = 0; i < REACH_QUEUE; i++) {
            gc_object *object = s->objects[i];
            s->objects[i] = NULL;
            if (object)
                reach_push(s, object);
        }
        if (s->depth) {
            more = true;
            reach_drain_stack(s);
        }
    }
}

static void reach_walk(gc__collection *c, reach_state *s, uint32_t granule)
{
    gc_heap *heap = c->heap;
    gc__walk walk = gc__walk_taken(c, granule);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, c->taken, object, index) {
            s->cursor = object;
            if (!(s->states[index] & GC__REACHED)) {
                if (gc__inside_of(heap, index) >= gc__count_of(object))
                    continue;
                s->states[index] |= GC__REACHED;
            }
            reach_traverse(s, object);
            reach_drain_stack(s);
        }
    /* Everything is below the cursor now. */
    s->cursor = (gc_object *)UINTPTR_MAX;
    reach_drain(s);
}

void gc__reach(gc__collection *c)
{
    gc_heap *heap = c->heap;
    reach_state state = { .lookups = heap->lookups, .base = heap->base, .top = heap->top, .states = heap->states, .heap = heap,
                          .taken = c->taken, .quieten = c->full && c->taken != GC__CONDEMNED,
                          .stack = (gc_object **)heap->stack_region.base,
                          .capacity = heap->stack_region.committed / sizeof(gc_object *) };
    reach_walk(c, &state, 0);
    while (state.dropped) {
        uint32_t granule = gc__slab_of(state.dropped)->head;
        state.dropped = NULL;
        reach_walk(c, &state, granule);
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
            c->condemned += (size_t)__builtin_popcountll(lanes);
            any |= lanes;
        }
        if (any)
            gc__map_set(heap, GC__MAP_CONDEMNED, slab->head);
    }
}
