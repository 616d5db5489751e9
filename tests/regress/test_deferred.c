/* SPDX-License-Identifier: MIT */
/* test_deferred.c: heaps that defer: nothing of garbage runs inside a creation, closing runs and frees all of it, and what waits in
 * the queue stays where it is. */
#include "../support/support.h"

static gc_heap *open_deferring(uint32_t defer)
{
    gc_settings settings = quiet_settings();
    settings.defer = defer;
    return open_heap_with(&settings);
}

struct seal {
    gc_object gc;
    int id;
};

static void finalize_seal(void *object)
{
    record('f', ((struct seal *)object)->id);
}

static const gc_type_info seal_info = GC_TYPE_INFO(struct seal, GC_FINALIZE(finalize_seal), GC_TYPE_FLAGS(GC_ACYCLIC));

Test(deferred, what_garbage_held_waits_when_a_creation_collects)
{
    gc_settings settings = quiet_settings();
    settings.defer = GC_DEFER_COLLECTED;
    settings.automatic = 1;
    settings.pace = GC_PACE_CPYTHON;
    settings.thresholds[0] = 10;
    gc_heap *heap = open_heap_with(&settings);
    struct node *ring = node_new(heap, 1), *made[20];
    struct seal *seal = gc_create(struct seal, gc_type_register(heap, &seal_info));
    seal->id = 5;
    gc_weak *weak = gc_weak_create(seal, record_weak, as_context(6));
    gc_set(&ring->left, ring);
    gc_move((void **)&ring->right, (void **)&seal);
    gc_release(ring);
    for (int i = 0; i < 20; i++)
        made[i] = node_new(heap, i);
    cr_assert_eq(gc_collect(heap), 0, "the ring is gone already");
    cr_assert_str_eq(recorded(), "", "creation runs no user code");
    cr_assert_geq(gc_run_finalizers(heap), 1);
    cr_assert_eq(times_recorded('f'), 1);
    while (gc_run_finalizers(heap))
        ;
    cr_assert_eq(times_recorded('w'), 1);
    for (int i = 0; i < 20; i++)
        gc_release(made[i]);
    gc_release(weak);
    close_heap(heap);
}

static void close_with_ring(uint32_t defer, size_t n)
{
    forget_record();
    gc_heap *heap = open_deferring(defer);
    make_garbage_ring(heap, 1, n);
    close_heap(heap);
    cr_assert_eq(times_recorded('f'), n, "closing runs the finalizers of garbage that no collection has found yet");
    cr_assert_eq(times_recorded('d'), n);
}

Test(deferred, garbage_not_yet_found_is_finalized_and_freed_by_closing)
{
    for (uint32_t defer = GC_DEFER_NOTHING; defer <= GC_DEFER_ALL; defer++) {
        close_with_ring(defer, 1);
        close_with_ring(defer, 5);
    }
}

static void tie_to_itself(struct node *self)
{
    gc_set(&self->left, self);
}

static void die_into_a_cycle(uint32_t defer)
{
    forget_record();
    gc_heap *heap = open_deferring(defer);
    struct node *node = watched_with(heap, 1, tie_to_itself);
    gc_collect(heap);
    gc_collect(heap);
    gc_release(node);
    cr_assert_eq(gc_run_finalizers(heap), defer == GC_DEFER_ALL ? 1 : 0);
    cr_assert_str_eq(recorded(), "f1");
    cr_assert_eq(gc_collect(heap), 1, "an old object whose finalizer made it a cycle is looked at (defer %u)", defer);
    cr_assert_str_eq(recorded(), "f1 d1");
    close_heap(heap);
}

Test(deferred, an_old_object_that_its_finalizer_ties_into_a_cycle_is_collected)
{
    for (uint32_t defer = GC_DEFER_NOTHING; defer <= GC_DEFER_ALL; defer++)
        die_into_a_cycle(defer);
}

struct row {
    gc_object gc;
    size_t count;
    void *items[];
};

static void *moved;

static void grow_itself(void *object)
{
    moved = gc_resize(object, 1000);
    record('f', 1);
}

static const gc_type_info row_info = GC_TYPE_INFO(struct row, GC_REF_FLEX(items, count), GC_FINALIZE(grow_itself));

Test(deferred, an_object_that_is_taken_from_the_queue_does_not_move_in_its_finalizer)
{
    for (uint32_t defer = GC_DEFER_NOTHING; defer <= GC_DEFER_ALL; defer++) {
        gc_heap *heap = open_deferring(defer);
        gc_release(gc_create_flex(struct row, gc_type_register(heap, &row_info), 2));
        cr_assert_eq(gc_run_finalizers(heap), defer == GC_DEFER_ALL ? 1 : 0);
        cr_assert_eq(times_recorded('f'), defer + 1);
        cr_assert_null(moved);
        cr_assert_eq(gc_last_error(heap), GC_ERROR_SHARED);
        cr_assert_eq(objects_in(heap), 0);
        close_heap(heap);
    }
}
