/* SPDX-License-Identifier: MIT */
/* granule.c: chunks from jemalloc, and runs of granules from chunks. */
#include "lib/heap.h"

#define AGE_NS 1000000000u
#define AGE_RUNS_MOST 64u /* each takes 5 to 10 microseconds */
#define GRANULES_ALL (~(uint64_t)1) /* granule 0 is the chunk's header */

static uint64_t granule_mask(uint32_t first, uint32_t count)
{
    return (count == 64 ? ~0ull : (1ull << count) - 1) << first;
}

static int granule_flags(const gc_heap *heap)
{
    return MALLOCX_ARENA(heap->arena) | MALLOCX_TCACHE_NONE | MALLOCX_ALIGN(GC__CHUNK);
}

static void chunk_list_add(gc_heap *heap, uint32_t number)
{
    gc__chunk *chunk = &heap->chunks[number];
    if (chunk->listed)
        return;
    chunk->listed = 1;
    chunk->next = heap->chunk_first;
    chunk->previous = 0;
    if (chunk->next)
        heap->chunks[chunk->next].previous = number;
    heap->chunk_first = number;
}

static void chunk_list_remove(gc_heap *heap, uint32_t number)
{
    gc__chunk *chunk = &heap->chunks[number];
    chunk->listed = 0;
    if (chunk->next)
        heap->chunks[chunk->next].previous = chunk->previous;
    if (chunk->previous)
        heap->chunks[chunk->previous].next = chunk->next;
    else
        heap->chunk_first = chunk->next;
}

/* Commits what the tables by granule need for the range up to `end`. */
static bool chunk_commit_tables(gc_heap *heap, size_t end)
{
    size_t granules = end / GC__GRANULE;
    if (!gc__region_ensure(&heap->lookup_region, granules * sizeof(gc__lookup)) ||
        !gc__region_ensure(&heap->chunk_region, end / GC__CHUNK * sizeof(gc__chunk)))
        return false;
    for (int map = 0; map < GC__MAPS; map++)
        if (!gc__region_ensure(&heap->map_regions[map], granules / 8))
            return false;
    if (end > heap->top)
        heap->top = end;
    return true;
}

/* A run of whole chunks with its header written; NULL: no memory. */
static char *chunk_new(gc_heap *heap, size_t bytes, int zero)
{
    char *start = mallocx(bytes, granule_flags(heap) | zero);
    if (!start)
        return NULL;
    size_t offset = (size_t)(start - heap->base);
    size_t chunks = (bytes + GC__CHUNK - 1) / GC__CHUNK;
    if (!chunk_commit_tables(heap, offset + chunks * GC__CHUNK)) {
        dallocx(start, granule_flags(heap));
        return NULL;
    }
    gc__slab *slabs = gc__granule_slab(start);
    memset(slabs, 0, GC__CHUNK_GRANULES * sizeof *slabs);
    for (size_t g = 0; g < GC__CHUNK_GRANULES; g++)
        slabs[g].heap = heap;
    heap->chunks[offset / GC__CHUNK].chunks = (uint32_t)chunks;
    return start;
}

static void chunk_free(gc_heap *heap, uint32_t number)
{
    heap->chunks[number].chunks = 0;
    dallocx(heap->base + (size_t)number * GC__CHUNK, granule_flags(heap));
}

/* The first of `count` free granules in a row, 0: none. */
static uint32_t chunk_find_run(uint64_t free_granules, uint32_t count)
{
    uint64_t runs = free_granules;
    for (uint32_t i = 1; i < count && runs; i++)
        runs &= free_granules >> i;
    return runs ? (uint32_t)__builtin_ctzll(runs) : 0;
}

static void chunk_take(gc_heap *heap, uint32_t number, uint64_t granules)
{
    gc__chunk *chunk = &heap->chunks[number];
    chunk->free_granules &= ~granules;
    chunk->idle_granules &= ~granules;
    chunk->returned_granules &= ~granules;
    if (heap->chunk_spare == number)
        heap->chunk_spare = 0;
    if (!chunk->free_granules)
        chunk_list_remove(heap, number);
}

static uint32_t chunk_take_run(gc_heap *heap, uint32_t number, uint32_t count)
{
    uint32_t first = chunk_find_run(heap->chunks[number].free_granules, count);
    if (!first)
        return 0;
    chunk_take(heap, number, granule_mask(first, count));
    return number * GC__CHUNK_GRANULES + first;
}

/* Gives the memory of free granules of a chunk back to the system, in at most `most` runs, which it takes off. Returns how many bytes have
 * gone that were not gone before. */
static size_t chunk_purge(gc_heap *heap, uint32_t number, uint64_t granules, uint32_t *most)
{
    gc__chunk *chunk = &heap->chunks[number];
    size_t bytes = 0;
    for (granules &= ~chunk->returned_granules; granules && *most > 0; --*most) {
        uint32_t first = (uint32_t)__builtin_ctzll(granules);
        uint32_t count = (uint32_t)__builtin_ctzll(~(granules >> first)); /* first > 0: there is a 0 above */
        uint64_t run = granule_mask(first, count);
        if (gc__purge(heap->base + ((size_t)number * GC__CHUNK_GRANULES + first) * GC__GRANULE, (size_t)count * GC__GRANULE)) {
            chunk->returned_granules |= run;
            bytes += (size_t)count * GC__GRANULE;
        }
        granules &= ~run;
    }
    return bytes;
}

uint32_t gc__granules_take(gc_heap *heap, uint32_t count)
{
    for (uint32_t number = heap->chunk_first; number; number = heap->chunks[number].next) {
        uint32_t granule = chunk_take_run(heap, number, count);
        if (granule)
            return granule;
    }
    char *start = chunk_new(heap, GC__CHUNK, 0);
    if (!start)
        return 0;
    uint32_t number = (uint32_t)((size_t)(start - heap->base) / GC__CHUNK);
    heap->chunks[number].free_granules = GRANULES_ALL;
    heap->chunks[number].idle_granules = heap->chunks[number].returned_granules = 0;
    chunk_list_add(heap, number);
    return chunk_take_run(heap, number, count);
}

void gc__granules_give(gc_heap *heap, uint32_t first, uint32_t count)
{
    uint32_t number = first / GC__CHUNK_GRANULES;
    gc__chunk *chunk = &heap->chunks[number];
    chunk->free_granules |= granule_mask(first % GC__CHUNK_GRANULES, count);
    chunk_list_add(heap, number);
    if (chunk->free_granules != GRANULES_ALL)
        return;
    /* One empty chunk stays, so that a slab that comes and goes does not take jemalloc's lock each time. */
    uint32_t old_spare = heap->chunk_spare;
    heap->chunk_spare = number;
    if (old_spare && old_spare != number) {
        chunk_list_remove(heap, old_spare);
        chunk_free(heap, old_spare);
    }
}

uint32_t gc__chunks_take(gc_heap *heap, size_t bytes)
{
    /* jemalloc knows which of its pages are zero anyway: an object of gigabytes touches none of them before its program does. */
    char *start = chunk_new(heap, bytes + GC__GRANULE, MALLOCX_ZERO);
    return start ? gc__granule_of(heap, start) + 1 : 0;
}

void gc__chunks_give(gc_heap *heap, uint32_t granule)
{
    chunk_free(heap, granule / GC__CHUNK_GRANULES);
}

bool gc__chunks_resize(gc_heap *heap, uint32_t granule, size_t bytes)
{
    uint32_t number = granule / GC__CHUNK_GRANULES;
    size_t total = bytes + GC__GRANULE;
    size_t chunks = (total + GC__CHUNK - 1) / GC__CHUNK;
    char *start = heap->base + (size_t)number * GC__CHUNK;
    if (!chunk_commit_tables(heap, (number + chunks) * GC__CHUNK))
        return false;
    if (xallocx(start, total, 0, granule_flags(heap)) < total)
        return false;
    heap->chunks[number].chunks = (uint32_t)chunks;
    return true;
}

bool gc__granules_extend(gc_heap *heap, uint32_t granule, uint32_t count)
{
    uint32_t number = granule / GC__CHUNK_GRANULES, first = granule % GC__CHUNK_GRANULES;
    gc__chunk *chunk = &heap->chunks[number];
    if (first == 0 || first + count > GC__CHUNK_GRANULES)
        return false;
    uint64_t mask = granule_mask(first, count);
    if ((chunk->free_granules & mask) != mask)
        return false;
    chunk_take(heap, number, mask);
    return true;
}

size_t gc__granules_trim(gc_heap *heap)
{
    size_t bytes = 0;
    uint32_t spare = heap->chunk_spare;
    if (spare) {
        heap->chunk_spare = 0;
        chunk_list_remove(heap, spare);
        chunk_free(heap, spare);
    }
    for (uint32_t number = heap->chunk_first, most = UINT32_MAX; number; number = heap->chunks[number].next)
        bytes += chunk_purge(heap, number, heap->chunks[number].free_granules, &most);
    return bytes;
}

void gc__granules_age(gc_heap *heap, uint64_t now_ns)
{
    if (now_ns - heap->granules_aged_ns < AGE_NS)
        return;
    heap->granules_aged_ns = now_ns;
    for (uint32_t number = heap->chunk_first, most = AGE_RUNS_MOST; number; number = heap->chunks[number].next) {
        gc__chunk *chunk = &heap->chunks[number];
        chunk_purge(heap, number, chunk->idle_granules, &most);
        chunk->idle_granules = chunk->free_granules;
    }
}
