/* SPDX-License-Identifier: MIT */
/* test_mark_ahead.c: marks that a full collection sets while it subtracts. */
#include <libgc.h>

#include <criterion/criterion.h>
#include <string.h>

#include "tests/model/model_random.h"

#define HUBS 8

struct node {
    gc_object gc;
    struct node *next, *left, *right;
};

struct wide {
    gc_object gc;
    struct node *node;
    char rest[72];
};

static void hub_traverse(void *object, gc_visitor *visitor)
{
    struct node *hub = object;
    gc_visit(visitor, &hub->next);
    gc_visit(visitor, &hub->left);
    gc_visit(visitor, &hub->right);
}

static const gc_type_info node_info = GC_TYPE_INFO(struct node, GC_REFS(next, left, right));
static const gc_type_info other_info = GC_TYPE_INFO(struct node, GC_REFS(next, left, right));
static const gc_type_info wide_info = GC_TYPE_INFO(struct wide, GC_REFS(node));
static const gc_type_info hub_info = GC_TYPE_INFO(struct node, GC_TRAVERSE(hub_traverse));

/* In the order of addresses: leaves, hubs that refer down to them, then an object that only a leaf refers to, and one that only this refers
 * to. Hubs are of a rarer kind, so they fill the stack without emptying it; that happens at the object after them, which is not marked at
 * that moment. It is passed all the same: what it refers to must be reached through the stack. */
Test(mark_ahead, an_object_that_is_passed_unmarked_is_traversed_when_it_is_marked)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    gc_heap *heap = gc_heap_open(&settings);
    gc_type *type = gc_type_register(heap, &node_info), *hub_type = gc_type_register(heap, &hub_info);
    struct node *leaves[2 * HUBS], *hubs[HUBS];
    for (int i = 0; i < 2 * HUBS; i++)
        leaves[i] = gc_create(struct node, type);
    for (int i = 0; i < HUBS; i++)
        hubs[i] = gc_create(struct node, hub_type);
    struct node *passed = gc_create(struct node, type), *last = gc_create(struct node, type);
    gc_move(&passed->next, &last);
    gc_move(&leaves[0]->next, &passed);
    for (int i = 0; i < HUBS; i++) {
        gc_move(&hubs[i]->left, &leaves[2 * i]);
        gc_move(&hubs[i]->right, &leaves[2 * i + 1]);
        if (i > 0)
            gc_set(&hubs[i - 1]->next, hubs[i]);
    }
    for (int i = 1; i < HUBS; i++)
        gc_release(hubs[i]);
    cr_assert_eq(gc_collect(heap), 0);
    for (int i = 0; i < 3; i++) {
        gc_freeze(heap); /* so that the next collection looks at everything, and presumes what this one has found */
        gc_unfreeze(heap);
        cr_assert_eq(gc_collect(heap), 0);
        cr_assert_null(gc_heap_verify(heap), "%s", gc_heap_verify(heap));
    }
    gc_release(hubs[0]);
    cr_assert_eq(gc_heap_close(heap), 0);
}

/* What a slot holds in which no object has been yet is what the memory held before: here the number of a type that there is not. The
 * types are followed by addresses without memory; where a compiler reads them in the order of the source, looking that number up ends the
 * program. */
Test(mark_ahead, free_slots_are_not_asked_for_their_type)
{
    enum { BYTES = 16 << 20 };
    gc_heap *heap = gc_heap_open(NULL);
    gc_type *type = gc_type_register(heap, &node_info);
    char *block = gc_alloc(heap, BYTES);
    cr_assert_not_null(block);
    memset(block, 0xff, BYTES);
    gc_free(heap, block);
    struct node *node = gc_create(struct node, type);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(node);
    cr_assert_eq(gc_heap_close(heap), 0);
}

/* A value that is no object may be the address behind the last slot of a slab, which has an entry in the tables. Its mark must not be
 * left to whoever gets that entry next. With 88 bytes that is the entry behind the last eight: 744 slots and one. */
Test(mark_ahead, behind_the_last_slot_no_mark_is_left)
{
    enum { SLOTS = (64 << 10) / sizeof(struct wide) };
    static struct wide *wides[SLOTS + 1];
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    settings.check_level = 0; /* a checked heap takes such a value for a fault */
    gc_heap *heap = gc_heap_open(&settings);
    gc_type *type = gc_type_register(heap, &node_info), *wide_type = gc_type_register(heap, &wide_info);
    struct node *root = gc_create(struct node, type);
    for (int i = 0; i <= SLOTS; i++)
        wides[i] = gc_create(struct wide, wide_type);
    root->next = (struct node *)(wides[0] + SLOTS);
    for (int i = 0; i < 4; i++) {
        gc_freeze(heap);
        gc_unfreeze(heap);
        cr_assert_eq(gc_collect(heap), 0);
    }
    root->next = NULL;
    for (int i = 0; i <= SLOTS; i++)
        gc_release(wides[i]);
    void *others[8]; /* of sizes with about as many slots: their slabs get the entries */
    for (size_t i = 0; i < 8; i++) {
        others[i] = gc_create_extra(struct node, type, 32 + 8 * i);
        cr_assert_null(gc_heap_verify(heap), "%s", gc_heap_verify(heap));
    }
    for (size_t i = 0; i < 8; i++)
        gc_release(others[i]);
    gc_release(root);
    cr_assert_eq(gc_heap_close(heap), 0);
}

/* Lists that lie scattered, so that references wait while more objects are walked: among their marks that come late is one for the very
 * object that the walk is at, whose own references have been read without a mark. Checked heaps go up and
 * down in turn; in every second pair the nodes are of two types. */
Test(mark_ahead, an_object_that_the_walk_is_at_is_traversed_when_it_is_marked)
{
    enum { NODES = 4000, LISTS = 100, SEEDS = 10 };
    static struct node *nodes[NODES];
    for (uint64_t seed = 1; seed <= 4 * SEEDS; seed++) {
        gc_settings settings;
        gc_settings_default(&settings);
        settings.automatic = 0;
        settings.check_level = seed % 2;
        gc_heap *heap = gc_heap_open(&settings);
        gc_type *types[] = { gc_type_register(heap, &node_info), gc_type_register(heap, &other_info) };
        struct model_random random = { seed };
        for (int i = 0; i < NODES; i++)
            nodes[i] = gc_create(struct node, types[model_random_below(&random, 2) & (int)(seed / 2 % 2)]);
        for (int i = NODES - 1; i > 0; i--) {
            int other = model_random_below(&random, i + 1);
            struct node *moved = nodes[i];
            nodes[i] = nodes[other];
            nodes[other] = moved;
        }
        for (int i = LISTS; i < NODES; i++)
            gc_move(&nodes[i - LISTS]->next, &(struct node *){ nodes[i] });
        for (int round = 0; round < 6; round++) {
            for (int i = LISTS; i < NODES; i += 2) {
                gc_retain(nodes[i]); /* it is touched: nothing less than the whole heap takes part */
                gc_release(nodes[i]);
            }
            cr_assert_eq(gc_collect(heap), 0, "seed %d, round %d", (int)seed, round);
        }
        for (int i = 0; i < LISTS; i++)
            gc_release(nodes[i]);
        cr_assert_eq(gc_heap_close(heap), 0);
    }
}

/* Keys behind nodes of two types in turn, which are walked without a look at runs of one type. The pairs are walked before their keys are
 * marked, so it is for the keys to find the values, which nothing else holds. */
Test(mark_ahead, keys_among_objects_of_mixed_kinds_find_their_values)
{
    enum { NODES = 96, KEYS = 32 };
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    gc_heap *heap = gc_heap_open(&settings);
    gc_type *types[] = { gc_type_register(heap, &node_info), gc_type_register(heap, &other_info) };
    struct wide *wide = gc_create(struct wide, gc_type_register(heap, &wide_info));
    gc_ephemeron *pairs[KEYS], *pair = gc_ephemeron_create(wide, NULL); /* so that the slab of the pairs comes before that of the nodes */
    struct node *nodes[NODES];
    for (int i = 0; i < NODES; i++)
        nodes[i] = gc_create(struct node, types[i % 2]);
    for (int i = 0; i < KEYS; i++) {
        struct node *value = gc_create(struct node, types[0]);
        pairs[i] = gc_ephemeron_create(nodes[NODES - KEYS + i], value);
        gc_release(value);
    }
    for (int i = NODES - 1; i > 0; i--)
        gc_move(&nodes[i - 1]->next, &nodes[i]);
    for (int i = 0; i < 6; i++) {
        gc_freeze(heap);
        gc_unfreeze(heap);
        cr_assert_eq(gc_collect(heap), 0);
        cr_assert_null(gc_heap_verify(heap), "%s", gc_heap_verify(heap));
    }
    gc_release(nodes[0]);
    for (int i = 0; i < KEYS; i++)
        gc_release(pairs[i]);
    gc_release(pair);
    gc_release(wide);
    cr_assert_eq(gc_heap_close(heap), 0);
}
