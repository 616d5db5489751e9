/* SPDX-License-Identifier: MIT */
/* churn.c: tracked objects of many sizes that die by count: replaced at random, like larson; and in batches that another part of
 * the program drops later, like xmalloc-test. */
#include "bench/workloads/pairs.h"

#define SLOTS 10000
#define SIZES 32
#define BATCH 100
#define BATCHES 100

struct row {
    gc_object gc;
    size_t count;
    struct row *items[];
};

static const gc_type_info row_info = GC_TYPE_INFO(struct row, GC_REF_FLEX(items, count));

static gc_type *type;
static struct row *slots[SLOTS], *queue[BATCHES][BATCH];

static struct row *create(size_t references)
{
    return pairs_check(gc_create_flex(struct row, type, references));
}

static void open_heap(struct bench *bench)
{
    type = pairs_register(pairs_heap(bench), &row_info);
}

static void fill(struct bench *bench)
{
    for (size_t s = 0; s < SLOTS; s++)
        slots[s] = create(bench_random_below(bench, SIZES));
    bench_random_restart(bench);
}

static void larson(struct bench *bench)
{
    bench->check = 0;
    for (size_t i = 0; i < bench->n; i++) {
        size_t s = bench_random_below(bench, SLOTS), references = bench_random_below(bench, SIZES);
        gc_release(slots[s]);
        slots[s] = create(references);
        bench->check += references;
    }
}

static void drop(struct bench *bench)
{
    (void)bench;
    for (size_t s = 0; s < SLOTS; s++)
        gc_release(slots[s]);
}

static void release_batch(struct row **batch)
{
    for (size_t i = 0; i < BATCH; i++) {
        gc_release(batch[i]);
        batch[i] = NULL;
    }
}

static void xmalloc(struct bench *bench)
{
    bench->check = 0;
    for (size_t b = 0; b < bench->n / BATCH; b++) {
        struct row **batch = queue[b % BATCHES];
        release_batch(batch);
        for (size_t i = 0; i < BATCH; i++) {
            size_t references = bench_random_below(bench, SIZES);
            batch[i] = create(references);
            bench->check += references;
        }
    }
    for (size_t b = 0; b < BATCHES; b++)
        release_batch(queue[b]);
}

static const bench_workload workloads[] = {
    { "larson", 10000000, 0, BENCH_PACE, open_heap, { { "libgc", fill, larson, drop } } },
    { "xmalloc", 10000000, 0, BENCH_PACE, open_heap, { { "libgc", NULL, xmalloc, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
