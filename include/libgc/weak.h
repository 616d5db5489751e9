/* SPDX-License-Identifier: MIT */
/* weak.h: references that keep nothing alive.
 *
 * A gc_weak is itself a counted object of the heap: it is held, stored in fields (GC_WEAKS, or any other reference
 * field) and released like any other. From the moment its target is dying it yields NULL. An ephemeron holds a value
 * for as long as its key, and the ephemeron itself, are alive; neither keeps the key alive. A target or key is an object, never NULL, and
 * neither a gc_weak nor a gc_ephemeron. */
#ifndef LIBGC_WEAK_H
#define LIBGC_WEAK_H

#include <libgc/heap.h>
#include <libgc/reference.h>

GC__BEGIN_C

typedef struct gc_weak gc_weak;
typedef struct gc_ephemeron gc_ephemeron;

/* Told that the target of `weak` is gone: gc_weak_get(weak) is already NULL. May do anything that user code may do. */
typedef void (*gc_weak_function)(gc_weak *weak, void *context);

/* A weak reference to `target`. Without a callback all share one gc_weak for a target; with one each call makes a new gc_weak.
 * The callback runs once, when the target dies while the gc_weak is alive; those of one target run from the newest to the oldest.
 * A callback whose gc_weak is garbage itself never runs. Releasing the gc_weak cancels it, unless gc_settings.defer has queued it already:
 * then it runs all the same, and its context must still be there. Returns an owned reference; NULL with GC_ERROR_MEMORY,
 * GC_ERROR_TYPE (GC_NO_WEAK), or GC_ERROR_ARGUMENT (`target` is dying).
 * Collects: yes, as a creation. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_weak *gc_weak_create(void *target, gc_weak_function callback, void *context);

/* As gc_weak_create, where `context` is an object that the gc_weak holds (borrowed here: it is retained), so that the collector
 * sees cycles through it. Without a callback there is no context to hold: it is gc_weak_create. */
GC__API gc_weak *gc_weak_create_holding(void *target, gc_weak_function callback, void *context);

/* The target, with a reference that the caller owns; or NULL when it is dying or gone. `weak` may be NULL.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API void *gc_weak_get(const gc_weak *weak);

/* gc_weak_set(&field, target): the field (of type gc_weak *) comes to hold the shared weak reference to `target`, or NULL; its old
 * value is released. Returns false, the field as it was, where gc_weak_create fails.
 * Collects: yes, as a creation. User code: of that collection, and when the old value dies. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_weak_set(gc_weak **field, void *target);

/* An ephemeron of key and value (both borrowed; the value, which may be NULL, is retained). Returns an owned reference, or
 * NULL as gc_weak_create. While the key lives, so does the value, and the value's reaching the key keeps neither alive. That
 * is for a collection to find, so not where none looks at the key: one whose type is GC_ACYCLIC, a string for instance, or that is
 * untracked or immortal, counts as alive until its last reference goes, and a value that reaches it keeps both.
 * When the key dies the value is released. Source: B. Hayes, "Ephemerons: a new finalization mechanism", OOPSLA 1997.
 * Collects: yes, as a creation. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_ephemeron *gc_ephemeron_create(void *key, void *value);

/* gc_ephemeron_set(&field, key, value): the field comes to hold a new ephemeron; its old value is released. Returns false, the field as it
 * was, where gc_ephemeron_create fails.
 * Collects: yes, as a creation. User code: of that collection, and when the old value dies. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_ephemeron_set(gc_ephemeron **field, void *key, void *value);

/* Key and value, each with a reference that the caller owns; NULL once the key is dying or gone. `ephemeron` may be NULL.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API void *gc_ephemeron_key(const gc_ephemeron *ephemeron);
GC__API void *gc_ephemeron_value(const gc_ephemeron *ephemeron);

GC__END_C

#endif
