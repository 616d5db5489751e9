/* SPDX-License-Identifier: MIT */
/* inspect.h: looking at objects, generations, references and figures. None of it changes what the program would do. */
#ifndef LIBGC_INSPECT_H
#define LIBGC_INSPECT_H

#include <libgc/collect.h>

GC__BEGIN_C

/* Of one object. Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API uint32_t gc_refcount(const void *object);     /* UINT32_MAX: immortal */
GC__API bool gc_is_tracked(const void *object);
GC__API bool gc_is_finalized(const void *object);     /* its finalizer has been called */
GC__API bool gc_is_immortal(const void *object);
GC__API int gc_generation_of(const void *object);     /* 0, 1, 2; 3: frozen; -1: untracked */
GC__API gc_type *gc_type_of(const void *object);
GC__API size_t gc_size_of(const void *object);        /* bytes of its slot: what it takes from the heap, tables aside */
GC__API const char *gc_type_name_of(const void *object); /* the description's; not to be freed */

/* Whether `pointer` is an object of this heap that is alive; any pointer may be asked about.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_is_object(const gc_heap *heap, const void *pointer);

/* Called with each object; returns false to stop. The object is held meanwhile. */
typedef bool (*gc_object_function)(void *object, void *context);

enum { GC_FROZEN_GENERATION = 3, GC_ALL_GENERATIONS = -1, GC_ALL_OBJECTS = -2 };

/* Calls `function` with each object of a generation (0, 1, 2, GC_FROZEN_GENERATION, GC_ALL_GENERATIONS for all tracked, frozen ones
 * included, GC_ALL_OBJECTS for untracked ones too). Objects may come and go meanwhile: one that is there all the time is
 * shown once, one that dies before its turn is not. What is dying or condemned is never shown. No collection starts meanwhile.
 * Returns how many were shown; 0 with GC_ERROR_ARGUMENT for another number.
 * Collects: no. User code: `function`, and what it causes. In callbacks: yes. Thread: the heap's. */
GC__API size_t gc_visit_objects(gc_heap *heap, int generation, gc_object_function function, void *context);

/* A reference found: who holds it, in which field (NULL: visited by value; "": visited by a traverse
 * at an address that the description does not list), at which index (of an array; else 0), to whom. */
typedef struct gc_reference {
    void *holder;
    const char *field;
    size_t index;
    void *target;
} gc_reference;

/* Called with each reference; returns false to stop. */
typedef bool (*gc_reference_function)(const gc_reference *reference, void *context);

/* The strong references that `object` holds, one level, in field order. Returns how many were shown.
 * Neither holder nor targets are held for `function`: it may create and retain, but change no reference of the holder and release
 * nothing that may die. No collection starts meanwhile, and the heap cannot be closed.
 * Collects: no. User code: `traverse` and `function`. In callbacks: yes. Thread: the heap's. */
GC__API size_t gc_referents(void *object, gc_reference_function function, void *context);

/* The tracked objects, frozen ones aside, that refer to `object`. Time: linear in the heap. Otherwise as gc_referents. */
GC__API size_t gc_referrers(void *object, gc_reference_function function, void *context);

/* The objects kept by GC_DEBUG_SAVE_ALL, as gc_visit_objects; and dropping them: gc_drop_garbage returns how many there were.
 * Collects: no. User code: yes. In callbacks: yes, but gc_drop_garbage then drops nothing. Thread: the heap's. */
GC__API size_t gc_visit_garbage(gc_heap *heap, gc_object_function function, void *context);
GC__API size_t gc_drop_garbage(gc_heap *heap);

/* The sums over the collections of one generation; each as in gc_collect_info. */
typedef struct gc_generation_stats {
    uint64_t collections, candidates, collected, uncollectable;
    uint64_t duration_ns;
} gc_generation_stats;

enum { GC_PAUSE_BUCKETS = 256 };

/* The figures of a heap. */
typedef struct gc_stats {
    gc_generation_stats generations[3];
    size_t objects;         /* alive now, of every kind */
    size_t bytes_live;      /* of their slots, and of raw memory */
    size_t bytes_raw;       /* of gc_alloc blocks */
    size_t bytes_external;  /* reported with gc_external_bytes */
    size_t bytes_heap;      /* of slabs and large objects handed out, of raw memory, and of their tables */
    size_t bytes_reserved;  /* of addresses */
    size_t bytes_resident;  /* of physical memory in the heap's range and tables, as the system says (mincore); 0 where unknown */
    uint64_t pauses;
    uint64_t pause_ns_total, pause_ns_max;
    /* Pauses by length: bucket b counts those from gc_pause_bucket_ns(b) up to the next; 8 buckets for each doubling. */
    uint64_t pause_histogram[GC_PAUSE_BUCKETS];
} gc_stats;

/* gc_get_stats(heap, &stats): fills in the figures. Time: linear in slabs, and in pages for bytes_resident.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
#define gc_get_stats(heap, stats) gc__get_stats(heap, stats, sizeof(gc_stats))
GC__API void gc__get_stats(gc_heap *heap, gc_stats *stats, size_t size);

/* The lower bound of a bucket, in nanoseconds; that of bucket GC_PAUSE_BUCKETS is the upper bound of the last, and what is more counts as
 * that. Collects: no. User code: no. In callbacks: yes. Thread: any. */
GC__API uint64_t gc_pause_bucket_ns(unsigned bucket);

/* The pause that `percent` (0 to 100) of all pauses do not exceed (upper bound of its bucket, within 12.5 %); 0 when there was none.
 * Collects: no. User code: no. In callbacks: yes. Thread: any. */
GC__API uint64_t gc_pause_percentile_ns(const gc_stats *stats, double percent);

/* Called with each type that has objects; `bytes` are those of their slots. */
typedef void (*gc_type_stats_function)(gc_type *type, size_t objects, size_t bytes, void *context);

/* Objects and bytes alive by type, for types that have any, in the order of registration. Time: linear in the heap. Returns how
 * many types were shown. No collection starts meanwhile.
 * Collects: no. User code: `function`, which must not call this again for the same heap. In callbacks: yes. Thread: the heap's. */
GC__API size_t gc_visit_type_stats(gc_heap *heap, gc_type_stats_function function, void *context);

GC__END_C

#endif
