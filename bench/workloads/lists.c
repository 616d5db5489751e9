/* SPDX-License-Identifier: MIT */
/* lists.c: appending to lists, and reading their items. */
#include "bench/workloads/keys.h"

static gc_heap *heap;
static void **items;
static gc_list *list;
static uint32_t *order;

static void open_items(struct bench *bench)
{
    heap = pairs_heap(bench);
    items = keys_integers(heap, bench->n);
}

static void open_list(struct bench *bench)
{
    open_items(bench);
    order = bench_shuffle(bench, bench->n);
    list = pairs_check(gc_list_create(heap, bench->n, items));
}

static void append(struct bench *bench)
{
    size_t n = bench->n, repeats = bench_repeats(n);
    bench->check = 0;
    for (size_t r = 0; r < repeats; r++) {
        gc_list *made = pairs_check(gc_list_create(heap, 0, NULL));
        for (size_t i = 0; i < n; i++) {
            if (!gc_list_append(made, items[i]))
                bench_fail("no memory for an item");
        }
        bench->check += gc_list_count(made);
        gc_release(made);
    }
    bench->units = n * repeats;
}

/* Without a look at the count, as in GLib's macro: gc_list_items. */
static void read_sequential(struct bench *bench)
{
    size_t n = bench->n, repeats = bench_repeats(n);
    uint32_t sum = 0;
    for (size_t r = 0; r < repeats; r++) {
        for (size_t i = 0; i < n; i++)
            sum += (uint32_t)gc_integer_value(gc_list_items(list)[i]);
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
            sum += (uint32_t)gc_integer_value(gc_list_items(list)[order[i]]);
        bench_use(list);
    }
    bench->check = sum;
    bench->units = n * repeats;
}

/* With it: gc_list_get. */
static void get_sequential(struct bench *bench)
{
    size_t n = bench->n, repeats = bench_repeats(n);
    uint32_t sum = 0;
    for (size_t r = 0; r < repeats; r++) {
        for (size_t i = 0; i < n; i++)
            sum += (uint32_t)gc_integer_value(gc_list_get(list, i));
        bench_use(list);
    }
    bench->check = sum;
    bench->units = n * repeats;
}

static void get_random(struct bench *bench)
{
    size_t n = bench->n, repeats = bench_repeats(n);
    uint32_t sum = 0;
    for (size_t r = 0; r < repeats; r++) {
        for (size_t i = 0; i < n; i++)
            sum += (uint32_t)gc_integer_value(gc_list_get(list, order[i]));
        bench_use(list);
    }
    bench->check = sum;
    bench->units = n * repeats;
}

static const bench_workload workloads[] = {
    { "list_append", 1000000, 0, 0, open_items, { { "libgc", NULL, append, NULL } } },
    { "list_index_sequential", 1000000, 0, 0, open_list, { { "libgc", NULL, read_sequential, NULL } } },
    { "list_index_random", 1000000, 0, 0, open_list, { { "libgc", NULL, read_random, NULL } } },
    { "list_get_sequential", 1000000, 0, 0, open_list, { { "libgc", NULL, get_sequential, NULL } } },
    { "list_get_random", 1000000, 0, 0, open_list, { { "libgc", NULL, get_random, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
