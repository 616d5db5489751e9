/* SPDX-License-Identifier: MIT */
/* test_list_sort.c: sorting: order, stability, comparisons that change the list, collect, or make no sense. */
#include "../support/starve.h"

#include <stdlib.h>

/* An item with a key, and where it stood before. */
struct card {
    gc_object gc;
    int key, place;
};
static const gc_type_info card_info = GC_TYPE_INFO(struct card, GC_TYPE_FLAGS(GC_ACYCLIC));

static size_t comparisons;

static int by_key(const void *a, const void *b, void *context)
{
    const struct card *x = a, *y = b;
    comparisons++;
    cr_assert_eq(*(int *)context, 5, "the context");
    return x->key < y->key ? -1 : x->key > y->key;
}

static gc_list *cards(gc_heap *heap, size_t count, int (*key)(size_t place, size_t count))
{
    gc_type *type = gc_type_register(heap, &card_info);
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (size_t i = 0; i < count; i++) {
        struct card *card = gc_create(struct card, type);
        card->key = key(i, count);
        card->place = (int)i;
        gc_list_append(list, card);
        gc_release(card);
    }
    return list;
}

static int rising(size_t i, size_t n) { (void)n; return (int)i; }
static int falling(size_t i, size_t n) { return (int)(n - i); }
static int same(size_t i, size_t n) { (void)i; (void)n; return 1; }
static int few(size_t i, size_t n) { (void)n; return (int)(i * 2654435761u >> 8 & 7); }
static int many(size_t i, size_t n) { (void)n; return (int)(i * 2654435761u >> 4 & 0xfffff); }
static int saw(size_t i, size_t n) { (void)n; return (int)(i % 10); }

static void assert_sorted(const gc_list *list, size_t count)
{
    cr_assert_eq(gc_list_count(list), count);
    for (size_t i = 1; i < count; i++) {
        const struct card *a = gc_list_get(list, i - 1), *b = gc_list_get(list, i);
        cr_assert(a->key < b->key || (a->key == b->key && a->place < b->place), "at %zu of %zu", i, count);
    }
}

Test(sort, in_order_and_stable)
{
    int (*const kinds[])(size_t, size_t) = { rising, falling, same, few, many, saw };
    gc_heap *heap = open_heap();
    int context = 5;
    for (size_t count = 0; count < 3000; count += count < 40 ? 1 : count / 3) {
        for (int kind = 0; kind < 6; kind++) {
            gc_list *list = cards(heap, count, kinds[kind]);
            size_t capacity = gc_list_capacity(list);
            cr_assert(gc_list_sort(list, by_key, &context));
            assert_sorted(list, count);
            cr_assert_eq(gc_list_capacity(list), capacity);
            gc_release(list);
        }
    }
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(sort, what_is_sorted_already_costs_little)
{
    gc_heap *heap = open_heap();
    int context = 5;
    gc_list *list = cards(heap, 4096, rising);
    cr_assert(gc_list_sort(list, by_key, &context));
    cr_assert_leq(comparisons, 4096);
    gc_release(list);
    list = cards(heap, 4096, many);
    comparisons = 0;
    cr_assert(gc_list_sort(list, by_key, &context));
    cr_assert_leq(comparisons, 4096 * 13);
    gc_release(list);
    close_heap(heap);
}

static int nothing_first(const void *a, const void *b, void *context)
{
    (void)context;
    return (a != NULL) - (b != NULL);
}

Test(sort, items_that_are_nothing)
{
    gc_heap *heap = open_heap();
    gc_string *x = gc_string_from(heap, "x");
    gc_list *list = gc_list_of(heap, x, (void *)NULL, x, (void *)NULL);
    cr_assert(gc_list_sort(list, nothing_first, NULL));
    cr_assert(!gc_list_get(list, 0) && !gc_list_get(list, 1) && gc_list_get(list, 2) == x && gc_list_get(list, 3) == x);
    gc_release(list);
    close_heap(heap);
}

static int senseless(const void *a, const void *b, void *context)
{
    (void)a;
    (void)b;
    uint32_t *random = context;
    *random = *random * 1664525u + 1013904223u;
    return (int)(*random >> 16) % 3 - 1;
}

Test(sort, a_comparison_without_sense_loses_nothing)
{
    gc_heap *heap = open_heap();
    gc_list *list = cards(heap, 1000, rising);
    uint32_t random = 1;
    bool seen[1000] = { false };
    cr_assert(gc_list_sort(list, senseless, &random));
    for (size_t i = 0; i < 1000; i++) {
        int place = ((const struct card *)gc_list_get(list, i))->place;
        cr_assert(!seen[place], "item %d is there twice", place);
        seen[place] = true;
    }
    gc_release(list);
    close_heap(heap);
}

/* What a comparison may do to the list that it sorts. */
struct meddling {
    gc_list *list;
    void (*meddle)(gc_list *list);
    size_t left; /* comparisons until it does so */
};

static int meddling_by_key(const void *a, const void *b, void *context)
{
    struct meddling *meddling = context;
    int five = 5;
    if (meddling->left-- == 0)
        meddling->meddle(meddling->list);
    return by_key(a, b, &five);
}

static void append_leaf(gc_list *list)
{
    struct leaf *leaf = leaf_new(gc_heap_of(list), 1);
    gc_list_append(list, leaf);
    gc_release(leaf);
}

static void look(gc_list *list)
{
    cr_assert_eq(gc_list_count(list), 0);
    cr_assert_null(gc_list_pop(list));
    gc_list_clear(list);
    gc_list_reverse(list);
}

static void sort_again(gc_list *list)
{
    int five = 5;
    cr_assert(gc_list_sort(list, by_key, &five));
}

static void collect(gc_list *list)
{
    make_garbage_ring(gc_heap_of(list), 1, 3);
    cr_assert_eq(gc_collect(gc_heap_of(list)), 3);
}

static bool sort_meddling(gc_heap *heap, void (*meddle)(gc_list *list), size_t after)
{
    struct meddling meddling = { cards(heap, 100, many), meddle, after };
    bool sorted = gc_list_sort(meddling.list, meddling_by_key, &meddling);
    assert_sorted(meddling.list, 100);
    gc_release(meddling.list);
    return sorted;
}

Test(sort, a_change_meanwhile_is_dropped_and_told)
{
    gc_heap *heap = open_heap();
    cr_assert(!sort_meddling(heap, append_leaf, 0));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_CHANGED);
    cr_assert_str_eq(recorded(), "d1", "what was put there is gone");
    cr_assert(!sort_meddling(heap, append_leaf, 300));
    cr_assert(sort_meddling(heap, look, 7), "looking is no change, and the list is empty");
    cr_assert(sort_meddling(heap, sort_again, 7), "neither is sorting nothing");
    cr_assert(sort_meddling(heap, collect, 50));
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

/* A list of cells that hold the list: while it is sorted the cells are in no list, and still held. */
static int collecting(const void *a, const void *b, void *context)
{
    size_t *left = context;
    if ((*left)-- == 0)
        cr_assert_eq(gc_collect(gc_heap_of(a)), 0, "nothing of it is garbage");
    return a < b ? -1 : a > b;
}

Test(sort, a_collection_meanwhile_keeps_the_items)
{
    gc_heap *heap = open_heap();
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (int i = 0; i < 50; i++) {
        gc_cell *cell = gc_cell_create(heap, list);
        gc_list_insert(list, 0, cell);
        gc_release(cell);
    }
    size_t left = 20;
    cr_assert(gc_list_sort(list, collecting, &left));
    cr_assert_eq(gc_list_count(list), 50);
    assert_whole(heap);
    gc_release(list);
    cr_assert_eq(gc_collect(heap), 51);
    close_heap(heap);
}

Test(sort, refused_for_lack_of_memory_leaves_it_as_it_was)
{
    gc_heap *heap = open_small_heap();
    gc_list *list = cards(heap, 1000, falling);
    int context = 5;
    starve(heap);
    must_fail(heap, !gc_list_sort(list, by_key, &context));
    for (size_t i = 0; i < 1000; i++)
        cr_assert_eq(((const struct card *)gc_list_get(list, i))->place, (int)i);
    feed(heap);
    cr_assert(gc_list_sort(list, by_key, &context));
    assert_sorted(list, 1000);
    gc_release(list);
    close_heap(heap);
}
