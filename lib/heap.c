/* SPDX-License-Identifier: MIT */
/* heap.c: a heap's memory from opening to closing, and its settings. */
#include "lib/heap.h"

#include "lib/check.h"
#include "lib/record.h"
#include "lib/teardown.h"

#include <errno.h>
#include <stdlib.h>

/* What LIBGC_<name> says, if it is a number up to `most`. */
static uint32_t heap_environment(const char *name, uint32_t otherwise, uint32_t most)
{
    const char *text = getenv(name);
    if (!text || !*text)
        return otherwise;
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    return *end == '\0' && number <= most ? (uint32_t)number : otherwise;
}

#ifndef GC__DEFAULT_CHECK
#define GC__DEFAULT_CHECK 0
#endif

void gc__settings_default(gc_settings *settings, size_t size)
{
    gc_settings defaults = {
        .thresholds = { 2000, 10, 10 },
        .full_percent = 25,
        .threshold_bytes = (size_t)256 << 20,
        .automatic = 1,
        .check_level = heap_environment("LIBGC_CHECK", GC__DEFAULT_CHECK, 3),
        .debug = heap_environment("LIBGC_DEBUG", 0, GC_DEBUG_STATS | GC_DEBUG_LEAK),
        .quarantine_slots = 4096,
        .stress = heap_environment("LIBGC_STRESS", 0, UINT32_MAX),
        .records = heap_environment("LIBGC_RECORDS", 0, GC__RECORDS_MAX),
    };
    memcpy(settings, &defaults, size < sizeof defaults ? size : sizeof defaults);
}

static bool heap_settings_valid(const gc_settings *s)
{
    bool power = (s->range_bytes & (s->range_bytes - 1)) == 0;
    bool range = s->range_bytes == 0 || (power && s->range_bytes >= GC__RANGE_MIN && s->range_bytes <= GC__RANGE_MAX);
    bool checks = s->check_level <= 3 && s->records <= GC__RECORDS_MAX && s->quarantine_slots <= GC__QUARANTINE_MAX;
    return range && checks && s->thresholds[0] >= 0 && s->thresholds[1] >= 0 && s->thresholds[2] >= 0 && s->pace <= GC_PACE_CPYTHON &&
           s->defer <= GC_DEFER_ALL;
}

static gc__region heap_region(char **at, size_t bytes)
{
    gc__region region = { *at, bytes, 0 };
    *at += bytes;
    return region;
}

/* Divides the mapping. The control block is committed already. */
static void heap_divide(gc_heap *heap, char *at)
{
    const gc__layout *l = &heap->layout;
    at += l->control;
    heap->lookup_region = heap_region(&at, l->lookups);
    heap->chunk_region = heap_region(&at, l->chunks);
    heap->block_region = heap_region(&at, l->blocks);
    for (int map = 0; map < GC__MAPS; map++) {
        heap->map_regions[map] = heap_region(&at, l->maps / GC__MAPS);
        heap->maps[map] = (uint64_t *)heap->map_regions[map].base;
    }
    heap->state_region = heap_region(&at, l->states);
    heap->inside_region = heap_region(&at, l->insides);
    heap->wides = (uint32_t *)heap_region(&at, l->wides).base;
    heap->type_region = heap_region(&at, l->types);
    heap->stack_region = heap_region(&at, l->stack);
    heap->touched_region = heap_region(&at, l->touched);
    heap->base = (char *)(((uintptr_t)at + GC__CHUNK - 1) & ~(uintptr_t)(GC__CHUNK - 1));
    heap->lookups = (gc__lookup *)heap->lookup_region.base;
    heap->chunks = (gc__chunk *)heap->chunk_region.base;
    heap->blocks = (gc__block *)heap->block_region.base;
    heap->states = (uint8_t *)heap->state_region.base;
    heap->insides = (uint8_t *)heap->inside_region.base + GC__INSIDE_SKEW;
    heap->types = (gc__type **)heap->type_region.base;
    heap->touched = (gc__touched *)heap->touched_region.base;
}

static void heap_set_classes(gc_heap *heap)
{
    for (uint16_t acyclic = 0; acyclic < 2; acyclic++) {
        for (uint32_t k = 0; k < GC__CLASSES; k++) {
            gc__class *klass = &heap->classes[acyclic][k];
            klass->slot_size = gc__class_size(k);
            klass->bin.slot_size = klass->slot_size;
            klass->granules = (uint16_t)gc__class_granules(klass->slot_size);
            klass->acyclic = acyclic;
        }
    }
}

static void heap_set_pace(gc_heap *heap)
{
    const gc_settings *s = &heap->settings;
    gc__pace *pace = &heap->pace;
    memcpy(pace->thresholds, s->thresholds, sizeof pace->thresholds);
    pace->full_percent = s->full_percent;
    pace->mode = s->pace;
    pace->enabled = s->automatic != 0;
    pace->threshold_bytes = s->threshold_bytes;
    pace->young_limit = s->thresholds[0];
}

gc_heap *gc__heap_create(const gc_settings *settings)
{
    if (!heap_settings_valid(settings)) {
        errno = EINVAL;
        return NULL;
    }
    gc__layout layout;
    size_t range = settings->range_bytes ? settings->range_bytes : GC__RANGE_MAX;
    char *mapping = gc__range_reserve(range, settings->range_bytes == 0, &layout);
    if (!mapping || !gc__commit(mapping, layout.control)) {
        if (mapping)
            gc__range_release(mapping, &layout);
        errno = ENOMEM;
        return NULL;
    }
    gc_heap *heap = (gc_heap *)mapping;
    heap->mapping = mapping;
    heap->layout = layout;
    heap->settings = *settings;
    heap->owner = pthread_self();
    heap_divide(heap, mapping);
    heap_set_classes(heap);
    heap_set_pace(heap);
    bool arena = gc__arena_open(heap);
    if (!arena || !gc__check_open(heap) || !gc__types_open(heap)) {
        if (arena)
            gc__arena_close(heap);
        gc__range_release(mapping, &layout);
        errno = ENOMEM;
        return NULL;
    }
    gc__front_update(heap);
    heap->signature = GC__SIGNATURE;
    return heap;
}

void gc__heap_free(gc_heap *heap)
{
    gc__layout layout = heap->layout;
    char *mapping = heap->mapping;
    heap->signature = GC__SIGNATURE_CLOSED;
    gc__check_close(heap);
    gc__arena_close(heap);
    /* A checked heap leaves its control block behind, so that a use after close is named instead of a crash. */
    if (heap->checked)
        gc__range_release_after(mapping, &layout, layout.control);
    else
        gc__range_release(mapping, &layout);
}

void gc_heap_adopt(gc_heap *heap)
{
    if (heap->signature != GC__SIGNATURE)
        gc__check_closed(heap);
    heap->owner = pthread_self();
    heap->stack_end = NULL;
}

gc_heap *gc_heap_of(const void *object)
{
    return gc__heap_of(object);
}

size_t gc_trim(gc_heap *heap)
{
    gc__check_heap(heap);
    size_t bytes = 0;
    if (!gc__busy(heap)) {
        for (int acyclic = 0; acyclic < 2; acyclic++)
            for (uint32_t k = 0; k < GC__CLASSES; k++)
                gc__class_close(heap, &heap->classes[acyclic][k]);
        bytes += gc__granules_trim(heap);
        bytes += gc__tables_purge(heap);
    }
    if (heap->has_tcache)
        mallctl("tcache.flush", NULL, NULL, &heap->tcache, sizeof heap->tcache);
    gc__arena_purge(heap);
    return bytes;
}

void gc__front_update(gc_heap *heap)
{
    const gc__pace *pace = &heap->pace;
    int64_t limit = pace->mode == GC_PACE_CPYTHON ? pace->thresholds[0] : pace->young_limit;
    bool automatic = pace->enabled && pace->thresholds[0] > 0;
    if (heap->checked || heap->user_depth || ((pace->due || heap->settings.stress) && automatic))
        heap->front.limit = INT64_MIN;
    else
        heap->front.limit = automatic ? limit : INT64_MAX;
}

void gc__account(gc_heap *heap, size_t bytes)
{
    gc__pace *pace = &heap->pace;
    pace->bytes_since += bytes;
    if (pace->threshold_bytes && pace->bytes_since >= pace->threshold_bytes && !pace->due) {
        pace->due = true;
        gc__front_update(heap);
    }
}

void gc__account_returned(gc_heap *heap, size_t bytes)
{
    size_t *since = &heap->pace.bytes_since;
    *since -= bytes < *since ? bytes : *since;
}

void gc__user_enter(gc_heap *heap)
{
    heap->front.limit = INT64_MIN;
    if (heap->user_depth++ == 0 && !(heap->under_way & GC__TEARDOWN)) {
        heap->user_teardown = true;
        gc__teardown_begin(heap);
    }
}

void gc__user_leave(gc_heap *heap)
{
    if (--heap->user_depth > 0)
        return;
    gc__front_update(heap);
    if (heap->user_teardown) {
        heap->user_teardown = false;
        gc__teardown_end(heap);
    }
}
