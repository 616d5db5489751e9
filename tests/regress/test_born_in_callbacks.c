/* SPDX-License-Identifier: MIT */
/* test_born_in_callbacks.c: what the finalizers of a collection make and drop: new objects take no part in the collection whatever
 * their kind, and what dies waits until the finalizer has returned. */
#include "../support/support.h"

struct shy {
    gc_object gc;
    struct shy *other;
};
static const gc_type_info shy_info = GC_TYPE_INFO(struct shy, GC_REFS(other), GC_TYPE_FLAGS(GC_UNTRACKED));

static struct leaf *born_leaf;
static struct shy *born_shy;
static struct list *born_large;
static gc_weak *born_weak;
static gc_ephemeron *born_ephemeron;

static void make_all(struct node *self)
{
    gc_heap *heap = gc_heap_of(self);
    born_leaf = leaf_new(heap, 50);
    born_shy = gc_create(struct shy, gc_type_register(heap, &shy_info));
    gc_track(born_shy);
    born_large = list_new(heap, 30000);
    born_weak = gc_weak_create(self, NULL, NULL);
    born_ephemeron = gc_ephemeron_create(self, born_large);
}

Test(born_in_callbacks, objects_of_every_kind_take_no_part_in_the_collection)
{
    for (int generation = 0; generation < 3; generation++) {
        gc_heap *heap = open_heap();
        struct node *ring = watched_with(heap, 1, make_all);
        gc_set(&ring->left, ring);
        gc_release(ring);
        cr_assert_eq(gc_collect_generation(heap, generation), 1);
        assert_whole(heap);
        cr_assert(gc_is_tracked(born_shy), "tracked by hand within the collection");
        cr_assert_not(gc_is_tracked(born_leaf));
        cr_assert_not(weak_alive(born_weak));
        cr_assert_null(gc_ephemeron_key(born_ephemeron));
        cr_assert_eq(gc_refcount(born_large), 1, "its ephemeron has let it go with the key");
        cr_assert_eq(gc_collect(heap), 0);
        assert_whole(heap);
        gc_release(born_leaf);
        gc_release(born_shy);
        gc_release(born_large);
        gc_release(born_weak);
        gc_release(born_ephemeron);
        close_heap(heap);
    }
}

static void make_leaf(struct node *self)
{
    born_leaf = leaf_new(gc_heap_of(self), 50);
}

Test(born_in_callbacks, an_acyclic_object_alone)
{
    gc_heap *heap = open_heap();
    struct node *ring = watched_with(heap, 1, make_leaf);
    gc_set(&ring->left, ring);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 1);
    assert_whole(heap);
    gc_release(born_leaf);
    assert_whole(heap);
    close_heap(heap);
}

static struct node *victim;
static gc_weak *watch;

static void drop_victim(struct node *self)
{
    (void)self;
    gc_clear(&victim);
    record('x', 0);
}

static void finalize_victim(struct node *self)
{
    cr_assert_geq(place_of('x', 0), 0, "a finalizer ran inside another: %s", recorded());
    cr_assert_eq(self->id, 2);
}

static void prepare_victim(gc_heap *heap)
{
    victim = watched_with(heap, 2, finalize_victim);
    watch = gc_weak_create(victim, record_weak, as_context(2));
}

static void assert_waited(gc_heap *heap)
{
    cr_assert_geq(place_of('x', 0), 0);
    cr_assert_lt(place_of('x', 0), place_of('f', 2), "%s", recorded());
    cr_assert_lt(place_of('x', 0), place_of('w', 2), "%s", recorded());
    cr_assert_lt(place_of('x', 0), place_of('d', 2), "%s", recorded());
    gc_release(watch);
    close_heap(heap);
}

Test(born_in_callbacks, what_a_finalizer_of_garbage_drops_dies_after_it)
{
    gc_heap *heap = open_heap();
    prepare_victim(heap);
    struct node *ring = watched_with(heap, 1, drop_victim);
    gc_set(&ring->left, ring);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 1);
    assert_waited(heap);
}

static void drop_in_weak_callback(gc_weak *weak, void *context)
{
    (void)weak;
    (void)context;
    drop_victim(NULL);
}

Test(born_in_callbacks, what_a_weak_callback_of_garbage_drops_dies_after_it)
{
    gc_heap *heap = open_heap();
    prepare_victim(heap);
    struct node *ring = node_new(heap, 1);
    gc_set(&ring->left, ring);
    gc_weak *weak = gc_weak_create(ring, drop_in_weak_callback, NULL);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 1);
    gc_release(weak);
    assert_waited(heap);
}

static void drop_at_start(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)heap;
    (void)info;
    (void)context;
    if (phase == GC_COLLECT_START)
        drop_victim(NULL);
}

Test(born_in_callbacks, what_a_collection_callback_drops_dies_after_it)
{
    gc_heap *heap = open_heap();
    prepare_victim(heap);
    gc_add_collect_callback(heap, drop_at_start, NULL);
    gc_collect(heap);
    gc_remove_collect_callback(heap, drop_at_start, NULL);
    assert_waited(heap);
}
