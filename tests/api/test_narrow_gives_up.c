/* SPDX-License-Identifier: MIT */
/* test_narrow_gives_up.c: where what was touched reaches a large part of the heap, the search for what can be garbage is given up
 * early, and everything is looked at. */
#include "../support/support.h"

enum { HUBS = 1000, SPOKES = 4, OTHERS = 60000 };

static size_t candidates;

static void remember(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)heap, (void)context;
    if (phase == GC_COLLECT_STOP)
        candidates = info->candidates;
}

static void touch(void *object)
{
    gc_retain(object);
    gc_release(object);
}

Test(narrow, is_given_up_where_the_first_that_were_touched_reach_too_many)
{
    static struct list *hubs[HUBS];
    gc_settings settings = unchecked_settings();
    gc_heap *heap = open_heap_with(&settings);
    cr_assert(gc_add_collect_callback(heap, remember, NULL));
    struct list *others = list_new(heap, OTHERS);
    for (int i = 0; i < OTHERS; i++)
        others->items[i] = node_new(heap, i);
    for (int i = 0; i < HUBS; i++) {
        hubs[i] = list_new(heap, SPOKES);
        for (int k = 0; k < SPOKES; k++)
            hubs[i]->items[k] = node_new(heap, k);
    }
    const size_t all = 1 + OTHERS + HUBS + HUBS * SPOKES;
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(candidates, all);
    for (int i = 0; i < HUBS / 10; i++)
        touch(hubs[i]);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(candidates, HUBS / 10 * (1 + SPOKES), "a few of them: only they, and what they refer to");
    for (int i = 0; i < HUBS; i++)
        touch(hubs[i]);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(candidates, all, "given up");
    assert_whole(heap);
    for (int i = 0; i < HUBS; i++) {
        gc_set(&hubs[i]->items[0], hubs[i]);
        gc_release(hubs[i]);
    }
    cr_assert_eq(gc_collect(heap), HUBS * SPOKES, "a node of each died before");
    gc_release(others);
    close_heap(heap);
}
