/* SPDX-License-Identifier: MIT */
/* stats.c: figures, of collections as they end, of the heap when asked. */
#include "gc/collection.h"

#include "lib/check.h"

#include <stdio.h>

/* Eight buckets for each doubling, the first doubling from 8 ns. */
#define STATS_STEPS 8u

static unsigned stats_bucket(uint64_t ns)
{
    if (ns < STATS_STEPS)
        return (unsigned)ns;
    unsigned doubling = 63 - (unsigned)__builtin_clzll(ns);
    unsigned bucket = (doubling - 2) * STATS_STEPS + (unsigned)(ns >> (doubling - 3)) - STATS_STEPS;
    return bucket < GC_PAUSE_BUCKETS ? bucket : GC_PAUSE_BUCKETS - 1;
}

uint64_t gc_pause_bucket_ns(unsigned bucket)
{
    if (bucket < STATS_STEPS)
        return bucket;
    if (bucket > GC_PAUSE_BUCKETS)
        bucket = GC_PAUSE_BUCKETS;
    unsigned doubling = bucket / STATS_STEPS + 2;
    return (uint64_t)(bucket % STATS_STEPS + STATS_STEPS) << (doubling - 3);
}

uint64_t gc_pause_percentile_ns(const gc_stats *stats, double percent)
{
    bool within = percent > 0 && percent < 100; /* of what is not a number, neither is true: as 100 */
    uint64_t wanted = within ? (uint64_t)(percent / 100 * (double)stats->pauses + 0.999999) : percent <= 0 ? 0 : stats->pauses;
    uint64_t seen = 0;
    if (stats->pauses == 0)
        return 0;
    for (unsigned bucket = 0; bucket < GC_PAUSE_BUCKETS; bucket++) {
        seen += stats->pause_histogram[bucket];
        if (seen >= wanted && seen > 0) {
            uint64_t bound = gc_pause_bucket_ns(bucket + 1);
            return bound < stats->pause_ns_max ? bound : stats->pause_ns_max;
        }
    }
    return stats->pause_ns_max;
}

void gc__stats_collected(gc_heap *heap, const gc__collection *c, uint64_t duration_ns)
{
    gc_stats *stats = &heap->stats;
    gc_generation_stats *generation = &stats->generations[c->generation];
    generation->collections++;
    generation->candidates += c->candidates;
    generation->collected += c->freed;
    generation->uncollectable += c->condemned - c->freed;
    generation->duration_ns += duration_ns;
    stats->pauses++;
    stats->pause_ns_total += duration_ns;
    if (duration_ns > stats->pause_ns_max)
        stats->pause_ns_max = duration_ns;
    stats->pause_histogram[stats_bucket(duration_ns)]++;
    if (heap->settings.debug & GC_DEBUG_STATS)
        gc__log(heap, "libgc: generation %d: %zu candidates, %zu condemned, %zu freed, %.3f ms", c->generation, c->candidates,
                c->condemned, c->freed, (double)duration_ns / 1e6);
}

void gc__log_condemned(const gc__collection *c)
{
    gc_heap *heap = c->heap;
    if (!(heap->settings.debug & GC_DEBUG_COLLECTABLE))
        return;
    gc__walk walk = gc__walk_map(heap, GC__MAP_CONDEMNED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, GC__CONDEMNED, object, index)
            gc__log(heap, "libgc: collectable: object %p of type '%s'", (void *)object, gc__type_of(heap, object)->name);
}

void gc_set_debug(gc_heap *heap, uint32_t flags)
{
    gc__check_heap(heap);
    heap->settings.debug = flags;
}

uint32_t gc_get_debug(const gc_heap *heap)
{
    gc__check_heap(heap);
    return heap->settings.debug;
}

static void stats_count(const gc_heap *heap, enum gc__map map, gc_stats *stats)
{
    gc__walk walk = gc__walk_map(heap, map);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        size_t alive = 0;
        for (uint32_t slot = 0; slot < slab->capacity; slot += 8)
            alive += gc__count_lanes(
                gc__lanes_with(gc__load_states(heap->states + slab->table + slot), GC__ALIVE));
        stats->objects += alive;
        stats->bytes_live += alive * gc__slab_slot_bytes(slab);
    }
}

static size_t stats_resident(const gc_heap *heap)
{
    const gc__region *regions[] = { &heap->lookup_region, &heap->chunk_region, &heap->block_region, &heap->state_region,
                                    &heap->inside_region, &heap->type_region,  &heap->stack_region,
                                    &heap->touched_region };
    size_t bytes = gc__resident_bytes(heap->mapping, heap->layout.control) + gc__resident_bytes(heap->base, heap->range_used);
    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++)
        bytes += gc__resident_bytes(regions[i]->base, regions[i]->committed);
    for (int map = 0; map < GC__MAPS; map++)
        bytes += gc__resident_bytes(heap->map_regions[map].base, heap->map_regions[map].committed);
    for (size_t i = 0; i < heap->layout.wides / GC__COMMIT_STEP; i++) {
        if (heap->wide_bits[i / 64] == 0)
            i |= 63;
        else if (heap->wide_bits[i / 64] >> i % 64 & 1)
            bytes += gc__resident_bytes((char *)heap->wides + i * GC__COMMIT_STEP, GC__COMMIT_STEP);
    }
    return bytes;
}

void gc__get_stats(gc_heap *heap, gc_stats *stats, size_t size)
{
    gc__check_heap(heap);
    gc_stats now = heap->stats;
    stats_count(heap, GC__MAP_TRACKED, &now);
    stats_count(heap, GC__MAP_ACYCLIC, &now);
    now.bytes_live += heap->bytes_raw;
    now.bytes_raw = heap->bytes_raw;
    now.bytes_external = heap->bytes_external;
    now.bytes_heap = heap->bytes_slabs + heap->bytes_raw + heap->state_region.committed + heap->inside_region.committed +
                     heap->lookup_region.committed + heap->block_region.committed;
    now.bytes_reserved = heap->layout.total;
    now.bytes_resident = stats_resident(heap);
    memcpy(stats, &now, size < sizeof now ? size : sizeof now);
}

static void stats_count_types(gc_heap *heap, enum gc__map map)
{
    gc__walk walk = gc__walk_map(heap, map);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, GC__ALIVE, object, index) {
            gc__type *type = gc__type_of(heap, object);
            type->figure_objects++;
            type->figure_bytes += gc__slab_slot_bytes(slab);
        }
}

size_t gc_visit_type_stats(gc_heap *heap, gc_type_stats_function function, void *context)
{
    gc__check_heap(heap);
    for (uint32_t i = 0; i < heap->type_count; i++)
        heap->types[i]->figure_objects = heap->types[i]->figure_bytes = 0;
    stats_count_types(heap, GC__MAP_TRACKED);
    stats_count_types(heap, GC__MAP_ACYCLIC);
    size_t shown = 0;
    heap->visiting++;
    for (uint32_t i = 0; i < heap->type_count; i++) {
        gc__type *type = heap->types[i];
        if (type->figure_objects == 0)
            continue;
        function(&type->hot, type->figure_objects, type->figure_bytes, context);
        shown++;
    }
    heap->visiting--;
    return shown;
}
