/* SPDX-License-Identifier: MIT */
/* counted.c: see counted.h. */
#include "bench/peers/c/object.h"

static struct bench *measured;
static uint64_t collection_start;

static void note_pause(bool is_start)
{
    if (is_start)
        collection_start = bench_clock();
    else
        bench_pause(measured, collection_start, bench_clock() - collection_start);
}

void counted_open(struct bench *bench)
{
    measured = bench;
    bench->settings = bench->is_automatic ? "" : "automatic collection off";
    listgc_enable(bench->is_automatic);
    if (bench->is_automatic)
        listgc_on_collection(note_pause);
}
