/* SPDX-License-Identifier: MIT */
/* test_finalize.c: finalizers of objects in garbage rings: each runs once, all before anything is taken apart, each
 * with its object held; and what a finalizer may do to the garbage it is part of. */
#include "../support/support.h"

Test(finalize, all_finalizers_run_before_any_destruction)
{
    gc_heap *heap = open_heap();
    make_garbage_ring(heap, 1, 5);
    cr_assert_eq(gc_collect(heap), 5);
    cr_assert_eq(times_recorded('f'), 5);
    cr_assert_eq(times_recorded('d'), 5);
    for (int i = 1; i <= 5; i++) {
        cr_assert(place_of('f', i) >= 0 && place_of('f', i) < 5, "%s", recorded());
        cr_assert_geq(place_of('d', i), 5, "%s", recorded());
    }
    close_heap(heap);
}

static void release_what_it_does_not_own(struct node *self)
{
    gc_release(self);
}

/* A fault of the program, which a checked heap names. Otherwise the object dies once, as it was about to. */
Test(finalize, one_that_releases_its_object_once_too_often_ends_it_once)
{
    gc_settings settings = unchecked_settings();
    gc_heap *heap = open_heap_with(&settings);
    struct node *child = watched_new(heap, 2), *node = watched_with(heap, 1, release_what_it_does_not_own);
    gc_set(&node->left, child);
    gc_release(node);
    cr_assert_str_eq(recorded(), "f1 d1");
    cr_assert_eq(gc_refcount(child), 1);
    cr_assert_eq(objects_in(heap), 1);
    gc_release(child);
    close_heap(heap);
}

static void see_intact_ring(struct node *self)
{
    cr_assert_eq(gc_refcount(self), 2, "the ring's reference, and the one it is held with");
    struct node *at = self;
    for (int i = 0; i < 7; i++) {
        cr_assert_eq(at->left->id, (at->id + 1) % 7);
        cr_assert(at == self || gc_refcount(at) == 1);
        at = at->left;
    }
    cr_assert_eq(at, self);
}

Test(finalize, garbage_is_whole_in_every_finalizer)
{
    gc_heap *heap = open_heap();
    struct node *ring[7];
    for (int i = 0; i < 7; i++)
        ring[i] = watched_with(heap, i, see_intact_ring);
    drop_as_ring(ring, 7);
    cr_assert_eq(gc_collect(heap), 7);
    cr_assert_eq(times_recorded('f'), 7);
    close_heap(heap);
}

Test(finalize, the_tail_of_a_ring_is_finalized_too)
{
    gc_heap *heap = open_heap();
    struct node *ring = watched_new(heap, 1), *tail = watched_new(heap, 2);
    gc_set(&ring->left, ring);
    gc_set(&ring->right, tail);
    gc_release(tail);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 2);
    cr_assert_lt(place_of('f', 2), 2, "%s", recorded());
    cr_assert_geq(place_of('d', 1), 2);
    close_heap(heap);
}

static void break_the_ring(struct node *self)
{
    gc_clear(&self->left);
}

Test(finalize, breaking_the_ring_parks_what_falls_to_zero)
{
    gc_heap *heap = open_heap();
    struct node *ring[6];
    for (int i = 0; i < 6; i++)
        ring[i] = watched_with(heap, i, break_the_ring);
    drop_as_ring(ring, 6);
    cr_assert_eq(gc_collect(heap), 6, "parked objects are freed by the collection, and counted");
    cr_assert_eq(times_recorded('f'), 6, "each once, parked or not: %s", recorded());
    cr_assert_eq(times_recorded('d'), 6);
    cr_assert_geq(place_of('d', 0), 6);
    close_heap(heap);
}

static void drop_own_last_reference(struct node *self)
{
    gc_clear(&self->left);
    cr_assert_eq(gc_refcount(self), 1, "it is held");
    cr_assert_eq(times_recorded('d'), 0);
}

Test(finalize, suicide_of_a_self_loop)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, drop_own_last_reference);
    gc_set(&self->left, self);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_str_eq(recorded(), "f1 d1");
    close_heap(heap);
}

static gc_weak *weak_to[2];
static int parked_seen;

static void hide_the_other(struct node *self)
{
    int other = 1 - self->id;
    bool other_finalized = gc_is_finalized(self->left);
    gc_clear(&self->left);
    cr_assert_eq(weak_alive(weak_to[self->id]), true, "it is held in its own finalizer");
    if (other_finalized) {
        cr_assert_not(weak_alive(weak_to[other]), "a count of zero hides an object from weak references");
        parked_seen++;
    }
}

Test(finalize, a_parked_object_is_hidden_from_weak_references)
{
    gc_heap *heap = open_heap();
    struct node *ring[2];
    for (int i = 0; i < 2; i++) {
        ring[i] = watched_with(heap, i, hide_the_other);
        weak_to[i] = gc_weak_create(ring[i], NULL, NULL);
    }
    drop_as_ring(ring, 2);
    cr_assert_eq(gc_collect(heap), 2);
    cr_assert_eq(parked_seen, 1);
    gc_release(weak_to[0]);
    gc_release(weak_to[1]);
    close_heap(heap);
}

static void make_a_ring_of_its_own(struct node *self)
{
    struct node *pair[2] = { node_new(gc_heap_of(self), 10), node_new(gc_heap_of(self), 11) };
    drop_as_ring(pair, 2);
}

Test(finalize, a_ring_made_by_a_finalizer_waits_for_the_next_collection)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, make_a_ring_of_its_own);
    gc_set(&self->left, self);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(objects_in(heap), 2);
    cr_assert_eq(gc_collect(heap), 2);
    close_heap(heap);
}

static void tie_a_new_object_to_itself(struct node *self)
{
    struct node *new = node_new(gc_heap_of(self), 10);
    gc_set(&new->left, self);
    gc_set(&self->right, new);
    gc_release(new);
}

Test(finalize, a_new_object_that_refers_to_garbage_keeps_it_until_the_next_collection)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, tie_a_new_object_to_itself);
    gc_set(&self->left, self);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 0, "the new object was not condemned: its reference is one from outside");
    assert_whole(heap);
    cr_assert_eq(gc_collect(heap), 2);
    cr_assert_str_eq(recorded(), "f1 d1");
    close_heap(heap);
}

static void allocate_a_lot(struct node *self)
{
    gc_heap *heap = gc_heap_of(self);
    for (int i = 0; i < 5000; i++) {
        struct node *pair[2] = { node_new(heap, 1), node_new(heap, 2) };
        drop_as_ring(pair, 2);
    }
    cr_assert_geq(objects_in(heap), 10000, "nothing is collected automatically meanwhile");
}

Test(finalize, allocating_a_lot_starts_no_collection_inside)
{
    gc_settings settings = quiet_settings();
    settings.automatic = 1;
    settings.pace = GC_PACE_CPYTHON;
    settings.thresholds[0] = 50;
    gc_heap *heap = open_heap_with(&settings);
    struct node *self = watched_with(heap, 1, allocate_a_lot);
    gc_set(&self->left, self);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(gc_collect(heap), 10000);
    close_heap(heap);
}

static void call_collect(struct node *self)
{
    gc_heap *heap = gc_heap_of(self);
    struct node *pair[2] = { node_new(heap, 1), node_new(heap, 2) };
    drop_as_ring(pair, 2);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(gc_collect_generation(heap, 0), 0);
}

Test(finalize, collecting_inside_returns_zero_at_once)
{
    gc_heap *heap = open_heap();
    struct node *ring[3];
    for (int i = 0; i < 3; i++)
        ring[i] = watched_with(heap, i, call_collect);
    drop_as_ring(ring, 3);
    cr_assert_eq(gc_collect(heap), 3);
    cr_assert_eq(gc_collect(heap), 6);
    close_heap(heap);
}

static gc_weak *made_inside[2];

static void make_weak_references(struct node *self)
{
    made_inside[0] = gc_weak_create(self, NULL, NULL);
    made_inside[1] = gc_weak_create(self, record_weak, as_context(1));
    cr_assert(made_inside[0] && made_inside[1]);
    cr_assert(weak_alive(made_inside[0]));
    cr_assert(weak_alive(made_inside[1]));
}

Test(finalize, weak_references_made_inside_are_cleared_silently)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, make_weak_references);
    gc_set(&self->left, self);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_not(weak_alive(made_inside[0]));
    cr_assert_not(weak_alive(made_inside[1]));
    cr_assert_eq(times_recorded('w'), 0, "%s", recorded());
    gc_release(made_inside[0]);
    gc_release(made_inside[1]);
    close_heap(heap);
}

static struct node *victim;

static void release_the_victim(struct node *self)
{
    (void)self;
    gc_clear(&victim);
    cr_assert_eq(times_recorded('d'), 0, "what dies inside is destroyed when the callback has returned");
}

Test(finalize, dropping_the_last_reference_to_something_live)
{
    gc_heap *heap = open_heap();
    victim = watched_new(heap, 2);
    struct node *self = watched_with(heap, 1, release_the_victim);
    gc_set(&self->left, self);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 1, "the victim died by count: it was not condemned");
    cr_assert_eq(times_recorded('f'), 2);
    cr_assert_eq(times_recorded('d'), 2);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

static void store_new_children(struct node *self)
{
    for (int i = 0; i < 3; i++) {
        struct node *child = watched_new(gc_heap_of(self), 10 + i);
        struct node **fields[3] = { &self->left, &self->right, &self->third };
        gc_move(fields[i], &child);
    }
}

Test(finalize, new_children_of_garbage_die_with_it)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, store_new_children);
    gc_set(&self->left, self);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(times_recorded('f'), 4, "the children die by count, so their finalizers run: %s", recorded());
    cr_assert_eq(times_recorded('d'), 4);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(finalize, young_garbage_only_when_the_young_are_collected)
{
    gc_heap *heap = open_heap();
    struct node *old = watched_new(heap, 1);
    gc_set(&old->left, old);
    gc_collect(heap);
    gc_release(old);
    make_garbage_ring(heap, 10, 2);
    cr_assert_eq(gc_collect_generation(heap, 0), 2);
    cr_assert_eq(place_of('f', 1), -1);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_neq(place_of('f', 1), -1);
    close_heap(heap);
}
