/* SPDX-License-Identifier: MIT */
/* bytes.h: immutable bytes that are data and no text: as gc_string, but written b'\x00...', and equal to no string. */
#ifndef LIBGC_BYTES_H
#define LIBGC_BYTES_H

#include <libgc/container.h>
#include <libgc/heap.h>

GC__BEGIN_C

/* Its members are the library's. The bytes follow, and a zero byte that does not count. */
typedef struct gc_bytes {
    gc_object gc;
    uint64_t gc__hash; /* 0: not computed yet */
    size_t gc__length;
} gc_bytes;

/* Whether an object is a gc_bytes; NULL is none.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's; this holds for every inline function of this header. */
static inline bool gc_bytes_is(const void *object)
{
    return gc__is_container(object, GC__CONTAINER_BYTES);
}

/* Where the bytes are; valid while the object lives. Aligned to 8. */
static inline const void *gc_bytes_data(const gc_bytes *bytes)
{
    return bytes + 1;
}

/* How many bytes. */
static inline size_t gc_bytes_length(const gc_bytes *bytes)
{
    return bytes->gc__length;
}

/* `length` bytes, copied; they may lie in an object that the caller holds. No bytes at all are made once for a heap, and immortal. NULL
 * with GC_ERROR_MEMORY, or GC_ERROR_LIMIT for more than a heap holds.
 * Collects: yes. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_bytes *gc_bytes_create(gc_heap *heap, const void *data, size_t length);

GC__END_C

#endif
