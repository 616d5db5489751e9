/* SPDX-License-Identifier: MIT */
/* harness.c: see harness.h. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* sched_setaffinity */
#endif
#include "bench/harness.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 1000
#define CASES_MAX 64

struct round {
    double value; /* in the case's unit */
    double faults, units;
};

struct options {
    size_t objects;
    int rounds, warm, cpu;
    bool is_list;
    const char *only[CASES_MAX];
    int only_count;
};

void bench_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    _exit(1);
}

void **bench_pointers(size_t count)
{
    void **pointers = malloc((count + 1) * sizeof *pointers);
    if (!pointers)
        bench_fail("no memory for %zu pointers", count);
    memset(pointers, 1, (count + 1) * sizeof *pointers);
    return pointers;
}

size_t bench_resident_bytes(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*s %ld", &pages) != 1)
        bench_fail("/proc/self/statm cannot be read");
    fclose(file);
    return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

static unsigned random_below(unsigned long long *state, size_t limit)
{
    *state ^= *state << 13, *state ^= *state >> 7, *state ^= *state << 17;
    return (unsigned)(*state % limit);
}

/* Each object in a random order gets a parent among those before it that have a reference free; references left over go
 * anywhere. So all of it is reachable, in no order that addresses know. */
void bench_random_graph(size_t objects, unsigned *left, unsigned *right)
{
    unsigned *order = malloc(objects * sizeof *order);
    unsigned *open = malloc((2 * objects + 2) * sizeof *open); /* 2 * object + side */
    size_t open_count = 0;
    unsigned long long state = 88172645463325252u;
    if (!order || !open)
        bench_fail("no memory for a random graph of %zu", objects);
    for (size_t i = 0; i < objects; i++)
        order[i] = (unsigned)i;
    for (size_t i = objects; i > 2; i--) { /* object 0 stays first: it is the root */
        size_t j = 1 + random_below(&state, i - 1);
        unsigned swapped = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swapped;
    }
    for (size_t i = 0; i < objects; i++) {
        if (i > 0) {
            size_t at = random_below(&state, open_count);
            *(open[at] % 2 ? &right[open[at] / 2] : &left[open[at] / 2]) = order[i];
            open[at] = open[--open_count];
        }
        open[open_count++] = 2 * order[i];
        open[open_count++] = 2 * order[i] + 1;
    }
    for (size_t at = 0; at < open_count; at++)
        *(open[at] % 2 ? &right[open[at] / 2] : &left[open[at] / 2]) = random_below(&state, objects);
    free(order);
    free(open);
}

/* Time of this process alone, the system's work for it included: what others do on the machine is not in it. */
static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double faults_so_far(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_minflt + (double)usage.ru_majflt;
}

static struct round measure_round(const bench_case *which, size_t objects)
{
    if (which->prepare)
        which->prepare(objects);
    double faults = faults_so_far();
    double start = now_ns();
    double units = which->run(objects);
    double elapsed = now_ns() - start;
    faults = faults_so_far() - faults;
    if (which->finish)
        which->finish(objects);
    return (struct round){ which->mode == BENCH_VALUE ? units : elapsed / units, faults, units };
}

/* A round in a child process, which has touched nothing yet. */
static struct round measure_cold(const bench_case *which, size_t objects)
{
    struct round round;
    int ends[2], status;
    fflush(NULL);
    if (pipe(ends))
        bench_fail("no pipe");
    pid_t child = fork();
    if (child == 0) {
        round = measure_round(which, objects);
        _exit(write(ends[1], &round, sizeof round) != (ssize_t)sizeof round);
    }
    close(ends[1]);
    ssize_t got = read(ends[0], &round, sizeof round);
    close(ends[0]);
    if (child < 0 || waitpid(child, &status, 0) != child || status || got != (ssize_t)sizeof round)
        bench_fail("%s: the process of a cold round failed", which->name);
    return round;
}

static int compare_values(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare_values);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void print_case(const bench_case *which, const struct round *rounds, int count)
{
    double values[ROUNDS_MAX], faults[ROUNDS_MAX];
    for (int r = 0; r < count; r++) {
        values[r] = rounds[r].value;
        faults[r] = rounds[r].faults;
    }
    double middle = median(values, count);
    printf("%s\t%s\t%.4f\t%.4f\t%.4f\t%.0f\t%.0f\t%d\n", which->name, which->unit, middle, values[0], values[count - 1],
           median(faults, count), rounds[0].units, count);
    fflush(stdout);
}

static bool is_wanted(const struct options *options, const bench_case *which)
{
    for (int o = 0; o < options->only_count; o++) {
        if (strcmp(options->only[o], which->name) == 0)
            return true;
    }
    return options->only_count == 0;
}

static bool read_options(int argc, char **argv, struct options *options)
{
    for (int a = 1; a < argc; a++) {
        if (strcmp(argv[a], "--list") == 0) {
            options->is_list = true;
            continue;
        }
        if (a + 1 == argc)
            return false;
        const char *value = argv[a + 1];
        if (strcmp(argv[a], "--objects") == 0)
            options->objects = strtoull(value, NULL, 0);
        else if (strcmp(argv[a], "--rounds") == 0)
            options->rounds = atoi(value);
        else if (strcmp(argv[a], "--warm") == 0)
            options->warm = atoi(value);
        else if (strcmp(argv[a], "--cpu") == 0)
            options->cpu = atoi(value);
        else if (strcmp(argv[a], "--only") == 0 && options->only_count < CASES_MAX)
            options->only[options->only_count++] = value;
        else
            return false;
        a++;
    }
    return options->objects >= 1000 && options->rounds >= 1 && options->rounds <= ROUNDS_MAX && options->warm >= 0;
}

static void pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((unsigned)cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set))
        fprintf(stderr, "not pinned: processor %d is not available\n", cpu);
}

/* Warm-up rounds and measured ones, every warm case once in each. */
static void measure_warm_cases(const bench_case *cases, size_t case_count, const struct options *options,
                               struct round (*rounds)[ROUNDS_MAX])
{
    for (int r = -options->warm; r < options->rounds; r++) {
        for (size_t c = 0; c < case_count; c++) {
            if (cases[c].mode != BENCH_WARM || !is_wanted(options, &cases[c]))
                continue;
            struct round round = measure_round(&cases[c], options->objects);
            if (r >= 0)
                rounds[c][r] = round;
        }
    }
}

int bench_main(int argc, char **argv, const bench_case *cases, size_t case_count, size_t objects_default)
{
    static struct round rounds[CASES_MAX][ROUNDS_MAX];
    struct options options = { .objects = objects_default, .rounds = 5, .warm = 1, .cpu = 0 };
    if (!read_options(argc, argv, &options) || case_count > CASES_MAX) {
        fprintf(stderr, "usage: %s [--objects N] [--rounds N] [--warm N] [--cpu N] [--only NAME]... [--list]\n", argv[0]);
        return 2;
    }
    pin(options.cpu);
    for (size_t c = 0; c < case_count && options.is_list; c++)
        printf("%s\n", cases[c].name);
    if (options.is_list)
        return 0;
    for (int r = 0; r < options.rounds; r++) {
        for (size_t c = 0; c < case_count; c++) {
            if (cases[c].mode != BENCH_WARM && is_wanted(&options, &cases[c]))
                rounds[c][r] = measure_cold(&cases[c], options.objects);
        }
    }
    measure_warm_cases(cases, case_count, &options, rounds);
    for (size_t c = 0; c < case_count; c++) {
        if (is_wanted(&options, &cases[c]))
            print_case(&cases[c], rounds[c], options.rounds);
    }
    return 0;
}
