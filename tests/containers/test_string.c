/* SPDX-License-Identifier: MIT */
/* test_string.c: strings and bytes: making them, comparing them, singletons; interned strings, which live only as long as they are held. */
#include "../support/starve.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

static uint64_t hash_of(const void *object)
{
    uint64_t hash = 0;
    cr_assert(gc_hash(object, &hash));
    return hash;
}

static bool equal_to(const void *a, const void *b)
{
    bool equal;
    cr_assert(gc_equal(a, b, &equal));
    return equal;
}

Test(string, keeps_its_bytes_and_ends_with_a_zero)
{
    gc_heap *heap = open_heap();
    char bytes[3000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7);
    for (size_t length = 0; length < sizeof bytes; length += length < 80 ? 1 : 117) {
        gc_string *string = gc_string_create(heap, bytes, length);
        cr_assert(gc_string_is(string));
        cr_assert(!gc_bytes_is(string) && !gc_is_tracked(string));
        cr_assert_str_eq(gc_type_name_of(string), "gc_string");
        cr_assert_eq(gc_string_length(string), length);
        cr_assert_eq(memcmp(gc_string_bytes(string), bytes, length), 0);
        cr_assert_eq(gc_string_bytes(string)[length], '\0');
        gc_string *same = gc_string_create(heap, bytes, length);
        cr_assert(gc_string_equal(string, same) && equal_to(string, same));
        cr_assert_eq(hash_of(string), hash_of(same));
        cr_assert(gc_string_equal(string, same), "with both hashes kept");
        gc_release(string);
        gc_release(same);
    }
    cr_assert(!gc_string_is(NULL));
    close_heap(heap);
}

Test(string, of_no_bytes_or_one_is_made_once)
{
    gc_heap *heap = open_heap();
    for (int i = 0; i < 256; i++) {
        char byte = (char)i;
        gc_string *a = gc_string_create(heap, &byte, 1), *b = gc_string_create(heap, &byte, 1);
        cr_assert_eq(a, b);
        cr_assert(gc_is_immortal(a));
        cr_assert_eq(gc_string_bytes(a)[0], byte);
        cr_assert_eq(gc_string_length(a), 1);
    }
    cr_assert_eq(gc_string_from(heap, ""), gc_string_create(heap, NULL, 0));
    cr_assert_eq(gc_bytes_create(heap, NULL, 0), gc_bytes_create(heap, "x", 0));
    cr_assert_eq(objects_in(heap), 258);
    close_heap(heap);
}

Test(string, formatted)
{
    gc_heap *heap = open_heap();
    char text[1000];
    for (int width = 0; width < 900; width = width < 260 && width > 250 ? width + 1 : width + 50) {
        snprintf(text, sizeof text, "%*d and %s", width, 42, "more");
        gc_string *string = gc_string_format(heap, "%*d and %s", width, 42, "more");
        cr_assert_str_eq(gc_string_bytes(string), text);
        cr_assert_eq(gc_string_length(string), strlen(text));
        gc_release(string);
    }
    cr_assert_eq(gc_string_length(gc_string_format(heap, "%s", "")), 0);
    close_heap(heap);
}

Test(string, what_printf_refuses_is_refused)
{
    gc_heap *heap = open_heap();
    cr_assert_null(gc_string_format(heap, "%lc", (wint_t)0x7fffffff), "a character that no locale has");
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    cr_assert(strstr(gc_last_error_message(heap), "%lc"), "%s", gc_last_error_message(heap));
    close_heap(heap);
}

Test(string, concatenated)
{
    gc_heap *heap = open_heap();
    gc_string *a = gc_string_create(heap, "one\0", 4), *b = gc_string_from(heap, "two"), *empty = gc_string_from(heap, "");
    gc_string *both = gc_string_concat(a, b), *twice = gc_string_concat(b, b);
    cr_assert_eq(gc_string_length(both), 7);
    cr_assert_eq(memcmp(gc_string_bytes(both), "one\0two", 8), 0);
    cr_assert_str_eq(gc_string_bytes(twice), "twotwo");
    gc_string *left = gc_string_concat(empty, b), *right = gc_string_concat(b, empty);
    cr_assert(left == b && right == b, "nothing is copied where nothing is added");
    cr_assert_eq(gc_refcount(b), 3);
    void *all[] = { a, b, both, twice, left, right };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        gc_release(all[i]);
    close_heap(heap);
}

Test(string, compared_by_bytes)
{
    gc_heap *heap = open_heap();
    const char *const order[] = { "", "a", "aa", "ab", "b", "ba", "\xc3\xbc" };
    for (int i = 0; i < 7; i++) {
        for (int k = 0; k < 7; k++) {
            gc_string *a = gc_string_from(heap, order[i]), *b = gc_string_from(heap, order[k]);
            int found = gc_string_compare(a, b);
            cr_assert_eq((found > 0) - (found < 0), (i > k) - (i < k), "'%s' and '%s'", order[i], order[k]);
            cr_assert_eq(gc_string_equal(a, b), i == k);
            gc_release(a);
            gc_release(b);
        }
    }
    close_heap(heap);
}

Test(string, of_the_same_length_and_others_are_told_apart)
{
    gc_heap *heap = open_heap();
    gc_string *a = gc_string_from(heap, "abcd"), *b = gc_string_from(heap, "abce"), *c = gc_string_from(heap, "abc");
    cr_assert(!equal_to(a, b) && !equal_to(a, c));
    cr_assert_neq(hash_of(a), hash_of(b));
    cr_assert(!gc_string_equal(a, b), "with both hashes kept");
    gc_release(a);
    gc_release(b);
    gc_release(c);
    close_heap(heap);
}

Test(bytes, keep_their_bytes)
{
    gc_heap *heap = open_heap();
    gc_bytes *a = gc_bytes_create(heap, "a\0b", 3), *b = gc_bytes_create(heap, "a\0b", 3), *c = gc_bytes_create(heap, "a\0c", 3);
    cr_assert(gc_bytes_is(a) && !gc_string_is(a));
    cr_assert_str_eq(gc_type_name_of(a), "gc_bytes");
    cr_assert_eq(gc_bytes_length(a), 3);
    cr_assert_eq(memcmp(gc_bytes_data(a), "a\0b", 4), 0);
    cr_assert_eq((uintptr_t)gc_bytes_data(a) % 8, 0);
    cr_assert(equal_to(a, b) && !equal_to(a, c));
    cr_assert_eq(hash_of(a), hash_of(b));
    cr_assert_neq(hash_of(a), hash_of(c));
    gc_release(a);
    gc_release(b);
    gc_release(c);
    close_heap(heap);
}

Test(string, more_than_a_heap_holds_is_refused)
{
    gc_heap *heap = open_heap();
    cr_assert_null(gc_string_create(heap, "x", SIZE_MAX));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    cr_assert_null(gc_string_create(heap, "x", SIZE_MAX / 2));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    cr_assert_null(gc_bytes_create(heap, "x", SIZE_MAX));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    cr_assert_null(gc_bytes_create(heap, "x", SIZE_MAX / 2));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    close_heap(heap);
}

/* Interning. */

Test(intern, gives_one_for_equal_strings)
{
    gc_heap *heap = open_heap();
    gc_string *a = gc_string_from(heap, "name"), *b = gc_string_from(heap, "name");
    gc_string *first = gc_string_intern(a), *second = gc_string_intern(b), *third = gc_string_intern_bytes(heap, "name", 4);
    cr_assert(first == a && second == a && third == a);
    cr_assert(gc_string_is_interned(a) && !gc_string_is_interned(b));
    cr_assert(gc_string_is(a) && equal_to(a, b) && equal_to(b, a));
    cr_assert_eq(hash_of(a), hash_of(b));
    cr_assert_str_eq(gc_type_name_of(a), "gc_string");
    cr_assert_eq(gc_refcount(a), 4);
    gc_string *again = gc_string_intern(a);
    cr_assert_eq(again, a);
    void *all[] = { a, b, first, second, third, again };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        gc_release(all[i]);
    cr_assert_eq(objects_in(heap), 0, "the table holds nothing");
    gc_string *new_one = gc_string_intern_bytes(heap, "name", 4);
    cr_assert_str_eq(gc_string_bytes(new_one), "name");
    gc_release(new_one);
    close_heap(heap);
}

/* Raw memory of every size that something was in. */
static void leave_dirty_memory(gc_heap *heap)
{
    for (size_t bytes = 64; bytes <= (size_t)1 << 20; bytes *= 2) {
        void *block = gc_alloc(heap, bytes);
        cr_assert_not_null(block);
        memset(block, 0xff, bytes);
        gc_free(heap, block);
    }
}

Test(intern, many_come_and_go)
{
    enum { STRINGS = 3000 };
    gc_heap *heap = open_heap();
    leave_dirty_memory(heap);
    static gc_string *held[STRINGS];
    uint32_t random = 1;
    for (int step = 0; step < 60000; step++) {
        random = random * 1664525u + 1013904223u;
        int i = (int)(random >> 8) % STRINGS;
        char text[16];
        size_t length = (size_t)snprintf(text, sizeof text, "s%d", i);
        gc_string *string = gc_string_intern_bytes(heap, text, length);
        cr_assert_str_eq(gc_string_bytes(string), text);
        if (held[i]) {
            cr_assert_eq(string, held[i], "'%s' is interned twice", text);
            gc_clear(&held[i]);
            gc_release(string);
        } else {
            held[i] = string;
        }
    }
    for (int i = 0; i < STRINGS; i++)
        gc_clear(&held[i]);
    close_heap(heap);
}

Test(intern, what_else_is_known_of_a_string_stays)
{
    gc_heap *heap = open_heap();
    gc_string *string = gc_string_from(heap, "watched from before");
    gc_weak *weak = gc_weak_create(string, NULL, NULL);
    gc_string *interned = gc_string_intern(string);
    cr_assert_eq(interned, string);
    cr_assert(weak_alive(weak));
    gc_weak *same = gc_weak_create(string, NULL, NULL);
    cr_assert_eq(same, weak, "all share one");
    gc_release(same);
    assert_whole(heap);
    gc_release(interned);
    gc_release(string);
    cr_assert_not(weak_alive(weak), "its weak references know that it is gone");
    gc_release(weak);
    close_heap(heap);
}

Test(intern, singletons_too)
{
    gc_heap *heap = open_heap();
    gc_string *a = gc_string_intern_bytes(heap, "a", 1), *empty = gc_string_intern_bytes(heap, "", 0);
    cr_assert_eq(a, gc_string_from(heap, "a"));
    cr_assert_eq(empty, gc_string_from(heap, ""));
    cr_assert(gc_string_is_interned(a) && gc_is_immortal(a));
    close_heap(heap);
}

Test(intern, what_is_left_goes_with_the_heap)
{
    gc_heap *heap = open_heap();
    gc_string_intern_bytes(heap, "held", 4);
    gc_string_intern_bytes(heap, "held as well", 12);
    assert_whole(heap);
    cr_assert_eq(gc_heap_close(heap), 2);
}

/* A string is dying, and watched by a callback that interns its like. */
static gc_heap *the_heap;
static gc_string *born_again;

static void intern_again(gc_weak *weak, void *context)
{
    (void)weak;
    (void)context;
    born_again = gc_string_intern_bytes(the_heap, "phoenix", 7);
}

Test(intern, one_that_is_dying_is_not_found)
{
    gc_heap *heap = the_heap = open_heap();
    gc_string *first = gc_string_intern_bytes(heap, "phoenix", 7);
    gc_weak *weak = gc_weak_create(first, intern_again, NULL);
    gc_release(first);
    cr_assert_not_null(born_again);
    cr_assert_str_eq(gc_string_bytes(born_again), "phoenix");
    gc_string *found = gc_string_intern_bytes(heap, "phoenix", 7);
    cr_assert_eq(found, born_again, "the end of the first has not taken the second out of the table");
    gc_release(found);
    gc_clear(&born_again);
    gc_release(weak);
    close_heap(heap);
}

static void hold_and_drop(gc_weak *weak, void *context)
{
    (void)weak;
    /* Both die only when this callback has returned. */
    gc_string *first = gc_string_intern_bytes(the_heap, "waiting", 7);
    gc_release(first);
    gc_string *second = gc_string_intern_bytes(the_heap, "waiting", 7);
    *(bool *)context = first != second;
    gc_release(second);
}

Test(intern, one_that_waits_in_a_teardown_is_not_found)
{
    gc_heap *heap = the_heap = open_heap();
    bool different = false;
    struct node *node = node_new(heap, 1);
    gc_weak *weak = gc_weak_create(node, hold_and_drop, &different);
    gc_release(node);
    cr_assert(different);
    gc_release(weak);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(intern, refused_for_lack_of_memory)
{
    gc_heap *heap = open_small_heap();
    gc_string *string = gc_string_from(heap, "text");
    starve(heap);
    must_fail(heap, gc_string_intern(string) == NULL);
    must_fail(heap, gc_string_intern_bytes(heap, "other", 5) == NULL);
    must_fail(heap, gc_string_from(heap, "other") == NULL);
    must_fail(heap, gc_string_from(heap, "x") == NULL);
    must_fail(heap, gc_string_concat(string, string) == NULL);
    must_fail(heap, gc_string_format(heap, "%500d", 1) == NULL);
    must_fail(heap, gc_bytes_create(heap, "bytes", 5) == NULL);
    must_fail(heap, gc_bytes_create(heap, NULL, 0) == NULL);
    cr_assert(!gc_string_is_interned(string));
    feed(heap);
    gc_string *interned = gc_string_intern(string);
    cr_assert_eq(interned, string);
    starve(heap);
    gc_string *found = gc_string_intern_bytes(heap, "text", 4);
    cr_assert_eq(found, string, "finding one needs no memory");
    feed(heap);
    gc_release(found);
    gc_release(interned);
    gc_release(string);
    close_heap(heap);
}

Test(intern, a_table_that_cannot_grow_refuses)
{
    gc_heap *heap = open_small_heap();
    gc_string *strings[200], *interned[200];
    for (int i = 0; i < 200; i++)
        strings[i] = gc_string_format(heap, "string %d", i);
    int done = 0;
    gc_release(gc_string_intern(strings[0]));
    starve(heap);
    while (done < 200 && (interned[done] = gc_string_intern(strings[done])) != NULL)
        done++;
    must_fail(heap, done > 0 && done < 200);
    for (int i = 0; i < done; i++) {
        gc_string *found = gc_string_intern(strings[i]);
        cr_assert_eq(found, strings[i], "those that were there still are");
        gc_release(found);
    }
    feed(heap);
    for (int i = done; i < 200; i++)
        cr_assert_not_null(interned[i] = gc_string_intern(strings[i]));
    for (int i = 0; i < 200; i++) {
        gc_release(interned[i]);
        gc_release(strings[i]);
    }
    close_heap(heap);
}
