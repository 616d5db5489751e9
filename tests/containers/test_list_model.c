/* SPDX-License-Identifier: MIT */
/* test_list_model.c: random operations on a list against an array that does the same in the plainest way. After
 * each step both have the same items, and each item is held as often as it is in the list. A failure
 * says which seed to set LIST_SEED to. */
#include "../support/support.h"

#include <stdlib.h>
#include <string.h>

enum { LEAVES = 20, MOST = 400 };

struct model {
    gc_heap *heap;
    gc_list *list;
    struct leaf *leaves[LEAVES]; /* held by the test, too */
    struct leaf *items[MOST];    /* what the list must have */
    size_t count;
    uint64_t seed, random;
};

static size_t below(struct model *m, size_t limit)
{
    m->random = m->random * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(m->random >> 33) % limit;
}

static struct leaf *any_leaf(struct model *m)
{
    size_t which = below(m, LEAVES + 1);
    return which < LEAVES ? m->leaves[which] : NULL;
}

static void put(struct model *m, size_t index, size_t count, struct leaf *const *items)
{
    struct leaf *copy[MOST];
    memcpy(copy, items, count * sizeof *copy);
    memmove(m->items + index + count, m->items + index, (m->count - index) * sizeof *m->items);
    memcpy(m->items + index, copy, count * sizeof *copy);
    m->count += count;
}

static void cut(struct model *m, size_t index, size_t count)
{
    m->count -= count;
    memmove(m->items + index, m->items + index + count, (m->count - index) * sizeof *m->items);
}

static int by_id(const void *a, const void *b, void *context)
{
    (void)context;
    int x = a ? ((const struct leaf *)a)->id : -1, y = b ? ((const struct leaf *)b)->id : -1;
    return (x > y) - (x < y);
}

static int by_id_plain(const void *a, const void *b)
{
    return by_id(*(void *const *)a, *(void *const *)b, NULL);
}

static void grow(struct model *m)
{
    struct leaf *leaf = any_leaf(m);
    size_t index = below(m, m->count + 1), count = m->count - index;
    switch (below(m, 5)) {
    case 0:
        cr_assert(gc_list_insert(m->list, index, leaf));
        put(m, index, 1, &leaf);
        break;
    case 1:
        cr_assert(gc_list_append_items(m->list, LEAVES, (void *const *)m->leaves));
        put(m, m->count, LEAVES, m->leaves);
        break;
    case 2:
        cr_assert(gc_list_extend(m->list, m->list));
        put(m, m->count, m->count, m->items);
        break;
    case 3: {
        gc_list *slice = gc_list_slice(m->list, index, count);
        cr_assert(gc_list_extend(m->list, slice));
        gc_release(slice);
        put(m, m->count, count, m->items + index);
        break;
    }
    default:
        cr_assert(gc_list_append(m->list, leaf));
        put(m, m->count, 1, &leaf);
        break;
    }
}

static void shrink(struct model *m)
{
    size_t index = below(m, m->count), count = below(m, m->count - index + 1);
    switch (below(m, 4)) {
    case 0:
        gc_release(gc_list_take(m->list, index));
        cut(m, index, 1);
        break;
    case 1:
        cr_assert(gc_list_remove(m->list, index, count));
        cut(m, index, count);
        break;
    case 2:
        gc_list_shrink(m->list);
        cr_assert_eq(gc_list_capacity(m->list), m->count);
        break;
    default:
        gc_release(gc_list_pop(m->list));
        cut(m, m->count - 1, 1);
        break;
    }
}

static void rearrange(struct model *m)
{
    size_t index = below(m, m->count);
    switch (below(m, 3)) {
    case 0:
        gc_list_reverse(m->list);
        for (size_t i = 0; i < m->count / 2; i++) {
            struct leaf *leaf = m->items[i];
            m->items[i] = m->items[m->count - 1 - i];
            m->items[m->count - 1 - i] = leaf;
        }
        break;
    case 1:
        cr_assert(gc_list_sort(m->list, by_id, NULL));
        qsort(m->items, m->count, sizeof *m->items, by_id_plain);
        break;
    default:
        m->items[index] = any_leaf(m);
        cr_assert(gc_list_set(m->list, index, m->items[index]));
        break;
    }
}

static void compare(const struct model *m)
{
    unsigned long long seed = m->seed;
    cr_assert_eq(gc_list_count(m->list), m->count, "LIST_SEED=%llu", seed);
    for (size_t i = 0; i < m->count; i++)
        cr_assert_eq(gc_list_get(m->list, i), m->items[i], "item %zu of %zu, LIST_SEED=%llu", i, m->count, seed);
    for (int k = 0; k < LEAVES; k++) {
        uint32_t held = 1;
        for (size_t i = 0; i < m->count; i++)
            held += m->items[i] == m->leaves[k];
        cr_assert_eq(gc_refcount(m->leaves[k]), held, "item with number %d, LIST_SEED=%llu", k, seed);
    }
}

Test(list_model, random_operations)
{
    const char *given = getenv("LIST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : 1;
    struct model m = { .heap = open_heap(), .seed = seed, .random = seed };
    m.list = gc_list_create(m.heap, 0, NULL);
    for (int i = 0; i < LEAVES; i++)
        m.leaves[i] = leaf_new(m.heap, i);
    size_t steps = 20000;
    while (steps-- > 0) {
        size_t kind = below(&m, 5);
        if (m.count == 0 || (kind < 2 && m.count * 2 + LEAVES <= MOST))
            grow(&m);
        else if (kind < 4)
            shrink(&m);
        else
            rearrange(&m);
        compare(&m);
    }
    gc_release(m.list);
    for (int i = 0; i < LEAVES; i++) {
        cr_assert_eq(gc_refcount(m.leaves[i]), 1, "LIST_SEED=%llu", (unsigned long long)seed);
        gc_release(m.leaves[i]);
    }
    close_heap(m.heap);
}
