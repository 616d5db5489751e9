/* SPDX-License-Identifier: MIT */
/* test_deferred.c: heaps whose collections, or deaths, run no user code: it is queued for gc_run_finalizers. */
#include "../support/support.h"

static gc_heap *open_deferring(uint32_t defer)
{
    gc_settings settings = quiet_settings();
    settings.defer = defer;
    return open_heap_with(&settings);
}

Test(deferred, finalizers_of_garbage_wait_with_all_it_reaches)
{
    gc_heap *heap = open_deferring(GC_DEFER_COLLECTED);
    struct node *ring = watched_new(heap, 1), *cargo = node_new(heap, 2);
    gc_set(&ring->left, ring);
    gc_set(&ring->right, cargo);
    gc_weak *weak = gc_weak_create(cargo, NULL, NULL);
    gc_release(cargo);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_str_eq(recorded(), "");
    cr_assert(weak_alive(weak));
    cr_assert_eq(gc_collect(heap), 0, "queued once, however often it is found");
    assert_whole(heap);
    cr_assert_eq(gc_run_finalizers(heap), 1);
    cr_assert_str_eq(recorded(), "f1");
    cr_assert_eq(gc_run_finalizers(heap), 0);
    cr_assert_eq(gc_collect(heap), 2, "a later collection frees");
    cr_assert_str_eq(recorded(), "f1 d1");
    cr_assert_not(weak_alive(weak));
    gc_release(weak);
    close_heap(heap);
}

Test(deferred, garbage_without_finalizers_goes_at_once)
{
    gc_heap *heap = open_deferring(GC_DEFER_COLLECTED);
    struct node *pair[2] = { node_new(heap, 1), node_new(heap, 2) };
    drop_as_ring(pair, 2);
    make_garbage_ring(heap, 10, 3);
    cr_assert_eq(gc_collect(heap), 2);
    cr_assert_eq(gc_run_finalizers(heap), 3);
    cr_assert_eq(gc_collect(heap), 3);
    close_heap(heap);
}

Test(deferred, the_oldest_run_first)
{
    gc_heap *heap = open_deferring(GC_DEFER_COLLECTED);
    for (int i = 1; i <= 4; i++) {
        make_garbage_ring(heap, i, 1);
        gc_collect(heap);
    }
    cr_assert_eq(gc_run_finalizers(heap), 4);
    cr_assert_str_eq(recorded(), "f1 f2 f3 f4");
    cr_assert_eq(gc_collect(heap), 4);
    close_heap(heap);
}

Test(deferred, weak_callbacks_of_garbage_wait_too)
{
    gc_heap *heap = open_deferring(GC_DEFER_COLLECTED);
    struct node *ring = node_new(heap, 1);
    gc_set(&ring->left, ring);
    gc_weak *weak = gc_weak_create(ring, record_weak, as_context(7));
    gc_release(ring);
    gc_collect(heap);
    cr_assert_str_eq(recorded(), "");
    cr_assert_eq(gc_run_finalizers(heap), 1);
    cr_assert_str_eq(recorded(), "w7");
    gc_collect(heap);
    cr_assert_eq(objects_in(heap), 1, "the weak reference");
    cr_assert_null(gc_weak_get(weak));
    gc_release(weak);
    close_heap(heap);
}

Test(deferred, a_queued_callback_runs_once_even_if_its_weak_reference_is_released)
{
    gc_heap *heap = open_deferring(GC_DEFER_COLLECTED);
    struct node *ring = node_new(heap, 1);
    gc_set(&ring->left, ring);
    gc_weak *weak = gc_weak_create(ring, record_weak, as_context(7));
    gc_release(ring);
    gc_collect(heap);
    gc_release(weak);
    cr_assert_leq(gc_run_finalizers(heap), 1);
    cr_assert_leq(times_recorded('w'), 1);
    gc_collect(heap);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

static void rise(struct node *self)
{
    keep(self);
}

Test(deferred, what_a_queued_finalizer_resurrects_lives_on)
{
    gc_heap *heap = open_deferring(GC_DEFER_COLLECTED);
    struct node *ring = watched_with(heap, 1, rise);
    gc_set(&ring->left, ring);
    gc_release(ring);
    gc_collect(heap);
    cr_assert_eq(gc_run_finalizers(heap), 1);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(kept[0], ring);
    drop_kept();
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_str_eq(recorded(), "f1 d1");
    close_heap(heap);
}

static void run_inside(struct node *self)
{
    cr_assert_eq(gc_run_finalizers(gc_heap_of(self)), 0);
}

Test(deferred, running_inside_a_callback_returns_zero)
{
    gc_heap *heap = open_deferring(GC_DEFER_COLLECTED);
    for (int i = 0; i < 2; i++) {
        struct node *ring = watched_with(heap, i, run_inside);
        gc_set(&ring->left, ring);
        gc_release(ring);
    }
    gc_collect(heap);
    cr_assert_eq(gc_run_finalizers(heap), 2);
    cr_assert_eq(gc_collect(heap), 2);
    close_heap(heap);
}

Test(deferred, creation_runs_no_user_code)
{
    gc_settings settings = quiet_settings();
    settings.automatic = 1;
    settings.pace = GC_PACE_CPYTHON;
    settings.thresholds[0] = 10;
    settings.defer = GC_DEFER_COLLECTED;
    gc_heap *heap = open_heap_with(&settings);
    for (int i = 0; i < 500; i++)
        make_garbage_ring(heap, i, 2);
    cr_assert_eq(times_recorded('f'), 0);
    gc_collect(heap);
    cr_assert_eq(gc_run_finalizers(heap), 1000);
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 1000);
    close_heap(heap);
}

Test(deferred, deaths_by_count_run_at_once_unless_all_are_deferred)
{
    gc_heap *heap = open_deferring(GC_DEFER_COLLECTED);
    gc_release(watched_new(heap, 1));
    cr_assert_str_eq(recorded(), "f1 d1");
    close_heap(heap);
}

Test(deferred, all_deaths_by_count_wait)
{
    gc_heap *heap = open_deferring(GC_DEFER_ALL);
    struct node *node = watched_new(heap, 1), *child = watched_new(heap, 2);
    gc_move(&node->left, &child);
    gc_weak *weak = gc_weak_create(node, NULL, NULL);
    gc_release(node);
    cr_assert_str_eq(recorded(), "");
    cr_assert_eq(gc_collect(heap), 0, "queued, and alive with all it reaches");
    assert_whole(heap);
    cr_assert_eq(node->left->id, 2);
    while (gc_run_finalizers(heap))
        ;
    gc_collect(heap);
    cr_assert_eq(times_recorded('f'), 2);
    cr_assert_eq(times_recorded('d'), 2);
    cr_assert_lt(place_of('f', 1), place_of('d', 1));
    cr_assert_not(weak_alive(weak));
    gc_release(weak);
    close_heap(heap);
}

Test(deferred, weak_callbacks_of_deaths_by_count_wait)
{
    gc_heap *heap = open_deferring(GC_DEFER_ALL);
    struct node *target = node_new(heap, 1);
    gc_weak *weak = gc_weak_create(target, record_weak, as_context(3));
    gc_release(target);
    cr_assert_str_eq(recorded(), "");
    cr_assert_eq(gc_run_finalizers(heap), 1);
    cr_assert_str_eq(recorded(), "w3");
    gc_collect(heap);
    cr_assert_eq(objects_in(heap), 1);
    gc_release(weak);
    close_heap(heap);
}

Test(deferred, retaken_from_the_queue_by_a_weak_reference)
{
    gc_heap *heap = open_deferring(GC_DEFER_ALL);
    struct node *node = watched_new(heap, 1);
    gc_weak *weak = gc_weak_create(node, NULL, NULL);
    gc_release(node);
    struct node *again = gc_weak_get(weak);
    gc_run_finalizers(heap);
    cr_assert_str_eq(recorded(), "f1");
    if (again) {
        cr_assert_eq(again->id, 1, "taken back: it lives on, finalized");
        gc_release(again);
    }
    gc_run_finalizers(heap);
    gc_collect(heap);
    cr_assert_str_eq(recorded(), "f1 d1");
    gc_release(weak);
    close_heap(heap);
}

Test(deferred, what_is_queued_runs_when_the_heap_is_closed)
{
    gc_heap *heap = open_deferring(GC_DEFER_ALL);
    gc_release(watched_new(heap, 1));
    make_garbage_ring(heap, 2, 2);
    gc_collect(heap);
    close_heap(heap);
    cr_assert_eq(times_recorded('f'), 3);
    cr_assert_eq(times_recorded('d'), 3);
}

struct unseen {
    gc_object gc;
    int id;
};

static void finalize_unseen(void *object)
{
    record('f', ((struct unseen *)object)->id);
}

static void destroy_unseen(void *object)
{
    record('d', ((struct unseen *)object)->id);
}

static const gc_type_info unseen_info = GC_TYPE_INFO(struct unseen, GC_TYPE_FLAGS(GC_ACYCLIC),
                                                     GC_FINALIZE(finalize_unseen), GC_DESTROY(destroy_unseen));

Test(deferred, what_dies_with_the_garbage_that_held_it_waits_too)
{
    gc_heap *heap = open_deferring(GC_DEFER_COLLECTED);
    struct unseen *held = gc_create(struct unseen, gc_type_register(heap, &unseen_info));
    struct leaf *watched = leaf_new(heap, 9);
    struct node *ring = node_new(heap, 1);
    gc_weak *weak = gc_weak_create(watched, record_weak, as_context(2));
    held->id = 5;
    gc_set(&ring->left, ring);
    gc_move((void **)&ring->right, (void **)&held);
    gc_move((void **)&ring->third, (void **)&watched);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(times_recorded('f') + times_recorded('w'), 0, "a collection runs no user code: %s", recorded());
    cr_assert_eq(gc_run_finalizers(heap), 2);
    gc_collect(heap);
    cr_assert(place_of('f', 5) != -1 && place_of('w', 2) != -1 && times_recorded('d') == 2, "%s", recorded());
    gc_release(weak);
    close_heap(heap);
}

Test(deferred, many)
{
    size_t n = fewer_when_checked(100000);
    gc_heap *heap = open_deferring(GC_DEFER_ALL);
    for (size_t i = 0; i < n; i++)
        gc_release(watched_new(heap, (int)i));
    cr_assert_eq(times_recorded('f'), 0);
    cr_assert_eq(gc_run_finalizers(heap), n);
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), n);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(deferred, every_weak_callback_of_one_target_is_called)
{
    gc_heap *heap = open_deferring(GC_DEFER_ALL);
    struct node *target = node_new(heap, 1);
    gc_weak *weaks[3];
    for (int i = 0; i < 3; i++)
        weaks[i] = gc_weak_create(target, record_weak, as_context(i));
    gc_release(target);
    cr_assert_eq(times_recorded('w'), 0);
    gc_run_finalizers(heap);
    cr_assert_eq(times_recorded('w'), 3);
    for (int i = 0; i < 3; i++)
        gc_release(weaks[i]);
    close_heap(heap);
}
