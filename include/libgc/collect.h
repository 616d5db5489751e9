/* SPDX-License-Identifier: MIT */
/* collect.h: finding and freeing unreachable cycles.
 *
 * User code (finalizers, weak callbacks, collection callbacks) may create, release, store, make weak references, look at the heap and call
 * gc_collect, which returns 0 at once while a collection or a teardown is under way. */
#ifndef LIBGC_COLLECT_H
#define LIBGC_COLLECT_H

#include <libgc/heap.h>

GC__BEGIN_C

/* A full collection, also where automatic ones are disabled. Returns the number of condemned objects that were freed; 0 at once when one
 * is under way, or inside the visits of inspect.h. It finds everything that is unreachable, but looks only at
 * what can be: if little has lost a reference since the last full collection, at that and at what it reaches; if nothing has, at nothing.
 * Source of the algorithm: CPython's Modules/gcmodule.c (N. Schemenauer, 2000); PEP 442 for finalizers.
 * Collects: yes. User code: yes. In callbacks: returns 0. Thread: the heap's. */
GC__API size_t gc_collect(gc_heap *heap);

/* Collects generations 0 to `generation` (0, 1 or 2). As gc_collect; 0 and GC_ERROR_ARGUMENT for another number. */
GC__API size_t gc_collect_generation(gc_heap *heap, int generation);

/* Automatic collections on, off, and whether they are. The first two return what it was before. Off or on, a creation that finds no memory
 * collects before it fails: where finalizers must not run then, see gc_settings.defer.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_enable(gc_heap *heap);
GC__API bool gc_disable(gc_heap *heap);
GC__API bool gc_is_enabled(const gc_heap *heap);

/* The thresholds of gc_settings. Setting them also selects GC_PACE_CPYTHON, whose meaning they have; 0 or less disables.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API void gc_set_thresholds(gc_heap *heap, int64_t young, int64_t middle, int64_t old);
GC__API void gc_get_thresholds(const gc_heap *heap, int64_t thresholds[3]);

/* [0]: net objects created since the last collection; [1], [2]: collections of the next younger generation since the last of this.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API void gc_get_counts(const gc_heap *heap, int64_t counts[3]);

/* Moves all tracked objects out of every generation: collections neither look at them nor free them, as before a
 * fork. gc_unfreeze moves them to the oldest generation; gc_freeze_count says how many there are. The first two return whether they did.
 * Collects: no. User code: no. In callbacks: refused (GC_ERROR_BUSY) during a collection. Thread: the heap's. */
GC__API bool gc_freeze(gc_heap *heap);
GC__API bool gc_unfreeze(gc_heap *heap);
GC__API size_t gc_freeze_count(const gc_heap *heap);

/* Runs the deferred finalizers and weak callbacks (gc_settings.defer) that are queued now, oldest first. Returns how many ran.
 * Collects: no. User code: yes. In callbacks: returns 0. Thread: the heap's. */
GC__API size_t gc_run_finalizers(gc_heap *heap);

/* When a callback is called. */
enum gc_collect_phase { GC_COLLECT_START, GC_COLLECT_STOP };

/* What a callback is told of its collection. */
typedef struct gc_collect_info {
    int generation;
    size_t candidates;    /* objects that were looked at, of those in the generations collected; 0 at the start */
    size_t collected;     /* condemned objects freed */
    size_t uncollectable; /* condemned, but still there: resurrected, saved, or waiting for a deferred finalizer */
    uint64_t duration_ns; /* from start to stop, callbacks included; 0 at the start */
} gc_collect_info;

/* Called with the context it was added with. It is user code. */
typedef void (*gc_collect_function)(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context);

/* Adds a callback, called at the start and at the stop of each collection, in the order of addition; at most 16. Removing one takes
 * function and context as they were added. Return false with GC_ERROR_LIMIT, or GC_ERROR_ARGUMENT (not there).
 * Collects: no. User code: no. In callbacks: yes; it takes effect from the next collection on. Thread: the heap's. */
GC__API bool gc_add_collect_callback(gc_heap *heap, gc_collect_function function, void *context);
GC__API bool gc_remove_collect_callback(gc_heap *heap, gc_collect_function function, void *context);

/* The flags of enum gc_debug. Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API void gc_set_debug(gc_heap *heap, uint32_t flags);
GC__API uint32_t gc_get_debug(const gc_heap *heap);

/* Takes an object out of the collector's sight, and back. An untracked object and what it refers to are never found as
 * garbage through it; counts still free it. Neither does anything when it is already so, or for an acyclic type.
 * Collects: no. User code: no. In callbacks: yes, but not on an object that the collection has condemned. Thread: the heap's. */
GC__API void gc_track(void *object);
GC__API void gc_untrack(void *object);

/* Makes an object immortal: never freed before the heap is closed, its count no longer kept, untracked.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API void gc_immortalize(void *object);

GC__END_C

#endif
