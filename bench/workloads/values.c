/* SPDX-License-Identifier: MIT */
/* values.c: a full collection of a live tree whose nodes are four tagged words, as an interpreter's are: two references, two integers. */
#include "bench/workloads/pairs.h"

#include <stdlib.h>

/* The lowest bit of a word is set where it is an integer. */
struct node {
    gc_object gc;
    uint64_t words[4];
};

static const gc_value_rule tagged = GC_WORD_RULE(1, 0, ~(uint64_t)1, 1);
static const gc_type_info node_info = GC_TYPE_INFO(struct node, GC_VALUE_ARRAY(tagged, words));

static gc_heap *heap;
static struct node *root;

static uint64_t integer(uint64_t value)
{
    return value << 1 | 1;
}

static void open_values(struct bench *bench)
{
    size_t n = bench->n;
    heap = pairs_heap(bench);
    gc_type *type = pairs_register(heap, &node_info);
    struct node **nodes = bench_memory(n, sizeof(struct node *));
    for (size_t i = 0; i < n; i++)
        nodes[i] = pairs_check(gc_create(struct node, type));
    for (size_t i = 0; i < n; i++) {
        nodes[i]->words[0] = 2 * i + 1 < n ? (uint64_t)(uintptr_t)nodes[2 * i + 1] : 0;
        nodes[i]->words[1] = 2 * i + 2 < n ? (uint64_t)(uintptr_t)nodes[2 * i + 2] : 0;
        nodes[i]->words[2] = integer(i);
        nodes[i]->words[3] = integer(i + 1);
    }
    root = nodes[0];
    free(nodes);
    pairs_collect(heap, 0);
}

static void touch_root(struct bench *bench)
{
    (void)bench;
    pairs_touch(root);
}

static void collect(struct bench *bench)
{
    pairs_collect(heap, 0);
    bench->check = bench->n;
}

static const bench_workload workloads[] = {
    { "full_values", 2000000, 0, 0, open_values, { { "libgc", touch_root, collect, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
