/* SPDX-License-Identifier: MIT */
/* numbers.c: what every program draws, and the memory it draws it into. See harness.h. */
#include "bench/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void bench_random_restart(struct bench *bench)
{
    bench->random = bench->seed * 2654435769u;
    if (bench->random == 0)
        bench->random = 1;
}

void *bench_memory(size_t count, size_t size)
{
    char *memory = malloc((count + 1) * size);
    if (!memory)
        bench_fail("no memory for %zu items of %zu bytes", count, size);
    memset(memory, 1, (count + 1) * size); /* zeroing alone may be left to the first use */
    bench_use(memory);
    memset(memory, 0, (count + 1) * size);
    return memory;
}

uint32_t *bench_shuffle(struct bench *bench, size_t n)
{
    uint32_t *order = bench_memory(n, sizeof *order);
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    for (size_t i = n; i-- > 1;) {
        uint32_t other = bench_random_below(bench, i + 1), moved = order[i];
        order[i] = order[other];
        order[other] = moved;
    }
    return order;
}

/* Gives a place, 2 * object + side, its target. */
static void aim(uint32_t *left, uint32_t *right, uint32_t place, uint32_t target)
{
    *(place % 2 ? &right[place / 2] : &left[place / 2]) = target;
}

/* Each object in a random order gets a parent among those before it that have a reference free; references left over go
 * anywhere. So all of it is reachable, in no order that addresses know. */
uint64_t bench_random_graph(struct bench *bench, size_t n, uint32_t *left, uint32_t *right)
{
    uint32_t *order = bench_memory(n, sizeof *order), *open = bench_memory(2 * n + 2, sizeof *open);
    size_t open_count = 0;
    uint64_t check = 0;
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    for (size_t i = n; i-- > 2;) { /* object 0 stays first: it is the root */
        uint32_t other = 1 + bench_random_below(bench, i), moved = order[i];
        order[i] = order[other];
        order[other] = moved;
    }
    for (size_t i = 0; i < n; i++) {
        if (i > 0) {
            uint32_t at = bench_random_below(bench, open_count);
            aim(left, right, open[at], order[i]);
            open[at] = open[--open_count];
        }
        open[open_count++] = 2 * order[i];
        open[open_count++] = 2 * order[i] + 1;
    }
    for (size_t at = 0; at < open_count; at++)
        aim(left, right, open[at], bench_random_below(bench, n));
    for (size_t i = 0; i < n; i++)
        check += (i % 7 + 1) * left[i] + (i % 5 + 1) * right[i];
    free(order);
    free(open);
    return check & UINT32_MAX;
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
