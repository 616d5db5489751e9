/* SPDX-License-Identifier: MIT */
/* mark.c: see mark.h. No user code, and no memory beyond the reserved stack.
 *
 * Objects leave the stack sixteen at a time and are all fetched before the first is looked at; then the state bytes of all they refer to
 * are fetched before the first of them is. Whether a target goes on the stack is as good as random: no branch depends on it, the entry is
 * written in any case and the depth grows by 0 or 1. */
#include "gc/mark.h"

#include "lib/weak.h"

#define MARK_OBJECTS 16u
#define MARK_TARGETS 64u
#define MARK_REFS 16u /* objects with more references take the slower way */

/* References that wait for their state bytes. */
typedef struct mark_batch {
    uint32_t count;
    uint32_t indexes[MARK_TARGETS];
    gc_object *targets[MARK_TARGETS];
} mark_batch;

gc__marker gc__marker_of(const gc__collection *c)
{
    gc_heap *heap = c->heap;
    return (gc__marker){ .heap = heap, .lookups = heap->lookups, .base = heap->base, .top = heap->top, .states = heap->states,
                         .types = heap->types, .taken = c->taken, .mark = c->narrow ? 0 : GC__REACHED,
                         .marked = c->narrow ? 0 : GC__REACHED,
                         .keep = c->narrow ? (uint8_t)~(GC__TOUCHED | GC__REACHED) : UINT8_MAX,
                         .quieten = c->full && c->taken != GC__CONDEMNED,
                         .stack = (gc_object **)heap->stack_region.base,
                         .capacity = heap->stack_region.committed / sizeof(gc_object *) };
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

/* A reference of one of the rarer kinds of object, or without room for all of them on the stack. */
GC__ALWAYS_INLINE void mark_edge(void *context, const gc__edge *edge)
{
    gc__marker *m = context;
    gc_object *target = edge->target;
    uint32_t index = gc__target_index(m->lookups, m->base, m->top, target);
    if (!index)
        return;
    if (target < m->cursor)
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

/* An object with more than plain references, or with watchers. */
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
GC__ALWAYS_INLINE void mark_note(gc__marker *m, mark_batch *batch, gc_object *object)
{
    uint32_t kind = object->gc__kind;
    const gc__type *type = m->types[kind & GC__TYPE_MASK];
    if (m->quieten && !gc__is_quiet(object))
        gc__quieten(object);
    if (GC__UNLIKELY(!type->only_refs || kind & GC__HAS_WEAK || type->ref_count > MARK_REFS)) {
        mark_object(m, type, object);
        return;
    }
    uint32_t count = batch->count;
    for (const uint32_t *ref = type->refs, *end = ref + type->ref_count; ref < end; ref++) {
        gc_object *target = gc__load_pointer((char *)object + *ref);
        uint32_t index = gc__target_index(m->lookups, m->base, m->top, target);
        __builtin_prefetch(&m->states[index], 1);
        batch->targets[count] = target;
        batch->indexes[count] = index;
        count += index != 0;
    }
    batch->count = count;
}

/* Sets the marks that were noted, and pushes what is below the cursor. */
static void mark_settle(gc__marker *m, mark_batch *batch)
{
    uint8_t *states = m->states, taken = m->taken, marked = m->marked, keep = m->keep, mark = m->mark;
    gc_object *cursor = m->cursor;
    if (GC__UNLIKELY(!gc__mark_reserve(m, batch->count))) {
        for (uint32_t i = 0; i < batch->count; i++)
            mark_edge(m, &(gc__edge){ batch->targets[i], NULL, NULL, 0 });
        batch->count = 0;
        return;
    }
    gc_object **entry = m->stack + m->depth;
    for (uint32_t i = 0, count = batch->count; i < count; i++) {
        uint32_t index = batch->indexes[i];
        uint8_t state = states[index];
        bool fresh = ((state & taken) != 0) & ((state & marked) == 0);
        states[index] = fresh ? (state & keep) | mark : state;
        *entry = batch->targets[i];
        entry += fresh & (batch->targets[i] < cursor);
    }
    m->depth = (size_t)(entry - m->stack);
    batch->count = 0;
}

void gc__mark_visit(gc__marker *m, gc_object *object)
{
    mark_batch batch;
    batch.count = 0;
    mark_note(m, &batch, object);
    mark_settle(m, &batch);
}

void gc__mark_drain(gc__marker *m, size_t rest)
{
    gc_object *objects[MARK_OBJECTS];
    mark_batch batch;
    batch.count = 0;
    while (m->depth > rest) {
        size_t count = m->depth < MARK_OBJECTS ? m->depth : MARK_OBJECTS;
        m->depth -= count;
        for (size_t i = 0; i < count; i++) {
            objects[i] = m->stack[m->depth + i];
            __builtin_prefetch(objects[i]);
            __builtin_prefetch((char *)objects[i] + 16);
        }
        for (size_t i = 0; i < count; i++) {
            mark_note(m, &batch, objects[i]);
            if (batch.count > MARK_TARGETS - MARK_REFS - 1)
                mark_settle(m, &batch);
        }
        mark_settle(m, &batch);
    }
}
