/* SPDX-License-Identifier: MIT */
/* error.h: how a call says what went wrong.
 *
 * A call that fails returns NULL, false or a code, changes nothing, and leaves a code and a sentence in
 * the heap. A fault of the program that only a checked heap can see ends the process with a message instead
 * (gc_settings.check_level). */
#ifndef LIBGC_ERROR_H
#define LIBGC_ERROR_H

#include <libgc/version.h>

GC__BEGIN_C

/* A heap of objects, which heap.h opens and closes. Its members are the library's. */
typedef struct gc_heap gc_heap;

/* What went wrong. The numbers keep their meaning. */
typedef enum gc_error {
    GC_OK = 0,
    GC_ERROR_MEMORY,   /* no memory, or the heap's address range is used up */
    GC_ERROR_ARGUMENT, /* an argument that can never be right */
    GC_ERROR_TYPE,     /* a type description that contradicts itself, or an object whose type has not what was asked of it */
    GC_ERROR_BUSY,     /* not possible now: a collection, a teardown, a callback, or the generator itself is under way */
    GC_ERROR_SHARED,   /* the object would have to move, and others refer to it */
    GC_ERROR_LIMIT,    /* a size, or a number of types, over the library's limit */
    GC_ERROR_RELEASED, /* an object was released more often than it was retained */
    GC_ERROR_VERSION,  /* the program was built for another major version. gc_heap_open, which has no heap to note it in, sets ENOTSUP */
    GC_ERROR_CHANGED,  /* a container was changed by user code while an operation, or an iteration, was going through it */
    GC_ERROR_SYSTEM    /* the system refused something other than memory */
} gc_error;

/* The code of the heap's last failed call; GC_OK when none has failed yet.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API gc_error gc_last_error(const gc_heap *heap);

/* A sentence about the last failed call; "" when none has failed yet. The heap owns it; it is overwritten by the
 * next failure. Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API const char *gc_last_error_message(const gc_heap *heap);

/* Records the failure of a function of the program's own that reports it as the library does: one that a type has for gc_hash or
 * gc_equal, for instance. `message` is copied, cut to 255 bytes.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API void gc_fail(gc_heap *heap, gc_error error, const char *message);

/* The name of a code, for instance "no memory". Never NULL; static storage.
 * Collects: no. User code: no. In callbacks: yes. Thread: any. */
GC__API const char *gc_error_name(gc_error error);

GC__END_C

#endif
