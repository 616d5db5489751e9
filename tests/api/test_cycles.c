/* SPDX-License-Identifier: MIT */
/* test_cycles.c: what a full collection finds, by exact count: self loops, rings, cliques, what hangs from them, and
 * what a reference from outside keeps. */
#include "../support/support.h"

Test(cycles, nothing_to_find)
{
    gc_heap *heap = open_heap();
    cr_assert_eq(gc_collect(heap), 0);
    struct node *live = node_new(heap, 1);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(live);
    cr_assert_eq(objects_in(heap), 0, "a count alone frees what is in no cycle");
    cr_assert_eq(gc_collect(heap), 0);
    close_heap(heap);
}

Test(cycles, list_that_holds_itself_is_one)
{
    gc_heap *heap = open_heap();
    struct list *list = list_new(heap, 1);
    gc_set(&list->items[0], list);
    gc_release(list);
    cr_assert_eq(objects_in(heap), 1);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(gc_collect(heap), 0);
    close_heap(heap);
}

Test(cycles, table_that_maps_to_itself_is_one)
{
    gc_heap *heap = open_heap();
    struct list *table = list_new(heap, 8);
    struct leaf *key = leaf_new(heap, 1);
    gc_move(&table->items[4], (void **)&key);
    gc_set(&table->items[5], table);
    gc_release(table);
    cr_assert_eq(gc_collect(heap), 1, "the key is in no cycle: freed, and not counted");
    cr_assert_eq(times_recorded('d'), 1);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(cycles, pair_through_a_list_is_two)
{
    gc_heap *heap = open_heap();
    struct list *list = list_new(heap, 1);
    struct node *pair = node_new(heap, 1);
    gc_set(&list->items[0], pair);
    gc_set((void **)&pair->left, (void *)list);
    gc_release(pair);
    gc_release(list);
    cr_assert_eq(gc_collect(heap), 2);
    close_heap(heap);
}

Test(cycles, every_field_of_one_object_to_itself_is_one)
{
    gc_heap *heap = open_heap();
    struct node *type = node_new(heap, 1);
    gc_set(&type->left, type);
    gc_set(&type->right, type);
    gc_set(&type->third, type);
    cr_assert_eq(gc_refcount(type), 4);
    gc_release(type);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(gc_collect(heap), 0);
    close_heap(heap);
}

Test(cycles, instance_and_its_type_are_found_together)
{
    gc_heap *heap = open_heap();
    struct node *type = node_new(heap, 1), *instance = node_new(heap, 2), *method = node_new(heap, 3);
    gc_set(&type->left, type);
    gc_set(&instance->left, type);
    gc_set(&instance->right, method);
    gc_set(&method->left, instance);
    gc_release(method);
    gc_release(instance);
    cr_assert_eq(gc_collect(heap), 2, "the instance and its bound method; the type is still held");
    gc_release(type);
    cr_assert_eq(gc_collect(heap), 1);
    close_heap(heap);
}

Test(cycles, rings_of_every_length)
{
    gc_heap *heap = open_heap();
    struct node *nodes[300];
    for (size_t length = 1; length <= 300; length += 23) {
        for (size_t i = 0; i < length; i++)
            nodes[i] = node_new(heap, (int)i);
        drop_as_ring(nodes, length);
        cr_assert_eq(gc_collect(heap), length);
        cr_assert_eq(objects_in(heap), 0);
    }
    close_heap(heap);
}

Test(cycles, clique)
{
    enum { SIZE = 60 };
    gc_heap *heap = open_heap();
    struct list *members[SIZE];
    for (size_t i = 0; i < SIZE; i++)
        members[i] = list_new(heap, SIZE);
    for (size_t i = 0; i < SIZE; i++)
        for (size_t k = 0; k < SIZE; k++)
            gc_set(&members[i]->items[k], members[k]);
    cr_assert_eq(gc_refcount(members[7]), SIZE + 1);
    for (size_t i = 1; i < SIZE; i++)
        gc_release(members[i]);
    cr_assert_eq(gc_collect(heap), 0, "one of them is held, and reaches all");
    gc_release(members[0]);
    cr_assert_eq(gc_collect(heap), SIZE);
    close_heap(heap);
}

Test(cycles, more_inside_references_than_a_table_byte_counts)
{
    enum { SPOKES = 1000 };
    gc_heap *heap = open_heap();
    struct node *hub = node_new(heap, 0);
    struct list *spokes = list_new(heap, SPOKES);
    gc_set((void **)&hub->left, (void *)spokes);
    for (size_t i = 0; i < SPOKES; i++) {
        struct node *spoke = node_new(heap, (int)i);
        gc_set(&spoke->left, hub);
        gc_move(&spokes->items[i], (void **)&spoke);
    }
    gc_release(spokes);
    cr_assert_eq(gc_refcount(hub), SPOKES + 1);
    cr_assert_eq(gc_collect(heap), 0);
    assert_whole(heap);
    cr_assert_eq(gc_refcount(hub), SPOKES + 1);
    gc_release(hub);
    cr_assert_eq(gc_collect(heap), SPOKES + 2);
    close_heap(heap);
}

Test(cycles, a_reference_from_outside_keeps_all_it_reaches)
{
    gc_heap *heap = open_heap();
    struct node *nodes[10], *held;
    for (int i = 0; i < 10; i++)
        nodes[i] = node_new(heap, i);
    held = gc_retain(nodes[5]);
    drop_as_ring(nodes, 10);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(objects_in(heap), 10);
    cr_assert_eq(held->left->left->id, 7);
    gc_release(held);
    cr_assert_eq(gc_collect(heap), 10);
    close_heap(heap);
}

Test(cycles, what_hangs_from_a_ring_goes_with_it)
{
    gc_heap *heap = open_heap();
    struct node *ring = node_new(heap, 1), *tail = node_new(heap, 2);
    gc_set(&ring->left, ring);
    gc_set(&ring->right, tail);
    for (int i = 3; i <= 5; i++) {
        struct node *next = node_new(heap, i);
        gc_set(&tail->left, next);
        gc_release(tail);
        tail = next;
    }
    gc_release(tail);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 5);
    close_heap(heap);
}

Test(cycles, what_a_ring_refers_to_outside_only_loses_that_reference)
{
    gc_heap *heap = open_heap();
    struct node *live = node_new(heap, 1), *nodes[3];
    for (int i = 0; i < 3; i++) {
        nodes[i] = node_new(heap, 10 + i);
        gc_set(&nodes[i]->right, live);
    }
    drop_as_ring(nodes, 3);
    cr_assert_eq(gc_refcount(live), 4);
    cr_assert_eq(gc_collect(heap), 3);
    cr_assert_eq(gc_refcount(live), 1);
    cr_assert_eq(live->id, 1);
    gc_release(live);
    close_heap(heap);
}

Test(cycles, live_and_dead_rings_side_by_side)
{
    gc_heap *heap = open_heap();
    struct node *held[50];
    for (int i = 0; i < 100; i++) {
        struct node *pair[2] = { node_new(heap, i), node_new(heap, i) };
        if (i % 2)
            held[i / 2] = gc_retain(pair[0]);
        drop_as_ring(pair, 2);
    }
    cr_assert_eq(gc_collect(heap), 100);
    for (int i = 0; i < 50; i++) {
        cr_assert_eq(held[i]->left->left, held[i]);
        cr_assert_eq(held[i]->id, 2 * i + 1);
        cr_assert_eq(gc_refcount(held[i]), 2);
        gc_release(held[i]);
    }
    cr_assert_eq(gc_collect(heap), 100);
    close_heap(heap);
}

Test(cycles, a_ring_that_loses_its_holder_after_many_collections)
{
    gc_heap *heap = open_heap();
    struct node *holder = node_new(heap, 0), *pair[2] = { node_new(heap, 1), node_new(heap, 2) };
    gc_set(&holder->left, pair[0]);
    drop_as_ring(pair, 2);
    for (int i = 0; i < 5; i++)
        cr_assert_eq(gc_collect(heap), 0);
    gc_clear(&holder->left);
    cr_assert_eq(gc_collect(heap), 2, "the release that left a count above zero is seen by a later collection");
    gc_release(holder);
    close_heap(heap);
}

Test(cycles, a_ring_closed_by_moving_the_last_outside_reference)
{
    gc_heap *heap = open_heap();
    struct node *first = node_new(heap, 1), *second = node_new(heap, 2), *outside = first;
    gc_set(&first->left, second);
    gc_release(second);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(gc_collect(heap), 0);
    gc_move(&second->left, &outside);
    cr_assert_eq(gc_collect(heap), 2, "no count changed: the move alone made it garbage");
    close_heap(heap);
}

struct forgetful {
    gc_object gc;
    struct node *listed, *forgotten;
};
static const gc_type_info forgetful_info = GC_TYPE_INFO(struct forgetful, GC_REFS(listed));

Test(cycles, a_field_left_out_of_the_list_looks_like_a_reference_from_outside)
{
    gc_heap *heap = open_heap();
    struct forgetful *object = gc_create(struct forgetful, gc_type_register(heap, &forgetful_info));
    struct node *node = node_new(heap, 1);
    gc_set((void **)&node->left, (void *)object);
    gc_set(&object->listed, node);
    object->forgotten = gc_retain(node);
    gc_release(object);
    gc_release(node);
    cr_assert_eq(gc_collect(heap), 0, "it can only leak");
    gc_clear(&object->forgotten);
    cr_assert_eq(gc_collect(heap), 2);
    close_heap(heap);
}

/* More references to one object than its byte in the tables counts: the rest is counted elsewhere, and for types with a traverse by code of
 * its own. */
enum { FEWEST = 250, MOST = 260 };

struct crowd {
    gc_object gc;
    size_t count;
    void *items[MOST];
};

static void crowd_visit(void *object, gc_visitor *visitor)
{
    struct crowd *crowd = object;
    for (size_t i = 0; i < crowd->count; i++)
        gc_visit(visitor, &crowd->items[i]);
}

static const gc_type_info crowd_info = GC_TYPE_INFO(struct crowd, GC_TRAVERSE(crowd_visit));

/* Something in a cycle with itself that refers to the node so many times. */
static void *listed_crowd(gc_heap *heap, struct node *node, size_t count)
{
    struct list *list = list_new(heap, count + 1);
    gc_set(&list->items[count], list);
    for (size_t i = 0; i < count; i++)
        gc_set(&list->items[i], node);
    return list;
}

static void *traversed_crowd(gc_heap *heap, struct node *node, size_t count)
{
    struct crowd *crowd = gc_create(struct crowd, gc_type_register(heap, &crowd_info));
    crowd->count = count + 1;
    gc_set(&crowd->items[count], crowd);
    for (size_t i = 0; i < count; i++)
        gc_set(&crowd->items[i], node);
    return crowd;
}

static void collect_crowd(void *(*create)(gc_heap *heap, struct node *node, size_t count), size_t count, int generation)
{
    gc_heap *heap = open_heap();
    struct node *node = node_new(heap, 1);
    gc_set(&node->left, node);
    void *crowd = create(heap, node, count - 1);
    cr_assert_eq(gc_refcount(node), count + 1);
    gc_release(crowd);
    cr_assert_eq(gc_collect_generation(heap, generation), 1, "%zu references, and one from outside", count);
    cr_assert_eq(objects_in(heap), 1);
    crowd = create(heap, node, count - 1);
    gc_release(crowd);
    gc_release(node);
    cr_assert_eq(gc_collect_generation(heap, 2), 2, "%zu references", count);
    close_heap(heap);
}

Test(cycles, objects_with_about_as_many_references_as_a_byte_counts)
{
    for (size_t count = FEWEST; count < MOST; count++)
        for (int generation = 0; generation < 3; generation++) {
            collect_crowd(listed_crowd, count, generation);
            collect_crowd(traversed_crowd, count, generation);
        }
}
