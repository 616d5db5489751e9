/* SPDX-License-Identifier: MIT */
/* mark.c: see mark.h. No user code, and no memory beyond the reserved stack.
 *
 * What leaves the stack is fetched, and looked at when fifteen others have left it; then the state bytes of what it refers to are fetched,
 * and looked at when so many others have been met. Neither waits for memory. Whether a target goes on the stack is as
 * good as random: no branch depends on it, the entry is written in any case and the depth grows by 0 or 1. */
#include "gc/mark.h"

#include "lib/weak.h"

#define MARK_AHEAD 32u /* targets that wait, of GC__MARK_TARGETS */
#define MARK_LATE_MOST 32u /* of 255 objects */
#define MARK_FADES 16u     /* part of what is known of the other way that a collection takes off */
#define MARK_REFS (GC__MARK_TARGETS - MARK_AHEAD - 1) /* objects with more references take the slower way */

gc__marker gc__marker_of(const gc__collection *c, gc__mark_queue *queue)
{
    gc_heap *heap = c->heap;
    queue->object_first = queue->object_next = queue->target_first = queue->target_next = 0;
    return (gc__marker){ .heap = heap, .lookups = heap->lookups, .base = heap->base, .top = heap->top, .states = heap->states,
                         .types = heap->types, .taken = c->taken, .mark = c->narrow ? 0 : GC__REACHED,
                         .marked = c->narrow ? 0 : GC__REACHED,
                         .keep = c->narrow ? (uint8_t)~(GC__TOUCHED | GC__REACHED) : UINT8_MAX,
                         .quieten = c->full && c->taken != GC__CONDEMNED, .watched = gc__kinds_watched(heap),
                         .flip = c->mark_ahead && heap->walk_down ? UINTPTR_MAX : 0,
                         .stack = (gc_object **)heap->stack_region.base,
                         .capacity = heap->stack_region.committed / sizeof(gc_object *), .queue = queue };
}

bool gc__mark_grow(gc__marker *m, size_t more)
{
    gc__region *region = &m->heap->stack_region;
    size_t wanted = region->committed ? region->committed * 2 : (size_t)1 << 20;
    while (wanted / sizeof(gc_object *) < m->depth + more)
        wanted *= 2;
    if (!gc__region_ensure(region, wanted < region->reserved ? wanted : region->reserved))
        return false;
    m->capacity = region->committed / sizeof(gc_object *);
    return m->depth + more <= m->capacity;
}

/* A walk that goes the way that references lead meets objects marked. One that goes against them meets them unmarked, and what they refer
 * to is followed a second time, from the stack: in a tree of two million whose children are older than their parents, 22 ns an
 * object instead of 8. So a way that was late is left for the other one, unless that was worse; what was seen of this one
 * fades, so that it is tried again now and then. */
void gc__mark_choose_way(const gc__collection *c, size_t late)
{
    gc_heap *heap = c->heap;
    bool down = heap->walk_down;
    size_t most = c->candidates;
    heap->walk_late[down] = (uint8_t)((late < most ? late : most) * UINT8_MAX / (most + 1));
    heap->walk_late[!down] -= heap->walk_late[!down] / MARK_FADES;
    /* A checked heap takes turns, so that whatever is tested there is tested both ways. */
    if (heap->checked || (heap->walk_late[down] > MARK_LATE_MOST && heap->walk_late[!down] < heap->walk_late[down]))
        heap->walk_down = !down;
}

/* A reference of one of the rarer kinds of object, or without room for all of them on the stack. */
GC__ALWAYS_INLINE void mark_edge(void *context, const gc__edge *edge)
{
    gc__marker *m = context;
    gc_object *target = edge->target;
    uint32_t index = gc__target_index(m->lookups, m->base, m->top, target);
    if (!index)
        return;
    if (gc__mark_order(m, target) < m->cursor)
        gc__mark_below(m, target, index);
    else
        gc__mark_set(m, index);
}

/* Whether this look counts an object as alive already. */
static bool mark_is_alive(const gc__marker *m, const gc_object *object)
{
    uint32_t index = gc__target_index(m->lookups, m->base, m->top, object);
    return !index || !(m->states[index] & m->taken) || m->states[index] & m->marked;
}

static void mark_value(gc__marker *m, gc_ephemeron *ephemeron)
{
    if (ephemeron->value)
        mark_edge(m, &(gc__edge){ ephemeron->value, NULL, NULL, 0 });
}

/* An object with more than plain references, or with watchers that matter. */
static __attribute__((noinline)) void mark_object(gc__marker *m, const gc__type *type, gc_object *object)
{
    /* A key is alive: so are the values of its live ephemerons. */
    for (gc__watcher *w = gc__watchers_of(m->heap, object); w; w = w->next)
        if (gc__type_of(m->heap, &w->gc)->builtin == GC__EPHEMERON && mark_is_alive(m, &w->gc))
            mark_value(m, (gc_ephemeron *)w);
    if (type->builtin != GC__EPHEMERON) {
        gc__each_edge(type, object, mark_edge, m);
        return;
    }
    gc_ephemeron *ephemeron = (gc_ephemeron *)object;
    if (!ephemeron->watcher.target || mark_is_alive(m, ephemeron->watcher.target))
        mark_value(m, ephemeron);
}

/* Notes what an object refers to, and fetches the state bytes of that. */
GC__ALWAYS_INLINE void mark_note(gc__marker *m, gc__mark_queue *queue, gc_object *object)
{
    uint32_t kind = object->gc__kind;
    const gc__type *type = m->types[kind & GC__TYPE_MASK];
    if (m->quieten && !gc__is_quiet(object))
        gc__quieten(object);
    if (GC__UNLIKELY(!type->only_refs || kind & m->watched || type->ref_count > MARK_REFS)) {
        mark_object(m, type, object);
        return;
    }
    const gc__lookup *lookups = m->lookups;
    const char *base = m->base;
    size_t top = m->top;
    uint8_t *states = m->states;
    uint32_t next = queue->target_next;
    for (const uint32_t *ref = type->refs, *end = ref + type->ref_count; ref < end; ref++) {
        gc_object *target = gc__load_pointer((char *)object + *ref);
        uint32_t index = gc__target_index(lookups, base, top, target);
        __builtin_prefetch(&states[index], 1);
        queue->targets[next % GC__MARK_TARGETS] = target;
        queue->indexes[next % GC__MARK_TARGETS] = index;
        next += index != 0;
    }
    queue->target_next = next;
}

/* Looks at targets that have waited, until at most `rest` are left: sets their marks, and pushes what is below the cursor. */
GC__ALWAYS_INLINE void mark_settle(gc__marker *m, gc__mark_queue *queue, uint32_t rest)
{
    uint8_t *states = m->states, taken = m->taken, marked = m->marked, keep = m->keep, mark = m->mark;
    uintptr_t cursor = m->cursor, flip = m->flip;
    uint32_t first = queue->target_first, last = queue->target_next - rest;
    if ((int32_t)(last - first) <= 0)
        return;
    if (GC__UNLIKELY(!gc__mark_reserve(m, last - first))) {
        for (; first != last; first++)
            mark_edge(m, &(gc__edge){ queue->targets[first % GC__MARK_TARGETS], NULL, NULL, 0 });
        queue->target_first = last;
        return;
    }
    gc_object **entry = m->stack + m->depth;
    for (; first != last; first++) {
        uint32_t index = queue->indexes[first % GC__MARK_TARGETS];
        gc_object *target = queue->targets[first % GC__MARK_TARGETS];
        uint8_t state = states[index];
        bool fresh = ((state & taken) != 0) & ((state & marked) == 0);
        states[index] = fresh ? (state & keep) | mark : state;
        *entry = target;
        entry += fresh & (((uintptr_t)target ^ flip) < cursor);
    }
    m->depth = (size_t)(entry - m->stack);
    queue->target_first = last;
}

void gc__mark_visit(gc__marker *m, gc_object *object)
{
    mark_note(m, m->queue, object);
    mark_settle(m, m->queue, MARK_AHEAD);
}

/* Looks at the object that has waited longest. */
GC__ALWAYS_INLINE void mark_waiting(gc__marker *m, gc__mark_queue *queue)
{
    mark_note(m, queue, queue->objects[queue->object_first++ % GC__MARK_OBJECTS]);
    mark_settle(m, queue, MARK_AHEAD);
}

void gc__mark_drain(gc__marker *m, size_t rest)
{
    gc__mark_queue *queue = m->queue;
    for (;;) {
        while (m->depth > rest) {
            gc_object *object = m->stack[--m->depth];
            m->late++;
            __builtin_prefetch(object);
            __builtin_prefetch((char *)object + 16);
            queue->objects[queue->object_next++ % GC__MARK_OBJECTS] = object;
            if (queue->object_next - queue->object_first == GC__MARK_OBJECTS)
                mark_waiting(m, queue);
        }
        if (rest)
            return;
        while (queue->object_first != queue->object_next)
            mark_waiting(m, queue);
        mark_settle(m, queue, 0);
        if (m->depth == 0)
            return;
    }
}
