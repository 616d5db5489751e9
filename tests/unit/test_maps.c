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

enum { ITEMS = 60 };

struct crowd {
    gc_object gc;
    void *items[ITEMS];
};
static const gc_type_info crowd_info = GC_TYPE_INFO(struct crowd, GC_REF_ARRAY(items));

/* Collects a slab of which all but one object are garbage, with so many references to an object elsewhere. */
static void collect_all_but_one(size_t references)
{
    static struct crowd *crowds[(64 << 10) / sizeof(struct crowd)];
    gc_heap *heap = open_plain();
    gc_type *type = gc_type_register(heap, &crowd_info);
    struct node *target = node_new(heap, 1);
    size_t count = 0, given = 0;
    crowds[0] = gc_create(struct crowd, type);
    const gc__slab *slab = gc__slab_of(&crowds[0]->gc);
    cr_assert_leq(slab->capacity, sizeof crowds / sizeof crowds[0]);
    while (++count < slab->capacity)
        crowds[count] = gc_create(struct crowd, type);
    struct crowd *next = gc_create(struct crowd, type); /* which closes the slab of the others */
    cr_assert_neq(gc__slab_of(&next->gc), slab);
    for (size_t i = 0; i < count; i++) {
        gc_set(&crowds[i]->items[0], i == 1 ? NULL : crowds[i]);
        for (size_t item = 1; i != 1 && item < ITEMS && given < references; item++, given++)
            gc_set(&crowds[i]->items[item], target);
        if (i != 1)
            gc_release(crowds[i]);
    }
    cr_assert_eq(gc_collect(heap), count - 1);
    cr_assert_eq(gc_refcount(target), 1, "of %zu references some were kept", references);
    gc_release(crowds[1]);
    gc_release(next);
    gc_release(target);
    close_heap(heap);
}

/* References to what lives are dropped one by one wherever a slab is not one of nothing but garbage, however many they are. */
Test(maps, a_slab_with_one_that_lives_is_not_one_of_garbage)
{
    for (size_t references = 1; references < 400; references++)
        collect_all_but_one(references);
}
