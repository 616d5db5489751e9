/* SPDX-License-Identifier: MIT */
/* dictionaries.c: GHashTable. */
#include "bench/peers/glib/keys.h"

static struct keys keys;
static gpointer *values, *present, *absent;
static GHashTable *table;

static GHashTable *fill(const struct bench *bench)
{
    GHashTable *made = keys_table(bench, counted_release);
    for (size_t i = 0; i < bench->n; i++)
        g_hash_table_insert(made, counted_retain(keys.keys[i]), counted_retain(values[i]));
    return made;
}

static void open_keys(struct bench *bench)
{
    keys_open(bench, &keys, bench->n);
    values = keys_integers(bench->n);
}

static void open_table(struct bench *bench)
{
    size_t n = bench->n;
    keys_open(bench, &keys, 2 * n);
    values = keys_integers(n);
    uint32_t *order = bench_shuffle(bench, n);
    present = keys_in_order(keys.equals, order, 0, n);
    absent = keys_in_order(keys.keys, order, n, n);
    table = fill(bench);
}

static void insert(struct bench *bench)
{
    size_t repeats = bench_repeats(bench->n);
    bench->check = 0;
    for (size_t r = 0; r < repeats; r++) {
        GHashTable *made = fill(bench);
        bench->check += g_hash_table_size(made);
        g_hash_table_unref(made);
    }
    bench->units = bench->n * repeats;
}

static size_t count_found(const gpointer *looked_up, size_t n, size_t repeats)
{
    size_t found = 0;
    for (size_t r = 0; r < repeats; r++) {
        for (size_t i = 0; i < n; i++)
            found += g_hash_table_lookup(table, looked_up[i]) != NULL;
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
    { "dict_insert_" NAME, 1000000, KIND, 0, open_keys, { { "glib", NULL, insert, NULL } } }, \
    { "dict_hit_" NAME, 1000000, KIND, 0, open_table, { { "glib", NULL, hit, NULL } } }, \
    { "dict_miss_" NAME, 1000000, KIND, 0, open_table, { { "glib", NULL, miss, NULL } } }

const bench_workload dictionaries_workloads[] = {
    OF_KIND("string", KEYS_STRING),
    OF_KIND("integer", KEYS_INTEGER),
    OF_KIND("identity", KEYS_IDENTITY),
    { .name = NULL },
};
