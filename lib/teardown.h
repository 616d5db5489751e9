/* SPDX-License-Identifier: MIT */
/* teardown.h: what happens to an object from the moment its count is zero. */
#ifndef LIBGC_LIB_TEARDOWN_H
#define LIBGC_LIB_TEARDOWN_H

#include "lib/heap.h"

/* The count of `object` has fallen to zero. Queues it if a teardown is under way, parks it if it is condemned; otherwise it and
 * all that dies with it is gone on return, unless a finalizer saved it. Runs user code. */
void gc__object_died(gc_object *object);

/* Between these two, what dies is queued; the end runs the queue and gives back what had to wait. */
void gc__teardown_begin(gc_heap *heap);
void gc__teardown_end(gc_heap *heap);

/* Drops every reference the object owns, in field order, and frees its storage in the heap's raw memory. */
void gc__drop_references(gc_heap *heap, gc__type *type, gc_object *object);
void gc__free_storage(gc_heap *heap, const gc__type *type, gc_object *object);

/* Frees the slot of an object that is over, or sends it to the quarantine of a checked heap. */
void gc__object_free(gc_heap *heap, gc_object *object, gc__place place);

/* The queue of deferred user code (deferred.c). The object is held by the queue. */
void gc__defer(gc_heap *heap, gc_object *object);

/* Makes an object immortal. */
void gc__make_immortal(gc_heap *heap, gc_object *object);

#endif
