/* SPDX-License-Identifier: MIT */
/* check.h: what a checked heap checks, and the only place where the library ends the process.
 *
 * A checked heap gives each object a red zone, keeps freed slots for a while (poisoned, for the tools that see it) and takes the slow
 * call on every inline path, where these functions look at what they are given. A fault is logged with type, field and counts,
 * and what to look at; then the process aborts. */
#ifndef LIBGC_LIB_CHECK_H
#define LIBGC_LIB_CHECK_H

#include "lib/heap.h"

#define GC__QUARANTINE_MAX (1u << 24) /* slots */

/* Prepares a heap whose settings ask for checks. False: no memory for the quarantine. */
bool gc__check_open(gc_heap *heap);
void gc__check_close(gc_heap *heap);

/* The heap is not open: names that, and aborts. */
void gc__check_closed(const gc_heap *heap) __attribute__((noreturn));
/* Of a checked heap: an object has been retained or released by the inline path; a thread uses the heap. */
void gc__check_retain(gc_heap *heap, gc_object *object, const void *site);
void gc__check_release(gc_heap *heap, gc_object *object, const void *site);
void gc__check_thread(const gc_heap *heap);
/* Likewise: its reference is moved into a field; a weak reference to it is made. `site` is where the library was called. */
void gc__check_move(gc_heap *heap, gc_object *object, const void *site);
void gc__check_watch(gc_heap *heap, gc_object *object, const void *site);
/* Likewise: a thread frees a block of raw memory, NULL or not. */
void gc__check_block(gc_heap *heap, void *block);

/* A finalizer has released its object once too often. Returns in a heap that is not checked. */
void gc__check_finalized(gc_heap *heap, gc_object *object);

/* The count word of a free or dying object of a checked heap: zero, and retain and release of it are slow. */
#define GC__CHECKED_FREE (GC__SLOW_RETAIN | GC__SLOW_RELEASE)

/* Of a checked heap: its last reference is gone; the teardown is about to take it apart. */
void gc__check_dying(gc_heap *heap, gc_object *object);
/* The teardown queue of a checked heap: the link is in the red zone, so that a retain or release of what waits is slow, and seen. Taken
 * off the front, an object has the next one become the first. */
void gc__check_enqueue(gc_heap *heap, gc_object *object);
void gc__check_dequeue(gc_heap *heap, gc_object *object);

/* A slot of a checked heap is handed out, `bytes` of its `room` in use, the last `trailer` bytes the library's. */
void gc__check_slot_new(gc_heap *heap, char *slot, size_t bytes, size_t room, size_t trailer);
/* Memory of a checked heap is no slots any more. */
void gc__check_memory_given(gc_heap *heap, char *start, size_t bytes);
/* An object of a checked heap is over: its slot goes into quarantine, and an older one out of it. */
void gc__check_slot_free(gc_heap *heap, gc_object *object, gc__place place);
/* Frees every slot in quarantine. */
void gc__check_quarantine_flush(gc_heap *heap);

/* Calls the destroy of an object; in a checked heap sees that it touches no other object. */
void gc__check_destroy(gc_heap *heap, gc__type *type, gc_object *object);

/* In a checked heap: no field of the object is visited twice, and every target is an object of this heap. */
void gc__check_edges(gc_heap *heap, gc_object *object);

/* At the edge of the interface: the heap has not been closed. Only a checked heap leaves enough behind to say so. */
static inline void gc__check_heap(const gc_heap *heap)
{
    if (GC__UNLIKELY(heap->signature != GC__SIGNATURE))
        gc__check_closed(heap);
    if (heap->checked)
        gc__check_thread(heap);
}

/* The same where a block of raw memory is freed. */
static inline void gc__check_heap_and_block(gc_heap *heap, void *block)
{
    if (GC__UNLIKELY(heap->signature != GC__SIGNATURE))
        gc__check_closed(heap);
    if (heap->checked)
        gc__check_block(heap, block);
}

/* Logs the message, and what is recorded of the object, or NULL, that it is about; then aborts. */
void gc__check_failed(const gc_heap *heap, const gc_object *object, const char *format, ...)
    __attribute__((format(printf, 3, 4), noreturn));

#endif
