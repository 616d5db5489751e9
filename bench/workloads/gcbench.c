/* SPDX-License-Identifier: MIT */
/* gcbench.c: the benchmark of J. Ellis, P. Kovac and H. Boehm, written from its description: trees made from the top and from the
 * bottom, beside a long-lived tree and a long-lived array. Once released by counts; once with references to the parents, so that
 * every tree is cyclic garbage. */
#include "bench/workloads/pairs.h"

#define DEPTH_LEAST 4
#define DOUBLES 500000

struct node {
    gc_object gc;
    struct node *left, *right;
    int i, j;
};

/* With the parent: a node at its start, so that one program serves both. */
struct linked {
    struct node node;
    struct node *parent;
};

struct array {
    gc_object gc;
    size_t count;
    double values[];
};

static const gc_type_info node_info = GC_TYPE_INFO(struct node, GC_REFS(left, right));
static const gc_type_info linked_info = GC_TYPE_INFO(struct linked, GC_REFS(node.left, node.right, parent));
static const gc_type_info array_info = GC_TYPE_INFO(struct array, GC_BYTES_FLEX(values, count), GC_TYPE_FLAGS(GC_ACYCLIC));

static gc_heap *heap;
static gc_type *type, *array_type;
static bool is_linked;
static uint64_t created;

static void open_heap(struct bench *bench)
{
    heap = pairs_heap(bench);
    is_linked = bench->variant;
    type = pairs_register(heap, is_linked ? &linked_info : &node_info);
    array_type = pairs_register(heap, &array_info);
}

static struct node *create(void)
{
    created++;
    return is_linked ? pairs_check(gc_create(struct linked, type)) : pairs_check(gc_create(struct node, type));
}

/* Moves a child that the caller owns into its field. */
static void adopt(struct node *parent, struct node **field, struct node *child)
{
    if (is_linked)
        gc_set(&((struct linked *)child)->parent, parent);
    gc_move(field, &child);
}

static uint64_t size_of_tree(size_t depth)
{
    return ((uint64_t)2 << depth) - 1;
}

/* From the top: the node is there, its children are made and stored, then theirs. */
static void populate(struct node *node, size_t depth)
{
    if (depth == 0)
        return;
    adopt(node, &node->left, create());
    adopt(node, &node->right, create());
    populate(node->left, depth - 1);
    populate(node->right, depth - 1);
}

static struct node *make_from_top(size_t depth)
{
    struct node *root = create();
    populate(root, depth);
    return root;
}

static struct node *make_from_bottom(size_t depth)
{
    if (depth == 0)
        return create();
    struct node *left = make_from_bottom(depth - 1), *right = make_from_bottom(depth - 1), *node = create();
    adopt(node, &node->left, left);
    adopt(node, &node->right, right);
    return node;
}

static uint64_t count(const struct node *node)
{
    return node->left ? 1 + count(node->left) + count(node->right) : 1;
}

static void run(struct bench *bench)
{
    size_t stretch = bench->n, most = bench->n > 2 ? bench->n - 2 : 0;
    created = 0;
    gc_release(make_from_bottom(stretch));
    struct node *long_lived = make_from_top(most);
    struct array *array = pairs_check(gc_create_flex(struct array, array_type, DOUBLES));
    created++;
    for (size_t i = 1; i < DOUBLES / 2; i++)
        array->values[i] = 1.0 / (double)i;
    for (size_t depth = DEPTH_LEAST; depth <= most; depth += 2) {
        uint64_t times = 2 * size_of_tree(stretch) / size_of_tree(depth);
        for (uint64_t i = 0; i < times; i++)
            gc_release(make_from_top(depth));
        for (uint64_t i = 0; i < times; i++)
            gc_release(make_from_bottom(depth));
    }
    if (count(long_lived) != size_of_tree(most) || array->values[1000] != 1.0 / 1000)
        bench_fail("what lives long was damaged");
    gc_release(long_lived);
    gc_release(array);
    gc_collect(heap);
    bench->units = bench->check = created;
}

static const bench_workload workloads[] = {
    { "gcbench_counts", 18, false, BENCH_PACE, open_heap, { { "libgc", NULL, run, NULL } } },
    { "gcbench_cycles", 18, true, BENCH_PACE, open_heap, { { "libgc", NULL, run, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
