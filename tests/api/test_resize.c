/* SPDX-License-Identifier: MIT */
/* test_resize.c: changing the number of elements of a variable-size object: what stays, what is new, what is dropped,
 * when it may move, and when it is refused. */
#include "../support/support.h"

#include <string.h>

struct text {
    gc_object gc;
    uint32_t length;
    char bytes[];
};
static const gc_type_info text_info = GC_TYPE_INFO(struct text, GC_BYTES_FLEX(bytes, length));

struct short_text {
    gc_object gc;
    uint8_t length;
    char bytes[];
};
static const gc_type_info short_text_info = GC_TYPE_INFO(struct short_text, GC_BYTES_FLEX(bytes, length));

Test(resize, creation_stores_the_count)
{
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, &text_info);
    const size_t sizes[] = { 0, 1, 7, 8, 100, 4096, 70000, 3000000 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct text *text = gc_create_flex(struct text, type, sizes[i]);
        cr_assert_eq(text->length, sizes[i]);
        cr_assert_geq(gc_size_of(text), sizeof *text + sizes[i]);
        memset(text->bytes, 'x', sizes[i]);
        gc_release(text);
    }
    close_heap(heap);
}

Test(resize, within_the_slot_stays_in_place)
{
    gc_heap *heap = open_heap();
    struct list *list = list_new(heap, 40), *again = gc_resize(list, 39);
    cr_assert_eq(again, list);
    cr_assert_eq(list->count, 39);
    gc_weak *weak = gc_weak_create(list, NULL, NULL);
    again = gc_resize(gc_retain(list), 40);
    cr_assert_eq(again, list, "in place even where others refer to it");
    cr_assert_eq(list->count, 40);
    cr_assert(weak_alive(weak));
    gc_release(list);
    gc_release(list);
    gc_release(weak);
    close_heap(heap);
}

Test(resize, growing_moves_what_it_holds)
{
    gc_heap *heap = open_heap();
    struct list *list = list_new(heap, 2);
    struct node *child = watched_new(heap, 1);
    gc_set(&list->items[1], child);
    gc_collect(heap);
    int generation = gc_generation_of(list);
    const size_t sizes[] = { 3, 10, 100, 1000, 10000, 100000, 1000000 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t before = list->count;
        list = gc_resize(list, sizes[i]);
        cr_assert_not_null(list);
        cr_assert_eq(list->count, sizes[i]);
        cr_assert_eq(list->items[1], child);
        for (size_t k = before; k < sizes[i]; k++)
            cr_assert_null(list->items[k], "new elements are empty");
        cr_assert_eq(gc_refcount(list), 1);
        cr_assert(gc_is_tracked(list));
        assert_whole(heap);
    }
    cr_assert_eq(gc_generation_of(list), generation);
    cr_assert_eq(gc_refcount(child), 2);
    cr_assert_eq(objects_in(heap), 2);
    gc_set(&list->items[999999], list);
    gc_release(child);
    gc_release(list);
    cr_assert_eq(gc_collect(heap), 2);
    close_heap(heap);
}

Test(resize, one_of_several_megabytes_grows_and_shrinks)
{
    gc_heap *heap = open_heap();
    const size_t sizes[] = { 600000, 601000, 5000000, 1200000, 700000, 2000000 };
    struct list *list = list_new(heap, sizes[0]);
    struct leaf *leaf = leaf_new(heap, 1);
    gc_move(&list->items[599999], (void **)&leaf);
    for (size_t i = 1; i < sizeof sizes / sizeof sizes[0]; i++) {
        list = gc_resize(list, sizes[i]);
        cr_assert_not_null(list);
        cr_assert_eq(list->count, sizes[i]);
        cr_assert_geq(gc_size_of(list), sizes[i] * sizeof(void *));
        cr_assert_eq(((struct leaf *)list->items[599999])->id, 1);
        for (size_t k = sizes[i - 1]; k < sizes[i]; k++)
            cr_assert_null(list->items[k], "new elements are empty");
        assert_whole(heap);
    }
    gc_release(list);
    cr_assert_eq(times_recorded('d'), 1);
    close_heap(heap);
}

Test(resize, shrinking_drops_in_order_and_gives_memory_back)
{
    gc_heap *heap = open_heap();
    struct list *list = list_new(heap, 300000);
    for (int i = 0; i < 10; i++) {
        struct leaf *leaf = leaf_new(heap, i);
        gc_move(&list->items[i], (void **)&leaf);
    }
    size_t before = gc_size_of(list);
    list = gc_resize(list, 4);
    cr_assert_not_null(list);
    cr_assert_str_eq(recorded(), "d4 d5 d6 d7 d8 d9");
    cr_assert_lt(gc_size_of(list), before / 10);
    list = gc_resize(list, 10);
    for (int i = 0; i < 10; i++)
        cr_assert_eq(list->items[i] != NULL, i < 4);
    list = gc_resize(list, 0);
    cr_assert_eq(list->count, 0);
    cr_assert_eq(times_recorded('d'), 10);
    gc_release(list);
    close_heap(heap);
}

static struct text *filler[64];
static size_t fillers;

static void take_memory(struct node *self)
{
    if (fillers == 64)
        return;
    filler[fillers] = gc_create_flex(struct text, gc_type_register(gc_heap_of(self), &text_info), 60000);
    memset(filler[fillers++]->bytes, 0xff, 60000);
}

Test(resize, shrinking_a_large_one_drops_its_tail_before_its_memory_is_used_again)
{
    gc_heap *heap = open_heap();
    struct list *list = list_new(heap, 480000);
    for (size_t i = 0; i < 480000; i += 1000) {
        struct node *node = watched_with(heap, (int)i, take_memory);
        gc_move(&list->items[i], (void **)&node);
    }
    size_t before = gc_size_of(list);
    list = gc_resize(list, 100000);
    cr_assert_leq(gc_size_of(list), before / 2);
    cr_assert_eq(times_recorded('d'), 380);
    cr_assert_eq(fillers, 64);
    list = gc_resize(list, 120000);
    for (size_t i = 0; i < 120000; i++)
        cr_assert_eq(list->items[i] != NULL, i < 100000 && i % 1000 == 0);
    gc_release(list);
    cr_assert_eq(times_recorded('d'), 480);
    while (fillers > 0)
        gc_release(filler[--fillers]);
    close_heap(heap);
}

Test(resize, bytes_keep_their_contents)
{
    gc_heap *heap = open_heap();
    struct text *text = gc_create_flex(struct text, gc_type_register(heap, &text_info), 5);
    memcpy(text->bytes, "hello", 5);
    for (size_t n = 10; n < 3000000; n *= 3) {
        text = gc_resize(text, n);
        cr_assert_eq(text->length, n);
        cr_assert_eq(memcmp(text->bytes, "hello", 5), 0);
        for (size_t i = 5; i < n; i += n / 7 + 1)
            cr_assert_eq(text->bytes[i], 0);
        cr_assert_eq(text->bytes[n - 1], 0);
    }
    text = gc_resize(text, 5);
    cr_assert_eq(memcmp(text->bytes, "hello", 5), 0);
    text->bytes[4] = 'x';
    text = gc_resize(text, 4);
    text = gc_resize(text, 5);
    cr_assert_eq(text->bytes[4], 0, "what was dropped does not come back");
    gc_release(text);
    close_heap(heap);
}

static void refuse(gc_heap *heap, struct list *list, size_t n, gc_error error)
{
    size_t before = list->count;
    void *first = list->items[0];
    cr_assert_null(gc_resize(list, n));
    cr_assert_eq(gc_last_error(heap), error, "%s", gc_last_error_message(heap));
    cr_assert_eq(list->count, before, "the object is as it was");
    cr_assert_eq(list->items[0], first);
}

Test(resize, moving_is_refused_while_others_refer_to_it)
{
    gc_heap *heap = open_heap();
    struct list *list = list_new(heap, 2), *also = gc_retain(list);
    gc_move(&list->items[0], (void **)&also);
    refuse(heap, list, 100000, GC_ERROR_SHARED);
    gc_clear(&list->items[0]);
    gc_weak *weak = gc_weak_create(list, NULL, NULL);
    refuse(heap, list, 100000, GC_ERROR_SHARED);
    gc_release(weak);
    gc_ephemeron *pair = gc_ephemeron_create(list, NULL);
    refuse(heap, list, 100000, GC_ERROR_SHARED);
    gc_release(pair);
    list = gc_resize(list, 100000);
    cr_assert_not_null(list, "%s", gc_last_error_message(heap));
    gc_release(list);
    close_heap(heap);
}

Test(resize, impossible_sizes)
{
    gc_heap *heap = open_heap();
    struct list *list = list_new(heap, 1);
    refuse(heap, list, SIZE_MAX, GC_ERROR_LIMIT);
    refuse(heap, list, SIZE_MAX / 8, GC_ERROR_LIMIT);
    gc_release(list);
    gc_type *type = gc_type_register(heap, &short_text_info);
    struct short_text *text = gc_create_flex(struct short_text, type, 255);
    cr_assert_eq(text->length, 255);
    cr_assert_null(gc_resize(text, 256));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT, "its counting member holds no more than 255");
    cr_assert_null(gc_create_flex(struct short_text, type, 256));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    cr_assert_null(gc_create_flex(struct list, gc_type_of(text), SIZE_MAX));
    gc_release(text);
    close_heap(heap);
}

Test(resize, only_of_types_with_a_flexible_array)
{
    gc_heap *heap = open_heap();
    struct node *node = node_new(heap, 1);
    cr_assert_null(gc_resize(node, 3));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    cr_assert_null(gc_create_flex(struct node, gc_type_of(node), 3));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    gc_release(node);
    close_heap(heap);
}

static struct list *being_resized;

static void see_the_new_count(struct node *self)
{
    (void)self;
    cr_assert_eq(being_resized->count, 1, "the count is stored before what is dropped dies");
}

Test(resize, dropped_elements_see_the_new_count)
{
    gc_heap *heap = open_heap();
    being_resized = list_new(heap, 3);
    for (int i = 1; i < 3; i++) {
        struct node *child = watched_with(heap, i, see_the_new_count);
        gc_move(&being_resized->items[i], (void **)&child);
    }
    struct list *held = gc_retain(being_resized);
    cr_assert_eq(gc_resize(being_resized, 1), being_resized);
    cr_assert_eq(times_recorded('f'), 2);
    gc_release(held);
    gc_release(being_resized);
    close_heap(heap);
}

Test(resize, extra_bytes)
{
    gc_heap *heap = open_heap();
    const size_t sizes[] = { 0, 1, 24, 1000, 100000 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct node *plain = node_new(heap, 1);
        struct node *node = gc_create_extra(struct node, gc_type_of(plain), sizes[i]);
        cr_assert_geq(gc_size_of(node), sizeof *node + sizes[i]);
        for (size_t k = 0; k < sizes[i]; k++)
            cr_assert_eq(((char *)(node + 1))[k], 0);
        memset(node + 1, 0xff, sizes[i]);
        gc_set(&node->left, node);
        gc_release(node);
        gc_release(plain);
        cr_assert_eq(gc_collect(heap), 1);
    }
    struct node *plain = node_new(heap, 1);
    cr_assert_null(gc_create_extra(struct node, gc_type_of(plain), SIZE_MAX - 8));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    gc_release(plain);
    close_heap(heap);
}

static void *no_call(gc_function *self, void **arguments, size_t count)
{
    (void)self, (void)arguments, (void)count;
    return NULL;
}

Test(resize, what_is_the_librarys_keeps_its_size)
{
    gc_heap *heap = open_heap();
    struct node *item = node_new(heap, 1);
    void *objects[] = {
        gc_tuple_of(heap, item, item), gc_tuple_create(heap, 0, NULL), gc_string_create(heap, "many letters", 12),
        gc_bytes_create(heap, "many bytes", 10), gc_list_of(heap, item), gc_function_create(heap, NULL, no_call, 3),
        gc_weak_create(item, NULL, NULL),
    };
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
        for (size_t n = 0; n < 100; n += 33) {
            cr_assert_null(gc_resize(objects[i], n));
            cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
            cr_assert_not_null(strstr(gc_last_error_message(heap), "keeps its size"), "%s", gc_last_error_message(heap));
        }
    }
    cr_assert_eq(gc_tuple_count(objects[0]), 2);
    cr_assert_eq(gc_tuple_get(objects[0], 1), item);
    cr_assert_eq(gc_string_length(objects[2]), 12);
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++)
        gc_release(objects[i]);
    gc_release(item);
    close_heap(heap);
}

Test(resize, within_its_last_page_a_large_one_stays_where_it_is)
{
    gc_heap *heap = open_heap();
    for (size_t bytes = 1 << 16; bytes <= 4 << 20; bytes += 1 << 16) {
        size_t count = bytes / sizeof(void *);
        struct list *list = list_new(heap, count - 200);
        cr_assert_eq(gc_resize(list, count - 190), list, "of %zu bytes", bytes);
        gc_release(list);
        assert_whole(heap);
    }
    close_heap(heap);
}

/* The array is not the first thing in its type's description. */
struct row {
    gc_object gc;
    uintptr_t first, second;
    uint32_t count;
    void *items[];
};
static const gc_value_rule row_rule = GC_WORD_RULE(1, 1, ~(uint64_t)1, 0);
static const gc_type_info row_info = GC_TYPE_INFO(struct row, GC_VALUES(row_rule, first, second), GC_REF_FLEX(items, count));

Test(resize, releases_what_is_cut_off_behind_fields_of_other_kinds)
{
    gc_heap *heap = open_heap();
    struct row *row = gc_create_flex(struct row, gc_type_register(heap, &row_info), 4);
    row->first = (uintptr_t)leaf_new(heap, 10) | 1;
    for (int i = 0; i < 4; i++)
        row->items[i] = leaf_new(heap, i);
    row = gc_resize(row, 2);
    cr_assert_str_eq(recorded(), "d2 d3");
    gc_release(row);
    cr_assert_eq(times_recorded('d'), 5);
    close_heap(heap);
}

struct block {
    gc_object gc;
    size_t length;
    unsigned char bytes[];
};
static const gc_type_info block_info = GC_TYPE_INFO(struct block, GC_BYTES_FLEX(bytes, length), GC_TYPE_FLAGS(GC_ACYCLIC));

/* What a large object grows over was another one's, which has written to it. */
Test(resize, what_a_large_one_grows_over_where_it_is_comes_as_zero)
{
    enum { LEAST = 6 << 20, MOST = 40 << 20, STEP = 5 << 20 };
    gc_settings settings = unchecked_settings();
    settings.range_bytes = (size_t)256 << 20;
    gc_heap *heap = open_heap_with(&settings);
    gc_type *type = gc_type_register(heap, &block_info);
    struct block *other = gc_create_flex(struct block, type, MOST);
    const void *place = other;
    memset(other->bytes, 0xaa, MOST);
    gc_release(other);
    struct block *block = gc_create_flex(struct block, type, LEAST);
    cr_assert_eq(block, place);
    gc_retain(block); /* so that it must stay where it is */
    for (size_t before = LEAST; before + STEP < MOST; before += STEP) {
        cr_assert_eq(gc_resize(block, before + STEP), block, "%zu: %s", before, gc_last_error_message(heap));
        for (size_t i = before; i < block->length; i++)
            cr_assert_eq(block->bytes[i], 0, "byte %zu, grown from %zu", i, before);
        memset(block->bytes + before, 0xaa, STEP);
    }
    gc_release(block);
    gc_release(block);
    close_heap(heap);
}
