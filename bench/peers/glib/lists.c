/* SPDX-License-Identifier: MIT */
/* lists.c: GPtrArray. */
#include "bench/peers/glib/keys.h"

static gpointer *items;
static GPtrArray *list;
static uint32_t *order;

static void open_items(struct bench *bench)
{
    bench->settings = "";
    items = keys_integers(bench->n);
}

static GPtrArray *fill(size_t n)
{
    GPtrArray *made = g_ptr_array_new_with_free_func(counted_release);
    for (size_t i = 0; i < n; i++)
        g_ptr_array_add(made, counted_retain(items[i]));
    return made;
}

static void open_list(struct bench *bench)
{
    open_items(bench);
    order = bench_shuffle(bench, bench->n);
    list = fill(bench->n);
}

static void append(struct bench *bench)
{
    size_t n = bench->n, repeats = bench_repeats(n);
    bench->check = 0;
    for (size_t r = 0; r < repeats; r++) {
        GPtrArray *made = fill(n);
        bench->check += made->len;
        g_ptr_array_unref(made);
    }
    bench->units = n * repeats;
}

static void read_sequential(struct bench *bench)
{
    size_t n = bench->n, repeats = bench_repeats(n);
    uint32_t sum = 0;
    for (size_t r = 0; r < repeats; r++) {
        for (size_t i = 0; i < n; i++)
            sum += (uint32_t)*(const gint64 *)g_ptr_array_index(list, i);
        bench_use(list);
    }
    bench->check = sum;
    bench->units = n * repeats;
}

static void read_random(struct bench *bench)
{
    size_t n = bench->n, repeats = bench_repeats(n);
    uint32_t sum = 0;
    for (size_t r = 0; r < repeats; r++) {
        for (size_t i = 0; i < n; i++)
            sum += (uint32_t)*(const gint64 *)g_ptr_array_index(list, order[i]);
        bench_use(list);
    }
    bench->check = sum;
    bench->units = n * repeats;
}

const bench_workload lists_workloads[] = {
    { "list_append", 1000000, 0, 0, open_items, { { "glib", NULL, append, NULL } } },
    { "list_index_sequential", 1000000, 0, 0, open_list, { { "glib", NULL, read_sequential, NULL } } },
    { "list_index_random", 1000000, 0, 0, open_list, { { "glib", NULL, read_random, NULL } } },
    /* GPtrArray has no other way to read. */
    { "list_get_sequential", 1000000, 0, 0, open_list, { { "glib", NULL, read_sequential, NULL } } },
    { "list_get_random", 1000000, 0, 0, open_list, { { "glib", NULL, read_random, NULL } } },
    { .name = NULL },
};
