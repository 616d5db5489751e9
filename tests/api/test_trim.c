/* SPDX-License-Identifier: MIT */
/* test_trim.c: memory that was released goes back to the system, by the process's own figure. */
#include "../support/process.h"
#include "../support/support.h"

#include <stdlib.h>
#include <string.h>

struct small {
    gc_object gc;
    struct small *left, *right;
};
static const gc_type_info small_info = GC_TYPE_INFO(struct small, GC_REFS(left, right));

struct kilobyte {
    gc_object gc;
    struct kilobyte *next;
    char payload[1024 - 16];
};
static const gc_type_info kilobyte_info = GC_TYPE_INFO(struct kilobyte, GC_REFS(next));

static gc_heap *open_plain(void)
{
    gc_settings settings = unchecked_settings();
    return open_heap_with(&settings);
}

static void assert_given_back(gc_heap *heap, size_t base, size_t peak)
{
    cr_assert_eq(objects_in(heap), 0);
    cr_assert_gt(gc_trim(heap), 0);
    size_t after = resident_bytes();
    cr_assert(after < base || (after - base) * 20 < peak, "%zu bytes at the peak, %zu when trimmed, %zu before", peak,
              after, base);
}

Test(trim, a_gibibyte_of_kilobytes, .timeout = 60)
{
    gc_heap *heap = open_plain();
    gc_type *type = gc_type_register(heap, &kilobyte_info);
    size_t base = resident_bytes();
    struct kilobyte *chain = NULL;
    for (size_t i = 0; i < 1 << 20; i++) {
        struct kilobyte *link = gc_create(struct kilobyte, type);
        link->next = chain;
        chain = link;
    }
    size_t peak = resident_bytes();
    cr_assert_geq(peak, (size_t)1 << 30);
    gc_release(chain);
    assert_given_back(heap, base, peak);
    close_heap(heap);
}

Test(trim, small_objects_freed_by_a_collection, .timeout = 60)
{
    gc_heap *heap = open_plain();
    gc_type *type = gc_type_register(heap, &small_info);
    size_t base = resident_bytes();
    struct small *last = NULL;
    for (size_t i = 0; i < 5000000; i++) {
        struct small *object = gc_create(struct small, type);
        object->left = last;
        last = object;
    }
    struct small *first = last;
    while (first->left)
        first = first->left;
    gc_set(&first->left, last);
    size_t peak = resident_bytes();
    cr_assert_geq(peak - base, (size_t)100 << 20);
    gc_release(last);
    cr_assert_eq(gc_collect(heap), 5000000);
    assert_given_back(heap, base, peak);
    close_heap(heap);
}

Test(trim, large_objects_and_raw_blocks)
{
    gc_heap *heap = open_plain();
    size_t base = resident_bytes();
    struct list *lists[16];
    void *raw[16];
    for (int i = 0; i < 16; i++) {
        lists[i] = list_new(heap, 1 << 20);
        memset(lists[i]->items, 0, lists[i]->count * sizeof(void *));
        raw[i] = gc_alloc(heap, 4 << 20);
        memset(raw[i], 1, 4 << 20);
    }
    size_t peak = resident_bytes();
    cr_assert_geq(peak, (size_t)180 << 20);
    for (int i = 0; i < 16; i++) {
        gc_release(lists[i]);
        gc_free(heap, raw[i]);
    }
    assert_given_back(heap, base, peak);
    close_heap(heap);
}

Test(trim, the_heap_goes_on_as_before)
{
    gc_heap *heap = open_plain();
    struct node *live = watched_new(heap, 1);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 20000; i++)
            make_garbage_ring(heap, 10, 2);
        gc_collect(heap);
        gc_trim(heap);
        assert_whole(heap);
        cr_assert_eq(live->id, 1);
        cr_assert_eq(objects_in(heap), 1);
    }
    gc_release(live);
    close_heap(heap);
}

enum { PEAK_KILOBYTES = 64 << 10, KEPT_EVERY = 2048 };

/* One object in each chunk stays, so that jemalloc gets none of them back. */
static struct kilobyte *thinned_peak(gc_type *type)
{
    struct kilobyte **all = calloc(PEAK_KILOBYTES, sizeof *all), *last = NULL;
    for (size_t i = 0; i < PEAK_KILOBYTES; i++) {
        all[i] = gc_create(struct kilobyte, type);
        memset(all[i]->payload, (int)i, sizeof all[i]->payload);
    }
    for (size_t i = 0; i < PEAK_KILOBYTES; i++) {
        if (i % KEPT_EVERY == 0) {
            gc_set(&all[i]->next, last);
            gc_set(&last, all[i]);
        }
        gc_release(all[i]);
    }
    free(all);
    return last;
}

Test(trim, full_collections_give_back_what_only_a_past_peak_needed)
{
    gc_heap *heap = open_plain();
    gc_disable(heap);
    gc_type *type = gc_type_register(heap, &kilobyte_info);
    size_t base = resident_bytes();
    struct kilobyte *last = thinned_peak(type);
    size_t peak = (size_t)PEAK_KILOBYTES << 10;
    gc_collect(heap);
    size_t once = resident_bytes();
    cr_assert_gt(once, base + peak * 9 / 10, "%zu bytes: what was free for no time at all is given back", once - base);
    gc_collect(heap);
    size_t twice = resident_bytes();
    cr_assert_lt(twice, base + peak / 20, "%zu bytes of %zu are still here", twice - base, peak);
    size_t count = 0;
    for (const struct kilobyte *link = last; link; link = link->next, count++)
        cr_assert_eq(link->payload[7], (char)((PEAK_KILOBYTES / KEPT_EVERY - 1 - count) * KEPT_EVERY));
    cr_assert_eq(count, PEAK_KILOBYTES / KEPT_EVERY);
    assert_whole(heap);
    gc_clear(&last);
    close_heap(heap);
}

Test(trim, full_collections_leave_what_is_taken_in_between)
{
    gc_heap *heap = open_plain();
    gc_disable(heap);
    gc_type *type = gc_type_register(heap, &kilobyte_info);
    size_t base = resident_bytes();
    struct kilobyte *last = NULL;
    for (int round = 0; round < 4; round++) {
        gc_clear(&last);
        last = thinned_peak(type);
        gc_collect(heap);
        size_t resident = resident_bytes(), peak = (size_t)PEAK_KILOBYTES << 10;
        cr_assert_gt(resident, base + peak * 9 / 10, "round %d: only %zu bytes are still here", round, resident - base);
    }
    gc_clear(&last);
    close_heap(heap);
}
