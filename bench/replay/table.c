/* SPDX-License-Identifier: MIT */
/* table.c: making room in an array that grows. */
#define _GNU_SOURCE 1
#include "table.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

static size_t table_bytes_max(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    if (pages <= 0 || page_bytes <= 0)
        return SIZE_MAX / 4;
    return (size_t)pages / 4 * (size_t)page_bytes;
}

void *table_reserve(void *items, size_t *capacity, size_t needed, size_t item_size)
{
    if (needed <= *capacity)
        return items;
    size_t most = table_bytes_max() / item_size;
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
