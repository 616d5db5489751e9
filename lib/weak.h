/* SPDX-License-Identifier: MIT */
/* weak.h: the objects that watch another object, and the table that finds them from what they watch.
 *
 * A watcher is a gc_weak or a gc_ephemeron. All watchers of one target form a chain, the shared gc_weak without a callback first, then the
 * others, newest first; the table leads from the target to the first, and the target's header has HAS_WEAK as long as there is one. A
 * watcher whose `target` is NULL is in no chain. */
#ifndef LIBGC_LIB_WEAK_H
#define LIBGC_LIB_WEAK_H

#include "lib/type.h"

#include <libgc/weak.h>

typedef struct gc__watcher {
    gc_object gc;
    gc_object *target;
    struct gc__watcher *next, *previous;
} gc__watcher;

typedef struct gc__weak_callback {
    gc__watcher watcher;
    gc_weak_function callback;
    void *context; /* passed to the callback */
    void *held;    /* the same, where it is an object that this one holds */
} gc__weak_callback;

struct gc_ephemeron {
    gc__watcher watcher; /* its target is the key */
    void *value;
};

/* The first watcher of a target, NULL: none (weak_table.c). */
gc__watcher *gc__watchers_of(const gc_heap *heap, const gc_object *target);
/* Adds a watcher to its target's chain. False: no memory. */
bool gc__watcher_attach(gc_heap *heap, gc__watcher *watcher, gc_object *target);
/* Takes a watcher out of its chain, if it is in one. */
void gc__watcher_detach(gc_heap *heap, gc__watcher *watcher);
/* Takes a whole chain away from its target, which has one; the watchers keep their links and lose their targets. */
gc__watcher *gc__watchers_take(gc_heap *heap, gc_object *target);

/* The target, borrowed; NULL: it is dying or gone. */
void *gc__watcher_target(const gc__watcher *watcher);

/* The target of a death by count: clears all that watch it, runs the callbacks, releases the values of ephemerons. */
void gc__watchers_died(gc_heap *heap, gc_object *target);
/* Detached watchers with callbacks, linked through `next`, each held: calls (or defers) each and releases it. */
void gc__watchers_call(gc_heap *heap, gc__watcher *first);
/* Calls one. */
void gc__watcher_call(gc_heap *heap, gc__weak_callback *watcher);
/* Releases the values of ephemerons whose keys are gone, which could not be released at once. */
void gc__ephemerons_settle(gc_heap *heap);

#endif
