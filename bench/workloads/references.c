/* SPDX-License-Identifier: MIT */
/* references.c: retain, release and set over many objects, in memory order and in random order, beside the same with a plain int in
 * each. */
#include "bench/workloads/pairs.h"

/* What the limit does its ++ and -- in: as large as a pair. */
struct counted {
    int count, rest;
    struct counted *left, *right;
};

static gc_heap *heap;
static struct pair **pairs;
static struct counted *counted, **plain;

static void open_references(struct bench *bench)
{
    gc_type *type;
    size_t n = bench->n;
    uint32_t *order = bench->variant ? bench_shuffle(bench, n) : NULL;
    heap = pairs_open(bench, &type);
    struct pair **created = pairs_create_all(type, n);
    pairs = bench_memory(n, sizeof(struct pair *));
    plain = bench_memory(n, sizeof(struct counted *));
    counted = bench_memory(n, sizeof *counted);
    for (size_t i = 0; i < n; i++) {
        size_t at = order ? order[i] : i;
        pairs[i] = created[at];
        plain[i] = &counted[at];
    }
}

static void retain_release(struct bench *bench)
{
    for (size_t i = 0; i < bench->n; i++)
        gc_retain(pairs[i]);
    for (size_t i = 0; i < bench->n; i++)
        gc_release(pairs[i]);
    bench->check = bench->n;
}

/* What a full collection has kept is quiet: its next release takes the slow call, once (docs/decisions.md). */
static void make_quiet(struct bench *bench)
{
    (void)bench;
    pairs_collect(heap, 0);
}

static void increment_decrement(struct bench *bench)
{
    for (size_t i = 0; i < bench->n; i++)
        plain[i]->count++;
    bench_use(plain);
    for (size_t i = 0; i < bench->n; i++)
        plain[i]->count--;
    bench_use(plain);
    bench->check = bench->n;
}

static void set(struct bench *bench)
{
    for (size_t i = 0; i + 1 < bench->n; i++)
        gc_set(&pairs[i]->left, pairs[i + 1]);
    gc_set(&pairs[bench->n - 1]->left, pairs[0]);
    bench->check = bench->n;
}

static void set_one(struct counted *object, struct counted *value)
{
    struct counted *old = object->left;
    value->count++;
    object->left = value;
    if (old)
        old->count--;
}

static void store(struct bench *bench)
{
    for (size_t i = 0; i + 1 < bench->n; i++)
        set_one(plain[i], plain[i + 1]);
    set_one(plain[bench->n - 1], plain[0]);
    bench_use(plain);
    bench->check = bench->n;
}

#define RETAIN_RELEASE { { "libgc", NULL, retain_release, NULL }, { "limit", NULL, increment_decrement, NULL } }
#define RETAIN_RELEASE_OLD { { "libgc", make_quiet, retain_release, NULL }, { "limit", NULL, increment_decrement, NULL } }
#define SET { { "libgc", NULL, set, NULL }, { "limit", NULL, store, NULL } }

static const bench_workload workloads[] = {
    { "retain_release_sequential", 1000000, 0, 0, open_references, RETAIN_RELEASE },
    { "retain_release_random", 1000000, 1, 0, open_references, RETAIN_RELEASE },
    { "retain_release_old", 1000000, 1, 0, open_references, RETAIN_RELEASE_OLD },
    { "set_sequential", 1000000, 0, 0, open_references, SET },
    { "set_random", 1000000, 1, 0, open_references, SET },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
