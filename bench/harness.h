/* SPDX-License-Identifier: MIT */
/* harness.h: how a workload is measured: on one pinned processor, after warm-up rounds, all workloads of a program in turn in every
 * round, so that what disturbs one disturbs all; processor time (all work here is of one thread), median, fastest and slowest round, and page
 * faults. It never judges a time.
 *
 * A program lists its cases and calls bench_main. Options:
 *     --objects N   size of the workloads    --rounds N   measured rounds    --warm N   rounds before them
 *     --only NAME   one case (repeatable)    --cpu N      processor          --list     names only
 * It prints a line a case: name, unit, median, min, max, page faults (median), units a round, rounds; separated by tabs. */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include <stdbool.h>
#include <stddef.h>

enum bench_mode {
    BENCH_WARM,   /* rounds follow each other on the same memory */
    BENCH_COLD,   /* each round in a fresh child process: page faults are part of it. Before all warm rounds */
    BENCH_VALUE   /* as cold; what `run` returns is the figure itself, of the case's unit */
};

typedef struct bench_case {
    const char *name;
    enum bench_mode mode;
    const char *unit;               /* "ns" for times: nanoseconds a unit of work */
    void (*prepare)(size_t objects); /* not measured; may be NULL */
    double (*run)(size_t objects);   /* measured; returns the units of work done: objects, most of the time */
    void (*finish)(size_t objects);  /* not measured; may be NULL */
} bench_case;

/* Measures and prints. Returns the program's exit status: 0, or 2 for a wrong option. */
int bench_main(int argc, char **argv, const bench_case *cases, size_t case_count, size_t objects_default);

/* Ends the program with a line: a workload did not do what it is to be timed for. */
_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Makes the compiler believe that memory is read here. */
static inline void bench_use(const void *pointer)
{
    __asm__ volatile("" : : "r"(pointer) : "memory");
}

/* An array of pointers whose pages are there already. Kept until the program ends. */
void **bench_pointers(size_t count);

/* Resident memory of this process, in bytes. */
size_t bench_resident_bytes(void);

/* The same numbers for everybody: two references for each of `objects` objects of a random graph, all of it reachable from object 0. */
void bench_random_graph(size_t objects, unsigned *left, unsigned *right);

#endif
