/* SPDX-License-Identifier: MIT */
/* count_faults.c: too many releases, and objects used when they are gone. */
#include "faults.h"

#include <string.h>

static void release_twice(gc_heap *heap)
{
    struct node *node = still(node_new(heap, 1));
    gc_release(node);
    gc_release(node);
}

static void release_long_after(gc_heap *heap)
{
    struct node *node = still(node_new(heap, 1));
    gc_release(node);
    for (int i = 0; i < 1000; i++) {
        gc_release(node_new(heap, i));
        make_garbage_ring(heap, i, 2);
    }
    gc_collect(heap);
    gc_release(node);
}

/* The slot has another object by then, whose owner is the one that is told. */
static void release_when_used_again(gc_heap *heap)
{
    struct node *node = still(node_new(heap, 1));
    gc_release(node);
    struct node *other = still(node_new(heap, 2));
    child_check(other == node);
    gc_release(node);
    gc_release(other);
}

static struct node *waiting;

static void release_waiting(struct node *self)
{
    (void)self;
    gc_release(waiting);
}

static void retain_waiting(struct node *self)
{
    (void)self;
    gc_retain(waiting);
}

/* The holder's first child runs `finalize` while the second waits for its own death. */
static void with_waiting(gc_heap *heap, void (*finalize)(struct node *self))
{
    struct node *holder = node_new(heap, 1);
    holder->left = watched_with(heap, 2, finalize);
    holder->right = waiting = node_new(heap, 3);
    gc_release(holder);
}

static void release_what_waits(gc_heap *heap)
{
    with_waiting(heap, release_waiting);
}

static void retain_what_waits(gc_heap *heap)
{
    with_waiting(heap, retain_waiting);
}

static void release_self(struct node *self)
{
    gc_release(self);
}

static void release_in_finalizer(gc_heap *heap)
{
    gc_release(watched_with(heap, 1, release_self));
}

static void release_inside(gc_heap *heap)
{
    struct node *node = node_new(heap, 1);
    gc_release(&node->left);
}

static void retain_freed(gc_heap *heap)
{
    struct node *node = still(node_new(heap, 1));
    gc_release(node);
    gc_retain(node);
}

static void move_freed(gc_heap *heap)
{
    struct node *holder = node_new(heap, 1), *node = still(node_new(heap, 2));
    gc_release(node);
    gc_move(&holder->left, &node);
}

static void watch_freed(gc_heap *heap)
{
    struct node *node = still(node_new(heap, 1));
    gc_release(node);
    gc_weak_create(node, NULL, NULL);
}

static void retain_target(gc_weak *weak, void *context)
{
    (void)weak;
    gc_retain((struct node *)context);
}

static void retain_in_callback(gc_heap *heap)
{
    struct node *node = still(node_new(heap, 1));
    gc_weak_create(node, retain_target, node);
    gc_release(node);
}

/* The same where the target dies because a collection has freed its only holder. */
static void retain_in_callback_of_collection(gc_heap *heap)
{
    struct node *ring = node_new(heap, 1);
    struct leaf *leaf = still(leaf_new(heap, 2));
    gc_weak_create(leaf, retain_target, leaf);
    gc_set(&ring->left, ring);
    ring->right = (void *)leaf;
    gc_release(ring);
    gc_collect(heap);
}

static void keep_in_field(gc_heap *heap)
{
    struct node *holder = node_new(heap, 1), *node = still(node_new(heap, 2));
    holder->right = node;
    gc_release(node);
    gc_collect(heap);
}

static void keep_in_array(gc_heap *heap)
{
    struct list *holder = list_new(heap, 3);
    struct node *node = still(node_new(heap, 2));
    holder->items[1] = node;
    gc_release(node);
    gc_collect(heap);
}

static void store_uncounted(gc_heap *heap)
{
    struct node *target = node_new(heap, 1), *holder = node_new(heap, 2);
    holder->left = target;
    holder->right = target;
    gc_collect(heap);
}

static void overwrite_header(gc_heap *heap)
{
    struct node *node = node_new(heap, 1);
    memset(node, 0xff, sizeof *node);
    node->gc.gc__kind &= 0x3fffff; /* no flags: as where what was copied over it came from elsewhere */
    gc_release(node);
}

/* The reference of the variable goes where nothing tells the collector: the two hold each other, and nothing else holds them. */
static void assign_to_an_old_object(gc_heap *heap)
{
    struct node *first = node_new(heap, 1), *second = node_new(heap, 2);
    gc_collect(heap);
    first->left = second;
    second->left = first;
    gc_collect(heap);
}

const struct fault count_faults[] = {
    { "released_twice", release_twice, 0, 4096 },
    { "released_long_after", release_long_after, 0, 4096 },
    { "released_when_used_again", release_when_used_again, 0, 0 },
    { "released_while_it_waits", release_what_waits, 0, 4096 },
    { "released_by_its_finalizer", release_in_finalizer, 0, 4096 },
    { "released_inside_an_object", release_inside, 0, 4096 },
    { "retained_after_it_was_freed", retain_freed, 0, 4096 },
    { "moved_after_it_was_freed", move_freed, 0, 4096 },
    { "watched_after_it_was_freed", watch_freed, 0, 4096 },
    { "retained_while_it_waits", retain_what_waits, 0, 4096 },
    { "retained_by_a_weak_callback", retain_in_callback, 0, 4096 },
    { "retained_by_a_weak_callback_of_a_collection", retain_in_callback_of_collection, 0, 4096 },
    { "kept_in_a_field", keep_in_field, 0, 4096 },
    { "kept_in_an_array", keep_in_array, 0, 4096 },
    { "stored_without_retain", store_uncounted, 0, 4096 },
    { "assigned_to_an_old_object", assign_to_an_old_object, 0, 4096 },
    { "header_overwritten", overwrite_header, 0, 4096 },
    { NULL, NULL, 0, 0 }
};
