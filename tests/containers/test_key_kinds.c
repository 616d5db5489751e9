/* SPDX-License-Identifier: MIT */
/* test_key_kinds.c: how a lookup and the operations of sets go about it depends on what kinds of keys a table has: every mixture of them
 * gives the same answers. */
#include "keys.h"

#include "../model/model_random.h"

#include "lib/containers/key.h"

#include <string.h>

enum { PER_KIND = 7, KINDS = 5, POOL = KINDS * PER_KIND };

/* A key: equal to every other of the same number, but for the first kind, of which there is one of each. */
static void *pool_new(gc_heap *heap, void *const *nodes, int id)
{
    switch (id / PER_KIND) {
    case 0: return gc_retain(nodes[id]);
    case 1: return gc_string_format(heap, "key %d", id);
    case 2: return gc_integer_create(heap, 10000 + id);
    case 3: return gc_float_create(heap, 20000 + id);
    default: return chosen_new(heap, id, (uint64_t)id % 3);
    }
}

/* What a set holds, in its order. */
struct row {
    int ids[POOL], count;
    bool has[POOL];
};

static void row_add(struct row *row, int id)
{
    if (!row->has[id])
        row->ids[row->count++] = id;
    row->has[id] = true;
}

static void row_remove(struct row *row, int id)
{
    int to = 0;
    for (int i = 0; i < row->count; i++)
        if (row->ids[i] != id)
            row->ids[to++] = row->ids[i];
    row->count = to;
    row->has[id] = false;
}

static void assert_row(gc_heap *heap, void *const *nodes, const struct gc_set *set, const struct row *row)
{
    cr_assert_not_null(set);
    cr_assert_eq(gc_set_count(set), (size_t)row->count);
    gc_set_iterator iterator = gc_set_iterate(set);
    void *member;
    for (int i = 0; gc_set_next(&iterator, &member); i++) {
        void *key = pool_new(heap, nodes, row->ids[i]);
        bool equal;
        cr_assert(gc_equal(key, member, &equal) && equal, "member %d in its place", row->ids[i]);
        gc_release(key);
    }
    for (int id = 0; id < POOL; id++) {
        void *key = pool_new(heap, nodes, id);
        cr_assert_eq(gc_set_contains(set, key), row->has[id], "member %d", id);
        cr_assert_eq(gc_set_find(set, key), row->has[id]);
        gc_release(key);
    }
}

/* A set of about half of the members of some kinds; some have been taken out again, with all of a kind as like as not. */
static struct gc_set *random_set(gc_heap *heap, struct model_random *random, void *const *nodes, unsigned kinds, struct row *row)
{
    struct gc_set *set = gc_set_create(heap);
    memset(row, 0, sizeof *row);
    for (int step = 0; step < 2 * POOL; step++) {
        int id = model_random_below(random, POOL);
        if (!(kinds >> id / PER_KIND & 1))
            continue;
        void *key = pool_new(heap, nodes, id);
        if (model_random_percent(random, 60)) {
            row_add(row, id);
            cr_assert(gc_set_add(set, key));
        } else {
            cr_assert_eq(gc_set_remove(set, key), row->has[id]);
            row_remove(row, id);
        }
        gc_release(key);
    }
    return set;
}

static void assert_operations(gc_heap *heap, void *const *nodes, struct gc_set *x, const struct row *a, const struct gc_set *y,
                              const struct row *b)
{
    struct gc_set *results[5] = { gc_set_union(x, y), gc_set_intersection(x, y), gc_set_difference(x, y),
                                  gc_set_symmetric_difference(x, y), gc_set_copy(x) };
    struct row rows[5];
    memset(rows, 0, sizeof rows);
    for (int i = 0; i < a->count; i++) {
        int id = a->ids[i];
        row_add(&rows[0], id);
        row_add(&rows[b->has[id] ? 1 : 2], id);
        if (!b->has[id])
            row_add(&rows[3], id);
        row_add(&rows[4], id);
    }
    for (int i = 0; i < b->count; i++) {
        row_add(&rows[0], b->ids[i]);
        if (!a->has[b->ids[i]])
            row_add(&rows[3], b->ids[i]);
    }
    for (int r = 0; r < 5; r++) {
        assert_row(heap, nodes, results[r], &rows[r]);
        /* What comes out is a set like any other. */
        cr_assert(gc_set_update(results[r], y));
        for (int i = 0; i < b->count; i++)
            row_add(&rows[r], b->ids[i]);
        assert_row(heap, nodes, results[r], &rows[r]);
        gc_release(results[r]);
    }
}

Test(key_kinds, operations_of_sets_of_every_mixture)
{
    gc_heap *heap = open_heap();
    struct model_random random = { 1 };
    void *nodes[PER_KIND];
    for (int i = 0; i < PER_KIND; i++)
        nodes[i] = node_new(heap, i);
    for (unsigned kinds = 0; kinds < 1u << 2 * KINDS; kinds++) {
        struct row a, b;
        struct gc_set *x = random_set(heap, &random, nodes, kinds & ((1 << KINDS) - 1), &a);
        struct gc_set *y = random_set(heap, &random, nodes, kinds >> KINDS, &b);
        assert_row(heap, nodes, x, &a);
        assert_operations(heap, nodes, x, &a, y, &b);
        gc_release(x);
        gc_release(y);
    }
    for (int i = 0; i < PER_KIND; i++)
        gc_release(nodes[i]);
    close_heap(heap);
}

/* An integer is looked for among floats that are equal to it, and the other way round. */
Test(key_kinds, an_integer_finds_the_float_that_it_is_equal_to)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    for (int i = 0; i < 3000; i++) {
        void *key = i % 2 ? (void *)gc_float_create(heap, 5000 + i) : (void *)gc_integer_create(heap, 5000 + i);
        cr_assert(gc_dict_set(dict, key, key));
        gc_release(key);
    }
    for (int i = 0; i < 6000; i++) {
        void *integer = gc_integer_create(heap, 5000 + i), *number = gc_float_create(heap, 5000 + i), *found = gc_dict_get(dict, integer);
        bool equal;
        cr_assert_eq(found, gc_dict_get(dict, number));
        cr_assert_eq(found != NULL, i < 3000, "%d", i);
        cr_assert(!found || (gc_equal(found, integer, &equal) && equal));
        gc_release(integer);
        gc_release(number);
    }
    gc_release(dict);
    close_heap(heap);
}

/* Where all keys are equal to themselves alone nobody is asked; who wants to know of a key that is none uses the calls that say so. */
Test(key_kinds, among_objects_alone_no_key_is_asked)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap);
    struct gc_set *set = gc_set_create(heap);
    struct node *node = node_new(heap, 1);
    gc_list *list = gc_list_create(heap, 0, NULL);
    struct chosen *chosen = chosen_new(heap, 1, 1);
    cr_assert(gc_dict_set(dict, node, node) && gc_set_add(set, node));
    chosen_has_no_hash = true;
    cr_assert(gc_dict_get(dict, node) == node && gc_set_contains(set, node));
    cr_assert(!gc_dict_get(dict, chosen) && !gc_set_contains(set, chosen) && !gc_dict_contains(dict, list));
    cr_assert_eq(gc_dict_find(dict, list, NULL), -1);
    cr_assert_eq(gc_last_error(heap), GC_ERROR_TYPE);
    cr_assert_eq(gc_set_find(set, chosen), -1);
    cr_assert(!gc_dict_set(dict, list, node) && !gc_set_add(set, chosen), "nor can it be stored");
    cr_assert_null(gc_dict_get(dict, NULL));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    chosen_has_no_hash = false;
    cr_assert(gc_dict_set(dict, chosen, chosen) && gc_dict_get(dict, chosen) == chosen && gc_dict_get(dict, node) == node);
    gc_dict_clear(dict);
    gc_release(dict);
    gc_release(set);
    gc_release(node);
    gc_release(list);
    gc_release(chosen);
    close_heap(heap);
}

Test(key_kinds, what_is_equal_to_itself_alone_is_looked_up_by_its_address)
{
    gc_heap *heap = open_heap();
    struct node *node = node_new(heap, 1);
    gc_string *string = gc_string_from(heap, "text");
    struct gc_set *set = gc_set_create(heap);
    gc__key key;
    cr_assert(gc__key_open(set, &key, node));
    cr_assert_eq(key.kind, GC__KEY_IDENTITY);
    cr_assert_eq(key.hash, gc__key_identity_hash(node));
    cr_assert_eq(gc__key_stored(node, key.hash).kind, GC__KEY_IDENTITY);
    cr_assert_eq(gc__key_stored(string, 1).kind, GC__KEY_STRING);
    gc_release(set);
    gc_release(string);
    gc_release(node);
    close_heap(heap);
}
