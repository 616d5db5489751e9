/* SPDX-License-Identifier: MIT */
/* test_repr.c: what objects look like as text; cycles, depth, buffers that are too short, functions of types that do odd things. */
#include "../support/starve.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

/* The repr of the object must be the text, made either way. The reference is given up. */
static void looks(gc_heap *heap, void *owned, const char *expected)
{
    char buffer[512];
    gc_string *text = gc_repr(heap, owned);
    cr_assert_not_null(text, "%s", gc_last_error_message(heap));
    cr_assert_str_eq(gc_string_bytes(text), expected);
    cr_assert_eq(gc_string_length(text), strlen(expected));
    cr_assert_eq(gc_repr_into(heap, owned, buffer, sizeof buffer), strlen(expected));
    cr_assert_str_eq(buffer, expected);
    gc_release(text);
    gc_release(owned);
}

Test(repr, numbers)
{
    gc_heap *heap = open_heap();
    looks(heap, gc_integer_create(heap, 0), "0");
    looks(heap, gc_integer_create(heap, INT64_MIN), "-9223372036854775808");
    looks(heap, gc_float_create(heap, 0.1), "0.1");
    looks(heap, gc_float_create(heap, 1), "1.0");
    looks(heap, gc_float_create(heap, -0.0), "-0.0");
    looks(heap, gc_float_create(heap, 1.0 / 3), "0.3333333333333333");
    looks(heap, gc_float_create(heap, 0.1 + 0.2), "0.30000000000000004");
    looks(heap, gc_float_create(heap, 1e300), "1e+300");
    looks(heap, gc_float_create(heap, 5e-324), "4.94065645841247e-324");
    looks(heap, gc_float_create(heap, DBL_MAX), "1.7976931348623157e+308");
    looks(heap, gc_float_create(heap, (double)INFINITY), "inf");
    looks(heap, gc_float_create(heap, -(double)INFINITY), "-inf");
    looks(heap, gc_float_create(heap, (double)NAN), "nan");
    close_heap(heap);
}

Test(repr, floats_have_a_point_in_every_locale)
{
    const char *const commas[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR" };
    bool set = false;
    for (size_t i = 0; i < 4 && !set; i++)
        set = setlocale(LC_NUMERIC, commas[i]) != NULL;
    if (!set)
        cr_skip_test("no locale with a decimal comma is installed");
    gc_heap *heap = open_heap();
    looks(heap, gc_float_create(heap, 1.5), "1.5");
    close_heap(heap);
}

Test(repr, strings_and_bytes)
{
    gc_heap *heap = open_heap();
    looks(heap, gc_string_from(heap, ""), "''");
    looks(heap, gc_string_from(heap, "plain"), "'plain'");
    looks(heap, gc_string_from(heap, "it's"), "\"it's\"");
    looks(heap, gc_string_from(heap, "both ' and \""), "'both \\' and \"'");
    looks(heap, gc_string_from(heap, "\"quoted\""), "'\"quoted\"'");
    looks(heap, gc_string_create(heap, "a\0b\n\t\r\\\x7f", 8), "'a\\x00b\\n\\t\\r\\\\\\x7f'");
    looks(heap, gc_string_from(heap, "gr\xc3\xbc\xc3\x9f"), "'gr\xc3\xbc\xc3\x9f'");
    looks(heap, gc_bytes_create(heap, "a\xc3\0", 3), "b'a\\xc3\\x00'");
    looks(heap, gc_bytes_create(heap, NULL, 0), "b''");
    close_heap(heap);
}

Test(repr, containers)
{
    gc_heap *heap = open_heap();
    gc_integer *one = gc_integer_create(heap, 1);
    gc_string *two = gc_string_from(heap, "two");
    looks(heap, gc_tuple_create(heap, 0, NULL), "()");
    looks(heap, gc_tuple_of(heap, one), "(1,)");
    looks(heap, gc_tuple_of(heap, one, two), "(1, 'two')");
    looks(heap, gc_list_create(heap, 0, NULL), "[]");
    looks(heap, gc_list_of(heap, one, (void *)NULL, two), "[1, NULL, 'two']");
    looks(heap, gc_cell_create(heap, two), "<gc_cell 'two'>");
    looks(heap, gc_cell_create(heap, NULL), "<gc_cell NULL>");
    looks(heap, NULL, "NULL");
    gc_release(two);
    close_heap(heap);
}

Test(repr, types_without_a_function)
{
    gc_heap *heap = open_heap();
    char expected[64];
    struct node *node = node_new(heap, 1);
    snprintf(expected, sizeof expected, "[<struct node at %p>]", (void *)node);
    looks(heap, gc_list_of(heap, node), expected);
    gc_weak *weak = gc_weak_create(node, NULL, NULL);
    snprintf(expected, sizeof expected, "<gc_weak at %p>", (void *)weak);
    looks(heap, weak, expected);
    gc_release(node);
    close_heap(heap);
}

/* Writes itself through the next one. */
struct link {
    gc_object gc;
    void *next;
    int id;
};

static void link_repr(const void *object, gc_repr_writer *writer)
{
    const struct link *link = object;
    gc_repr_format(writer, "link %d -> ", link->id);
    gc_repr_object(writer, link->next);
}

static const gc_type_info link_info = GC_TYPE_INFO(struct link, GC_REFS(next), GC_REPR(link_repr));

static struct link *link_new(gc_heap *heap, int id, void *next)
{
    struct link *link = gc_create(struct link, gc_type_register(heap, &link_info));
    link->id = id;
    gc_set(&link->next, next);
    return link;
}

Test(repr, cycles_end_where_they_close)
{
    gc_heap *heap = open_heap();
    gc_list *list = gc_list_create(heap, 0, NULL);
    gc_list_append(list, list);
    looks(heap, gc_retain(list), "[[...]]");
    gc_tuple *tuple = gc_tuple_of(heap, list, list);
    looks(heap, gc_retain(tuple), "([[...]], [[...]])");
    gc_list_set(list, 0, tuple);
    looks(heap, gc_retain(list), "[([...], [...])]");
    looks(heap, gc_retain(tuple), "([(...)], [(...)])");
    gc_cell *cell = gc_cell_create(heap, NULL);
    gc_cell_set(cell, cell);
    looks(heap, gc_retain(cell), "<gc_cell <gc_cell ...>>");
    struct link *link = link_new(heap, 1, NULL), *other = link_new(heap, 2, link);
    gc_set(&link->next, other);
    looks(heap, gc_retain(link), "link 1 -> link 2 -> <struct link ...>");
    void *all[] = { list, tuple, cell, link, other };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        gc_release(all[i]);
    cr_assert_eq(gc_collect(heap), 5);
    close_heap(heap);
}

Test(repr, the_same_twice_is_no_cycle)
{
    gc_heap *heap = open_heap();
    gc_list *inner = gc_list_create(heap, 0, NULL);
    looks(heap, gc_list_of(heap, inner, inner), "[[], []]");
    gc_release(inner);
    close_heap(heap);
}

Test(repr, great_depth_is_cut)
{
    gc_heap *heap = open_heap();
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (size_t i = fewer_when_checked(1000000); i > 0; i--) {
        gc_list *outer = gc_list_of(heap, list);
        gc_release(list);
        list = outer;
    }
    gc_string *text = gc_repr(heap, list);
    cr_assert_eq(gc_string_length(text), 2 * GC_NESTING_MAX + 3);
    cr_assert(strstr(gc_string_bytes(text), "[[...]]"));
    gc_release(text);
    gc_release(list);
    close_heap(heap);
}

/* Asks for its own repr. */
static void endless_repr(const void *object, gc_repr_writer *writer)
{
    gc_heap *heap = gc_heap_of(object);
    gc_string *text = gc_repr(heap, object);
    gc_repr_bytes(writer, "x", 1);
    gc_repr_text(writer, text ? gc_string_bytes(text) : "");
    gc_release(text);
}

static const gc_type_info endless_info = GC_TYPE_INFO(struct link, GC_REFS(next), GC_REPR(endless_repr));

Test(repr, a_function_that_asks_for_its_own)
{
    gc_heap *heap = open_heap();
    struct link *link = gc_create(struct link, gc_type_register(heap, &endless_info));
    gc_string *text = gc_repr(heap, link);
    cr_assert_eq(gc_string_length(text), GC_NESTING_MAX + 3);
    gc_release(text);
    gc_release(link);
    close_heap(heap);
}

/* Empties the list that it is in, and so drops itself. */
static gc_list *emptied;

static void emptying_repr(const void *object, gc_repr_writer *writer)
{
    gc_list_clear(emptied);
    gc_repr_format(writer, "last %d", ((const struct link *)object)->id);
}

static const gc_type_info emptying_info = GC_TYPE_INFO(struct link, GC_REFS(next), GC_REPR(emptying_repr));

Test(repr, a_function_that_empties_the_list)
{
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, &emptying_info);
    emptied = gc_list_create(heap, 0, NULL);
    for (int i = 0; i < 10; i++) {
        struct link *link = gc_create(struct link, type);
        link->id = i;
        gc_list_append(emptied, link);
        gc_release(link);
    }
    gc_string *text = gc_repr(heap, emptied);
    cr_assert_str_eq(gc_string_bytes(text), "[last 0]");
    cr_assert_eq(gc_list_count(emptied), 0);
    gc_release(text);
    gc_release(emptied);
    close_heap(heap);
}

Test(repr, a_short_buffer_cuts)
{
    gc_heap *heap = open_heap();
    gc_string *string = gc_string_from(heap, "0123456789");
    gc_list *list = gc_list_of(heap, string, string);
    const char *const expected[] = { "", "", ".", "..", "...", "[...", "['...", "['0...", "['01..." };
    for (size_t size = 0; size < 9; size++) {
        char buffer[32];
        memset(buffer, 'z', sizeof buffer);
        size_t length = gc_repr_into(heap, list, buffer, size);
        cr_assert_eq(length, size ? size - 1 : 0);
        cr_assert_eq(buffer[size], 'z');
        if (size)
            cr_assert_str_eq(buffer, expected[size]);
    }
    char whole[29];
    cr_assert_eq(gc_repr_into(heap, list, whole, sizeof whole), 28);
    cr_assert_str_eq(whole, "['0123456789', '0123456789']");
    cr_assert_eq(gc_repr_into(heap, list, whole, 28), 27);
    cr_assert_str_eq(whole, "['0123456789', '01234567...");
    gc_release(string);
    gc_release(list);
    close_heap(heap);
}

Test(repr, a_short_buffer_ends_what_would_take_for_ever)
{
    gc_heap *heap = open_heap();
    gc_list *list = gc_list_create(heap, 0, NULL);
    for (int i = 0; i < 100; i++) {
        gc_list *outer = gc_list_of(heap, list, list);
        gc_release(list);
        list = outer;
    }
    char buffer[100];
    cr_assert_eq(gc_repr_into(heap, list, buffer, sizeof buffer), 99);
    gc_release(list);
    close_heap(heap);
}

static void long_repr(const void *object, gc_repr_writer *writer)
{
    gc_repr_format(writer, "%0*d.", ((const struct link *)object)->id, 7);
}

static const gc_type_info long_info = GC_TYPE_INFO(struct link, GC_REFS(next), GC_REPR(long_repr));

Test(repr, formats_of_any_length)
{
    gc_heap *heap = open_heap();
    const int lengths[] = { 1, 254, 255, 256, 257, 1000000 };
    for (size_t i = 0; i < 6; i++) {
        struct link *link = gc_create(struct link, gc_type_register(heap, &long_info));
        link->id = lengths[i];
        gc_string *text = gc_repr(heap, link);
        cr_assert_eq(gc_string_length(text), (size_t)lengths[i] + 1);
        cr_assert_eq(gc_string_bytes(text)[lengths[i] - 1], '7');
        cr_assert_eq(gc_string_bytes(text)[lengths[i]], '.');
        char buffer[300];
        size_t whole = (size_t)lengths[i] + 1, expected = whole < sizeof buffer ? whole : sizeof buffer - 1;
        cr_assert_eq(gc_repr_into(heap, link, buffer, sizeof buffer), expected);
        cr_assert_eq(strlen(buffer), expected);
        cr_assert_eq(strcmp(buffer + (expected < 4 ? 0 : expected - 4), whole > expected ? "0..." : lengths[i] == 1 ? "7." : "007."), 0);
        gc_release(text);
        gc_release(link);
    }
    close_heap(heap);
}

static void unprintable_repr(const void *object, gc_repr_writer *writer)
{
    (void)object;
    gc_repr_format(writer, "%lc", (wint_t)0x7fffffff); /* a character that no locale has */
    gc_repr_format(writer, "and more");
}

static const gc_type_info unprintable_info = GC_TYPE_INFO(struct link, GC_REFS(next), GC_REPR(unprintable_repr));

Test(repr, what_printf_refuses_is_refused)
{
    gc_heap *heap = open_heap();
    struct link *link = gc_create(struct link, gc_type_register(heap, &unprintable_info));
    cr_assert_null(gc_repr(heap, link));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    gc_release(link);
    close_heap(heap);
}

Test(repr, without_memory_it_fails_and_the_buffer_form_does_not)
{
    gc_heap *heap = open_small_heap();
    gc_list *list = gc_list_create(heap, 0, NULL);
    struct link *longer = gc_create(struct link, gc_type_register(heap, &long_info));
    longer->id = 1000;
    gc_release(gc_string_from(heap, "a type is registered when it is first used"));
    for (int i = 0; i < 200; i++)
        gc_list_append(list, NULL);
    char buffer[2000];
    starve(heap);
    must_fail(heap, gc_repr(heap, list) == NULL);
    must_fail(heap, gc_repr(heap, longer) == NULL);
    must_fail(heap, gc_repr(heap, NULL) == NULL);
    cr_assert_eq(gc_repr_into(heap, list, buffer, sizeof buffer), 1200);
    feed(heap);
    gc_string *text = gc_repr(heap, list);
    cr_assert_eq(gc_string_length(text), 1200);
    gc_release(text);
    gc_release(list);
    gc_release(longer);
    close_heap(heap);
}

static void huge_repr(const void *object, gc_repr_writer *writer)
{
    (void)object;
    static char text[1 << 20];
    memset(text, 'x', sizeof text);
    for (int i = 0; i < 257; i++)
        gc_repr_bytes(writer, text, sizeof text);
}

static const gc_type_info huge_info = GC_TYPE_INFO(struct link, GC_REFS(next), GC_REPR(huge_repr));

Test(repr, a_text_over_the_limit_fails)
{
    gc_heap *heap = open_heap();
    struct link *link = gc_create(struct link, gc_type_register(heap, &huge_info));
    cr_assert_null(gc_repr(heap, link));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT, "%s", gc_last_error_message(heap));
    gc_release(link);
    close_heap(heap);
}

static void unread_repr(const void *object, gc_repr_writer *writer)
{
    (void)object;
    gc_repr_bytes(writer, "x", SIZE_MAX / 2);
}

static const gc_type_info unread_info = GC_TYPE_INFO(struct link, GC_REFS(next), GC_REPR(unread_repr));

Test(repr, bytes_over_the_limit_are_not_read)
{
    gc_heap *heap = open_heap();
    struct link *link = gc_create(struct link, gc_type_register(heap, &unread_info));
    cr_assert_null(gc_repr(heap, link));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT, "%s", gc_last_error_message(heap));
    gc_release(link);
    close_heap(heap);
}
