/* SPDX-License-Identifier: MIT */
/* test_list_memory.c: lists and cells in a heap without memory: each call that needs some fails and leaves everything as it was. */
#include "../support/starve.h"

#include "lib/containers/containers.h"

static gc_list *full_list(gc_heap *heap, void *item)
{
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (int i = 0; i < 1000; i++)
        gc_list_append(list, item);
    gc_list_shrink(list);
    return list;
}

Test(list_memory, growing_fails_and_changes_nothing)
{
    gc_heap *heap = open_small_heap();
    struct leaf *leaf = leaf_new(heap, 1);
    gc_list *list = full_list(heap, leaf), *other = full_list(heap, leaf);
    void *const *items = gc_list_items(list);
    starve(heap);
    must_fail(heap, !gc_list_append(list, leaf));
    must_fail(heap, !gc_list_insert(list, 0, leaf));
    must_fail(heap, !gc_list_extend(list, other));
    must_fail(heap, !gc_list_extend(list, list));
    must_fail(heap, !gc_list_append_items(list, 1, gc_list_items(other)));
    must_fail(heap, !gc_list_reserve(list, 2000));
    must_fail(heap, gc_list_slice(list, 0, 1000) == NULL);
    must_fail(heap, gc_list_create(heap, 0, NULL) == NULL);
    must_fail(heap, gc_list_create(heap, 1000, gc_list_items(list)) == NULL);
    must_fail(heap, gc_cell_create(heap, leaf) == NULL);
    cr_assert_eq(gc_list_items(list), items);
    cr_assert_eq(gc_list_count(list), 1000);
    cr_assert_eq(gc_refcount(leaf), 2001);
    feed(heap);
    assert_whole(heap);
    gc_release(list);
    gc_release(other);
    gc_release(leaf);
    close_heap(heap);
}

Test(list_memory, an_object_without_storage_is_given_up)
{
    gc_heap *heap = open_small_heap();
    struct leaf *leaf = leaf_new(heap, 1);
    gc_list *list = full_list(heap, leaf);
    gc_list *room = gc_list_create(heap, 0, NULL);
    starve(heap);
    /* A slot for a list, and no memory for its items. */
    gc_release(room);
    must_fail(heap, gc_list_create(heap, 1000, gc_list_items(list)) == NULL);
    must_fail(heap, gc_list_slice(list, 0, 1000) == NULL);
    cr_assert_eq(gc_refcount(leaf), 1001);
    gc_list *empty = gc_list_create(heap, 0, NULL);
    cr_assert_not_null(empty, "the slot was given back");
    gc_release(empty);
    feed(heap);
    gc_release(list);
    gc_release(leaf);
    close_heap(heap);
}

Test(list_memory, what_makes_it_smaller_needs_none)
{
    gc_heap *heap = open_small_heap();
    gc_list *list = full_list(heap, NULL);
    gc_list_append(list, NULL);
    starve(heap);
    cr_assert(gc_list_remove(list, 10, 500));
    gc_list_pop(list);
    gc_list_take(list, 3);
    gc_list_reverse(list);
    gc_list_shrink(list);
    cr_assert_eq(gc_list_count(list), 499);
    cr_assert(gc_list_set(list, 0, NULL));
    gc_list_clear(list);
    feed(heap);
    gc_release(list);
    close_heap(heap);
}

Test(list_memory, garbage_makes_room)
{
    gc_heap *heap = open_small_heap();
    gc_list *garbage = gc_list_create(heap, 0, NULL), *list = gc_list_create(heap, 0, NULL);
    cr_assert(gc_list_reserve(garbage, 100000));
    gc_list_append(garbage, garbage);
    starve(heap);
    gc_release(garbage);
    cr_assert(gc_list_reserve(list, 50000), "%s", gc_last_error_message(heap));
    feed(heap);
    gc_release(list);
    close_heap(heap);
}

/* The first container of a heap that has no memory for the state of its containers. */
static bool hashed;
static uint64_t first_hash;
static void *room; /* as large as the state: what else is given back may be in pieces */

static void make_the_state(struct node *self)
{
    gc_free(gc_heap_of(self), room);
    hashed = gc_hash_bytes(gc_heap_of(self), "a", 1, &first_hash);
}

Test(list_memory, the_first_container_needs_more)
{
    gc_heap *heap = open_small_heap();
    uint64_t hash;
    starve(heap);
    must_fail(heap, gc_list_create(heap, 0, NULL) == NULL);
    must_fail(heap, !gc_hash_bytes(heap, "a", 1, &hash));
    feed(heap);
    close_heap(heap);
}

Test(list_memory, a_finalizer_may_need_the_state_before_it_is_there)
{
    gc_heap *heap = open_small_heap();
    struct node *ring = watched_with(heap, 1, make_the_state);
    room = gc_alloc(heap, sizeof(gc__containers));
    gc_set(&ring->left, ring);
    starve(heap);
    gc_release(ring);
    uint64_t hash;
    cr_assert(gc_hash_bytes(heap, "a", 1, &hash), "%s", gc_last_error_message(heap));
    cr_assert(hashed);
    cr_assert_eq(hash, first_hash, "there are two states, with two keys");
    feed(heap);
    close_heap(heap);
}

static void only_feed(struct node *self)
{
    feed(gc_heap_of(self));
}

Test(list_memory, garbage_makes_room_for_the_first_container)
{
    gc_heap *heap = open_small_heap();
    struct node *ring = watched_with(heap, 1, only_feed);
    gc_set(&ring->left, ring);
    starve(heap);
    gc_release(ring);
    gc_list *list = gc_list_create(heap, 0, NULL);
    cr_assert_not_null(list, "%s", gc_last_error_message(heap));
    gc_release(list);
    close_heap(heap);
}

Test(list_memory, appending_takes_no_more_than_twice_what_the_items_need)
{
    gc_heap *heap = open_heap();
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (size_t count = 1; count <= 2000; count++) {
        cr_assert(gc_list_append(list, NULL));
        cr_assert_leq(list->gc__capacity, 2 * count + 8);
    }
    gc_release(list);
    close_heap(heap);
}

static uint64_t collections_of(gc_heap *heap)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    return stats.generations[0].collections + stats.generations[1].collections + stats.generations[2].collections;
}

Test(list_memory, under_stress_a_list_collects_each_time_it_needs_more)
{
    gc_settings settings = quiet_settings();
    settings.automatic = 1;
    settings.stress = 1;
    gc_heap *heap = open_heap_with(&settings);
    struct leaf *leaf = leaf_new(heap, 1);
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (int grown = 0; grown < 8; grown++) {
        while (gc_list_count(list) < list->gc__capacity)
            gc_list_append(list, leaf);
        uint64_t before = collections_of(heap);
        gc_list_append(list, leaf);
        cr_assert_eq(collections_of(heap), before + 1, "at %zu items", gc_list_count(list));
    }
    gc_release(list);
    gc_release(leaf);
    close_heap(heap);
}
