/* SPDX-License-Identifier: MIT */
/* traced.c: see traced.h. */
#include "bench/peers/c/object.h"

static struct bench *measured;
static uint64_t collection_start;

static void note_pause(GC_EventType event)
{
    if (event == GC_EVENT_START)
        collection_start = bench_clock();
    else if (event == GC_EVENT_END)
        bench_pause(measured, collection_start, bench_clock() - collection_start);
}

void traced_open(struct bench *bench)
{
    measured = bench;
    bench->settings = bench->is_automatic ? "one marking thread" : "one marking thread, automatic collection off";
    GC_set_markers_count(1);
    GC_INIT();
    if (bench->is_automatic)
        GC_set_on_collection_event(note_pause);
    else
        GC_disable();
}

/* Where it is disabled, a call too would do nothing. */
void traced_collect(void)
{
    bool is_disabled = GC_is_disabled();
    if (is_disabled)
        GC_enable();
    GC_gcollect();
    if (is_disabled)
        GC_disable();
}
