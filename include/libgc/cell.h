/* SPDX-License-Identifier: MIT */
/* cell.h: one reference that can be changed, shared by who holds the cell: a variable that several closures capture. It is equal only
 * to itself. Its value may be NULL. */
#ifndef LIBGC_CELL_H
#define LIBGC_CELL_H

#include <libgc/container.h>
#include <libgc/heap.h>
#include <libgc/reference.h>

GC__BEGIN_C

/* Its members are the library's. */
typedef struct gc_cell {
    gc_object gc;
    void *gc__value;
} gc_cell;

/* Collects: no. User code: no. In callbacks: yes. Thread: the heap's; this holds for the inline functions too, except that gc_cell_set
 * runs user code when the old value dies. */
static inline bool gc_cell_is(const void *object)
{
    return gc__is_container(object, GC__CONTAINER_CELL);
}

/* The value, borrowed. */
static inline void *gc_cell_get(const gc_cell *cell)
{
    return cell->gc__value;
}

/* Replaces the value; the old one is released after that. */
static inline void gc_cell_set(gc_cell *cell, void *value)
{
    gc__set((gc__slot *)(void *)&cell->gc__value, value);
}

/* A cell with that value. NULL with GC_ERROR_MEMORY.
 * Collects: yes. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_cell *gc_cell_create(gc_heap *heap, void *value);

GC__END_C

#endif
