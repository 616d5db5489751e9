/* SPDX-License-Identifier: MIT */
/* numbers.c: primitives of arithmetic, on integers of 64 bits, which do not overflow unseen, and on floats, which whatever they meet becomes. */
#include "scheme.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void *integer(struct scheme *scheme, int64_t value)
{
    return scheme_check(scheme, gc_integer_create(scheme->heap, value));
}

static void *real(struct scheme *scheme, double value)
{
    return scheme_check(scheme, gc_float_create(scheme->heap, value));
}

static double value_of(const void *number)
{
    return gc_integer_is(number) ? (double)gc_integer_value(number) : gc_float_value(number);
}

/* A sum, and so on, of any number of numbers; of one alone, of `start` and that. */
#define FOLD(function, start, operator, overflows)                                                                       \
    static void *function(struct scheme *scheme, void **arguments, size_t count)                                          \
    {                                                                                                                     \
        bool alone = count < 2, exact = true;                                                                             \
        for (size_t i = 0; i < count; i++)                                                                                \
            exact = exact && gc_integer_is(arguments[i]);                                                                 \
        int64_t whole = alone || !exact ? start : gc_integer_value(arguments[0]);                                         \
        double part = alone ? start : value_of(arguments[0]);                                                             \
        for (size_t i = alone ? 0 : 1; i < count; i++)                                                                    \
            if (!exact)                                                                                                   \
                part = part operator value_of(arguments[i]);                                                              \
            else if (overflows(whole, gc_integer_value(arguments[i]), &whole))                                            \
                return scheme_fail(scheme, "the result of " #operator " has more than 64 bits");                          \
        return exact ? integer(scheme, whole) : real(scheme, part);                                                       \
    }

FOLD(add, 0, +, __builtin_add_overflow)
FOLD(subtract, 0, -, __builtin_sub_overflow)
FOLD(multiply, 1, *, __builtin_mul_overflow)

/* Whether each number and the next one are in order. */
#define ORDER(function, operator)                                                                                                   \
    static void *function(struct scheme *scheme, void **arguments, size_t count)                                                    \
    {                                                                                                                               \
        bool holds = true;                                                                                                          \
        for (size_t i = 1; i < count; i++)                                                                                          \
            holds = holds && (gc_integer_is(arguments[i - 1]) && gc_integer_is(arguments[i])                                        \
                                  ? gc_integer_value(arguments[i - 1]) operator gc_integer_value(arguments[i])                      \
                                  : value_of(arguments[i - 1]) operator value_of(arguments[i]));                                    \
        return boolean(scheme, holds);                                                                                              \
    }
