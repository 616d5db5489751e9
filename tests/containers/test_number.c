/* SPDX-License-Identifier: MIT */
/* test_number.c: integers and floats: values, singletons, and their equality with each other. */
#include "../support/starve.h"

#include <math.h>

static bool equal_to(const void *a, const void *b)
{
    bool equal, other;
    cr_assert(gc_equal(a, b, &equal) && gc_equal(b, a, &other));
    cr_assert_eq(equal, other);
    uint64_t x, y;
    cr_assert(gc_hash(a, &x) && gc_hash(b, &y));
    cr_assert(!equal || x == y, "equal, and different hashes");
    cr_assert(equal || x != y, "different, and the same hash");
    return equal;
}

Test(number, integers)
{
    gc_heap *heap = open_heap();
    const int64_t values[] = { INT64_MIN, -1000000, -6, -5, -1, 0, 1, 1023, 1024, (int64_t)1 << 53, INT64_MAX };
    for (int i = 0; i < 11; i++) {
        gc_integer *a = gc_integer_create(heap, values[i]);
        cr_assert(gc_integer_is(a) && !gc_float_is(a) && !gc_is_tracked(a));
        cr_assert_str_eq(gc_type_name_of(a), "gc_integer");
        cr_assert_eq(gc_integer_value(a), values[i]);
        for (int k = 0; k < 11; k++) {
            gc_integer *b = gc_integer_create(heap, values[k]);
            cr_assert_eq(equal_to(a, b), i == k);
            gc_release(b);
        }
        gc_release(a);
    }
    close_heap(heap);
}

Test(number, small_integers_are_made_once)
{
    gc_heap *heap = open_heap();
    for (int64_t value = GC_SMALL_INTEGER_MIN - 2; value <= GC_SMALL_INTEGER_MAX + 2; value++) {
        gc_integer *a = gc_integer_create(heap, value), *b = gc_integer_create(heap, value);
        bool small = value >= GC_SMALL_INTEGER_MIN && value <= GC_SMALL_INTEGER_MAX;
        cr_assert_eq(a == b, small, "%lld", (long long)value);
        cr_assert_eq(gc_is_immortal(a), small);
        cr_assert_eq(gc_integer_value(a), value);
        gc_release(a);
        gc_release(b);
    }
    cr_assert_eq(objects_in(heap), GC_SMALL_INTEGER_MAX - GC_SMALL_INTEGER_MIN + 1);
    close_heap(heap);
}

/* The singletons of a heap are one beside the other. */
Test(number, small_integers_and_short_strings_are_not_each_other)
{
    gc_heap *heap = open_heap();
    for (int round = 0; round < 2; round++) {
        for (int byte = 0; byte < 256; byte++) {
            const char text = (char)byte;
            gc_string *string = gc_string_create(heap, &text, 1);
            cr_assert(gc_string_is(string) && gc_string_length(string) == 1 && *gc_string_bytes(string) == text);
            gc_release(string);
        }
        gc_string *empty = gc_string_create(heap, "", 0);
        cr_assert(gc_string_is(empty) && gc_string_length(empty) == 0);
        gc_release(empty);
        for (int64_t value = GC_SMALL_INTEGER_MIN; value <= GC_SMALL_INTEGER_MAX; value++) {
            gc_integer *integer = gc_integer_create(heap, value);
            cr_assert(gc_integer_is(integer) && gc_integer_value(integer) == value);
            gc_release(integer);
        }
    }
    close_heap(heap);
}

Test(number, integers_and_floats_of_one_value_are_equal)
{
    gc_heap *heap = open_heap();
    const struct {
        int64_t integer;
        double number;
        bool equal;
    } pairs[] = {
        { 0, 0.0, true }, { 0, -0.0, true }, { 2, 2.0, true }, { -7, -7.0, true }, { 2, 2.5, false }, { 1, 2.0, false },
        { (int64_t)1 << 53, 0x1p53, true }, { ((int64_t)1 << 53) + 1, 0x1p53, false }, { INT64_MIN, -0x1p63, true },
        { INT64_MAX, 0x1p63, false }, { INT64_MAX, -0x1p63, false }, { 0, (double)INFINITY, false }, { 0, (double)NAN, false },
        { 0, 1e300, false },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        gc_integer *integer = gc_integer_create(heap, pairs[i].integer);
        gc_float *number = gc_float_create(heap, pairs[i].number);
        cr_assert_eq(equal_to(integer, number), pairs[i].equal, "pair %zu", i);
        gc_release(integer);
        gc_release(number);
    }
    close_heap(heap);
}

Test(number, floats)
{
    gc_heap *heap = open_heap();
    gc_float *zero = gc_float_create(heap, 0.0), *minus = gc_float_create(heap, -0.0), *half = gc_float_create(heap, 0.5);
    gc_float *same = gc_float_create(heap, 0.5), *big = gc_float_create(heap, (double)INFINITY);
    gc_float *nan = gc_float_create(heap, (double)NAN), *other = gc_float_create(heap, (double)NAN);
    cr_assert(gc_float_is(half) && !gc_integer_is(half));
    cr_assert_str_eq(gc_type_name_of(half), "gc_float");
    cr_assert_eq(gc_float_value(half), 0.5);
    cr_assert(equal_to(zero, minus) && equal_to(half, same) && !equal_to(half, zero) && !equal_to(big, half));
    cr_assert(equal_to(nan, nan), "by identity");
    cr_assert(!equal_to(nan, other) && !equal_to(nan, big));
    void *all[] = { zero, minus, half, same, big, nan, other };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        gc_release(all[i]);
    close_heap(heap);
}

Test(number, refused_for_lack_of_memory)
{
    gc_heap *heap = open_small_heap();
    gc_integer *small = gc_integer_create(heap, 7);
    starve(heap);
    must_fail(heap, gc_integer_create(heap, 8) == NULL);
    must_fail(heap, gc_integer_create(heap, 5000) == NULL);
    must_fail(heap, gc_float_create(heap, 1) == NULL);
    cr_assert_eq(gc_integer_create(heap, 7), small);
    feed(heap);
    cr_assert_eq(gc_integer_value(gc_integer_create(heap, 8)), 8);
    close_heap(heap);
}
