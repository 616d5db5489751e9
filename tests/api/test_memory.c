/* SPDX-License-Identifier: MIT */
/* test_memory.c: raw memory, objects of every size, and slots that come back zeroed. */
#include "../support/support.h"

#include <string.h>

struct bytes {
    gc_object gc;
    size_t count;
    unsigned char data[];
};
static const gc_type_info bytes_info = GC_TYPE_INFO(struct bytes, GC_BYTES_FLEX(data, count));
static const gc_type_info acyclic_bytes_info =
    GC_TYPE_INFO(struct bytes, GC_BYTES_FLEX(data, count), GC_TYPE_FLAGS(GC_ACYCLIC));

static bool all_zero(const unsigned char *data, size_t n)
{
    return n == 0 || (data[0] == 0 && memcmp(data, data + 1, n - 1) == 0);
}

/* Sizes from the smallest to 8 MiB: each multiple of 8 at first, then by tenths, and their neighbours. */
static size_t next_size(size_t size)
{
    return size < 1200 ? size + 8 : size + size / 10 + 1;
}

static void write_and_reuse(const gc_type_info *info)
{
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, info);
    for (size_t size = 0; size <= (size_t)8 << 20; size = next_size(size)) {
        for (int round = 0; round < 3; round++) {
            struct bytes *pair[2];
            for (int i = 0; i < 2; i++) {
                pair[i] = gc_create_flex(struct bytes, type, size);
                cr_assert_not_null(pair[i], "%zu bytes: %s", size, gc_last_error_message(heap));
                cr_assert(all_zero(pair[i]->data, size), "%zu bytes, round %d: not zero", size, round);
                memset(pair[i]->data, 0xa5 + i, size);
            }
            cr_assert(size == 0 || (pair[0]->data[0] == 0xa5 && pair[0]->data[size - 1] == 0xa5), "they overlap");
            gc_release(pair[0]);
            gc_release(pair[1]);
        }
    }
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(memory, objects_of_every_size_are_writable_and_zero_when_reused) { write_and_reuse(&bytes_info); }
Test(memory, acyclic_ones_too) { write_and_reuse(&acyclic_bytes_info); }

Test(memory, collected_slots_come_back_zeroed)
{
    gc_heap *heap = open_heap();
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 2000; i++) {
            struct node *ring = node_new(heap, 1234567);
            cr_assert(!ring->left && !ring->right && !ring->third && !ring->weak && !ring->finalize);
            gc_set(&ring->left, ring);
            gc_set(&ring->third, ring);
            ring->finalize = (void (*)(struct node *))(uintptr_t)0x5a5a5a5a5a5a5a5a;
            gc_release(ring);
        }
        cr_assert_eq(gc_collect(heap), 2000);
    }
    close_heap(heap);
}

Test(memory, large_objects_hold_references)
{
    gc_heap *heap = open_heap();
    const size_t count = 700000;
    struct list *large = list_new(heap, count);
    for (size_t i = 0; i < count; i += 50000)
        gc_move(&large->items[i], &(void *){ watched_new(heap, (int)(i / 50000)) });
    gc_set(&large->items[count - 1], large);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(large);
    cr_assert_eq(gc_collect(heap), 15);
    cr_assert_eq(times_recorded('d'), 14);
    close_heap(heap);
}

Test(memory, raw_blocks)
{
    gc_heap *heap = open_heap();
    gc_stats stats;
    unsigned char *blocks[40];
    size_t n = 0, total = 0;
    for (size_t size = 0; n < 40; size = size * 3 / 2 + 1, n++) {
        blocks[n] = gc_alloc(heap, size);
        cr_assert_not_null(blocks[n], "even a size of 0 gives a block");
        cr_assert_eq((uintptr_t)blocks[n] % 16, 0);
        memset(blocks[n], (int)n, size);
        total += size;
    }
    gc_get_stats(heap, &stats);
    cr_assert_geq(stats.bytes_raw, total);
    n = 0;
    for (size_t size = 0; n < 40; size = size * 3 / 2 + 1, n++) {
        for (size_t i = 0; i < size; i += size / 50 + 1)
            cr_assert_eq(blocks[n][i], n);
        gc_free(heap, blocks[n]);
    }
    gc_get_stats(heap, &stats);
    cr_assert_eq(stats.bytes_raw, 0);
    close_heap(heap);
}

Test(memory, reallocation_keeps_what_fits)
{
    gc_heap *heap = open_heap();
    unsigned char *block = gc_realloc(heap, NULL, 10);
    memcpy(block, "0123456789", 10);
    for (size_t size = 20; size < 5000000; size *= 3) {
        block = gc_realloc(heap, block, size);
        cr_assert_not_null(block);
        cr_assert_eq((uintptr_t)block % 16, 0);
        cr_assert_eq(memcmp(block, "0123456789", 10), 0);
        block[size - 1] = 1;
    }
    block = gc_realloc(heap, block, 5);
    cr_assert_eq(memcmp(block, "01234", 5), 0);
    cr_assert_null(gc_realloc(heap, block, SIZE_MAX / 2), "the old block is kept");
    cr_assert_eq(gc_last_error(heap), GC_ERROR_MEMORY);
    cr_assert_eq(memcmp(block, "01234", 5), 0);
    cr_assert_null(gc_alloc(heap, SIZE_MAX));
    gc_free(heap, block);
    close_heap(heap);
}

Test(memory, raw_blocks_still_held_go_with_the_heap)
{
    gc_heap *heap = open_heap();
    for (int i = 0; i < 1000; i++)
        memset(gc_alloc(heap, 3000), 1, 3000);
    close_heap(heap);
}

static size_t bytes_collected_for;

static void count_collection(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)heap;
    (void)context;
    if (phase == GC_COLLECT_STOP)
        bytes_collected_for += info->collected;
}

static gc_heap *open_small(void)
{
    gc_settings settings = unchecked_settings();
    settings.range_bytes = (size_t)32 << 20;
    return open_heap_with(&settings);
}

Test(memory, a_full_heap_collects_its_garbage_before_it_refuses)
{
    gc_heap *heap = open_small();
    gc_add_collect_callback(heap, count_collection, NULL);
    for (int i = 0; i < 100000; i++) {
        struct list *ring = list_new(heap, 200);
        gc_set(&ring->items[0], ring);
        gc_release(ring);
    }
    cr_assert_gt(bytes_collected_for, 0, "160 MB of garbage in 32 MiB, automatic collections off");
    close_heap(heap);
}

Test(memory, a_full_heap_of_live_objects_refuses_and_loses_nothing)
{
    gc_heap *heap = open_small();
    struct list *first = list_new(heap, 0), *chain = NULL, *link;
    gc_type *type = gc_type_of(first);
    size_t count = 0;
    while ((link = gc_create_flex(struct list, type, 20)) != NULL) {
        link->items[19] = chain;
        chain = link;
        count++;
    }
    cr_assert_eq(gc_last_error(heap), GC_ERROR_MEMORY);
    cr_assert_gt(count, 50000, "%zu objects of 176 bytes in 32 MiB", count);
    assert_whole(heap);
    cr_assert_eq(objects_in(heap), count + 1);
    cr_assert_null(gc_create_flex(struct list, type, 100000));
    cr_assert_null(gc_alloc(heap, 40 << 20));
    for (struct list *at = chain; at; at = at->items[19])
        count--;
    cr_assert_eq(count, 0);
    gc_release(chain);
    cr_assert_eq(objects_in(heap), 1);
    struct list *large = gc_create_flex(struct list, type, 1000000);
    cr_assert_not_null(large, "released memory serves other sizes");
    gc_release(large);
    gc_release(first);
    close_heap(heap);
}

static size_t external_after(gc_heap *heap, ptrdiff_t delta)
{
    gc_stats stats;
    gc_external_bytes(heap, delta);
    gc_get_stats(heap, &stats);
    return stats.bytes_external;
}

Test(memory, bytes_reported_stay_between_nothing_and_an_exbibyte)
{
    const size_t most = (size_t)1 << 60;
    gc_heap *heap = open_heap();
    cr_assert_eq(external_after(heap, PTRDIFF_MIN), 0);
    cr_assert_eq(external_after(heap, 1000), 1000);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(external_after(heap, PTRDIFF_MAX), most);
    cr_assert_eq(external_after(heap, -1), most - 1, "it can go down again");
    cr_assert_eq(external_after(heap, 2), most);
    cr_assert_eq(external_after(heap, PTRDIFF_MIN), 0);
    cr_assert_eq(external_after(heap, 5), 5);
    cr_assert_eq(external_after(heap, -5), 0);
    make_garbage_ring(heap, 1, 3);
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 3);
    close_heap(heap);
}
