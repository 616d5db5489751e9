/* SPDX-License-Identifier: MIT */
/* test_maps.c: guards the maps of slabs (lib/heap.h), where promotion and the narrow search take slabs out: what a map names in vain is
 * walked in vain. */
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
