/* SPDX-License-Identifier: MIT */
/* test_protocol.c: hash and equality, of containers and of a program's own types; their depth, their failures. */
#include "../support/support.h"

#include <string.h>

/* A type with all three protocols. */
struct point {
    gc_object gc;
    int64_t x, y;
};

static bool point_hash(const void *object, uint64_t *hash)
{
    const struct point *p = object;
    return gc_hash_bytes(gc_heap_of(p), &p->x, 2 * sizeof p->x, hash);
}

static bool point_equal(const void *a, const void *b, bool *equal)
{
    const struct point *p = a, *q = b;
    *equal = p->x == q->x && p->y == q->y;
    return true;
}

static const gc_type_info point_info =
    GC_TYPE_INFO(struct point, GC_TYPE_FLAGS(GC_ACYCLIC), GC_HASH(point_hash), GC_EQUAL(point_equal));

static struct point *point_new(gc_heap *heap, int64_t x, int64_t y)
{
    struct point *point = gc_create(struct point, gc_type_register(heap, &point_info));
    point->x = x;
    point->y = y;
    return point;
}

static uint64_t hash_of(const void *object)
{
    uint64_t hash = 0;
    cr_assert(gc_hash(object, &hash));
    return hash;
}

static bool equal_to(const void *a, const void *b)
{
    bool equal = false, other;
    cr_assert(gc_equal(a, b, &equal));
    cr_assert(gc_equal(b, a, &other));
    cr_assert_eq(equal, other, "equality has no direction");
    return equal;
}

/* Rows that are the same but for one place, or in their length. */
Test(protocol, rows_are_equal_where_all_their_items_are)
{
    enum { LENGTH = 4 };
    gc_heap *heap = open_heap();
    gc_integer *numbers[2] = { gc_integer_create(heap, 1000000), gc_integer_create(heap, 2000000) };
    void *items[LENGTH + 1] = { numbers[0], numbers[0], numbers[0], numbers[0], numbers[0] };
    gc_tuple *tuple = gc_tuple_create(heap, LENGTH, items);
    gc_list *list = gc_list_create(heap, LENGTH, items);
    for (size_t length = LENGTH - 1; length <= LENGTH + 1; length++)
        for (size_t changed = 0; changed <= length; changed++) {
            if (changed < length)
                items[changed] = numbers[1];
            gc_tuple *other_tuple = gc_tuple_create(heap, length, items);
            gc_list *other_list = gc_list_create(heap, length, items);
            bool same = length == LENGTH && changed == length;
            cr_assert_eq(equal_to(tuple, other_tuple), same, "length %zu, item %zu", length, changed);
            cr_assert_eq(equal_to(list, other_list), same, "length %zu, item %zu", length, changed);
            gc_release(other_tuple);
            gc_release(other_list);
            items[changed < length ? changed : 0] = numbers[0];
        }
    gc_release(tuple);
    gc_release(list);
    gc_release(numbers[0]);
    gc_release(numbers[1]);
    close_heap(heap);
}

Test(protocol, without_either_by_identity)
{
    gc_heap *heap = open_heap();
    struct node *a = node_new(heap, 1), *b = node_new(heap, 1);
    cr_assert(equal_to(a, a));
    cr_assert(!equal_to(a, b));
    cr_assert_eq(hash_of(a), hash_of(a));
    cr_assert_neq(hash_of(a), hash_of(b));
    cr_assert(equal_to(NULL, NULL));
    cr_assert(!equal_to(a, NULL));
    uint64_t of_null = 1;
    cr_assert(gc_hash(NULL, &of_null));
    cr_assert_eq(hash_of(NULL), of_null);
    gc_release(a);
    gc_release(b);
    close_heap(heap);
}

Test(protocol, with_both_by_value)
{
    gc_heap *heap = open_heap();
    struct point *a = point_new(heap, 1, 2), *b = point_new(heap, 1, 2), *c = point_new(heap, 2, 1);
    cr_assert(equal_to(a, b));
    cr_assert(!equal_to(a, c));
    cr_assert_eq(hash_of(a), hash_of(b));
    cr_assert_neq(hash_of(a), hash_of(c));
    gc_release(a);
    gc_release(b);
    gc_release(c);
    close_heap(heap);
}

struct value_only {
    gc_object gc;
};
static const gc_type_info value_only_info = GC_TYPE_INFO(struct value_only, GC_TYPE_FLAGS(GC_ACYCLIC), GC_EQUAL(point_equal));

Test(protocol, equality_without_a_hash_is_no_key)
{
    gc_heap *heap = open_heap();
    struct value_only *object = gc_create(struct value_only, gc_type_register(heap, &value_only_info));
    gc_list *list = gc_list_create(heap, 0, NULL);
    uint64_t hash;
    cr_assert(!gc_hash(object, &hash));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_TYPE);
    cr_assert(strstr(gc_last_error_message(heap), "'struct value_only'"), "%s", gc_last_error_message(heap));
    gc_tuple *tuple = gc_tuple_of(heap, object, list);
    cr_assert(!gc_hash(tuple, &hash), "neither is what contains it");
    cr_assert(!gc_hash(list, &hash));
    cr_assert(strstr(gc_last_error_message(heap), "'gc_list'"), "%s", gc_last_error_message(heap));
    gc_release(object);
    gc_release(list);
    gc_release(tuple);
    close_heap(heap);
}

/* A hash alone, and as plain as can be. */
struct numbered {
    gc_object gc;
    uint64_t number;
};

static bool numbered_hash(const void *object, uint64_t *hash)
{
    *hash = ((const struct numbered *)object)->number;
    return true;
}

static const gc_type_info numbered_info = GC_TYPE_INFO(struct numbered, GC_TYPE_FLAGS(GC_ACYCLIC), GC_HASH(numbered_hash));

/* 64 numbers that differ in one place only, in every place: how many of 64 places they fall into, by low and by high bits. */
Test(protocol, a_plain_hash_is_spread)
{
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, &numbered_info);
    for (int shift = 0; shift <= 58; shift++) {
        uint64_t low = 0, high = 0;
        for (uint64_t i = 0; i < 64; i++) {
            struct numbered *object = gc_create(struct numbered, type);
            object->number = i << shift;
            low |= 1ull << (hash_of(object) & 63);
            high |= 1ull << (hash_of(object) >> 58);
            gc_release(object);
        }
        cr_assert_gt(__builtin_popcountll(low), 20, "bit %d: %d places by their low bits", shift, __builtin_popcountll(low));
        cr_assert_gt(__builtin_popcountll(high), 20, "bit %d: %d places by their high bits", shift, __builtin_popcountll(high));
    }
    close_heap(heap);
}

Test(protocol, combining_minds_the_order)
{
    cr_assert_neq(gc_hash_combine(1, 2), gc_hash_combine(2, 1));
    cr_assert_neq(gc_hash_combine(1, 1), gc_hash_combine(2, 2));
    cr_assert_neq(gc_hash_combine(gc_hash_combine(0, 1), 2), gc_hash_combine(gc_hash_combine(0, 2), 1));
    cr_assert_neq(gc_hash_combine(0, 0), gc_hash_combine(gc_hash_combine(0, 0), 1));
}

Test(protocol, objects_of_different_types_are_not_equal)
{
    gc_heap *heap = open_heap();
    gc_string *string = gc_string_from(heap, "ab");
    gc_bytes *bytes = gc_bytes_create(heap, "ab", 2);
    gc_tuple *tuple = gc_tuple_of(heap, string);
    gc_list *list = gc_list_of(heap, string);
    struct point *point = point_new(heap, 1, 2);
    void *all[] = { string, bytes, tuple, list, point, NULL };
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < 6; k++)
            cr_assert_eq(equal_to(all[i], all[k]), i == k);
    for (int i = 0; i < 5; i++)
        gc_release(all[i]);
    close_heap(heap);
}

Test(protocol, sequences_by_their_items)
{
    gc_heap *heap = open_heap();
    void *ab[2] = { gc_string_from(heap, "one"), gc_string_from(heap, "two") };
    void *cd[2] = { gc_string_from(heap, "one"), gc_string_from(heap, "two") };
    gc_tuple *a = gc_tuple_create(heap, 2, ab), *b = gc_tuple_create(heap, 2, cd), *back = gc_tuple_of(heap, ab[1], ab[0]);
    gc_tuple *nothing = gc_tuple_of(heap, (void *)NULL), *two_nothings = gc_tuple_of(heap, (void *)NULL, (void *)NULL);
    gc_list *x = gc_list_create(heap, 2, ab), *y = gc_list_create(heap, 2, cd);
    cr_assert(equal_to(a, b));
    cr_assert_eq(hash_of(a), hash_of(b));
    cr_assert(!equal_to(a, back));
    cr_assert_neq(hash_of(a), hash_of(back), "the order counts");
    cr_assert(!equal_to(nothing, two_nothings));
    cr_assert_neq(hash_of(nothing), hash_of(two_nothings));
    cr_assert(equal_to(x, y));
    gc_list_append(y, NULL);
    cr_assert(!equal_to(x, y));
    void *all[] = { ab[0], ab[1], cd[0], cd[1], a, b, back, nothing, two_nothings, x, y };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        gc_release(all[i]);
    close_heap(heap);
}

/* A function of a type that fails, and says why. */
static gc_error failure = GC_ERROR_BUSY;

static bool failing_hash(const void *object, uint64_t *hash)
{
    *hash = 1;
    gc_fail(gc_heap_of(object), failure, "not today");
    return false;
}

static bool failing_equal(const void *a, const void *b, bool *equal)
{
    (void)b;
    *equal = true;
    gc_fail(gc_heap_of(a), failure, "not today");
    return false;
}

struct failing {
    gc_object gc;
};
static const gc_type_info failing_info =
    GC_TYPE_INFO(struct failing, GC_TYPE_FLAGS(GC_ACYCLIC), GC_HASH(failing_hash), GC_EQUAL(failing_equal));

Test(protocol, failures_of_a_type_come_through)
{
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, &failing_info);
    struct failing *a = gc_create(struct failing, type), *b = gc_create(struct failing, type);
    gc_tuple *x = gc_tuple_of(heap, a), *y = gc_tuple_of(heap, b);
    gc_list *list = gc_list_of(heap, x, a);
    bool equal = true;
    uint64_t hash;
    size_t index;
    cr_assert(!gc_hash(x, &hash));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_BUSY);
    cr_assert_str_eq(gc_last_error_message(heap), "not today");
    failure = GC_ERROR_LIMIT;
    cr_assert(!gc_equal(x, y, &equal));
    cr_assert(!equal, "what failed is not equal, whatever the function stored");
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    cr_assert(!gc_list_index_of(list, y, 0, &index));
    cr_assert_eq(index, GC_NO_INDEX);
    cr_assert(gc_list_index_of(list, a, 1, &index), "identity asks nobody");
    cr_assert_eq(index, 1);
    gc_fail(heap, GC_ERROR_TYPE, gc_last_error_message(heap));
    cr_assert_str_eq(gc_last_error_message(heap), "not today");
    void *all[] = { a, b, x, y, list };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        gc_release(all[i]);
    close_heap(heap);
}

/* Lists inside each other, `depth` of them. */
static gc_list *nested(gc_heap *heap, size_t depth)
{
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (size_t i = 1; i < depth; i++) {
        gc_list *outer = gc_list_of(heap, list);
        gc_release(list);
        list = outer;
    }
    return list;
}

Test(protocol, depth_ends_at_the_limit)
{
    gc_heap *heap = open_heap();
    bool equal;
    gc_list *a = nested(heap, GC_NESTING_MAX), *b = nested(heap, GC_NESTING_MAX);
    cr_assert(gc_equal(a, b, &equal), "%s", gc_last_error_message(heap));
    cr_assert(equal);
    gc_list *c = gc_list_of(heap, a), *d = gc_list_of(heap, b);
    cr_assert(!gc_equal(c, d, &equal));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    cr_assert(gc_equal(a, b, &equal) && equal, "the count is as it was");
    void *all[] = { a, b, c, d };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        gc_release(all[i]);
    close_heap(heap);
}

Test(protocol, very_deep_and_cyclic_things_are_too_deep)
{
    gc_heap *heap = open_heap();
    size_t depth = fewer_when_checked(1000000);
    gc_list *a = nested(heap, depth), *b = nested(heap, depth), *x = gc_list_create(heap, 0, NULL), *y = gc_list_of(heap, x);
    gc_tuple *tuple = gc_tuple_create(heap, 0, NULL);
    bool equal;
    uint64_t hash;
    cr_assert(!gc_equal(a, b, &equal));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    gc_list_append(x, y);
    cr_assert(!gc_equal(x, y, &equal), "two ends of a cycle");
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    for (size_t i = 0; i < depth; i++) {
        gc_tuple *outer = gc_tuple_of(heap, tuple);
        gc_release(tuple);
        tuple = outer;
    }
    cr_assert(!gc_hash(tuple, &hash));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    void *all[] = { a, b, x, y, tuple };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        gc_release(all[i]);
    cr_assert_eq(gc_collect(heap), 2);
    close_heap(heap);
}

/* Comparing changes what is compared. */
struct meddler {
    gc_object gc;
};
static gc_list *meddled;

static bool meddler_equal(const void *a, const void *b, bool *equal)
{
    (void)b;
    cr_assert_eq(gc_heap_close(gc_heap_of(a)), SIZE_MAX, "a comparison does not close the heap");
    gc_list_clear(meddled);
    *equal = true;
    return true;
}

static const gc_type_info meddler_info = GC_TYPE_INFO(struct meddler, GC_TYPE_FLAGS(GC_ACYCLIC), GC_EQUAL(meddler_equal));

Test(protocol, a_comparison_may_change_the_lists)
{
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, &meddler_info);
    gc_list *a = gc_list_create(heap, 0, NULL), *b = gc_list_create(heap, 0, NULL);
    for (int i = 0; i < 3; i++) {
        gc_list_append(a, NULL);
        gc_list_append(b, NULL);
    }
    for (int i = 0; i < 20; i++) {
        struct meddler *m = gc_create(struct meddler, type), *n = gc_create(struct meddler, type);
        gc_list_append(a, m);
        gc_list_append(b, n);
        gc_release(m);
        gc_release(n);
    }
    bool equal;
    meddled = a;
    cr_assert(gc_equal(a, b, &equal));
    cr_assert(!equal, "one of them is empty now");
    cr_assert_eq(gc_list_count(a), 0);
    struct meddler *m = gc_create(struct meddler, type);
    size_t index;
    meddled = b;
    cr_assert(gc_list_index_of(b, m, 3, &index));
    cr_assert_eq(index, 3, "it was there when it was asked");
    cr_assert_eq(gc_list_count(b), 0);
    gc_release(m);
    gc_release(a);
    gc_release(b);
    close_heap(heap);
}
