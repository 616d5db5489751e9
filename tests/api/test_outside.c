/* SPDX-License-Identifier: MIT */
/* test_outside.c: a pointer in a field to anything that is not an object of the heap counts as a reference from outside: it is
 * never followed, counted or released. (A checked heap reports such pointers instead; see tests/misuse.) */
#include "../support/support.h"

#include <stdlib.h>
#include <string.h>

static gc_heap *open_plain(void)
{
    gc_settings settings = unchecked_settings();
    return open_heap_with(&settings);
}

/* An object that points at `outside`: nothing may change what lies there. Each test runs with each of these. */
static void (*point_at)(gc_heap *heap, void *outside);

static void while_it_lives(gc_heap *heap, void *outside)
{
    struct node *self = node_new(heap, 1);
    self->right = outside;
    gc_set(&self->left, self);
    for (int generation = 0; generation < 3; generation++)
        cr_assert_eq(gc_collect_generation(heap, generation), 0);
    assert_whole(heap);
    self->right = NULL;
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 1);
}

static void when_collected(gc_heap *heap, void *outside)
{
    struct node *self = node_new(heap, 1);
    self->right = outside;
    gc_set(&self->left, self);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 1);
}

static void when_it_dies_by_count(gc_heap *heap, void *outside)
{
    struct node *self = node_new(heap, 1), *child = node_new(heap, 2);
    child->right = outside;
    gc_move(&self->left, &child);
    self->right = outside;
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 0);
}

static void stack_static_and_malloc_memory(void)
{
    static uint64_t in_data[8] = { 1, 1, 1, 1, 1, 1, 1, 1 };
    gc_heap *heap = open_plain();
    uint64_t on_stack[8], *in_malloc = malloc(sizeof on_stack);
    memset(on_stack, 1, sizeof on_stack);
    memset(in_malloc, 1, sizeof on_stack);
    point_at(heap, on_stack);
    point_at(heap, in_data);
    point_at(heap, in_malloc);
    point_at(heap, heap);
    for (int i = 0; i < 8; i++) {
        cr_assert_eq(on_stack[i], 0x0101010101010101);
        cr_assert_eq(in_malloc[i], 0x0101010101010101);
        cr_assert_eq(in_data[i], 1);
    }
    free(in_malloc);
    close_heap(heap);
}

static void addresses_that_are_not_mapped(void)
{
    gc_heap *heap = open_plain();
    const uintptr_t addresses[] = { 1, 8, 4096, 0x7fffffffffff, 0x8000000000000000, UINTPTR_MAX, UINTPTR_MAX - 7 };
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++)
        point_at(heap, (void *)addresses[i]);
    struct node *probe = node_new(heap, 1);
    for (unsigned shift = 12; shift < 36; shift++) {
        point_at(heap, (void *)((uintptr_t)probe + ((uintptr_t)1 << shift)));
        point_at(heap, (void *)((uintptr_t)probe - ((uintptr_t)1 << shift)));
    }
    gc_release(probe);
    close_heap(heap);
}

static void an_object_of_another_heap(void)
{
    gc_heap *heap = open_plain(), *other = open_plain();
    struct node *foreign = node_new(other, 2);
    gc_set(&foreign->left, foreign);
    point_at(heap, foreign);
    cr_assert_eq(gc_refcount(foreign), 2);
    cr_assert_eq(gc_collect(other), 0);
    gc_release(foreign);
    cr_assert_eq(gc_collect(other), 1);
    close_heap(heap);
    close_heap(other);
}

static void an_object_of_a_heap_that_is_closed(void)
{
    gc_heap *heap = open_plain(), *other = open_plain();
    struct node *foreign = node_new(other, 2);
    gc_release(foreign);
    close_heap(other);
    point_at(heap, foreign);
    close_heap(heap);
}

static void an_address_inside_an_object(void)
{
    gc_heap *heap = open_plain();
    struct list *list = list_new(heap, 50), *large = list_new(heap, 300000);
    for (size_t i = 0; i < 50; i++)
        list->items[i] = NULL;
    const size_t offsets[] = { 1, 4, 8, 16, 24, 200, 399 };
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        point_at(heap, (char *)list + offsets[i]);
        point_at(heap, (char *)large + offsets[i] + 1000000);
    }
    cr_assert_eq(gc_refcount(list), 1);
    cr_assert_eq(gc_refcount(large), 1);
    cr_assert_eq(list->count, 50);
    for (size_t i = 0; i < 50; i++)
        cr_assert_null(list->items[i]);
    for (size_t i = 0; i < 300000; i++)
        cr_assert_null(large->items[i]);
    gc_release(list);
    gc_release(large);
    close_heap(heap);
}

static void a_raw_block(void)
{
    gc_heap *heap = open_plain();
    const size_t sizes[] = { 16, 100, 5000, 100000, 3000000 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *raw = gc_alloc(heap, sizes[i]);
        memset(raw, 1, sizes[i]);
        point_at(heap, raw);
        for (size_t k = 0; k < sizes[i]; k++)
            cr_assert_eq(raw[k], 1);
        gc_free(heap, raw);
    }
    close_heap(heap);
}

#define EACH_WAY(what)                                                                 \
    Test(outside_while_it_lives, what) { point_at = while_it_lives; what(); }         \
    Test(outside_when_collected, what) { point_at = when_collected; what(); }         \
    Test(outside_when_it_dies_by_count, what) { point_at = when_it_dies_by_count; what(); }

EACH_WAY(stack_static_and_malloc_memory)
EACH_WAY(addresses_that_are_not_mapped)
EACH_WAY(an_object_of_another_heap)
EACH_WAY(an_object_of_a_heap_that_is_closed)
EACH_WAY(an_address_inside_an_object)
EACH_WAY(a_raw_block)

Test(outside_while_it_lives, a_free_slot)
{
    gc_heap *heap = open_plain();
    struct node *nodes[100];
    for (int i = 0; i < 100; i++)
        nodes[i] = node_new(heap, i);
    struct node *freed = nodes[50];
    struct leaf *free_leaf = leaf_new(heap, 1);
    gc_release(free_leaf);
    gc_release(nodes[50]);
    nodes[49]->right = (void *)freed;
    nodes[48]->right = (void *)free_leaf;
    for (int i = 0; i < 3; i++) {
        gc_set(&nodes[10]->left, i % 2 ? NULL : nodes[11]);
        cr_assert_eq(gc_collect(heap), 0);
    }
    nodes[49]->right = NULL;
    nodes[48]->right = NULL;
    for (int i = 0; i < 100; i++)
        if (i != 50)
            gc_release(nodes[i]);
    close_heap(heap);
}
