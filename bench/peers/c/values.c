/* SPDX-License-Identifier: MIT */
/* values.c: a full collection of a live tree whose nodes are values, as an interpreter has them: words that are integers or references. */
#include "bench/peers/c/graphs.h"
#include "bench/peers/c/workloads.h"

struct node {
    OBJECT_HEAD
    uintptr_t values[4];
};

OBJECT_VALUES_TYPE(node, struct node)

static struct node *root;

static uintptr_t integer(size_t number)
{
    return (uintptr_t)number << 1 | 1;
}

static void open_values(struct bench *bench)
{
    object_open(bench);
    struct node **nodes = object_array(bench->n);
    size_t before = bench_resident_bytes();
    for (size_t i = 0; i < bench->n; i++) {
        nodes[i] = node_create();
        nodes[i]->values[2] = integer(i);
        nodes[i]->values[3] = integer(i + 1);
        if (i > 0)
            nodes[(i - 1) / 2]->values[(i - 1) % 2] = (uintptr_t)nodes[i];
    }
    root = nodes[0];
    graphs_collect(0);
    bench->bytes_per_object = ((double)bench_resident_bytes() - (double)before) / (double)bench->n;
    object_array_free(nodes);
}

static void collect(struct bench *bench)
{
    bench_use(root);
    graphs_collect(0);
    bench->check = bench->n;
}

const bench_workload values_workloads[] = {
    { "full_values", 2000000, 0, 0, open_values, { { PEER_NAME, NULL, collect, NULL } } },
    { 0 },
};
