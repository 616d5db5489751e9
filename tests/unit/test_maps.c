/* SPDX-License-Identifier: MIT */
/* test_maps.c: guards the maps of slabs (lib/heap.h), where promotion and the narrow search take slabs out: what a map names in vain is
 * walked in vain; and what subtract sums of each slab (gc/collection.h), which says whether its objects need a look. */
#include "../support/support.h"

#include "gc/collection.h"

enum { NODES = 5000 };

static gc_heap *open_plain(void)
{
    gc_settings settings = unchecked_settings();
    return open_heap_with(&settings);
}

/* Slabs in a map, but for those that are open, which are always in the map of the young. */
static size_t closed_in(const gc_heap *heap, enum gc__map map)
{
    size_t count = 0;
    gc__walk walk = gc__walk_map(heap, map);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        count += !slab->open;
    return count;
}

/* Some slabs full of nodes, all held by the one returned. */
static struct node *create_ring(gc_heap *heap)
{
    struct node *nodes[NODES];
    for (int i = 0; i < NODES; i++)
        nodes[i] = node_new(heap, i);
    struct node *first = gc_retain(nodes[0]);
    drop_as_ring(nodes, NODES);
    return first;
}

Test(maps, a_slab_without_young_objects_leaves_that_of_the_young)
{
    gc_heap *heap = open_plain();
    for (int generation = 0; generation < 3; generation++) {
        struct node *node = create_ring(heap);
        cr_assert_gt(closed_in(heap, GC__MAP_YOUNG), 1);
        cr_assert_eq(gc_collect_generation(heap, generation), 0);
        cr_assert_eq(closed_in(heap, GC__MAP_YOUNG), 0);
        gc_release(node);
        cr_assert_eq(gc_collect(heap), NODES);
    }
    close_heap(heap);
}

Test(maps, a_slab_without_middle_objects_leaves_that_of_the_middle)
{
    gc_heap *heap = open_plain();
    for (int generation = 1; generation < 3; generation++) {
        struct node *node = create_ring(heap);
        cr_assert_eq(closed_in(heap, GC__MAP_MIDDLE), 0);
        cr_assert_eq(gc_collect_generation(heap, 0), 0);
        cr_assert_gt(closed_in(heap, GC__MAP_MIDDLE), 1);
        cr_assert_eq(gc_collect_generation(heap, generation), 0);
        cr_assert_eq(closed_in(heap, GC__MAP_MIDDLE), 0);
        gc_release(node);
        cr_assert_eq(gc_collect(heap), NODES);
    }
    close_heap(heap);
}

Test(maps, the_references_of_a_slab_are_summed)
{
    gc_heap *heap = open_plain();
    for (int generation = 0; generation < 3; generation++) {
        struct node *node = create_ring(heap);
        cr_assert_eq(gc_collect_generation(heap, generation), 0);
        size_t edges = 0, counts = 0;
        gc__walk walk = gc__walk_map(heap, GC__MAP_TRACKED);
        for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
            edges += heap->lookups[slab->head].edges;
            counts += slab->counts;
        }
        cr_assert_eq(edges, NODES, "each refers to one, and to nothing that is not taken");
        cr_assert_eq(counts, NODES + 1);
        gc_release(node);
        cr_assert_eq(gc_collect(heap), NODES);
        gc_trim(heap);
    }
    close_heap(heap);
}

struct pair {
    gc_object gc;
    struct pair *left, *right;
};
static const gc_type_info pair_info = GC_TYPE_INFO(struct pair, GC_REFS(left, right));

/* A slab full of garbage that refers to itself alone, and one of which every second object lives: its garbage refers to itself and to one
 * object elsewhere. If this slab were taken for one of nothing but garbage, its references would be as many as those that lead to garbage,
 * and the one object would keep what it has lost. */
Test(maps, a_slab_with_some_that_live_is_not_one_of_garbage)
{
    static struct pair *pairs[3 * (64 << 10) / sizeof(struct pair)];
    gc_heap *heap = open_plain();
    gc_type *type = gc_type_register(heap, &pair_info);
    size_t slots = 0, count = 0;
    struct pair *pair;
    for (uint32_t slabs = 0, head = 0; slabs < 3; count++) {
        pair = gc_create(struct pair, type);
        if (gc__slab_of((gc_object *)pair)->head != head && ++slabs == 2)
            slots = count;
        head = gc__slab_of((gc_object *)pair)->head;
        pairs[count] = pair;
    }
    struct pair *target = pairs[--count]; /* the first of the third slab, which is open */
    for (size_t i = 0; i < count; i++)
        if (i < slots || i % 2) {
            gc_set(&pairs[i]->left, pairs[i]);
            if (i >= slots)
                gc_set(&pairs[i]->right, target);
        }
    for (size_t i = 0; i < count; i++)
        if (i < slots || i % 2)
            gc_release(pairs[i]);
    cr_assert_eq(gc_collect(heap), slots + count / 2 - slots / 2);
    cr_assert_eq(gc_refcount(target), 1);
    for (size_t i = slots; i < count; i++)
        if (i % 2 == 0)
            gc_release(pairs[i]);
    gc_release(target);
    close_heap(heap);
}
