/* SPDX-License-Identifier: MIT */
/* test_pauses.c: guards the buckets of gc/stats: every length of a pause falls into the bucket that gc_pause_bucket_ns says. */
#include "../support/support.h"

#include "gc/collection.h"

/* The bucket that a pause of this length is counted in. */
static unsigned bucket_of(gc_heap *heap, const gc__collection *c, uint64_t ns)
{
    for (unsigned b = 0; b < GC_PAUSE_BUCKETS; b++)
        heap->stats.pause_histogram[b] = 0;
    gc__stats_collected(heap, c, ns);
    unsigned found = GC_PAUSE_BUCKETS;
    for (unsigned b = 0; b < GC_PAUSE_BUCKETS; b++)
        if (heap->stats.pause_histogram[b]) {
            cr_assert_eq(found, GC_PAUSE_BUCKETS, "counted twice");
            cr_assert_eq(heap->stats.pause_histogram[b], 1);
            found = b;
        }
    return found;
}

Test(pauses, each_length_has_its_bucket)
{
    gc_heap *heap = open_heap();
    gc__collection c = { .heap = heap, .generation = 1 };
    for (unsigned b = 0; b + 1 < GC_PAUSE_BUCKETS; b++) {
        uint64_t first = gc_pause_bucket_ns(b), next = gc_pause_bucket_ns(b + 1);
        cr_assert_eq(bucket_of(heap, &c, first), b);
        cr_assert_eq(bucket_of(heap, &c, next - 1), b);
    }
    cr_assert_eq(bucket_of(heap, &c, gc_pause_bucket_ns(GC_PAUSE_BUCKETS - 1)), GC_PAUSE_BUCKETS - 1);
    cr_assert_eq(bucket_of(heap, &c, gc_pause_bucket_ns(GC_PAUSE_BUCKETS)), GC_PAUSE_BUCKETS - 1, "there is none behind the last");
    cr_assert_eq(bucket_of(heap, &c, UINT64_MAX), GC_PAUSE_BUCKETS - 1, "the last has all that is longer");
    cr_assert_eq(heap->stats.pause_ns_max, UINT64_MAX);
    close_heap(heap);
}

Test(pauses, are_summed_by_generation)
{
    gc_heap *heap = open_heap();
    gc__collection c = { .heap = heap, .generation = 1, .candidates = 10, .condemned = 7, .freed = 4 };
    gc__stats_collected(heap, &c, 100);
    gc__stats_collected(heap, &c, 50);
    const gc_generation_stats *sums = &heap->stats.generations[1];
    cr_assert(sums->collections == 2 && sums->candidates == 20 && sums->collected == 8 && sums->uncollectable == 6);
    cr_assert_eq(sums->duration_ns, 150);
    cr_assert(heap->stats.pauses == 2 && heap->stats.pause_ns_total == 150 && heap->stats.pause_ns_max == 100);
    cr_assert_eq(heap->stats.generations[0].collections + heap->stats.generations[2].collections, 0);
    close_heap(heap);
}

Test(pauses, a_percentile_beyond_all_buckets_is_the_longest)
{
    gc_stats figures = { .pauses = 2, .pause_ns_max = 70 };
    figures.pause_histogram[3] = 1;
    cr_assert_eq(gc_pause_percentile_ns(&figures, 50), gc_pause_bucket_ns(4));
    cr_assert_eq(gc_pause_percentile_ns(&figures, 100), 70, "the figures of two heaps, say, of which only one had its buckets added");
}
