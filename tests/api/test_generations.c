/* SPDX-License-Identifier: MIT */
/* test_generations.c: counts, promotion from the youngest to the oldest, which generation finds what, freezing. */
#include "../support/support.h"

static void assert_counts(gc_heap *heap, int64_t young, int64_t middle, int64_t old)
{
    int64_t counts[3];
    gc_get_counts(heap, counts);
    cr_assert(counts[0] == young && counts[1] == middle && counts[2] == old,
              "counts are %lld %lld %lld, not %lld %lld %lld", (long long)counts[0], (long long)counts[1],
              (long long)counts[2], (long long)young, (long long)middle, (long long)old);
}

Test(generations, counts_move_with_creation_and_death)
{
    gc_heap *heap = open_heap();
    struct node *objects[10];
    gc_collect(heap);
    assert_counts(heap, 0, 0, 0);
    for (int i = 0; i < 10; i++) {
        objects[i] = node_new(heap, i);
        assert_counts(heap, i + 1, 0, 0);
    }
    for (int i = 0; i < 4; i++)
        gc_release(objects[i]);
    assert_counts(heap, 6, 0, 0);
    gc_collect(heap);
    assert_counts(heap, 0, 0, 0);
    for (int i = 4; i < 10; i++)
        gc_release(objects[i]);
    assert_counts(heap, 0, 0, 0);
    close_heap(heap);
}

Test(generations, counts_of_collections)
{
    gc_heap *heap = open_heap();
    gc_collect(heap);
    struct node *object = node_new(heap, 1);
    gc_collect_generation(heap, 0);
    assert_counts(heap, 0, 1, 0);
    gc_collect_generation(heap, 1);
    assert_counts(heap, 0, 0, 1);
    gc_collect_generation(heap, 2);
    assert_counts(heap, 0, 0, 0);
    struct node *more = node_new(heap, 2);
    gc_collect_generation(heap, 0);
    gc_release(more);
    more = node_new(heap, 3);
    gc_collect_generation(heap, 0);
    assert_counts(heap, 0, 2, 0);
    gc_release(more);
    gc_release(object);
    close_heap(heap);
}

static bool go_on(void *object, void *context)
{
    (void)object;
    (void)context;
    return true;
}

static size_t holds_in(gc_heap *heap, int generation)
{
    return gc_visit_objects(heap, generation, go_on, NULL);
}

Test(generations, an_object_trickles_up)
{
    gc_heap *heap = open_heap();
    gc_collect(heap);
    struct node *object = node_new(heap, 1);
    for (int generation = 0; generation < 3; generation++) {
        cr_assert_eq(gc_generation_of(object), generation);
        for (int other = 0; other < 3; other++)
            cr_assert_eq(holds_in(heap, other), other == generation);
        cr_assert_eq(gc_collect_generation(heap, generation), 0);
    }
    cr_assert_eq(gc_generation_of(object), 2, "there it stays");
    gc_release(object);
    close_heap(heap);
}

Test(generations, a_full_collection_promotes_to_the_oldest)
{
    gc_heap *heap = open_heap();
    struct node *object = node_new(heap, 1);
    gc_collect(heap);
    cr_assert_eq(gc_generation_of(object), 2);
    gc_release(object);
    close_heap(heap);
}

Test(generations, each_finds_only_its_own_garbage)
{
    gc_heap *heap = open_heap();
    struct node *rings[3];
    for (int age = 2; age >= 0; age--) {
        rings[age] = node_new(heap, age);
        gc_set(&rings[age]->left, rings[age]);
        if (age == 2)
            gc_collect(heap);
        if (age == 1)
            gc_collect_generation(heap, 0);
    }
    for (int age = 0; age < 3; age++) {
        cr_assert_eq(gc_generation_of(rings[age]), age);
        gc_release(rings[age]);
    }
    cr_assert_eq(gc_collect_generation(heap, 0), 1);
    cr_assert_eq(gc_collect_generation(heap, 1), 1);
    cr_assert_eq(gc_collect_generation(heap, 2), 1);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(generations, collecting_the_middle_one_takes_the_young_too)
{
    gc_heap *heap = open_heap();
    make_garbage_ring(heap, 1, 2);
    struct node *live = node_new(heap, 1);
    gc_collect_generation(heap, 0);
    struct node *ring[2] = { node_new(heap, 2), node_new(heap, 3) };
    gc_set(&ring[0]->right, live);
    drop_as_ring(ring, 2);
    cr_assert_eq(gc_collect_generation(heap, 1), 2);
    cr_assert_eq(gc_generation_of(live), 2);
    gc_release(live);
    close_heap(heap);
}

Test(generations, a_ring_across_generations_needs_the_older)
{
    gc_heap *heap = open_heap();
    struct node *old = node_new(heap, 1);
    gc_collect(heap);
    struct node *young = node_new(heap, 2);
    gc_set(&old->left, young);
    gc_set(&young->left, old);
    gc_release(young);
    gc_release(old);
    cr_assert_eq(gc_collect_generation(heap, 0), 0, "a reference from an old object is one from outside");
    cr_assert_eq(gc_collect_generation(heap, 1), 0);
    cr_assert_eq(gc_collect(heap), 2);
    close_heap(heap);
}

Test(generations, only_three)
{
    gc_heap *heap = open_heap();
    cr_assert_eq(gc_collect_generation(heap, 3), 0);
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    cr_assert_eq(gc_collect_generation(heap, -1), 0);
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    close_heap(heap);
}

Test(freeze, counts_and_generation)
{
    gc_heap *heap = open_heap();
    struct node *objects[5];
    for (int i = 0; i < 5; i++) {
        objects[i] = node_new(heap, i);
        if (i == 2)
            gc_collect(heap);
    }
    cr_assert_eq(gc_freeze_count(heap), 0);
    cr_assert(gc_freeze(heap));
    cr_assert_eq(gc_freeze_count(heap), 5);
    cr_assert_eq(gc_generation_of(objects[0]), GC_FROZEN_GENERATION);
    cr_assert_eq(gc_generation_of(objects[4]), GC_FROZEN_GENERATION);
    cr_assert(gc_is_tracked(objects[4]));
    struct node *later = node_new(heap, 9);
    cr_assert_eq(gc_generation_of(later), 0);
    cr_assert_eq(holds_in(heap, GC_FROZEN_GENERATION), 5);
    gc_release(objects[0]);
    cr_assert_eq(gc_freeze_count(heap), 4, "counts free frozen objects too");
    cr_assert(gc_unfreeze(heap));
    cr_assert_eq(gc_freeze_count(heap), 0);
    for (int i = 1; i < 5; i++) {
        cr_assert_eq(gc_generation_of(objects[i]), 2, "to the oldest");
        gc_release(objects[i]);
    }
    gc_release(later);
    close_heap(heap);
}

Test(freeze, frozen_garbage_is_found_once_unfrozen)
{
    gc_heap *heap = open_heap();
    make_garbage_ring(heap, 1, 3);
    cr_assert(gc_freeze(heap));
    make_garbage_ring(heap, 10, 2);
    cr_assert_eq(gc_collect(heap), 2);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert(gc_unfreeze(heap));
    cr_assert_eq(gc_collect(heap), 3);
    close_heap(heap);
}

Test(freeze, references_from_and_to_frozen_objects)
{
    gc_heap *heap = open_heap();
    struct node *frozen = node_new(heap, 1);
    cr_assert(gc_freeze(heap));
    struct node *live = node_new(heap, 2), *ring = node_new(heap, 3);
    gc_set(&frozen->left, live);
    gc_release(live);
    gc_set(&ring->left, ring);
    gc_set(&ring->right, frozen);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 1, "garbage that refers to a frozen object goes");
    cr_assert_eq(gc_refcount(frozen), 1);
    cr_assert_eq(gc_refcount(live), 1, "what a frozen object refers to stays");
    assert_whole(heap);
    gc_set(&live->left, frozen);
    gc_release(frozen);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert(gc_unfreeze(heap));
    cr_assert_eq(gc_collect(heap), 2);
    close_heap(heap);
}

static bool refused;

static void try_to_freeze(struct node *self)
{
    gc_heap *heap = gc_heap_of(self);
    refused = !gc_freeze(heap) && gc_last_error(heap) == GC_ERROR_BUSY;
    refused = refused && !gc_unfreeze(heap);
}

Test(freeze, refused_during_a_collection)
{
    gc_heap *heap = open_heap();
    struct node *ring = watched_with(heap, 1, try_to_freeze);
    gc_set(&ring->left, ring);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert(refused);
    close_heap(heap);
}
