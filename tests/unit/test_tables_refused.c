/* SPDX-License-Identifier: MIT */
/* test_tables_refused.c: guards what lib/granule, lib/block, lib/slab and lib/type do when a table of the heap cannot grow: the call says
 * that there is no memory, nothing is lost, and the same call succeeds when the table can grow again. */
#include "../support/support.h"

#include "lib/heap.h"

#define MEBIBYTE ((size_t)1 << 20)

/* A region in which nothing is committed, and nothing can be. */
static gc__region refuse(gc__region *region)
{
    gc__region as_it_was = *region;
    region->reserved = region->committed = 0;
    return as_it_was;
}

static gc_heap *open_bare_heap(void)
{
    gc_settings settings = unchecked_settings();
    return open_heap_with(&settings);
}

/* An object of this many bytes cannot be made while the region is refused, and can be made afterwards. */
static void refuse_object(gc_heap *heap, gc__region *region, size_t bytes)
{
    gc_type *type = gc_type_register(heap, &leaf_info);
    gc__region as_it_was = refuse(region);
    cr_assert_null(gc_create_extra(struct leaf, type, bytes), "%zu bytes", bytes);
    cr_assert_eq(gc_last_error(heap), GC_ERROR_MEMORY, "%s", gc_last_error_message(heap));
    cr_assert_eq(objects_in(heap), 0);
    *region = as_it_was;
    assert_whole(heap);
    struct leaf *leaf = gc_create_extra(struct leaf, type, bytes);
    cr_assert_not_null(leaf);
    assert_whole(heap);
    gc_release(leaf);
    close_heap(heap);
}

static const size_t sizes[] = { 0, 1000, 20000, MEBIBYTE / 4, 9 * MEBIBYTE };

#define FOR_EACH_SIZE(heap, region) \
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) { \
        gc_heap *heap = open_bare_heap(); \
        refuse_object(heap, &heap->region, sizes[i]); \
    }

Test(tables_refused, by_granule)
{
    FOR_EACH_SIZE(heap, lookup_region)
    FOR_EACH_SIZE(heap, chunk_region)
    for (int map = 0; map < GC__MAPS; map++)
        FOR_EACH_SIZE(heap, map_regions[map])
}

Test(tables_refused, by_slot)
{
    FOR_EACH_SIZE(heap, block_region)
    FOR_EACH_SIZE(heap, state_region)
    FOR_EACH_SIZE(heap, inside_region)
}

Test(tables_refused, of_a_large_object_that_is_to_grow)
{
    gc_heap *heap = open_bare_heap();
    struct list *list = list_new(heap, MEBIBYTE), *behind = list_new(heap, MEBIBYTE);
    list->items[MEBIBYTE - 1] = node_new(heap, 1);
    gc__region as_it_was = refuse(&heap->lookup_region);
    cr_assert_null(gc_resize(list, 40 * MEBIBYTE));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_MEMORY, "%s", gc_last_error_message(heap));
    cr_assert_eq(list->count, MEBIBYTE);
    heap->lookup_region = as_it_was;
    assert_whole(heap);
    list = gc_resize(list, 40 * MEBIBYTE);
    cr_assert_not_null(list);
    cr_assert_eq(((struct node *)list->items[MEBIBYTE - 1])->id, 1);
    gc_release(list);
    gc_release(behind);
    close_heap(heap);
}

Test(tables_refused, larger_than_the_range)
{
    gc_settings settings = unchecked_settings();
    settings.range_bytes = 16 * MEBIBYTE;
    gc_heap *heap = open_heap_with(&settings);
    cr_assert_null(gc_create_flex(struct list, gc_type_register(heap, &list_info), 4 * MEBIBYTE));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_MEMORY);
    struct list *list = list_new(heap, 50000);
    cr_assert_null(gc_resize(list, 4 * MEBIBYTE));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_MEMORY);
    cr_assert_eq(list->count, 50000);
    gc_release(list);
    close_heap(heap);
}

Test(tables_refused, of_types)
{
    gc_heap *heap = open_bare_heap();
    uint32_t before = heap->type_count;
    gc__region as_it_was = refuse(&heap->type_region);
    cr_assert_null(gc_type_register(heap, &leaf_info));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_MEMORY);
    cr_assert_eq(heap->type_count, before);
    heap->type_region = as_it_was;
    cr_assert_not_null(gc_type_register(heap, &leaf_info));
    close_heap(heap);
}

/* A granule at the end of a chunk belongs to nobody: an object of all others fills it. */
Test(tables_refused, a_chunk_can_be_filled_to_its_last_granule_by_growing)
{
    gc_heap *heap = open_bare_heap();
    const size_t words = GC__GRANULE / sizeof(void *);
    struct list *list = list_new(heap, 59 * words), *other;
    cr_assert_not_null(gc_resize(list, 62 * words));
    other = list_new(heap, 59 * words);
    cr_assert_not_null(other);
    cr_assert_neq((uintptr_t)list / GC__CHUNK, (uintptr_t)other / GC__CHUNK);
    assert_whole(heap);
    struct node *node = node_new(heap, 1);
    gc_release(list);
    gc_release(other);
    gc_release(node);
    close_heap(heap);
}
