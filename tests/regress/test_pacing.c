/* SPDX-License-Identifier: MIT */
/* test_pacing.c: automatic collections that did not come: raw memory that nobody counted, large objects that grew in place, young
 * limits without an end, and full collections that looked at nothing and were taken for measurements; and those that came although bytes
 * were to make nothing due. */
#include "../support/support.h"

struct buffer {
    gc_object gc;
    struct buffer *self;
    void *memory;
};
static const gc_type_info buffer_info = GC_TYPE_INFO(struct buffer, GC_REFS(self), GC_MEMORY(memory));

#define BLOCK ((size_t)1 << 20)

/* The most raw memory that garbage with a block of memory each holds at once. The blocks are not written, so take addresses only. */
static size_t most_raw_memory(bool before_the_cycle)
{
    gc_settings settings = quiet_settings();
    settings.automatic = 1;
    settings.threshold_bytes = 16 * BLOCK;
    gc_heap *heap = open_heap_with(&settings);
    gc_type *type = gc_type_register(heap, &buffer_info);
    size_t most = 0;
    for (int i = 0; i < 500; i++) {
        struct buffer *buffer = gc_create(struct buffer, type);
        if (before_the_cycle)
            buffer->memory = gc_alloc(heap, BLOCK);
        gc_set(&buffer->self, buffer);
        if (!before_the_cycle)
            buffer->memory = gc_realloc(heap, gc_alloc(heap, 1), BLOCK);
        gc_release(buffer);
        gc_stats stats;
        gc_get_stats(heap, &stats);
        if (stats.bytes_raw > most)
            most = stats.bytes_raw;
    }
    close_heap(heap);
    return most;
}

Test(pacing, raw_memory_of_garbage_does_not_pile_up)
{
    cr_assert_leq(most_raw_memory(true), 64 * BLOCK);
    cr_assert_leq(most_raw_memory(false), 64 * BLOCK);
}

struct growing {
    gc_object gc;
    struct growing *self;
    size_t count;
    char bytes[];
};
static const gc_type_info growing_info = GC_TYPE_INFO(struct growing, GC_REFS(self), GC_BYTES_FLEX(bytes, count));

static gc_stats stats_of(gc_heap *heap)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    return stats;
}

/* So large that there is room for it in a chunk of its own only, where it then grows in place. */
enum { SMALL = 100000, LARGE = 4000000 };

static void resize_in_place(struct growing *growing, size_t bytes)
{
    cr_assert_eq(gc_resize(growing, bytes), growing, "not in place: this tests nothing");
}

Test(pacing, large_objects_that_grow_in_place_do_not_pile_up_as_garbage)
{
    gc_settings settings = unchecked_settings();
    settings.automatic = 1;
    settings.threshold_bytes = 16 * BLOCK;
    gc_heap *heap = open_heap_with(&settings);
    gc_type *type = gc_type_register(heap, &growing_info);
    size_t most = 0;
    for (int i = 0; i < 300; i++) {
        struct growing *growing = gc_create_flex(struct growing, type, SMALL);
        resize_in_place(growing, LARGE);
        gc_set(&growing->self, growing);
        gc_release(growing);
        size_t live = stats_of(heap).bytes_live;
        most = live > most ? live : most;
    }
    gc_stats stats = stats_of(heap);
    cr_assert_geq(stats.generations[0].collections + stats.generations[1].collections + stats.generations[2].collections, 20);
    cr_assert_leq(most, 32 * BLOCK, "%zu bytes at once", most);
    close_heap(heap);
}

Test(pacing, what_a_large_object_gives_back_in_place_does_not_count)
{
    gc_settings settings = unchecked_settings();
    settings.automatic = 1;
    settings.threshold_bytes = 16 * BLOCK;
    gc_heap *heap = open_heap_with(&settings);
    struct node *node = node_new(heap, 1);
    struct growing *growing = gc_create_flex(struct growing, gc_type_register(heap, &growing_info), SMALL);
    for (int i = 0; i < 100; i++) {
        resize_in_place(growing, LARGE / 2);
        resize_in_place(growing, SMALL);
        gc_release(node_new(heap, i));
    }
    cr_assert_eq(stats_of(heap).pauses, 0, "there are never more than 2 MB");
    gc_release(growing);
    gc_release(node);
    close_heap(heap);
}

/* Builds a list in which there is nothing to find, so that the pace backs off; then makes garbage alone. Returns the most
 * garbage that there was. */
static size_t most_garbage_after(size_t length, int64_t young_threshold)
{
    gc_settings settings = unchecked_settings();
    settings.automatic = 1;
    settings.threshold_bytes = 0;
    settings.thresholds[0] = young_threshold;
    gc_heap *heap = open_heap_with(&settings);
    gc_type *type = gc_type_register(heap, &node_info);
    struct node *list = NULL;
    for (size_t i = 0; i < length; i++) {
        struct node *link = gc_create(struct node, type);
        gc_move(&link->left, &list);
        list = link;
    }
    size_t most = 0;
    for (int i = 0; i < 1500000; i++) {
        struct node *ring = gc_create(struct node, type);
        gc_set(&ring->left, ring);
        gc_release(ring);
        if (i % 50000 == 0 && objects_in(heap) - length > most)
            most = objects_in(heap) - length;
    }
    gc_release(list);
    close_heap(heap);
    return most;
}

Test(pacing, without_a_byte_threshold_backing_off_has_an_end)
{
    cr_assert_lt(most_garbage_after(500000, 2000), 700000);
}

Test(pacing, a_young_threshold_above_the_librarys_own_limit_keeps_its_meaning)
{
    cr_assert_lt(most_garbage_after(350000, 300000), 700000);
}

static int fulls;

static void count_fulls(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)heap;
    (void)context;
    fulls += phase == GC_COLLECT_STOP && info->generation == 2;
}

enum { BEFORE = 10000, MORE = 2000 };

/* How many full collections there are while a heap of BEFORE live objects grows by MORE, less than the percentage to wait for. */
static int fulls_while_growing(int collections_before)
{
    static struct node *nodes[BEFORE + MORE];
    gc_settings settings = quiet_settings();
    settings.pace = GC_PACE_CPYTHON;
    settings.thresholds[0] = 100;
    settings.thresholds[1] = settings.thresholds[2] = 2;
    gc_heap *heap = open_heap_with(&settings);
    int n = 0;
    while (n < BEFORE)
        nodes[n++] = node_new(heap, 1);
    for (int i = 0; i < collections_before; i++)
        gc_collect(heap);
    gc_add_collect_callback(heap, count_fulls, NULL);
    gc_enable(heap);
    fulls = 0;
    while (n < BEFORE + MORE)
        nodes[n++] = node_new(heap, 1);
    int seen = fulls;
    gc_disable(heap);
    while (n > 0)
        gc_release(nodes[--n]);
    close_heap(heap);
    return seen;
}

Test(pacing, a_full_collection_that_looks_at_nothing_does_not_say_how_much_it_kept)
{
    cr_assert_eq(fulls_while_growing(1), 0);
    cr_assert_eq(fulls_while_growing(2), 0, "the second of them had nothing to do");
    cr_assert_eq(fulls_while_growing(3), 0);
}

/* What a collection that found little multiplies overflowed; only a sanitizer saw it. */
Test(pacing, a_young_threshold_near_the_largest_number_stays_one)
{
    gc_settings settings = quiet_settings();
    settings.automatic = 1;
    settings.thresholds[0] = INT64_MAX / 4;
    gc_heap *heap = open_heap_with(&settings);
    struct node *node = node_new(heap, 1);
    for (int i = 0; i < 3; i++) {
        struct node *other = node_new(heap, 2);
        gc_collect_generation(heap, 0);
        gc_release(other);
    }
    struct node *more = node_new(heap, 3);
    cr_assert_eq(gc_generation_of(more), 0);
    gc_release(more);
    gc_release(node);
    close_heap(heap);
}

/* How many full collections there are while a list grows, beside three times as much garbage. */
static uint64_t fulls_with_threshold_bytes(size_t threshold_bytes)
{
    gc_settings settings = unchecked_settings();
    settings.automatic = 1;
    settings.threshold_bytes = threshold_bytes;
    gc_heap *heap = open_heap_with(&settings);
    struct node *list = NULL;
    for (int i = 0; i < 100000; i++) {
        if (i == 1000)
            gc_collect(heap);
        make_garbage_ring(heap, i, 2);
        if (i % 2 == 0) {
            struct node *link = node_new(heap, i);
            gc_move(&link->left, &list);
            list = link;
        }
    }
    uint64_t seen = stats_of(heap).generations[2].collections;
    forget_record();
    gc_release(list);
    close_heap(heap);
    return seen;
}

/* To 0 and to the largest number twice what was in use was added: any growth was enough for 0, and the sum with the other overflowed. */
Test(pacing, where_bytes_make_nothing_due_they_start_no_full_collection)
{
    uint64_t without_bytes = fulls_with_threshold_bytes(SIZE_MAX / 2);
    cr_assert_gt(without_bytes, 0, "the one that was asked for");
    cr_assert_eq(fulls_with_threshold_bytes(0), without_bytes);
    cr_assert_eq(fulls_with_threshold_bytes(SIZE_MAX), without_bytes);
}
