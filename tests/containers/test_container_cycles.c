/* SPDX-License-Identifier: MIT */
/* test_container_cycles.c: lists, tuples and cells in cycles: each inside itself, in one another, with objects of a program's own, and
 * very deep. Collected exactly: what is garbage, all of it, and nothing else. */
#include "../support/support.h"

/* A container that holds `inside` and can be given another thing later. */
enum kind { LIST, TUPLE, CELL, NODE, KINDS };

static void *holding(gc_heap *heap, enum kind kind, void *inside)
{
    if (kind == LIST)
        return gc_list_of(heap, (void *)NULL, inside);
    if (kind == TUPLE)
        return gc_tuple_of(heap, inside, (void *)NULL);
    if (kind == CELL)
        return gc_cell_create(heap, inside);
    struct node *node = node_new(heap, 1);
    gc_set(&node->left, inside);
    return node;
}

/* Gives a list, a cell or a node something to hold, which closes a cycle. */
static void give(void *container, void *inside)
{
    if (gc_list_is(container))
        gc_list_append(container, inside);
    else if (gc_cell_is(container))
        gc_cell_set(container, inside);
    else
        gc_set(&((struct node *)container)->right, inside);
}

Test(container_cycles, each_inside_itself)
{
    gc_heap *heap = open_heap();
    const enum kind kinds[] = { LIST, CELL, NODE };
    for (int i = 0; i < 3; i++) {
        void *container = holding(heap, kinds[i], NULL);
        give(container, container);
        cr_assert_eq(gc_collect(heap), 0);
        gc_release(container);
        cr_assert_eq(gc_collect(heap), 1);
        cr_assert_eq(objects_in(heap), 0);
    }
    close_heap(heap);
}

/* A chain of three kinds, closed through one that can change; then everything is let go but one, and then that one. */
Test(container_cycles, of_every_three)
{
    gc_heap *heap = open_heap();
    const enum kind first[] = { LIST, CELL, NODE };
    for (int a = 0; a < 3; a++) {
        for (int b = 0; b < KINDS; b++) {
            for (int c = 0; c < KINDS; c++) {
                for (int held = 0; held < 3; held++) {
                    void *objects[3];
                    objects[0] = holding(heap, first[a], NULL);
                    objects[1] = holding(heap, (enum kind)b, objects[0]);
                    objects[2] = holding(heap, (enum kind)c, objects[1]);
                    give(objects[0], objects[2]);
                    for (int i = 0; i < 3; i++)
                        if (i != held)
                            gc_release(objects[i]);
                    cr_assert_eq(gc_collect(heap), 0, "kinds %d %d %d, %d held", a, b, c, held);
                    cr_assert_eq(objects_in(heap), 3);
                    gc_release(objects[held]);
                    cr_assert_eq(gc_collect(heap), 3, "kinds %d %d %d, %d held", a, b, c, held);
                }
            }
        }
    }
    close_heap(heap);
}

Test(container_cycles, what_hangs_on_them_dies_with_them)
{
    gc_heap *heap = open_heap();
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (int i = 0; i < 10; i++) {
        struct leaf *leaf = leaf_new(heap, i);
        gc_tuple *tuple = gc_tuple_of(heap, leaf, gc_integer_create(heap, i));
        gc_list_append(list, tuple);
        gc_release(leaf);
        gc_release(tuple);
    }
    struct leaf *kept_leaf = gc_retain((struct leaf *)gc_tuple_get(gc_list_get(list, 4), 0));
    gc_list_append(list, list);
    gc_release(list);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(times_recorded('d'), 9);
    cr_assert_eq(gc_refcount(kept_leaf), 1);
    gc_release(kept_leaf);
    close_heap(heap);
}

Test(container_cycles, through_storage_that_is_not_in_use)
{
    gc_heap *heap = open_heap();
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (int i = 0; i < 100; i++)
        gc_list_append(list, list);
    for (int i = 0; i < 99; i++)
        gc_release(gc_list_pop(list));
    assert_whole(heap);
    cr_assert_eq(gc_refcount(list), 2, "what was popped is no reference any more");
    gc_release(list);
    cr_assert_eq(gc_collect(heap), 1);
    close_heap(heap);
}

static void *chain(gc_heap *heap, enum kind kind, size_t length, void *last)
{
    void *object = gc_retain(last);
    for (size_t i = 0; i < length; i++) {
        void *outer = holding(heap, kind, object);
        gc_release(object);
        object = outer;
    }
    return object;
}

Test(container_cycles, a_million_deep)
{
    gc_heap *heap = open_heap();
    const size_t depth = fewer_when_checked(1000000);
    const enum kind kinds[] = { LIST, TUPLE, CELL };
    for (int i = 0; i < 3; i++) {
        gc_release(chain(heap, kinds[i], depth, NULL));
        cr_assert_eq(objects_in(heap), 0, "by counts");
        gc_list *end = gc_list_create(heap, 0, NULL);
        void *start = chain(heap, kinds[i], depth, end);
        gc_list_append(end, start);
        gc_release(end);
        cr_assert_eq(gc_collect(heap), 0);
        gc_release(start);
        cr_assert_eq(gc_collect(heap), depth + 1, "as a cycle");
    }
    close_heap(heap);
}

Test(container_cycles, shown_by_introspection)
{
    gc_heap *heap = open_heap();
    gc_list *list = gc_list_create(heap, 0, NULL);
    gc_tuple *tuple = gc_tuple_of(heap, list);
    gc_list_append(list, tuple);
    cr_assert_eq(gc_generation_of(list), 0);
    cr_assert(gc_is_tracked(tuple));
    gc_collect_generation(heap, 0);
    cr_assert_eq(gc_generation_of(list), 1);
    gc_weak *weak = gc_weak_create(tuple, NULL, NULL);
    cr_assert(weak_alive(weak));
    gc_release(tuple);
    gc_release(list);
    gc_collect(heap);
    cr_assert(!weak_alive(weak));
    gc_release(weak);
    close_heap(heap);
}
