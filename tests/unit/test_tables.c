/* SPDX-License-Identifier: MIT */
/* test_tables.c: guards lib/block: table entries are handed out once, reused, and densely. */
#include "lib/heap.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define PIECES 2000

typedef struct piece {
    uint32_t index, slots;
} piece;

static gc_heap *open_heap(void)
{
    gc_heap *heap = gc_heap_open(NULL);
    cr_assert_not_null(heap);
    return heap;
}

Test(tables, no_two_slabs_share_an_entry)
{
    gc_heap *heap = open_heap();
    static piece pieces[PIECES];
    static uint8_t taken[PIECES * 2 * GC__BLOCK_SLOTS];
    srand(7);
    for (int step = 0; step < 20000; step++) {
        piece *p = &pieces[rand() % PIECES];
        if (p->index) {
            memset(taken + p->index, 0, p->slots);
            gc__table_give(heap, p->index, p->slots);
            p->index = 0;
            continue;
        }
        p->slots = 1 + (uint32_t)rand() % GC__BLOCK_SLOTS;
        p->index = gc__table_take(heap, p->slots);
        cr_assert_neq(p->index, 0);
        cr_assert_lt(p->index + p->slots, sizeof taken);
        for (uint32_t i = 0; i < p->slots; i++) {
            cr_assert_eq(taken[p->index + i], 0, "entry %u is handed out twice", p->index + i);
            taken[p->index + i] = 1;
        }
    }
    for (int i = 0; i < PIECES; i++)
        if (pieces[i].index)
            gc__table_give(heap, pieces[i].index, pieces[i].slots);
    cr_assert_eq(gc_heap_close(heap), 0);
}

Test(tables, an_emptied_block_serves_slabs_of_another_size)
{
    gc_heap *heap = open_heap();
    uint32_t pieces[64];
    for (int i = 0; i < 64; i++)
        cr_assert_neq(pieces[i] = gc__table_take(heap, 1000), 0);
    uint32_t blocks = heap->block_count;
    for (int i = 0; i < 64; i++)
        gc__table_give(heap, pieces[i], 1000);
    for (int round = 0; round < 3; round++)
        for (uint32_t slots = 64; slots <= GC__BLOCK_SLOTS; slots *= 4) {
            uint32_t index = gc__table_take(heap, slots);
            cr_assert_neq(index, 0);
            gc__table_give(heap, index, slots);
        }
    cr_assert_eq(heap->block_count, blocks, "no block was made anew");
    cr_assert_gt(gc__tables_purge(heap), 0);
    cr_assert_eq(gc_heap_close(heap), 0);
}

Test(tables, slabs_of_few_slots_share_a_block)
{
    gc_heap *heap = open_heap();
    uint32_t before = heap->block_count;
    for (int i = 0; i < 64; i++)
        cr_assert_neq(gc__table_take(heap, 64), 0);
    cr_assert_leq(heap->block_count, before + 2);
    cr_assert_eq(gc_heap_close(heap), 0);
}

struct small {
    gc_object gc;
    struct small *next;
};
static const gc_type_info small_info = GC_TYPE_INFO(struct small, GC_REFS(next));

Test(tables, nobody_looks_beyond_their_end)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = settings.check_level = settings.stress = 0;
    gc_heap *heap = gc_heap_open(&settings);
    gc_type *type = gc_type_register(heap, &small_info);
    struct small *first = NULL;
    size_t count = 0;
    /* The last slab has a whole block, and behind that nothing is committed. */
    for (; !first || (heap->block_count + 1) * (size_t)GC__BLOCK_SLOTS < heap->state_region.committed; count++) {
        struct small *object = gc_create(struct small, type);
        gc_move(&object->next, &first);
        first = object;
    }
    cr_assert_eq(gc__slab_of(first)->capacity, GC__BLOCK_SLOTS);
    for (int generation = 0; generation < 3; generation++)
        cr_assert_eq(gc_collect_generation(heap, generation), 0);
    cr_assert(gc_freeze(heap));
    cr_assert_eq(gc_freeze_count(heap), count);
    cr_assert(gc_unfreeze(heap));
    gc_stats stats;
    gc_get_stats(heap, &stats);
    cr_assert_eq(stats.objects, count);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_null(gc_heap_verify(heap));
    gc_release(first);
    cr_assert_eq(gc_heap_close(heap), 0);
}

Test(tables, a_run_of_chunks_is_as_long_as_it_has_to_be)
{
    gc_heap *heap = open_heap();
    for (uint32_t chunks = 1; chunks < 4; chunks++)
        for (size_t more = 0; more < 2; more++) {
            uint32_t granule = gc__chunks_take(heap, chunks * GC__CHUNK - GC__GRANULE + more);
            cr_assert_neq(granule, 0);
            cr_assert_eq(heap->chunks[granule / GC__CHUNK_GRANULES].chunks, chunks + more);
            gc__chunks_give(heap, granule);
        }
    cr_assert_eq(gc_heap_close(heap), 0);
}
