/* SPDX-License-Identifier: MIT */
/* heap_faults.c: heaps used by others or too late, closed at the wrong moment or too early, and sizes that overflow. */
#include "faults.h"

#include <pthread.h>
#include <stdio.h>

void tell_error(const gc_heap *heap)
{
    char text[400];
    snprintf(text, sizeof text, "%s: %s", gc_error_name(gc_last_error(heap)), gc_last_error_message(heap));
    take_message(NULL, text);
}

static void *retain_elsewhere(void *object)
{
    gc_retain((struct node *)object);
    return NULL;
}

static void use_from_thread(gc_heap *heap)
{
    pthread_t thread;
    child_check(pthread_create(&thread, NULL, retain_elsewhere, node_new(heap, 1)) == 0);
    pthread_join(thread, NULL);
}

static void use_after_close(gc_heap *heap)
{
    child_check(gc_heap_close(heap) == 0);
    gc_collect(still(heap));
}

static void free_after_close(gc_heap *heap)
{
    void *block = gc_alloc(heap, 100);
    child_check(gc_heap_close(heap) == 0);
    gc_free(still(heap), still(block));
}

static gc_heap *closed;

static void close_in_finalizer(struct node *self)
{
    (void)self;
    child_check(gc_heap_close(closed) == SIZE_MAX);
    tell_error(closed);
}

static void close_inside(gc_heap *heap)
{
    closed = heap;
    gc_release(watched_with(heap, 1, close_in_finalizer));
    child_check(gc_heap_close(heap) == 0);
}

static void close_with_live(gc_heap *heap)
{
    struct node *node = node_new(heap, 1);
    gc_set(&node->left, node);
    gc_retain(node);
    gc_release(node_new(heap, 2));
    child_check(gc_heap_close(heap) == 1);
}

struct forgetful {
    gc_object gc;
    struct node *listed, *forgotten;
};

static const gc_type_info forgetful_info = GC_TYPE_INFO(struct forgetful, GC_REFS(listed));

static void forget_a_field(gc_heap *heap)
{
    struct forgetful *object = gc_create(struct forgetful, gc_type_register(heap, &forgetful_info));
    object->listed = node_new(heap, 1);
    object->forgotten = node_new(heap, 2);
    gc_retain(object);
    gc_set(&object->listed->left, object->forgotten);
    child_check(gc_heap_close(heap) == 3);
}

static void create_too_many(gc_heap *heap)
{
    child_check(!gc_create_flex(struct list, gc_type_register(heap, &list_info), SIZE_MAX / 4));
    tell_error(heap);
}

static void create_too_much_extra(gc_heap *heap)
{
    child_check(!gc_create_extra(struct node, gc_type_register(heap, &node_info), SIZE_MAX - 8));
    tell_error(heap);
}

static void resize_too_far(gc_heap *heap)
{
    child_check(!gc_resize(list_new(heap, 1), SIZE_MAX / 8));
    tell_error(heap);
}

struct narrow {
    gc_object gc;
    uint8_t count;
    void *items[];
};

static const gc_type_info narrow_info = GC_TYPE_INFO(struct narrow, GC_REF_FLEX(items, count));

static void count_too_far(gc_heap *heap)
{
    child_check(!gc_create_flex(struct narrow, gc_type_register(heap, &narrow_info), 256));
    tell_error(heap);
}

static void allocate_too_much(gc_heap *heap)
{
    child_check(!gc_alloc(heap, SIZE_MAX));
    tell_error(heap);
}

static void create_another_struct(gc_heap *heap)
{
    child_check(!gc_create(struct leaf, gc_type_register(heap, &node_info)));
    tell_error(heap);
}

static void fill_too_long_a_list(gc_heap *heap)
{
    child_check(!gc_list_create(heap, SIZE_MAX / 4, NULL));
    tell_error(heap);
}

const struct fault heap_faults[] = {
    { "used_by_another_thread", use_from_thread, 0, 4096 },
    { "used_after_close", use_after_close, 0, 4096 },
    { "block_freed_after_close", free_after_close, 0, 4096 },
    { "closed_by_its_finalizer", close_inside, 0, 4096 },
    { "closed_with_live_objects", close_with_live, 8, 4096 },
    { "forgets_a_field", forget_a_field, 8, 4096 },
    { "creates_too_many_elements", create_too_many, 0, 4096 },
    { "creates_more_than_are_counted", count_too_far, 0, 4096 },
    { "creates_too_many_extra_bytes", create_too_much_extra, 0, 4096 },
    { "resizes_too_far", resize_too_far, 0, 4096 },
    { "allocates_too_much", allocate_too_much, 0, 4096 },
    { "creates_another_struct", create_another_struct, 0, 4096 },
    { "lists_too_many", fill_too_long_a_list, 0, 4096 },
    { NULL, NULL, 0, 0 }
};
