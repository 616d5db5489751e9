/* SPDX-License-Identifier: MIT */
/* range.c: reserving, committing and giving back addresses. The only file that calls the system's memory functions. */
#include "lib/range.h"

#include "lib/heap.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static size_t range_page(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t range_round(size_t bytes)
{
    return (bytes + GC__COMMIT_STEP - 1) & ~(GC__COMMIT_STEP - 1);
}

gc__layout gc__layout_of(size_t range)
{
    size_t granules = range / GC__GRANULE;
    gc__layout l = { .range = range };
    l.control = range_round(sizeof(gc_heap));
    l.lookups = range_round(granules * sizeof(gc__lookup));
    l.chunks = range_round(range / GC__CHUNK * sizeof(gc__chunk));
    l.blocks = range_round(granules * sizeof(gc__block));
    l.maps = range_round(granules / 8) * GC__MAPS;
    l.states = range / GC__SLOT_MIN;
    l.insides = range / GC__SLOT_MIN + GC__COMMIT_STEP;
    l.wides = range / GC__SLOT_MIN * sizeof(uint32_t);
    l.types = range_round(GC__TYPES_MAX * sizeof(void *));
    l.stack = range / 16;
    l.touched = range / 16;
    /* One chunk more, so that the range can be aligned to chunks wherever the mapping lies. */
    l.total = l.control + l.lookups + l.chunks + l.blocks + l.maps + l.states + l.insides + l.wides + l.types +
              l.stack + l.touched + l.range + GC__CHUNK;
    return l;
}

/* The most a heap may take of an address space that is limited: the host and jemalloc need their share. */
static size_t range_budget(void)
{
    struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
    getrlimit(RLIMIT_AS, &limit);
    return (size_t)limit.rlim_cur / 2;
}

char *gc__range_reserve(size_t range, bool may_shrink, gc__layout *layout)
{
    size_t budget = range_budget();
    for (; range >= GC__RANGE_MIN; range /= 2) {
        *layout = gc__layout_of(range);
        if (layout->total <= budget) {
            void *mapping = mmap(NULL, layout->total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (mapping != MAP_FAILED)
                return mapping;
        }
        if (!may_shrink)
            return NULL;
    }
    return NULL;
}

void gc__range_release(char *mapping, const gc__layout *layout)
{
    munmap(mapping, layout->total);
}

void gc__range_release_after(char *mapping, const gc__layout *layout, size_t kept)
{
    munmap(mapping + kept, layout->total - kept);
    mprotect(mapping, kept, PROT_READ);
}

bool gc__commit(char *address, size_t bytes)
{
    return mprotect(address, bytes, PROT_READ | PROT_WRITE) == 0;
}

bool gc__purge(char *address, size_t bytes)
{
    size_t page = range_page();
    char *first = (char *)(((uintptr_t)address + page - 1) & ~(page - 1));
    char *end = (char *)((uintptr_t)(address + bytes) & ~(page - 1));
    return first >= end || madvise(first, (size_t)(end - first), MADV_DONTNEED) == 0;
}

size_t gc__resident_bytes(const char *address, size_t bytes)
{
    unsigned char pages[1024];
    size_t page_bytes = range_page();
    uintptr_t at = (uintptr_t)address & ~(page_bytes - 1);
    uintptr_t end = (uintptr_t)address + bytes;
    size_t resident = 0;
    while (at < end) {
        size_t step = sizeof pages * page_bytes;
        if (step > end - at)
            step = end - at;
        if (mincore((void *)at, step, pages) != 0)
            return 0;
        for (size_t page = 0; page < (step + page_bytes - 1) / page_bytes; page++)
            resident += (pages[page] & 1) * page_bytes;
        at += step;
    }
    return resident;
}

bool gc__region_grow(gc__region *region, size_t bytes)
{
    size_t wanted = range_round(bytes);
    if (wanted > region->reserved)
        return false;
    if (!gc__commit(region->base + region->committed, wanted - region->committed))
        return false;
    region->committed = wanted;
    return true;
}
