/* SPDX-License-Identifier: MIT */
/* binary_trees.c: many trees made bottom-up, counted and dropped, beside one that lives; with and without references to parents. */
#include "bench/peers/c/workloads.h"

#define DEPTH_MIN 4

struct node {
    OBJECT_HEAD
    struct node *left, *right;
    struct node *parent; /* not there without parents */
};

#define PLAIN_FIELDS(FIELD) FIELD(left) FIELD(right)
#define PARENT_FIELDS(FIELD) FIELD(left) FIELD(right) FIELD(parent)
OBJECT_TYPE(plain, struct node, offsetof(struct node, parent), PLAIN_FIELDS)
OBJECT_TYPE(child, struct node, sizeof(struct node), PARENT_FIELDS)

static bool has_parents;

static void adopt(struct node *node, struct node *child)
{
    child->parent = node;
    object_retain(node);
}

static struct node *make(size_t depth)
{
    struct node *left = NULL, *right = NULL;
    if (depth > 0) {
        left = make(depth - 1);
        right = make(depth - 1);
    }
    struct node *node = has_parents ? child_create() : plain_create();
    node->left = left;
    node->right = right;
    if (has_parents && depth > 0) {
        adopt(node, left);
        adopt(node, right);
    }
    return node;
}

static uint64_t count(const struct node *node)
{
    return node->left ? 1 + count(node->left) + count(node->right) : 1;
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

static uint64_t make_count_drop(size_t depth)
{
    struct node *tree = make(depth);
    uint64_t nodes = count(tree);
    drop(tree);
    return nodes;
}

static void run(struct bench *bench)
{
    has_parents = bench->variant;
    uint64_t nodes = make_count_drop(bench->n + 1);
    struct node *long_lived = make(bench->n);
    for (size_t depth = DEPTH_MIN; depth <= bench->n; depth += 2) {
        for (size_t i = 0; i < (size_t)1 << (bench->n - depth + DEPTH_MIN); i++)
            nodes += make_count_drop(depth);
    }
    nodes += count(long_lived);
    drop(long_lived);
    if (!bench->is_automatic)
        object_collect();
    bench->units = nodes;
    bench->check = nodes & UINT32_MAX;
}

const bench_workload binary_trees_workloads[] = {
    { "binary_trees_counts", 18, 0, BENCH_PACE, object_open, { { PEER_NAME, NULL, run, workloads_clean } } },
    { "binary_trees_cycles", 18, 1, BENCH_PACE, object_open, { { PEER_NAME, NULL, run, workloads_clean } } },
    { 0 },
};
