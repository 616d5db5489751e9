/* SPDX-License-Identifier: MIT */
/* test_range.c: guards lib/range: a region grows by steps up to what is reserved, says when the system refuses, and counts what is
 * resident; the system counts no more. */
#include "../support/support.h"

#include "lib/heap.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { STEPS = 4 };

static char *reserve(size_t bytes)
{
    char *mapping = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(mapping, MAP_FAILED);
    return mapping;
}

Test(range, a_region_grows_by_whole_steps_and_no_further_than_reserved)
{
    const size_t bytes = STEPS * GC__COMMIT_STEP;
    gc__region region = { .base = reserve(bytes), .reserved = bytes };
    cr_assert(gc__region_ensure(&region, 0));
    cr_assert_eq(region.committed, 0);
    cr_assert(gc__region_ensure(&region, 1));
    cr_assert_eq(region.committed, GC__COMMIT_STEP);
    cr_assert(gc__region_ensure(&region, GC__COMMIT_STEP));
    cr_assert_eq(region.committed, GC__COMMIT_STEP);
    cr_assert(gc__region_ensure(&region, GC__COMMIT_STEP + 1));
    cr_assert_eq(region.committed, 2 * GC__COMMIT_STEP);
    memset(region.base, 1, 2 * GC__COMMIT_STEP);
    cr_assert_not(gc__region_ensure(&region, bytes + 1));
    cr_assert_eq(region.committed, 2 * GC__COMMIT_STEP, "as it was");
    cr_assert(gc__region_ensure(&region, bytes));
    cr_assert_eq(region.committed, bytes);
    cr_assert_eq(region.base[2 * GC__COMMIT_STEP - 1], 1);
    cr_assert_eq(region.base[bytes - 1], 0);
    munmap(region.base, bytes);
}

Test(range, where_the_system_refuses_nothing_is_committed)
{
    const size_t bytes = STEPS * GC__COMMIT_STEP;
    gc__region region = { .base = reserve(bytes), .reserved = bytes };
    munmap(region.base, bytes);
    cr_assert_not(gc__region_ensure(&region, 1));
    cr_assert_eq(region.committed, 0);
    cr_assert_eq(gc__resident_bytes(region.base, bytes), 0, "unknown");
}

Test(range, resident_bytes_are_those_of_touched_pages)
{
    const size_t page = 4096, bytes = 5000 * page; /* more than are asked about at a time */
    char *base = reserve(bytes);
    cr_assert(gc__commit(base, bytes));
    madvise(base, bytes, MADV_NOHUGEPAGE);
    cr_assert_eq(gc__resident_bytes(base, bytes), 0);
    base[0] = base[page] = base[1024 * page] = base[bytes - 1] = 1;
    cr_assert_eq(gc__resident_bytes(base, bytes), 4 * page);
    cr_assert_eq(gc__resident_bytes(base + 1, page), 2 * page, "pages that are touched in part count");
    gc__purge(base + 1, page);
    cr_assert_eq(gc__resident_bytes(base, bytes), 4 * page, "no page lies in it wholly");
    gc__purge(base + 1, 2 * page - 1);
    cr_assert_eq(gc__resident_bytes(base, bytes), 3 * page);
    cr_assert_eq(base[0], 1);
    cr_assert_eq(base[page], 0, "it reads as zero");
    munmap(base, bytes);
}

Test(range, an_address_that_is_asked_for_is_given_only_if_it_is_the_next)
{
    gc_heap *heap = open_heap();
    extent_hooks_t *hooks = &heap->extent_hooks;
    size_t used = heap->range_used, bytes = GC__COMMIT_STEP;
    bool zero = false, commit = true;
    char *next = heap->base + used;
    cr_assert_null(hooks->alloc(hooks, next + bytes, bytes, bytes, &zero, &commit, heap->arena));
    cr_assert_eq(heap->range_used, used);
    cr_assert_eq(hooks->alloc(hooks, next, bytes, bytes, &zero, &commit, heap->arena), next);
    cr_assert_eq(heap->range_used, used + bytes);
    cr_assert(zero);
    close_heap(heap);
}

Test(range, every_region_counts_as_resident)
{
    gc_heap *heap = open_heap();
    gc__region *regions[] = { &heap->lookup_region, &heap->chunk_region, &heap->block_region, &heap->state_region,
                              &heap->inside_region, &heap->type_region, &heap->stack_region, &heap->touched_region };
    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        gc_stats before, after;
        gc_get_stats(heap, &before);
        size_t committed = regions[i]->committed;
        cr_assert(gc__region_ensure(regions[i], committed + 1));
        memset(regions[i]->base + committed, 0, GC__COMMIT_STEP);
        gc_get_stats(heap, &after);
        cr_assert_geq(after.bytes_resident, before.bytes_resident + GC__COMMIT_STEP, "region %zu", i);
    }
    close_heap(heap);
}

/* Whether the system has marked the mapping at an address with this flag, by /proc/self/smaps; -1: it does not say. */
static int mapping_flag(const void *address, const char *flag)
{
    FILE *file = fopen("/proc/self/smaps", "r");
    char line[500];
    bool inside = false;
    int found = -1;
    while (file && found < 0 && fgets(line, sizeof line, file)) {
        uintptr_t start, end;
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &start, &end) == 2)
            inside = start <= (uintptr_t)address && (uintptr_t)address < end;
        else if (inside && strncmp(line, "VmFlags:", 8) == 0)
            found = strstr(line, flag) != NULL;
    }
    if (file)
        fclose(file);
    return found;
}

static bool overcommits(void)
{
    FILE *file = fopen("/proc/sys/vm/overcommit_memory", "r");
    bool never = !file || fgetc(file) == '2';
    if (file)
        fclose(file);
    return !never;
}

/* Where memory may be overcommitted none of a heap's is counted before it is touched: a single object of more than there is would be
 * refused, though its program touches little of it. */
Test(range, what_is_committed_is_not_counted_before_it_is_used)
{
    gc__layout layout;
    char *mapping = gc__range_reserve(GC__RANGE_MIN, false, &layout);
    cr_assert_not_null(mapping);
    cr_assert(gc__commit(mapping, GC__COMMIT_STEP));
    cr_assert(!overcommits() || mapping_flag(mapping, " ac") <= 0);
    gc__range_release(mapping, &layout);
}
