/* SPDX-License-Identifier: MIT */
/* test_records.c: a heap that keeps records says what was done with an object: in the message about it, and of what is left when it is
 * closed. */
#include "records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

Test(records, of_a_release_too_many)
{
    keep_records(8);
    expect(release_twice, "released more often than retained", "libgc: the last 6 of 6 operations on object 0x");
    expect_line(2, "created, count 1", "make_here");
    expect_line(3, "retained, count 2", "retain_here");
    expect_line(4, "released, count 1", "release_here");
    expect_line(5, "released, count 0", "release_here");
    expect_line(6, "dying in a teardown, count 0", "release_here");
    expect_line(7, "freed in a teardown, count 0", "release_here");
    expect_line(8, "now", "release_too_often_here");
    cr_assert_str_eq(line(9), "");
}

Test(records, only_as_many_as_are_asked_for)
{
    keep_records(2);
    expect(release_twice, "libgc: the last 2 of 6 operations on object 0x");
    expect_line(2, "dying in a teardown, count 0", "release_here");
    expect_line(3, "freed in a teardown, count 0", "release_here");
    expect_line(4, "now", "release_too_often_here");
    cr_assert_str_eq(line(5), "");
}

Test(records, none_unless_asked_for)
{
    keep_records(0);
    expect(release_twice, "released more often than retained");
    cr_assert_str_eq(line(1), "");
}

/* The next owner of the slot is told, and sees who released it before. */
static void release_when_used_again(gc_heap *heap)
{
    struct node *node = make_here(heap);
    release_here(node);
    struct node *other = make_here(heap);
    child_check(other == node);
    release_too_often_here(node);
    release_here(other);
}

Test(records, of_earlier_objects_in_the_slot)
{
    keep_records(9);
    check_quarantine = 0;
    expect(release_when_used_again, "released more often than retained");
    expect_line(6, "created, count 1", "make_here");
    expect_line(7, "released, count 0", "release_too_often_here");
    expect_line(10, "now", "release_here");
}

static void touch_in_every_way(gc_heap *heap)
{
    struct node *holder = make_here(heap), *node = watched_new(heap, 1);
    gc_weak *weak = gc_weak_create(node, NULL, NULL);
    gc_untrack(node);
    gc_track(node);
    gc_move(&holder->left, &node);
    struct node *volatile stale = holder->left;
    release_here(holder);
    gc_release(weak);
    gc_retain(stale);
}

Test(records, of_every_operation)
{
    keep_records(20);
    expect(touch_in_every_way, "used after it was freed: retain");
    static const char *const said[] = {
        "created, count 1",          "given a weak reference, count 1",
        "untracked, count 1",        "tracked, count 1",
        "moved into a field, count 1", "released in a teardown, count 0",
        "finalized, count 1",        "dying in a teardown, count 0",
        "freed in a teardown, count 0",
    };
    const char *at = message();
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        const char *found = strstr(at, said[i]);
        cr_assert_not_null(found, "no '%s' after the one before in: %s", said[i], message());
        at = found + 1;
    }
}

static void retain_collected(gc_heap *heap)
{
    struct node *volatile node = make_here(heap);
    store_here(node, node);
    release_here(node);
    gc_collect(heap);
    gc_retain(node);
}

Test(records, of_what_a_collection_does)
{
    keep_records(8);
    expect(retain_collected, "used after it was freed: retain");
    expect_line(3, "retained, count 2", "store_here");
    expect_line(4, "released, count 1", "release_here");
    expect_line(5, "freed by a collection, count 0", NULL);
}

static void leak(gc_heap *heap)
{
    struct node *held = make_here(heap), *inside = make_here(heap);
    store_here(held, inside);
    release_here(inside);
    retain_here(held);
    for (int i = 0; i < 12; i++)
        gc_release(node_new(heap, i));
    child_check(gc_heap_close(heap) == 2);
}

Test(records, of_a_leak)
{
    keep_records(8);
    cr_assert_eq(run_provoked(leak), 0, "%s", message());
    cr_expect_not_null(strstr(line(0), "'struct node' was left when the heap was closed: 2 of its 2 references are from outside; "));
    expect_line(2, "created, count 1", "make_here");
    expect_line(3, "retained, count 2", "retain_here");
    cr_expect_eq(strncmp(line(4), "libgc: 0 more objects are held from outside, and 1 by other objects alone\n", 40), 0, "%s", message());
    cr_assert_str_eq(line(5), "");
}

static void close_clean(gc_heap *heap)
{
    release_here(make_here(heap));
    child_check(gc_heap_close(heap) == 0);
}

Test(records, nothing_is_said_of_a_heap_without_leaks)
{
    keep_records(8);
    cr_assert_eq(run_provoked(close_clean), 0);
    cr_assert_str_eq(message(), "");
}

/* In place, since it is held twice. */
static void grow(gc_heap *heap)
{
    struct list *list = list_new(heap, 20000);
    gc_retain(list);
    for (size_t n = 30000; n < 100000; n *= 2)
        child_check(gc_resize(list, n) == list);
    for (int i = 0; i < 3; i++)
        gc_release(list);
}

Test(records, large_objects_keep_theirs_when_they_grow)
{
    keep_records(20);
    expect(grow, "released more often than retained", "libgc:   created, count 1", "libgc:   retained, count 2");
}

/* Slabs of other slots in the same memory. */
static void use_memory_again(gc_heap *heap)
{
    static void *objects[20000];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 20000; i++)
            objects[i] = round == 1 ? (void *)list_new(heap, 20) : round ? (void *)leaf_new(heap, i) : (void *)node_new(heap, i);
        for (int i = 0; i < 20000; i++)
            gc_release(objects[i]);
        gc_trim(heap);
    }
    release_twice(heap);
}

Test(records, nothing_of_memory_that_went_back)
{
    keep_records(1);
    check_quarantine = 0;
    expect(use_memory_again, "libgc: the last 1 of 6 operations on object 0x");
}

static void fill_the_table(gc_heap *heap)
{
    struct node *node = make_here(heap);
    gc_release(list_new(heap, 10000000));
    release_here(node);
    release_too_often_here(node);
}

Test(records, they_stay_when_the_heap_grows)
{
    keep_records(8);
    expect(fill_the_table, "libgc:   created, count 1, in ", "make_here+0x");
}

/* Rings that are larger than the heap: nothing is recorded, and nothing else is different. */
static void without_memory_for_them(gc_heap *heap)
{
    (void)heap;
    gc_settings settings = quiet_settings();
    settings.check_level = 1;
    settings.records = 1000;
    settings.range_bytes = (size_t)16 << 20;
    settings.log = take_message;
    gc_heap *small = gc_heap_open(&settings);
    make_garbage_ring(small, 1, 3);
    child_check(gc_collect(small) == 3);
    release_twice(small);
}

Test(records, without_memory_for_them)
{
    expect(without_memory_for_them, "released more often than retained");
    cr_assert_str_eq(line(1), "");
}

Test(records, settings)
{
    gc_settings settings = quiet_settings();
    settings.check_level = 1;
    settings.records = 1001;
    errno = 0;
    cr_assert_null(gc_heap_open(&settings));
    cr_assert_eq(errno, EINVAL);
    setenv("LIBGC_RECORDS", "7", 1);
    gc_settings_default(&settings);
    cr_assert_eq(settings.records, 7);
    setenv("LIBGC_RECORDS", "1001", 1);
    gc_settings_default(&settings);
    cr_assert_eq(settings.records, 0);
}
