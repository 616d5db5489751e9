/* SPDX-License-Identifier: MIT */
/* test_reentrancy.c: while a collection or a teardown is under way no other starts, and no slot that it frees is handed
 * out before it ends. */
#include "../support/support.h"

enum { MANY = 64 };

static void *freed[MANY];
static size_t freed_count;
static struct node *made[MANY];
static size_t made_count;

static void create_some(gc_heap *heap)
{
    for (int i = 0; i < 4 && made_count < MANY; i++) {
        struct node *node = node_new(heap, 900);
        for (size_t k = 0; k < freed_count; k++)
            cr_assert_neq((void *)node, freed[k], "a slot of the teardown was handed out before it ended");
        made[made_count++] = node;
    }
}

struct tracer {
    gc_object gc;
    struct tracer *next, *other;
    char padding[sizeof(struct node) - 24];
};

static void finalize_tracer(void *object)
{
    create_some(gc_heap_of(object));
}

static void destroy_tracer(void *object)
{
    cr_assert_lt(freed_count, MANY);
    freed[freed_count++] = object;
}

static const gc_type_info tracer_info = GC_TYPE_INFO(struct tracer, GC_REFS(next, other), GC_FINALIZE(finalize_tracer),
                                                     GC_DESTROY(destroy_tracer));

static struct tracer *tracer_new(gc_heap *heap)
{
    return gc_create(struct tracer, gc_type_register(heap, &tracer_info));
}

static struct tracer *tracer_chain(gc_heap *heap, int length)
{
    struct tracer *head = NULL;
    for (int i = 0; i < length; i++) {
        struct tracer *link = tracer_new(heap);
        gc_move(&link->next, &head);
        head = link;
    }
    return head;
}

static void drop_made(void)
{
    while (made_count > 0)
        gc_release(made[--made_count]);
}

Test(reentrancy, no_slot_of_a_teardown_is_reused_before_it_ends)
{
    gc_heap *heap = open_heap();
    cr_assert_eq(sizeof(struct tracer), sizeof(struct node), "one slot size for both");
    gc_release(tracer_chain(heap, 12));
    cr_assert_eq(freed_count, 12);
    cr_assert_eq(made_count, 48);
    drop_made();
    close_heap(heap);
}

Test(reentrancy, no_slot_of_a_collection_is_reused_before_it_ends)
{
    gc_heap *heap = open_heap();
    struct tracer *ring = tracer_new(heap), *outside = tracer_chain(heap, 6);
    gc_untrack(outside);
    gc_set(&ring->other, ring);
    gc_move(&ring->next, &outside);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 1, "the untracked chain dies by count, after the garbage");
    cr_assert_eq(freed_count, 7);
    cr_assert_gt(made_count, 20);
    drop_made();
    close_heap(heap);
}

static void create_in_callback(gc_weak *weak, void *context)
{
    record_weak(weak, context);
    create_some(gc_heap_of(weak));
}

Test(reentrancy, nor_by_weak_callbacks)
{
    gc_heap *heap = open_heap();
    struct tracer *head = tracer_chain(heap, 3);
    gc_weak *weak = gc_weak_create(head->next->next, create_in_callback, as_context(1));
    gc_release(head);
    cr_assert_eq(times_recorded('w'), 1);
    cr_assert_eq(freed_count, 3);
    drop_made();
    gc_release(weak);
    close_heap(heap);
}

static size_t started;

static void count_starts(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)heap;
    (void)info;
    (void)context;
    started += phase == GC_COLLECT_START;
}

static void make_garbage_and_collect(struct node *self)
{
    gc_heap *heap = gc_heap_of(self);
    for (int i = 0; i < 500; i++) {
        struct node *pair[2] = { node_new(heap, 1), node_new(heap, 2) };
        drop_as_ring(pair, 2);
    }
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(gc_collect_generation(heap, 1), 0);
    cr_assert_eq(gc_run_finalizers(heap), 0);
}

static gc_heap *open_eager(void)
{
    gc_settings settings = quiet_settings();
    settings.automatic = 1;
    settings.pace = GC_PACE_CPYTHON;
    settings.thresholds[0] = 20;
    gc_heap *heap = open_heap_with(&settings);
    gc_add_collect_callback(heap, count_starts, NULL);
    return heap;
}

Test(reentrancy, no_collection_starts_inside_a_teardown)
{
    gc_heap *heap = open_eager();
    gc_release(watched_with(heap, 1, make_garbage_and_collect));
    cr_assert_eq(started, 0);
    gc_release(node_new(heap, 1));
    cr_assert_eq(started, 1, "but as soon as it is over");
    gc_collect(heap);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(reentrancy, no_collection_starts_inside_a_collection)
{
    gc_heap *heap = open_eager();
    struct node *ring = watched_with(heap, 1, make_garbage_and_collect);
    gc_set(&ring->left, ring);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(started, 1);
    cr_assert_eq(gc_collect(heap), 1000);
    close_heap(heap);
}

static void release_within(struct node *self)
{
    gc_heap *heap = gc_heap_of(self);
    struct node *head = NULL;
    for (int i = 0; i < 100; i++) {
        struct node *link = watched_new(heap, 100 + i);
        gc_move(&link->left, &head);
        head = link;
    }
    gc_release(head);
    cr_assert_eq(times_recorded('d'), 0, "an inner death waits for the outer one");
}

Test(reentrancy, teardowns_do_not_nest)
{
    gc_heap *heap = open_heap();
    gc_release(watched_with(heap, 1, release_within));
    cr_assert_eq(times_recorded('d'), 101);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

struct shy {
    gc_object gc;
    void *reference;
};
static const gc_type_info shy_info = GC_TYPE_INFO(struct shy, GC_REFS(reference), GC_TYPE_FLAGS(GC_UNTRACKED));
static struct shy *born_inside[3];

static void make_untracked(struct node *self)
{
    gc_heap *heap = gc_heap_of(self);
    for (int i = 0; i < 3; i++) {
        born_inside[i] = gc_create(struct shy, gc_type_register(heap, &shy_info));
        gc_set(&born_inside[i]->reference, born_inside[i]);
    }
    gc_track(born_inside[1]);
    gc_track(born_inside[2]);
    gc_untrack(born_inside[2]);
}

Test(reentrancy, what_is_born_inside_can_be_tracked_inside_and_later)
{
    gc_heap *heap = open_heap();
    struct node *ring = watched_with(heap, 1, make_untracked);
    gc_set(&ring->left, ring);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 1);
    assert_whole(heap);
    cr_assert_eq(gc_generation_of(born_inside[0]), -1);
    cr_assert_eq(gc_generation_of(born_inside[1]), 0, "it took no part in the collection");
    cr_assert_eq(gc_generation_of(born_inside[2]), -1);
    for (int i = 0; i < 3; i++) {
        gc_release(born_inside[i]);
        gc_track(born_inside[i]);
        cr_assert_eq(gc_generation_of(born_inside[i]), 0);
    }
    cr_assert_eq(gc_collect(heap), 3);
    close_heap(heap);
}

static size_t close_result;

static void try_to_close(struct node *self)
{
    gc_heap *heap = gc_heap_of(self);
    close_result = gc_heap_close(heap);
    cr_assert_eq(gc_last_error(heap), GC_ERROR_BUSY);
}

Test(reentrancy, closing_inside_a_callback_is_refused)
{
    gc_heap *heap = open_heap();
    gc_release(watched_with(heap, 1, try_to_close));
    cr_assert_eq(close_result, SIZE_MAX);
    close_result = 0;
    struct node *ring = watched_with(heap, 2, try_to_close);
    gc_set(&ring->left, ring);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(close_result, SIZE_MAX);
    struct node *works = node_new(heap, 1);
    gc_release(works);
    close_heap(heap);
}
