/* SPDX-License-Identifier: MIT */
/* test_saved_garbage.c: GC_DEBUG_SAVE_ALL keeps what would be freed, for finding what makes it; debug lines say what was
 * found. */
#include "../support/support.h"

#include <string.h>

static size_t ids_seen;

static bool see_id(void *object, void *context)
{
    (void)context;
    ids_seen |= (size_t)1 << ((struct node *)object)->id;
    return true;
}

Test(saved_garbage, is_kept_whole_and_shown)
{
    gc_heap *heap = open_heap();
    gc_set_debug(heap, GC_DEBUG_SAVE_ALL);
    cr_assert_eq(gc_get_debug(heap), GC_DEBUG_SAVE_ALL);
    make_garbage_ring(heap, 1, 3);
    cr_assert_eq(gc_collect(heap), 0, "nothing was freed");
    cr_assert_eq(objects_in(heap), 3);
    cr_assert_eq(times_recorded('d'), 0);
    assert_whole(heap);
    cr_assert_eq(gc_visit_garbage(heap, see_id, NULL), 3);
    cr_assert_eq(ids_seen, 2 + 4 + 8);
    cr_assert_eq(gc_collect(heap), 0, "not found again");
    gc_set_debug(heap, 0);
    cr_assert_eq(gc_drop_garbage(heap), 3);
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 3);
    cr_assert_leq(times_recorded('f'), 3);
    cr_assert_eq(gc_visit_garbage(heap, see_id, NULL), 0);
    close_heap(heap);
}

Test(saved_garbage, counts_as_uncollectable)
{
    gc_heap *heap = open_heap();
    gc_set_debug(heap, GC_DEBUG_SAVE_ALL);
    make_garbage_ring(heap, 1, 4);
    gc_collect(heap);
    gc_stats stats;
    gc_get_stats(heap, &stats);
    cr_assert_eq(stats.generations[2].collected, 0);
    cr_assert_eq(stats.generations[2].uncollectable, 4);
    gc_set_debug(heap, 0);
    gc_drop_garbage(heap);
    close_heap(heap);
}

static void drop_inside(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)phase, (void)info;
    cr_assert_eq(gc_drop_garbage(heap), 0);
    ++*(int *)context;
}

Test(saved_garbage, cannot_be_dropped_inside_a_callback)
{
    gc_heap *heap = open_heap();
    int calls = 0;
    gc_set_debug(heap, GC_DEBUG_SAVE_ALL);
    make_garbage_ring(heap, 1, 3);
    gc_collect(heap);
    cr_assert(gc_add_collect_callback(heap, drop_inside, &calls));
    gc_collect(heap);
    cr_assert_eq(calls, 2);
    cr_assert_eq(gc_visit_garbage(heap, see_id, NULL), 3, "all of it is still there");
    cr_assert(gc_remove_collect_callback(heap, drop_inside, &calls));
    gc_set_debug(heap, 0);
    cr_assert_eq(gc_drop_garbage(heap), 3);
    close_heap(heap);
}

Test(saved_garbage, death_by_count_saves_nothing)
{
    gc_heap *heap = open_heap();
    gc_set_debug(heap, GC_DEBUG_SAVE_ALL);
    gc_release(watched_new(heap, 1));
    cr_assert_str_eq(recorded(), "f1 d1");
    cr_assert_eq(gc_visit_garbage(heap, see_id, NULL), 0);
    cr_assert_eq(gc_drop_garbage(heap), 0);
    close_heap(heap);
}

struct lines {
    size_t count, with_type;
};

static void take_line(void *context, const char *line)
{
    struct lines *lines = context;
    lines->count++;
    lines->with_type += strstr(line, "struct node") != NULL;
    cr_assert_null(strchr(line, '\n'), "one line, without its end");
}

Test(saved_garbage, debug_lines_name_what_is_found)
{
    struct lines lines = { 0, 0 };
    gc_settings settings = quiet_settings();
    settings.log = take_line;
    settings.context = &lines;
    gc_heap *heap = open_heap_with(&settings);
    make_garbage_ring(heap, 1, 2);
    gc_collect(heap);
    cr_assert_eq(lines.count, 0, "silent unless asked");
    gc_set_debug(heap, GC_DEBUG_COLLECTABLE);
    make_garbage_ring(heap, 1, 2);
    cr_assert_eq(gc_collect(heap), 2);
    cr_assert_eq(lines.with_type, 2, "a line for each object found");
    gc_set_debug(heap, GC_DEBUG_STATS);
    size_t before = lines.count;
    make_garbage_ring(heap, 1, 2);
    gc_collect(heap);
    cr_assert_gt(lines.count, before);
    gc_set_debug(heap, 0);
    close_heap(heap);
}
