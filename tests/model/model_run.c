/* SPDX-License-Identifier: MIT */
/* model_run.c: one graph from one seed: a heap with settings of its own, operations, and a close that is checked too. */
#include "tests/model/model.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK_EVERY 6
#define COLLECTIONS_BEFORE_CLOSE_MAX 1000

/* A crash must say which graph it was in. */
static char crash_line[160];

static void on_crash(int number)
{
    ssize_t written = write(STDERR_FILENO, crash_line, strlen(crash_line));
    (void)written;
    signal(number, SIG_DFL);
    raise(number);
}

static void announce_for_crash(const struct model *model)
{
    snprintf(crash_line, sizeof crash_line, "model: %s, LIBGC_SEED=%#llx: crashed here\n", model->flavour->name,
             (unsigned long long)model->seed);
    signal(SIGSEGV, on_crash);
    signal(SIGBUS, on_crash);
    signal(SIGABRT, on_crash);
}

struct leak_sum {
    size_t objects;
};

static void on_leak(void *context, const char *type_name, size_t objects, size_t bytes)
{
    struct leak_sum *sum = context;
    (void)type_name, (void)bytes;
    sum->objects += objects;
}

static gc_heap *open_heap(struct model *model, struct leak_sum *leaks)
{
    struct model_random *random = &model->random;
    gc_settings settings;
    gc_settings_default(&settings);
    settings.range_bytes = (size_t)1 << 28;
    settings.automatic = model->flavour->is_automatic;
    settings.pace = GC_PACE_CPYTHON;
    settings.threshold_bytes = 0;
    settings.full_percent = 0;
    settings.thresholds[0] = 1 + model_random_skewed(random, 30);
    settings.thresholds[1] = 1 + model_random_below(random, 4);
    settings.thresholds[2] = 1 + model_random_below(random, 4);
    settings.check_level = model->flavour->check_level;
    settings.defer = model->flavour->defer;
    settings.quarantine_slots = (uint32_t)model_random_below(random, 64);
    settings.leak = on_leak;
    settings.context = leaks;
    return gc_heap_open(&settings);
}

static void register_types(struct model *model)
{
    int first = model_random_below(&model->random, KIND_WEAK);
    for (int k = 0; k < KIND_WEAK; k++) {
        int kind = (first + k) % KIND_WEAK;
        for (int v = 0; v < VARIANT_COUNT; v++) {
            model->types[kind][v] = gc_type_register(model->heap, &model_kinds[kind].types[v]);
            if (!model->types[kind][v])
                model_fail(model, "type %s: %s", model_kinds[kind].name, gc_last_error_message(model->heap));
        }
    }
}

static void drop_everything(struct model *model)
{
    for (int n = 0; n < model->oracle.node_count && !model->has_failed; n++) {
        while (model_node(model, n)->holds > 0 && !model->has_failed)
            model_drop(model, n);
    }
}

/* The last collections, the close, and what the close says and does. */
static void close_heap(struct model *model, struct leak_sum *leaks)
{
    if (model_random_percent(&model->random, 60))
        drop_everything(model);
    model_freeze(model, false); /* as closing does */
    for (int c = 0; !model->has_failed; c++) {
        model_collect(model, 2);
        if (model->collection.condemned == 0)
            break;
        if (c > COLLECTIONS_BEFORE_CLOSE_MAX)
            model_fail(model, "collections find garbage without end");
    }
    if (model->has_failed)
        return;
    model_check(model);
    size_t mortals = 0;
    for (int n = 0; n < model->oracle.node_count; n++)
        mortals += model_node(model, n)->state == ORACLE_LIVE && !model_node(model, n)->is_immortal;
    model->is_closing = model->may_collect = true;
    model_trace(model, "close, %zu left", mortals);
    size_t left = gc_heap_close(model->heap);
    if (left != mortals)
        model_fail(model, "gc_heap_close says %zu were left, must be %zu", left, mortals);
    if (leaks->objects != mortals)
        model_fail(model, "%zu are reported as left, must be %zu", leaks->objects, mortals);
    for (int n = 0; n < model->oracle.node_count; n++) {
        if (model->items[n].destroyed != (int)model_node(model, n)->is_reported)
            model_fail(model, "%d (%s) was destroyed %d times", n, model_kinds[model->items[n].kind].name,
                       model->items[n].destroyed);
    }
}

static void operate_until_done(struct model *model)
{
    int collections = 0;
    for (int o = 1; o <= model->flavour->operations && !model->has_failed; o++) {
        model->operation = o;
        model_operate(model);
        model_quiesce(model);
        if (!model->has_failed && (o % CHECK_EVERY == 0 || model->starts != collections))
            model_check(model);
        collections = model->starts;
    }
}

bool model_run(const struct model_flavour *flavour, uint64_t seed)
{
    struct leak_sum leaks = { 0 };
    struct model model = { .flavour = flavour, .seed = seed, .random = { seed }, .self = ORACLE_NONE,
                           .creations_left = 40, .last_callback_target = ORACLE_NONE,
                           .finishing = ORACLE_NONE };
    model_current = &model;
    announce_for_crash(&model);
    oracle_open(&model.oracle);
    model.heap = open_heap(&model, &leaks);
    if (!model.heap) {
        model_fail(&model, "the heap did not open");
        return false;
    }
    model.is_observed = flavour->is_automatic || model_random_percent(&model.random, 50);
    if (model.is_observed && !gc_add_collect_callback(model.heap, model_on_collect, &model))
        model_fail(&model, "no collect callback: %s", gc_last_error_message(model.heap));
    register_types(&model);
    operate_until_done(&model);
    if (!model.has_failed)
        close_heap(&model, &leaks);
    oracle_close(&model.oracle);
    free(model.items);
    return !model.has_failed;
}
