/* SPDX-License-Identifier: MIT */
/* create_release.c: objects made and released: one at a time, over many, and through a ring of a thousand; in four sizes. */
#include "bench/peers/c/workloads.h"

#define RING 1000
#define INLINED static inline __attribute__((always_inline)) /* so that each size is a constant where it is created */

/* `bytes` are those of a word and two references and the rest; another head than a word comes on top, none is less. */
#define SIZED(BYTES)                                                                             \
    struct object_##BYTES {                                                                      \
        OBJECT_HEAD                                                                              \
        struct pair *left, *right;                                                               \
        char rest[BYTES - 24];                                                                   \
    };                                                                                           \
    OBJECT_TYPE(sized_##BYTES, struct object_##BYTES, sizeof(struct object_##BYTES), PAIR_FIELDS) \
    INLINED void *create_##BYTES(void)                                                           \
    {                                                                                            \
        struct object_##BYTES *object = sized_##BYTES##_create();                                \
        if (IS_BY_HAND)                                                                          \
            memset(object->rest, 0, sizeof object->rest);                                        \
        return object;                                                                           \
    }                                                                                            \
    INLINED void release_##BYTES(void *object)                                                   \
    {                                                                                            \
        sized_##BYTES##_release(object);                                                         \
    }

#define MEASURED(BYTES)                                      \
    static void one_##BYTES(struct bench *bench)             \
    {                                                        \
        one(bench, create_##BYTES, release_##BYTES);         \
    }                                                        \
    static void many_##BYTES(struct bench *bench)            \
    {                                                        \
        many(bench, create_##BYTES, release_##BYTES);        \
    }

static void **held;

static void open_held(struct bench *bench)
{
    object_open(bench);
    held = object_array(bench->n > RING ? bench->n : RING);
}

INLINED void one(struct bench *bench, void *(*create)(void), void (*release)(void *))
{
    for (size_t i = 0; i < bench->n; i++) {
        void *object = create();
        bench_use(object);
        release(object);
    }
    bench->check = bench->n;
}

/* What is forgotten is forgotten by its array. */
INLINED void many(struct bench *bench, void *(*create)(void), void (*release)(void *))
{
    for (size_t i = 0; i < bench->n; i++)
        held[i] = create();
    for (size_t i = 0; i < bench->n; i++) {
        release(held[i]);
        if (IS_TRACED)
            held[i] = NULL;
    }
    bench->check = bench->n;
}

INLINED void *create_24(void)
{
    return pair_create();
}

INLINED void release_24(void *object)
{
    pair_release(object);
}

SIZED(64)
SIZED(512)
SIZED(4096)

MEASURED(24)
MEASURED(64)
MEASURED(512)
MEASURED(4096)

static void ring_24(struct bench *bench)
{
    size_t at = 0;
    for (size_t i = 0; i < bench->n; i++) {
        if (held[at])
            release_24(held[at]);
        held[at] = create_24();
        at = at + 1 == RING ? 0 : at + 1;
    }
    for (size_t i = 0; i < RING; i++) {
        if (held[i])
            release_24(held[i]);
        held[i] = NULL;
    }
    bench->check = bench->n;
}

const bench_workload create_release_workloads[] = {
    { "create_release_one_24", 10000000, 24, BENCH_PACE, open_held, { { PEER_NAME, NULL, one_24, NULL } } },
    { "create_release_one_64", 10000000, 64, BENCH_PACE, open_held, { { PEER_NAME, NULL, one_64, NULL } } },
    { "create_release_one_512", 4000000, 512, BENCH_PACE, open_held, { { PEER_NAME, NULL, one_512, NULL } } },
    { "create_release_one_4096", 1000000, 4096, BENCH_PACE, open_held, { { PEER_NAME, NULL, one_4096, NULL } } },
    { "create_release_many_24", 4000000, 24, BENCH_PACE, open_held, { { PEER_NAME, NULL, many_24, NULL } } },
    { "create_release_many_64", 2000000, 64, BENCH_PACE, open_held, { { PEER_NAME, NULL, many_64, NULL } } },
    { "create_release_many_512", 400000, 512, BENCH_PACE, open_held, { { PEER_NAME, NULL, many_512, NULL } } },
    { "create_release_many_4096", 50000, 4096, BENCH_PACE, open_held, { { PEER_NAME, NULL, many_4096, NULL } } },
    { "create_release_ring_24", 10000000, 24, BENCH_PACE, open_held, { { PEER_NAME, NULL, ring_24, NULL } } },
    { 0 },
};
