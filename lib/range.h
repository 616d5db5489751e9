/* SPDX-License-Identifier: MIT */
/* range.h: the one stretch of addresses that is a heap: its control block, its tables, and the range objects live in.
 *
 * All of it is reserved in one piece and charged for only where committed. Each table is a region that grows from its start;
 * what is committed stays so until the heap is closed (gc_trim gives the memory back, not the commitment). */
#ifndef LIBGC_LIB_RANGE_H
#define LIBGC_LIB_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A table that grows from its start. */
typedef struct gc__region {
    char *base;
    size_t reserved;
    size_t committed;
} gc__region;

/* Bytes of the pieces of a heap whose range has so many bytes. */
typedef struct gc__layout {
    size_t range;
    size_t control, lookups, chunks, blocks, maps, states, insides, wides, types, stack, touched;
    size_t total;
} gc__layout;

#define GC__RANGE_MAX ((size_t)64 << 30)
#define GC__RANGE_MIN ((size_t)16 << 20)
#define GC__COMMIT_STEP ((size_t)64 << 10)

gc__layout gc__layout_of(size_t range);
/* Reserves a heap's addresses: `range` bytes of range, or fewer if `may_shrink`. Returns the mapping, NULL: none. */
char *gc__range_reserve(size_t range, bool may_shrink, gc__layout *layout);
void gc__range_release(char *mapping, const gc__layout *layout);
/* As gc__range_release, but the first `kept` bytes stay, readable. */
void gc__range_release_after(char *mapping, const gc__layout *layout, size_t kept);

/* Commits memory; it reads as zero the first time. False: the system refuses. */
bool gc__commit(char *address, size_t bytes);
/* Gives the memory of whole pages back; it stays committed and reads as zero. False: the system keeps it as it is, which it does where it
 * is locked. */
bool gc__purge(char *address, size_t bytes);
/* Physical bytes behind a stretch of addresses; 0 where the system does not say. */
size_t gc__resident_bytes(const char *address, size_t bytes);

/* Sees to it that the first `bytes` of a region can be used. */
bool gc__region_grow(gc__region *region, size_t bytes);

static inline bool gc__region_ensure(gc__region *region, size_t bytes)
{
    return bytes <= region->committed || gc__region_grow(region, bytes);
}

#endif
