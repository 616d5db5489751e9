/* SPDX-License-Identifier: MIT */
/* test_shared_parts.c: forty tuples, each of which holds the one before it twice. To hash the last took as long as there are ways to the
 * first, which is for ever; found by the fuzzer. Comparing and writing such things did too. */
#include "../support/support.h"

#include <libgc/containers.h>

#include <string.h>

enum { FAR = 60, NEAR = 10 };

/* Each test makes some hundred million calls. */
static gc_heap *open_unchecked(void)
{
    gc_settings settings = unchecked_settings();
    return open_heap_with(&settings);
}

/* The empty tuple or a new list, held twice by one that is held twice, and so on. */
static void *doubled(gc_heap *heap, bool lists, int times)
{
    void *inner = lists ? (void *)gc_list_create(heap, 0, NULL) : gc_tuple_create(heap, 0, NULL);
    for (int i = 0; i < times; i++) {
        void *outer = lists ? (void *)gc_list_of(heap, inner, inner) : gc_tuple_of(heap, inner, inner);
        gc_release(inner);
        inner = outer;
    }
    return inner;
}

static void assert_refused(gc_heap *heap, const char *message)
{
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    cr_assert_str_eq(gc_last_error_message(heap), message);
}

Test(shared_parts, a_hash_ends)
{
    gc_heap *heap = open_unchecked();
    void *far = doubled(heap, false, FAR), *near = doubled(heap, false, NEAR);
    gc_dict *dict = gc_dict_create(heap);
    uint64_t hash;
    cr_assert(!gc_dict_set(dict, far, near));
    assert_refused(heap, "the hash of an object of type 'gc_tuple': more than 67108864 calls in one; parts are shared again and again, or "
                         "there are too many");
    cr_assert_eq(gc_dict_count(dict), 0);
    cr_assert(gc_hash(near, &hash), "the next call has calls of its own");
    gc_release(dict);
    gc_release(far);
    gc_release(near);
    close_heap(heap);
}

Test(shared_parts, a_comparison_ends)
{
    gc_heap *heap = open_unchecked();
    void *far = doubled(heap, true, FAR), *also = doubled(heap, true, FAR), *near = doubled(heap, true, NEAR);
    void *like = doubled(heap, true, NEAR);
    bool equal = true;
    cr_assert(!gc_equal(far, also, &equal));
    cr_assert(!equal);
    assert_refused(heap, "the equality of an object of type 'gc_list': more than 67108864 calls in one; parts are shared again and again, "
                         "or there are too many");
    cr_assert(gc_equal(near, like, &equal) && equal);
    void *all[] = { far, also, near, like };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        gc_release(all[i]);
    close_heap(heap);
}

struct pair {
    gc_object gc;
    struct pair *left, *right;
};

/* No text of its own: what a writer has room for ends nothing. */
static void pair_repr(const void *object, gc_repr_writer *writer)
{
    const struct pair *pair = object;
    if (pair->left)
        gc_repr_object(writer, pair->left);
    if (pair->right)
        gc_repr_object(writer, pair->right);
}
static const gc_type_info pair_info = GC_TYPE_INFO(struct pair, GC_REFS(left, right), GC_REPR(pair_repr));

Test(shared_parts, a_text_ends)
{
    gc_heap *heap = open_unchecked();
    gc_type *type = gc_type_register(heap, &pair_info);
    struct pair *inner = NULL;
    for (int i = 0; i < FAR; i++) {
        struct pair *outer = gc_create(struct pair, type);
        gc_set(&outer->left, inner);
        gc_move(&outer->right, &inner);
        inner = outer;
    }
    char text[1000];
    cr_assert_eq(gc_repr_into(heap, inner, text, sizeof text) % 3, 0);
    cr_assert_eq(strncmp(text, "......", 6), 0, "dots where it did not go on, and nothing else: %s", text);
    gc_release(inner);
    close_heap(heap);
}

/* Looks at its items with more than half of the calls that one comparison may take. */
static int compare_shared(const void *a, const void *b, void *context)
{
    bool equal = false;
    size_t *refused = context;
    *refused += !gc_equal(a, b, &equal);
    return !equal;
}

Test(shared_parts, each_comparison_of_a_sort_has_calls_of_its_own)
{
    gc_heap *heap = open_unchecked();
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (int i = 0; i < 3; i++) {
        void *item = doubled(heap, true, 25);
        cr_assert(gc_list_append(list, item));
        gc_release(item);
    }
    size_t refused = 0;
    cr_assert(gc_list_sort(list, compare_shared, &refused));
    cr_assert_eq(refused, 0);
    gc_release(list);
    close_heap(heap);
}
