/* SPDX-License-Identifier: MIT */
/* live_list.c: a full collection of a live list, in the order of memory and in a random one, and what following it costs. */
#include "bench/workloads/limit.h"

#include <stdlib.h>

static gc_heap *heap;
static struct pair *root;
static uint64_t list_check;

static void open_list(struct bench *bench)
{
    gc_type *type;
    size_t n = bench->n;
    uint32_t *order = bench->variant ? bench_shuffle(bench, n) : NULL;
    list_check = bench->variant ? 0 : n;
    heap = pairs_open(bench, &type);
    struct pair **pairs = pairs_create_all(type, n);
    for (size_t k = 0; k < n; k++) {
        if (order)
            list_check += (k % 7) * order[k];
        if (k + 1 < n)
            pairs[order ? order[k] : k]->left = pairs[order ? order[k + 1] : k + 1];
    }
    list_check &= UINT32_MAX;
    root = pairs[order ? order[0] : 0];
    pairs_collect(heap, 0);
    limit_root(root);
    limit_survey(pairs, n);
    free(pairs);
    free(order);
}

static void touch_root(struct bench *bench)
{
    (void)bench;
    pairs_touch(root);
}

static void collect(struct bench *bench)
{
    pairs_collect(heap, 0);
    bench->check = list_check;
}

#define PARTS \
    { { "libgc", touch_root, collect, NULL }, { "limit", NULL, limit_pass, NULL }, { "chase", NULL, limit_chase, NULL }, \
    { "memcpy", NULL, limit_copy, NULL } }

static const bench_workload workloads[] = {
    { "full_list", 4000000, 0, 0, open_list, PARTS },
    { "full_list_random", 4000000, 1, 0, open_list, PARTS },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
