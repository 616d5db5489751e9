/* SPDX-License-Identifier: MIT */
/* record.h: the last operations on each object of a checked heap, with the places in the program they came from. */
#ifndef LIBGC_LIB_RECORD_H
#define LIBGC_LIB_RECORD_H

#include "lib/heap.h"

#define GC__RECORDS_MAX 1000u

enum gc__operation {
    GC__RECORD_CREATED = 1,
    GC__RECORD_RETAINED,
    GC__RECORD_RELEASED,
    GC__RECORD_MOVED,     /* its reference went from a variable into a field */
    GC__RECORD_WATCHED,   /* a weak reference, or an ephemeron, was made */
    GC__RECORD_TRACKED,
    GC__RECORD_UNTRACKED,
    GC__RECORD_FINALIZED,
    GC__RECORD_DYING,
    GC__RECORD_FREED
};

/* Prepares a checked heap whose settings ask for records. False: no memory. */
bool gc__records_open(gc_heap *heap);

/* Notes what happens to an object of this heap, after it has; `site` is where the library was called, NULL if it acts by itself. In a heap
 * without records, and where there is no memory for them, does nothing. */
void gc__record_at(gc_heap *heap, const gc_object *object, enum gc__operation operation, const void *site);

static inline void gc__record(gc_heap *heap, const gc_object *object, enum gc__operation operation, const void *site)
{
    if (heap->records)
        gc__record_at(heap, object, operation, site);
}

/* Where the program called the library for what is now looked at: the message about it says so. */
void gc__record_site_at(gc_heap *heap, const void *site);

static inline void gc__record_site(gc_heap *heap, const void *site)
{
    if (heap->records)
        gc__record_site_at(heap, site);
}

/* Logs what is known of a slot, a line an operation, the last one last: also what was done to earlier objects in it. */
void gc__record_log(const gc_heap *heap, const gc_object *object);

/* The slots that begin in this memory are no more. */
void gc__record_forget(gc_heap *heap, const char *start, size_t bytes);

#endif
