/* SPDX-License-Identifier: MIT */
/* number.h: numbers as objects: integers of 64 bits, and floats.
 *
 * Both are immutable. An integer and a float of the same value are equal and have the same hash, as in Python: 2 and 2.0 are one key.
 * So are 0.0 and -0.0. A NaN is equal to itself, the object, and to nothing else. */
#ifndef LIBGC_NUMBER_H
#define LIBGC_NUMBER_H

#include <libgc/container.h>
#include <libgc/heap.h>

GC__BEGIN_C

/* Its members are the library's. */
typedef struct gc_integer {
    gc_object gc;
    uint64_t gc__hash; /* 0: not computed yet */
    int64_t gc__value;
} gc_integer;

/* Its members are the library's. */
typedef struct gc_float {
    gc_object gc;
    double gc__value;
} gc_float;

/* Whether an object is an integer; NULL is none.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's; this holds for every inline function of this header. */
static inline bool gc_integer_is(const void *object)
{
    return gc__is_container(object, GC__CONTAINER_INTEGER);
}

/* The value. */
static inline int64_t gc_integer_value(const gc_integer *integer)
{
    return integer->gc__value;
}

/* Whether an object is a float; NULL is none. */
static inline bool gc_float_is(const void *object)
{
    return gc__is_container(object, GC__CONTAINER_FLOAT);
}

/* The value. */
static inline double gc_float_value(const gc_float *number)
{
    return number->gc__value;
}

/* Integers from the first to the last of these are made once for a heap, and are immortal. */
enum { GC_SMALL_INTEGER_MIN = -5, GC_SMALL_INTEGER_MAX = 1023 };

/* An integer, or a float, of that value. NULL with GC_ERROR_MEMORY.
 * Collects: yes. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_integer *gc_integer_create(gc_heap *heap, int64_t value);
GC__API gc_float *gc_float_create(gc_heap *heap, double value);

GC__END_C

#endif
