/* SPDX-License-Identifier: MIT */
/* test_memory_refused.c: guards what lib/type and lib/weakref do when there is memory for one thing that they need, and none for the
 * next: nothing of the first is left behind. */
#include "../support/starve.h"

#include "lib/heap.h"
#include "lib/weak.h"

#define TYPES 40

static gc_type_info infos[TYPES];

static const gc_type_info *info_at(int i)
{
    infos[i] = (gc_type_info){ "one of many", sizeof(struct leaf), 8, NULL, 0 };
    return &infos[i];
}

Test(memory_refused, for_the_index_of_types)
{
    gc_heap *heap = open_small_heap();
    int next = 0;
    gc_type_register(heap, &leaf_info);
    /* Two more that starving needs; the next one after that doubles the index. */
    while (heap->type_index_used + 2 < heap->type_index_capacity / 2)
        cr_assert_not_null(gc_type_register(heap, info_at(next++)));
    starve(heap);
    cr_assert_eq(heap->type_index_used, heap->type_index_capacity / 2);
    uint32_t count = heap->type_count;
    must_fail(heap, gc_type_register(heap, info_at(next)) == NULL);
    cr_assert_eq(heap->type_count, count);
    feed(heap);
    cr_assert_not_null(gc_type_register(heap, &infos[next]));
    close_heap(heap);
}

struct many {
    gc_object gc;
    void *a, *b, *c, *d, *e, *f, *g, *h, *i, *j, *k, *l, *m, *n, *o, *p;
};
static const gc_type_info many_info = GC_TYPE_INFO(struct many, GC_REFS(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p));

Test(memory_refused, for_the_lines_of_a_description)
{
    gc_heap *heap = open_small_heap();
    void *room = gc_alloc(heap, sizeof(gc__type));
    starve(heap);
    gc_free(heap, room);
    must_fail(heap, gc_type_register(heap, &many_info) == NULL);
    room = gc_alloc(heap, sizeof(gc__type));
    cr_assert_not_null(room, "what the type took is back");
    gc_free(heap, room);
    feed(heap);
    cr_assert_not_null(gc_type_register(heap, &many_info));
    close_heap(heap);
}

enum { TARGETS = 32 };

/* An object in a slot of the size that a weak reference, or an ephemeron, has. */
static const gc_type_info watcher_info = { "watcher", sizeof(gc__watcher), 8, NULL, 0 };
static const gc_type_info callback_info = { "callback", sizeof(gc__weak_callback), 8, NULL, 0 };
static const gc_type_info ephemeron_info = { "ephemeron", sizeof(gc_ephemeron), 8, NULL, 0 };
static const gc_item acyclic = { GC__ITEM_FLAGS, 0, GC_ACYCLIC, 0, 0, 0, "flags", NULL, NULL };

typedef struct full_table {
    gc_heap *heap;
    struct node *targets[TARGETS], *last;
    gc_weak *weaks[TARGETS];
} full_table;

/* A heap without memory, but for a slot as the description says, whose table of weak references would have to grow. */
static full_table full_table_open(const gc_type_info *slot)
{
    full_table full = { .heap = open_small_heap() };
    for (int i = 0; i < TARGETS; i++) {
        full.targets[i] = node_new(full.heap, i);
        full.weaks[i] = gc_weak_create(full.targets[i], NULL, NULL);
    }
    cr_assert_eq(full.heap->weak_table.used * 2, full.heap->weak_table.capacity);
    full.last = node_new(full.heap, TARGETS);
    struct leaf *spare = gc_create_extra(struct leaf, gc_type_register(full.heap, slot), 0);
    cr_assert_not_null(spare);
    starve(full.heap);
    gc_release(spare);
    return full;
}

static void full_table_close(full_table *full)
{
    gc_heap *heap = full->heap;
    cr_assert_eq(gc_refcount(full->last), 1);
    cr_assert_not(full->last->gc.gc__kind & GC__HAS_WEAK);
    cr_assert_eq(heap->weak_table.used, TARGETS);
    feed(heap);
    gc_weak *weak = gc_weak_create(full->last, NULL, NULL);
    cr_assert_not_null(weak, "when there is memory again: %s", gc_last_error_message(heap));
    gc_release(weak);
    gc_release(full->last);
    for (int i = 0; i < TARGETS; i++) {
        cr_assert(weak_alive(full->weaks[i]));
        gc_release(full->targets[i]);
        gc_release(full->weaks[i]);
    }
    close_heap(heap);
}

Test(memory_refused, for_the_table_of_weak_references)
{
    gc_type_info slot = watcher_info;
    slot.items = &acyclic;
    slot.item_count = 1;
    full_table full = full_table_open(&slot);
    must_fail(full.heap, gc_weak_create(full.last, NULL, NULL) == NULL);
    full_table_close(&full);
}

Test(memory_refused, for_the_table_when_a_weak_reference_holds_its_context)
{
    full_table full = full_table_open(&callback_info);
    must_fail(full.heap, gc_weak_create_holding(full.last, record_weak, full.targets[0]) == NULL);
    cr_assert_eq(gc_refcount(full.targets[0]), 1);
    full_table_close(&full);
}

Test(memory_refused, for_the_table_when_an_ephemeron_is_made)
{
    full_table full = full_table_open(&ephemeron_info);
    gc_ephemeron *field = NULL;
    must_fail(full.heap, !gc_ephemeron_set(&field, full.last, full.targets[0]));
    cr_assert_null(field);
    cr_assert_eq(gc_refcount(full.targets[0]), 1);
    full_table_close(&full);
}
