/* SPDX-License-Identifier: MIT */
/* function.h: a C function with a name and the references it has captured: a closure.
 *
 *     static void *add(gc_function *self, void **arguments, size_t count)
 *     {
 *         return gc_integer_create(gc_heap_of(self), ...);
 *     }
 *     gc_function *function = gc_function_create(heap, name, add, 1);
 *     gc_function_capture(function, 0, cell);
 *     void *result = gc_function_call(function, arguments, 2);
 *
 * The captured references are inside the object; the collector sees them, so a function may capture what leads back to it. */
#ifndef LIBGC_FUNCTION_H
#define LIBGC_FUNCTION_H

#include <libgc/container.h>
#include <libgc/heap.h>
#include <libgc/string.h>

GC__BEGIN_C

typedef struct gc_function gc_function;

/* What a function runs. `arguments` are `count` borrowed references; the caller of the function holds them meanwhile. Returns an owned
 * reference; NULL says that it failed. */
typedef void *(*gc_function_code)(gc_function *self, void **arguments, size_t count);

/* A new function, which the caller owns, with room for so many captured references, all NULL. `name` may be NULL. NULL with
 * GC_ERROR_MEMORY, GC_ERROR_LIMIT (more captured than an object holds), or GC_ERROR_ARGUMENT (no code).
 * Collects: yes, as a creation. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_function *gc_function_create(gc_heap *heap, const gc_string *name, gc_function_code code, size_t captured);

/* Whether an object is a gc_function; NULL is not. Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
static inline bool gc_function_is(const void *object)
{
    return gc__is_container(object, GC__CONTAINER_FUNCTION);
}

/* Its name, borrowed, NULL: none; its code; how many references it captures.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API gc_string *gc_function_name(const gc_function *function);
GC__API gc_function_code gc_function_code_of(const gc_function *function);
GC__API size_t gc_function_captured_count(const gc_function *function);

/* A captured reference, borrowed; NULL, with GC_ERROR_ARGUMENT, past the last.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API void *gc_function_captured(const gc_function *function, size_t index);

/* Captures `value` (which may be NULL) in place of what was there. Returns false with GC_ERROR_ARGUMENT past the last.
 * Collects: no. User code: when the old value dies. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_function_capture(gc_function *function, size_t index, const void *value);

/* Runs the function, which is held meanwhile; so it may drop the last reference to itself. Returns what the code returns: an owned
 * reference, or NULL. `arguments` may be NULL when `count` is 0. Collects, user code: as the code does. In callbacks: yes. Thread: the
 * heap's. */
GC__API void *gc_function_call(gc_function *function, void **arguments, size_t count);

GC__END_C

#endif
