/* SPDX-License-Identifier: MIT */
/* test_resize.c: resizing while user code looks on: finalizers of dropped elements that create, resize again and store, and
 * collections that would see an object about to move. */
#include "../support/support.h"

#include <string.h>

struct blob {
    gc_object gc;
    size_t count;
    uint64_t words[];
};
static const gc_type_info blob_info = GC_TYPE_INFO(struct blob, GC_BYTES_FLEX(words, count), GC_TYPE_FLAGS(GC_ACYCLIC));

static struct list *array;
static struct node *extra;
static size_t nested_size;
static bool nested_done;

static void fill_with_watched(gc_heap *heap, struct list *list, void (*finalize)(struct node *self))
{
    for (size_t i = 0; i < list->count; i++) {
        struct node *node = watched_with(heap, (int)i, finalize);
        gc_move(&list->items[i], (void **)&node);
    }
}

static void grow_and_store(struct node *self)
{
    (void)self;
    if (nested_done)
        return;
    nested_done = true;
    cr_assert_eq(gc_resize(array, nested_size), array, "in place");
    gc_set(&array->items[nested_size - 1], (void *)extra);
}

Test(resize, what_a_dropped_elements_finalizer_stores_in_the_regrown_array_stays)
{
    gc_heap *heap = open_heap();
    array = list_new(heap, 8);
    extra = node_new(heap, 100);
    nested_size = 6;
    fill_with_watched(heap, array, grow_and_store);
    array = gc_resize(array, 2);
    cr_assert_eq(times_recorded('d'), 6);
    cr_assert_eq(array->count, 6, "the later resize counts");
    for (size_t i = 2; i < 5; i++)
        cr_assert_null(array->items[i]);
    cr_assert_eq(array->items[5], extra);
    cr_assert_eq(gc_refcount(extra), 2);
    cr_assert_eq(objects_in(heap), 4, "array, two elements, and the one stored");
    gc_release(array);
    gc_release(extra);
    close_heap(heap);
}

static gc_weak *made_inside[4];

static void grow_and_fill(struct node *self)
{
    if (nested_done)
        return;
    nested_done = true;
    cr_assert_eq(gc_resize(array, 8), array);
    for (size_t i = 0; i < 4; i++) {
        struct node *node = node_new(gc_heap_of(self), 50);
        made_inside[i] = gc_weak_create(node, NULL, NULL);
        gc_move(&array->items[4 + i], (void **)&node);
    }
}

Test(resize, objects_that_a_dropped_elements_finalizer_puts_into_the_array_live)
{
    gc_heap *heap = open_heap();
    array = list_new(heap, 8);
    fill_with_watched(heap, array, grow_and_fill);
    cr_assert_not_null(gc_resize(array, 4));
    cr_assert_eq(times_recorded('d'), 4);
    cr_assert_eq(array->count, 8);
    for (size_t i = 0; i < 4; i++) {
        cr_assert(weak_alive(made_inside[i]));
        cr_assert_not_null(array->items[4 + i]);
        gc_release(made_inside[i]);
    }
    gc_release(array);
    close_heap(heap);
}

Test(resize, a_large_array_regrown_by_a_dropped_elements_finalizer_has_room_for_it)
{
    gc_heap *heap = open_heap();
    array = list_new(heap, 60000);
    extra = node_new(heap, 100);
    nested_size = 50000;
    struct node *node = watched_with(heap, 1, grow_and_store);
    gc_move(&array->items[40000], (void **)&node);
    array = gc_resize(array, 5000);
    cr_assert_not_null(array);
    cr_assert_leq(sizeof *array + array->count * sizeof array->items[0], gc_size_of(array), "%zu elements", array->count);
    struct list *next = list_new(heap, 20000);
    memset(next->items, 0, 20000 * sizeof next->items[0]);
    cr_assert_eq(array->items[49999], extra);
    assert_whole(heap);
    gc_release(next);
    gc_release(array);
    gc_release(extra);
    close_heap(heap);
}

static struct blob *taken[4];
static size_t taken_count;

static void take_large(struct node *self)
{
    if (taken_count == 4)
        return;
    struct blob *blob = gc_create_flex(struct blob, gc_type_register(gc_heap_of(self), &blob_info), 12000);
    memset(blob->words, 0xa5, 12000 * sizeof blob->words[0]);
    taken[taken_count++] = blob;
}

Test(resize, memory_given_back_by_shrinking_is_not_used_while_elements_in_it_are_dropped)
{
    gc_heap *heap = open_heap();
    const size_t before = scaled(60000), after = scaled(5000);
    struct list *list = list_new(heap, before);
    fill_with_watched(heap, list, take_large);
    list = gc_resize(list, after);
    cr_assert_not_null(list);
    cr_assert_eq(taken_count, 4);
    cr_assert_eq(times_recorded('d'), before - after);
    assert_whole(heap);
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(taken[i]->words[11999], 0xa5a5a5a5a5a5a5a5u);
        gc_release(taken[i]);
    }
    gc_release(list);
    cr_assert_eq(times_recorded('d'), before);
    close_heap(heap);
}

struct packed {
    gc_object gc;
    uint8_t count;
    char text[];
};
static const gc_type_info packed_info = GC_TYPE_INFO(struct packed, GC_BYTES_FLEX(text, count), GC_TYPE_FLAGS(GC_ACYCLIC));

Test(resize, elements_that_begin_within_the_structs_size_are_new_when_regrown)
{
    gc_heap *heap = open_heap();
    cr_assert_lt(offsetof(struct packed, text), sizeof(struct packed));
    struct packed *packed = gc_create_flex(struct packed, gc_type_register(heap, &packed_info), 3);
    memcpy(packed->text, "abc", 3);
    packed = gc_resize(packed, 1);
    packed = gc_resize(packed, 3);
    cr_assert_eq(memcmp(packed->text, "a\0\0", 3), 0);
    gc_release(packed);
    close_heap(heap);
}

static void retain_array(struct node *self)
{
    (void)self;
    if (!kept[0] && array)
        keep(array);
}

static size_t starts;

static void count_starts(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)heap;
    (void)info;
    (void)context;
    starts += phase == GC_COLLECT_START;
}

Test(resize, a_move_does_not_collect)
{
    gc_settings settings = quiet_settings();
    gc_heap *heap = open_heap_with(&settings);
    array = list_new(heap, 1);
    struct node *ring = watched_with(heap, 1, retain_array), *others[3];
    gc_set(&ring->left, ring);
    gc_release(ring);
    for (int i = 0; i < 3; i++)
        others[i] = node_new(heap, i);
    gc_add_collect_callback(heap, count_starts, NULL);
    gc_set_thresholds(heap, 1, 0, 0);
    gc_enable(heap);
    struct list *before = array;
    array = gc_resize(array, 100);
    cr_assert_not_null(array);
    cr_assert_neq(array, before, "it moved");
    cr_assert_eq(starts, 0);
    cr_assert_null(kept[0], "no finalizer took a reference to what was about to move");
    for (int i = 0; i < 3; i++)
        gc_release(others[i]);
    gc_release(array);
    array = NULL;
    close_heap(heap);
}
