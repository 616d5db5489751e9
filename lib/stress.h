/* SPDX-License-Identifier: MIT */
/* stress.h: when a collection may start by itself, and making one start where it otherwise does only when memory has run out. */
#ifndef LIBGC_LIB_STRESS_H
#define LIBGC_LIB_STRESS_H

#include "lib/heap.h"

/* Whether a collection may start by itself. */
static inline bool gc__may_collect(const gc_heap *heap)
{
    return heap->pace.enabled && heap->pace.thresholds[0] > 0 && !gc__busy(heap) && !heap->visiting && !heap->closing;
}

/* Where a call collects only when memory has run out: under stress memory seems to run out now and then. */
static inline void gc__stress(gc_heap *heap)
{
    if (GC__UNLIKELY(heap->settings.stress) && gc__may_collect(heap))
        heap->hooks.creation_due(heap);
}

#endif
