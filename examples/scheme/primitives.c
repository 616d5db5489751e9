/* SPDX-License-Identifier: MIT */
/* primitives.c: the way from Scheme to C. A primitive is a gc_function that has captured its description, and so the interpreter. Its
 * arguments are checked here, against the kinds that the description names. */
#include "scheme.h"

struct described {
    gc_object gc;
    struct scheme *scheme;
    const struct primitive *primitive;
};

static const gc_type_info described_info = GC_TYPE_INFO(struct described, GC_REFS(scheme));

/* Whether a value is of a kind; if not, `name` is what it should be. */
static bool is_kind(const struct scheme *scheme, char kind, const void *value, const char **name)
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
    case 'f': return *name = "a function", gc_function_is(value) || gc_type_of(value) == scheme->closure_type;
    default: return true;
    }
}

static void *call(gc_function *self, void **arguments, size_t count)
{
    const struct described *described = gc_function_captured(self, 0);
    struct scheme *scheme = described->scheme;
    const char *kind = described->primitive->parameters, *name;
    char what[TEXT_LIMIT];
    if (!described->primitive->code && count == 1)
        return boolean(scheme, is_kind(scheme, *kind, arguments[0], &name));
    size_t i = 0;
    for (; i < count; i++) {
        char expected = kind[*kind == '*'];
        if (!expected)
            break;
        if (!is_kind(scheme, expected, arguments[i], &name)) {
            snprintf(what, sizeof what, "%s: argument %zu must be %s, and is", described->primitive->name, i + 1, name);
            return scheme_fail_value(scheme, what, arguments[i]);
        }
        kind += *kind != '*';
    }
    if (i < count || (*kind && *kind != '*'))
        return scheme_fail(scheme, "%s: %zu are too %s arguments", described->primitive->name, count, i < count ? "many" : "few");
    return described->primitive->code(scheme, arguments, count);
}

void primitives_define(struct scheme *scheme, const struct primitive *primitives, size_t count)
{
    gc_type *type = scheme_must(scheme, gc_type_register(scheme->heap, &described_info));
    for (size_t i = 0; i < count; i++) {
        GC_SCOPED struct symbol *name = scheme_symbol(scheme, primitives[i].name);
        GC_SCOPED gc_cell *cell = scheme_global(scheme, name);
        GC_SCOPED gc_function *function = scheme_must(scheme, gc_function_create(scheme->heap, name->name, call, 1));
        GC_SCOPED struct described *described = scheme_must(scheme, gc_create(struct described, type));
        described->primitive = &primitives[i];
        described->scheme = gc_retain(scheme);
        gc_function_capture(function, 0, described);
        gc_cell_set(cell, function);
    }
}
