/* SPDX-License-Identifier: MIT */
/* test_leak_report.c: which objects a heap that keeps records tells of when it is closed, and which words of others it suspects. What it
 * tells of each is in test_records. */
#include "../support/misuse.h"

#include <string.h>

static void leak_many(gc_heap *heap)
{
    gc_immortalize(node_new(heap, 0));
    for (int i = 0; i < 20; i++)
        node_new(heap, i);
    struct list *list = list_new(heap, 300); /* more than a byte counts */
    struct leaf *leaf = leaf_new(heap, 1);
    for (int i = 0; i < 300; i++)
        gc_set(&list->items[i], (void *)leaf);
    gc_release(leaf);
    child_check(gc_heap_close(heap) == 22);
}

Test(leak_report, is_cut_short)
{
    check_records = 1;
    cr_assert_eq(run_provoked(leak_many), 0, "%s", message());
    cr_assert_not_null(strstr(message(), "libgc: 13 more objects are held from outside, and 1 by other objects alone"), "%s", message());
}

/* A reference that a line describes is none that was forgotten. */
struct pair {
    int tag;
    void *payload;
};

struct holder {
    gc_object gc;
    struct pair value;
};

static const gc_value_rule pair_rule = GC_PAIR_RULE(struct pair, tag, payload, 2, 0);
static const gc_type_info holder_info = GC_TYPE_INFO(struct holder, GC_VALUES(pair_rule, value));

static void leak_in_a_pair(gc_heap *heap)
{
    struct holder *holder = gc_create(struct holder, gc_type_register(heap, &holder_info));
    struct node *node = node_new(heap, 1);
    gc_retain(node);
    holder->value = (struct pair){ 1, node };
    child_check(gc_heap_close(heap) == 2);
}

Test(leak_report, a_field_that_is_listed_is_not_suspected)
{
    check_records = 1;
    cr_assert_eq(run_provoked(leak_in_a_pair), 0, "%s", message());
    cr_expect_not_null(strstr(message(), "'struct node' was left when the heap was closed: 1 of its 2 references are from outside; "));
    cr_expect_null(strstr(message(), "has its address"), "%s", message());
}

struct visited {
    gc_object gc;
    struct node *visited, *forgotten;
};

static void visit_first(void *object, gc_visitor *visitor)
{
    gc_visit(visitor, &((struct visited *)object)->visited);
}

static const gc_type_info visited_type = GC_TYPE_INFO(struct visited, GC_TRAVERSE(visit_first));

static void leak_in_traversed(gc_heap *heap)
{
    struct visited *holder = gc_create(struct visited, gc_type_register(heap, &visited_type));
    struct node *node = node_new(heap, 1);
    holder->visited = gc_retain(node);
    holder->forgotten = node;
    child_check(gc_heap_close(heap) == 2);
}

Test(leak_report, a_field_that_is_visited_is_not_suspected_and_another_is)
{
    check_records = 1;
    cr_assert_eq(run_provoked(leak_in_traversed), 0, "%s", message());
    cr_expect_null(strstr(message(), "offset 8 of object"), "%s", message());
    cr_expect_not_null(strstr(message(), "offset 16 of object"), "%s", message());
}

static void leak_behind_the_struct(gc_heap *heap)
{
    struct visited *holder = gc_create_extra(struct visited, gc_type_register(heap, &visited_type), 2 * sizeof(void *));
    struct node *node = node_new(heap, 1);
    memcpy(holder + 1, &node, sizeof node);
    child_check(gc_heap_close(heap) == 2);
}

Test(leak_report, what_lies_behind_the_struct_is_not_suspected)
{
    check_records = 1;
    cr_assert_eq(run_provoked(leak_behind_the_struct), 0, "%s", message());
    cr_expect_not_null(strstr(message(), "'struct node' was left when the heap was closed"), "%s", message());
    cr_expect_null(strstr(message(), "has its address"), "%s", message());
}
