/* SPDX-License-Identifier: MIT */
/* test_weak_dict_user_code.c: weak dictionaries under equality that drops the last reference to the weak side of the entry it is asked
 * about: the entry is gone when it has been found. */
#include "keys.h"

static void *last_reference;

static void drop_it(const struct chosen *a, const struct chosen *b)
{
    (void)a, (void)b;
    gc_clear(&last_reference);
}

/* A dictionary with one entry, whose value is `value`; the next comparison drops the last reference to its weak side. Keys are equal. */
struct stage {
    gc_heap *heap;
    gc_weak_dict *dict;
    struct chosen *key; /* a live one, equal to that of the entry */
    struct node *strong; /* the other side of the entry is this, or the key of the entry */
};

static struct stage stage_with(gc_heap *heap, enum gc_weak_side side)
{
    struct stage stage = { heap, gc_weak_dict_create(heap, side), chosen_new(heap, 1, 7), NULL };
    struct chosen *stored = chosen_new(heap, 1, 7);
    struct node *value = node_new(heap, 2);
    cr_assert(gc_weak_dict_set(stage.dict, stored, value));
    if (side == GC_WEAK_KEYS) {
        stage.strong = value;
        last_reference = stored;
    } else {
        gc_release(stored);
        last_reference = value;
    }
    chosen_before = drop_it;
    chosen_comparisons = 0;
    return stage;
}

static void stage_end(struct stage *stage)
{
    chosen_before = NULL;
    cr_assert_null(last_reference, "the comparison did not come");
    cr_assert_gt(chosen_comparisons, 0);
    if (stage->strong)
        cr_assert_eq(gc_refcount(stage->strong), 1, "the entry that is gone keeps its other side");
    gc_release(stage->strong);
    cr_assert_eq(gc_refcount(stage->key), 1);
    gc_release(stage->key);
    cr_assert_eq(gc_weak_dict_count(stage->dict), 0);
    gc_release(stage->dict);
    cr_assert_eq(objects_in(stage->heap), 0);
}

/* It said that it had stored the value, in an entry that nobody would find. */
Test(weak_dict_user_code, a_value_that_is_set_while_the_stored_key_dies_is_found_under_the_live_one)
{
    gc_heap *heap = open_heap();
    for (enum gc_weak_side side = GC_WEAK_KEYS; side <= GC_WEAK_VALUES; side++) {
        struct stage stage = stage_with(heap, side);
        struct node *value = node_new(heap, 3);
        cr_assert(gc_weak_dict_set(stage.dict, stage.key, value));
        cr_assert_eq(gc_weak_dict_count(stage.dict), 1);
        cr_assert(gc_weak_dict_contains(stage.dict, stage.key));
        void *got = gc_weak_dict_get(stage.dict, stage.key);
        cr_assert_eq(got, value);
        gc_release(got);
        cr_assert_eq(gc_refcount(value), side == GC_WEAK_KEYS ? 2 : 1);
        cr_assert_eq(gc_refcount(stage.key), side == GC_WEAK_KEYS ? 1 : 2);
        cr_assert(gc_weak_dict_remove(stage.dict, stage.key));
        cr_assert_eq(gc_refcount(value), 1, "nothing of the dictionary keeps it");
        gc_release(value);
        stage_end(&stage);
    }
    close_heap(heap);
}

Test(weak_dict_user_code, an_entry_that_dies_while_it_is_looked_for_is_not_there)
{
    gc_heap *heap = open_heap();
    for (enum gc_weak_side side = GC_WEAK_KEYS; side <= GC_WEAK_VALUES; side++) {
        struct stage stage = stage_with(heap, side);
        cr_assert_null(gc_weak_dict_get(stage.dict, stage.key));
        stage_end(&stage);
        stage = stage_with(heap, side);
        cr_assert_not(gc_weak_dict_contains(stage.dict, stage.key));
        stage_end(&stage);
    }
    close_heap(heap);
}

Test(weak_dict_user_code, an_entry_that_dies_while_it_is_looked_for_is_not_removed)
{
    gc_heap *heap = open_heap();
    for (enum gc_weak_side side = GC_WEAK_KEYS; side <= GC_WEAK_VALUES; side++) {
        struct stage stage = stage_with(heap, side);
        cr_assert_not(gc_weak_dict_remove(stage.dict, stage.key));
        cr_assert_eq(gc_weak_dict_purge(stage.dict), 1, "it is the sweep that takes it out");
        stage_end(&stage);
    }
    close_heap(heap);
}
