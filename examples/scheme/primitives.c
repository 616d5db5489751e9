/* SPDX-License-Identifier: MIT */
/* primitives.c: functions in C. Each is a gc_function that has captured the interpreter, and its number in one table. That
 * says what arguments it takes, which are checked in one place. */
#include "scheme.h"

#include <string.h>

struct primitive {
    const char *name;
    const char *parameters; /* a letter each, as in primitive_takes; the last any number of times, if it is behind '*' */
    void *(*code)(struct scheme *scheme, void **arguments, size_t count); /* NULL: whether a value is of that kind */
};

#define UNUSED __attribute__((unused))
#define PRIMITIVE(name) \
    static void *primitive_##name(struct scheme *scheme UNUSED, void **arguments UNUSED, size_t count UNUSED)

static void *primitive_boolean(const struct scheme *scheme, bool value)
{
    return gc_retain(value ? scheme->yes : scheme->no);
}

static void *primitive_integer(struct scheme *scheme, uint64_t value)
{
    return scheme_must(scheme, gc_integer_create(scheme->heap, (int64_t)value));
}

/* What an action returns; if it was refused the heap knows why. */
static void *primitive_done(struct scheme *scheme, bool good)
{
    return good ? gc_retain(scheme->nothing) : scheme_fail(scheme, "%s", gc_last_error_message(scheme->heap));
}

/* ---- Numbers: integers of 64 bits, which do not overflow unseen; floats, which whatever meets one becomes ---------- */

static double primitive_double(const void *number)
{
    return gc_integer_is(number) ? (double)gc_integer_value(number) : gc_float_value(number);
}

static bool primitive_all_integers(void **numbers, size_t count)
{
    while (count > 0 && gc_integer_is(numbers[count - 1]))
        count--;
    return count == 0;
}

/* The first number and each of the others in turn; of one alone, `start` and that. */
#define FOLD(function, start, operator, overflows)                                                   \
    PRIMITIVE(function)                                                                              \
    {                                                                                                \
        size_t first = count > 1;                                                                    \
        if (primitive_all_integers(arguments, count)) {                                              \
            int64_t result = first ? gc_integer_value(arguments[0]) : start;                         \
            for (size_t i = first; i < count; i++)                                                   \
                if (overflows(result, gc_integer_value(arguments[i]), &result))                      \
                    return scheme_fail(scheme, "the result of " #operator " has more than 64 bits"); \
            return primitive_integer(scheme, (uint64_t)result);                                      \
        }                                                                                            \
        double result = first ? primitive_double(arguments[0]) : start;                              \
        for (size_t i = first; i < count; i++)                                                       \
            result = result operator primitive_double(arguments[i]);                                 \
        return scheme_must(scheme, gc_float_create(scheme->heap, result));                           \
    }

FOLD(add, 0, +, __builtin_add_overflow)
FOLD(subtract, 0, -, __builtin_sub_overflow)
FOLD(multiply, 1, *, __builtin_mul_overflow)

/* Whether each number and the next are in order. */
#define ORDER(function, operator)                                                                            \
    PRIMITIVE(function)                                                                                      \
    {                                                                                                        \
        bool exact = primitive_all_integers(arguments, count), holds = true;                                 \
        for (size_t i = 1; i < count && holds; i++)                                                          \
            holds = exact ? gc_integer_value(arguments[i - 1]) operator gc_integer_value(arguments[i])       \
                          : primitive_double(arguments[i - 1]) operator primitive_double(arguments[i]);      \
        return primitive_boolean(scheme, holds);                                                             \
    }

ORDER(same_number, ==)
ORDER(less, <)
ORDER(more, >)
ORDER(less_or_same, <=)
ORDER(more_or_same, >=)

#define DIVISION(function, result)                                                              \
    PRIMITIVE(function)                                                                         \
    {                                                                                           \
        int64_t a = gc_integer_value(arguments[0]), b = gc_integer_value(arguments[1]);         \
        if (b == 0 || (b == -1 && a == INT64_MIN))                                              \
            return scheme_fail(scheme, "division of %lld by %lld", (long long)a, (long long)b); \
        return primitive_integer(scheme, (uint64_t)(result));                                   \
    }

DIVISION(quotient, a / b)
DIVISION(remainder, a % b)
DIVISION(modulo, (a % b + b) % b)

PRIMITIVE(divide)
{
    double result = primitive_double(arguments[0]) / primitive_double(arguments[1]);
    return scheme_must(scheme, gc_float_create(scheme->heap, result));
}

/* ---- Values ----------------------------------------------------------------------------------------------------- */

PRIMITIVE(cons) { return scheme_cons(scheme, arguments[0], arguments[1]); }
PRIMITIVE(head) { return gc_retain(((struct pair *)arguments[0])->head); }
PRIMITIVE(tail) { return gc_retain(((struct pair *)arguments[0])->tail); }
PRIMITIVE(same) { return primitive_boolean(scheme, arguments[0] == arguments[1]); }

static void *primitive_store(struct scheme *scheme, void **field, void *value)
{
    gc_set(field, value);
    return primitive_done(scheme, true);
}

PRIMITIVE(set_head) { return primitive_store(scheme, &((struct pair *)arguments[0])->head, arguments[1]); }
PRIMITIVE(set_tail) { return primitive_store(scheme, &((struct pair *)arguments[0])->tail, arguments[1]); }
PRIMITIVE(set_macro) { return primitive_store(scheme, &((struct symbol *)arguments[0])->form, arguments[1]); }

/* Of what is no list. Strings are equal by their bytes, vectors and tables by what is in them, and 1 and 1.0 are two. */
PRIMITIVE(equal)
{
    bool equal = false;
    if (gc_type_of(arguments[0]) == gc_type_of(arguments[1]) && !gc_equal(arguments[0], arguments[1], &equal))
        return primitive_done(scheme, false);
    return primitive_boolean(scheme, equal);
}

PRIMITIVE(fail) { return scheme_fail(scheme, "%s", gc_string_bytes(arguments[0])); }

/* (try function handler): what the function returns; if it fails, what the handler returns for the text of the error. */
PRIMITIVE(try)
{
    void *value = eval_function(scheme, arguments[0], scheme->nil);
    if (value)
        return value;
    GC_SCOPED gc_string *text = scheme_must(scheme, gc_string_from(scheme->heap, scheme->error));
    GC_SCOPED struct pair *list = scheme_cons(scheme, text, scheme->nil);
    return eval_function(scheme, arguments[1], list);
}

/* ---- Text ------------------------------------------------------------------------------------------------------- */

static void *primitive_print(struct scheme *scheme, void *value, bool quoted)
{
    GC_SCOPED gc_string *text = scheme_text(scheme, value, quoted);
    fwrite(gc_string_bytes(text), 1, gc_string_length(text), stdout);
    return primitive_done(scheme, true);
}

PRIMITIVE(display) { return primitive_print(scheme, arguments[0], false); }
PRIMITIVE(write) { return primitive_print(scheme, arguments[0], true); }
PRIMITIVE(to_string) { return scheme_text(scheme, arguments[0], false); }
PRIMITIVE(string_length) { return primitive_integer(scheme, gc_string_length(arguments[0])); }
PRIMITIVE(string_concat) { return scheme_must(scheme, gc_string_concat(arguments[0], arguments[1])); }

/* ---- Vectors and tables ----------------------------------------------------------------------------------------- */

PRIMITIVE(vector) { return scheme_must(scheme, gc_list_create(scheme->heap, count, arguments)); }
PRIMITIVE(vector_length) { return primitive_integer(scheme, gc_list_count(arguments[0])); }
PRIMITIVE(vector_push) { return primitive_done(scheme, gc_list_append(arguments[0], arguments[1])); }

PRIMITIVE(vector_pop)
{
    void *last = gc_list_pop(arguments[0]);
    return last ? last : scheme_fail(scheme, "vector-pop!: an empty vector");
}

/* An element, borrowed. */
static void *primitive_element(struct scheme *scheme, gc_list *vector, int64_t index)
{
    void *element = index < 0 ? NULL : gc_list_get(vector, (size_t)index);
    size_t count = gc_list_count(vector);
    return element ? element : scheme_fail(scheme, "element %lld of a vector of %zu", (long long)index, count);
}

PRIMITIVE(vector_ref) { return gc_retain(primitive_element(scheme, arguments[0], gc_integer_value(arguments[1]))); }

PRIMITIVE(vector_set)
{
    int64_t index = gc_integer_value(arguments[1]);
    bool there = primitive_element(scheme, arguments[0], index);
    return there ? primitive_done(scheme, gc_list_set(arguments[0], (size_t)index, arguments[2])) : NULL;
}

PRIMITIVE(table) { return scheme_must(scheme, gc_dict_create(scheme->heap)); }
PRIMITIVE(table_set) { return primitive_done(scheme, gc_dict_set(arguments[0], arguments[1], arguments[2])); }

/* (table-ref table key otherwise) */
PRIMITIVE(table_ref)
{
    void *value, *otherwise = count > 2 ? arguments[2] : scheme->no;
    int found = gc_dict_find(arguments[0], arguments[1], &value);
    return found < 0 ? primitive_done(scheme, false) : gc_retain(found > 0 ? value : otherwise);
}

/* ---- The heap --------------------------------------------------------------------------------------------------- */

PRIMITIVE(collect) { return primitive_integer(scheme, gc_collect(scheme->heap)); }

PRIMITIVE(statistic)
{
    gc_stats stats;
    gc_get_stats(scheme->heap, &stats);
    const struct { const char *name; size_t value; } figures[] = {
        { "objects", stats.objects }, { "heap", stats.bytes_heap },
        { "resident", stats.bytes_resident }, { "reserved", stats.bytes_reserved },
    };
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        if (strcmp(figures[i].name, gc_string_bytes(((struct symbol *)arguments[0])->name)) == 0)
            return primitive_integer(scheme, figures[i].value);
    return scheme_fail_value(scheme, "there is no such statistic", arguments[0]);
}

/* ---- The way from Scheme to C ----------------------------------------------------------------------------------- */

#define ENTRY(name, parameters, code) { name, parameters, primitive_##code }

static const struct primitive primitives[] = {
    { "pair?", "p", NULL }, { "null?", "e", NULL }, { "symbol?", "y", NULL }, { "string?", "s", NULL },
    { "vector?", "v", NULL }, { "table?", "t", NULL }, { "procedure?", "f", NULL }, { "integer?", "i", NULL },
    { "number?", "n", NULL },
    ENTRY("+", "*n", add), ENTRY("-", "n*n", subtract), ENTRY("*", "*n", multiply), ENTRY("divide", "nn", divide),
    ENTRY("quotient", "ii", quotient), ENTRY("remainder", "ii", remainder), ENTRY("modulo", "ii", modulo),
    ENTRY("=", "n*n", same_number), ENTRY("<", "n*n", less), ENTRY(">", "n*n", more),
    ENTRY("<=", "n*n", less_or_same), ENTRY(">=", "n*n", more_or_same),
    ENTRY("cons", "xx", cons), ENTRY("car", "p", head), ENTRY("cdr", "p", tail), ENTRY("set-car!", "px", set_head),
    ENTRY("set-cdr!", "px", set_tail), ENTRY("set-macro!", "yf", set_macro), ENTRY("eq?", "xx", same),
    ENTRY("eqv?", "xx", equal), ENTRY("fail", "s", fail), ENTRY("try", "ff", try),
    ENTRY("display", "x", display), ENTRY("write", "x", write), ENTRY("->string", "x", to_string),
    ENTRY("string-length", "s", string_length), ENTRY("string-concat", "ss", string_concat),
    ENTRY("vector", "*x", vector), ENTRY("vector-length", "v", vector_length), ENTRY("vector-push!", "vx", vector_push),
    ENTRY("vector-pop!", "v", vector_pop), ENTRY("vector-ref", "vi", vector_ref), ENTRY("vector-set!", "vix", vector_set),
    ENTRY("make-table", "", table), ENTRY("table-set!", "txx", table_set),
    ENTRY("table-ref", "tx*x", table_ref), ENTRY("collect", "", collect), ENTRY("statistic", "y", statistic),
};

/* Whether a value is of a kind; `name` is what it should be. */
static bool primitive_takes(const struct scheme *scheme, char kind, const void *value, const char **name)
{
    switch (kind) {
    case 'i': return *name = "an integer", gc_integer_is(value);
    case 'n': return *name = "a number", gc_integer_is(value) || gc_float_is(value);
    case 's': return *name = "a string", gc_string_is(value);
    case 'y': return *name = "a symbol", is_symbol(scheme, value) && value != scheme->yes && value != scheme->no;
    case 'p': return *name = "a pair", is_pair(scheme, value);
    case 'e': return *name = "the empty list", gc_tuple_is(value);
    case 'v': return *name = "a vector", gc_list_is(value);
    case 't': return *name = "a table", gc_dict_is(value);
    case 'f': return *name = "a function", gc_function_is(value) || is_closure(scheme, value);
    default: return true;
    }
}

static void *primitive_call(gc_function *self, void **arguments, size_t count)
{
    struct scheme *scheme = gc_function_captured(self, 0);
    const struct primitive *primitive = &primitives[gc_integer_value(gc_function_captured(self, 1))];
    const char *kind = primitive->parameters, *name;
    char what[TEXT_LIMIT];
    size_t i = 0;
    if (!primitive->code && count == 1)
        return primitive_boolean(scheme, primitive_takes(scheme, *kind, arguments[0], &name));
    for (; i < count && *kind; i++) {
        if (!primitive_takes(scheme, kind[*kind == '*'], arguments[i], &name)) {
            snprintf(what, sizeof what, "%s: argument %zu must be %s, and is", primitive->name, i + 1, name);
            return scheme_fail_value(scheme, what, arguments[i]);
        }
        kind += *kind != '*';
    }
    if (i < count || (*kind && *kind != '*'))
        return scheme_fail(scheme, "%s: %zu are too %s arguments", primitive->name, count, i < count ? "many" : "few");
    return primitive->code(scheme, arguments, count);
}

void primitives_start(struct scheme *scheme)
{
    for (size_t i = 0; i < sizeof primitives / sizeof primitives[0]; i++) {
        GC_SCOPED struct symbol *symbol = scheme_symbol(scheme, primitives[i].name);
        GC_SCOPED gc_integer *number = primitive_integer(scheme, i);
        GC_SCOPED gc_function *function = gc_function_create(scheme->heap, symbol->name, primitive_call, 2);
        gc_set(&symbol->value, scheme_must(scheme, function));
        gc_function_capture(function, 0, scheme);
        gc_function_capture(function, 1, number);
    }
}
