/* SPDX-License-Identifier: MIT */
/* collect.c: the driver. Read collect_run first: it is the table of contents of a collection. */
#include "gc/collection.h"

#include "lib/check.h"
#include "lib/teardown.h"

#include <errno.h>
#include <time.h>

uint64_t gc__now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void collect_condemned(gc__collection *c)
{
    c->heap->birth_mark = GC__REACHED;
    gc__log_condemned(c);
    gc__weakrefs_notify(c);
    gc__finalize(c);
    gc__verify_phase(c, "finalize");
    gc__resurrect(c);
    gc__verify_phase(c, "resurrect");
    if (c->heap->settings.debug & GC_DEBUG_SAVE_ALL) {
        gc__save(c);
    } else {
        gc__weakrefs_clear(c);
        gc__reclaim(c);
    }
    c->heap->birth_mark = 0;
}

static void collect_run(gc__collection *c)
{
    gc__gather(c);
    gc__narrow(c);
    if (c->candidates > 0) {
        gc__subtract(c);
        gc__verify_phase(c, "subtract");
        gc__reach(c);
        gc__condemn(c);
        gc__verify_phase(c, "reach");
    }
    gc__check_hidden(c);
    if (c->candidates == 0)
        return;
    /* Where the table for wide counts was refused something may be garbage and be found when memory is back. */
    if (c->full)
        c->heap->all_touched = c->heap->refused;
    c->heap->refused = false;
    if (c->condemned)
        collect_condemned(c);
    gc__promote(c);
    gc__verify_phase(c, "promote");
}

static size_t collect_generation(gc_heap *heap, int generation)
{
    gc__collection c = { .heap = heap, .generation = generation, .start_ns = gc__now_ns(), .callback_count = heap->callback_count };
    memcpy(c.callbacks, heap->callbacks, sizeof c.callbacks);
    gc_collect_info info = { .generation = generation };
    heap->under_way |= GC__COLLECTION;
    gc__pace_started(heap, generation);
    gc__callbacks_run(&c, GC_COLLECT_START, &info);
    collect_run(&c);
    if (c.full && !c.narrow)
        gc__granules_age(heap, c.start_ns);
    uint64_t duration_ns = gc__now_ns() - c.start_ns;
    gc__stats_collected(heap, &c, duration_ns);
    gc__pace_finished(&c);
    if (c.full)
        gc__narrow_reserve(heap);
    info = (gc_collect_info){ generation, c.candidates, c.freed, c.condemned - c.freed, duration_ns };
    gc__callbacks_run(&c, GC_COLLECT_STOP, &info);
    heap->under_way &= ~GC__COLLECTION;
    gc__slabs_settle(heap);
    gc__verify_phase(&c, "settle");
    return c.freed;
}

size_t gc_collect_generation(gc_heap *heap, int generation)
{
    gc__check_heap(heap);
    if (generation < 0 || generation > 2) {
        gc__fail(heap, GC_ERROR_ARGUMENT, "there is no generation %d; they are 0, 1 and 2", generation);
        return 0;
    }
    if (gc__busy(heap) || heap->visiting)
        return 0;
    return collect_generation(heap, generation);
}

size_t gc_collect(gc_heap *heap)
{
    return gc_collect_generation(heap, 2);
}

static void collect_due(gc_heap *heap)
{
    int generation = gc__pace_choose(heap);
    if (generation >= 0)
        collect_generation(heap, generation);
}

static void collect_short(gc_heap *heap)
{
    if (!gc__busy(heap) && !heap->visiting && !heap->closing) {
        collect_generation(heap, 2);
        gc__check_quarantine_flush(heap);
        gc_trim(heap);
    }
}

gc_heap *gc__heap_open(const gc_settings *settings, size_t size, uint32_t version)
{
    gc_settings merged;
    if (version / 10000 != GC_HEADER_MAJOR) {
        errno = ENOTSUP;
        return NULL;
    }
    gc__settings_default(&merged, sizeof merged);
    if (settings)
        memcpy(&merged, settings, size < sizeof merged ? size : sizeof merged);
    gc_heap *heap = gc__heap_create(&merged);
    if (heap)
        heap->hooks = (gc__hooks){ collect_due, collect_short };
    return heap;
}
