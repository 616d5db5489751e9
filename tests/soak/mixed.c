/* SPDX-License-Identifier: MIT */
/* mixed.c: soak: a mixed load on several heaps at a steady live size, whose resident memory must stay flat.
 *
 *     soak [--minutes M | --steps N] [--places N] [--seed S] [--limit PERCENT] [--samples FILE] [--json] [--plant-leak]
 *
 * Default: 60 minutes, 5,000 places in each of four heaps, seed 1, 1 percent. For the first two million steps (a fifth of --steps, if that
 * is less) there are twice as many places: memory that a chance peak would touch later has been touched then. What is done depends on the
 * seed alone, and how much of it on the time: with --steps two runs are alike, and print the same digest. --samples writes the samples
 * of resident memory as CSV. --plant-leak: one thing in 10 is never released.
 *
 * Exit status 0: every thing was whole when it was replaced, the heaps verify, nothing was left, and the floor of what is resident in
 * trimmed heaps rises over the run, its first fifth left out, by no more than the limit (mixed_trend.c). 1: not so; 2: wrong arguments. */
#include "mixed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { HEAPS = 4, PEAK_STEPS = 2000000, SCHEME_EVERY = 16, REOPEN_EVERY = 1000000, LOOK_EVERY = 64, VERIFY_EVERY = 1 << 20 };

#define WARM_UP 0.2

struct options {
    double minutes, limit;
    uint64_t steps, seed, places;
    const char *samples;
    bool json, plant_leak;
};

struct totals {
    uint64_t collections, objects, finalizers, callbacks, resurrections, heaps;
    gc_stats pauses; /* their figures alone */
};

struct soak {
    struct options options;
    struct load loads[HEAPS];
    gc_heap *scheme_heap;
    struct scheme *scheme;
    struct trend trend;
    struct totals totals;
    uint64_t steps, digest;
    double start, shown;
};

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void add_stats(struct totals *totals, gc_heap *heap)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    for (int i = 0; i < 3; i++) {
        totals->collections += stats.generations[i].collections;
        totals->objects += stats.generations[i].collected;
    }
    for (int i = 0; i < GC_PAUSE_BUCKETS; i++)
        totals->pauses.pause_histogram[i] += stats.pause_histogram[i];
    totals->pauses.pauses += stats.pauses;
    if (totals->pauses.pause_ns_max < stats.pause_ns_max)
        totals->pauses.pause_ns_max = stats.pause_ns_max;
}

static void add_load(struct totals *totals, const struct load *load)
{
    add_stats(totals, load->heap);
    totals->finalizers += load->finalizers;
    totals->callbacks += load->callbacks;
    totals->resurrections += load->resurrections;
    totals->heaps++;
}

static struct totals totals_now(const struct soak *soak)
{
    struct totals totals = soak->totals;
    for (int i = 0; i < HEAPS; i++)
        if (soak->loads[i].heap)
            add_load(&totals, &soak->loads[i]);
    if (soak->scheme_heap)
        add_stats(&totals, soak->scheme_heap);
    return totals;
}

static size_t bytes_held(const struct soak *soak)
{
    gc_stats stats;
    gc_get_stats(soak->scheme_heap, &stats);
    size_t held = stats.bytes_heap;
    for (int i = 0; i < HEAPS; i++) {
        gc_get_stats(soak->loads[i].heap, &stats);
        held += stats.bytes_heap;
    }
    return held;
}

static double floor_growth(const struct soak *soak)
{
    return trend_floor_growth(&soak->trend, WARM_UP);
}

static bool say(const char *fault)
{
    fprintf(stderr, "soak: %s\n", fault);
    return false;
}

static uint64_t peak_steps(const struct soak *soak)
{
    return soak->options.steps / 5 < PEAK_STEPS ? soak->options.steps / 5 : PEAK_STEPS;
}

static bool open_load(struct soak *soak, unsigned number)
{
    struct load *load = &soak->loads[number];
    struct load_plan plan = { .number = number,
                              .places = (uint32_t)soak->options.places,
                              .peak = soak->steps < peak_steps(soak),
                              .seed = soak->options.seed + 1000 * soak->totals.heaps,
                              .plant_leak = soak->options.plant_leak };
    return mixed_load_open(load, &plan) || say(load->fault);
}

/* Everything in the heap goes, and the same again begins in a new one. What a planted leak leaves is not complained of here. */
static bool reopen_load(struct soak *soak, unsigned number)
{
    struct load *load = &soak->loads[number];
    add_load(&soak->totals, load);
    return (mixed_load_close(load) || soak->options.plant_leak || say(load->fault)) && open_load(soak, number);
}

static bool step(struct soak *soak)
{
    unsigned number = (unsigned)(soak->steps % HEAPS);
    struct load *load = &soak->loads[number];
    if (!mixed_load_step(load) || load->fault[0])
        return say(load->fault);
    if (soak->steps % SCHEME_EVERY == 0 && !mixed_scheme_step(soak->scheme, soak->steps / SCHEME_EVERY))
        return false;
    soak->steps++;
    soak->digest = (soak->digest ^ load->random.state ^ load->callbacks ^ load->finalizers << 20) * 0x100000001b3u;
    if (soak->steps == peak_steps(soak))
        for (unsigned i = 0; i < HEAPS; i++)
            mixed_load_settle(&soak->loads[i]);
    if (soak->steps % VERIFY_EVERY == 0) {
        const char *broken = gc_heap_verify(load->heap);
        if (broken)
            return say(broken);
    }
    return soak->steps % REOPEN_EVERY != 0 || reopen_load(soak, HEAPS - 1);
}

static void show_progress(struct soak *soak, double seconds)
{
    bool terminal = isatty(STDERR_FILENO);
    if (seconds < soak->shown + (terminal ? 1 : 60))
        return;
    soak->shown = seconds;
    struct totals totals = totals_now(soak);
    fprintf(stderr, "%ssoak: %.0f s, %" PRIu64 " steps, %" PRIu64 " collections, %.1f MiB resident, floor %+.2f %%%s", terminal ? "\r" : "",
            seconds, soak->steps, totals.collections, (double)trend_resident() / 0x1p20, 100 * floor_growth(soak),
            terminal ? "  " : "\n");
}

static void take_sample(struct soak *soak, double seconds)
{
    struct sample sample = { .seconds = seconds, .steps = (double)soak->steps, .resident = (double)trend_resident() };
    for (int i = 0; i < HEAPS; i++)
        gc_trim(soak->loads[i].heap);
    gc_trim(soak->scheme_heap);
    sample.kept = (double)trend_resident();
    sample.held = (double)bytes_held(soak);
    trend_add(&soak->trend, &sample);
}

static bool run(struct soak *soak)
{
    soak->start = now_seconds();
    trend_start(&soak->trend);
    for (unsigned i = 0; i < HEAPS; i++)
        if (!open_load(soak, i))
            return false;
    soak->scheme_heap = gc_heap_open(NULL);
    soak->scheme = soak->scheme_heap ? mixed_scheme_open(soak->scheme_heap) : NULL;
    if (!soak->scheme)
        return say("the interpreter does not start");
    while (soak->steps != soak->options.steps) {
        if (soak->steps % LOOK_EVERY == 0) {
            double seconds = now_seconds() - soak->start;
            if (soak->options.steps == UINT64_MAX && seconds >= 60 * soak->options.minutes)
                break;
            if (trend_is_due(&soak->trend, soak->steps))
                take_sample(soak, seconds);
            show_progress(soak, seconds);
        }
        if (!step(soak))
            return false;
    }
    return true;
}

static bool close_all(struct soak *soak)
{
    bool good = true;
    for (int i = 0; i < HEAPS; i++)
        if (!mixed_load_close(&soak->loads[i]) && !soak->options.plant_leak)
            good = say(soak->loads[i].fault);
    gc_release(soak->scheme);
    if (gc_heap_close(soak->scheme_heap) != 0)
        good = say("the interpreter has left objects");
    return good;
}

static void write_samples(const struct soak *soak)
{
    FILE *file = fopen(soak->options.samples, "w");
    if (!file) {
        perror(soak->options.samples);
        return;
    }
    fprintf(file, "seconds,steps,resident,kept,held\n");
    for (size_t i = 0; i < soak->trend.count; i++) {
        const struct sample *sample = &soak->trend.samples[i];
        fprintf(file, "%.3f,%.0f,%.0f,%.0f,%.0f\n", sample->seconds, sample->steps, sample->resident, sample->kept, sample->held);
    }
    fclose(file);
}

static void print_summary(const struct soak *soak, const struct totals *totals, size_t resident, double growth)
{
    double seconds = now_seconds() - soak->start;
    double p50 = (double)gc_pause_percentile_ns(&totals->pauses, 50) / 1e6, p99 = (double)gc_pause_percentile_ns(&totals->pauses, 99) / 1e6;
    double all = trend_growth(&soak->trend, WARM_UP, offsetof(struct sample, resident));
    double kept = trend_growth(&soak->trend, WARM_UP, offsetof(struct sample, kept));
    double held = trend_growth(&soak->trend, WARM_UP, offsetof(struct sample, held));
    double most = (double)totals->pauses.pause_ns_max / 1e6;
    if (soak->options.json) {
        printf("{\"seed\": %" PRIu64 ", \"seconds\": %.1f, \"steps\": %" PRIu64 ", \"digest\": \"%016" PRIx64 "\", \"heaps\": %" PRIu64
               ", \"collections\": %" PRIu64 ", \"collected\": %" PRIu64 ", \"finalizers\": %" PRIu64 ", \"resurrections\": %" PRIu64
               ", \"callbacks\": %" PRIu64 ", \"pauses\": %" PRIu64
               ", \"pause_p50_ms\": %.3f, \"pause_p99_ms\": %.3f, \"pause_max_ms\": %.3f, \"resident\": %zu"
               ", \"samples\": %zu, \"floor_trend_percent\": %.3f, \"kept_trend_percent\": %.3f, \"trend_percent\": %.3f"
               ", \"held_trend_percent\": %.3f}\n",
               soak->options.seed, seconds, soak->steps, soak->digest, totals->heaps, totals->collections, totals->objects,
               totals->finalizers, totals->resurrections, totals->callbacks, totals->pauses.pauses, p50, p99, most, resident,
               soak->trend.count, 100 * growth, 100 * kept, 100 * all, 100 * held);
        return;
    }
    printf("seed %" PRIu64 ", %.1f s, %" PRIu64 " steps, digest %016" PRIx64 ", %" PRIu64 " heaps\n", soak->options.seed, seconds,
           soak->steps, soak->digest, totals->heaps);
    printf("%" PRIu64 " collections found %" PRIu64 " objects; %" PRIu64 " finalizers, %" PRIu64 " resurrections, %" PRIu64 " callbacks\n",
           totals->collections, totals->objects, totals->finalizers, totals->resurrections, totals->callbacks);
    printf("pauses: %" PRIu64 "; half of them up to %.3f ms, 99 of 100 up to %.3f ms, the longest %.3f ms\n", totals->pauses.pauses, p50,
           p99, most);
    printf("resident: %.1f MiB; over the run after its first fifth the floor of what trimmed heaps keep has grown by %+.3f %%, all %zu "
           "samples of that by %+.3f %%, before trimming by %+.3f %%, what the heaps hold by %+.3f %%\n",
           (double)resident / 0x1p20, 100 * growth, soak->trend.count, 100 * kept, 100 * all, 100 * held);
}

/* The options; false: they are wrong. */
static bool parse(struct options *options, int argc, char **argv)
{
    *options = (struct options){ .minutes = 60, .limit = 1, .steps = UINT64_MAX, .seed = 1, .places = 5000 };
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        char *end = NULL;
        if (strcmp(argv[i], "--json") == 0)
            options->json = true;
        else if (strcmp(argv[i], "--plant-leak") == 0)
            options->plant_leak = true;
        else if (!value)
            return false;
        else if (strcmp(argv[i], "--minutes") == 0)
            options->minutes = strtod(value, &end);
        else if (strcmp(argv[i], "--limit") == 0)
            options->limit = strtod(value, &end);
        else if (strcmp(argv[i], "--steps") == 0)
            options->steps = strtoull(value, &end, 0);
        else if (strcmp(argv[i], "--places") == 0)
            options->places = strtoull(value, &end, 0);
        else if (strcmp(argv[i], "--seed") == 0)
            options->seed = strtoull(value, &end, 0);
        else if (strcmp(argv[i], "--samples") == 0)
            options->samples = value, i++;
        else
            return false;
        if (end && (end == value || *end))
            return false;
        i += end != NULL;
    }
    return options->places > 0 && options->places <= PLACES_MAX;
}

int main(int argc, char **argv)
{
    static struct soak soak;
    if (!parse(&soak.options, argc, argv)) {
        fprintf(stderr, "usage: soak [--minutes M | --steps N] [--places N] [--seed S] [--limit PERCENT] [--samples FILE] [--json] "
                        "[--plant-leak]\n");
        return 2;
    }
    if (!run(&soak)) {
        fprintf(stderr, "soak: after %" PRIu64 " steps of seed %" PRIu64 "\n", soak.steps, soak.options.seed);
        return 1;
    }
    size_t resident = trend_resident();
    double growth = floor_growth(&soak);
    struct totals totals = totals_now(&soak);
    bool good = close_all(&soak);
    if (isatty(STDERR_FILENO))
        fputc('\n', stderr);
    print_summary(&soak, &totals, resident, growth);
    if (soak.options.samples)
        write_samples(&soak);
    if (growth * 100 > soak.options.limit) {
        fprintf(stderr, "soak: the floor of what trimmed heaps keep resident grows: by %.2f %% over the run, the limit is %.2f %%\n",
                100 * growth, soak.options.limit);
        good = false;
    }
    return good ? 0 : 1;
}
