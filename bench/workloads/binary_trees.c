/* SPDX-License-Identifier: MIT */
/* binary_trees.c: trees of many depths made, counted and dropped, beside a long-lived one. Once of nodes that refer to their children
 * only, and die by count; once with a reference to the parent as well, so that every tree is cyclic garbage. */
#include "bench/workloads/pairs.h"

#define DEPTH_LEAST 4

/* With the parent: a pair at its start, so that one program serves both. */
struct linked {
    struct pair pair;
    struct pair *parent;
};

static const gc_type_info linked_info = GC_TYPE_INFO(struct linked, GC_REFS(pair.left, pair.right, parent));

static gc_heap *heap;
static gc_type *type;
static bool is_linked;
static uint64_t created;

static void open_trees(struct bench *bench)
{
    heap = pairs_heap(bench);
    is_linked = bench->variant;
    type = pairs_register(heap, is_linked ? &linked_info : &pair_info);
}

static struct pair *create(void)
{
    created++;
    return is_linked ? pairs_check(gc_create(struct linked, type)) : pairs_create(type);
}

/* Moves a child that the caller owns into its field. */
static void adopt(struct pair *parent, struct pair **field, struct pair *child)
{
    if (is_linked)
        gc_set(&((struct linked *)child)->parent, parent);
    gc_move(field, &child);
}

/* Children first. The caller owns the root. */
static struct pair *make(size_t depth)
{
    if (depth == 0)
        return create();
    struct pair *left = make(depth - 1), *right = make(depth - 1), *node = create();
    adopt(node, &node->left, left);
    adopt(node, &node->right, right);
    return node;
}

static uint64_t count(const struct pair *node)
{
    return node->left ? 1 + count(node->left) + count(node->right) : 1;
}

static uint64_t make_count_drop(size_t depth)
{
    struct pair *tree = make(depth);
    uint64_t nodes = count(tree);
    gc_release(tree);
    return nodes;
}

static void run(struct bench *bench)
{
    created = 0;
    uint64_t check = make_count_drop(bench->n + 1);
    struct pair *long_lived = make(bench->n);
    for (size_t depth = DEPTH_LEAST; depth <= bench->n; depth += 2) {
        for (size_t i = 0; i < (size_t)1 << (bench->n - depth + DEPTH_LEAST); i++)
            check += make_count_drop(depth);
    }
    bench->check = (check + count(long_lived)) & UINT32_MAX;
    gc_release(long_lived);
    gc_collect(heap);
    bench->units = created;
}

static const bench_workload workloads[] = {
    { "binary_trees_counts", 18, false, BENCH_PACE, open_trees, { { "libgc", NULL, run, NULL } } },
    { "binary_trees_cycles", 18, true, BENCH_PACE, open_trees, { { "libgc", NULL, run, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
