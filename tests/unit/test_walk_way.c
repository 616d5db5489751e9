/* SPDX-License-Identifier: MIT */
/* test_walk_way.c: guards the choice in which order of addresses a full collection subtracts (gc/mark.c). */
#include "../support/support.h"

#include "lib/heap.h"

struct pair {
    gc_object gc;
    struct pair *left, *right;
};
static const gc_type_info pair_info = GC_TYPE_INFO(struct pair, GC_REFS(left, right));

enum { DEPTH = 9, PAIRS = (2 << DEPTH) - 1 };

static gc_heap *open_plain(void)
{
    gc_settings settings = unchecked_settings();
    settings.automatic = 0;
    return open_heap_with(&settings);
}

static struct pair *children_first(gc_type *type, int depth)
{
    struct pair *left = depth ? children_first(type, depth - 1) : NULL, *right = depth ? children_first(type, depth - 1) : NULL;
    struct pair *pair = gc_create(struct pair, type);
    gc_move(&pair->left, &left);
    gc_move(&pair->right, &right);
    return pair;
}

static struct pair *parents_first(gc_type *type, int depth)
{
    struct pair *pair = gc_create(struct pair, type), *child;
    if (depth) {
        child = parents_first(type, depth - 1);
        gc_move(&pair->left, &child);
        child = parents_first(type, depth - 1);
        gc_move(&pair->right, &child);
    }
    return pair;
}

/* Full collections of all that lives. */
static void collect_all(gc_heap *heap, struct pair *root, int times)
{
    for (int i = 0; i < times; i++) {
        gc_retain(root);
        gc_release(root);
        heap->all_touched = true;
        cr_assert_eq(gc_collect(heap), 0);
        cr_assert_eq(objects_in(heap), PAIRS);
        assert_whole(heap);
    }
}

Test(walk_way, goes_up_where_parents_come_first)
{
    gc_heap *heap = open_plain();
    struct pair *root = parents_first(gc_type_register(heap, &pair_info), DEPTH);
    collect_all(heap, root, 6);
    cr_assert_not(heap->walk_down);
    cr_assert_eq(heap->walk_late[0], 0);
    gc_release(root);
    close_heap(heap);
}

Test(walk_way, goes_down_where_children_come_first)
{
    gc_heap *heap = open_plain();
    struct pair *root = children_first(gc_type_register(heap, &pair_info), DEPTH);
    collect_all(heap, root, 6);
    cr_assert(heap->walk_down);
    cr_assert_gt(heap->walk_late[0], 100);
    cr_assert_eq(heap->walk_late[1], 0);
    gc_clear(&root->left); /* what is dropped is found gone in a walk down, too */
    cr_assert_eq(objects_in(heap), PAIRS / 2 + 1);
    struct pair *ring = gc_create(struct pair, gc_type_of(root));
    gc_set(&ring->left, ring);
    gc_set(&ring->right, root->right);
    gc_release(ring);
    heap->all_touched = true;
    cr_assert_eq(gc_collect(heap), 1);
    assert_whole(heap);
    gc_release(root);
    close_heap(heap);
}

Test(walk_way, comes_back_when_the_heap_has_changed)
{
    gc_heap *heap = open_plain();
    gc_type *type = gc_type_register(heap, &pair_info);
    struct pair *root = children_first(type, DEPTH);
    collect_all(heap, root, 4);
    cr_assert(heap->walk_down);
    gc_clear(&root);
    gc_trim(heap);
    root = parents_first(type, DEPTH);
    collect_all(heap, root, 40);
    cr_assert_not(heap->walk_down);
    gc_release(root);
    close_heap(heap);
}

Test(walk_way, a_checked_heap_takes_turns)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    settings.check_level = 1;
    gc_heap *heap = open_heap_with(&settings);
    struct pair *root = parents_first(gc_type_register(heap, &pair_info), DEPTH);
    for (int i = 0; i < 6; i++) {
        bool before = heap->walk_down;
        collect_all(heap, root, 1);
        cr_assert_neq(heap->walk_down, before, "collection %d", i);
    }
    gc_set(&root->left->left, root->left); /* presumed to be held, and not any more */
    gc_set(&root->right->left, root);
    gc_release(root);
    bool before = heap->walk_down;
    cr_assert_gt(gc_collect(heap), PAIRS / 2);
    cr_assert_neq(heap->walk_down, before);
    close_heap(heap);
}

/* Objects without a holder of their own, each below the one that refers to it: whoever is marked below the walk waits on the stack, which
 * is emptied on the way and not at the end, so that it stays as small as it is at first. */
Test(walk_way, what_waits_on_the_stack_does_not_grow_with_the_heap)
{
    enum { OBJECTS = 150000 };
    static struct pair *low[OBJECTS], *high[OBJECTS];
    gc_heap *heap = open_plain();
    gc_type *type = gc_type_register(heap, &pair_info);
    for (int i = 0; i < OBJECTS; i++)
        low[i] = gc_create(struct pair, type);
    for (int i = 0; i < OBJECTS; i++) {
        high[i] = gc_create(struct pair, type);
        gc_move(&high[i]->left, &low[i]);
    }
    cr_assert_eq(gc_collect_generation(heap, 0), 0);
    cr_assert_leq(heap->stack_region.committed, (size_t)1 << 20);
    for (int i = 0; i < OBJECTS; i++)
        gc_release(high[i]);
    close_heap(heap);
}

Test(walk_way, the_stack_grows_by_doubling)
{
    enum { TARGETS = 140000 }; /* of a list that lies above all of them: they are on the stack together */
    gc_heap *heap = open_plain();
    gc_type *type = gc_type_register(heap, &pair_info);
    static struct pair *targets[TARGETS];
    for (int i = 0; i < TARGETS; i++)
        targets[i] = gc_create(struct pair, type);
    struct list *list = list_new(heap, TARGETS);
    for (int i = 0; i < TARGETS; i++)
        gc_move(&list->items[i], &targets[i]);
    cr_assert_eq(gc_collect_generation(heap, 0), 0);
    cr_assert_eq(heap->stack_region.committed, (size_t)2 << 20);
    gc_release(list);
    close_heap(heap);
}
