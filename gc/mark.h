/* SPDX-License-Identifier: MIT */
/* mark.h: marking what is reached, while a walk goes over the objects in address order. Subtract and reach both mark.
 *
 * A reference to an object *above the cursor* only sets the mark, for the walk will come there; one below it also goes on the stack.
 * Marking a random graph of 4 million objects took 13 ns an object this way and 33 depth first. Where the stack cannot grow an entry is
 * dropped, and the walk is repeated from the lowest dropped address. In a walk that goes down, above and below change places: cursors are
 * addresses in the walk's order, which is the address or its complement.
 *
 * An ephemeron's value is followed once both it and its key are reached, whichever comes last: when the ephemeron is
 * traversed it looks at its key, when the key is traversed it looks at its ephemerons. So each is looked at twice at most. */
#ifndef LIBGC_GC_MARK_H
#define LIBGC_GC_MARK_H

#include "gc/collection.h"
#include "lib/edges.h"

#define GC__MARK_OBJECTS 16u /* powers of two */
#define GC__MARK_TARGETS 64u

/* What has been met and is being fetched. */
typedef struct gc__mark_queue {
    uint32_t object_first, object_next; /* of the objects that wait */
    uint32_t target_first, target_next; /* of the targets that wait */
    gc_object *objects[GC__MARK_OBJECTS];
    gc_object *targets[GC__MARK_TARGETS];
    uint32_t indexes[GC__MARK_TARGETS];
} gc__mark_queue;

typedef struct gc__marker {
    gc_heap *heap;
    const gc__lookup *lookups;
    const char *base;
    size_t top;
    uint8_t *states;
    gc__type **types;
    uint32_t watched;   /* kinds of objects whose watchers matter: none without ephemerons */
    uintptr_t flip;     /* an address, XOR this, is its place in the walk's order: 0, or all ones where the walk goes down */
    uintptr_t cursor;   /* the walk has passed all that is below */
    uint8_t taken;
    uint8_t keep, mark; /* what an object that is reached keeps of its state byte, and what it gets */
    uint8_t marked;     /* what says that it has been reached, beside not being taken */
    bool quieten;       /* survivors of a full collection become quiet */
    gc_object **stack;
    size_t depth, capacity;
    size_t late;        /* objects that have left the stack */
    gc_object *dropped; /* the lowest object that found no room on the stack */
    gc__mark_queue *queue;
} gc__marker;

/* `queue`, which is made empty, is the marker's as long as it is used. */
gc__marker gc__marker_of(const gc__collection *c, gc__mark_queue *queue);
/* Traverses an object that is marked, now or when something else is. */
void gc__mark_visit(gc__marker *marker, gc_object *object);
/* Traverses what is on the stack, and all it reaches below the cursor, until at most `rest` objects are left there. Some of what it has
 * met may still wait in the queue; with a rest of 0 nothing does. The walk must be at the cursor. */
void gc__mark_drain(gc__marker *marker, size_t rest);
bool gc__mark_grow(gc__marker *marker, size_t more);
/* After a walk of a full collection over everything, which met so many objects too late: chooses the way of the next one. */
void gc__mark_choose_way(const gc__collection *c, size_t late);

static inline uintptr_t gc__mark_order(const gc__marker *marker, const gc_object *object)
{
    return (uintptr_t)object ^ marker->flip;
}

/* Whether there is room on the stack for so many; makes it if it can. */
static inline bool gc__mark_reserve(gc__marker *marker, size_t more)
{
    return GC__LIKELY(marker->depth + more <= marker->capacity) || gc__mark_grow(marker, more);
}

/* What the walk over the slots of one slab needs of the type of the objects it meets: most often the same as of the one before. */
typedef struct gc__kind {
    uint32_t kind;     /* kind word that this is for; none has all bits set */
    bool plain;        /* only plain references, and no watchers that matter */
    bool described;    /* no such watchers, no traverse: all it refers to is in the type's description */
    uint32_t ref_count;
    const gc__type *type;
    const uint32_t *refs, *refs_end;
} gc__kind;

/* Of the bits of a kind word, those that say that what is alive may depend on who watches the object. A weak reference keeps nothing alive:
 * only ephemerons do, and most heaps have none. Then their objects need no look into the weak table. */
static inline uint32_t gc__kinds_watched(const gc_heap *heap)
{
    return heap->has_ephemerons ? GC__HAS_WEAK : 0;
}

static inline gc__kind gc__kind_of(const gc_heap *heap, uint32_t kind)
{
    const gc__type *type = heap->types[kind & GC__TYPE_MASK];
    bool watched = kind & gc__kinds_watched(heap);
    return (gc__kind){ .kind = kind & GC__HELD ? UINT32_MAX : kind, .plain = type->only_refs && !watched,
                       .described = type->described && !watched, .ref_count = type->ref_count, .type = type,
                       .refs = type->refs, .refs_end = type->refs + type->ref_count };
}

/* Marks one that takes part and is not marked; false: there is nothing to do. */
static inline bool gc__mark_set(gc__marker *m, uint32_t index)
{
    uint8_t state = m->states[index];
    if (!(state & m->taken) || state & m->marked)
        return false;
    m->states[index] = (state & m->keep) | m->mark;
    return true;
}

/* The same, for one below the cursor. */
static inline void gc__mark_below(gc__marker *m, gc_object *target, uint32_t index)
{
    if (!gc__mark_set(m, index))
        return;
    if (GC__LIKELY(gc__mark_reserve(m, 1)))
        m->stack[m->depth++] = target;
    else if (!m->dropped || target < m->dropped)
        m->dropped = target;
}

/* A walk leaves this many on the stack until its end, so that it does not turn aside for each object. */
#define GC__MARK_REST 15u

#define GC__CURSOR_END UINTPTR_MAX /* no walk goes on: everything is below it */

#endif
