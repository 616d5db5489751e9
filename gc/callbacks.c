/* SPDX-License-Identifier: MIT */
/* callbacks.c: the start and stop callbacks of collections. */
#include "gc/collection.h"

#include "lib/check.h"
#include "lib/check_user.h"

static uint32_t callbacks_find(const gc_heap *heap, gc_collect_function function, void *context)
{
    uint32_t i = 0;
    while (i < heap->callback_count && (heap->callbacks[i].function != function || heap->callbacks[i].context != context))
        i++;
    return i;
}

bool gc_add_collect_callback(gc_heap *heap, gc_collect_function function, void *context)
{
    gc__check_heap(heap);
    if (!function) {
        gc__fail(heap, GC_ERROR_ARGUMENT, "a collection callback of NULL");
        return false;
    }
    if (heap->callback_count == GC__CALLBACKS_MAX) {
        gc__fail(heap, GC_ERROR_LIMIT, "the heap already has %d collection callbacks", GC__CALLBACKS_MAX);
        return false;
    }
    heap->callbacks[heap->callback_count++] = (gc__callback){ function, context };
    return true;
}

bool gc_remove_collect_callback(gc_heap *heap, gc_collect_function function, void *context)
{
    gc__check_heap(heap);
    uint32_t found = callbacks_find(heap, function, context);
    if (found == heap->callback_count) {
        gc__fail(heap, GC_ERROR_ARGUMENT, "this collection callback was not added with this context");
        return false;
    }
    heap->callback_count--;
    memmove(&heap->callbacks[found], &heap->callbacks[found + 1], (heap->callback_count - found) * sizeof(gc__callback));
    return true;
}

void gc__callbacks_run(const gc__collection *c, enum gc_collect_phase phase, const gc_collect_info *info)
{
    gc_heap *heap = c->heap;
    if (c->callback_count == 0)
        return;
    gc__user_enter(heap);
    for (uint32_t i = 0; i < c->callback_count; i++)
        if (heap->checked)
            gc__check_collect_callback(heap, &c->callbacks[i], phase, info);
        else
            c->callbacks[i].function(heap, phase, info, c->callbacks[i].context);
    gc__user_leave(heap);
}
