/* SPDX-License-Identifier: MIT */
/* pace.c: when an automatic collection is due, and of which generations. docs/pace.md has the rules and their measurements.
 *
 * CPython's pace: a generation is due when its count exceeds its threshold; the oldest that is due is taken. A full collection also waits
 * until full_percent as many objects as the last one kept have become old since, so that its cost is spread evenly over what is created.
 * The adaptive pace adds two things. The young threshold grows eightfold after a collection that found less than one in 64, up to a
 * quarter of a million objects and then without bound, and twofold after one that found less than one in four: a program that makes no
 * cycles soon stops paying for them, one whose cycles live longer than the young generation pays less, and one that starts to make them is
 * noticed by bytes at the latest. And it takes a full collection when the bytes in use have grown by threshold_bytes and twofold since the
 * last one; fourfold, then eightfold, while full collections find next to nothing. */
#include "gc/collection.h"

#include "lib/check.h"

#include "lib/teardown.h"

#define PACE_GROWTH 8
#define PACE_IDLE_MAX 2 /* doublings of the growth that a full collection waits for */
#define PACE_YOUNG_LIMIT_MAX ((int64_t)1 << 18) /* objects; a limit above it is none, and bytes alone decide */

static size_t pace_bytes_in_use(const gc_heap *heap)
{
    return heap->bytes_slabs + heap->bytes_raw + heap->bytes_external;
}

static bool pace_grown(const gc_heap *heap)
{
    const gc__pace *pace = &heap->pace;
    size_t most;
    bool limited = pace->threshold_bytes && !__builtin_mul_overflow((size_t)2 << pace->idle_fulls, pace->bytes_at_full, &most) &&
                   !__builtin_add_overflow(most, pace->threshold_bytes, &most);
    return pace->thresholds[2] && limited && pace_bytes_in_use(heap) > most;
}

static bool pace_full_allowed(const gc__pace *pace)
{
    return pace->promoted_since * 100 >= pace->kept_at_full * pace->full_percent;
}

static bool pace_exceeds(const gc__pace *pace, int generation)
{
    return pace->thresholds[generation] > 0 && pace->counts[generation] > pace->thresholds[generation];
}

/* Under stress: each generation in turn, at every so many-th call; otherwise -1. */
static int pace_stressed(gc__pace *pace, uint32_t stress)
{
    if (!stress || ++pace->stress_calls % stress)
        return -1;
    return (int)((pace->stress_calls / stress - 1) % 3);
}

int gc__pace_choose(gc_heap *heap)
{
    gc__pace *pace = &heap->pace;
    int stressed = pace_stressed(pace, heap->settings.stress);
    if (stressed >= 0)
        return stressed;
    bool adaptive = pace->mode == GC_PACE_ADAPTIVE;
    int64_t young_limit = adaptive ? pace->young_limit : pace->thresholds[0];
    bool young = pace->thresholds[0] > 0 && heap->front.created > young_limit;
    if (!pace->enabled || pace->thresholds[0] == 0 || (!young && !pace->due))
        return -1;
    if (adaptive && pace_grown(heap))
        return 2;
    if (pace_exceeds(pace, 2) && pace_full_allowed(pace))
        return 2;
    return pace_exceeds(pace, 1) ? 1 : 0;
}

void gc__pace_started(gc_heap *heap, int generation)
{
    gc__pace *pace = &heap->pace;
    if (generation < 2)
        pace->counts[generation + 1]++;
    for (int g = 1; g <= generation; g++)
        pace->counts[g] = 0;
    heap->front.created = 0;
    pace->bytes_since = 0;
    pace->due = false;
}

/* A young collection costs about what it looks at, so it must be rare where it finds nothing. */
static void pace_adapt(gc__pace *pace, const gc__collection *c)
{
    size_t found = c->condemned;
    int64_t most = pace->thresholds[0] > PACE_YOUNG_LIMIT_MAX ? pace->thresholds[0] : PACE_YOUNG_LIMIT_MAX;
    int64_t limit = pace->young_limit < most ? pace->young_limit : most;
    if (found * 64 < c->candidates)
        limit = limit <= INT64_MAX / PACE_GROWTH ? limit * PACE_GROWTH : INT64_MAX;
    else if (found * 4 < c->candidates)
        limit = limit <= most / 2 ? 2 * limit : most;
    else if (pace->young_limit > most)
        limit = most / PACE_GROWTH;
    if (limit > most)
        limit = pace->threshold_bytes ? INT64_MAX : most;
    pace->young_limit = limit > pace->thresholds[0] ? limit : pace->thresholds[0];
}

/* The old objects after a narrow collection: those before it and what has come, less what it has freed. Nobody counts the old that die by
 * count meanwhile; so when a quarter of the number has come since they were counted one by one, they are counted again. */
static void pace_reckon(gc_heap *heap, const gc__collection *c)
{
    gc__pace *pace = &heap->pace;
    size_t came = pace->promoted_since + c->younger, now = pace->kept_at_full + came;
    pace->kept_at_full = now > c->freed ? now - c->freed : 0;
    pace->reckoned += came;
    if (pace->reckoned > pace->kept_at_full / 4) {
        pace->kept_at_full = gc__walk_count(gc__walk_map(heap, GC__MAP_TRACKED), GC__OLD);
        pace->reckoned = 0;
    }
}

static void pace_finished_full(gc_heap *heap, const gc__collection *c)
{
    gc__pace *pace = &heap->pace;
    if (c->narrow) {
        pace_reckon(heap, c);
    } else {
        pace->kept_at_full = c->kept;
        pace->reckoned = 0;
    }
    pace->promoted_since = 0;
    pace->bytes_at_full = pace_bytes_in_use(heap);
    if (c->condemned * 64 >= pace->kept_at_full + c->freed)
        pace->idle_fulls = 0;
    else if (pace->idle_fulls < PACE_IDLE_MAX)
        pace->idle_fulls++;
}

void gc__pace_finished(const gc__collection *c)
{
    gc_heap *heap = c->heap;
    gc__pace *pace = &heap->pace;
    if (c->generation == 1)
        pace->promoted_since += c->kept;
    if (c->full && (c->candidates || !c->narrow))
        pace_finished_full(heap, c);
    if (pace->mode == GC_PACE_ADAPTIVE && c->candidates)
        pace_adapt(pace, c);
    gc__front_update(heap);
}

bool gc_enable(gc_heap *heap)
{
    gc__check_heap(heap);
    bool before = heap->pace.enabled;
    heap->pace.enabled = true;
    gc__front_update(heap);
    return before;
}

bool gc_disable(gc_heap *heap)
{
    gc__check_heap(heap);
    bool before = heap->pace.enabled;
    heap->pace.enabled = false;
    gc__front_update(heap);
    return before;
}

bool gc_is_enabled(const gc_heap *heap)
{
    gc__check_heap(heap);
    return heap->pace.enabled;
}

void gc_set_thresholds(gc_heap *heap, int64_t young, int64_t middle, int64_t old)
{
    gc__check_heap(heap);
    gc__pace *pace = &heap->pace;
    pace->thresholds[0] = young > 0 ? young : 0;
    pace->thresholds[1] = middle > 0 ? middle : 0;
    pace->thresholds[2] = old > 0 ? old : 0;
    pace->mode = GC_PACE_CPYTHON;
    gc__front_update(heap);
}

void gc_get_thresholds(const gc_heap *heap, int64_t thresholds[3])
{
    gc__check_heap(heap);
    memcpy(thresholds, heap->pace.thresholds, sizeof heap->pace.thresholds);
}

void gc_get_counts(const gc_heap *heap, int64_t counts[3])
{
    gc__check_heap(heap);
    counts[0] = heap->front.created;
    counts[1] = heap->pace.counts[1];
    counts[2] = heap->pace.counts[2];
}
