/* SPDX-License-Identifier: MIT */
/* test_container_reentrancy.c: user code in the middle of an operation: finalizers of what an operation releases, and of what a collection
 * finds while an operation asks for memory. Each changes the container that is being changed. */
#include "../support/starve.h"

static gc_list *the_list; /* NULL: finalizers leave it alone */
static size_t seen_count;

static gc_list *of_watched(gc_heap *heap, int count, void (*finalize)(struct node *self))
{
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (int i = 0; i < count; i++) {
        struct node *node = watched_with(heap, i, finalize);
        gc_list_append(list, node);
        gc_release(node);
    }
    return list;
}

static void see_and_append(struct node *self)
{
    (void)self;
    if (!the_list)
        return;
    seen_count = gc_list_count(the_list);
    struct leaf *leaf = leaf_new(gc_heap_of(the_list), 100);
    gc_list_append(the_list, leaf);
    gc_release(leaf);
}

static void see_and_clear(struct node *self)
{
    (void)self;
    seen_count = gc_list_count(the_list);
    gc_list_clear(the_list);
}

Test(reentrancy_of_lists, clearing_is_over_before_the_first_finalizer)
{
    gc_heap *heap = open_heap();
    the_list = of_watched(heap, 3, see_and_append);
    gc_list_clear(the_list);
    cr_assert_eq(gc_list_count(the_list), 3, "each has put one there");
    cr_assert_eq(seen_count, 2);
    cr_assert_str_eq(recorded(), "f0 d0 f1 d1 f2 d2");
    gc_release(the_list);
    the_list = of_watched(heap, 3, see_and_clear);
    gc_list_clear(the_list);
    cr_assert_eq(gc_list_count(the_list), 0);
    gc_release(the_list);
    close_heap(heap);
}

Test(reentrancy_of_lists, so_is_removing)
{
    gc_heap *heap = open_heap();
    the_list = of_watched(heap, 10, see_and_append);
    gc_list_remove(the_list, 2, 3);
    cr_assert_eq(seen_count, 9, "7 were left, and two had been put there");
    cr_assert_eq(gc_list_count(the_list), 10);
    gc_list *list = the_list;
    the_list = NULL;
    gc_release(list);
    the_list = of_watched(heap, 10, see_and_clear);
    gc_list_remove(the_list, 0, 1);
    cr_assert_eq(gc_list_count(the_list), 0, "the finalizer of the first has removed the rest");
    gc_release(the_list);
    close_heap(heap);
}

Test(reentrancy_of_lists, so_are_replacing_and_popping)
{
    gc_heap *heap = open_heap();
    the_list = of_watched(heap, 4, see_and_clear);
    cr_assert(gc_list_set(the_list, 1, the_list));
    cr_assert_eq(gc_list_count(the_list), 0);
    gc_release(the_list);
    the_list = of_watched(heap, 4, see_and_clear);
    gc_release(gc_list_pop(the_list));
    cr_assert_eq(seen_count, 0, "the last finalizer saw what the first had left");
    cr_assert_eq(times_recorded('d'), 8);
    gc_release(the_list);
    close_heap(heap);
}

static gc_cell *the_cell;

static void set_cell(struct node *self)
{
    (void)self;
    cr_assert_eq(gc_cell_get(the_cell), NULL);
    gc_cell_set(the_cell, the_cell);
}

Test(reentrancy_of_lists, a_cell_has_its_new_value_before_the_old_one_dies)
{
    gc_heap *heap = open_heap();
    struct node *node = watched_with(heap, 1, set_cell);
    the_cell = gc_cell_create(heap, node);
    gc_release(node);
    gc_cell_set(the_cell, NULL);
    cr_assert_eq(gc_cell_get(the_cell), the_cell);
    gc_release(the_cell);
    cr_assert_eq(gc_collect(heap), 1);
    close_heap(heap);
}

static void append_itself(struct node *self)
{
    gc_list_append(the_list, self);
}

Test(reentrancy_of_lists, an_item_may_save_itself)
{
    gc_heap *heap = open_heap();
    the_list = of_watched(heap, 3, append_itself);
    gc_list_clear(the_list);
    cr_assert_eq(gc_list_count(the_list), 3);
    cr_assert_eq(times_recorded('d'), 0);
    gc_release(the_list);
    cr_assert_eq(times_recorded('d'), 3);
    close_heap(heap);
}

/* Memory runs out while a list grows. The collection that makes room finds a ring whose finalizer works on that very list. */
static void (*while_growing)(void);

/* Makes room first, so that what it does succeeds. */
static void meddle(struct node *self)
{
    feed(gc_heap_of(self));
    while_growing();
}

static void append_many(void)
{
    for (int i = 0; i < 300; i++)
        gc_list_append(the_list, NULL);
}

static void clear_list(void)
{
    gc_list_clear(the_list);
}

/* A heap without memory, garbage whose finalizer makes some, and a list of 100 without room for more. */
static gc_heap *open_full(void (*function)(void))
{
    gc_heap *heap = open_small_heap();
    struct node *ring = watched_with(heap, 1, meddle);
    while_growing = function;
    the_list = gc_list_create(heap, 0, NULL);
    for (int i = 0; i < 100; i++)
        gc_list_append(the_list, NULL);
    gc_list_shrink(the_list);
    gc_set(&ring->left, ring);
    starve(heap);
    gc_release(ring);
    return heap;
}

static void close_full(gc_heap *heap)
{
    cr_assert_eq(times_recorded('f'), 1, "the finalizer ran during the operation");
    gc_release(the_list);
    close_heap(heap);
}

Test(reentrancy_of_lists, one_that_grows_meanwhile_is_appended_to_where_it_is_now)
{
    gc_heap *heap = open_full(append_many);
    cr_assert(gc_list_append(the_list, the_list), "%s", gc_last_error_message(heap));
    size_t count = gc_list_count(the_list);
    cr_assert_eq(gc_list_get(the_list, count - 1), the_list);
    gc_list_clear(the_list);
    cr_assert_geq(count, 401, "%zu, %s", count, gc_last_error_message(heap));
    close_full(heap);
}

Test(reentrancy_of_lists, one_that_becomes_empty_meanwhile_is_appended_to)
{
    gc_heap *heap = open_full(clear_list);
    cr_assert(gc_list_append(the_list, NULL));
    cr_assert_eq(gc_list_count(the_list), 1);
    close_full(heap);
}

Test(reentrancy_of_lists, inserting_where_there_is_no_place_any_more)
{
    gc_heap *heap = open_full(clear_list);
    cr_assert(!gc_list_insert(the_list, 50, NULL));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_CHANGED);
    cr_assert_eq(gc_list_count(the_list), 0);
    close_full(heap);
}

Test(reentrancy_of_lists, extending_by_one_that_changes_meanwhile)
{
    gc_heap *heap = open_full(append_many);
    gc_list *list = the_list;
    cr_assert(gc_list_extend(list, list));
    cr_assert_geq(gc_list_count(list), 800);
    cr_assert_eq(gc_list_count(list) % 2, 0, "%zu: all that was there then, twice", gc_list_count(list));
    close_full(heap);
}

Test(reentrancy_of_lists, slicing_one_that_changes_meanwhile)
{
    gc_heap *heap = open_full(clear_list);
    gc_list *slice = gc_list_slice(the_list, 10, 80);
    cr_assert_not_null(slice);
    cr_assert_eq(gc_list_count(slice), 0);
    gc_release(slice);
    close_full(heap);
}

static int any_order(const void *a, const void *b, void *context)
{
    (void)context;
    return (a > b) - (a < b);
}

Test(reentrancy_of_lists, sorting_one_that_grows_while_there_is_no_room)
{
    gc_heap *heap = open_full(append_many);
    cr_assert(gc_list_sort(the_list, any_order, NULL), "%s", gc_last_error_message(heap));
    cr_assert_eq(gc_list_count(the_list), 400);
    close_full(heap);
}

/* A collection that a creation starts makes the very singleton that is being created. */
static void *singletons[4];

static void make_singletons(struct node *self)
{
    gc_heap *heap = gc_heap_of(self);
    singletons[0] = gc_string_from(heap, "s");
    singletons[1] = gc_integer_create(heap, 42);
    singletons[2] = gc_tuple_create(heap, 0, NULL);
    singletons[3] = gc_bytes_create(heap, NULL, 0);
}

static void *make(gc_heap *heap, int which)
{
    switch (which) {
    case 0: return gc_string_from(heap, "s");
    case 1: return gc_integer_create(heap, 42);
    case 2: return gc_tuple_create(heap, 0, NULL);
    default: return gc_bytes_create(heap, NULL, 0);
    }
}

Test(reentrancy_of_singletons, made_by_a_finalizer_meanwhile)
{
    for (int which = 0; which < 4; which++) {
        gc_settings settings = unchecked_settings();
        settings.automatic = 1;
        settings.thresholds[0] = 1;
        settings.pace = GC_PACE_CPYTHON;
        gc_heap *heap = open_heap_with(&settings);
        struct node *ring = watched_with(heap, 1, make_singletons);
        gc_set(&ring->left, ring);
        gc_release(ring);
        forget_record();
        struct node *another = node_new(heap, 1);
        void *made = make(heap, which);
        cr_assert_eq(times_recorded('f'), 1);
        cr_assert_eq(made, singletons[which], "there are two of them");
        cr_assert(gc_is_immortal(made));
        gc_release(another);
        close_heap(heap);
    }
}
