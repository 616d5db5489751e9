/* SPDX-License-Identifier: MIT */
/* weak_references.c: garbage in rings of three, every tenth object of which has a weak reference to it. Where objects are traced. */
#include "bench/peers/c/graphs.h"
#include "bench/peers/c/workloads.h"

static void **weak; /* memory that the collector does not look at */

static void open_weak(struct bench *bench)
{
    object_open(bench);
    weak = bench_memory(bench->n / 10 + 1, sizeof *weak);
}

static struct pair *create(size_t number)
{
    struct pair *pair = pair_create();
    if (number % 10 == 0) {
        weak[number / 10] = pair;
        GC_general_register_disappearing_link(&weak[number / 10], pair);
    }
    return pair;
}

static void make(struct bench *bench)
{
    for (size_t made = 0; made + 3 <= bench->n; made += 3) {
        struct pair *first = create(made);
        first->left = create(made + 1);
        first->left->left = create(made + 2);
        first->left->left->left = first;
    }
}

static void collect(struct bench *bench)
{
    object_collect();
    bench->units = bench->n / 3 * 3;
}

static void count_empty(struct bench *bench)
{
    bench->check = 0;
    for (size_t i = 0; 10 * i < bench->n / 3 * 3; i++)
        bench->check += weak[i] == NULL;
}

const bench_workload weak_references_workloads[] = {
    { "weak_references", 3000000, 0, 0, open_weak, { { PEER_NAME, make, collect, count_empty } } },
    { 0 },
};
