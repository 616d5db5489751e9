/* SPDX-License-Identifier: MIT */
/* object.h: the 8 bytes at the start of every object, and the inline paths that touch them.
 *
 * The inline paths are a contract between a program and the library it runs with: what they read and write
 * keeps its meaning for every library whose major version is the same. A heap opened with checks arranges
 * that each of them takes its slow call, so that checking needs no recompiled program.
 *
 * The count word
 *   bits 0-29  the reference count; it saturates into immortality and never overflows
 *   bit  30    slow retain:  the object is immortal, or its heap is checked
 *   bit  31    slow release: the object is immortal, its heap is checked, or it is *quiet* (old, and no reference
 *              to it has been dropped since the last full collection)
 * A release that leaves the word zero or negative as a signed number takes the slow call; one test serves all.
 *
 * The kind word
 *   bits 0-21  the number of the type in its heap
 *   bits 22-31 flags of the object, see lib/header.h */
#ifndef LIBGC_OBJECT_H
#define LIBGC_OBJECT_H

#include <libgc/error.h>

GC__BEGIN_C

/* First member of every object. Its members are the library's. */
typedef struct gc_object {
    uint32_t gc__count;
    uint32_t gc__kind;
} gc_object;

#define GC__SLOW_RETAIN 0x40000000u
#define GC__SLOW_RELEASE 0x80000000u
#define GC__COUNT_MASK 0x3fffffffu

#define GC__LIKELY(x) __builtin_expect(!!(x), 1)
#define GC__UNLIKELY(x) __builtin_expect(!!(x), 0)

/* Where the next slot of one size comes from: the open slab of that size. */
struct gc__bin {
    char *free;          /* free slots of the open slab, linked through their second word; or NULL */
    char *bump;          /* slots from here to bump_end have never been used since the slab was opened */
    char *bump_end;
    char *slab_start;    /* first slot of the open slab */
    uint8_t *slab_state; /* its state bytes, one a slot */
    uint32_t reciprocal; /* (offset in the slab * reciprocal) >> 32 is the slot's number */
    uint32_t slot_size;  /* bytes */
};

/* What every creation counts. A creation at or over the limit takes the slow call. */
struct gc__front {
    int64_t created; /* objects created less objects destroyed since the last collection, not below 0 */
    int64_t limit;
};

/* A type registered with a heap. Owned by the heap; valid until the heap is closed. */
typedef struct gc_type {
    struct gc__bin *gc__bin;     /* one that is always empty where creation always takes the slow call */
    struct gc__front *gc__front;
    uint32_t gc__kind;           /* the kind word of a newborn object */
    uint8_t gc__birth;           /* the state byte of a newborn object */
} gc_type;

GC__API void *gc__create_slow(gc_type *type, size_t size);
GC__API void gc__retain_slow(gc_object *object);
GC__API void gc__release_slow(gc_object *object);

/* Word by word for small objects: one wide store would be forwarded late, or not at all, to the load of one of its words. */
static inline void gc__zero(char *start, size_t bytes)
{
    if (bytes > 56 || bytes % 8 != 0) {
        __builtin_memset(start, 0, bytes);
        return;
    }
    for (size_t word = 0; word < bytes; word += 8)
        *(volatile uint64_t *)(void *)(start + word) = 0;
}

static inline void *gc__create(gc_type *type, size_t size)
{
    struct gc__bin *bin = type->gc__bin;
    struct gc__front *front = type->gc__front;
    char *slot = bin->free;
    if (GC__UNLIKELY(front->created >= front->limit))
        return gc__create_slow(type, size);
    if (slot) {
        __builtin_memcpy(&bin->free, slot + 8, sizeof bin->free);
    } else if (GC__LIKELY(bin->bump != bin->bump_end)) {
        slot = bin->bump;
        bin->bump = slot + bin->slot_size;
    } else {
        return gc__create_slow(type, size);
    }
    front->created++;
    gc__zero(slot + 8, size - 8);
    /* Two stores: a processor forwards a store to the load of a part of it late or not at all, and a release may follow soon. */
    ((gc_object *)slot)->gc__count = 1;
    ((gc_object *)slot)->gc__kind = type->gc__kind;
    uint64_t offset = (uint64_t)(slot - bin->slab_start);
    bin->slab_state[(offset * bin->reciprocal) >> 32] = type->gc__birth;
    return slot;
}

static inline void gc__retain(gc_object *object)
{
    uint32_t word = object->gc__count + 1;
    object->gc__count = word;
    if (GC__UNLIKELY(word & GC__SLOW_RETAIN))
        gc__retain_slow(object);
}

static inline void gc__release(gc_object *object)
{
    uint32_t word = object->gc__count - 1;
    object->gc__count = word;
    if (GC__UNLIKELY((int32_t)word <= 0))
        gc__release_slow(object);
}

GC__END_C

#endif
