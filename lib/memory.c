/* SPDX-License-Identifier: MIT */
/* memory.c: raw memory in the heap's accounts. */
#include "lib/check.h"
#include "lib/heap.h"
#include "lib/stress.h"

#define MEMORY_MAX ((size_t)1 << 40)
#define EXTERNAL_MAX ((size_t)1 << 60) /* bytes reported: sums with them do not overflow */

/* A cache of jemalloc's for this heap alone, so that small blocks take no lock. Made when first needed: it costs some 10 KiB. */
static int memory_flags(gc_heap *heap)
{
    if (!heap->has_tcache) {
        size_t size = sizeof heap->tcache;
        heap->has_tcache = mallctl("tcache.create", &heap->tcache, &size, NULL, 0) == 0;
    }
    int cache = heap->has_tcache ? MALLOCX_TCACHE(heap->tcache) : MALLOCX_TCACHE_NONE;
    return MALLOCX_ARENA(heap->arena) | cache;
}

/* Of 16 bytes at least: a smaller block of jemalloc's is aligned to less. */
static size_t memory_round(size_t bytes)
{
    return bytes < 16 ? 16 : bytes;
}

static void *memory_move(gc_heap *heap, void *block, size_t bytes)
{
    int flags = memory_flags(heap);
    return block ? rallocx(block, memory_round(bytes), flags) : mallocx(memory_round(bytes), flags);
}

/* jemalloc cuts no small block from a large piece that is dirty. Where it has nothing else, those have to become clean first. */
static void *memory_take(gc_heap *heap, void *block, size_t bytes)
{
    void *moved = memory_move(heap, block, bytes);
    if (moved)
        return moved;
    gc__arena_purge(heap);
    return memory_move(heap, block, bytes);
}

void *gc__raw_take(gc_heap *heap, size_t bytes)
{
    return bytes > MEMORY_MAX ? NULL : memory_take(heap, NULL, bytes);
}

void gc__raw_give(gc_heap *heap, void *block)
{
    if (block)
        dallocx(block, memory_flags(heap));
}

void *gc__raw_resize(gc_heap *heap, void *block, size_t bytes)
{
    if (bytes > MEMORY_MAX)
        return NULL;
    int flags = memory_flags(heap);
    size_t before = block ? sallocx(block, flags) : 0;
    void *moved = memory_take(heap, block, bytes);
    if (moved) {
        size_t after = sallocx(moved, flags);
        heap->bytes_raw += after - before;
        if (after > before)
            gc__account(heap, after - before);
        else
            gc__account_returned(heap, before - after);
    }
    return moved;
}

void *gc_alloc(gc_heap *heap, size_t bytes)
{
    return gc_realloc(heap, NULL, bytes);
}

void *gc_realloc(gc_heap *heap, void *block, size_t bytes)
{
    gc__check_heap(heap);
    gc__stress(heap);
    void *result = gc__raw_resize(heap, block, bytes);
    if (!result && bytes <= MEMORY_MAX && !gc__busy(heap)) {
        heap->hooks.memory_short(heap);
        result = gc__raw_resize(heap, block, bytes);
    }
    if (!result)
        gc__fail(heap, GC_ERROR_MEMORY, "no memory for a block of %zu bytes", bytes);
    return result;
}

void gc_free(gc_heap *heap, void *block)
{
    gc__check_heap_and_block(heap, block);
    if (!block)
        return;
    int flags = memory_flags(heap);
    size_t bytes = sallocx(block, flags);
    heap->bytes_raw -= bytes;
    gc__account_returned(heap, bytes);
    sdallocx(block, bytes, flags);
}

void gc_external_bytes(gc_heap *heap, ptrdiff_t delta)
{
    gc__check_heap(heap);
    if (delta < 0) {
        size_t less = 0 - (size_t)delta;
        heap->bytes_external -= less < heap->bytes_external ? less : heap->bytes_external;
        gc__account_returned(heap, less);
        return;
    }
    size_t room = EXTERNAL_MAX - heap->bytes_external, more = (size_t)delta < room ? (size_t)delta : room;
    heap->bytes_external += more;
    gc__account(heap, more);
}
