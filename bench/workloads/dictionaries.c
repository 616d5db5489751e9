/* SPDX-License-Identifier: MIT */
/* dictionaries.c: new entries, and looking up keys that are there and keys that are not. */
#include "bench/workloads/keys.h"

static struct keys keys;
static void **values, **present, **absent;
static gc_dict *dict;

static gc_dict *fill(size_t n)
{
    gc_dict *made = pairs_check(gc_dict_create(keys.heap));
    for (size_t i = 0; i < n; i++) {
        if (!gc_dict_set(made, keys.keys[i], values[i]))
            bench_fail("no memory for an entry");
    }
    return made;
}

static void open_keys(struct bench *bench)
{
    keys_open(bench, &keys, bench->n);
    values = keys_integers(keys.heap, bench->n);
}

static void open_dict(struct bench *bench)
{
    size_t n = bench->n;
    keys_open(bench, &keys, 2 * n);
    values = keys_integers(keys.heap, n);
    uint32_t *order = bench_shuffle(bench, n);
    present = keys_in_order(keys.equals, order, 0, n);
    absent = keys_in_order(keys.keys, order, n, n);
    dict = fill(n);
}

static void insert(struct bench *bench)
{
    size_t n = bench->n, repeats = bench_repeats(n);
    bench->check = 0;
    for (size_t r = 0; r < repeats; r++) {
        gc_dict *made = fill(n);
        bench->check += gc_dict_count(made);
        gc_release(made);
    }
    bench->units = n * repeats;
}

static size_t count_found(void *const *looked_up, size_t n, size_t repeats)
{
    size_t found = 0;
    for (size_t r = 0; r < repeats; r++) {
        for (size_t i = 0; i < n; i++)
            found += gc_dict_get(dict, looked_up[i]) != NULL;
    }
    return found;
}

static void hit(struct bench *bench)
{
    bench->units = bench->n * bench_repeats(bench->n);
    bench->check = count_found(present, bench->n, bench_repeats(bench->n));
}

static void miss(struct bench *bench)
{
    bench->units = bench->n * bench_repeats(bench->n);
    bench->check = bench->units - count_found(absent, bench->n, bench_repeats(bench->n));
}

#define OF_KIND(NAME, KIND) \
    { "dict_insert_" NAME, 1000000, KIND, 0, open_keys, { { "libgc", NULL, insert, NULL } } }, \
    { "dict_hit_" NAME, 1000000, KIND, 0, open_dict, { { "libgc", NULL, hit, NULL } } }, \
    { "dict_miss_" NAME, 1000000, KIND, 0, open_dict, { { "libgc", NULL, miss, NULL } } }

static const bench_workload workloads[] = {
    OF_KIND("string", KEYS_STRING),
    OF_KIND("integer", KEYS_INTEGER),
    OF_KIND("identity", KEYS_IDENTITY),
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
