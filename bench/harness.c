/* SPDX-License-Identifier: MIT */
/* harness.c: see harness.h. */
#include "bench/harness.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define ROUNDS_MAX 1000
#define PHASES_MAX 8

enum { STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_NOT_HERE = 3 };

struct options {
    const char *workload;
    size_t n;
    bool has_n;
    int rounds, warm;
    double seconds; /* 0: no limit */
    uint32_t seed;
    bool is_automatic_off, is_list;
};

/* What the rounds of one part gave. */
struct outcome {
    double rounds[ROUNDS_MAX], faults[ROUNDS_MAX];
    int count;
    uint64_t units, check;
    double bytes_per_object;
};

struct pause {
    uint64_t start_ns, duration_ns;
};

static struct pause *pauses;
static size_t pause_count, pause_room;
static uint64_t measuring_since;
static struct {
    const char *name;
    double ns_per_object;
} phases[PHASES_MAX];
static int phase_count;

void bench_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    _Exit(STATUS_FAILED);
}

/* --- Clocks and counters ------------------------------------------------------------------------------------------------- */

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t bench_clock(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

static double faults_so_far(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_minflt + (double)usage.ru_majflt;
}

void bench_pause(struct bench *bench, uint64_t start_ns, uint64_t duration_ns)
{
    if (bench->is_warm_up || measuring_since == 0)
        return;
    if (pause_count == pause_room) {
        pause_room = pause_room ? 2 * pause_room : 4096;
        pauses = realloc(pauses, pause_room * sizeof *pauses);
        if (!pauses)
            bench_fail("no memory for the pauses");
    }
    pauses[pause_count++] = (struct pause){ start_ns - measuring_since, duration_ns };
}

void bench_phase(struct bench *bench, const char *name, uint64_t duration_ns)
{
    int at = 0;
    while (at < phase_count && strcmp(phases[at].name, name) != 0)
        at++;
    if (at == PHASES_MAX)
        bench_fail("more than %d phases", PHASES_MAX);
    phases[at].name = name;
    phases[at].ns_per_object = (double)duration_ns / (double)bench->n;
    phase_count += at == phase_count;
}

/* --- Rounds ------------------------------------------------------------------------------------------------------------------ */

/* Apart, and never inlined: instruction counts are taken between its entry and its return (bench/instructions.py). */
__attribute__((noinline)) static void bench_measured(const bench_part *part, struct bench *bench)
{
    part->run(bench);
    __asm__ volatile("" : : : "memory");
}

static void run_part(const bench_workload *workload, const bench_part *part, struct bench *bench, struct outcome *outcome)
{
    clockid_t clock = workload->flags & BENCH_WALL ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
    bench->units = bench->n;
    bench_random_restart(bench);
    if (part->prepare)
        part->prepare(bench);
    double faults = faults_so_far();
    uint64_t start = clock_ns(clock);
    if (bench->is_warm_up)
        part->run(bench);
    else
        bench_measured(part, bench);
    uint64_t elapsed = clock_ns(clock) - start;
    faults = faults_so_far() - faults;
    if (part->finish)
        part->finish(bench);
    if (bench->is_warm_up)
        return;
    outcome->rounds[outcome->count] = (double)elapsed / (double)bench->units;
    outcome->faults[outcome->count++] = faults;
    outcome->units = bench->units;
    outcome->check = bench->check;
    outcome->bytes_per_object = bench->bytes_per_object;
}

/* All rounds of one part, then those of the next: taking turns, each would find the caches full of the other's. */
static void run_rounds(const bench_workload *workload, const struct options *options, struct bench *bench, struct outcome *outcomes)
{
    for (int p = 0; p < BENCH_PARTS_MAX && workload->parts[p].peer; p++) {
        uint64_t since = 0;
        for (int round = -options->warm; round < options->rounds; round++) {
            bench->is_warm_up = round < 0;
            if (round == 0)
                since = bench_clock();
            measuring_since = p == 0 ? since : measuring_since;
            run_part(workload, &workload->parts[p], bench, &outcomes[p]);
            if (round >= 0 && options->seconds > 0 && (double)(bench_clock() - since) > options->seconds * 1e9)
                break;
        }
    }
}

/* --- Output ------------------------------------------------------------------------------------------------------------------ */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *values, int count)
{
    double sorted[ROUNDS_MAX];
    memcpy(sorted, values, (size_t)count * sizeof *sorted);
    qsort(sorted, (size_t)count, sizeof *sorted, compare_doubles);
    return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static int compare_durations(const void *a, const void *b)
{
    const struct pause *x = a, *y = b;
    return (x->duration_ns > y->duration_ns) - (x->duration_ns < y->duration_ns);
}

static void print_pauses(void)
{
    fputs(", \"pauses\": [", stdout);
    for (size_t p = 0; p < pause_count; p++)
        printf("%s[%llu, %llu]", p ? ", " : "", (unsigned long long)pauses[p].start_ns, (unsigned long long)pauses[p].duration_ns);
    qsort(pauses, pause_count, sizeof *pauses, compare_durations);
    printf("], \"pause_ns_max\": %llu, \"pause_ns_p99\": %llu", (unsigned long long)pauses[pause_count - 1].duration_ns,
           (unsigned long long)pauses[(pause_count - 1) * 99 / 100].duration_ns);
}

static void print_outcome(const bench_workload *workload, const bench_part *part, const struct bench *bench, const struct outcome *outcome,
                          bool is_first)
{
    printf("{\"workload\": \"%s\", \"peer\": \"%s\", \"n\": %zu, \"automatic\": \"%s\", \"settings\": \"%s\", \"ns_per_object\": %.9g, "
           "\"rounds\": [",
           workload->name, part->peer, bench->n, bench->is_automatic ? "default" : "off",
           is_first && bench->settings ? bench->settings : "",
           median(outcome->rounds, outcome->count));
    for (int r = 0; r < outcome->count; r++)
        printf("%s%.9g", r ? ", " : "", outcome->rounds[r]);
    printf("], \"unit_count\": %llu, \"page_faults\": %.0f, \"check\": %llu", (unsigned long long)outcome->units,
           median(outcome->faults, outcome->count), (unsigned long long)outcome->check);
    if (is_first && outcome->bytes_per_object > 0)
        printf(", \"bytes_per_object\": %.2f", outcome->bytes_per_object);
    if (is_first && pause_count > 0)
        print_pauses();
    for (int p = 0; is_first && p < phase_count; p++)
        printf("%s\"%s\": %.9g%s", p ? ", " : ", \"phases\": {", phases[p].name, phases[p].ns_per_object, p + 1 == phase_count ? "}" : "");
    puts("}");
}

/* --- The command line ---------------------------------------------------------------------------------------------------------- */

/* Whether all of `text` is a number of at least `least`. */
static bool read_number(const char *text, double least, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return *text && !*end && *number >= least;
}

static bool read_option(int option, const char *value, struct options *options)
{
    double number = 0;
    switch (option) {
    case 'n':
        options->has_n = read_number(value, 0, &number);
        options->n = (size_t)number;
        return options->has_n;
    case 'r':
        return read_number(value, 1, &number) && (options->rounds = (int)number) <= ROUNDS_MAX;
    case 'w':
        return read_number(value, 0, &number) && (options->warm = (int)number) <= ROUNDS_MAX;
    case 's':
        return read_number(value, 0, &options->seconds);
    case 'e':
        options->seed = read_number(value, 0, &number) ? (uint32_t)number : 0;
        return *value != '-';
    case 'a':
        options->is_automatic_off = strcmp(value, "off") == 0;
        return options->is_automatic_off || strcmp(value, "default") == 0;
    case 'l':
        return options->is_list = true;
    default:
        return false;
    }
}

static bool read_options(int argc, char **argv, struct options *options)
{
    static const struct option names[] = {
        { "n", required_argument, NULL, 'n' },
        { "rounds", required_argument, NULL, 'r' },
        { "warm", required_argument, NULL, 'w' },
        { "seconds", required_argument, NULL, 's' },
        { "seed", required_argument, NULL, 'e' },
        { "automatic", required_argument, NULL, 'a' },
        { "list", no_argument, NULL, 'l' },
        { NULL, 0, NULL, 0 },
    };
    *options = (struct options){ .rounds = 5, .warm = 1, .seed = 1 };
    for (int option; (option = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        if (!read_option(option, optarg, options))
            return false;
    }
    if (optind < argc)
        options->workload = argv[optind++];
    return optind == argc && (options->workload || options->is_list);
}

int bench_main(int argc, char **argv, const bench_workload *workloads, size_t count)
{
    static struct outcome outcomes[BENCH_PARTS_MAX];
    struct options options;
    if (!read_options(argc, argv, &options)) {
        fprintf(stderr, "usage: %s WORKLOAD [--n N] [--rounds R] [--warm W] [--seconds S] [--seed S] [--automatic default|off] | --list\n",
                argv[0]);
        return STATUS_USAGE;
    }
    for (size_t w = 0; w < count; w++) {
        const bench_workload *workload = &workloads[w];
        if (options.is_list) {
            puts(workload->name);
            continue;
        }
        if (strcmp(workload->name, options.workload) != 0)
            continue;
        struct bench bench = {
            .n = options.has_n ? options.n : workload->n,
            .variant = workload->variant,
            .seed = options.seed,
            .is_automatic = workload->flags & BENCH_PACE && !options.is_automatic_off,
            .is_warm_up = true,
        };
        bench_random_restart(&bench);
        if (workload->open)
            workload->open(&bench);
        run_rounds(workload, &options, &bench, outcomes);
        for (int p = 0; p < BENCH_PARTS_MAX && workload->parts[p].peer; p++)
            print_outcome(workload, &workload->parts[p], &bench, &outcomes[p], p == 0);
        return 0;
    }
    return options.is_list ? 0 : STATUS_NOT_HERE;
}
