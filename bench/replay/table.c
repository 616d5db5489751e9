/* SPDX-License-Identifier: MIT */
/* table.c: memory for a replay: how much there is, and arrays that grow within it. */
#define _GNU_SOURCE 1
#include "table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The number after `label` in a file of the kernel's, or UINT64_MAX. A label of "" is the file's start. */
static uint64_t table_read(const char *path, const char *label)
{
    char format[64], line[256];
    uint64_t value = UINT64_MAX;
    FILE *file = fopen(path, "re");
    if (!file)
        return UINT64_MAX;
    snprintf(format, sizeof format, "%s%%" SCNu64, label);
    while (fgets(line, sizeof line, file) && sscanf(line, format, &value) != 1)
        value = UINT64_MAX;
    fclose(file);
    return value;
}

static uint64_t table_physical_bytes(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    return pages > 0 && page_bytes > 0 ? (uint64_t)pages * (uint64_t)page_bytes : UINT64_MAX;
}

uint64_t table_available_bytes(void)
{
    uint64_t available_kib = table_read("/proc/meminfo", "MemAvailable:");
    uint64_t limits[] = {
        available_kib != UINT64_MAX ? available_kib * 1024 : table_physical_bytes(),
        table_read("/sys/fs/cgroup/memory.max", ""),
        table_read("/sys/fs/cgroup/memory/memory.limit_in_bytes", ""),
    };
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 3; i++) {
        if (limits[i] < least)
            least = limits[i];
    }
    return least;
}

void *table_reserve(void *items, size_t *capacity, size_t needed, size_t item_size)
{
    if (needed <= *capacity)
        return items;
    size_t most = *capacity + table_available_bytes() / 2 / item_size;
    if (needed > most)
        return NULL;
    /* By halves: large blocks are remapped, not copied, and what is not touched costs nothing. */
    size_t wanted = *capacity + *capacity / 2 + 64;
    if (wanted < needed)
        wanted = needed;
    if (wanted > most)
        wanted = most;
    void *grown = realloc(items, wanted * item_size);
    if (grown)
        *capacity = wanted;
    return grown;
}
