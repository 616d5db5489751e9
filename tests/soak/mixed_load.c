/* SPDX-License-Identifier: MIT */
/* mixed_load.c: a heap with places for things, and steps of work on it. The heaps differ in their settings: pace, finalizers, range. */
#include "mixed.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

bool mixed_fail(struct load *load, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(load->fault, sizeof load->fault, format, arguments);
    va_end(arguments);
    return false;
}

static const struct kind *kind_of(uint32_t place)
{
    uint32_t number = place % (uint32_t)(mixed_graph_kind_count + mixed_container_kind_count);
    return number < mixed_graph_kind_count ? &mixed_graph_kinds[number] : &mixed_container_kinds[number - mixed_graph_kind_count];
}

/* Puts a new thing into a place. What was there must still be whole. */
static bool replace(struct load *load, uint32_t place)
{
    const struct kind *kind = kind_of(place);
    void *old = load->things[place];
    if (old && !kind->is_whole(load, old, load->tags[place]))
        return mixed_fail(load, "a thing of kind '%s' is not as it was made", kind->name);
    load->things[place] = NULL;
    if (!load->plant_leak || model_random_below(&load->random, 10) != 0)
        gc_release(old);
    load->tags[place] = (uint32_t)model_random_next(&load->random);
    load->things[place] = kind->make(load, load->tags[place]);
    load->made++;
    return load->things[place] || mixed_fail(load, "no memory for a thing of kind '%s': %s", kind->name, gc_last_error_message(load->heap));
}

/* Ties a tree or ring to another: each has one such reference at most, so that what one keeps alive has an end. */
static void cross(struct load *load, uint32_t place, uint32_t other)
{
    uint32_t kinds = (uint32_t)(mixed_graph_kind_count + mixed_container_kind_count);
    place -= place % kinds; /* a tree */
    other -= other % kinds;
    struct node *from = load->things[place], *to = load->things[other];
    if (from && to)
        gc_set(&from->cross, model_random_below(&load->random, 2) ? to : NULL);
}

static bool raw(struct load *load)
{
    size_t bytes = 1 + (size_t)model_random_below(&load->random, 1 << model_random_below(&load->random, 14));
    void **block = &load->raw[model_random_below(&load->random, RAW_BLOCKS)];
    if (model_random_below(&load->random, 2)) {
        gc_free(load->heap, *block);
        *block = NULL;
    }
    void *resized = gc_realloc(load->heap, *block, bytes);
    if (!resized)
        return mixed_fail(load, "no memory for %zu bytes", bytes);
    memset(resized, 0x5a, bytes);
    *block = resized;
    return true;
}

bool mixed_load_open(struct load *load, const struct load_plan *plan)
{
    unsigned number = plan->number;
    gc_settings settings;
    gc_settings_default(&settings);
    settings.pace = number % 2 ? GC_PACE_CPYTHON : GC_PACE_ADAPTIVE;
    settings.defer = number % 3 == 2 ? GC_DEFER_COLLECTED : GC_DEFER_NOTHING;
    settings.range_bytes = (size_t)1 << (30 + number % 2);
    settings.hash_key[0] = settings.hash_key[1] = plan->seed | 1;
    memset(load, 0, sizeof *load);
    load->random.state = plan->seed + number;
    load->plant_leak = plan->plant_leak;
    load->heap = gc_heap_open(&settings);
    if (!load->heap || !mixed_register(load) || !(load->cache = gc_weak_dict_create(load->heap, GC_WEAK_VALUES)))
        return mixed_fail(load, "a heap cannot be opened");
    load->planned = plan->places;
    load->places = plan->peak ? 2 * plan->places : plan->places;
    load->things = calloc(load->places, sizeof *load->things);
    load->tags = calloc(load->places, sizeof *load->tags);
    if (!load->things || !load->tags)
        return mixed_fail(load, "no memory for the places");
    for (uint32_t place = 0; place < load->places; place++)
        if (!replace(load, place))
            return false;
    return true;
}

bool mixed_load_step(struct load *load)
{
    uint32_t place = (uint32_t)model_random_below(&load->random, (int)load->places);
    int what = model_random_below(&load->random, 10000);
    if (what < 9000)
        return replace(load, place);
    if (what < 9500)
        cross(load, place, (uint32_t)model_random_below(&load->random, (int)load->places));
    else if (what < 9900)
        return raw(load);
    else if (what < 9990)
        gc_run_finalizers(load->heap);
    else if (what < 9993)
        gc_collect(load->heap);
    else
        gc_weak_dict_purge(load->cache);
    return true;
}

void mixed_load_settle(struct load *load)
{
    for (uint32_t place = load->planned; place < load->places; place++)
        gc_clear(&load->things[place]);
    load->places = load->planned;
}

bool mixed_load_close(struct load *load)
{
    if (!load->heap)
        return true;
    const char *broken = gc_heap_verify(load->heap);
    if (broken)
        return mixed_fail(load, "the heap is not whole: %s", broken);
    for (uint32_t place = 0; place < load->places; place++)
        gc_clear(&load->things[place]);
    for (uint32_t i = 0; i < RAW_BLOCKS; i++)
        gc_free(load->heap, load->raw[i]);
    for (uint32_t i = 0; i < WATCHERS; i++)
        gc_clear(&load->watchers[i]);
    gc_clear(&load->cache);
    free(load->things);
    free(load->tags);
    for (int round = 0; round < 2; round++) { /* finalizers of the first bring objects back */
        gc_run_finalizers(load->heap);
        gc_collect(load->heap);
        gc_run_finalizers(load->heap);
        for (uint32_t i = 0; i < ATTIC; i++)
            gc_clear(&load->attic[i]);
    }
    gc_collect(load->heap);
    gc_stats stats;
    gc_get_stats(load->heap, &stats);
    size_t left = gc_heap_close(load->heap);
    load->heap = NULL;
    if (left || stats.bytes_raw)
        return mixed_fail(load, "%zu objects and %zu bytes of raw memory are left when all is dropped", left, stats.bytes_raw);
    return true;
}
