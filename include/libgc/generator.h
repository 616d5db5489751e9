/* SPDX-License-Identifier: MIT */
/* generator.h: a C function that can stop in its middle and be resumed.
 *
 * What it keeps between two runs is its frame: a state number, references, and bytes. The collector sees the references while
 * it is suspended, so a generator may be part of a cycle. Its code looks at the state number to know where to go on:
 *
 *     static void *count_up(gc_generator *self, void *sent)
 *     {
 *         int64_t *next = gc_generator_bytes(self);
 *         return *next < 10 ? gc_integer_create(gc_heap_of(self), (*next)++) : NULL;
 *     }
 *     gc_generator *generator = gc_generator_create(heap, count_up, NULL, 0, sizeof(int64_t));
 *     for (void *value; (value = gc_generator_next(generator)); gc_release(value))
 *         ...
 *
 * Its clean-up runs exactly once: when the code ends, when gc_generator_close is called, when it dies by count, or when a collection
 * finds it, whichever comes first. Only a heap that is closed with the generator still held does without,
 * and a generator whose code was left by longjmp or an exception: it counts as running for ever. */
#ifndef LIBGC_GENERATOR_H
#define LIBGC_GENERATOR_H

#include <libgc/container.h>
#include <libgc/heap.h>

GC__BEGIN_C

typedef struct gc_generator gc_generator;

/* One run, from where the state number says to the next stop. `sent` is borrowed: what gc_generator_send was given, NULL for
 * gc_generator_next. Returns an owned reference, which the caller of the run gets; or NULL: it has ended, and is closed. */
typedef void *(*gc_generator_code)(gc_generator *self, void *sent);

/* The clean-up. The frame is still whole. It is user code like a finalizer, and may keep the generator alive, which stays closed. */
typedef void (*gc_generator_clean_up)(gc_generator *self);

/* What gc_generator_status_of tells. */
enum gc_generator_status {
    GC_GENERATOR_SUSPENDED, /* has not begun, or has stopped */
    GC_GENERATOR_RUNNING,   /* its code or its clean-up is running */
    GC_GENERATOR_CLOSED     /* its clean-up has run, its frame is empty */
};

/* A new suspended generator, which the caller owns: state number 0, so many references, all NULL, and `bytes`
 * bytes, all zero. `clean_up` may be NULL. NULL with GC_ERROR_MEMORY, GC_ERROR_LIMIT, or GC_ERROR_ARGUMENT (no code).
 * Collects: yes, as a creation. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_generator *gc_generator_create(gc_heap *heap, gc_generator_code code, gc_generator_clean_up clean_up, size_t references,
                                          size_t bytes);

/* Whether an object is a gc_generator; NULL is not. Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
static inline bool gc_generator_is(const void *object)
{
    return gc__is_container(object, GC__CONTAINER_GENERATOR) || gc__is_container(object, GC__CONTAINER_CLEANED_GENERATOR);
}

/* Its status. Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API enum gc_generator_status gc_generator_status_of(const gc_generator *generator);

/* Runs it to its next stop, and returns what it stopped with, which the caller owns. NULL: it has ended, now or earlier; or it is running,
 * which is refused with GC_ERROR_BUSY (its status tells). gc_generator_send hands `value` (borrowed; may be NULL) to the code. The
 * generator is held meanwhile. Collects, user code: as the code does. In callbacks: yes. Thread: the heap's. */
GC__API void *gc_generator_next(gc_generator *generator);
GC__API void *gc_generator_send(gc_generator *generator, const void *value);

/* Closes it: its clean-up runs, then its references are released. True also when it was closed already; false with GC_ERROR_BUSY when
 * it is running. Collects: no. User code: the clean-up; what the releases run. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_generator_close(gc_generator *generator);

/* The frame, for code and clean-up. The state number; the bytes, NULL when there are none or it is closed, aligned to 16; a
 * reference, borrowed, NULL with GC_ERROR_ARGUMENT past the last; how many references: 0 once it is closed.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API int64_t gc_generator_state(const gc_generator *generator);
GC__API void gc_generator_set_state(gc_generator *generator, int64_t state);
GC__API void *gc_generator_bytes(gc_generator *generator);
GC__API size_t gc_generator_reference_count(const gc_generator *generator);
GC__API void *gc_generator_reference(const gc_generator *generator, size_t index);

/* Stores `value` (which may be NULL) in place of what was there. Returns false with GC_ERROR_ARGUMENT past the last.
 * Collects: no. User code: when the old value dies. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_generator_set_reference(gc_generator *generator, size_t index, const void *value);

GC__END_C

#endif
