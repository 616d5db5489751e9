/* SPDX-License-Identifier: MIT */
/* limit.c: see limit.h. */
#include "bench/workloads/limit.h"

#include <stdlib.h>
#include <string.h>

#define PREFETCH_DISTANCE 16

/* Pairs that follow each other in memory. */
struct run {
    char *start, *end;
};

static struct run *runs;
static size_t run_count;
static char *lowest;
static uint8_t *increments; /* a byte for each place where a pair can be */
static char *copy;
static const struct pair *chase_root;

static int compare_pointers(const void *a, const void *b)
{
    const char *x = *(char *const *)a, *y = *(char *const *)b;
    return (x > y) - (x < y);
}

void limit_survey(struct pair **pairs, size_t n)
{
    qsort(pairs, n, sizeof *pairs, compare_pointers);
    runs = bench_memory(n, sizeof *runs);
    lowest = (char *)pairs[0];
    increments = bench_memory((size_t)((char *)pairs[n - 1] - lowest) / sizeof(struct pair) + 1, 1);
    copy = bench_memory(n, sizeof(struct pair));
    for (size_t i = 0; i < n; i++) {
        char *at = (char *)pairs[i];
        if (run_count == 0 || runs[run_count - 1].end != at)
            runs[run_count++] = (struct run){ at, at };
        runs[run_count - 1].end = at + sizeof(struct pair);
    }
}

/* Notes one reference: prefetches its byte, and increments that of the reference PREFETCH_DISTANCE before. */
static inline void note(uint8_t **queue, size_t *at, const void *target)
{
    uint8_t *byte = &increments[(size_t)((const char *)target - lowest) / sizeof(struct pair)];
    __builtin_prefetch(byte, 1);
    ++*queue[*at % PREFETCH_DISTANCE];
    queue[(*at)++ % PREFETCH_DISTANCE] = byte;
}

void limit_pass(struct bench *bench)
{
    uint8_t spare = 0, *queue[PREFETCH_DISTANCE];
    size_t at = 0;
    for (int q = 0; q < PREFETCH_DISTANCE; q++)
        queue[q] = &spare;
    for (size_t r = 0; r < run_count; r++) {
        for (const char *place = runs[r].start; place < runs[r].end; place += sizeof(struct pair)) {
            const struct pair *pair = (const void *)place;
            if (pair->left)
                note(queue, &at, pair->left);
            if (pair->right)
                note(queue, &at, pair->right);
        }
    }
    for (int q = 0; q < PREFETCH_DISTANCE; q++)
        ++*queue[q];
    bench_use(increments);
    bench->check = bench->n;
}

void limit_copy(struct bench *bench)
{
    char *to = copy;
    for (size_t r = 0; r < run_count; r++) {
        size_t bytes = (size_t)(runs[r].end - runs[r].start);
        memcpy(to, runs[r].start, bytes);
        to += bytes;
    }
    bench_use(copy);
    bench->check = bench->n;
}

void limit_root(const struct pair *root)
{
    chase_root = root;
}

void limit_chase(struct bench *bench)
{
    size_t passed = 0;
    for (const struct pair *at = chase_root; at; at = at->left)
        passed++;
    if (passed != bench->n)
        bench_fail("the list has %zu objects, must have %zu", passed, bench->n);
    bench->check = bench->n;
}
