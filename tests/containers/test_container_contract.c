/* SPDX-License-Identifier: MIT */
/* test_container_contract.c: what a program that is built already depends on: numbers and layouts in its inline code, descriptions and
 * settings of a header without containers, how much stack the protocols take. */
#include "../support/support.h"

#include "lib/heap.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

Test(container_contract, numbers_and_layouts_stay)
{
    cr_assert_eq(GC__ITEM_FLAGS, 18);
    cr_assert(GC__ITEM_HASH == 19 && GC__ITEM_EQUAL == 20 && GC__ITEM_REPR == 21);
    cr_assert_eq(GC_ERROR_VERSION, 8);
    cr_assert(GC_ERROR_CHANGED == 9 && GC_ERROR_SYSTEM == 10);
    cr_assert(GC__CONTAINER_STRING == 8 && GC__CONTAINER_INTERNED == 9 && GC__CONTAINER_BYTES == 10);
    cr_assert(GC__CONTAINER_INTEGER == 11 && GC__CONTAINER_FLOAT == 12 && GC__CONTAINER_TUPLE == 13);
    cr_assert(GC__CONTAINER_LIST == 14 && GC__CONTAINER_CELL == 15);
    cr_assert_eq(GC__CONTAINERS_END, 32);
    cr_assert(sizeof(gc_string) == 24 && offsetof(gc_string, gc__hash) == 8 && offsetof(gc_string, gc__length) == 16);
    cr_assert(sizeof(gc_bytes) == 24 && offsetof(gc_bytes, gc__length) == 16);
    cr_assert(sizeof(gc_integer) == 24 && offsetof(gc_integer, gc__value) == 16);
    cr_assert(sizeof(gc_float) == 16 && offsetof(gc_float, gc__value) == 8);
    cr_assert(sizeof(gc_tuple) == 16 && offsetof(gc_tuple, gc__count) == 8);
    cr_assert(sizeof(gc_list) == 32 && offsetof(gc_list, gc__count) == 8 && offsetof(gc_list, gc__items) == 16);
    cr_assert_eq(offsetof(gc_list, gc__capacity), 24);
    cr_assert(sizeof(gc_cell) == 16 && offsetof(gc_cell, gc__value) == 8);
}

/* The description of struct node as a header without protocols makes it: the numbers are written out. */
static const gc_item items_before[] = {
    { 1, offsetof(struct node, left), 8, 8, 0, 0, "left", NULL, NULL },
    { 1, offsetof(struct node, right), 8, 8, 0, 0, "right", NULL, NULL },
    { 18, 0, GC_NO_WEAK, 0, 0, 0, "flags", NULL, NULL },
};
static const gc_type_info info_before = { "struct node", sizeof(struct node), 8, items_before, 3 };

Test(container_contract, a_program_of_the_header_before_runs)
{
    gc_settings settings = quiet_settings();
    memset(settings.hash_key, 0xff, sizeof settings.hash_key);
    gc_heap *heap = gc__heap_open(&settings, offsetof(gc_settings, hash_key), GC_HEADER_VERSION);
    cr_assert_not_null(heap);
    gc_type *type = gc_type_register(heap, &info_before);
    cr_assert_not_null(type, "%s", gc_last_error_message(heap));
    struct node *a = gc_create(struct node, type), *b = gc_create(struct node, type);
    gc_set(&a->left, b);
    gc_set(&b->left, a);
    uint64_t hash, other = 0;
    cr_assert(gc_hash_bytes(heap, "a", 1, &hash), "what lies behind its settings is not read");
    gc_settings keyed = quiet_settings();
    memset(keyed.hash_key, 0xff, sizeof keyed.hash_key);
    gc_heap *second = open_heap_with(&keyed);
    cr_assert(gc_hash_bytes(second, "a", 1, &other));
    cr_assert_neq(hash, other);
    close_heap(second);
    gc_release(a);
    gc_release(b);
    cr_assert_eq(gc_collect(heap), 2);
    close_heap(heap);
}

Test(container_contract, the_default_key_is_none)
{
    gc_settings settings;
    memset(&settings, 0xff, sizeof settings);
    gc_settings_default(&settings);
    cr_assert(settings.hash_key[0] == 0 && settings.hash_key[1] == 0);
}

Test(container_contract, a_heap_without_containers_pays_nothing)
{
    gc_heap *heap = open_heap();
    struct node *node = node_new(heap, 1);
    cr_assert(!gc_string_is(node) && !gc_list_is(node) && !gc_tuple_is(node));
    bool equal;
    cr_assert(gc_equal(node, node, &equal) && equal);
    char text[100];
    cr_assert_gt(gc_repr_into(heap, node, text, sizeof text), 0);
    gc_release(node);
    cr_assert_null(heap->containers, "neither looking nor comparing by identity makes a state");
    close_heap(heap);
}

/* As deep as the protocols go, on little stack. */
static void *at_full_depth(void *unused)
{
    gc_heap *heap = open_heap();
    gc_list *lists[2] = { gc_list_create(heap, 0, NULL), gc_list_create(heap, 0, NULL) };
    gc_tuple *tuple = gc_tuple_create(heap, 0, NULL);
    for (int i = 0; i < 2 * GC_NESTING_MAX; i++) {
        for (int k = 0; k < 2; k++) {
            gc_list *outer = gc_list_of(heap, lists[k]);
            gc_release(lists[k]);
            lists[k] = outer;
        }
        gc_tuple *outer = gc_tuple_of(heap, tuple);
        gc_release(tuple);
        tuple = outer;
    }
    bool equal;
    uint64_t hash;
    cr_assert(!gc_equal(lists[0], lists[1], &equal));
    cr_assert(!gc_hash(tuple, &hash));
    gc_string *text = gc_repr(heap, lists[0]);
    cr_assert_not_null(text);
    gc_release(text);
    gc_release(tuple);
    gc_release(lists[0]);
    gc_release(lists[1]);
    close_heap(heap);
    return unused;
}

Test(container_contract, the_deepest_nesting_fits_a_small_stack)
{
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    /* It takes some 45 KB; more where nothing is optimized. */
    cr_assert_eq(pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
    cr_assert_eq(pthread_create(&thread, &attributes, at_full_depth, NULL), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
}
