/* SPDX-License-Identifier: MIT */
/* live_random.c: a full collection of a live random graph, whose references go where addresses do not tell. */
#include "bench/workloads/limit.h"

#include <stdlib.h>

static gc_heap *heap;
static struct pair *root;
static uint64_t graph_check;

static void open_random(struct bench *bench)
{
    gc_type *type;
    uint32_t *left = bench_memory(bench->n, sizeof *left), *right = bench_memory(bench->n, sizeof *right);
    graph_check = bench_random_graph(bench, bench->n, left, right);
    heap = pairs_open(bench, &type);
    size_t before = bench_resident_bytes() + (bench->n + 1) * sizeof(struct pair *); /* the array, which is touched at once */
    struct pair **pairs = pairs_create_all(type, bench->n);
    for (size_t i = 0; i < bench->n; i++) {
        pairs[i]->left = gc_retain(pairs[left[i]]);
        pairs[i]->right = gc_retain(pairs[right[i]]);
    }
    for (size_t i = 1; i < bench->n; i++)
        gc_release(pairs[i]); /* the graph owns them now */
    root = pairs[0];
    pairs_collect(heap, 0);
    bench->bytes_per_object = ((double)bench_resident_bytes() - (double)before) / (double)bench->n;
    limit_survey(pairs, bench->n);
    free(left);
    free(right);
    free(pairs);
}

static void touch_root(struct bench *bench)
{
    (void)bench;
    pairs_touch(root);
}

static void collect(struct bench *bench)
{
    pairs_collect(heap, 0);
    bench->check = graph_check;
}

static const bench_workload workloads[] = {
    { "full_random", 4000000, 0, 0, open_random,
      { { "libgc", touch_root, collect, NULL }, { "limit", NULL, limit_pass, NULL }, { "memcpy", NULL, limit_copy, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
