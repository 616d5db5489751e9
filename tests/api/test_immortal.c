/* SPDX-License-Identifier: MIT */
/* test_immortal.c: counts saturate into immortality, objects are made immortal by hand, and neither is ever freed,
 * collected or a leak. */
#include "../support/support.h"

/* As if so many references had been taken: a program cannot take 2^30 in a test. */
static void poke_count(struct node *node, uint32_t count)
{
    node->gc.gc__count = (node->gc.gc__count & ~GC__COUNT_MASK) | count;
}

static gc_heap *open_plain_heap(void)
{
    gc_settings settings = unchecked_settings();
    return open_heap_with(&settings);
}

Test(immortal, a_count_that_overflows_saturates)
{
    gc_heap *heap = open_plain_heap();
    struct node *node = watched_new(heap, 1);
    poke_count(node, GC__COUNT_MASK - 1);
    gc_retain(node);
    gc_retain(node);
    cr_assert(gc_is_immortal(node));
    cr_assert_eq(gc_refcount(node), UINT32_MAX);
    for (int i = 0; i < 1000; i++)
        gc_release(node);
    cr_assert(gc_is_immortal(node));
    for (int i = 0; i < 1000; i++)
        gc_retain(node);
    cr_assert_eq(gc_refcount(node), UINT32_MAX);
    gc_collect(heap);
    cr_assert(gc_is_object(heap, node));
    cr_assert_eq(times_recorded('d'), 0);
    close_heap(heap);
    cr_assert_str_eq(recorded(), "d1", "destroyed when the heap is closed, without a finalizer");
}

Test(immortal, in_a_ring_it_keeps_what_it_reaches)
{
    gc_heap *heap = open_plain_heap();
    struct node *node = node_new(heap, 1), *child = watched_new(heap, 2);
    gc_set(&node->left, node);
    gc_move(&node->right, &child);
    poke_count(node, GC__COUNT_MASK);
    gc_retain(node);
    cr_assert(gc_is_immortal(node));
    for (int i = 0; i < 3; i++)
        cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(node->right->id, 2);
    cr_assert_eq(gc_refcount(node->right), 1);
    gc_clear(&node->right);
    gc_clear(&node->left);
    cr_assert_str_eq(recorded(), "f2 d2");
    close_heap(heap);
}

Test(immortal, a_high_count_is_still_mortal)
{
    gc_heap *heap = open_plain_heap();
    struct node *node = watched_new(heap, 1);
    gc_set(&node->left, node);
    poke_count(node, GC__COUNT_MASK);
    cr_assert_not(gc_is_immortal(node));
    cr_assert_eq(gc_refcount(node), GC__COUNT_MASK);
    cr_assert_eq(gc_collect(heap), 0, "so many references from outside");
    poke_count(node, 2);
    gc_release(node);
    cr_assert_eq(gc_collect(heap), 1);
    close_heap(heap);
}

Test(immortal, made_by_hand)
{
    gc_heap *heap = open_heap();
    struct node *node = watched_new(heap, 1), *child = watched_new(heap, 2);
    gc_set(&node->left, node);
    gc_set(&node->right, child);
    gc_immortalize(node);
    gc_immortalize(node);
    cr_assert(gc_is_immortal(node));
    cr_assert_not(gc_is_tracked(node));
    cr_assert_eq(gc_refcount(node), UINT32_MAX);
    for (int i = 0; i < 10; i++)
        gc_release(node);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(child);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(times_recorded('d'), 0, "what an immortal object holds is held");
    gc_weak *weak = gc_weak_create(node, NULL, NULL);
    cr_assert(weak_alive(weak));
    gc_release(weak);
    gc_clear(&node->right);
    cr_assert_eq(times_recorded('d'), 1);
    close_heap(heap);
}

static bool see_the_only_one(void *object, void *context)
{
    cr_assert(gc_is_immortal(object));
    cr_assert_eq(gc_refcount(object), UINT32_MAX);
    ++*(int *)context;
    return true;
}

Test(immortal, shown_like_any_other)
{
    gc_heap *heap = open_heap();
    struct node *node = node_new(heap, 1);
    int seen = 0;
    gc_immortalize(node);
    cr_assert_eq(gc_visit_objects(heap, GC_ALL_OBJECTS, see_the_only_one, &seen), 1);
    cr_assert_eq(seen, 1);
    cr_assert_eq(gc_visit_objects(heap, GC_ALL_GENERATIONS, see_the_only_one, &seen), 0, "untracked");
    cr_assert_eq(gc_refcount(node), UINT32_MAX);
    close_heap(heap);
}

Test(immortal, as_an_element_of_garbage)
{
    gc_heap *heap = open_heap();
    struct node *eternal = node_new(heap, 1);
    gc_immortalize(eternal);
    for (int i = 0; i < 10; i++) {
        struct node *ring = watched_new(heap, i);
        gc_set(&ring->left, ring);
        gc_set(&ring->right, eternal);
        gc_release(ring);
    }
    cr_assert_eq(gc_collect(heap), 10);
    cr_assert(gc_is_object(heap, eternal));
    cr_assert_eq(gc_refcount(eternal), UINT32_MAX);
    close_heap(heap);
}

static void become_immortal(struct node *self)
{
    gc_immortalize(self);
}

Test(immortal, made_so_by_its_finalizer)
{
    gc_heap *heap = open_heap();
    struct node *counted = watched_with(heap, 1, become_immortal), *ring = watched_with(heap, 2, become_immortal);
    gc_set(&ring->left, ring);
    gc_release(counted);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 0);
    for (int i = 0; i < 3; i++)
        gc_collect(heap);
    cr_assert(gc_is_immortal(counted) && gc_is_immortal(ring));
    cr_assert_eq(counted->id + ring->id, 3);
    cr_assert_eq(times_recorded('d'), 0);
    close_heap(heap);
    cr_assert_eq(times_recorded('d'), 2);
}
