/* SPDX-License-Identifier: MIT */
/* heap.h: all of a heap's state. There is no other: no global of this library is ever written. */
#ifndef LIBGC_LIB_HEAP_H
#define LIBGC_LIB_HEAP_H

#include "lib/range.h"
#include "lib/slab.h"
#include "lib/state.h"
#include "lib/type.h"

#include <jemalloc/jemalloc.h>
#include <libgc.h>
#include <pthread.h>
#include <stddef.h>

#define GC__TYPES_MAX (((size_t)1 << 20) + GC__CONTAINERS_END) /* the library's own come first */
#define GC__MAPS 6
#define GC__CALLBACKS_MAX 16
/* The two bytes of a slot lie in two tables at addresses that differ in their low bits too: processors guess from those whether a load
 * depends on a store just before it, and which way of a cache to look in. */
#define GC__INSIDE_SKEW ((size_t)2112)
#define GC__BLOCK_SLOTS 4096u
#define GC__BLOCK_ORDERS 7u /* 64, 128, ... 4096 slots */

/* 4,096 table entries, shared by slabs of about the same number of slots. */
typedef struct gc__block {
    uint64_t used;           /* bit u: unit u of the order is taken */
    uint32_t next, previous; /* in the list of its order, or of free blocks */
    uint32_t order;          /* units have 64 << order entries */
    uint32_t listed;
} gc__block;

/* One bit a granule, at heads of slabs. */
enum gc__map {
    GC__MAP_TRACKED,   /* slabs of types that can be in cycles */
    GC__MAP_ACYCLIC,   /* the other slabs */
    GC__MAP_YOUNG,     /* slabs that may hold young objects: every open one, at least */
    GC__MAP_MIDDLE,    /* slabs that may hold middle ones */
    GC__MAP_HELD,      /* slabs that may hold objects with HELD */
    GC__MAP_CONDEMNED  /* only during a collection: slabs that hold condemned objects */
};

struct gc__watcher;

enum gc__activity {
    GC__TEARDOWN = 1,  /* what dies is queued */
    GC__COLLECTION = 2
};

/* An object that was touched. It may be gone, and its slot in use again or no slot any more.
 * A narrow collection makes of it the list of all that take part, and fills in the rest. */
typedef struct gc__touched {
    gc_object *object;
    uint32_t index; /* in the tables */
    uint32_t count; /* its reference count, and whether it refers to anything */
} gc__touched;

#define GC__TOUCHED_REFERS 0x80000000u
#define GC__TOUCHED_HELD 0x40000000u /* HELD: reach notes whether it still is */

/* target -> first of the objects that watch it (weak_table.c): open addressing, linear probing. */
typedef struct gc__weak_table {
    struct gc__weak_entry *entries;
    size_t capacity; /* a power of two, or 0 */
    size_t used;
} gc__weak_table;

typedef struct gc__callback {
    gc_collect_function function;
    void *context;
} gc__callback;

/* What pacing knows; gc/pace.c has the rules. */
typedef struct gc__pace {
    int64_t thresholds[3];
    int64_t counts[3];         /* [1], [2]: collections of the next younger generation. [0] is front.created */
    int64_t young_limit;       /* adaptive pace: the current one */
    uint32_t full_percent;
    uint32_t mode;
    bool enabled;
    bool due;                  /* bytes say so: the next creation is slow and collects */
    size_t threshold_bytes;
    size_t bytes_since;        /* taken or reported since the last collection */
    size_t bytes_at_full;      /* in use after the last full collection */
    size_t kept_at_full;       /* old objects after the last full collection; after a narrow one reckoned, see pace.c */
    size_t reckoned;           /* of them, those that became old since they were counted */
    size_t promoted_since;     /* to the oldest generation, since then */
    size_t idle_fulls;         /* full collections in a row that found nothing */
    uint32_t stress_calls;     /* calls that might have collected, under gc_settings.stress */
} gc__pace;

/* A call of user code by a checked heap. */
typedef struct gc__user_call {
    const char *mark; /* the stack below is the user code's; NULL: no call is under way */
    const char *what; /* "finalizer", say */
    const char *type; /* whose; or NULL */
} gc__user_call;

/* Hooks into the collector, which this layer knows nothing of. */
typedef struct gc__hooks {
    void (*creation_due)(gc_heap *heap); /* a creation has passed front.limit, or the heap is under stress */
    void (*memory_short)(gc_heap *heap); /* a creation found no memory: collect */
} gc__hooks;

struct gc_heap {
    struct gc__front front; /* the inline creation path's */
    uint64_t signature;     /* GC__SIGNATURE from the end of opening to the start of closing */
    gc__lookup *lookups;    /* what subtract and reach need, together in one line */
    char *base;             /* of the range, aligned to chunks */
    size_t top;             /* bytes of the range for which lookups are committed */
    uint8_t *states;
    uint8_t *insides;
    uint32_t *wides;
    gc__type **types;
    uint64_t *maps[GC__MAPS];
    gc__touched *touched;   /* each old object is quiet or in it, unless all_touched */
    size_t touched_count, touched_max;

    /* Teardown. */
    gc_object *dying_first, *dying_last;
    uint32_t under_way;     /* enum gc__activity. One word, always written and read whole: the death of an object does both within
                             * nanoseconds, and a wide read of two narrow writes would wait for the cache */
    bool closing;
    uint8_t birth_mark;     /* REACHED while user code runs in a collection: what is born then takes no part in it */
    bool has_finalizers;    /* some type of the heap has one */
    bool has_ephemerons;    /* one has been made */
    bool all_touched;       /* any old object may be garbage, listed or not */
    bool user_teardown;     /* the outermost of them is in no teardown: what dies in it is queued until it returns */
    bool refused;           /* this collection could not count all references to some object */
    bool reclaiming;        /* what is condemned is being destroyed */
    bool walk_down;         /* the next full collection subtracts from high addresses to low ones */
    uint8_t walk_late[2];   /* [down]: of 255 objects, how many were met too late when it last went that way (gc/subtract.c) */
    uint32_t user_depth;    /* calls of user code under way during a teardown or a collection */
    uint32_t visiting;      /* walks over the objects under way: no collection starts */
    uint32_t emptied;       /* slabs to give back when the teardown or collection is over */

    /* Checks and settings. */
    bool checked;
    uint32_t redzone;       /* bytes behind each object of a checked heap */
    pthread_t owner;
    gc_settings settings;
    gc__hooks hooks;
    gc__pace pace;
    gc__callback callbacks[GC__CALLBACKS_MAX];
    uint32_t callback_count;
    gc_error error;
    char error_message[256];

    /* Memory. */
    char *mapping;
    gc__layout layout;
    size_t range_used;      /* bytes handed to jemalloc so far */
    extent_hooks_t extent_hooks;
    unsigned arena;
    unsigned tcache;        /* made when raw memory is first asked for */
    bool has_tcache;
    gc__region lookup_region, chunk_region, block_region, state_region, inside_region, type_region,
        stack_region, touched_region, map_regions[GC__MAPS];
    gc__chunk *chunks;
    uint32_t chunk_first;   /* first chunk with free granules; 0: none (chunk 0 is jemalloc's) */
    uint32_t chunk_spare;   /* one empty chunk kept back */
    uint64_t granules_aged_ns; /* when idle granules were last looked at; of the monotonic clock */
    gc__block *blocks;
    uint32_t block_first[GC__BLOCK_ORDERS];
    uint32_t block_free;
    uint32_t block_count;   /* blocks ever used; block 0 is none */
    gc__class classes[2][GC__CLASSES]; /* [1]: acyclic */
    struct gc__bin no_bin;             /* always empty: for types whose objects are larger than any class */

    /* Types and weak references. */
    uint32_t type_count;
    gc__type *builtin_weak, *builtin_weak_callback, *builtin_ephemeron;
    void **type_index;      /* info -> type, for registering one description again (type.c) */
    size_t type_index_capacity, type_index_used;
    gc__weak_table weak_table;
    struct gc__containers *containers; /* of lib/containers, a layer above; NULL until it is first used */
    uint32_t protocol_depth;           /* calls of types' hash, equal and repr, and of comparisons, within each other */
    uint32_t protocol_calls;           /* of hash, equal and repr, since the outermost began */

    /* Deferred user code (deferred.c) and expired ephemerons: lists through the objects. */
    gc_object *deferred_first, *deferred_last;
    bool running_deferred;
    struct gc__watcher *expired;

    /* Of a checked heap: quarantine (check.c), user code (check_user.c), the last operations on each object (record.c). */
    gc_object **quarantine;
    uint32_t quarantine_next;
    gc_object *destroying;       /* whose destroy is running */
    void *destroy_freed;         /* the listed memory that it has freed */
    struct gc__clearing *clearing;
    gc__user_call user_call;     /* the innermost under way */
    const char *stack_start, *stack_end; /* of the owner; NULL: not asked for yet */
    struct gc__records *records; /* NULL: none are kept */

    /* Figures. */
    size_t bytes_slabs, bytes_raw, bytes_external;
    uint64_t objects_freed; /* by collections, of the one under way */
    gc_stats stats;
    /* A bit for each GC__COMMIT_STEP of the wide table that is committed. */
    uint64_t wide_bits[GC__RANGE_MAX / GC__SLOT_MIN * sizeof(uint32_t) / GC__COMMIT_STEP / 64];
};

#define GC__SIGNATURE 0x6c69626763206f6bull
#define GC__SIGNATURE_CLOSED 0x6c69626763206e6full

/* Records the failure of a call; returns `error`. */
gc_error gc__fail(gc_heap *heap, gc_error error, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* One line through the log function, or on standard error. */
void gc__log(const gc_heap *heap, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The range, as jemalloc's arena takes it (extents.c). */
bool gc__arena_open(gc_heap *heap);
void gc__arena_close(gc_heap *heap);
/* Gives jemalloc's unused pages back to the system now. */
void gc__arena_purge(gc_heap *heap);

/* Entries of the tables for a slab's slots (block.c). Returns the index of the first; 0: no memory. */
uint32_t gc__table_take(gc_heap *heap, uint32_t slots);
void gc__table_give(gc_heap *heap, uint32_t index, uint32_t slots);
size_t gc__tables_purge(gc_heap *heap);

/* Memory of the library's own: as gc_alloc, but in no account, without collecting and without a message. */
void *gc__raw_take(gc_heap *heap, size_t bytes);
void gc__raw_give(gc_heap *heap, void *block);
/* As gc_realloc, without collecting and without a message. */
void *gc__raw_resize(gc_heap *heap, void *block, size_t bytes);

/* Whether finalizers and weak callbacks that are due now wait for gc_run_finalizers. */
static inline bool gc__defers(const gc_heap *heap)
{
    return heap->settings.defer == GC_DEFER_ALL ||
           (heap->settings.defer == GC_DEFER_COLLECTED && heap->under_way & GC__COLLECTION);
}

/* No collection may start, and no slot that is freed may be handed out. */
static inline bool gc__busy(const gc_heap *heap)
{
    return heap->under_way != 0;
}

static inline void gc__map_set(gc_heap *heap, enum gc__map map, uint32_t granule)
{
    heap->maps[map][granule / 64] |= 1ull << granule % 64;
}

static inline void gc__map_unset(gc_heap *heap, enum gc__map map, uint32_t granule)
{
    heap->maps[map][granule / 64] &= ~(1ull << granule % 64);
}

static inline bool gc__map_has(const gc_heap *heap, enum gc__map map, uint32_t granule)
{
    return heap->maps[map][granule / 64] >> granule % 64 & 1;
}

/* The words of a map that can have bits. */
static inline size_t gc__map_words(const gc_heap *heap)
{
    return heap->top >> (GC__GRANULE_SHIFT + 6);
}

static inline uint32_t gc__granule_of(const gc_heap *heap, const void *address)
{
    return (uint32_t)((size_t)((const char *)address - heap->base) >> GC__GRANULE_SHIFT);
}

/* The descriptor at a granule's number. */
static inline gc__slab *gc__slab_at(const gc_heap *heap, uint32_t granule)
{
    return gc__granule_slab(heap->base + ((size_t)granule << GC__GRANULE_SHIFT));
}

static inline char *gc__slab_start(const gc_heap *heap, const gc__slab *slab)
{
    return heap->base + ((size_t)slab->head << GC__GRANULE_SHIFT);
}

static inline gc_object *gc__slot_object(const gc_heap *heap, const gc__slab *slab, uint32_t slot)
{
    return (gc_object *)(gc__slab_start(heap, slab) + (size_t)slot * slab->slot_size);
}

/* The slab of an object. Most slabs have one granule: a test that is predicted is faster than always following `head`. */
static inline gc__slab *gc__slab_of(const void *object)
{
    gc__slab *slab = gc__granule_slab(object);
    if (GC__UNLIKELY(slab->capacity == 0))
        slab = gc__slab_at(slab->heap, slab->head);
    return slab;
}

static inline gc_heap *gc__heap_of(const void *object)
{
    return gc__granule_slab(object)->heap;
}

/* The slot of an object of this heap. */
static inline gc__place gc__place_of(const gc_heap *heap, const gc_object *object)
{
    gc__slab *slab = gc__granule_slab(object);
    uint64_t offset = (uintptr_t)object & (GC__GRANULE - 1);
    if (GC__UNLIKELY(slab->capacity == 0)) {
        slab = gc__slab_at(heap, slab->head);
        offset = (uint64_t)((const char *)object - gc__slab_start(heap, slab));
    }
    uint32_t slot = (uint32_t)(offset * slab->reciprocal >> 32);
    return (gc__place){ slab, slot, slab->table + slot };
}

/* Gives a slot back. The object in it is over; its state byte becomes 0. */
static inline void gc__slot_give(gc_heap *heap, gc_object *object, gc__place place)
{
    struct gc__bin *bin = place.slab->open;
    heap->states[place.index] = 0;
    object->gc__count = 0; /* so that one release too many is seen */
    if (GC__LIKELY(bin != NULL)) {
        memcpy((char *)object + 8, &bin->free, sizeof bin->free);
        bin->free = (char *)object;
        return;
    }
    gc__slot_give_closed(heap, (char *)object, place.slab);
}

/* As gc__place_of, for any pointer; slab is NULL where it is no slot's start. */
static inline gc__place gc__place_find(const gc_heap *heap, const void *pointer)
{
    gc__place none = { NULL, 0, 0 };
    uint64_t offset = (uint64_t)((const char *)pointer - heap->base);
    if (offset >= heap->top || heap->chunks[offset >> GC__CHUNK_SHIFT].chunks == 0)
        return none;
    uint32_t head = gc__granule_slab(pointer)->head;
    if (!head)
        return none;
    gc__slab *slab = gc__slab_at(heap, head);
    offset -= (uint64_t)head << GC__GRANULE_SHIFT;
    uint32_t slot = (uint32_t)(offset * slab->reciprocal >> 32);
    if (slot >= slab->capacity || (uint64_t)slot * slab->slot_size != offset)
        return none;
    return (gc__place){ slab, slot, slab->table + slot };
}

/* The table index of a collectable target; 0: it is outside, whatever it is, also NULL. */
static inline uint32_t gc__target_index(const gc__lookup *lookups, const char *base, size_t top, const void *target)
{
    uint64_t offset = (uint64_t)((const char *)target - base);
    uint64_t word = offset >> 3 | offset << 61; /* one instruction; what is not aligned is then out of range */
    if (word >= top >> 3)
        return 0;
    const gc__lookup *lookup = &lookups[word >> (GC__GRANULE_SHIFT - 3)];
    uint64_t scaled = word * lookup->reciprocal + lookup->bias;
    if ((uint32_t)scaled >= lookup->reciprocal)
        return 0;
    uint32_t index = (uint32_t)(scaled >> 32);
    if (index == 0)
        __builtin_unreachable(); /* no slab has entry 0: a test here would be one for every reference */
    return index;
}

/* Drops a reference that a field held. What is no object of this heap was never followed, and is not touched now. */
static inline void gc__drop(gc_heap *heap, void *target)
{
    if (gc__place_find(heap, target).slab)
        gc__release(target);
}

static inline gc__type *gc__type_of(const gc_heap *heap, const gc_object *object)
{
    return heap->types[object->gc__kind & GC__TYPE_MASK];
}

/* Sets front.limit from what is going on: every creation is slow in a checked heap, and while user code runs in a teardown or a
 * collection. */
void gc__front_update(gc_heap *heap);
/* Bytes taken or reported, and returned: their balance since the last collection paces the next. */
void gc__account(gc_heap *heap, size_t bytes);
void gc__account_returned(gc_heap *heap, size_t bytes);
/* Brackets every call of user code made during a teardown or a collection. */
void gc__user_enter(gc_heap *heap);
void gc__user_leave(gc_heap *heap);

/* Opens a heap without a collector; the upper layer sets its hooks. NULL: errno says why. */
gc_heap *gc__heap_create(const gc_settings *settings);
/* Gives all of a heap's memory back, whatever it holds. */
void gc__heap_free(gc_heap *heap);

#endif
