/* SPDX-License-Identifier: MIT */
/* block.c: where in the tables the slots of a slab are. Table entries are handed out densely, so that the bytes of slabs with few
 * slots share cache lines' sets and pages evenly: a fixed stride a slab would put all tables of 512-byte objects
 * into the same sets of each cache, and take a page for each slab.
 *
 * A block is 4,096 entries, a page of each byte table. All units taken from a block have one size, a power of two times 64. There are never
 * more blocks in use than slabs, so the tables never run out before the granules do. */
#include "lib/heap.h"

#define BLOCK_STEP ((size_t)256 << 10) /* bytes of a byte table committed at a time */

static uint32_t block_order(uint32_t slots)
{
    uint32_t order = 0;
    while (64u << order < slots)
        order++;
    return order;
}

static uint64_t block_full(uint32_t order)
{
    return order == 0 ? ~0ull : (1ull << (64 >> order)) - 1;
}

static void block_list_add(gc_heap *heap, uint32_t *first, uint32_t number)
{
    gc__block *block = &heap->blocks[number];
    block->next = *first;
    block->previous = 0;
    block->listed = 1;
    if (block->next)
        heap->blocks[block->next].previous = number;
    *first = number;
}

static void block_list_remove(gc_heap *heap, uint32_t *first, uint32_t number)
{
    gc__block *block = &heap->blocks[number];
    block->listed = 0;
    if (block->next)
        heap->blocks[block->next].previous = block->previous;
    if (block->previous)
        heap->blocks[block->previous].next = block->next;
    else
        *first = block->next;
}

static bool block_commit(gc_heap *heap, uint32_t number)
{
    size_t end = ((size_t)number + 1) * GC__BLOCK_SLOTS;
    size_t wanted = (end + BLOCK_STEP - 1) & ~(BLOCK_STEP - 1);
    return gc__region_ensure(&heap->block_region, ((size_t)number + 1) * sizeof(gc__block)) &&
           (end <= heap->state_region.committed || gc__region_ensure(&heap->state_region, wanted)) &&
           (end + GC__INSIDE_SKEW <= heap->inside_region.committed ||
            gc__region_ensure(&heap->inside_region, wanted + GC__COMMIT_STEP));
}

/* A block without an order, 0: no memory. Block 0 is never used: index 0 means none. */
static uint32_t block_new(gc_heap *heap)
{
    uint32_t number = heap->block_free;
    if (number) {
        block_list_remove(heap, &heap->block_free, number);
        return number;
    }
    number = heap->block_count + 1;
    if (!block_commit(heap, number))
        return 0;
    heap->block_count = number;
    return number;
}

uint32_t gc__table_take(gc_heap *heap, uint32_t slots)
{
    uint32_t order = block_order(slots);
    uint32_t number = heap->block_first[order];
    if (!number) {
        number = block_new(heap);
        if (!number)
            return 0;
        heap->blocks[number].order = order;
        heap->blocks[number].used = 0;
        block_list_add(heap, &heap->block_first[order], number);
    }
    gc__block *block = &heap->blocks[number];
    uint32_t unit = (uint32_t)__builtin_ctzll(~block->used);
    block->used |= 1ull << unit;
    if (block->used == block_full(order))
        block_list_remove(heap, &heap->block_first[order], number);
    return number * GC__BLOCK_SLOTS + (unit << (order + 6));
}

void gc__table_give(gc_heap *heap, uint32_t index, uint32_t slots)
{
    uint32_t order = block_order(slots);
    uint32_t number = index / GC__BLOCK_SLOTS;
    gc__block *block = &heap->blocks[number];
    block->used &= ~(1ull << (index % GC__BLOCK_SLOTS >> (order + 6)));
    if (!block->listed)
        block_list_add(heap, &heap->block_first[order], number);
    if (block->used == 0) {
        block_list_remove(heap, &heap->block_first[order], number);
        block_list_add(heap, &heap->block_free, number);
    }
}

size_t gc__tables_purge(gc_heap *heap)
{
    size_t bytes = 0;
    for (uint32_t number = heap->block_free; number; number = heap->blocks[number].next) {
        size_t at = (size_t)number * GC__BLOCK_SLOTS;
        bytes += gc__purge((char *)heap->states + at, GC__BLOCK_SLOTS) ? GC__BLOCK_SLOTS : 0;
        /* The page of inside counts that begins in this block's entries ends in the next one's: they are zero but in a collection. */
        if (!gc__busy(heap) && gc__purge(heap->inside_region.base + at, GC__BLOCK_SLOTS))
            bytes += GC__BLOCK_SLOTS;
    }
    for (size_t step = 0; step < heap->layout.wides / GC__COMMIT_STEP; step++) {
        if (step % 64 == 0 && !heap->wide_bits[step / 64])
            step += 63;
        else if (heap->wide_bits[step / 64] >> step % 64 & 1 &&
                 gc__purge((char *)heap->wides + step * GC__COMMIT_STEP, GC__COMMIT_STEP))
            bytes += GC__COMMIT_STEP;
    }
    gc__purge(heap->stack_region.base, heap->stack_region.committed);
    return bytes;
}
