/* SPDX-License-Identifier: MIT */
/* harness.h: what every program of bench/ does the same way: its command line, its rounds, its clock, the numbers that all of them
 * draw, and the JSON lines it prints. README.md, beside this file, is the contract. It knows no library: workloads and peers use it
 * alike.
 *
 * A program lists its workloads and calls bench_main. One workload is measured in a process, in rounds; one of several parts (what
 * is measured, and what it is compared with on the same memory) has the rounds of each in turn. It never judges a time. */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_PARTS_MAX 4

enum bench_flag {
    BENCH_PACE = 1, /* automatic collection is on unless --automatic off says otherwise; it is off for all other workloads */
    BENCH_WALL = 2  /* time by the clock on the wall: more than one thread or process works */
};

/* The workload that runs. The functions of a workload read the first group and fill in the second. */
struct bench {
    size_t n;
    size_t variant;       /* which of its family: the workload's `variant` */
    uint32_t seed;
    uint32_t random;      /* state of bench_random; fresh at the start of every part of every round */
    bool is_automatic;    /* whether automatic collection is to be on */
    bool is_warm_up;

    uint64_t units;         /* objects (or what the contract says) of this round; n where it is left alone */
    uint64_t check;         /* proof of the work done */
    double bytes_per_object; /* 0 where not measured */
    const char *settings;   /* what differs from the defaults of the library measured, in words; "" where nothing does */
};

/* What is measured. `run` alone is timed; the others may be NULL. */
typedef struct bench_part {
    const char *peer;
    void (*prepare)(struct bench *bench);
    void (*run)(struct bench *bench);
    void (*finish)(struct bench *bench);
} bench_part;

typedef struct bench_workload {
    const char *name;
    size_t n; /* the default of --n */
    size_t variant;
    unsigned flags;                     /* enum bench_flag, or-ed */
    void (*open)(struct bench *bench);  /* once, before the first round; may be NULL */
    bench_part parts[BENCH_PARTS_MAX];  /* up to the first without a peer */
} bench_workload;

/* Reads the command line, measures one workload, prints. Returns the exit status: 0; 2 for wrong use, 3 for a workload that is not in
 * the list. */
int bench_main(int argc, char **argv, const bench_workload *workloads, size_t count);

/* Ends the program with a line and status 1: a workload did not do what it is to be timed for. */
_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Notes a collection: when it began, in nanoseconds of bench_clock, and how long it took. Those of warm-up rounds are dropped. */
void bench_pause(struct bench *bench, uint64_t start_ns, uint64_t duration_ns);

/* Notes the time of one phase of the round: printed as "phases", nanoseconds an object. */
void bench_phase(struct bench *bench, const char *name, uint64_t duration_ns);

/* The monotonic clock, in nanoseconds. */
uint64_t bench_clock(void);

/* Makes the compiler believe that memory is read here. */
static inline void bench_use(const void *pointer)
{
    __asm__ volatile("" : : "r"(pointer) : "memory");
}

/* A random number of 32 bits; and one below `limit`, which is less than 2^31. */
static inline uint32_t bench_random(struct bench *bench)
{
    uint32_t state = bench->random;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return bench->random = state;
}

static inline uint32_t bench_random_below(struct bench *bench, size_t limit)
{
    return (uint32_t)(((uint64_t)bench_random(bench) * limit) >> 32);
}

/* Starts the sequence of random numbers anew. */
void bench_random_restart(struct bench *bench);

/* Memory whose pages are there already, all zero. Kept until the program ends, or freed with free. */
void *bench_memory(size_t count, size_t size);

/* 0 to n - 1, shuffled. To be freed. */
uint32_t *bench_shuffle(struct bench *bench, size_t n);

/* What containers are filled with: the number of key i, all different and without a pattern that would help any one hash; and how
 * often a round does its work on a container of n, so that the small ones take long enough to be timed. */
static inline uint32_t bench_key(size_t i)
{
    uint32_t number = (uint32_t)i;
    number = (number ^ number >> 16) * 0x7feb352du;
    number = (number ^ number >> 15) * 0x846ca68bu;
    return number ^ number >> 16;
}

static inline size_t bench_repeats(size_t n)
{
    return n && n < 2000000 ? 2000000 / n : 1;
}

/* The random graph of the contract: two targets for each of n objects. Returns its check. */
uint64_t bench_random_graph(struct bench *bench, size_t n, uint32_t *left, uint32_t *right);

/* Resident memory of this process, in bytes. */
size_t bench_resident_bytes(void);

#endif
