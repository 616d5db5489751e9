/* SPDX-License-Identifier: MIT */
/* sets.c: GHashTable as a set; its operations are loops, as GLib has none. */
#include "bench/peers/glib/keys.h"

static GHashTable *a, *b;

static GHashTable *fill(const struct bench *bench, const gpointer *members)
{
    GHashTable *set = keys_table(bench, NULL);
    for (size_t i = 0; i < bench->n; i++)
        g_hash_table_add(set, counted_retain(members[i]));
    return set;
}

static void open_sets(struct bench *bench)
{
    struct keys keys;
    size_t n = bench->n;
    keys_open(bench, &keys, n + n / 2);
    a = fill(bench, keys.keys);
    b = fill(bench, keys.equals + n / 2);
}

static void add_all(GHashTable *set, GHashTable *from)
{
    GHashTableIter iterator;
    gpointer member;
    g_hash_table_iter_init(&iterator, from);
    while (g_hash_table_iter_next(&iterator, &member, NULL))
        g_hash_table_add(set, counted_retain(member));
}

/* Adds the members of a that are in b, or those that are not. */
static void add_those(GHashTable *set, gboolean wanted)
{
    GHashTableIter iterator;
    gpointer member;
    g_hash_table_iter_init(&iterator, a);
    while (g_hash_table_iter_next(&iterator, &member, NULL)) {
        if (g_hash_table_contains(b, member) == wanted)
            g_hash_table_add(set, counted_retain(member));
    }
}

static void finish_one(struct bench *bench, GHashTable *set)
{
    bench->check += g_hash_table_size(set);
    g_hash_table_unref(set);
}

static size_t begin(struct bench *bench)
{
    bench->check = 0;
    bench->units = bench->n * bench_repeats(bench->n);
    return bench_repeats(bench->n);
}

static void unite(struct bench *bench)
{
    for (size_t left = begin(bench); left; left--) {
        GHashTable *set = keys_table(bench, NULL);
        add_all(set, a);
        add_all(set, b);
        finish_one(bench, set);
    }
}

static void operate(struct bench *bench, gboolean wanted)
{
    for (size_t left = begin(bench); left; left--) {
        GHashTable *set = keys_table(bench, NULL);
        add_those(set, wanted);
        finish_one(bench, set);
    }
}

static void intersect(struct bench *bench)
{
    operate(bench, TRUE);
}

static void subtract(struct bench *bench)
{
    operate(bench, FALSE);
}

#define OF_KIND(NAME, KIND) \
    { "set_union_" NAME, 1000000, KIND, 0, open_sets, { { "glib", NULL, unite, NULL } } }, \
    { "set_intersection_" NAME, 1000000, KIND, 0, open_sets, { { "glib", NULL, intersect, NULL } } }, \
    { "set_difference_" NAME, 1000000, KIND, 0, open_sets, { { "glib", NULL, subtract, NULL } } }

const bench_workload sets_workloads[] = {
    OF_KIND("string", KEYS_STRING),
    OF_KIND("integer", KEYS_INTEGER),
    OF_KIND("identity", KEYS_IDENTITY),
    { .name = NULL },
};
