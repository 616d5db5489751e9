/* SPDX-License-Identifier: MIT */
/* test_stats.c: the figures: by generation, by type, bytes, pauses. */
#include "../support/support.h"

#include <limits.h>
#include <math.h>
#include <string.h>

static gc_stats stats_of(gc_heap *heap)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    return stats;
}

Test(stats, each_collection_counts_for_its_generation)
{
    gc_heap *heap = open_heap();
    for (int generation = 0; generation < 3; generation++) {
        gc_stats before = stats_of(heap);
        make_garbage_ring(heap, 1, 3);
        cr_assert_eq(gc_collect_generation(heap, generation), 3);
        gc_stats after = stats_of(heap);
        for (int other = 0; other < 3; other++) {
            uint64_t more = other == generation;
            cr_assert_eq(after.generations[other].collections - before.generations[other].collections, more);
            cr_assert_eq(after.generations[other].collected - before.generations[other].collected, 3 * more);
            cr_assert_eq(after.generations[other].candidates - before.generations[other].candidates, 3 * more);
            cr_assert_eq(after.generations[other].uncollectable, 0);
        }
        cr_assert_gt(after.generations[generation].duration_ns, before.generations[generation].duration_ns);
        cr_assert_eq(after.pauses - before.pauses, 1);
    }
    close_heap(heap);
}

Test(stats, objects_and_bytes_follow_what_lives)
{
    gc_heap *heap = open_heap();
    gc_stats empty = stats_of(heap);
    cr_assert_eq(empty.objects, 0);
    cr_assert_eq(empty.bytes_live, 0);
    cr_assert_geq(empty.bytes_reserved, (size_t)16 << 20);
    struct node *nodes[100];
    size_t bytes = 0;
    for (int i = 0; i < 100; i++) {
        nodes[i] = node_new(heap, i);
        bytes += gc_size_of(nodes[i]);
    }
    struct list *large = list_new(heap, 500000);
    bytes += gc_size_of(large);
    cr_assert_eq(stats_of(heap).objects, 101);
    cr_assert_eq(stats_of(heap).bytes_live, bytes);
    void *raw = gc_alloc(heap, 5000);
    gc_stats full = stats_of(heap);
    cr_assert_geq(full.bytes_raw, 5000);
    cr_assert_eq(full.bytes_live, bytes + full.bytes_raw);
    cr_assert_geq(full.bytes_heap, full.bytes_live);
    cr_assert_geq(full.bytes_reserved, full.bytes_heap);
    gc_free(heap, raw);
    gc_release(large);
    for (int i = 0; i < 100; i++)
        gc_release(nodes[i]);
    cr_assert_eq(stats_of(heap).objects, 0);
    cr_assert_eq(stats_of(heap).bytes_live, 0);
    close_heap(heap);
}

Test(stats, resident_bytes_are_what_was_touched)
{
    gc_settings settings = unchecked_settings();
    gc_heap *heap = open_heap_with(&settings);
    struct list *large = list_new(heap, 4 << 20);
    for (size_t i = 0; i < large->count; i += 256)
        large->items[i] = NULL;
    size_t resident = stats_of(heap).bytes_resident;
    cr_assert(resident == 0 || resident >= (size_t)32 << 20, "%zu bytes resident", resident);
    gc_release(large);
    close_heap(heap);
}

Test(stats, pauses_fall_into_their_buckets)
{
    gc_heap *heap = open_heap();
    gc_stats stats = stats_of(heap);
    cr_assert_eq(gc_pause_percentile_ns(&stats, 99), 0, "none yet");
    for (int i = 0; i < 50; i++) {
        make_garbage_ring(heap, 1, 2);
        gc_collect(heap);
    }
    stats = stats_of(heap);
    uint64_t in_buckets = 0;
    for (unsigned b = 0; b < GC_PAUSE_BUCKETS; b++) {
        in_buckets += stats.pause_histogram[b];
        if (stats.pause_histogram[b] && b + 1 < GC_PAUSE_BUCKETS)
            cr_assert_leq(gc_pause_bucket_ns(b), stats.pause_ns_max);
    }
    cr_assert_eq(stats.pauses, 50);
    cr_assert_eq(in_buckets, 50);
    cr_assert_geq(stats.pause_ns_total, stats.pause_ns_max);
    cr_assert_leq(stats.pause_ns_total, 50 * stats.pause_ns_max);
    uint64_t median = gc_pause_percentile_ns(&stats, 50), all = gc_pause_percentile_ns(&stats, 100);
    cr_assert_leq(median, all);
    cr_assert_geq(all * 8, stats.pause_ns_max * 7);
    cr_assert_leq(all * 7, stats.pause_ns_max * 8 + 64);
    close_heap(heap);
}

Test(stats, buckets_grow_by_an_eighth_of_a_doubling)
{
    for (unsigned b = 1; b < GC_PAUSE_BUCKETS; b++)
        cr_assert_gt(gc_pause_bucket_ns(b), gc_pause_bucket_ns(b - 1));
    for (unsigned b = 64; b < GC_PAUSE_BUCKETS; b++)
        cr_assert_eq(gc_pause_bucket_ns(b), 2 * gc_pause_bucket_ns(b - 8));
    cr_assert_gt(gc_pause_bucket_ns(GC_PAUSE_BUCKETS - 1), 1000000000u, "a second has its bucket");
}

Test(stats, no_percentile_is_more_than_the_longest_pause)
{
    gc_stats stats = { .pauses = 3, .pause_ns_max = 1000 };
    stats.pause_histogram[1] = 2;
    stats.pause_histogram[GC_PAUSE_BUCKETS - 1] = 1;
    cr_assert_eq(gc_pause_percentile_ns(&stats, 0), 2, "the first bucket with a pause");
    cr_assert_eq(gc_pause_percentile_ns(&stats, 66), 2);
    cr_assert_eq(gc_pause_percentile_ns(&stats, 67), 1000);
    cr_assert_eq(gc_pause_percentile_ns(&stats, 100), 1000);
    cr_assert_eq(gc_pause_percentile_ns(&stats, 200), 1000);
    stats.pauses = 0;
    cr_assert_eq(gc_pause_percentile_ns(&stats, 50), 0);
}

Test(stats, a_bucket_beyond_the_last_begins_where_that_ends)
{
    cr_assert_gt(gc_pause_bucket_ns(GC_PAUSE_BUCKETS), gc_pause_bucket_ns(GC_PAUSE_BUCKETS - 1));
    cr_assert_eq(gc_pause_bucket_ns(GC_PAUSE_BUCKETS + 1), gc_pause_bucket_ns(GC_PAUSE_BUCKETS));
    cr_assert_eq(gc_pause_bucket_ns(1000), gc_pause_bucket_ns(GC_PAUSE_BUCKETS));
    cr_assert_eq(gc_pause_bucket_ns(UINT_MAX), gc_pause_bucket_ns(GC_PAUSE_BUCKETS));
}

Test(stats, a_percentage_out_of_range_is_cut_to_it)
{
    gc_stats stats = { .pauses = 3, .pause_ns_max = 1000 };
    stats.pause_histogram[1] = 2;
    stats.pause_histogram[GC_PAUSE_BUCKETS - 1] = 1;
    const double too_low[] = { -0.0, -0.5, -50, -1e300, -(double)INFINITY }, too_high[] = { 100.1, 1e300, (double)INFINITY, (double)NAN };
    for (size_t i = 0; i < sizeof too_low / sizeof too_low[0]; i++)
        cr_assert_eq(gc_pause_percentile_ns(&stats, too_low[i]), 2, "%g", too_low[i]);
    for (size_t i = 0; i < sizeof too_high / sizeof too_high[0]; i++)
        cr_assert_eq(gc_pause_percentile_ns(&stats, too_high[i]), 1000, "%g", too_high[i]);
}

struct expected {
    const char *name;
    size_t objects;
};

static void see_type(gc_type *type, size_t objects, size_t bytes, void *context)
{
    struct expected *expected = context;
    while (expected->name && strcmp(expected->name, gc_type_name(type)) != 0)
        expected++;
    cr_assert_not_null(expected->name, "type %s is shown twice, or has no objects", gc_type_name(type));
    cr_assert_eq(objects, expected->objects);
    cr_assert_geq(bytes, objects * 16);
    expected->objects = 0;
}

Test(stats, by_type)
{
    gc_heap *heap = open_heap();
    struct node *nodes[7];
    struct leaf *leaves[3];
    for (int i = 0; i < 7; i++)
        nodes[i] = node_new(heap, i);
    for (int i = 0; i < 3; i++)
        leaves[i] = leaf_new(heap, i);
    gc_release(list_new(heap, 3));
    struct expected expected[] = { { "struct node", 7 }, { "struct leaf", 3 }, { NULL, 0 } };
    cr_assert_eq(gc_visit_type_stats(heap, see_type, expected), 2);
    cr_assert_eq(expected[0].objects + expected[1].objects, 0);
    for (int i = 0; i < 7; i++)
        gc_release(nodes[i]);
    for (int i = 0; i < 3; i++)
        gc_release(leaves[i]);
    cr_assert_eq(gc_visit_type_stats(heap, see_type, expected), 0);
    close_heap(heap);
}
