/* SPDX-License-Identifier: MIT */
/* huge.c: a heap of a hundred million objects is built, collected, released and closed. Needs 3.5 GB. */
#include "bench/workloads/pairs.h"

#include <stdlib.h>

static void build_collect_release_close(struct bench *bench)
{
    gc_type *type;
    struct pair **pairs = bench_memory(bench->n, sizeof(struct pair *));
    gc_heap *heap = pairs_open(bench, &type);
    size_t before = bench_resident_bytes();
    uint64_t start = bench_clock();
    pairs[0] = pairs_create(type);
    for (size_t i = 1; i < bench->n; i++) {
        struct pair *pair = pairs[i] = pairs_create(type);
        gc_move(i % 2 ? &pairs[i / 2]->left : &pairs[i / 2 - 1]->right, &pair);
    }
    bench_phase(bench, "build", bench_clock() - start);
    bench->bytes_per_object = ((double)bench_resident_bytes() - (double)before) / (double)bench->n;
    pairs_touch(pairs[0]);
    start = bench_clock();
    pairs_collect(heap, 0);
    bench_phase(bench, "collect", bench_clock() - start);
    start = bench_clock();
    gc_release(pairs[0]);
    bench_phase(bench, "release", bench_clock() - start);
    start = bench_clock();
    bench->check = bench->n + gc_heap_close(heap);
    bench_phase(bench, "close", bench_clock() - start);
    free(pairs);
}

static const bench_workload workloads[] = {
    { "huge", 100000000, 0, BENCH_WALL, NULL, { { "libgc", NULL, build_collect_release_close, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
