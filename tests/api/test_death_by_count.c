/* SPDX-License-Identifier: MIT */
/* test_death_by_count.c: the order in which an object and what it owned die when the last reference goes, and that
 * neither depth nor width needs C stack. */
#include "../support/support.h"

#include <pthread.h>

static struct node *shared_child;
static uint32_t count_in_callback, count_in_destroy;

static uint32_t raw_count(const struct node *node)
{
    return node->gc.gc__count & GC__COUNT_MASK; /* destroy may not call into the library about another object */
}

static void see_references_still_there(gc_weak *weak, void *context)
{
    record_weak(weak, context);
    count_in_callback = raw_count(shared_child);
}

struct witness {
    gc_object gc;
    struct node *child;
};

static void finalize_witness(void *object)
{
    (void)object;
    record('f', 0);
}

static void destroy_witness(void *object)
{
    (void)object;
    record('d', 0);
    count_in_destroy = raw_count(shared_child);
}

static const gc_type_info witness_info = GC_TYPE_INFO(struct witness, GC_REFS(child), GC_FINALIZE(finalize_witness),
                                                      GC_DESTROY(destroy_witness));

Test(death, finalizer_then_weak_references_then_fields_then_destroy)
{
    gc_heap *heap = open_heap();
    struct witness *witness = gc_create(struct witness, gc_type_register(heap, &witness_info));
    shared_child = node_new(heap, 1);
    gc_set(&witness->child, shared_child);
    gc_weak *weak = gc_weak_create(witness, see_references_still_there, as_context(7));
    gc_release(witness);
    cr_assert_str_eq(recorded(), "f0 w7 d0");
    cr_assert_eq(count_in_callback, 2, "the fields are dropped after the callbacks");
    cr_assert_eq(count_in_destroy, 1, "and before destroy");
    gc_release(weak);
    gc_release(shared_child);
    close_heap(heap);
}

Test(death, children_in_field_order_after_their_parent)
{
    gc_heap *heap = open_heap();
    struct node *root = watched_new(heap, 0);
    struct node **fields[3] = { &root->left, &root->right, &root->third };
    for (int i = 0; i < 3; i++) {
        struct node *child = watched_new(heap, 1 + i), *grandchild = watched_new(heap, 11 + i);
        gc_move(&child->left, &grandchild);
        gc_move(fields[i], &child);
    }
    gc_release(root);
    cr_assert_eq(times_recorded('f'), 7);
    cr_assert_eq(place_of('f', 0), 0);
    cr_assert_eq(place_of('d', 0), 1, "%s", recorded());
    cr_assert(place_of('d', 1) < place_of('d', 2) && place_of('d', 2) < place_of('d', 3), "%s", recorded());
    for (int i = 1; i <= 3; i++) {
        cr_assert_lt(place_of('f', i), place_of('d', i));
        cr_assert_lt(place_of('d', i), place_of('f', 10 + i), "%s", recorded());
    }
    close_heap(heap);
}

Test(death, elements_in_order_of_their_index)
{
    gc_heap *heap = open_heap();
    struct list *list = list_new(heap, 40);
    for (int i = 0; i < 40; i++) {
        struct leaf *leaf = leaf_new(heap, i);
        gc_move(&list->items[i], (void **)&leaf);
    }
    gc_release(list);
    cr_assert_eq(times_recorded('d'), 40);
    for (int i = 0; i < 40; i++)
        cr_assert_eq(place_of('d', i), i, "%s", recorded());
    close_heap(heap);
}

Test(death, what_is_shared_dies_with_its_last_holder)
{
    gc_heap *heap = open_heap();
    struct node *shared = watched_new(heap, 9), *holders[3];
    for (int i = 0; i < 3; i++) {
        holders[i] = watched_new(heap, i);
        gc_set(&holders[i]->left, shared);
    }
    gc_release(shared);
    gc_release(holders[1]);
    gc_release(holders[0]);
    cr_assert_eq(place_of('d', 9), -1);
    gc_release(holders[2]);
    cr_assert_str_eq(recorded(), "f1 d1 f0 d0 f2 d2 f9 d9");
    close_heap(heap);
}

static struct node *other;

static void release_the_other(struct node *self)
{
    (void)self;
    gc_clear(&other);
    cr_assert_eq(place_of('f', 2), -1, "what dies inside a callback is taken apart when it has returned");
    cr_assert_eq(place_of('d', 2), -1);
}

Test(death, what_a_finalizer_releases_dies_when_it_has_returned)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, release_the_other);
    other = watched_new(heap, 2);
    gc_release(self);
    cr_assert_neq(place_of('d', 2), -1, "but before the release that began it returns: %s", recorded());
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

static void retain_and_release(struct node *self)
{
    cr_assert_eq(gc_refcount(self), 1, "held");
    gc_retain(self);
    gc_release(self);
}

Test(death, a_finalizer_may_retain_and_release_its_object)
{
    gc_heap *heap = open_heap();
    gc_release(watched_with(heap, 1, retain_and_release));
    cr_assert_str_eq(recorded(), "f1 d1");
    close_heap(heap);
}

static void collect_while_nested(struct node *self)
{
    cr_assert_eq(gc_collect(gc_heap_of(self)), 0);
}

Test(death, nested_finalizers_that_collect)
{
    gc_heap *heap = open_heap();
    struct node *outer = NULL;
    for (int i = 0; i < 150; i++) {
        struct node *next = watched_with(heap, i, collect_while_nested);
        gc_move(&next->left, &outer);
        outer = next;
    }
    gc_release(outer);
    cr_assert_eq(times_recorded('f'), 150);
    cr_assert_eq(times_recorded('d'), 150);
    close_heap(heap);
}

/* Runs in a thread with little stack: what a death needs of it must not grow with what dies. */
struct small_stack_run {
    void (*body)(gc_heap *heap, size_t n);
    size_t n, left;
};

static void *run_with_own_heap(void *argument)
{
    struct small_stack_run *run = argument;
    gc_settings settings = unchecked_settings();
    gc_heap *heap = gc_heap_open(&settings);
    run->left = SIZE_MAX;
    if (heap) {
        run->body(heap, run->n);
        run->left = gc_heap_verify(heap) ? SIZE_MAX : objects_in(heap);
        run->left += gc_heap_close(heap);
    }
    return NULL;
}

static void run_on_small_stack(void (*body)(gc_heap *heap, size_t n), size_t n)
{
    struct small_stack_run run = { body, n, 0 };
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    cr_assert_eq(pthread_attr_setstacksize(&attributes, 64 * 1024), 0);
    cr_assert_eq(pthread_create(&thread, &attributes, run_with_own_heap, &run), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    cr_assert_eq(run.left, 0, "%zu objects were left", run.left);
}

struct plain {
    gc_object gc;
    struct plain *next, *other;
};
static const gc_type_info plain_info = GC_TYPE_INFO(struct plain, GC_REFS(next, other));

static void drop_a_plain_chain(gc_heap *heap, size_t n)
{
    gc_type *type = gc_type_register(heap, &plain_info);
    struct plain *head = NULL;
    for (size_t i = 0; i < n; i++) {
        struct plain *link = gc_create(struct plain, type);
        gc_move(&link->next, &head);
        head = link;
    }
    gc_release(head);
}

Test(death, a_chain_of_a_million_on_a_small_stack)
{
    run_on_small_stack(drop_a_plain_chain, 1000000);
}

static void drop_a_watched_chain(gc_heap *heap, size_t n)
{
    struct node *head = NULL;
    for (size_t i = 0; i < n; i++) {
        struct node *link = watched_new(heap, 1);
        gc_move(&link->left, &head);
        gc_weak_set(&link->weak, link);
        head = link;
    }
    gc_release(head);
}

Test(death, a_watched_and_weakly_referenced_chain_on_a_small_stack)
{
    run_on_small_stack(drop_a_watched_chain, 200000);
    cr_assert_eq(times_recorded('f'), 200000);
    cr_assert_eq(times_recorded('d'), 200000);
}

static void drop_a_wide_object(gc_heap *heap, size_t n)
{
    gc_type *type = gc_type_register(heap, &plain_info);
    struct list *wide = list_new(heap, n);
    for (size_t i = 0; i < n; i++) {
        struct plain *child = gc_create(struct plain, type);
        gc_move(&wide->items[i], (void **)&child);
    }
    gc_release(wide);
}

Test(death, a_million_children_on_a_small_stack)
{
    run_on_small_stack(drop_a_wide_object, 1000000);
}

static void drop_a_tree(gc_heap *heap, size_t n)
{
    gc_type *type = gc_type_register(heap, &plain_info);
    struct list *nodes = list_new(heap, n);
    for (size_t i = 0; i < n; i++) {
        struct plain *node = gc_create(struct plain, type);
        struct plain *parent = i ? nodes->items[(i - 1) / 2] : NULL;
        if (parent)
            gc_set(i % 2 ? &parent->next : &parent->other, node);
        gc_move(&nodes->items[i], (void **)&node);
    }
    struct plain *root = gc_retain((struct plain *)nodes->items[0]);
    gc_release(nodes);
    gc_release(root);
}

Test(death, a_tree_on_a_small_stack)
{
    run_on_small_stack(drop_a_tree, 500000);
}

/* destroy may release what the type does not list: such chains must not recurse either. */
struct unlisted {
    gc_object gc;
    struct unlisted *next;
};

static void destroy_unlisted(void *object)
{
    gc_release(((struct unlisted *)object)->next);
}

static const gc_type_info unlisted_info =
    GC_TYPE_INFO(struct unlisted, GC_TYPE_FLAGS(GC_ACYCLIC), GC_DESTROY(destroy_unlisted));

static void drop_an_unlisted_chain(gc_heap *heap, size_t n)
{
    gc_type *type = gc_type_register(heap, &unlisted_info);
    struct unlisted *head = NULL;
    for (size_t i = 0; i < n; i++) {
        struct unlisted *link = gc_create(struct unlisted, type);
        link->next = head;
        head = link;
    }
    gc_release(head);
}

Test(death, a_chain_of_references_that_destroy_releases)
{
    run_on_small_stack(drop_an_unlisted_chain, 300000);
}

static void collect_a_ring(gc_heap *heap, size_t n)
{
    gc_type *type = gc_type_register(heap, &plain_info);
    struct plain *first = gc_create(struct plain, type), *last = first;
    for (size_t i = 1; i < n; i++) {
        struct plain *link = gc_create(struct plain, type);
        gc_set(&last->next, link);
        last = link;
        gc_release(link);
    }
    gc_set(&last->next, first);
    gc_collect(heap);
    gc_release(first);
    gc_collect(heap);
}

Test(death, a_ring_of_a_million_is_collected_on_a_small_stack)
{
    run_on_small_stack(collect_a_ring, 1000000);
}
