/* SPDX-License-Identifier: MIT */
/* gcbench.c: after the description of the benchmark of Ellis, Kovac and Boehm: trees made top-down and bottom-up beside a tree and an array
 * that live; with and without references to parents. */
#include "bench/peers/c/workloads.h"

#define DEPTH_MIN 4
#define NUMBERS 500000

struct node {
    OBJECT_HEAD
    struct node *left, *right;
    int i, j;
    struct node *parent; /* not there without parents */
};

struct numbers {
    OBJECT_HEAD
    double values[NUMBERS];
};

#define PLAIN_FIELDS(FIELD) FIELD(left) FIELD(right)
#define PARENT_FIELDS(FIELD) FIELD(left) FIELD(right) FIELD(parent)
OBJECT_TYPE(plain, struct node, offsetof(struct node, parent), PLAIN_FIELDS)
OBJECT_TYPE(child, struct node, sizeof(struct node), PARENT_FIELDS)
OBJECT_LEAF_TYPE(numbers, struct numbers)

static bool has_parents;
static uint64_t made;

static struct node *create(void)
{
    struct node *node = has_parents ? child_create() : plain_create();
    node->i = node->j = 0;
    made++;
    return node;
}

static void adopt(struct node *node, struct node *left, struct node *right)
{
    node->left = left;
    node->right = right;
    if (!has_parents)
        return;
    left->parent = right->parent = node;
    object_retain(node);
    object_retain(node);
}

static struct node *make_bottom_up(size_t depth)
{
    if (depth == 0)
        return create();
    struct node *left = make_bottom_up(depth - 1), *right = make_bottom_up(depth - 1), *node = create();
    adopt(node, left, right);
    return node;
}

static void populate(struct node *node, size_t depth)
{
    if (depth == 0)
        return;
    struct node *left = create(), *right = create();
    adopt(node, left, right);
    populate(left, depth - 1);
    populate(right, depth - 1);
}

static struct node *make_top_down(size_t depth)
{
    struct node *node = create();
    populate(node, depth);
    return node;
}

static void free_tree(struct node *node)
{
    if (node->left) {
        free_tree(node->left);
        free_tree(node->right);
    }
    if (has_parents)
        child_release(node);
    else
        plain_release(node);
}

static void drop(struct node *tree)
{
    if (IS_BY_HAND)
        free_tree(tree);
    else
        plain_release(tree);
}

static uint64_t count(const struct node *node)
{
    return node->left ? 1 + count(node->left) + count(node->right) : 1;
}

static uint64_t size_of(size_t depth)
{
    return ((uint64_t)2 << depth) - 1;
}

static void run(struct bench *bench)
{
    has_parents = bench->variant;
    made = 0;
    drop(make_bottom_up(bench->n));
    struct node *long_lived = make_top_down(bench->n - 2);
    struct numbers *numbers = numbers_create();
    for (int i = 1; i < NUMBERS / 2; i++)
        numbers->values[i] = 1.0 / i;
    for (size_t depth = DEPTH_MIN; depth <= bench->n - 2; depth += 2) {
        uint64_t trees = 2 * size_of(bench->n) / size_of(depth);
        for (uint64_t t = 0; t < trees; t++)
            drop(make_top_down(depth));
        for (uint64_t t = 0; t < trees; t++)
            drop(make_bottom_up(depth));
    }
    if (count(long_lived) != size_of(bench->n - 2) || numbers->values[1000] != 1.0 / 1000)
        bench_fail("what lives was lost");
    drop(long_lived);
    numbers_release(numbers);
    if (!bench->is_automatic)
        object_collect();
    bench->units = made + 1;
    bench->check = (made + 1) & UINT32_MAX;
}

const bench_workload gcbench_workloads[] = {
    { "gcbench_counts", 18, 0, BENCH_PACE, object_open, { { PEER_NAME, NULL, run, workloads_clean } } },
    { "gcbench_cycles", 18, 1, BENCH_PACE, object_open, { { PEER_NAME, NULL, run, workloads_clean } } },
    { 0 },
};
