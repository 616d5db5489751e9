/* SPDX-License-Identifier: MIT */
/* create_release.c: objects made and released: one at a time, over many, and through a ring of a thousand; in four sizes. */
#include "bench/workloads/pairs.h"

#define RING 1000
#define INLINED static inline __attribute__((always_inline)) /* so that each size is a constant where it is created */

struct object_64 {
    gc_object gc;
    struct pair *left, *right;
    char rest[64 - 24];
};

struct object_512 {
    gc_object gc;
    struct pair *left, *right;
    char rest[512 - 24];
};

struct object_4096 {
    gc_object gc;
    struct pair *left, *right;
    char rest[4096 - 24];
};

static const gc_type_info info_64 = GC_TYPE_INFO(struct object_64, GC_REFS(left, right));
static const gc_type_info info_512 = GC_TYPE_INFO(struct object_512, GC_REFS(left, right));
static const gc_type_info info_4096 = GC_TYPE_INFO(struct object_4096, GC_REFS(left, right));

static gc_type *type;
static void **held;

static void open_size(struct bench *bench)
{
    const gc_type_info *info = bench->variant == 24 ? &pair_info : bench->variant == 64 ? &info_64
        : bench->variant == 512                      ? &info_512
                                                     : &info_4096;
    type = pairs_register(pairs_heap(bench), info);
    held = bench_memory(bench->n > RING ? bench->n : RING, sizeof *held);
}

INLINED void *create_24(void)
{
    return pairs_create(type);
}

INLINED void *create_64(void)
{
    return pairs_check(gc_create(struct object_64, type));
}

INLINED void *create_512(void)
{
    return pairs_check(gc_create(struct object_512, type));
}

INLINED void *create_4096(void)
{
    return pairs_check(gc_create(struct object_4096, type));
}

INLINED void one(struct bench *bench, void *(*create)(void))
{
    for (size_t i = 0; i < bench->n; i++) {
        void *object = create();
        bench_use(object);
        gc_release(object);
    }
    bench->check = bench->n;
}

INLINED void many(struct bench *bench, void *(*create)(void))
{
    for (size_t i = 0; i < bench->n; i++)
        held[i] = create();
    for (size_t i = 0; i < bench->n; i++)
        gc_release(held[i]);
    bench->check = bench->n;
}

static void one_24(struct bench *bench)
{
    one(bench, create_24);
}

static void one_64(struct bench *bench)
{
    one(bench, create_64);
}

static void one_512(struct bench *bench)
{
    one(bench, create_512);
}

static void one_4096(struct bench *bench)
{
    one(bench, create_4096);
}

static void many_24(struct bench *bench)
{
    many(bench, create_24);
}

static void many_64(struct bench *bench)
{
    many(bench, create_64);
}

static void many_512(struct bench *bench)
{
    many(bench, create_512);
}

static void many_4096(struct bench *bench)
{
    many(bench, create_4096);
}

static void ring_24(struct bench *bench)
{
    size_t at = 0;
    for (size_t i = 0; i < bench->n; i++) {
        gc_release(held[at]);
        held[at] = create_24();
        at = at + 1 == RING ? 0 : at + 1;
    }
    for (size_t i = 0; i < RING; i++) {
        gc_release(held[i]);
        held[i] = NULL;
    }
    bench->check = bench->n;
}

static const bench_workload workloads[] = {
    { "create_release_one_24", 10000000, 24, BENCH_PACE, open_size, { { "libgc", NULL, one_24, NULL } } },
    { "create_release_one_64", 10000000, 64, BENCH_PACE, open_size, { { "libgc", NULL, one_64, NULL } } },
    { "create_release_one_512", 4000000, 512, BENCH_PACE, open_size, { { "libgc", NULL, one_512, NULL } } },
    { "create_release_one_4096", 1000000, 4096, BENCH_PACE, open_size, { { "libgc", NULL, one_4096, NULL } } },
    { "create_release_many_24", 4000000, 24, BENCH_PACE, open_size, { { "libgc", NULL, many_24, NULL } } },
    { "create_release_many_64", 2000000, 64, BENCH_PACE, open_size, { { "libgc", NULL, many_64, NULL } } },
    { "create_release_many_512", 400000, 512, BENCH_PACE, open_size, { { "libgc", NULL, many_512, NULL } } },
    { "create_release_many_4096", 50000, 4096, BENCH_PACE, open_size, { { "libgc", NULL, many_4096, NULL } } },
    { "create_release_ring_24", 10000000, 24, BENCH_PACE, open_size, { { "libgc", NULL, ring_24, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
