/* SPDX-License-Identifier: MIT */
/* test_set.c: sets: members one at a time, and whole sets held against plain arrays. */
#include "keys.h"

#include "../model/model_random.h"

#include <string.h>

enum { UNIVERSE = 60 };

/* A set of the keys whose places are true. */
static struct gc_set *set_of(gc_heap *heap, const bool *members)
{
    struct gc_set *set = gc_set_create(heap);
    for (int id = 0; id < UNIVERSE; id++) {
        if (!members[id])
            continue;
        void *key = key_new(heap, id);
        cr_assert(gc_set_add(set, key));
        gc_release(key);
    }
    return set;
}

static size_t count_of(const bool *members)
{
    size_t count = 0;
    for (int id = 0; id < UNIVERSE; id++)
        count += members[id];
    return count;
}

static void assert_members(gc_heap *heap, const struct gc_set *set, const bool *members)
{
    cr_assert_not_null(set);
    cr_assert_eq(gc_set_count(set), count_of(members));
    for (int id = 0; id < UNIVERSE; id++) {
        void *key = key_new(heap, id);
        cr_assert_eq(gc_set_contains(set, key), members[id], "member %d", id);
        gc_release(key);
    }
    gc_set_iterator iterator = gc_set_iterate(set);
    size_t seen = 0;
    for (void *member; gc_set_next(&iterator, &member); seen++)
        cr_assert(gc_set_contains(set, member));
    cr_assert_eq(seen, gc_set_count(set));
}

static void check_operations(gc_heap *heap, const bool *a, const bool *b)
{
    struct gc_set *x = set_of(heap, a), *y = set_of(heap, b);
    struct gc_set *results[5] = { gc_set_union(x, y), gc_set_intersection(x, y), gc_set_difference(x, y),
                                  gc_set_symmetric_difference(x, y), gc_set_copy(x) };
    bool expected[5][UNIVERSE], subset = true, same = true, equal;
    for (int id = 0; id < UNIVERSE; id++) {
        expected[0][id] = a[id] || b[id];
        expected[1][id] = a[id] && b[id];
        expected[2][id] = a[id] && !b[id];
        expected[3][id] = a[id] != b[id];
        expected[4][id] = a[id];
        subset &= !a[id] || b[id];
        same &= a[id] == b[id];
    }
    for (int i = 0; i < 5; i++)
        assert_members(heap, results[i], expected[i]);
    cr_assert_eq(gc_set_is_subset(x, y), subset);
    cr_assert(gc_equal(x, y, &equal));
    cr_assert_eq(equal, same);
    cr_assert(gc_set_update(x, y));
    assert_members(heap, x, expected[0]);
    for (int i = 0; i < 5; i++)
        gc_release(results[i]);
    gc_release(x);
    gc_release(y);
}

Test(set, operations_on_two_hold_against_arrays)
{
    gc_heap *heap = open_heap();
    struct model_random random = { 1 };
    bool a[UNIVERSE], b[UNIVERSE];
    for (int round = 0; round < 60; round++) {
        int percent = 10 + model_random_below(&random, 85), more = round % 3 == 0 ? 100 : percent;
        for (int id = 0; id < UNIVERSE; id++) {
            a[id] = model_random_percent(&random, percent);
            b[id] = round % 3 == 0 ? a[id] || model_random_percent(&random, round % 2 * 20) : model_random_percent(&random, more);
        }
        check_operations(heap, a, b);
    }
    memset(a, 0, sizeof a);
    check_operations(heap, a, b);
    check_operations(heap, b, a);
    check_operations(heap, a, a);
    close_heap(heap);
}

Test(set, an_operation_on_one_set_with_itself)
{
    gc_heap *heap = open_heap();
    bool all[UNIVERSE], none[UNIVERSE] = { false };
    memset(all, 1, sizeof all);
    struct gc_set *set = set_of(heap, all);
    struct gc_set *results[4] = { gc_set_union(set, set), gc_set_intersection(set, set), gc_set_difference(set, set),
                                  gc_set_symmetric_difference(set, set) };
    for (int i = 0; i < 4; i++) {
        assert_members(heap, results[i], i < 2 ? all : none);
        gc_release(results[i]);
    }
    cr_assert(gc_set_update(set, set));
    cr_assert(gc_set_is_subset(set, set));
    assert_members(heap, set, all);
    gc_release(set);
    close_heap(heap);
}

Test(set, one_member_at_a_time)
{
    gc_heap *heap = open_heap();
    struct gc_set *set = gc_set_create(heap);
    cr_assert(gc_set_is(set));
    cr_assert_not(gc_set_is(NULL));
    cr_assert_null(gc_set_pop_first(set));
    void *one = gc_string_from(heap, "one"), *same = gc_string_from(heap, "one"), *two = gc_string_from(heap, "two");
    cr_assert(gc_set_add(set, one));
    cr_assert(gc_set_add(set, same), "it is there already");
    cr_assert_eq(gc_refcount(same), 1);
    cr_assert(gc_set_add(set, two));
    cr_assert_eq(gc_set_count(set), 2);
    cr_assert_eq(gc_set_find(set, same), 1);
    void *member = gc_set_pop_first(set);
    cr_assert_eq(member, one);
    gc_release(member);
    cr_assert_eq(gc_set_find(set, same), 0);
    cr_assert_not(gc_set_remove(set, same));
    cr_assert(gc_set_remove(set, two));
    cr_assert_eq(gc_set_count(set), 0);
    gc_release(one);
    gc_release(same);
    gc_release(two);
    gc_release(set);
    close_heap(heap);
}

static size_t raw_bytes(gc_heap *heap)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    return stats.bytes_raw;
}

Test(set, reserves_for_so_many_in_all)
{
    gc_heap *heap = open_heap();
    struct gc_set *empty = gc_set_create(heap), *half_full = gc_set_create(heap);
    size_t before = raw_bytes(heap);
    cr_assert(gc_set_reserve(empty, 1000));
    size_t takes = raw_bytes(heap) - before;
    for (int id = 0; id < 900; id++) {
        gc_integer *key = gc_integer_create(heap, id);
        cr_assert(gc_set_add(half_full, key));
        gc_release(key);
    }
    cr_assert(gc_set_reserve(half_full, 1000));
    cr_assert(gc_set_reserve(half_full, 900), "there are as many");
    cr_assert(gc_set_reserve(half_full, 10), "there are more");
    cr_assert_leq(raw_bytes(heap) - before, 2 * takes, "100 more, and not 1000");
    cr_assert_eq(gc_set_count(half_full), 900);
    gc_release(empty);
    gc_release(half_full);
    close_heap(heap);
}

Test(set, refuses_null_and_what_has_no_hash)
{
    gc_heap *heap = open_heap();
    struct gc_set *set = gc_set_create(heap);
    void *list = gc_list_create(heap, 0, NULL);
    cr_assert_not(gc_set_add(set, NULL));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    cr_assert_not(gc_set_add(set, list));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_TYPE);
    cr_assert_eq(gc_set_find(set, set), -1);
    cr_assert_not(gc_set_contains(set, list));
    cr_assert_not(gc_set_remove(set, list));
    cr_assert_not(gc_set_reserve(set, SIZE_MAX));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    cr_assert(gc_set_reserve(set, 100));
    gc_release(list);
    gc_release(set);
    close_heap(heap);
}

Test(set, going_through_it_sees_a_change)
{
    gc_heap *heap = open_heap();
    struct gc_set *set = gc_set_create(heap);
    void *one = value_new(heap, 10000), *two = value_new(heap, 20000), *member;
    cr_assert(gc_set_add(set, one));
    gc_set_iterator iterator = gc_set_iterate(set);
    cr_assert(gc_set_add(set, one));
    cr_assert(gc_set_next(&iterator, &member), "adding what is there is none");
    cr_assert_eq(member, one);
    cr_assert(gc_set_add(set, two));
    cr_assert_not(gc_set_next(&iterator, &member));
    cr_assert(iterator.changed);
    cr_assert_eq(gc_last_error(heap), GC_ERROR_CHANGED);
    gc_release(one);
    gc_release(two);
    gc_release(set);
    close_heap(heap);
}

Test(set, going_through_it_sees_the_change_that_makes_it_grow)
{
    gc_heap *heap = open_heap();
    struct gc_set *set = gc_set_create(heap);
    for (int id = 0; id < 500; id++) {
        void *member;
        gc_set_iterator iterator = gc_set_iterate(set);
        gc_integer *key = gc_integer_create(heap, id);
        cr_assert(gc_set_add(set, key));
        cr_assert_not(gc_set_next(&iterator, &member));
        cr_assert(iterator.changed, "by the member with number %d", id);
        iterator = gc_set_iterate(set);
        if (id % 3 == 0) {
            cr_assert(gc_set_remove(set, key));
            cr_assert_not(gc_set_next(&iterator, &member));
            cr_assert(iterator.changed, "by the removal of number %d", id);
        }
        gc_release(key);
    }
    gc_release(set);
    close_heap(heap);
}

Test(set, is_written)
{
    gc_heap *heap = open_heap();
    struct gc_set *set = gc_set_create(heap);
    gc_string *text = gc_repr(heap, set);
    cr_assert_str_eq(gc_string_bytes(text), "set()");
    gc_release(text);
    for (int i = 1; i < 4; i++) {
        void *member = value_new(heap, i);
        cr_assert(gc_set_add(set, member));
        gc_release(member);
    }
    text = gc_repr(heap, set);
    cr_assert_str_eq(gc_string_bytes(text), "{1, 2, 3}");
    gc_release(text);
    gc_release(set);
    close_heap(heap);
}
