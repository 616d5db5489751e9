/* SPDX-License-Identifier: MIT */
/* test_references_shown.c: what an object refers to, and what refers to it. */
#include "../support/support.h"

#include <string.h>

struct collected {
    gc_reference references[32];
    size_t count, stop_after;
};

static bool collect_reference(const gc_reference *reference, void *context)
{
    struct collected *collected = context;
    cr_assert_lt(collected->count, 32);
    collected->references[collected->count++] = *reference;
    return collected->count != collected->stop_after;
}

static struct collected referents_of(void *object)
{
    struct collected collected = { .count = 0 };
    cr_assert_eq(gc_referents(object, collect_reference, &collected), collected.count);
    return collected;
}

static struct collected referrers_of(void *object)
{
    struct collected collected = { .count = 0 };
    cr_assert_eq(gc_referrers(object, collect_reference, &collected), collected.count);
    return collected;
}

Test(references_shown, referents_one_level_in_field_order)
{
    gc_heap *heap = open_heap();
    struct node *holder = node_new(heap, 0), *first = node_new(heap, 1), *second = node_new(heap, 2);
    gc_set(&holder->left, first);
    gc_set(&holder->third, second);
    gc_set(&first->left, second);
    struct collected collected = referents_of(holder);
    cr_assert_eq(collected.count, 2, "NULL fields are no references");
    cr_assert_eq(collected.references[0].target, first);
    cr_assert_str_eq(collected.references[0].field, "left");
    cr_assert_eq(collected.references[0].holder, holder);
    cr_assert_eq(collected.references[0].index, 0);
    cr_assert_eq(collected.references[1].target, second);
    cr_assert_str_eq(collected.references[1].field, "third");
    cr_assert_eq(referents_of(second).count, 0);
    gc_release(second);
    gc_release(first);
    gc_release(holder);
    close_heap(heap);
}

Test(references_shown, referents_of_untracked_objects)
{
    gc_heap *heap = open_heap();
    struct leaf *leaf = leaf_new(heap, 1);
    struct node *holder = node_new(heap, 0);
    gc_move((void **)&holder->left, (void **)&leaf);
    gc_untrack(holder);
    cr_assert_eq(referents_of(holder->left).count, 0);
    cr_assert_eq(referents_of(holder).count, 1);
    gc_release(holder);
    close_heap(heap);
}

Test(references_shown, an_index_for_each_element)
{
    gc_heap *heap = open_heap();
    struct list *list = list_new(heap, 20);
    struct node *target = node_new(heap, 1);
    gc_set(&list->items[3], target);
    gc_set(&list->items[17], target);
    struct collected collected = referents_of(list);
    cr_assert_eq(collected.count, 2);
    cr_assert_str_eq(collected.references[0].field, "items");
    cr_assert_eq(collected.references[0].index, 3);
    cr_assert_eq(collected.references[1].index, 17);
    collected = referrers_of(target);
    cr_assert_eq(collected.count, 2);
    cr_assert_eq(collected.references[0].holder, list);
    cr_assert_eq(collected.references[0].index + collected.references[1].index, 20);
    gc_release(list);
    gc_release(target);
    close_heap(heap);
}

Test(references_shown, referrers_are_the_tracked_holders)
{
    gc_heap *heap = open_heap();
    struct node *target = node_new(heap, 0), *holders[4];
    for (int i = 0; i < 4; i++) {
        holders[i] = node_new(heap, i);
        gc_set(&holders[i]->right, target);
    }
    gc_set(&target->left, target);
    gc_untrack(holders[1]);
    struct collected collected = referrers_of(target);
    cr_assert_eq(collected.count, 4, "three holders and itself; not the untracked one");
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(collected.references[i].target, target);
        cr_assert_neq(collected.references[i].holder, holders[1]);
        cr_assert_str_eq(collected.references[i].field, collected.references[i].holder == target ? "left" : "right");
    }
    gc_freeze(heap);
    cr_assert_eq(referrers_of(target).count, 0, "frozen holders are left out");
    gc_unfreeze(heap);
    cr_assert_eq(referrers_of(target).count, 4);
    for (int i = 0; i < 4; i++)
        gc_release(holders[i]);
    gc_release(target);
    close_heap(heap);
}

Test(references_shown, stopping_early)
{
    gc_heap *heap = open_heap();
    struct list *list = list_new(heap, 10);
    for (size_t i = 0; i < 10; i++)
        gc_set(&list->items[i], list);
    struct collected collected = { .stop_after = 4 };
    cr_assert_eq(gc_referents(list, collect_reference, &collected), 4);
    cr_assert_eq(collected.count, 4);
    collected = (struct collected){ .stop_after = 3 };
    cr_assert_eq(gc_referrers(list, collect_reference, &collected), 3);
    gc_release(list);
    cr_assert_eq(gc_collect(heap), 1);
    close_heap(heap);
}

Test(references_shown, looking_changes_no_count)
{
    gc_heap *heap = open_heap();
    struct node *holder = node_new(heap, 0), *target = node_new(heap, 1);
    gc_set(&holder->left, target);
    for (int i = 0; i < 10; i++) {
        referents_of(holder);
        referrers_of(target);
    }
    cr_assert_eq(gc_refcount(holder), 1);
    cr_assert_eq(gc_refcount(target), 2);
    gc_release(target);
    gc_release(holder);
    close_heap(heap);
}

static struct node *live_target;
static size_t condemned_holders_shown;

static void look_for_holders(struct node *self)
{
    struct collected collected = referrers_of(live_target);
    for (size_t i = 0; i < collected.count; i++)
        condemned_holders_shown += collected.references[i].holder == self;
    cr_assert_eq(referents_of(self).count, 2, "its own references can still be asked for");
}

Test(references_shown, condemned_holders_are_not_shown_inside_finalizers)
{
    gc_heap *heap = open_heap();
    live_target = node_new(heap, 0);
    struct node *ring = watched_with(heap, 1, look_for_holders);
    gc_set(&ring->left, ring);
    gc_set(&ring->right, live_target);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(condemned_holders_shown, 0);
    gc_release(live_target);
    close_heap(heap);
}
