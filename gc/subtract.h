/* SPDX-License-Identifier: MIT */
/* subtract.h: what the two files of the subtract phase share. */
#ifndef LIBGC_GC_SUBTRACT_H
#define LIBGC_GC_SUBTRACT_H

#include "gc/mark.h"

#define GC__WAITING 32u /* references */

/* A reference whose bytes in the tables are being fetched; a target of NULL is none. */
typedef struct gc__waiting {
    gc_object *target;
    uint32_t index;
    uint8_t mark; /* GC__REACHED if its holder is reached, else 0 */
} gc__waiting;

typedef struct gc__subtraction {
    gc_heap *heap;
    const gc__lookup *lookups;
    const char *base;
    size_t top;
    uint8_t *insides, *states;
    uint8_t taken;
    bool filter; /* count only those taken; a walk over all slabs need not look, it clears all it counted */
    gc__marker marker;
    bool presumed; /* something was presumed to be held */
    size_t next;
    gc__waiting waiting[GC__WAITING]; /* a queue: the next one takes the place of the one that has waited longest */
} gc__subtraction;

/* Where the walk is in a slab, and what it has summed there (collection.h, gc__sums). */
typedef struct gc__run {
    gc_object *object;
    uint8_t *state, *end;
    ptrdiff_t slot_step, state_step; /* from one slot to the next: a slot's size and 1, or less than 0 in a walk that goes down */
    uint64_t counts, edges;
    uint64_t away; /* not 0: some reference is not one to an object taken */
} gc__run;

/* How the references of a slab are counted. */
enum gc__subtract_way {
    GC__SUBTRACT_TAKEN,     /* those to objects taken; none is marked */
    GC__SUBTRACT_MARKING,   /* all; what marked ones refer to is marked */
    GC__SUBTRACT_SCATTERED, /* the same, with the bytes fetched ahead */
};

/* Counts what the object that the walk is at refers to, and those behind it of the same kind, which is a described one. Leaves the walk at
 * the first object taken of another kind, or at the end. */
void gc__subtract_run(gc__subtraction *s, gc__run *run, const gc__kind *kind, enum gc__subtract_way way);
/* The same for those behind it of any kinds, with a look at the type of each. Leaves the walk at the first one taken that is not described,
 * has watchers that matter, or may be presumed to be held. */
void gc__subtract_mixed(gc__subtraction *s, gc__run *run, enum gc__subtract_way way);
/* Counts the references that wait. */
void gc__subtract_waiting(gc__subtraction *s);

#endif
