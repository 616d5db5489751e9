/* SPDX-License-Identifier: MIT */
/* test_weak_table.c: guards lib/weak_table: how many targets it has, and that it is no larger than they need, however many come and go. */
#include "../support/support.h"

#include "lib/heap.h"
#include "lib/weak.h"

enum { MANY = 3000, ROUNDS = 20 };

Test(weak_table, counts_its_targets)
{
    gc_heap *heap = open_heap();
    struct node *node = node_new(heap, 1), *other = node_new(heap, 2);
    gc_weak *weak = gc_weak_create(node, NULL, NULL), *called = gc_weak_create(node, record_weak, NULL);
    cr_assert_eq(heap->weak_table.used, 1, "one target, however many watch it");
    gc_weak *beside = gc_weak_create(other, NULL, NULL);
    cr_assert_eq(heap->weak_table.used, 2);
    gc_release(weak);
    cr_assert_eq(heap->weak_table.used, 2);
    gc_release(called);
    cr_assert_eq(heap->weak_table.used, 1);
    cr_assert_not(node->gc.gc__kind & GC__HAS_WEAK);
    gc_release(other);
    cr_assert_eq(heap->weak_table.used, 0, "a target that dies leaves it");
    gc_release(beside);
    gc_release(node);
    close_heap(heap);
}

Test(weak_table, is_never_more_than_half_full_and_does_not_grow_by_coming_and_going)
{
    static struct node *nodes[MANY];
    static gc_weak *weaks[MANY];
    gc_settings settings = unchecked_settings();
    gc_heap *heap = open_heap_with(&settings);
    size_t capacity = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < MANY; i++) {
            nodes[i] = node_new(heap, i);
            weaks[i] = gc_weak_create(nodes[i], NULL, NULL);
            cr_assert_leq(heap->weak_table.used * 2, heap->weak_table.capacity);
        }
        cr_assert_eq(heap->weak_table.used, MANY);
        for (int i = 0; i < MANY; i++) {
            /* In another order than they came, so that holes are closed from both sides. */
            int k = (i * 7 + round) % MANY;
            cr_assert_eq((gc_object *)nodes[k], ((gc__watcher *)weaks[k])->target);
            cr_assert_eq(gc__watchers_of(heap, &nodes[k]->gc), (gc__watcher *)weaks[k]);
            gc_release(nodes[k]);
            cr_assert_not(weak_alive(weaks[k]));
        }
        for (int i = 0; i < MANY; i++)
            gc_release(weaks[i]);
        cr_assert_eq(heap->weak_table.used, 0);
        if (round == 0)
            capacity = heap->weak_table.capacity;
        cr_assert_eq(heap->weak_table.capacity, capacity);
    }
    cr_assert_leq(capacity, 4 * MANY);
    close_heap(heap);
}

Test(weak_table, gives_back_what_it_has_grown_out_of)
{
    gc_settings settings = unchecked_settings();
    gc_heap *heap = open_heap_with(&settings);
    struct node *first = node_new(heap, 0);
    gc_weak *weaks[MANY] = { gc_weak_create(first, NULL, NULL) };
    gc_release(first);
    const void *entries = heap->weak_table.entries;
    size_t capacity = heap->weak_table.capacity;
    struct node *nodes[MANY];
    int count = 1;
    for (; heap->weak_table.capacity == capacity; count++) {
        nodes[count] = node_new(heap, count);
        weaks[count] = gc_weak_create(nodes[count], NULL, NULL);
    }
    void *block = gc_alloc(heap, capacity * 2 * sizeof(void *));
    cr_assert_eq(block, entries, "the block of this size that was given back last");
    gc_free(heap, block);
    for (int i = 0; i < count; i++) {
        gc_release(weaks[i]);
        if (i)
            gc_release(nodes[i]);
    }
    close_heap(heap);
}
