/* SPDX-License-Identifier: MIT */
/* test_touch.c: a full collection looks at the old again only if something can have made garbage of them. Each event that
 * can is tried on an old ring that nothing has touched for several collections: the next one must find it. */
#include "../support/support.h"

static gc_heap *heap;
static struct node *ring; /* of one, held by one reference besides */

static void make_old(void)
{
    for (int i = 0; i < 3; i++)
        cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(gc_generation_of(ring), 2);
}

static void open_with_ring(uint32_t defer)
{
    gc_settings settings = quiet_settings();
    settings.defer = defer;
    heap = open_heap_with(&settings);
    ring = node_new(heap, 1);
    gc_set(&ring->left, ring);
}

/* A new object of `holder` that owns the ring's outside reference. */
static void *held_by(void *holder, void *field)
{
    void **place = field;
    gc_move(place, (void **)&(struct node *){ ring });
    return holder;
}

static void assert_found(size_t others)
{
    cr_assert_eq(gc_collect(heap), 1 + others);
    cr_assert_eq(gc_collect(heap), 0);
    close_heap(heap);
}

Test(touch, release)
{
    open_with_ring(0);
    make_old();
    gc_release(ring);
    assert_found(0);
}

Test(touch, release_after_a_retain)
{
    open_with_ring(0);
    make_old();
    gc_retain(ring);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(ring);
    assert_found(0);
}

Test(touch, several_releases)
{
    open_with_ring(0);
    for (int i = 0; i < 5; i++)
        gc_retain(ring);
    for (int i = 0; i < 5; i++) {
        make_old();
        gc_release(ring);
    }
    make_old();
    gc_release(ring);
    assert_found(0);
}

Test(touch, clearing_a_field_of_an_old_object)
{
    open_with_ring(0);
    struct node *holder = node_new(heap, 2);
    held_by(holder, &holder->left);
    make_old();
    gc_clear(&holder->left);
    cr_assert_eq(gc_collect(heap), 1);
    gc_release(holder);
    close_heap(heap);
}

Test(touch, setting_a_field_to_something_else)
{
    open_with_ring(0);
    struct node *holder = node_new(heap, 2);
    held_by(holder, &holder->left);
    make_old();
    gc_set(&holder->left, holder);
    gc_release(holder);
    assert_found(1);
}

Test(touch, moving_the_outside_reference_inside)
{
    open_with_ring(0);
    make_old();
    gc_move(&ring->right, &(struct node *){ ring });
    assert_found(0);
}

Test(touch, closing_a_cycle_between_old_objects)
{
    open_with_ring(0);
    struct node *other = node_new(heap, 2);
    held_by(other, &other->left);
    make_old();
    gc_move(&ring->right, &other);
    assert_found(1);
}

Test(touch, an_old_holder_dies_by_count)
{
    open_with_ring(0);
    struct node *holder = node_new(heap, 2);
    held_by(holder, &holder->left);
    make_old();
    gc_release(holder);
    assert_found(0);
}

Test(touch, an_old_holder_with_a_finalizer_dies_by_count)
{
    open_with_ring(0);
    struct node *holder = watched_new(heap, 2);
    held_by(holder, &holder->left);
    make_old();
    gc_release(holder);
    assert_found(0);
}

struct acyclic_holder {
    gc_object gc;
    void *reference;
};
static const gc_type_info acyclic_info =
    GC_TYPE_INFO(struct acyclic_holder, GC_REFS(reference), GC_TYPE_FLAGS(GC_ACYCLIC));

Test(touch, an_acyclic_holder_dies_by_count)
{
    open_with_ring(0);
    struct acyclic_holder *holder = gc_create(struct acyclic_holder, gc_type_register(heap, &acyclic_info));
    held_by(holder, &holder->reference);
    make_old();
    gc_release(holder);
    assert_found(0);
}

Test(touch, a_holder_is_collected_young)
{
    open_with_ring(0);
    make_old();
    struct node *holder = node_new(heap, 2);
    gc_set(&holder->right, holder);
    held_by(holder, &holder->left);
    gc_release(holder);
    cr_assert_eq(gc_collect_generation(heap, 0), 1);
    assert_found(0);
}

Test(touch, a_holder_is_collected_in_the_middle)
{
    open_with_ring(0);
    make_old();
    struct node *holder = watched_new(heap, 2);
    gc_set(&holder->right, holder);
    held_by(holder, &holder->left);
    gc_collect_generation(heap, 0);
    gc_release(holder);
    cr_assert_eq(gc_collect_generation(heap, 1), 1);
    assert_found(0);
}

Test(touch, release_just_after_a_middle_collection_made_it_old)
{
    open_with_ring(0);
    gc_collect(heap);
    struct node *later = node_new(heap, 2);
    gc_set(&later->left, later);
    gc_collect_generation(heap, 0);
    gc_collect_generation(heap, 1);
    cr_assert_eq(gc_generation_of(later), 2);
    gc_release(later);
    cr_assert_eq(gc_collect(heap), 1);
    gc_release(ring);
    assert_found(0);
}

Test(touch, what_became_old_in_a_middle_collection)
{
    open_with_ring(0);
    struct node *old = node_new(heap, 2), *young;
    make_old();
    young = node_new(heap, 3);
    gc_set(&young->left, old);
    gc_set(&old->left, young);
    gc_release(young);
    gc_collect_generation(heap, 0);
    gc_collect_generation(heap, 1);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(old);
    cr_assert_eq(gc_collect(heap), 2);
    gc_release(ring);
    assert_found(0);
}

Test(touch, an_element_dropped_by_a_resize)
{
    open_with_ring(0);
    struct list *list = list_new(heap, 4);
    held_by(list, &list->items[3]);
    make_old();
    list = gc_resize(list, 3);
    cr_assert_eq(gc_collect(heap), 1);
    gc_release(list);
    close_heap(heap);
}

Test(touch, an_ephemeron_is_released)
{
    open_with_ring(0);
    struct node *key = node_new(heap, 2);
    gc_ephemeron *pair = gc_ephemeron_create(key, ring);
    gc_release(ring);
    make_old();
    gc_release(pair);
    cr_assert_eq(gc_collect(heap), 1);
    gc_release(key);
    close_heap(heap);
}

Test(touch, the_key_of_an_ephemeron_dies)
{
    open_with_ring(0);
    struct node *key = node_new(heap, 2);
    gc_ephemeron *pair = gc_ephemeron_create(key, ring);
    gc_release(ring);
    make_old();
    gc_release(key);
    cr_assert_eq(gc_collect(heap), 1);
    gc_release(pair);
    close_heap(heap);
}

Test(touch, a_strong_reference_from_a_weak_one_is_given_back)
{
    open_with_ring(0);
    gc_weak *weak = gc_weak_create(ring, NULL, NULL);
    make_old();
    struct node *got = gc_weak_get(weak);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(got);
    cr_assert_eq(gc_collect(heap), 1);
    gc_release(weak);
    close_heap(heap);
}

Test(touch, tracking)
{
    open_with_ring(0);
    make_old();
    gc_untrack(ring);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 0);
    gc_track(ring);
    assert_found(0);
}

Test(touch, unfreezing)
{
    open_with_ring(0);
    make_old();
    gc_freeze(heap);
    gc_release(ring);
    struct node *live = node_new(heap, 2);
    cr_assert_eq(gc_collect(heap), 0);
    gc_unfreeze(heap);
    cr_assert_eq(gc_collect(heap), 1);
    gc_release(live);
    close_heap(heap);
}

Test(touch, a_frozen_holder_dies)
{
    open_with_ring(0);
    struct node *holder = node_new(heap, 2);
    held_by(holder, &holder->left);
    gc_untrack(ring);
    gc_freeze(heap);
    gc_track(ring);
    make_old();
    cr_assert_eq(gc_generation_of(holder), GC_FROZEN_GENERATION);
    gc_release(holder);
    assert_found(0);
}

static void drop_the_ring(struct node *self)
{
    (void)self;
    gc_release(ring);
}

Test(touch, a_finalizer_drops_it)
{
    open_with_ring(0);
    make_old();
    gc_release(watched_with(heap, 2, drop_the_ring));
    assert_found(0);
}

Test(touch, a_finalizer_drops_it_during_a_full_collection)
{
    open_with_ring(0);
    make_old();
    struct node *garbage = watched_with(heap, 2, drop_the_ring);
    gc_set(&garbage->left, garbage);
    gc_release(garbage);
    cr_assert_eq(gc_collect(heap), 1);
    assert_found(0);
}

static void tie_to_itself(struct node *self)
{
    gc_set(&self->left, self);
}

/* The reference that the finalizer's caller holds is then the last from outside. */
static void finalizer_ties_a_cycle(uint32_t defer)
{
    open_with_ring(defer);
    struct node *old = watched_with(heap, 2, tie_to_itself);
    make_old();
    gc_release(old);
    cr_assert_eq(gc_run_finalizers(heap), defer ? 1 : 0);
    cr_assert_eq(gc_collect(heap), 1);
    gc_release(ring);
    assert_found(0);
}

Test(touch, a_finalizer_ties_its_object_into_a_cycle) { finalizer_ties_a_cycle(GC_DEFER_NOTHING); }
Test(touch, a_deferred_finalizer_ties_its_object_into_a_cycle) { finalizer_ties_a_cycle(GC_DEFER_ALL); }

static void rise(struct node *self)
{
    keep(self);
}

Test(touch, a_resurrected_object_is_dropped)
{
    open_with_ring(0);
    struct node *risen = watched_with(heap, 2, rise);
    gc_set(&risen->left, risen);
    gc_release(risen);
    cr_assert_eq(gc_collect(heap), 0);
    make_old();
    drop_kept();
    cr_assert_eq(gc_collect(heap), 1);
    gc_release(ring);
    assert_found(0);
}

Test(touch, a_deferred_finalizer_has_run)
{
    open_with_ring(GC_DEFER_COLLECTED);
    struct node *waiting = watched_new(heap, 2);
    gc_set(&waiting->left, waiting);
    gc_release(waiting);
    make_old();
    cr_assert_eq(gc_run_finalizers(heap), 1);
    cr_assert_eq(gc_collect(heap), 1);
    gc_release(ring);
    assert_found(0);
}

Test(touch, saved_garbage_is_dropped)
{
    open_with_ring(0);
    gc_set_debug(heap, GC_DEBUG_SAVE_ALL);
    make_old();
    gc_release(ring);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(gc_collect(heap), 0);
    gc_set_debug(heap, 0);
    cr_assert_eq(gc_drop_garbage(heap), 1);
    assert_found(0);
}
