/* SPDX-License-Identifier: MIT */
/* test_granule_age.c: guards lib/granule: what only a past peak needed goes back to the system, a part at a time, and nothing else does. */
#include "../support/process.h"
#include "../support/support.h"

#include "lib/heap.h"

#include <stdlib.h>
#include <string.h>

struct kilobyte {
    gc_object gc;
    struct kilobyte *next;
    char payload[1024 - 16];
};
static const gc_type_info kilobyte_info = GC_TYPE_INFO(struct kilobyte, GC_REFS(next));

enum {
    PEAK_KILOBYTES = 64 << 10,
    ONE_A_CHUNK = 2048,  /* so that jemalloc gets no chunk back */
    ONE_IN_TWO_GRANULES = 126
};
#define PEAK ((size_t)PEAK_KILOBYTES << 10)

static gc_heap *open_plain(void)
{
    gc_settings settings = unchecked_settings();
    settings.automatic = 0;
    return open_heap_with(&settings);
}

/* Makes all, and keeps one of so many, in a list. */
static struct kilobyte *thinned_peak(gc_heap *heap, size_t one_of)
{
    gc_type *type = gc_type_register(heap, &kilobyte_info);
    struct kilobyte **all = calloc(PEAK_KILOBYTES, sizeof *all), *last = NULL;
    for (size_t i = 0; i < PEAK_KILOBYTES; i++) {
        all[i] = gc_create(struct kilobyte, type);
        memset(all[i]->payload, (int)i, sizeof all[i]->payload);
    }
    for (size_t i = 0; i < PEAK_KILOBYTES; i++) {
        if (i % one_of == 0) {
            gc_set(&all[i]->next, last);
            gc_set(&last, all[i]);
        }
        gc_release(all[i]);
    }
    free(all);
    return last;
}

static void assert_payload(const struct kilobyte *last, size_t one_of)
{
    size_t left = (PEAK_KILOBYTES - 1) / one_of + 1;
    for (const struct kilobyte *link = last; link; link = link->next, left--)
        cr_assert_eq(link->payload[7], (char)((left - 1) * one_of));
    cr_assert_eq(left, 0);
}

/* A collection of the whole heap, a second after the last one. */
static void collect_later(gc_heap *heap)
{
    heap->granules_aged_ns = 0;
    heap->all_touched = true;
    gc_collect(heap);
}

Test(granule_age, what_only_a_past_peak_needed_goes_back)
{
    gc_heap *heap = open_plain();
    size_t base = resident_bytes();
    struct kilobyte *last = thinned_peak(heap, ONE_A_CHUNK);
    collect_later(heap);
    cr_assert_gt(resident_bytes(), base + PEAK * 9 / 10, "what was free for no time at all is given back");
    collect_later(heap);
    cr_assert_lt(resident_bytes(), base + PEAK / 20, "%zu bytes of %zu are still here", resident_bytes() - base, PEAK);
    assert_payload(last, ONE_A_CHUNK);
    assert_whole(heap);
    gc_clear(&last);
    close_heap(heap);
}

Test(granule_age, what_is_taken_in_between_stays)
{
    gc_heap *heap = open_plain();
    size_t base = resident_bytes();
    struct kilobyte *last = NULL;
    for (int round = 0; round < 4; round++) {
        gc_clear(&last);
        last = thinned_peak(heap, ONE_A_CHUNK);
        collect_later(heap);
        cr_assert_gt(resident_bytes(), base + PEAK * 9 / 10, "round %d: %zu bytes", round, resident_bytes() - base);
    }
    gc_clear(&last);
    close_heap(heap);
}

Test(granule_age, nothing_goes_back_within_a_second_or_in_a_narrow_collection)
{
    gc_heap *heap = open_plain();
    size_t base = resident_bytes();
    struct kilobyte *last = thinned_peak(heap, ONE_A_CHUNK);
    collect_later(heap);
    heap->all_touched = true;
    gc_collect(heap);
    cr_assert_gt(resident_bytes(), base + PEAK * 9 / 10);
    heap->granules_aged_ns = 0;
    gc_collect(heap); /* nothing was touched */
    cr_assert_gt(resident_bytes(), base + PEAK * 9 / 10);
    gc_clear(&last);
    close_heap(heap);
}

Test(granule_age, a_collection_gives_back_a_part)
{
    gc_heap *heap = open_plain();
    size_t base = resident_bytes();
    struct kilobyte *last = thinned_peak(heap, ONE_IN_TWO_GRANULES);
    collect_later(heap);
    size_t before = resident_bytes();
    collect_later(heap);
    size_t after = resident_bytes();
    cr_assert_lt(after, before);
    cr_assert_leq(before - after, (size_t)80 << 16, "%zu bytes at a time", before - after);
    for (int i = 0; i < 20; i++)
        collect_later(heap);
    cr_assert_lt(resident_bytes(), base + PEAK * 6 / 10);
    assert_payload(last, ONE_IN_TWO_GRANULES);
    assert_whole(heap);
    gc_clear(&last);
    close_heap(heap);
}
