/* SPDX-License-Identifier: MIT */
/* numbers.c: arithmetic: on integers of 64 bits, which do not overflow unseen, and on floats, which whatever meets one becomes. */
#include "scheme.h"

#include <math.h>

static void *integer(struct scheme *scheme, int64_t value) { return scheme_must(scheme, gc_integer_create(scheme->heap, value)); }
static void *real(struct scheme *scheme, double value) { return scheme_must(scheme, gc_float_create(scheme->heap, value)); }

static double value_of(const void *number)
{
    return gc_integer_is(number) ? (double)gc_integer_value(number) : gc_float_value(number);
}

static bool are_integers(void **numbers, size_t count)
{
    while (count > 0 && gc_integer_is(numbers[count - 1]))
        count--;
    return count == 0;
}

/* The first number and each of the others in turn; of one alone, `start` and that. */
#define FOLD(function, start, operator, overflows)                                                       \
    PRIMITIVE(function)                                                                                  \
    {                                                                                                    \
        size_t first = count > 1;                                                                        \
        if (are_integers(arguments, count)) {                                                            \
            int64_t result = first ? gc_integer_value(arguments[0]) : start;                             \
            for (size_t i = first; i < count; i++)                                                       \
                if (overflows(result, gc_integer_value(arguments[i]), &result))                          \
                    return scheme_fail(scheme, "the result of " #operator " has more than 64 bits");     \
            return integer(scheme, result);                                                              \
        }                                                                                                \
        double result = first ? value_of(arguments[0]) : start;                                          \
        for (size_t i = first; i < count; i++)                                                           \
            result = result operator value_of(arguments[i]);                                             \
        return real(scheme, result);                                                                     \
    }

FOLD(add, 0, +, __builtin_add_overflow)
FOLD(subtract, 0, -, __builtin_sub_overflow)
FOLD(multiply, 1, *, __builtin_mul_overflow)

/* Whether each number and the next are in order. */
#define ORDER(function, operator)                                                                              \
    PRIMITIVE(function)                                                                                        \
    {                                                                                                          \
        bool exact = are_integers(arguments, count), holds = true;                                             \
        for (size_t i = 1; i < count && holds; i++)                                                            \
            holds = exact ? gc_integer_value(arguments[i - 1]) operator gc_integer_value(arguments[i])         \
                          : value_of(arguments[i - 1]) operator value_of(arguments[i]);                        \
        return boolean(scheme, holds);                                                                         \
    }

ORDER(equal, ==)
ORDER(less, <)
ORDER(more, >)
ORDER(less_or_equal, <=)
ORDER(more_or_equal, >=)

#define DIVISION(function, result)                                                                             \
    PRIMITIVE(function)                                                                                        \
    {                                                                                                          \
        int64_t a = gc_integer_value(arguments[0]), b = gc_integer_value(arguments[1]);                        \
        if (b == 0 || (b == -1 && a == INT64_MIN))                                                             \
            return scheme_fail(scheme, "division of %lld by %lld", (long long)a, (long long)b);                \
        return integer(scheme, result);                                                                        \
    }

DIVISION(quotient, a / b)
DIVISION(remainder_of, a % b)
DIVISION(modulo, (a % b + b) % b)

PRIMITIVE(divide) { return real(scheme, value_of(arguments[0]) / value_of(arguments[1])); }
PRIMITIVE(square_root) { return real(scheme, sqrt(value_of(arguments[0]))); }
PRIMITIVE(round_down) { return real(scheme, floor(value_of(arguments[0]))); }

PRIMITIVE(exact)
{
    double value = value_of(arguments[0]);
    bool fits = value >= -0x1p63 && value < 0x1p63;
    return gc_integer_is(arguments[0]) ? gc_retain(arguments[0])
           : fits ? integer(scheme, (int64_t)value) : scheme_fail_value(scheme, "more than 64 bits", arguments[0]);
}

void numbers_start(struct scheme *scheme)
{
    static const struct primitive primitives[] = {
        { "integer?", "i", NULL }, { "number?", "n", NULL },
        { "+", "*n", add }, { "-", "n*n", subtract }, { "*", "*n", multiply },
        { "=", "n*n", equal }, { "<", "n*n", less }, { ">", "n*n", more }, { "<=", "n*n", less_or_equal }, { ">=", "n*n", more_or_equal },
        { "quotient", "ii", quotient }, { "remainder", "ii", remainder_of }, { "modulo", "ii", modulo },
        { "divide", "nn", divide }, { "sqrt", "n", square_root }, { "floor", "n", round_down }, { "exact", "n", exact },
    };
    primitives_define(scheme, primitives, sizeof primitives / sizeof primitives[0]);
}
