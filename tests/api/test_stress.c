/* SPDX-License-Identifier: MIT */
/* test_stress.c: what gc_settings.stress collects, and when it does not. */
#include "../support/support.h"

#include <stdlib.h>

static gc_heap *open_stressed(uint32_t stress, uint32_t automatic)
{
    gc_settings settings = quiet_settings();
    settings.automatic = automatic;
    settings.stress = stress;
    return open_heap_with(&settings);
}

static uint64_t collections(gc_heap *heap, int generation)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    return stats.generations[generation].collections;
}

static void assert_collections(gc_heap *heap, uint64_t young, uint64_t middle, uint64_t full)
{
    cr_assert_eq(collections(heap, 0), young);
    cr_assert_eq(collections(heap, 1), middle);
    cr_assert_eq(collections(heap, 2), full);
}

static void create(gc_heap *heap, int n)
{
    for (int i = 0; i < n; i++)
        gc_release(node_new(heap, i));
}

Test(stress, each_creation_collects_a_generation_in_turn)
{
    gc_heap *heap = open_stressed(1, 1);
    create(heap, 1);
    assert_collections(heap, 1, 0, 0);
    create(heap, 1);
    assert_collections(heap, 1, 1, 0);
    create(heap, 1);
    assert_collections(heap, 1, 1, 1);
    create(heap, 27);
    assert_collections(heap, 10, 10, 10);
    close_heap(heap);
}

Test(stress, or_every_so_many_th)
{
    gc_heap *heap = open_stressed(7, 1);
    create(heap, 6);
    assert_collections(heap, 0, 0, 0);
    create(heap, 1);
    assert_collections(heap, 1, 0, 0);
    create(heap, 42);
    assert_collections(heap, 3, 2, 2);
    close_heap(heap);
}

Test(stress, what_collects_only_without_memory_does)
{
    gc_heap *heap = open_stressed(1, 1);
    void *block = gc_alloc(heap, 100);
    assert_collections(heap, 1, 0, 0);
    block = gc_realloc(heap, block, 1000);
    assert_collections(heap, 1, 1, 0);
    gc_free(heap, block);
    assert_collections(heap, 1, 1, 0);
    gc_list *list = gc_list_create(heap, 0, NULL);
    assert_collections(heap, 1, 1, 1);
    cr_assert(gc_list_reserve(list, 2));
    assert_collections(heap, 2, 1, 1);
    cr_assert(gc_list_append(list, NULL) && gc_list_append(list, NULL));
    assert_collections(heap, 2, 1, 1);
    cr_assert(gc_list_append(list, NULL), "which needs more than was reserved");
    assert_collections(heap, 2, 2, 1);
    gc_release(list);
    close_heap(heap);
}

Test(stress, nothing_comes_where_automatic_collections_are_off)
{
    gc_heap *heap = open_stressed(1, 0);
    create(heap, 10);
    gc_free(heap, gc_alloc(heap, 10));
    assert_collections(heap, 0, 0, 0);
    gc_enable(heap);
    create(heap, 1);
    assert_collections(heap, 1, 0, 0);
    gc_disable(heap);
    create(heap, 10);
    assert_collections(heap, 1, 0, 0);
    gc_set_thresholds(heap, 0, 0, 0);
    gc_enable(heap);
    create(heap, 10);
    assert_collections(heap, 1, 0, 0);
    close_heap(heap);
}

static uint64_t all_collections(gc_heap *heap)
{
    return collections(heap, 0) + collections(heap, 1) + collections(heap, 2);
}

static uint64_t came_inside;

static void create_inside(struct node *self)
{
    gc_heap *heap = gc_heap_of(self);
    uint64_t before = all_collections(heap);
    create(heap, 10);
    gc_free(heap, gc_alloc(heap, 10));
    came_inside += all_collections(heap) - before;
}

Test(stress, nothing_comes_inside_user_code)
{
    gc_heap *heap = open_stressed(1, 1);
    forget_record();
    struct node *ring = watched_with(heap, 1, create_inside), *by_count = watched_with(heap, 2, create_inside);
    gc_set(&ring->left, ring);
    gc_release(ring);
    gc_release(by_count);
    gc_collect(heap);
    cr_assert_eq(times_recorded('f'), 2);
    cr_assert_eq(came_inside, 0);
    close_heap(heap);
}

Test(stress, is_taken_from_the_environment)
{
    gc_settings settings;
    setenv("LIBGC_STRESS", "7", 1);
    gc_settings_default(&settings);
    cr_assert_eq(settings.stress, 7);
    setenv("LIBGC_STRESS", "seven", 1);
    gc_settings_default(&settings);
    cr_assert_eq(settings.stress, 0);
    unsetenv("LIBGC_STRESS");
    gc_settings_default(&settings);
    cr_assert_eq(settings.stress, 0);
}
