/* SPDX-License-Identifier: MIT */
/* size_class.h: which slot sizes there are.
 *
 * Up to 512 bytes every multiple of 8 from 16; above that eight sizes for each doubling, up to 32 KiB, so that a slot is less
 * than 12.5 % larger than what was asked for. A slab of a class has as many granules as leave less than 1/64 of it unused. Larger
 * objects are runs of granules: at most one page of a run is touched in vain. */
#ifndef LIBGC_LIB_SIZE_CLASS_H
#define LIBGC_LIB_SIZE_CLASS_H

#include <stddef.h>
#include <stdint.h>

#define GC__SLOT_MIN 16u
#define GC__SMALL_MAX 512u
#define GC__MEDIUM_MAX 32768u
#define GC__SMALL_CLASSES 63u /* 16, 24, ... 512 */
#define GC__CLASSES (GC__SMALL_CLASSES + 48u)

/* The class of a request of 1 to GC__MEDIUM_MAX bytes. */
static inline uint32_t gc__class_of(size_t bytes)
{
    if (bytes <= GC__SMALL_MAX)
        return bytes <= GC__SLOT_MIN ? 0 : (uint32_t)((bytes + 7) / 8 - 2);
    uint32_t doubling = 63 - (uint32_t)__builtin_clzll((uint64_t)bytes - 1); /* 9 for 513 to 1024 */
    uint32_t step = (uint32_t)((bytes - 1) >> (doubling - 3)) - 8;           /* 0 to 7 */
    return GC__SMALL_CLASSES + (doubling - 9) * 8 + step;
}

/* The slot size of a class. */
static inline uint32_t gc__class_size(uint32_t klass)
{
    if (klass < GC__SMALL_CLASSES)
        return (klass + 2) * 8;
    klass -= GC__SMALL_CLASSES;
    return (9 + klass % 8) << (klass / 8 + 6);
}

/* The granules of a slab of such slots. */
uint32_t gc__class_granules(uint32_t slot_size);

#endif
