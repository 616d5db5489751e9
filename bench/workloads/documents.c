/* SPDX-License-Identifier: MIT */
/* documents.c: documents of 100 nodes with links to parent, children and siblings, replaced at random. Once only the links downwards and
 * forwards own what they lead to, as careful programs do it; once all of them do, and every document is cyclic garbage. */
#include "bench/workloads/pairs.h"

#define SLOTS 1000
#define NODES 100

struct node {
    gc_object gc;
    struct node *parent, *first_child, *last_child, *next, *previous;
};

/* `parent`, `last_child` and `previous` of the first own nothing. */
static const gc_type_info counted_info = GC_TYPE_INFO(struct node, GC_REFS(first_child, next));
static const gc_type_info linked_info = GC_TYPE_INFO(struct node, GC_REFS(parent, first_child, last_child, next, previous));

static gc_heap *heap;
static gc_type *type;
static bool is_linked;
static struct node *slots[SLOTS];

static void open_heap(struct bench *bench)
{
    heap = pairs_heap(bench);
    is_linked = bench->variant;
    type = pairs_register(heap, is_linked ? &linked_info : &counted_info);
}

/* A link that owns only where the workload says so. */
static void link_back(struct node **field, struct node *target)
{
    if (is_linked)
        gc_set(field, target);
    else
        *field = target;
}

static void append(struct node *parent, struct node *child)
{
    struct node *last = parent->last_child;
    link_back(&child->parent, parent);
    link_back(&child->previous, last);
    link_back(&parent->last_child, child);
    gc_move(last ? &last->next : &parent->first_child, &child);
}

static uint64_t weight_of(const struct node *root, const struct node *last)
{
    uint64_t weight = 0;
    for (const struct node *child = root->first_child; child; child = child->next)
        weight += 31;
    for (const struct node *at = last->parent; at; at = at->parent)
        weight++;
    return weight;
}

/* The caller owns the root. */
static struct node *make_document(struct bench *bench)
{
    struct node *nodes[NODES];
    nodes[0] = pairs_check(gc_create(struct node, type));
    for (size_t i = 1; i < NODES; i++) {
        nodes[i] = pairs_check(gc_create(struct node, type));
        append(nodes[bench_random_below(bench, i)], nodes[i]);
    }
    bench->check += weight_of(nodes[0], nodes[NODES - 1]);
    return nodes[0];
}

static void run(struct bench *bench)
{
    bench->check = 0;
    for (size_t i = 0; i < bench->n; i++) {
        size_t s = bench_random_below(bench, SLOTS);
        struct node *old = slots[s];
        slots[s] = make_document(bench);
        gc_release(old);
    }
    bench->check &= UINT32_MAX;
    for (size_t s = 0; s < SLOTS; s++)
        gc_clear(&slots[s]);
    gc_collect(heap);
    bench->units = bench->n * NODES;
}

static const bench_workload workloads[] = {
    { "documents_counts", 100000, false, BENCH_PACE, open_heap, { { "libgc", NULL, run, NULL } } },
    { "documents_cycles", 100000, true, BENCH_PACE, open_heap, { { "libgc", NULL, run, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
