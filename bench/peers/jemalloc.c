/* SPDX-License-Identifier: MIT */
/* jemalloc.c: the workloads of bench_create_release.c on jemalloc alone, with mallocx and sdallocx of the same size. A program of its
 * own, linked with the system's jemalloc, because the library's is hidden inside it. */
#include "bench/harness.h"

#include <jemalloc/jemalloc.h>

#define PAIR_BYTES 24

struct pair {
    void *header;
    struct pair *left, *right;
};

static void **objects_held;

static double churn(size_t objects, size_t window)
{
    static void *ring[1000000];
    size_t at = 0;
    for (size_t i = 0; i < objects; i++) {
        if (ring[at])
            sdallocx(ring[at], PAIR_BYTES, 0);
        ring[at] = mallocx(PAIR_BYTES, 0);
        at = at + 1 == window ? 0 : at + 1;
    }
    for (size_t i = 0; i < window; i++) {
        if (ring[i])
            sdallocx(ring[i], PAIR_BYTES, 0);
        ring[i] = NULL;
    }
    return (double)objects;
}

static double churn_1(size_t objects)
{
    return churn(objects, 1);
}

static double churn_1000(size_t objects)
{
    return churn(objects, 1000);
}

static double churn_1000000(size_t objects)
{
    return churn(objects, 1000000);
}

static double create_hold(size_t objects)
{
    for (size_t i = 0; i < objects; i++) {
        struct pair *pair = mallocx(PAIR_BYTES, 0);
        pair->header = NULL;
        pair->left = pair->right = NULL;
        objects_held[i] = pair;
    }
    return (double)objects;
}

static void release_all(size_t objects)
{
    for (size_t i = 0; i < objects; i++)
        sdallocx(objects_held[i], PAIR_BYTES, 0);
}

static double create_release_all(size_t objects)
{
    create_hold(objects);
    release_all(objects);
    return (double)objects;
}

static void prepare_hold(size_t objects)
{
    if (!objects_held)
        objects_held = bench_pointers(objects);
}

static double resident_bytes(size_t objects)
{
    size_t before = bench_resident_bytes();
    create_hold(objects);
    return ((double)bench_resident_bytes() - (double)before) / (double)objects;
}

static const bench_case cases[] = {
    { "create_hold_cold", BENCH_COLD, "ns", prepare_hold, create_hold, NULL },
    { "resident_bytes", BENCH_VALUE, "bytes", prepare_hold, resident_bytes, NULL },
    { "create_release_1", BENCH_WARM, "ns", NULL, churn_1, NULL },
    { "create_release_1000", BENCH_WARM, "ns", NULL, churn_1000, NULL },
    { "create_release_1000000", BENCH_WARM, "ns", NULL, churn_1000000, NULL },
    { "create_release_all", BENCH_WARM, "ns", prepare_hold, create_release_all, NULL },
    { "create_hold_warm", BENCH_WARM, "ns", prepare_hold, create_hold, release_all },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, cases, sizeof cases / sizeof *cases, 4000000);
}
