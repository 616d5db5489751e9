/* SPDX-License-Identifier: MIT */
/* test_trim.c: memory that was released goes back to the system, by the process's own figure. */
#include "../support/process.h"
#include "../support/support.h"

#include <string.h>
#include <unistd.h>

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
        cr_assert_eq(gc_trim(heap) % (size_t)sysconf(_SC_PAGESIZE), 0, "whole pages");
        assert_whole(heap);
        cr_assert_eq(live->id, 1);
        cr_assert_eq(objects_in(heap), 1);
    }
    gc_release(live);
    close_heap(heap);
}
