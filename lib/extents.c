/* SPDX-License-Identifier: MIT */
/* extents.c: the heap's jemalloc arena. Its extent hooks hand out the heap's range; jemalloc keeps the extents, their decay and the
 * statistics. Nothing handed out is taken back before the arena goes: jemalloc retains what it purges, which for a range
 * that is reserved anyway costs nothing. */
#include "lib/heap.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

static gc_heap *extents_heap(extent_hooks_t *hooks)
{
    return (gc_heap *)((char *)hooks - offsetof(gc_heap, extent_hooks));
}

static void *extents_alloc(extent_hooks_t *hooks, void *new_address, size_t size, size_t alignment, bool *zero, bool *commit,
                           unsigned arena)
{
    (void)arena;
    gc_heap *heap = extents_heap(hooks);
    size_t start = (heap->range_used + alignment - 1) & ~(alignment - 1);
    if (start > heap->layout.range || size > heap->layout.range - start)
        return NULL;
    char *address = heap->base + start;
    if (new_address && new_address != address)
        return NULL;
    if (*commit && !gc__commit(address, size))
        return NULL;
    heap->range_used = start + size;
    *zero = true;
    return address;
}

/* Called when the arena is destroyed; the whole range is unmapped right after. */
static void extents_destroy(extent_hooks_t *hooks, void *address, size_t size, bool committed, unsigned arena)
{
    (void)hooks, (void)address, (void)size, (void)committed, (void)arena;
}

static bool extents_commit(extent_hooks_t *hooks, void *address, size_t size, size_t offset, size_t length, unsigned arena)
{
    (void)hooks, (void)size, (void)arena;
    return !gc__commit((char *)address + offset, length);
}

static bool extents_purge(extent_hooks_t *hooks, void *address, size_t size, size_t offset, size_t length, unsigned arena)
{
    (void)hooks, (void)size, (void)arena;
    return !gc__purge((char *)address + offset, length);
}

static bool extents_split(extent_hooks_t *hooks, void *address, size_t size, size_t first, size_t second, bool committed,
                          unsigned arena)
{
    (void)hooks, (void)address, (void)size, (void)first, (void)second, (void)committed, (void)arena;
    return false;
}

static bool extents_merge(extent_hooks_t *hooks, void *first, size_t first_size, void *second, size_t second_size,
                          bool committed, unsigned arena)
{
    (void)hooks, (void)first, (void)first_size, (void)second, (void)second_size, (void)committed, (void)arena;
    return false;
}

bool gc__arena_open(gc_heap *heap)
{
    heap->extent_hooks = (extent_hooks_t){
        .alloc = extents_alloc,
        .destroy = extents_destroy,
        .commit = extents_commit,
        .purge_forced = extents_purge,
        .split = extents_split,
        .merge = extents_merge,
    };
    extent_hooks_t *hooks = &heap->extent_hooks;
    size_t size = sizeof heap->arena;
    return mallctl("arenas.create", &heap->arena, &size, &hooks, sizeof hooks) == 0;
}

void gc__arena_close(gc_heap *heap)
{
    char name[32];
    if (heap->has_tcache)
        mallctl("tcache.destroy", NULL, NULL, &heap->tcache, sizeof heap->tcache);
    snprintf(name, sizeof name, "arena.%u.destroy", heap->arena);
    mallctl(name, NULL, NULL, NULL, 0);
}

void gc__arena_purge(gc_heap *heap)
{
    char name[32];
    snprintf(name, sizeof name, "arena.%u.purge", heap->arena);
    mallctl(name, NULL, NULL, NULL, 0);
}
