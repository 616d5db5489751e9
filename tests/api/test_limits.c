/* SPDX-License-Identifier: MIT */
/* test_limits.c: under a limit of the address space a heap takes a smaller range, and says when there is none. */
#include "../support/process.h"
#include "../support/support.h"

#include <errno.h>
#include <sys/resource.h>

static void limit_address_space(size_t more)
{
    size_t bytes = address_space_bytes() + more;
    const struct rlimit limit = { bytes, bytes };
    child_check(setrlimit(RLIMIT_AS, &limit) == 0);
}

static void work_within(void *argument)
{
    limit_address_space(*(size_t *)argument);
    gc_heap *heap = gc_heap_open(NULL);
    child_check(heap != NULL);
    gc_stats stats;
    gc_get_stats(heap, &stats);
    child_check(stats.bytes_reserved < *(size_t *)argument);
    gc_type *type = gc_type_register(heap, &node_info);
    for (int i = 0; i < 200000; i++) {
        struct node *ring = gc_create(struct node, type);
        child_check(ring != NULL);
        gc_set(&ring->left, ring);
        gc_release(ring);
    }
    gc_collect(heap);
    child_check(gc_heap_verify(heap) == NULL);
    child_check(gc_heap_close(heap) == 0);
}

Test(limits, a_quarter_of_a_gibibyte_is_enough)
{
    size_t more = (size_t)256 << 20;
    cr_assert_eq(run_in_child(work_within, &more), 0);
}

Test(limits, four_gibibytes_are_enough)
{
    size_t more = (size_t)4 << 30;
    cr_assert_eq(run_in_child(work_within, &more), 0);
}

static void fill_up(void *argument)
{
    limit_address_space(*(size_t *)argument);
    gc_heap *heap = gc_heap_open(NULL);
    child_check(heap != NULL);
    gc_type *type = gc_type_register(heap, &node_info);
    struct node *chain = NULL, *link;
    size_t count = 0;
    while ((link = gc_create(struct node, type)) != NULL) {
        link->left = chain;
        chain = link;
        count++;
    }
    child_check(gc_last_error(heap) == GC_ERROR_MEMORY);
    child_check(count > 10000);
    child_check(gc_heap_verify(heap) == NULL);
    gc_release(chain);
    child_check((link = gc_create(struct node, type)) != NULL);
    gc_release(link);
    child_check(gc_heap_close(heap) == 0);
}

Test(limits, filling_the_smaller_range_fails_cleanly)
{
    size_t more = (size_t)128 << 20;
    cr_assert_eq(run_in_child(fill_up, &more), 0);
}

/* Opens a checked heap in the smallest range with a quarantine of so many bytes, and closes it. False: it has no room. */
static bool opens_with_quarantine(size_t bytes)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.range_bytes = (size_t)16 << 20;
    settings.check_level = 1;
    settings.quarantine_slots = (uint32_t)(bytes / sizeof(void *));
    errno = 0;
    gc_heap *heap = gc_heap_open(&settings);
    if (!heap) {
        cr_assert_eq(errno, ENOMEM);
        return false;
    }
    cr_assert_eq(gc_heap_close(heap), 0);
    return true;
}

/* The quarantine leaves less or more of the range for the rest of what a heap needs from the start. */
Test(limits, opening_fails_cleanly_whatever_it_has_no_room_for)
{
    const size_t range = (size_t)16 << 20, page = 4096, far = 64 * page;
    size_t bytes = range;
    cr_assert_not(opens_with_quarantine(bytes));
    size_t before = address_space_bytes();
    while (!opens_with_quarantine(bytes))
        bytes -= far;
    for (size_t more = far; more > 0; more -= page)
        opens_with_quarantine(bytes + more);
    cr_assert(opens_with_quarantine(bytes));
    cr_assert_lt(address_space_bytes(), before + range, "no address is kept");
}

static void find_no_room(void *argument)
{
    limit_address_space(*(size_t *)argument);
    errno = 0;
    child_check(gc_heap_open(NULL) == NULL);
    child_check(errno == ENOMEM);
}

static void ask_for_more_than_there_is(void *argument)
{
    limit_address_space(*(size_t *)argument);
    gc_settings settings;
    gc_settings_default(&settings);
    settings.range_bytes = (size_t)64 << 30;
    errno = 0;
    child_check(gc_heap_open(&settings) == NULL);
    child_check(errno == ENOMEM);
    settings.range_bytes = (size_t)16 << 20;
    gc_heap *heap = gc_heap_open(&settings);
    child_check(heap != NULL);
    child_check(gc_heap_close(heap) == 0);
}

Test(limits, a_range_that_is_asked_for_is_not_made_smaller)
{
    size_t more = (size_t)1 << 30;
    cr_assert_eq(run_in_child(ask_for_more_than_there_is, &more), 0);
}

Test(limits, no_room_for_the_smallest_range)
{
    size_t more = (size_t)4 << 20;
    cr_assert_eq(run_in_child(find_no_room, &more), 0);
}
