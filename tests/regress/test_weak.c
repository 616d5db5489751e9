/* SPDX-License-Identifier: MIT */
/* test_weak.c: weak references and ephemerons whose creation collects, and the user code of that collection, which drops what they are
 * made of, or makes the same. */
#include "../support/support.h"

static struct node *target, *held;
static gc_weak *made;

static void no_callback(gc_weak *weak, void *context)
{
    (void)weak;
    (void)context;
}

static void drop_held(struct node *self)
{
    (void)self;
    gc_clear(&held);
}

static void drop_both(struct node *self)
{
    drop_held(self);
    gc_clear(&target);
}

static void make_weak(struct node *self)
{
    (void)self;
    made = gc_weak_create(target, NULL, NULL);
}

/* A heap with a target, an object to be held, and garbage whose finalizer is to run in the next creation, which collects. */
static gc_heap *open_about_to_collect(void (*finalize)(struct node *self))
{
    gc_heap *heap = open_heap();
    target = watched_new(heap, 10);
    held = watched_new(heap, 20);
    struct node *ring = watched_with(heap, 1, finalize);
    gc_set(&ring->left, ring);
    gc_release(ring);
    gc_set_thresholds(heap, 1, 0, 0);
    gc_enable(heap);
    return heap;
}

Test(weak, a_context_to_be_held_survives_the_collection_of_the_creation)
{
    gc_heap *heap = open_about_to_collect(drop_held);
    struct node *context = held;
    gc_weak *weak = gc_weak_create_holding(target, no_callback, held);
    cr_assert_not_null(weak);
    cr_assert_null(held, "the creation has collected");
    cr_assert_eq(times_recorded('d'), 1, "the ring alone: %s", recorded());
    cr_assert_eq(gc_refcount(context), 1);
    assert_whole(heap);
    gc_release(weak);
    cr_assert_geq(place_of('d', 20), 0);
    gc_release(target);
    cr_assert_str_eq(gc_last_error_message(heap), "");
    close_heap(heap);
}

Test(weak, a_target_survives_the_collection_of_the_creation)
{
    gc_heap *heap = open_about_to_collect(drop_both);
    gc_weak *weak = gc_weak_create_holding(target, no_callback, held);
    cr_assert_not_null(weak);
    cr_assert_not(weak_alive(weak), "it died as soon as the creation was over");
    cr_assert_geq(place_of('d', 10), 0);
    gc_release(weak);
    cr_assert_eq(times_recorded('d'), 3);
    close_heap(heap);
}

Test(weak, two_shared_references_are_one_even_if_the_first_is_made_by_the_creation_of_the_second)
{
    gc_heap *heap = open_about_to_collect(make_weak);
    gc_weak *weak = gc_weak_create(target, NULL, NULL);
    cr_assert_not_null(made);
    cr_assert_eq(weak, made);
    cr_assert_eq(gc_refcount(weak), 2);
    assert_whole(heap);
    gc_release(made);
    cr_assert(weak_alive(weak));
    gc_release(weak);
    gc_release(target);
    gc_release(held);
    close_heap(heap);
}

Test(weak, key_and_value_survive_the_collection_of_their_ephemerons_creation)
{
    gc_heap *heap = open_about_to_collect(drop_both);
    gc_ephemeron *pair = gc_ephemeron_create(target, held);
    cr_assert_not_null(pair);
    cr_assert_null(gc_ephemeron_key(pair));
    cr_assert_null(gc_ephemeron_value(pair));
    cr_assert_eq(times_recorded('d'), 3);
    assert_whole(heap);
    gc_release(pair);
    close_heap(heap);
}
