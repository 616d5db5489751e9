/* SPDX-License-Identifier: MIT */
/* test_listgc.c: that the peer made after CPython's collector frees what it must and nothing else, so that its times mean something. */
#include "bench/peers/listgc.h"

#include <criterion/criterion.h>
#include <jemalloc/jemalloc.h>
#include <pthread.h>
#include <stdlib.h>

struct node {
    listgc_object object;
    struct node *left, *right;
    int id;
};

static int finalized_count;
static struct node *kept; /* by a finalizer; owned */

static int node_traverse(listgc_object *object, listgc_visit visit, void *argument)
{
    struct node *node = (struct node *)object;
    LISTGC_VISIT(node->left);
    LISTGC_VISIT(node->right);
    return 0;
}

static void node_clear(listgc_object *object)
{
    struct node *node = (struct node *)object;
    LISTGC_CLEAR(node->left);
    LISTGC_CLEAR(node->right);
}

/* Counts; keeps node 7. */
static void node_finalize(listgc_object *object)
{
    finalized_count++;
    if (((struct node *)object)->id == 7) {
        kept = (struct node *)object;
        listgc_retain(kept);
    }
}

/* Breaks the ring at once, so that others die inside the collection. */
static void node_break(listgc_object *object)
{
    finalized_count++;
    node_clear(object);
}

static const listgc_type plain_type = { sizeof(struct node), 0, node_traverse, node_clear, NULL };
static const listgc_type finalized_type = { sizeof(struct node), 0, node_traverse, node_clear, node_finalize };
static const listgc_type breaking_type = { sizeof(struct node), 0, node_traverse, node_clear, node_break };

static struct node *node_new(const listgc_type *type, int id)
{
    struct node *node = listgc_create(type);
    cr_assert_not_null(node);
    node->id = id;
    return node;
}

/* A ring with ids from 1, which nothing holds. */
static void drop_ring(const listgc_type *type, int length)
{
    struct node *first = node_new(type, 1), *last = first;
    for (int i = 2; i <= length; i++) {
        last->left = node_new(type, i);
        last = last->left;
    }
    last->left = first;
}

static struct node *make_chain(int length)
{
    struct node *list = NULL;
    for (int i = 0; i < length; i++) {
        struct node *node = node_new(&plain_type, i);
        node->left = list;
        list = node;
    }
    return list;
}

static size_t objects_now(void)
{
    return listgc_get_stats().objects;
}

Test(listgc, counts_alone_free_what_is_in_no_cycle)
{
    struct node *parent = node_new(&plain_type, 1);
    parent->left = node_new(&plain_type, 2);
    cr_assert_eq(objects_now(), 2);
    listgc_release(parent);
    cr_assert_eq(objects_now(), 0);
    cr_assert_eq(listgc_collect(2), 0);
}

Test(listgc, rings_are_found_whole)
{
    static const int lengths[] = { 1, 2, 3, 1000 };
    listgc_enable(false);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        drop_ring(&plain_type, lengths[i]);
        cr_assert_eq(objects_now(), (size_t)lengths[i]);
        cr_assert_eq(listgc_collect(2), (size_t)lengths[i]);
        cr_assert_eq(objects_now(), 0);
    }
    cr_assert_eq(listgc_get_stats().objects_freed, 1006);
}

Test(listgc, what_is_held_stays_with_all_it_reaches)
{
    struct node *first = node_new(&plain_type, 1);
    first->left = node_new(&plain_type, 2);
    first->left->left = first;
    listgc_retain(first); /* the ring's own reference to it; the other one is ours */
    first->left->right = node_new(&plain_type, 3);
    cr_assert_eq(listgc_collect(2), 0);
    cr_assert_eq(listgc_collect(2), 0);
    cr_assert_eq(first->left->right->id, 3);
    listgc_release(first);
    cr_assert_eq(objects_now(), 3);
    cr_assert_eq(listgc_collect(2), 3);
    cr_assert_eq(objects_now(), 0);
}

#define GRAPH_NODES 300
#define FIRST_ID 1000 /* none is node 7 */

static void mark_from(const struct node *node, bool *is_reached)
{
    if (!node || is_reached[node->id - FIRST_ID])
        return;
    is_reached[node->id - FIRST_ID] = true;
    mark_from(node->left, is_reached);
    mark_from(node->right, is_reached);
}

static struct node *random_target(struct node **nodes)
{
    struct node *target = rand() % 3 ? nodes[rand() % GRAPH_NODES] : NULL;
    listgc_retain(target);
    return target;
}

/* A random graph of which some nodes are held: what is left is what they reach. */
static void check_graph(unsigned seed)
{
    struct node *nodes[GRAPH_NODES];
    bool is_reached[GRAPH_NODES] = { false }, is_held[GRAPH_NODES];
    size_t expected = 0;
    srand(seed);
    for (int i = 0; i < GRAPH_NODES; i++)
        nodes[i] = node_new(seed % 2 ? &plain_type : &finalized_type, FIRST_ID + i);
    for (int i = 0; i < GRAPH_NODES; i++) {
        nodes[i]->left = random_target(nodes);
        nodes[i]->right = random_target(nodes);
    }
    for (int i = 0; i < GRAPH_NODES; i++) {
        is_held[i] = rand() % 100 < 2;
        if (is_held[i])
            mark_from(nodes[i], is_reached);
    }
    for (int i = 0; i < GRAPH_NODES; i++) {
        expected += is_reached[i];
        if (!is_held[i])
            listgc_release(nodes[i]);
    }
    listgc_collect(2);
    cr_assert_eq(objects_now(), expected, "seed %u", seed);
    for (int i = 0; i < GRAPH_NODES; i++) {
        if (is_held[i])
            cr_assert_eq(nodes[i]->id, FIRST_ID + i, "seed %u", seed);
    }
    for (int i = 0; i < GRAPH_NODES; i++) {
        if (is_held[i])
            listgc_release(nodes[i]);
    }
    listgc_collect(2);
    cr_assert_eq(objects_now(), 0, "seed %u", seed);
}

Test(listgc, random_graphs_keep_what_is_reached_from_outside)
{
    for (unsigned seed = 1; seed <= 50; seed++)
        check_graph(seed);
}

Test(listgc, finalizers_run_once_and_before_anything_is_cleared)
{
    drop_ring(&finalized_type, 6);
    cr_assert_eq(listgc_collect(2), 6);
    cr_assert_eq(finalized_count, 6);
    listgc_release(node_new(&finalized_type, 1));
    cr_assert_eq(finalized_count, 7);
    cr_assert_eq(objects_now(), 0);
}

Test(listgc, what_a_finalizer_keeps_lives_on_with_its_ring_and_is_not_finalized_again)
{
    drop_ring(&finalized_type, 10); /* 7 is in it */
    drop_ring(&finalized_type, 5);
    cr_assert_eq(listgc_collect(2), 5);
    cr_assert_eq(finalized_count, 15);
    cr_assert_eq(objects_now(), 10);
    cr_assert_eq(kept->left->id, 8);
    listgc_release(kept);
    cr_assert_eq(listgc_collect(2), 10);
    cr_assert_eq(finalized_count, 15);
    cr_assert_eq(objects_now(), 0);
}

Test(listgc, an_object_that_dies_by_count_may_be_kept_too)
{
    listgc_release(node_new(&finalized_type, 7));
    cr_assert_eq(objects_now(), 1);
    cr_assert_eq(kept->id, 7);
    listgc_release(kept);
    cr_assert_eq(finalized_count, 1);
    cr_assert_eq(objects_now(), 0);
}

Test(listgc, finalizers_may_free_others_of_the_garbage)
{
    drop_ring(&breaking_type, 100);
    listgc_collect(2);
    listgc_collect(2);
    cr_assert_eq(finalized_count, 100);
    cr_assert_eq(objects_now(), 0);
}

struct list {
    listgc_variable variable;
    listgc_object *items[];
};

static int list_traverse(listgc_object *object, listgc_visit visit, void *argument)
{
    struct list *list = (struct list *)object;
    for (size_t i = 0; i < list->variable.count; i++)
        LISTGC_VISIT(list->items[i]);
    return 0;
}

static void list_clear(listgc_object *object)
{
    struct list *list = (struct list *)object;
    for (size_t i = 0; i < list->variable.count; i++)
        LISTGC_CLEAR(list->items[i]);
}

static const listgc_type list_type = { sizeof(struct list), sizeof(listgc_object *), list_traverse, list_clear, NULL };
static const listgc_type leaf_type = { sizeof(listgc_object) + 100, 0, NULL, NULL, NULL };

Test(listgc, objects_without_references_are_seen_by_no_collection_and_freed_with_what_holds_them)
{
    struct list *list = listgc_create_variable(&list_type, 100);
    cr_assert_eq(list->variable.count, 100);
    for (int i = 0; i < 99; i++)
        list->items[i] = listgc_create(&leaf_type);
    list->items[99] = (listgc_object *)list;
    listgc_object *leaf = list->items[50];
    listgc_retain(leaf);
    cr_assert_eq(objects_now(), 100);
    cr_assert_eq(listgc_collect(2), 1);
    cr_assert_eq(objects_now(), 1);
    listgc_release(leaf);
    cr_assert_eq(objects_now(), 0);
}

Test(listgc, blocks_go_back_to_the_size_they_came_from)
{
    listgc_release(listgc_create_variable(&list_type, 100));
    struct list *empty = listgc_create_variable(&list_type, 0); /* takes the block freed last, if that was thought to be as small */
    cr_assert_eq(sallocx((char *)empty - 16, 0), nallocx(sizeof *empty + 16, 0));
    listgc_release(empty);
}

static void clear_nothing(listgc_object *object)
{
    (void)object;
}

static const listgc_type frozen_type = { sizeof(struct node), 0, node_traverse, clear_nothing, NULL };

Test(listgc, garbage_that_clearing_does_not_free_stays_whole)
{
    struct node *frozen = node_new(&frozen_type, 1), *other = node_new(&frozen_type, 2), *young = node_new(&plain_type, 3);
    frozen->left = other;
    other->left = frozen;
    listgc_collect(2);
    cr_assert_eq(objects_now(), 3);
    cr_assert_eq(listgc_collect(2), 2, "they are found again, and not freed again");
    struct node *younger = node_new(&plain_type, 4);
    younger->left = frozen;
    listgc_retain(frozen);
    cr_assert_eq(listgc_collect(0), 0);
    listgc_release(younger);
    LISTGC_CLEAR(other->left); /* frozen dies by its count, and leaves the list of the old */
    cr_assert_eq(objects_now(), 2);
    cr_assert_eq(listgc_collect(2), 0);
    listgc_release(other);
    listgc_release(young);
    cr_assert_eq(objects_now(), 0);
}

static int starts, stops;

static void count_callback(bool is_start)
{
    starts += is_start;
    stops += !is_start;
}

Test(listgc, tells_of_its_collections)
{
    listgc_on_collection(count_callback);
    for (int i = 0; i < 1000; i++)
        drop_ring(&plain_type, 1);
    cr_assert_eq(starts, 1);
    cr_assert_eq(stops, 1);
    listgc_collect(2);
    cr_assert_eq(stops, 2);
}

Test(listgc, a_young_collection_leaves_the_old_alone)
{
    listgc_enable(false);
    struct node *first = node_new(&plain_type, 1);
    first->left = first;
    listgc_retain(first);
    cr_assert_eq(listgc_collect(0), 0); /* to the middle generation */
    listgc_release(first);
    drop_ring(&plain_type, 3);
    cr_assert_eq(listgc_collect(0), 3);
    cr_assert_eq(listgc_collect(1), 1);
    cr_assert_eq(objects_now(), 0);
}

Test(listgc, creation_collects_at_the_thresholds)
{
    for (int i = 0; i < 100000; i++)
        drop_ring(&plain_type, 3);
    struct listgc_stats stats = listgc_get_stats();
    cr_assert_leq(stats.objects, 701);
    cr_assert_geq(stats.collections[0] + stats.collections[1] + stats.collections[2], 300000 / 701);
    cr_assert_geq(stats.collections[0], 9 * stats.collections[1]);
    cr_assert_gt(stats.collections[1], 0);
}

Test(listgc, creation_does_not_collect_what_dies_at_once_nor_when_disabled)
{
    for (int i = 0; i < 10000; i++)
        listgc_release(node_new(&plain_type, i));
    cr_assert_eq(listgc_get_stats().collections[0], 0);
    listgc_enable(false);
    for (int i = 0; i < 1000; i++)
        drop_ring(&plain_type, 3);
    cr_assert_eq(objects_now(), 3000);
    listgc_enable(true);
    listgc_release(node_new(&plain_type, 1));
    cr_assert_eq(objects_now(), 0);
}

/* Without the rule of a quarter three million objects would be 35 full collections. */
Test(listgc, building_a_large_heap_takes_few_full_collections)
{
    struct node *list = make_chain(3000000);
    cr_assert_leq(listgc_get_stats().collections[2], 20);
    cr_assert_geq(listgc_get_stats().collections[2], 8);
    listgc_release(list); /* and a chain of millions dies without a deep stack */
    cr_assert_eq(objects_now(), 0);
}

static void *drop_chain(void *chain)
{
    listgc_enable(false);
    listgc_release(make_chain(200000));
    *(size_t *)chain = objects_now();
    return NULL;
}

Test(listgc, a_chain_dies_on_a_small_stack_in_a_thread_with_its_own_heap)
{
    pthread_attr_t attributes;
    pthread_t thread;
    size_t left = 1;
    struct node *ours = node_new(&plain_type, 1);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 65536);
    cr_assert_eq(pthread_create(&thread, &attributes, drop_chain, &left), 0);
    pthread_join(thread, NULL);
    cr_assert_eq(left, 0);
    cr_assert_eq(objects_now(), 1);
    listgc_release(ours);
}
