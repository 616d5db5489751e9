/* SPDX-License-Identifier: MIT */
/* test_heap.c: several heaps at once and in turn, handing one over, closing, and settings that are refused. */
#include "../support/support.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

Test(heap, several_share_nothing)
{
    enum { HEAPS = 10 };
    gc_heap *heaps[HEAPS];
    struct node *live[HEAPS];
    for (int i = 0; i < HEAPS; i++) {
        heaps[i] = open_heap();
        live[i] = node_new(heaps[i], i);
        make_garbage_ring(heaps[i], i, (size_t)i + 1);
    }
    for (int i = HEAPS - 1; i >= 0; i--) {
        cr_assert_eq(gc_heap_of(live[i]), heaps[i]);
        cr_assert_eq(gc_collect(heaps[i]), (size_t)i + 1);
        for (int k = 0; k < i; k++)
            cr_assert_eq(objects_in(heaps[k]), (size_t)k + 2);
    }
    for (int i = 0; i < HEAPS; i++) {
        gc_release(live[i]);
        close_heap(heaps[i]);
    }
}

static size_t address_space_kb(void)
{
    size_t kb = 0;
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    cr_assert_not_null(status);
    while (fgets(line, sizeof line, status))
        if (sscanf(line, "VmSize: %zu", &kb) == 1)
            break;
    fclose(status);
    return kb;
}

/* A checked heap leaves a little behind on purpose, to tell of its use after it was closed. */
static void use_once(void)
{
    gc_settings settings = unchecked_settings();
    gc_heap *heap = open_heap_with(&settings);
    make_garbage_ring(heap, 1, 2);
    gc_free(heap, gc_alloc(heap, 100));
    gc_collect(heap);
    close_heap(heap);
}

Test(heap, ten_thousand_in_turn_leave_nothing_behind, .timeout = 60)
{
    for (size_t i = 0; i < 50; i++)
        use_once();
    size_t before = address_space_kb();
    for (size_t i = 0; i < 10000; i++)
        use_once();
    size_t after = address_space_kb();
    cr_assert_lt(after, before + 4096, "%zu KiB of addresses before, %zu after", before, after);
}

Test(heap, a_thousand_open_at_once, .timeout = 60)
{
    enum { HEAPS = 1000 };
    static gc_heap *heaps[HEAPS];
    static struct node *live[HEAPS];
    for (int i = 0; i < HEAPS; i++) {
        heaps[i] = gc_heap_open(NULL);
        cr_assert_not_null(heaps[i], "heap %d: %s", i, strerror(errno));
        live[i] = node_new(heaps[i], i);
    }
    for (int i = 0; i < HEAPS; i++) {
        cr_assert_eq(live[i]->id, i);
        cr_assert_eq(gc_heap_of(live[i]), heaps[i]);
        gc_set(&live[i]->left, live[i]);
        gc_release(live[i]);
        cr_assert_eq(gc_collect(heaps[i]), 1);
        cr_assert_eq(gc_heap_close(heaps[i]), 0);
    }
}

struct relay {
    gc_heap *heap;
    struct node *node;
    size_t collected;
};

static void *go_on_in_thread(void *argument)
{
    struct relay *relay = argument;
    gc_heap_adopt(relay->heap);
    gc_set(&relay->node->left, relay->node);
    gc_release(relay->node);
    relay->collected = gc_collect(relay->heap);
    relay->node = node_new(relay->heap, 2);
    return NULL;
}

Test(heap, handed_over_to_another_thread_and_back)
{
    gc_settings settings = quiet_settings();
    settings.check_level = 1;
    struct relay relay = { .heap = open_heap_with(&settings) };
    for (int i = 0; i < 20; i++) {
        pthread_t thread;
        if (!relay.node)
            relay.node = node_new(relay.heap, 1);
        cr_assert_eq(pthread_create(&thread, NULL, go_on_in_thread, &relay), 0);
        pthread_join(thread, NULL);
        gc_heap_adopt(relay.heap);
        cr_assert_eq(relay.collected, 1);
        cr_assert_eq(relay.node->id, 2);
    }
    gc_release(relay.node);
    close_heap(relay.heap);
}

static void *use_own_heap(void *argument)
{
    size_t *collected = argument;
    gc_heap *heap = gc_heap_open(NULL);
    gc_type *type = gc_type_register(heap, &node_info);
    for (int i = 0; i < 20000; i++) {
        struct node *ring = gc_create(struct node, type);
        gc_set(&ring->left, ring);
        gc_release(ring);
    }
    gc_collect(heap);
    *collected = objects_in(heap) + gc_heap_close(heap);
    return NULL;
}

Test(heap, one_for_each_thread)
{
    pthread_t threads[4];
    size_t left[4] = { 1, 1, 1, 1 };
    for (int i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, use_own_heap, &left[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        cr_assert_eq(left[i], 0);
    }
}

struct leaks {
    size_t types, nodes, leaves, bytes;
};

static void report_leak(void *context, const char *type_name, size_t objects, size_t bytes)
{
    struct leaks *leaks = context;
    leaks->types++;
    leaks->bytes += bytes;
    if (strcmp(type_name, "struct node") == 0)
        leaks->nodes += objects;
    if (strcmp(type_name, "struct leaf") == 0)
        leaks->leaves += objects;
}

static void see_type(gc_type *type, size_t objects, size_t bytes, void *context)
{
    (void)type, (void)bytes;
    *(size_t *)context += objects;
}

Test(heap, closing_destroys_and_reports_what_is_left)
{
    struct leaks leaks = { 0, 0, 0, 0 };
    gc_settings settings = quiet_settings();
    settings.leak = report_leak;
    settings.context = &leaks;
    gc_heap *heap = open_heap_with(&settings);
    for (int i = 0; i < 3; i++)
        watched_new(heap, i);
    leaf_new(heap, 10);
    leaf_new(heap, 11);
    gc_type *type = gc_type_register(heap, &leaf_info);
    struct leaf *eternal = gc_create(struct leaf, type);
    gc_immortalize(eternal);
    make_garbage_ring(heap, 20, 2);
    size_t seen = 0;
    gc_visit_type_stats(heap, see_type, &seen);
    cr_assert_eq(seen, 8, "what was counted before is not counted again");
    cr_assert_eq(gc_heap_close(heap), 5);
    cr_assert_eq(leaks.types, 2, "once for each type");
    cr_assert_eq(leaks.nodes, 3);
    cr_assert_eq(leaks.leaves, 2);
    cr_assert_geq(leaks.bytes, 3 * sizeof(struct node) + 2 * sizeof(struct leaf));
    cr_assert_eq(times_recorded('f'), 2, "only the garbage was finalized");
    cr_assert_eq(times_recorded('d'), 3 + 2 + 1 + 2, "all were destroyed, the immortal one too");
}

Test(heap, closing_finds_frozen_and_saved_garbage)
{
    gc_heap *heap = open_heap();
    make_garbage_ring(heap, 1, 2);
    gc_freeze(heap);
    gc_set_debug(heap, GC_DEBUG_SAVE_ALL);
    make_garbage_ring(heap, 10, 3);
    gc_collect(heap);
    cr_assert_eq(gc_heap_close(heap), 0, "garbage is no leak");
    cr_assert_eq(times_recorded('f'), 5);
    cr_assert_eq(times_recorded('d'), 5);
}

Test(heap, closing_one_with_leaks_that_refer_to_each_other)
{
    gc_heap *heap = open_heap();
    struct node *nodes[100];
    for (int i = 0; i < 100; i++) {
        nodes[i] = watched_new(heap, i);
        gc_set(&nodes[i]->left, nodes[i / 2]);
        gc_set(&nodes[i]->right, nodes[0]);
    }
    gc_weak_create(nodes[3], record_weak, as_context(1));
    gc_alloc(heap, 1000);
    cr_assert_geq(gc_heap_close(heap), 100);
    cr_assert_eq(times_recorded('d'), 100);
    cr_assert_eq(times_recorded('f'), 0);
    cr_assert_eq(times_recorded('w'), 0);
}

Test(heap, settings_have_their_documented_defaults)
{
    gc_settings settings;
    memset(&settings, 0xff, sizeof settings);
    gc_settings_default(&settings);
    cr_assert_eq(settings.range_bytes, 0);
    cr_assert(settings.thresholds[0] == 2000 && settings.thresholds[1] == 10 && settings.thresholds[2] == 10);
    cr_assert_eq(settings.full_percent, 25);
    cr_assert_eq(settings.threshold_bytes, (size_t)256 << 20);
    cr_assert_eq(settings.pace, GC_PACE_ADAPTIVE);
    cr_assert_eq(settings.automatic, 1);
    cr_assert_eq(settings.defer, GC_DEFER_NOTHING);
    cr_assert_eq(settings.quarantine_slots, 4096);
    cr_assert(!settings.leak && !settings.log && !settings.context);
}

static void refuse(const gc_settings *settings)
{
    errno = 0;
    cr_assert_null(gc_heap_open(settings));
    cr_assert_eq(errno, EINVAL);
}

Test(heap, a_quarantine_that_its_range_cannot_hold_is_refused)
{
    gc_settings settings = quiet_settings();
    settings.range_bytes = (size_t)16 << 20;
    settings.check_level = 1;
    settings.quarantine_slots = 1u << 24;
    for (int i = 0; i < 3; i++) {
        errno = 0;
        cr_assert_null(gc_heap_open(&settings));
        cr_assert_eq(errno, ENOMEM);
    }
    settings.quarantine_slots = 16;
    close_heap(open_heap_with(&settings));
}

Test(heap, settings_out_of_their_limits)
{
    gc_settings settings = quiet_settings();
    const size_t ranges[] = { 1, (size_t)8 << 20, ((size_t)16 << 20) + 4096, (size_t)24 << 20, (size_t)128 << 30 };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        settings.range_bytes = ranges[i];
        refuse(&settings);
    }
    settings = quiet_settings();
    settings.pace = 2;
    refuse(&settings);
    settings = quiet_settings();
    settings.defer = 3;
    refuse(&settings);
    settings = quiet_settings();
    settings.check_level = 4;
    refuse(&settings);
    settings = quiet_settings();
    settings.thresholds[1] = -1;
    refuse(&settings);
    settings = quiet_settings();
    for (uint32_t level = 0; level <= 1; level++) {
        settings.check_level = level;
        settings.quarantine_slots = (1u << 24) + 1;
        refuse(&settings);
        settings.quarantine_slots = UINT32_MAX;
        refuse(&settings);
    }
}

Test(heap, a_program_built_for_another_major_version_is_refused)
{
    errno = 0;
    cr_assert_null(gc__heap_open(NULL, sizeof(gc_settings), GC_HEADER_VERSION + 10000));
    cr_assert_eq(errno, ENOTSUP);
}

Test(heap, a_program_with_shorter_settings_gets_defaults_for_the_rest)
{
    gc_settings settings = quiet_settings();
    settings.pace = 77;
    gc_heap *heap = gc__heap_open(&settings, offsetof(gc_settings, pace), GC_HEADER_VERSION);
    cr_assert_not_null(heap);
    cr_assert(gc_is_enabled(heap), "what lies behind the size given is not read");
    close_heap(heap);
}

Test(heap, every_error_has_a_name)
{
    gc_heap *heap = open_heap();
    cr_assert_eq(gc_last_error(heap), GC_OK);
    cr_assert_str_eq(gc_last_error_message(heap), "");
    for (int i = 0; i <= GC_ERROR_SYSTEM; i++)
        cr_assert_gt(strlen(gc_error_name((gc_error)i)), 0);
    cr_assert_str_eq(gc_error_name(GC_ERROR_SYSTEM), "the system refused");
    cr_assert_str_eq(gc_error_name((gc_error)99), "unknown error");
    cr_assert_str_eq(gc_error_name(GC_ERROR_MEMORY), "no memory");
    cr_assert_eq(gc_version(), GC_HEADER_VERSION);
    close_heap(heap);
}
