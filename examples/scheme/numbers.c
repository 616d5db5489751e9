/* SPDX-License-Identifier: MIT */
/* numbers.c: primitives of arithmetic, on integers of 64 bits, which do not overflow unseen, and on floats, which whatever they meet becomes. */
#include "scheme.h"

#include <math.h>

static void *integer(struct scheme *scheme, int64_t value)
{
    return scheme_must(scheme, gc_integer_create(scheme->heap, value));
}

static void *real(struct scheme *scheme, double value)
{
    return scheme_must(scheme, gc_float_create(scheme->heap, value));
}

static double value_of(const void *number)
{
    return gc_integer_is(number) ? (double)gc_integer_value(number) : gc_float_value(number);
}

/* A sum, and so on, of any number of numbers; of one alone, of `start` and that. */
#define FOLD(function, start, operator, overflows)                                               \
    PRIMITIVE(function)                                                                          \
    {                                                                                            \
        bool alone = count < 2, exact = true;                                                    \
        for (size_t i = 0; i < count; i++)                                                       \
            exact = exact && gc_integer_is(arguments[i]);                                        \
        int64_t whole = alone || !exact ? start : gc_integer_value(arguments[0]);                \
        double part = alone ? start : value_of(arguments[0]);                                    \
        for (size_t i = alone ? 0 : 1; i < count; i++)                                           \
            if (!exact)                                                                          \
                part = part operator value_of(arguments[i]);                                     \
            else if (overflows(whole, gc_integer_value(arguments[i]), &whole))                   \
                return scheme_fail(scheme, "the result of " #operator " has more than 64 bits"); \
        return exact ? integer(scheme, whole) : real(scheme, part);                              \
    }

FOLD(add, 0, +, __builtin_add_overflow)
FOLD(subtract, 0, -, __builtin_sub_overflow)
FOLD(multiply, 1, *, __builtin_mul_overflow)

/* Whether each number and the next one are in order. */
#define ORDER(function, operator)                                                                              \
    PRIMITIVE(function)                                                                                        \
    {                                                                                                          \
        bool holds = true;                                                                                     \
        for (size_t i = 1; i < count; i++)                                                                     \
            holds = holds && (gc_integer_is(arguments[i - 1]) && gc_integer_is(arguments[i])                   \
                                  ? gc_integer_value(arguments[i - 1]) operator gc_integer_value(arguments[i]) \
                                  : value_of(arguments[i - 1]) operator value_of(arguments[i]));               \
        return boolean(scheme, holds);                                                                         \
    }

ORDER(equal, ==)
ORDER(less, <)
ORDER(more, >)
ORDER(less_or_equal, <=)
ORDER(more_or_equal, >=)

/* An integer, where the division leaves nothing. */
PRIMITIVE(divide)
{
    if (gc_integer_is(arguments[0]) && gc_integer_is(arguments[1])) {
        int64_t a = gc_integer_value(arguments[0]), b = gc_integer_value(arguments[1]);
        if (b == 0)
            return scheme_fail(scheme, "/: division by zero");
        if (b != -1 && a % b == 0)
            return integer(scheme, a / b);
    }
    return real(scheme, value_of(arguments[0]) / value_of(arguments[1]));
}

#define DIVISION(function, name, result)                                                               \
    PRIMITIVE(function)                                                                                \
    {                                                                                                  \
        int64_t a = gc_integer_value(arguments[0]), b = gc_integer_value(arguments[1]);                \
        if (b == 0 || (b == -1 && a == INT64_MIN))                                                     \
            return scheme_fail(scheme, name ": division of %lld by %lld", (long long)a, (long long)b); \
        return integer(scheme, result);                                                                \
    }

DIVISION(quotient, "quotient", a / b)
DIVISION(remainder_of, "remainder", a % b)
DIVISION(modulo, "modulo", (a % b + b) % b)

/* A function of libm; what rounds gives an integer back for one. */
#define FUNCTION(function, of, rounds)                                                                                     \
    PRIMITIVE(function)                                                                                                    \
    {                                                                                                                      \
        return rounds && gc_integer_is(arguments[0]) ? gc_retain(arguments[0]) : real(scheme, of(value_of(arguments[0]))); \
    }

FUNCTION(square_root, sqrt, false)
FUNCTION(exponential, exp, false)
FUNCTION(logarithm, log, false)
FUNCTION(round_down, floor, true)
FUNCTION(round_even, nearbyint, true)

PRIMITIVE(to_integer)
{
    double value = value_of(arguments[0]);
    if (gc_integer_is(arguments[0]))
        return gc_retain(arguments[0]);
    return fabs(value) < 0x1p63 ? integer(scheme, (int64_t)value) : scheme_fail_value(scheme, "exact: not in 64 bits", arguments[0]);
}

PRIMITIVE(to_float)
{
    return real(scheme, value_of(arguments[0]));
}

void numbers_start(struct scheme *scheme)
{
    static const struct primitive primitives[] = {
        { "integer?", "i", NULL }, { "number?", "n", NULL },
        { "+", "*n", add }, { "-", "n*n", subtract }, { "*", "*n", multiply }, { "/", "nn", divide },
        { "=", "n*n", equal }, { "<", "n*n", less }, { ">", "n*n", more }, { "<=", "n*n", less_or_equal }, { ">=", "n*n", more_or_equal },
        { "quotient", "ii", quotient }, { "remainder", "ii", remainder_of }, { "modulo", "ii", modulo },
        { "sqrt", "n", square_root }, { "exp", "n", exponential }, { "log", "n", logarithm }, { "floor", "n", round_down },
        { "round", "n", round_even }, { "exact", "n", to_integer }, { "inexact", "n", to_float },
    };
    primitives_define(scheme, primitives, sizeof primitives / sizeof primitives[0]);
}
