/* SPDX-License-Identifier: MIT */
/* collecting.c: scenarios of weak references, cycles, finalizers and collections. Where a table of a collection is refused something may be
 * found later than otherwise, and nothing sooner. */
#include "stage.h"

enum { MOST = 300, SPOKES = 40000 };

static struct item *items[MOST];
static gc_weak *weaks[MOST];
static gc_ephemeron *ephemerons[MOST];
static int called, finalized;

static void items_as_they_were(void)
{
    for (uint64_t i = 0; i < MOST; i++) {
        MUST(!items[i] || items[i]->id == i);
        void *target = gc_weak_get(weaks[i]), *value = gc_ephemeron_value(ephemerons[i]);
        MUST(!items[i] || !weaks[i] || target == items[i]);
        MUST(!value || ((struct item *)value)->id == 1000 + i);
        gc_release(target);
        gc_release(value);
    }
}

static void count_call(gc_weak *weak, void *context)
{
    (void)context;
    MUST(gc_weak_get(weak) == NULL);
    called++;
}

static void watch(size_t i)
{
    struct item *value;
    if (!items[i])
        return;
    if (DOES(weaks[i] = i % 2 ? gc_weak_create(items[i], NULL, NULL) : gc_weak_create(items[i], count_call, NULL)) && i % 4 == 0) {
        gc_weak *holding;
        if (DOES(holding = gc_weak_create_holding(items[i], count_call, items[i])))
            gc_release(holding);
    }
    if (DOES(value = item_new(1000 + i))) {
        gc_set(&value->left, items[i]);
        DOES(ephemerons[i] = gc_ephemeron_create(items[i], value));
        gc_release(value);
    }
    if (i)
        DOES(gc_weak_set(&items[i]->weak, items[i]));
    DOES(gc_ephemeron_set(&items[i]->ephemeron, items[i], items[i]));
}

void play_weak(void)
{
    gc_settings settings = stage_settings();
    stage.contents = items_as_they_were;
    called = 0;
    if (stage_open(&settings)) {
        for (uint64_t i = 0; i < MOST; i++) {
            DOES(items[i] = item_new(i));
            watch(i);
        }
        for (size_t i = 0; i < MOST; i += 2) {
            if (i % 4 == 0 && items[i])
                gc_set(&items[i]->right, items[i]);
            gc_clear(&items[i]);
        }
        gc_collect_generation(stage.heap, 0);
        gc_collect(stage.heap);
    }
    for (size_t i = 0; i < MOST; i++) {
        gc_clear(&items[i]);
        gc_clear(&weaks[i]);
        gc_clear(&ephemerons[i]);
    }
    stage_close();
}

/* Finalizers that need memory themselves. */
static struct item *kept;

static void create_inside(struct item *self)
{
    struct item *more = item_new(7);
    gc_weak *weak = gc_weak_create(self, count_call, NULL);
    finalized++;
    if (more) {
        gc_set(&more->left, more);
        gc_release(more);
    }
    gc_release(weak);
    gc_free(stage.heap, gc_alloc(stage.heap, 5000));
    gc_fail(stage.heap, GC_OK, "");
}

static void resurrect(struct item *self)
{
    finalized++;
    if (!kept)
        kept = gc_retain(self);
}

/* A star with more spokes than a byte counts and than the first part of the stack holds, each below the hub. */
static void leave_star(void)
{
    static struct item *spokes[SPOKES];
    struct row *hub;
    size_t n = 0;
    stage.has_wide = true;
    while (n < SPOKES && (spokes[n] = item_new(n)) != NULL)
        n++;
    if (DOES(hub = gc_create_flex(struct row, stage.row, n))) {
        for (size_t i = 0; i < n; i++) {
            gc_set(&spokes[i]->left, (struct item *)(void *)hub);
            gc_set((struct item **)&hub->items[i], spokes[i]);
        }
        gc_retain(hub);
        gc_release(hub);
        gc_collect_generation(stage.heap, 0);
        MUST(hub->count == n);
        gc_release(hub);
    }
    for (size_t i = 0; i < n; i++)
        gc_release(spokes[i]);
}

void play_cycles(void)
{
    gc_settings settings = stage_settings();
    finalized = 0;
    if (stage_open(&settings)) {
        for (int generation = 0; generation < 3; generation++) {
            leave_ring(50, create_inside);
            leave_ring(3, resurrect);
            leave_ring(200, NULL);
            gc_collect_generation(stage.heap, generation);
            gc_clear(&kept);
        }
        leave_star();
        gc_collect(stage.heap);
        gc_trim(stage.heap);
        leave_ring(100, create_inside);
        gc_collect(stage.heap);
    }
    gc_clear(&kept);
    stage_close();
}

void play_deferred(void)
{
    gc_settings settings = stage_settings();
    settings.defer = GC_DEFER_ALL;
    finalized = 0;
    if (stage_open(&settings)) {
        for (int round = 0; round < 3; round++) {
            leave_ring(20, create_inside);
            struct item *item;
            if (DOES(item = item_new(1))) {
                item->finalize = create_inside;
                gc_weak *weak;
                if (DOES(weak = gc_weak_create(item, count_call, NULL)))
                    gc_release(weak);
                gc_release(item);
            }
            gc_collect_generation(stage.heap, round);
            gc_run_finalizers(stage.heap);
        }
    }
    stage_close();
}

static bool see(void *object, void *context)
{
    (void)object;
    ++*(size_t *)context;
    return true;
}

void play_saved(void)
{
    gc_settings settings = stage_settings();
    settings.debug = GC_DEBUG_SAVE_ALL;
    if (stage_open(&settings)) {
        for (int round = 0; round < 3; round++) {
            leave_ring(30, round == 1 ? create_inside : NULL);
            gc_collect_generation(stage.heap, 2 - round);
        }
        size_t seen = 0;
        gc_visit_garbage(stage.heap, see, &seen);
        gc_drop_garbage(stage.heap);
        gc_set_debug(stage.heap, 0);
        leave_ring(30, NULL);
        gc_collect(stage.heap);
        gc_set_debug(stage.heap, GC_DEBUG_SAVE_ALL);
        leave_ring(30, NULL);
        gc_collect(stage.heap);
        gc_visit_garbage(stage.heap, see, &seen);
    }
    stage_close();
}

static void count_collection(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)heap, (void)phase, (void)info, (void)context;
    called++;
}

void play_frozen(void)
{
    gc_settings settings = stage_settings();
    stage.contents = items_as_they_were;
    called = 0;
    if (stage_open(&settings)) {
        gc_add_collect_callback(stage.heap, count_collection, NULL);
        for (uint64_t i = 0; i < MOST; i++)
            if (DOES(items[i] = item_new(i)) && i % 3)
                gc_set(&items[i]->left, items[i]);
        gc_freeze(stage.heap);
        leave_ring(40, create_inside);
        for (size_t i = 0; i < MOST; i += 2)
            gc_clear(&items[i]);
        gc_collect(stage.heap);
        gc_unfreeze(stage.heap);
        gc_collect(stage.heap);
        for (size_t i = 1; i < MOST; i += 2) {
            if (!items[i])
                continue;
            gc_untrack(items[i]);
            gc_track(items[i]);
        }
        gc_collect(stage.heap);
    }
    for (size_t i = 0; i < MOST; i++)
        gc_clear(&items[i]);
    stage_close();
}

/* Collections that come by themselves, young, middle and full. */
void play_automatic(void)
{
    gc_settings settings = stage_settings();
    settings.automatic = 1;
    settings.pace = GC_PACE_CPYTHON;
    settings.thresholds[0] = 50;
    settings.thresholds[1] = settings.thresholds[2] = 2;
    settings.full_percent = 0;
    stage.contents = items_as_they_were;
    if (stage_open(&settings)) {
        for (uint64_t i = 0; i < MOST; i++) {
            DOES(items[i] = item_new(i));
            leave_ring(5, i % 5 ? NULL : create_inside);
            if (items[i] && i % 2)
                gc_set(&items[i]->left, items[i - 1]);
        }
    }
    for (size_t i = 0; i < MOST; i++)
        gc_clear(&items[i]);
    stage_close();
}
