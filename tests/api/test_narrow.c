/* SPDX-License-Identifier: MIT */
/* test_narrow.c: of the old objects, a full collection looks only at what something touched can reach, and finds all there is. How many
 * it has looked at is what it reports as candidates. */
#include "../support/support.h"

#define TREE 4095 /* nodes of a full binary tree; node i has 2 * i + 1 and 2 * i + 2 below it */

static gc_heap *heap;
static struct node *tree[TREE];
static size_t candidates;

static void remember(gc_heap *collected, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)collected, (void)context;
    if (phase == GC_COLLECT_STOP)
        candidates = info->candidates;
}

/* An old tree, untouched, of which the test holds the root. */
static void open_with_tree(void)
{
    heap = open_heap();
    cr_assert(gc_add_collect_callback(heap, remember, NULL));
    for (int i = 0; i < TREE; i++)
        tree[i] = node_new(heap, i);
    for (int i = TREE - 1; i > 0; i--)
        gc_move(i % 2 ? &tree[(i - 1) / 2]->left : &tree[(i - 1) / 2]->right, &(struct node *){ tree[i] });
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(candidates, TREE);
}

static void touch(void *object)
{
    gc_retain(object);
    gc_release(object);
}

/* Collects, and asserts how many were freed and how many looked at. */
static void assert_looks_at(size_t freed, size_t looked_at)
{
    cr_assert_eq(gc_collect(heap), freed);
    cr_assert_eq(candidates, looked_at, "%zu candidates, must be %zu", candidates, looked_at);
}

static void close_with_tree(void)
{
    cr_assert_null(gc_heap_verify(heap), "%s", gc_heap_verify(heap));
    gc_release(tree[0]);
    close_heap(heap);
}

Test(narrow, nothing_touched)
{
    open_with_tree();
    for (int i = 0; i < 3; i++)
        assert_looks_at(0, 0);
    close_with_tree();
}

Test(narrow, one_leaf)
{
    open_with_tree();
    touch(tree[TREE - 1]);
    assert_looks_at(0, 1);
    assert_looks_at(0, 0);
    close_with_tree();
}

Test(narrow, each_once_however_often_it_was_touched)
{
    open_with_tree();
    for (int i = 0; i < 40; i++)
        touch(tree[TREE - 1 - i % 4]);
    assert_looks_at(0, 4);
    close_with_tree();
}

Test(narrow, an_inner_node_and_all_below_it)
{
    open_with_tree();
    touch(tree[127]); /* the first of the eighth level of twelve */
    assert_looks_at(0, 31);
    touch(tree[127]);
    touch(tree[255]); /* below it */
    assert_looks_at(0, 31);
    close_with_tree();
}

Test(narrow, the_root_reaches_everything)
{
    open_with_tree();
    touch(tree[0]);
    assert_looks_at(0, TREE);
    assert_looks_at(0, 0);
    close_with_tree();
}

Test(narrow, more_touched_than_a_share_of_the_old)
{
    open_with_tree();
    for (int i = TREE / 2; i < TREE; i++)
        touch(tree[i]);
    assert_looks_at(0, TREE);
    touch(tree[TREE - 1]);
    assert_looks_at(0, 1);
    close_with_tree();
}

Test(narrow, more_found_than_a_share_of_the_old)
{
    open_with_tree();
    touch(tree[TREE - 1]);
    touch(tree[3]);
    assert_looks_at(0, TREE);
    touch(tree[TREE - 1]);
    assert_looks_at(0, 1);
    close_with_tree();
}

Test(narrow, the_young_are_looked_at_with_the_old_that_they_reach)
{
    open_with_tree();
    struct node *young = node_new(heap, 1);
    gc_set(&young->left, tree[2000]);
    assert_looks_at(0, 2 + 2); /* tree[2000] has two leaves below it */
    cr_assert_eq(gc_generation_of(young), 2);
    assert_looks_at(0, 0);
    gc_release(young);
    assert_looks_at(0, 3);
    close_with_tree();
}

Test(narrow, what_a_middle_collection_made_old)
{
    open_with_tree();
    struct node *node = node_new(heap, 1);
    gc_set(&node->left, node);
    gc_collect_generation(heap, 0);
    gc_collect_generation(heap, 1);
    gc_release(node);
    assert_looks_at(1, 1);
    close_with_tree();
}

/* An old ring of `n` besides the tree, held by one reference. */
static struct node *old_ring(int n)
{
    struct node *first = node_new(heap, 0), *last = first;
    for (int i = 1; i < n; i++) {
        gc_move(&last->left, &(struct node *){ node_new(heap, i) });
        last = last->left;
    }
    gc_set(&last->left, first);
    cr_assert_eq(gc_collect(heap), 0);
    return first;
}

Test(narrow, a_ring_that_is_dropped)
{
    open_with_tree();
    gc_release(old_ring(20));
    assert_looks_at(20, 20);
    close_with_tree();
}

Test(narrow, a_ring_that_is_held_somewhere_else)
{
    open_with_tree();
    struct node *ring = old_ring(20);
    gc_set(&tree[TREE - 1]->left, ring->left->left);
    gc_release(ring);
    assert_looks_at(0, 20);
    gc_clear(&tree[TREE - 1]->left);
    assert_looks_at(20, 20);
    close_with_tree();
}

/* What the search has counted and marked before it gives up must not count for the collection of everything. */
Test(narrow, a_ring_too_large_for_the_share)
{
    open_with_tree();
    struct node *ring = old_ring(400), *held = ring->left->left;
    gc_retain(held);
    gc_release(ring);
    assert_looks_at(0, TREE + 400);
    gc_release(held);
    assert_looks_at(400, TREE + 400);
    close_with_tree();
}

/* A plain assignment into a new object touches nothing; the old ring is found through the new object. */
Test(narrow, a_reference_that_a_young_object_has_taken_over)
{
    open_with_tree();
    struct node *ring = old_ring(5), *young = node_new(heap, 1);
    young->left = ring;
    gc_set(&ring->right, young);
    gc_release(young);
    assert_looks_at(6, 6);
    close_with_tree();
}

Test(narrow, a_slot_that_is_used_again)
{
    open_with_tree();
    struct node *first = node_new(heap, 1), *second;
    cr_assert_eq(gc_collect(heap), 0);
    touch(first);
    gc_release(first);
    second = node_new(heap, 2);
    gc_collect_generation(heap, 0);
    gc_collect_generation(heap, 1);
    touch(second);
    assert_looks_at(0, 1);
    gc_release(second);
    close_with_tree();
}

Test(narrow, an_object_that_has_moved)
{
    open_with_tree();
    struct list *list = list_new(heap, 1);
    gc_set(&list->items[0], list);
    cr_assert_eq(gc_collect(heap), 0);
    gc_clear(&list->items[0]);
    list = gc_resize(list, 4000);
    gc_set(&list->items[0], list);
    gc_release(list);
    assert_looks_at(1, 1);
    close_with_tree();
}

/* Nothing touches the value, nor the ephemeron: it is the key that becomes garbage, and only the value refers to it. */
Test(narrow, the_key_of_an_ephemeron_is_held_by_its_value_alone)
{
    open_with_tree();
    struct node *key = node_new(heap, 1), *value = node_new(heap, 2);
    gc_set(&value->left, key);
    gc_ephemeron *pair = gc_ephemeron_create(key, value);
    gc_release(value);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(key);
    assert_looks_at(2, 3);
    cr_assert_null(gc_ephemeron_value(pair));
    gc_release(pair);
    close_with_tree();
}

Test(narrow, a_chain_of_ephemerons)
{
    open_with_tree();
    struct node *node[10];
    gc_ephemeron *pair[10];
    for (int i = 0; i < 10; i++)
        node[i] = node_new(heap, i);
    for (int i = 0; i < 10; i++)
        pair[i] = gc_ephemeron_create(node[i], node[(i + 1) % 10]);
    for (int i = 1; i < 10; i++)
        gc_release(node[i]);
    cr_assert_eq(gc_collect(heap), 0);
    touch(node[0]);
    assert_looks_at(0, 20);
    gc_release(node[0]);
    assert_looks_at(10, 20);
    cr_assert_eq(objects_in(heap), TREE + 10);
    for (int i = 0; i < 10; i++)
        gc_release(pair[i]);
    close_with_tree();
}

Test(narrow, the_callback_of_a_weak_reference_that_nothing_touched)
{
    open_with_tree();
    struct node *ring = old_ring(3);
    gc_weak *weak = gc_weak_create(ring->left, record_weak, as_context(7));
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(ring);
    assert_looks_at(3, 3);
    cr_assert_str_eq(recorded(), "w7");
    gc_release(weak);
    close_with_tree();
}

static struct node *victim;

static void drop_the_victim(struct node *self)
{
    (void)self;
    gc_clear(&victim);
}

Test(narrow, what_a_finalizer_of_the_garbage_drops)
{
    open_with_tree();
    victim = old_ring(4);
    struct node *garbage = watched_with(heap, 9, drop_the_victim);
    gc_set(&garbage->left, garbage);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(garbage);
    assert_looks_at(1, 1);
    assert_looks_at(4, 4);
    close_with_tree();
}

static void keep_itself(struct node *self)
{
    keep(self);
}

Test(narrow, what_a_finalizer_brings_back)
{
    open_with_tree();
    struct node *risen = watched_with(heap, 9, keep_itself);
    gc_set(&risen->left, risen);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(risen);
    assert_looks_at(0, 1);
    assert_looks_at(0, 1); /* who holds it was decided by user code */
    assert_looks_at(0, 0);
    drop_kept();
    assert_looks_at(1, 1);
    close_with_tree();
}

Test(narrow, what_is_born_in_it)
{
    open_with_tree();
    make_garbage_ring(heap, 1, 2);
    struct node *maker = watched_with(heap, 9, keep_itself);
    gc_set(&maker->left, maker);
    gc_release(maker);
    assert_looks_at(2, 3);
    cr_assert_eq(gc_generation_of(maker), 2);
    drop_kept();
    assert_looks_at(1, 1);
    close_with_tree();
}

/* More references from inside than a byte counts. */
Test(narrow, a_hub_with_many_references_to_it)
{
    enum { SPOKES = 90, EACH = 4 };
    open_with_tree();
    struct node *hub = node_new(heap, 0);
    struct list *spokes = list_new(heap, SPOKES);
    for (int i = 0; i < SPOKES; i++) {
        struct list *spoke = list_new(heap, EACH);
        for (int k = 0; k < EACH; k++)
            gc_set(&spoke->items[k], hub);
        spokes->items[i] = spoke;
    }
    hub->left = (struct node *)spokes;
    cr_assert_eq(gc_collect(heap), 0);
    touch(hub);
    assert_looks_at(0, SPOKES + 2);
    gc_release(hub);
    assert_looks_at(SPOKES + 2, SPOKES + 2);
    close_with_tree();
}

Test(narrow, saved_garbage)
{
    open_with_tree();
    struct node *ring = old_ring(3);
    gc_set_debug(heap, GC_DEBUG_SAVE_ALL);
    gc_release(ring);
    assert_looks_at(0, 3);
    gc_set_debug(heap, 0);
    assert_looks_at(0, 3);
    cr_assert_eq(gc_drop_garbage(heap), 3);
    assert_looks_at(3, 3);
    close_with_tree();
}

Test(narrow, after_unfreezing_everything_is_looked_at)
{
    open_with_tree();
    gc_freeze(heap);
    assert_looks_at(0, 0);
    gc_unfreeze(heap);
    assert_looks_at(0, TREE);
    assert_looks_at(0, 0);
    close_with_tree();
}

Test(narrow, a_young_collection_between)
{
    open_with_tree();
    struct node *ring = old_ring(3);
    gc_release(ring);
    struct node *young = node_new(heap, 1);
    gc_collect_generation(heap, 0);
    gc_collect_generation(heap, 1);
    assert_looks_at(3, 4);
    gc_release(young);
    close_with_tree();
}
