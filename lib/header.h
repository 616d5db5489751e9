/* SPDX-License-Identifier: MIT */
/* header.h: the 8-byte header of an object, beyond what the inline paths need (include/libgc/object.h has the count word).
 *
 * kind word  bits 0-21   number of the type in its heap; it stays in a freed slot, so that misuse can be named
 *            bit  22     FINALIZED: the finalizer has been called; it never is again
 *            bit  23     HAS_WEAK: the weak table has a chain for this object
 *            bit  24     IMMORTAL: the count word is IMMORTAL_COUNT and stays it
 *            bit  25     QUEUED: the queue of deferred finalizers holds one reference
 *            bit  26     SAVED: kept by GC_DEBUG_SAVE_ALL, which holds one reference
 *            bit  27     HELD: the last full collection that looked found it held from outside
 *            bit  28     STEADY: and the one before, although it had lost a reference in between
 *            bit  29     DYING: its count is zero and the teardown has it; the state byte stays, for a finalizer may save it
 *            bit  30     BY_VALUE: its type has a GC_HASH or a GC_EQUAL; without either it is equal to itself alone
 *            bit  31     ODD_NEXT: of a link of the teardown queue, its lowest bit
 *
 * count word of a free slot: 0. Of a dying object in the teardown queue: where the next one is (teardown.c), 0 at the end;
 * its kind word says DYING, so that nobody reads it as a count. In a checked heap both have the two flags, so that whoever uses them is
 * seen, and the link is in the red zone (check.c). */
#ifndef LIBGC_LIB_HEADER_H
#define LIBGC_LIB_HEADER_H

#include <libgc/object.h>

#include <stdbool.h>

#define GC__TYPE_BITS 22
#define GC__TYPE_MASK ((1u << GC__TYPE_BITS) - 1)
#define GC__FINALIZED (1u << 22)
#define GC__HAS_WEAK (1u << 23)
#define GC__IMMORTAL (1u << 24)
#define GC__QUEUED (1u << 25)
#define GC__SAVED (1u << 26)
#define GC__HELD (1u << 27)
#define GC__STEADY (1u << 28)
#define GC__DYING (1u << 29)
#define GC__BY_VALUE (1u << 30)
#define GC__ODD_NEXT (1u << 31)

/* In the middle of its range, so that no number of stray retains between two slow calls leaves it. */
#define GC__IMMORTAL_COUNT (GC__SLOW_RETAIN | GC__SLOW_RELEASE | 0x20000000u)

_Static_assert(sizeof(gc_object) == 8, "the inline creation path writes the header as one word");

static inline uint32_t gc__count_of(const gc_object *object)
{
    return object->gc__count & GC__COUNT_MASK;
}

static inline bool gc__is_quiet(const gc_object *object)
{
    return object->gc__count & GC__SLOW_RELEASE;
}

/* A full collection has reached the object. One with HELD waits until reach has looked at it again. */
static inline void gc__quieten(gc_object *object)
{
    if (!(object->gc__kind & GC__HELD))
        object->gc__count |= GC__SLOW_RELEASE;
}

/* Whether an object is presumed to be held from outside, as it was before. Nothing depends on its being right but the time that a
 * collection takes: whoever presumes it has it checked before anything comes of it. */
static inline bool gc__presume_held(const gc_object *object)
{
    return object->gc__kind & GC__STEADY || (object->gc__kind & GC__HELD && gc__is_quiet(object));
}

#endif
