/* SPDX-License-Identifier: MIT */
/* world_open.c: heaps with settings of many kinds, opened and closed; and what is said of a fault. */
#include "tests/fuzz/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct world worlds[WORLDS];

static const char *const extra_names[] = { "string", "bytes", "integer", "float", "weak_keys", "weak_values", "entry" };

const char *world_kind_name(int kind)
{
    return kind < KIND_SHARED_END ? model_kinds[kind].name : extra_names[kind - KIND_SHARED_END];
}

void world_fail(const struct world *world, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "FAULT: heap %d, operation %llu: ", world->index, (unsigned long long)world->operations);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    abort();
}

static void trace(const struct world *world, const char *format, va_list arguments)
{
    static int is_wanted = -1;
    if (is_wanted < 0)
        is_wanted = getenv("LIBGC_TRACE") != NULL;
    if (!is_wanted)
        return;
    fprintf(stderr, "%d:%5llu%*s ", world->index, (unsigned long long)world->operations, 2 * world->depth, "");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void world_trace(const struct world *world, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    trace(world, format, arguments);
    va_end(arguments);
}

void world_does(struct world *world, const char *format, ...)
{
    va_list arguments;
    world->operations++;
    va_start(arguments, format);
    trace(world, format, arguments);
    va_end(arguments);
}

void world_expect(struct world *world, bool is_right, const char *call, int number)
{
    if (!is_right)
        world_fail(world, "%s of %d: not what must come back (%s)", call, number, gc_last_error_message(world->heap));
}

/* What heaps differ in. */
static const struct profile {
    uint32_t check_level, automatic, pace, quarantine, records, defer;
    int64_t thresholds[3];
    uint32_t full_percent;
    unsigned range_shift;
} profiles[] = {
    { .thresholds = { 10, 2, 2 }, .range_shift = 28 },
    { .thresholds = { 30, 2, 2 }, .automatic = 1, .pace = GC_PACE_CPYTHON, .range_shift = 28 },
    { .thresholds = { 3, 1, 1 }, .automatic = 1, .pace = GC_PACE_CPYTHON, .range_shift = 24 },
    { .thresholds = { 50, 0, 3 }, .automatic = 1, .pace = GC_PACE_CPYTHON, .full_percent = 25, .range_shift = 28 },
    { .thresholds = { 20, 3, 1 }, .automatic = 1, .pace = GC_PACE_ADAPTIVE, .full_percent = 10, .range_shift = 24 },
    { .thresholds = { 40, 1, 1 }, .automatic = 1, .pace = GC_PACE_ADAPTIVE, .range_shift = 32 },
    { .thresholds = { 10, 2, 2 }, .check_level = 1, .quarantine = 16, .range_shift = 28 },
    { .thresholds = { 10, 2, 2 }, .check_level = 1, .automatic = 1, .quarantine = 3, .range_shift = 24 },
    { .thresholds = { 20, 2, 2 }, .check_level = 2, .automatic = 1, .pace = GC_PACE_CPYTHON, .range_shift = 28 },
    { .thresholds = { 10, 2, 2 }, .check_level = 3, .quarantine = 64, .range_shift = 28 },
    { .thresholds = { 30, 2, 2 }, .check_level = 3, .automatic = 1, .pace = GC_PACE_CPYTHON, .range_shift = 24 },
    { .thresholds = { 0, 0, 0 }, .automatic = 1, .range_shift = 28 },
    { .thresholds = { 20, 2, 2 }, .check_level = 1, .automatic = 1, .quarantine = 8, .records = 3, .range_shift = 24 },
    { .thresholds = { 10, 2, 2 }, .check_level = 3, .quarantine = 16, .records = 20, .range_shift = 28 },
    { .thresholds = { 20, 2, 2 }, .automatic = 1, .pace = GC_PACE_CPYTHON, .defer = GC_DEFER_COLLECTED, .range_shift = 28 },
    { .thresholds = { 30, 2, 2 }, .check_level = 1, .automatic = 1, .quarantine = 8, .defer = GC_DEFER_ALL, .range_shift = 28 },
};
/* Those that check much, or collect at each creation, take most of the time, and are chosen less often. */
static const uint8_t choices[] = { 0, 1, 12, 0, 14, 3, 4, 4, 5, 5, 0, 1, 11, 3, 4, 13, 0, 0, 15, 3, 4, 5, 6, 7, 2, 8, 9, 10 };
enum { CHOICES = sizeof choices / sizeof choices[0] };

static void open_heap(struct world *world, const struct profile *profile)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.range_bytes = world->range_bytes = (size_t)1 << profile->range_shift;
    memcpy(settings.thresholds, profile->thresholds, sizeof settings.thresholds);
    settings.full_percent = profile->full_percent;
    settings.pace = profile->pace;
    settings.automatic = profile->automatic;
    settings.stress = 0; /* the mirror knows when collections come */
    settings.debug = 0;
    settings.check_level = profile->check_level;
    settings.records = profile->records;
    settings.defer = world->defer = profile->defer;
    settings.quarantine_slots = profile->quarantine;
    settings.leak = world_on_leak;
    settings.log = world_on_line;
    settings.context = world;
    settings.hash_key[0] = 1; /* a program runs alike each time */
    world->heap = gc_heap_open(&settings);
    if (!world->heap)
        world_fail(world, "the heap did not open");
    memcpy(world->thresholds, profile->thresholds, sizeof world->thresholds);
    world->is_enabled = profile->automatic;
}

void world_open(struct world *world, int index, int profile, struct code *code)
{
    memset(world, 0, offsetof(struct world, nodes));
    memset(&world->node_end, 0, sizeof *world - offsetof(struct world, node_end));
    world->index = index;
    world->code = code;
    world->self = world->finishing = world->sent = world->text_table = world->text_key = world->text_value = NONE;
    for (int r = 0; r < WORLD_REGISTERS; r++)
        world->registers[r] = NONE;
    open_heap(world, &profiles[choices[profile % CHOICES]]);
    if (!gc_add_collect_callback(world->heap, world_on_collect, world))
        world_fail(world, "no collect callback: %s", gc_last_error_message(world->heap));
}

/* What must be left when the heap is closed: the immortal aside, what only untracked objects keep alive. */
static size_t count_left(struct world *world)
{
    size_t left = 0;
    for (int n = 0; n < world->node_end; n++)
        left += world_node(world, n)->state == NODE_LIVE && !world_node(world, n)->is_immortal;
    return left;
}

static void drop_everything(struct world *world)
{
    for (int r = 0; r < WORLD_REGISTERS; r++) {
        int number = world->registers[r];
        world->registers[r] = NONE;
        if (number != NONE)
            world_drop(world, number);
        world_quiesce(world);
    }
    for (int b = 0; b < WORLD_BLOCKS; b += 2)
        gc_free(world->heap, world->blocks[b]);
}

void world_close(struct world *world)
{
    gc_unfreeze(world->heap);
    for (int n = 0; n < world->node_end; n++) {
        if (world_node(world, n)->state == NODE_LIVE && world_node(world, n)->generation == 3)
            world_node(world, n)->generation = 2;
    }
    drop_everything(world);
    gc_set_debug(world->heap, world->debug = 0);
    world->is_saving = false;
    world_drop_saved(world);
    world_quiesce(world);
    do {
        world_run_queued(world);
        world_quiesce(world);
        uint64_t starts = world->starts;
        gc_collect(world->heap);
        if (world->starts == starts)
            break;
        world_quiesce(world);
    } while (world->condemned > 0 || world->queued > 0);
    world_check(world, true);
    size_t expected = count_left(world);
    world->is_closing = true;
    size_t left = gc_heap_close(world->heap);
    if (world->has_weak_dict ? left < expected : left != expected)
        world_fail(world, "gc_heap_close says %zu were left, must be %zu", left, expected);
    if (world->leaked != left)
        world_fail(world, "%zu are reported as left, not %zu", world->leaked, left);
    for (int n = 0; n < world->node_end; n++) {
        const struct node *node = world_node(world, n);
        if (node->state == NODE_LIVE ? node->is_reported : node->is_awaited)
            world_fail(world, "%d (%s) was not destroyed when its heap was closed", n, world_kind_name(node->kind));
    }
    world->heap = NULL;
}
