/* SPDX-License-Identifier: MIT */
/* test_narrow.c: guards gc/narrow where it cannot go on, for want of memory or of room: then everything is looked at, and the same is
 * found. And the number of old objects that it reckons, by which collections are paced. */
#include "lib/heap.h"

#include <criterion/criterion.h>

struct node {
    gc_object gc;
    struct node *next, *other;
};

static const gc_type_info node_info = GC_TYPE_INFO(struct node, GC_REFS(next, other));

#define RINGS 80000 /* of two */

static gc_heap *heap;
static gc_type *type;
static struct node *rings[RINGS];

static struct node *ring_new(void)
{
    struct node *first = gc_create(struct node, type), *second = gc_create(struct node, type);
    gc_set(&second->next, first);
    gc_move(&first->next, &second);
    return first;
}

static void open_with_rings(void)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    settings.check_level = 0;
    heap = gc_heap_open(&settings);
    cr_assert_not_null(heap);
    type = gc_type_register(heap, &node_info);
    for (int i = 0; i < RINGS; i++)
        rings[i] = ring_new();
}

static size_t looked_at(void)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    return stats.generations[2].candidates;
}

static void assert_collects(size_t freed, size_t candidates)
{
    size_t before = looked_at();
    cr_assert_eq(gc_collect(heap), freed);
    cr_assert_eq(looked_at() - before, candidates, "%zu candidates, must be %zu", looked_at() - before, candidates);
    cr_assert_null(gc_heap_verify(heap), "%s", gc_heap_verify(heap));
}

static void close_with_rings(int first)
{
    for (int i = first; i < RINGS; i++)
        gc_release(rings[i]);
    cr_assert_eq(gc_collect(heap), (size_t)(RINGS - first) * 2);
    cr_assert_eq(gc_heap_close(heap), 0);
}

Test(narrow, of_little)
{
    open_with_rings();
    assert_collects(0, 2 * RINGS);
    gc_release(rings[0]);
    assert_collects(2, 2);
    close_with_rings(1);
}

Test(narrow, without_a_list_everything_is_looked_at)
{
    open_with_rings();
    heap->touched_region.reserved = heap->touched_region.committed;
    assert_collects(0, 2 * RINGS);
    gc_release(rings[0]);
    assert_collects(2, 2 * RINGS);
    close_with_rings(1);
}

Test(narrow, when_the_list_is_full_everything_is_looked_at)
{
    open_with_rings();
    assert_collects(0, 2 * RINGS);
    heap->touched_max = 2;
    for (int i = 0; i < 3; i++)
        gc_release(rings[i]);
    cr_assert(heap->all_touched);
    assert_collects(6, 2 * RINGS);
    gc_release(rings[3]);
    assert_collects(2, 2);
    close_with_rings(4);
}

Test(narrow, without_a_stack_everything_is_looked_at)
{
    open_with_rings();
    assert_collects(0, 2 * RINGS);
    heap->stack_region.reserved = heap->stack_region.committed = 0;
    gc_release(rings[0]);
    assert_collects(2, 2 * RINGS);
    close_with_rings(1);
}

/* An old object with `SPOKES` references to it, all from what it reaches. */
#define SPOKES 300

static struct node *hub_old(void)
{
    struct node *hub = gc_create(struct node, type), *last = hub;
    for (int i = 0; i < SPOKES; i++) {
        gc_move(&last->next, &(struct node *){ gc_create(struct node, type) });
        last = last->next;
        gc_set(&last->other, hub);
    }
    cr_assert_eq(gc_collect(heap), 0);
    return hub;
}

Test(narrow, more_references_than_a_byte_counts)
{
    open_with_rings();
    struct node *hub = hub_old();
    gc_retain(hub);
    gc_release(hub);
    assert_collects(0, SPOKES + 1);
    gc_release(hub);
    assert_collects(SPOKES + 1, SPOKES + 1);
    close_with_rings(0);
}

Test(narrow, where_wide_counts_are_refused_the_object_counts_as_held)
{
    open_with_rings();
    struct node *hub = hub_old();
    uint32_t *wides = heap->wides;
    memset(heap->wide_bits, 0, sizeof heap->wide_bits);
    heap->wides = (uint32_t *)((uintptr_t)1 << 50); /* no address of this process: committing it fails */
    gc_release(hub);
    assert_collects(0, SPOKES + 1);
    heap->wides = wides;
    assert_collects(SPOKES + 1, 2 * RINGS + SPOKES + 1);
    close_with_rings(0);
}

Test(narrow, the_old_are_reckoned_within_a_third)
{
    open_with_rings();
    assert_collects(0, 2 * RINGS);
    for (int round = 0; round < RINGS / 20; round++) {
        for (int i = 0; i < 20; i++) {
            gc_clear(&rings[i]->next); /* both die by count */
            gc_release(rings[i]);
            rings[i] = ring_new();
        }
        gc_collect(heap);
        cr_assert_geq(heap->pace.kept_at_full, 2 * RINGS);
        cr_assert_leq(heap->pace.kept_at_full, 2 * RINGS * 4 / 3 + 40);
    }
    close_with_rings(0);
}

struct large {
    struct node node;
    void *more[8];
};

static const gc_type_info large_info = GC_TYPE_INFO(struct large, GC_REFS(node.next, node.other));

/* All of a slab, and nothing else, is garbage; no collection has summed up its references yet. */
Test(narrow, references_that_lead_out_of_a_slab_that_is_all_garbage_are_dropped)
{
    open_with_rings();
    struct node *outside = gc_create(struct node, type);
    assert_collects(0, 2 * RINGS + 1);
    gc_type *large = gc_type_register(heap, &large_info);
    struct node *first = &gc_create(struct large, large)->node, *last = gc_retain(first), *next;
    size_t count = 1;
    while (next = &gc_create(struct large, large)->node, gc__slab_of(next) == gc__slab_of(first)) {
        gc_set(&next->other, outside);
        gc_set(&last->next, next);
        gc_move(&last, &next);
        count++;
    }
    cr_assert_eq(count, gc__slab_of(first)->capacity);
    gc_move(&last->next, &first);
    gc_clear(&last);
    assert_collects(count, count + 2);
    cr_assert_eq(gc_refcount(outside), 1);
    gc_release(next);
    gc_release(outside);
    close_with_rings(0);
}
