/* SPDX-License-Identifier: MIT */
/* cell.c: one reference that can be changed. */
#include "lib/containers/containers.h"

#include "lib/check.h"

gc_cell *gc_cell_create(gc_heap *heap, void *value)
{
    gc__check_heap(heap);
    gc_type *type = gc__container_type(heap, GC__CONTAINER_CELL);
    gc_cell *cell = type ? gc_create(gc_cell, type) : NULL;
    if (cell)
        cell->gc__value = gc_retain(value);
    return cell;
}

static void cell_repr(const void *object, gc_repr_writer *writer)
{
    gc_repr_text(writer, "<gc_cell ");
    gc_repr_object(writer, gc_cell_get(object));
    gc_repr_text(writer, ">");
}

const gc_type_info gc__cell_info = GC_TYPE_INFO(gc_cell, GC_REFS(gc__value), GC_REPR(cell_repr));
