/* SPDX-License-Identifier: MIT */
/* slab.h: slots of one size in one run of granules, and how an address becomes a slot.
 *
 * A chunk is 4 MiB of the heap's range, aligned to 4 MiB: 64 granules of 64 KiB. Its first granule is not handed out; one page of it
 * holds a descriptor for each granule, so that the descriptor of an object's slab, and through it the heap, is found from the
 * object's address without a load. Which page of the granule it is depends on the chunk's number: at one and the same
 * offset in all chunks the descriptors would all fall into the same few sets of each cache.
 *
 * A slab is a run of granules of one chunk. Its slots are numbered from 0; slot s has state byte state[table + s] and inside
 * count inside[table + s]. A large object is a
 * slab of one slot, and may be longer than a chunk: then it starts in granule 1 of the first of its own chunks. */
#ifndef LIBGC_LIB_SLAB_H
#define LIBGC_LIB_SLAB_H

#include "lib/header.h"
#include "lib/size_class.h"

#include <stdbool.h>

#define GC__GRANULE_SHIFT 16
#define GC__GRANULE ((size_t)1 << GC__GRANULE_SHIFT)
#define GC__CHUNK_SHIFT 22
#define GC__CHUNK ((size_t)1 << GC__CHUNK_SHIFT)
#define GC__CHUNK_GRANULES 64
#define GC__SLAB_SLOTS_MAX 4096u /* as many as table entries that are handed out in one piece */

enum gc__slab_flag {
    GC__SLAB_PARTIAL = 1, /* in its bin's list of slabs that have free slots */
    GC__SLAB_EMPTIED = 2, /* in the heap's list of slabs to give back when no teardown or collection is under way */
    GC__SLAB_LARGE = 4,
    GC__SLAB_ACYCLIC = 8,
    GC__SLAB_CHUNKS = 16, /* a large object in chunks of its own */
    GC__SLAB_WHOLE = 32   /* only in reclaim: all of it goes */
};

/* The descriptor of a granule. At the head of a slab it says everything about the slab; elsewhere only `heap` and `head` mean anything. */
typedef struct gc__slab {
    struct gc__bin *open;  /* the bin that hands out its slots, which then has its free list; NULL: it is not open */
    union {
        char *free;        /* free slots while it is not open */
        size_t large_bytes; /* a large object's size */
    };
    gc_heap *heap;
    uint32_t slot_size;
    uint32_t reciprocal;
    uint32_t table;        /* index of slot 0 in the tables */
    uint32_t head;         /* head granule; 0: no slab here */
    uint32_t next, previous; /* in one of the lists */
    uint32_t granules;
    uint16_t free_count;   /* of `free` */
    uint16_t carved;       /* slots ever used; those above have not been touched since the slab was made. Exact while not open */
    uint16_t capacity;     /* slots; 0: not a head */
    uint8_t bin;
    uint8_t flags;
    uint32_t counts;       /* gc/collection.h, gc__sums */
} gc__slab;

_Static_assert(sizeof(gc__slab) == 64, "one cache line a descriptor, one page a chunk");
_Static_assert(GC__CLASSES <= 256, "a bin's number is a byte");

/* The descriptor of the granule that holds `address`, which lies in a chunk. */
static inline gc__slab *gc__granule_slab(const void *address)
{
    uintptr_t at = (uintptr_t)address;
    uintptr_t chunk = at & ~(uintptr_t)(GC__CHUNK - 1);
    return (gc__slab *)(chunk + (at >> (GC__CHUNK_SHIFT - 12) & 0xf000) + (at >> (GC__GRANULE_SHIFT - 6) & 0xfc0));
}

/* Entries of the tables that belong to a slab: one a slot, and one for the start in the unused tail, which never is an object. */
static inline uint32_t gc__table_entries(uint32_t granules, uint32_t slot_size, uint32_t capacity, bool large)
{
    return capacity + (!large && granules * GC__GRANULE > (size_t)capacity * slot_size);
}

static inline uint32_t gc__slab_entries(const gc__slab *slab)
{
    return gc__table_entries(slab->granules, slab->slot_size, slab->capacity, slab->flags & GC__SLAB_LARGE);
}

static inline size_t gc__slab_slot_bytes(const gc__slab *slab)
{
    return slab->flags & GC__SLAB_LARGE ? slab->large_bytes : slab->slot_size;
}

/* What the collector needs of a granule to turn a reference into a table index, with one multiplication. Let w be the distance of an
 * address from the range's base in words of 8 bytes: the upper half of w * reciprocal + bias is the index, and the lower half is less than
 * the reciprocal if, and only if, the address is the start of a slot. The slab's unused tail may hold one such start: its table has
 * an entry more for it, which stays 0. A large object has a reciprocal of 1, so that only its start is one.
 * All zero where no object can be collected: no slab, the tail of a large object, slabs of acyclic types. */
typedef struct gc__lookup {
    uint64_t bias;
    uint32_t reciprocal; /* 2^32 / words of a slot, rounded up */
    uint32_t edges;      /* gc/collection.h, gc__sums */
} gc__lookup;

/* The lookup of all granules of a slab of which slot 0 has this table index. */
static inline gc__lookup gc__lookup_of(uint32_t head, uint32_t slot_size, uint32_t table, bool large)
{
    uint64_t words = slot_size / 8;
    uint32_t reciprocal = large ? 1 : (uint32_t)((((uint64_t)1 << 32) + words - 1) / words);
    uint64_t head_word = (uint64_t)head << (GC__GRANULE_SHIFT - 3);
    return (gc__lookup){ ((uint64_t)table << 32) - head_word * reciprocal, reciprocal, 0 };
}

/* One chunk, at its number. Bits of granules; those of `idle` and `returned` are in `free`, too. */
typedef struct gc__chunk {
    uint64_t free_granules;
    uint64_t idle_granules;     /* not taken since gc__granules_age last looked */
    uint64_t returned_granules; /* the system has their memory */
    uint32_t next, previous; /* in the list of chunks with free granules */
    uint32_t chunks;        /* length, in chunks; 0: not a chunk, or the inside of a longer one */
    uint32_t listed;
} gc__chunk;

/* A bin and what belongs to it. */
typedef struct gc__class {
    struct gc__bin bin;
    uint32_t open;    /* head granule of the open slab; 0: none */
    uint32_t partial; /* first of the list */
    uint32_t slot_size;
    uint16_t granules;
    uint16_t acyclic;
} gc__class;

/* A slot, located. */
typedef struct gc__place {
    gc__slab *slab;
    uint32_t slot;
    uint32_t index; /* in the tables */
} gc__place;

struct gc_heap;

/* Takes a free slot of the class; NULL: no memory. With `fresh`, none that has been used before. */
char *gc__slot_take(gc_heap *heap, gc__class *klass, bool fresh);
/* Takes a slab for one object of `bytes`. NULL: no memory. */
char *gc__large_take(gc_heap *heap, size_t bytes, bool acyclic);
/* Gives a slot of a slab that is not open back, also a large one. The object in it is over, its state byte 0. */
void gc__slot_give_closed(gc_heap *heap, char *slot, gc__slab *slab);
/* Gives a whole closed slab back, whatever its slots hold; their state bytes must be 0 already. */
void gc__slab_give(gc_heap *heap, gc__slab *slab);
/* All objects of a closed slab are over, their state bytes 0: the slab goes back, now or when the collection ends. */
void gc__slab_clear(gc_heap *heap, gc__slab *slab);
/* Gives back the slabs that emptied while that had to wait. */
void gc__slabs_settle(gc_heap *heap);
/* Closes the open slab of a class: what it still has goes to the slab's own list. */
void gc__class_close(gc_heap *heap, gc__class *klass);
/* Makes the large object's run longer or shorter in place; false: not possible. */
bool gc__large_resize(gc_heap *heap, gc__slab *slab, size_t bytes);

/* A run of granules of one chunk (granule.c). Returns its first, 0: no memory. */
uint32_t gc__granules_take(gc_heap *heap, uint32_t count);
void gc__granules_give(gc_heap *heap, uint32_t first, uint32_t count);
/* Takes these very granules, if all are free. */
bool gc__granules_extend(gc_heap *heap, uint32_t granule, uint32_t count);
/* Gives the memory of free granules back to the system; returns how many bytes that is. */
size_t gc__granules_trim(gc_heap *heap);
/* The same for those that nothing has taken for a second or longer, so that what a past peak needed goes back. Called by full collections
 * that have looked at the whole heap; does a bounded part of it at a time, and nothing when it is called again within a second. */
void gc__granules_age(gc_heap *heap, uint64_t now_ns);
/* Whole chunks, zero but for granule 0 of the first, the header. Returns granule 1, 0: no memory. What a resize adds is not zeroed. */
uint32_t gc__chunks_take(gc_heap *heap, size_t bytes);
void gc__chunks_give(gc_heap *heap, uint32_t granule);
bool gc__chunks_resize(gc_heap *heap, uint32_t granule, size_t bytes);

#endif
