/* SPDX-License-Identifier: MIT */
/* test_saturation_and_immortality.c: counts saturate in checked heaps as in others, and what is quiet, condemned or being
 * finalized becomes immortal without a trace of what it was. */
#include "../support/support.h"

static gc_heap *open_checked(uint32_t level)
{
    gc_settings settings = quiet_settings();
    settings.check_level = level;
    return open_heap_with(&settings);
}

/* As if so many references had been taken. */
static void poke_count(struct node *node, uint32_t count)
{
    node->gc.gc__count = (node->gc.gc__count & ~GC__COUNT_MASK) | count;
}

static void saturate(uint32_t level)
{
    forget_record();
    gc_heap *heap = open_checked(level);
    struct node *node = watched_new(heap, 1);
    poke_count(node, GC__COUNT_MASK - 15);
    for (int i = 0; i < 40; i++)
        gc_retain(node);
    cr_assert(gc_is_immortal(node), "level %u", level);
    cr_assert_eq(gc_refcount(node), UINT32_MAX);
    cr_assert_not(gc_is_tracked(node));
    for (int i = 0; i < 100; i++)
        gc_release(node);
    gc_collect(heap);
    cr_assert(gc_is_immortal(node) && gc_is_object(heap, node));
    cr_assert_eq(times_recorded('d'), 0);
    close_heap(heap);
    cr_assert_eq(times_recorded('d'), 1);
}

Test(saturation_and_immortality, a_count_that_overflows_saturates_at_every_check_level)
{
    for (uint32_t level = 0; level <= 3; level++)
        saturate(level);
}

Test(saturation_and_immortality, a_quiet_object_saturates)
{
    for (uint32_t level = 0; level <= 3; level += 3) {
        gc_heap *heap = open_checked(level);
        struct node *node = node_new(heap, 1);
        gc_collect(heap);
        gc_collect(heap);
        poke_count(node, GC__COUNT_MASK - 1);
        for (int i = 0; i < 3; i++)
            gc_retain(node);
        cr_assert(gc_is_immortal(node));
        cr_assert_not(gc_is_tracked(node));
        for (int i = 0; i < 10; i++)
            gc_release(node);
        cr_assert_eq(gc_refcount(node), UINT32_MAX);
        assert_whole(heap);
        close_heap(heap);
    }
}

static void become_immortal(struct node *self)
{
    gc_immortalize(self);
    cr_assert(gc_is_immortal(self));
}

Test(saturation_and_immortality, garbage_that_its_finalizer_makes_immortal_stays_whole)
{
    gc_heap *heap = open_heap();
    struct node *ring = watched_with(heap, 1, become_immortal), *cargo = watched_new(heap, 2);
    gc_set(&ring->left, ring);
    gc_set(&ring->right, cargo);
    gc_set(&cargo->left, ring);
    gc_release(cargo);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert(gc_is_immortal(ring), "at once, not after the next collection");
    cr_assert_not(gc_is_tracked(ring));
    cr_assert_eq(ring->right, cargo);
    assert_whole(heap);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert(gc_is_immortal(ring));
    cr_assert_eq(ring->right->id, 2);
    cr_assert_eq(times_recorded('d'), 0);
    gc_clear(&ring->right);
    cr_assert_geq(place_of('d', 2), 0, "what it held is mortal: %s", recorded());
    close_heap(heap);
    cr_assert_eq(times_recorded('d'), 2);
}
