/* SPDX-License-Identifier: MIT */
/* test_closing.c: guards gc/close where a heap is asked to close from inside, where finalizers never come to an end, and where
 * garbage is hidden from collections. */
#include "../support/support.h"

static size_t refusals;

static void close_inside(gc_heap *heap)
{
    cr_assert_eq(gc_heap_close(heap), SIZE_MAX);
    cr_assert_eq(gc_last_error(heap), GC_ERROR_BUSY);
    refusals++;
}

static void close_in_a_finalizer(struct node *self)
{
    close_inside(gc_heap_of(self));
}

static bool close_in_a_visit(void *object, void *context)
{
    (void)context;
    close_inside(gc_heap_of(object));
    return true;
}

static void close_in_a_destroy(void *object)
{
    close_inside(gc_heap_of(object));
}

static bool close_in_a_hash(const void *object, uint64_t *hash)
{
    close_inside(gc_heap_of(object));
    *hash = 1;
    return true;
}

struct plain {
    gc_object gc;
};
static const gc_type_info closer_info = GC_TYPE_INFO(struct plain, GC_DESTROY(close_in_a_destroy), GC_HASH(close_in_a_hash));

static gc_heap *reported;

static void close_in_a_report(void *context, const char *type_name, size_t objects, size_t bytes)
{
    (void)context, (void)type_name, (void)objects, (void)bytes;
    close_inside(reported);
}

Test(closing, is_refused_in_every_callback_and_harms_nothing)
{
    gc_settings settings = quiet_settings();
    settings.leak = close_in_a_report;
    gc_heap *heap = reported = open_heap_with(&settings);
    struct node *node = watched_with(heap, 1, close_in_a_finalizer);
    gc_visit_objects(heap, GC_ALL_OBJECTS, close_in_a_visit, NULL);
    cr_assert_eq(refusals, 1);
    gc_release(node);
    cr_assert_eq(refusals, 2);
    struct plain *closer = gc_create(struct plain, gc_type_register(heap, &closer_info));
    uint64_t hash;
    cr_assert(gc_hash(closer, &hash));
    cr_assert_eq(refusals, 3);
    gc_release(closer);
    cr_assert_eq(refusals, 4);
    assert_whole(heap);
    cr_assert_not_null(node_new(heap, 2), "a leak, to be reported");
    cr_assert_eq(gc_heap_close(heap), 1);
    cr_assert_eq(refusals, 5);
}

Test(closing, is_refused_while_deferred_finalizers_run)
{
    gc_settings settings = quiet_settings();
    settings.defer = GC_DEFER_ALL;
    gc_heap *heap = open_heap_with(&settings);
    gc_release(watched_with(heap, 1, close_in_a_finalizer));
    cr_assert_eq(refusals, 0);
    cr_assert_eq(gc_run_finalizers(heap), 1);
    cr_assert_eq(refusals, 1);
    close_heap(heap);
}

static size_t born;

/* Leaves one more like itself in a cycle. */
static void leave_another(struct node *self)
{
    gc_heap *heap = gc_heap_of(self);
    struct node *next = watched_with(heap, 1, leave_another);
    gc_set(&next->left, next);
    gc_release(next);
    born++;
}

Test(closing, ends_though_every_finalizer_leaves_another_one)
{
    gc_heap *heap = open_heap();
    struct node *first = watched_with(heap, 1, leave_another);
    gc_set(&first->left, first);
    gc_release(first);
    cr_assert_eq(gc_heap_close(heap), 1, "the last one of them is what is left");
    cr_assert_eq(born, 8, "one for each collection");
    cr_assert_eq(times_recorded('d'), 9, "each of them was destroyed");
}

/* A garbage ring of two waits in the heap, so that a collection that is not refused would find something. */
static void close_and_collect_inside(gc_heap *heap)
{
    close_inside(heap);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(gc_collect_generation(heap, 0), 0);
    cr_assert_eq(times_recorded('d'), 0);
}

static bool close_in_a_reference(const gc_reference *reference, void *context)
{
    (void)reference;
    close_and_collect_inside(context);
    return true;
}

static void close_in_type_stats(gc_type *type, size_t objects, size_t bytes, void *context)
{
    (void)type, (void)objects, (void)bytes;
    close_and_collect_inside(context);
}

Test(closing, and_collecting_is_refused_where_referents_and_types_are_shown)
{
    gc_settings settings = quiet_settings();
    settings.automatic = settings.stress = 0;
    gc_heap *heap = open_heap_with(&settings);
    struct node *node = node_new(heap, 1);
    gc_set(&node->left, node);
    gc_set(&node->right, node);
    make_garbage_ring(heap, 10, 2);
    cr_assert_eq(gc_referents(node, close_in_a_reference, heap), 2);
    cr_assert_eq(refusals, 2);
    cr_assert_eq(gc_visit_type_stats(heap, close_in_type_stats, heap), 2);
    cr_assert_eq(refusals, 4);
    assert_whole(heap);
    cr_assert_eq(gc_collect(heap), 2, "outside of them it is not");
    cr_assert_eq(times_recorded('d'), 2);
    gc_release(node);
    cr_assert_eq(gc_collect(heap), 1);
    close_heap(heap);
}

Test(closing, finds_garbage_that_a_plain_store_into_an_old_object_has_hidden)
{
    gc_settings settings = unchecked_settings();
    gc_heap *heap = open_heap_with(&settings);
    struct node *first = watched_new(heap, 1), *second = watched_new(heap, 2);
    gc_collect(heap);
    first->left = second; /* against the rules: they are old, and nothing tells the collector */
    second->left = first;
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(times_recorded('f'), 0);
    cr_assert_eq(gc_heap_close(heap), 0);
    cr_assert_eq(times_recorded('f'), 2);
    cr_assert_eq(times_recorded('d'), 2);
}
