/* SPDX-License-Identifier: MIT */
/* sets.c: union, intersection and difference of two sets that share one half of their members. */
#include "bench/workloads/keys.h"

typedef gc_set *set_operation(const gc_set *a, const gc_set *b);

static gc_set *a, *b;

static gc_set *fill(gc_heap *heap, void *const *members, size_t n)
{
    gc_set *set = pairs_check(gc_set_create(heap));
    for (size_t i = 0; i < n; i++) {
        if (!gc_set_add(set, members[i]))
            bench_fail("no memory for a member");
    }
    return set;
}

static void open_sets(struct bench *bench)
{
    struct keys keys;
    size_t n = bench->n;
    keys_open(bench, &keys, n + n / 2);
    a = fill(keys.heap, keys.keys, n);
    b = fill(keys.heap, keys.equals + n / 2, n);
}

static void operate(struct bench *bench, set_operation *operation)
{
    size_t repeats = bench_repeats(bench->n);
    bench->check = 0;
    for (size_t r = 0; r < repeats; r++) {
        gc_set *result = pairs_check(operation(a, b));
        bench->check += gc_set_count(result);
        gc_release(result);
    }
    bench->units = bench->n * repeats;
}

static void unite(struct bench *bench)
{
    operate(bench, gc_set_union);
}

static void intersect(struct bench *bench)
{
    operate(bench, gc_set_intersection);
}

static void subtract(struct bench *bench)
{
    operate(bench, gc_set_difference);
}

#define OF_KIND(NAME, KIND) \
    { "set_union_" NAME, 1000000, KIND, 0, open_sets, { { "libgc", NULL, unite, NULL } } }, \
    { "set_intersection_" NAME, 1000000, KIND, 0, open_sets, { { "libgc", NULL, intersect, NULL } } }, \
    { "set_difference_" NAME, 1000000, KIND, 0, open_sets, { { "libgc", NULL, subtract, NULL } } }

static const bench_workload workloads[] = {
    OF_KIND("string", KEYS_STRING),
    OF_KIND("integer", KEYS_INTEGER),
    OF_KIND("identity", KEYS_IDENTITY),
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
