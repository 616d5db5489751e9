/* SPDX-License-Identifier: MIT */
/* test_function.c: functions: calling them, what they capture, what they refuse. */
#include "../support/support.h"

#include <string.h>

/* Adds its arguments and what its first captured cell holds, and keeps the sum there. */
static void *add(gc_function *self, void **arguments, size_t count)
{
    gc_cell *cell = gc_function_captured(self, 0);
    int64_t sum = gc_integer_value(gc_cell_get(cell));
    for (size_t i = 0; i < count; i++)
        sum += gc_integer_value(arguments[i]);
    gc_integer *result = gc_integer_create(gc_heap_of(self), sum);
    if (result)
        gc_cell_set(cell, result);
    return result;
}

static gc_function *adder_new(gc_heap *heap, const char *name)
{
    gc_string *text = name ? gc_string_from(heap, name) : NULL;
    gc_integer *zero = gc_integer_create(heap, 0);
    gc_cell *cell = gc_cell_create(heap, zero);
    gc_function *function = gc_function_create(heap, text, add, 2);
    cr_assert_not_null(function);
    cr_assert(gc_function_capture(function, 0, cell));
    gc_release(cell);
    gc_release(zero);
    gc_release(text);
    return function;
}

static int64_t call(gc_function *function, int64_t a, int64_t b)
{
    gc_heap *heap = gc_heap_of(function);
    void *arguments[2] = { gc_integer_create(heap, a), gc_integer_create(heap, b) };
    gc_integer *result = gc_function_call(function, arguments, 2);
    int64_t value = gc_integer_value(result);
    gc_release(result);
    gc_release(arguments[0]);
    gc_release(arguments[1]);
    return value;
}

Test(function, is_called_with_borrowed_arguments_and_keeps_what_it_captures)
{
    gc_heap *heap = open_heap();
    gc_function *function = adder_new(heap, "add");
    cr_assert(gc_function_is(function));
    cr_assert_not(gc_function_is(NULL));
    cr_assert_eq(gc_function_code_of(function), add);
    cr_assert_eq(gc_function_captured_count(function), 2);
    cr_assert_null(gc_function_captured(function, 1));
    cr_assert_str_eq(gc_string_bytes(gc_function_name(function)), "add");
    cr_assert_eq(call(function, 2000, 3000), 5000);
    cr_assert_eq(call(function, 1, 1), 5002);
    gc_integer *sum = gc_function_call(function, NULL, 0);
    cr_assert_eq(gc_integer_value(sum), 5002);
    gc_release(sum);
    gc_release(function);
    close_heap(heap);
}

Test(function, is_written_with_its_name)
{
    gc_heap *heap = open_heap();
    gc_function *named = adder_new(heap, "add"), *nameless = adder_new(heap, NULL);
    char text[64];
    gc_repr_into(heap, named, text, sizeof text);
    cr_assert_str_eq(text, "<function add>");
    gc_repr_into(heap, nameless, text, sizeof text);
    cr_assert_str_eq(text, "<function>");
    cr_assert_null(gc_function_name(nameless));
    gc_release(named);
    gc_release(nameless);
    close_heap(heap);
}

Test(function, refuses_places_that_it_has_not)
{
    gc_heap *heap = open_heap();
    gc_function *function = adder_new(heap, NULL);
    cr_assert_not(gc_function_capture(function, 2, function));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    cr_assert_not_null(strstr(gc_last_error_message(heap), "captured reference 2 of a function that has 2"));
    cr_assert_null(gc_function_captured(function, SIZE_MAX));
    cr_assert_null(gc_function_create(heap, NULL, NULL, 1));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    cr_assert_null(gc_function_create(heap, NULL, add, SIZE_MAX / 2));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    gc_release(function);
    close_heap(heap);
}

/* Drops the only reference to itself, which a node's field holds, and goes on. */
static void *drop_itself(gc_function *self, void **arguments, size_t count)
{
    struct node *holder = arguments[0];
    (void)count;
    gc_clear(&holder->left);
    cr_assert_eq(gc_function_captured_count(self), 1);
    return gc_retain((void *)gc_function_captured(self, 0));
}

Test(function, needs_code)
{
    gc_heap *heap = open_heap();
    cr_assert_null(gc_function_create(heap, NULL, NULL, 0));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    close_heap(heap);
}

Test(function, may_drop_the_last_reference_to_itself)
{
    gc_heap *heap = open_heap();
    struct node *holder = node_new(heap, 1);
    gc_function *function = gc_function_create(heap, NULL, drop_itself, 1);
    cr_assert(gc_function_capture(function, 0, holder));
    gc_set(&holder->left, (struct node *)(void *)function);
    gc_release(function);
    size_t before = objects_in(heap);
    void *arguments[1] = { holder }, *result = gc_function_call(function, arguments, 1);
    cr_assert_eq(result, holder);
    cr_assert_eq(objects_in(heap), before - 1);
    gc_release(result);
    gc_release(holder);
    close_heap(heap);
}

static void *fail(gc_function *self, void **arguments, size_t count)
{
    (void)arguments;
    (void)count;
    gc_fail(gc_heap_of(self), GC_ERROR_ARGUMENT, "failed on purpose");
    return NULL;
}

Test(function, may_fail)
{
    gc_heap *heap = open_heap();
    gc_function *function = gc_function_create(heap, NULL, fail, 0);
    cr_assert_null(gc_function_call(function, NULL, 0));
    cr_assert_str_eq(gc_last_error_message(heap), "failed on purpose");
    gc_release(function);
    close_heap(heap);
}
