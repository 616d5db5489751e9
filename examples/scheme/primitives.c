/* SPDX-License-Identifier: MIT */
/* primitives.c: the way from Scheme to C. A primitive is a gc_function that has captured what it needs: its description, which names the kinds
 * of its arguments, and through that the interpreter. They are checked here, so that the primitives need not. */
#include "scheme.h"

#include <string.h>

struct primitive_object {
    gc_object gc;
    struct scheme *scheme;
    const struct primitive *primitive;
};

static const gc_type_info primitive_info = GC_TYPE_INFO(struct primitive_object, GC_REFS(scheme));

static bool is_kind(const struct scheme *scheme, char kind, const void *value)
{
    switch (kind) {
    case 'i': return gc_integer_is(value);
    case 'n': return gc_integer_is(value) || gc_float_is(value);
    case 's': return gc_string_is(value);
    case 'y': return is_symbol(scheme, value);
    case 'p': return is_pair(scheme, value);
    case 'e': return gc_tuple_is(value);
    case 'v': return gc_list_is(value);
    case 't': return gc_dict_is(value);
    case 'f': return gc_function_is(value) || gc_type_of(value) == scheme->closure_type;
    case 'b': return gc_type_of(value) == scheme->constant_type;
    default: return true;
    }
}

static void *wrong_argument(struct scheme *scheme, const struct primitive *primitive, size_t index, char kind, void *value)
{
    static const char *const names[] = { "i: an integer", "n: a number", "s: a string", "y: a symbol", "p: a pair", "v: a vector", "t: a table",
                                         "f: a function" };
    const char *name = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        name = names[i][0] == kind ? names[i] + 3 : name;
    GC_SCOPED gc_string *text = scheme_text(scheme, value, true);
    return scheme_fail(scheme, "%s: argument %zu is no%s: %.200s", primitive->name, index + 1, name + 1, gc_string_bytes(text));
}

/* What every primitive runs first: its arguments against its parameters. */
static void *call(gc_function *self, void **arguments, size_t count)
{
    const struct primitive_object *object = gc_function_captured(self, 0);
    const struct primitive *primitive = object->primitive;
    const char *kind = primitive->parameters;
    if (!primitive->code)
        return count == 1 ? boolean(object->scheme, is_kind(object->scheme, *kind, arguments[0]))
                          : scheme_fail(object->scheme, "%s takes 1 argument, and is given %zu", primitive->name, count);
    for (size_t i = 0; i < count; i++) {
        kind += *kind == '?';
        const char *expected = *kind == '*' ? kind + 1 : kind;
        if (!*expected)
            return scheme_fail(object->scheme, "%s takes %zu arguments at most, and is given %zu", primitive->name, i, count);
        if (!is_kind(object->scheme, *expected, arguments[i]))
            return wrong_argument(object->scheme, primitive, i, *expected, arguments[i]);
        kind += *kind != '*';
    }
    if (*kind && *kind != '?' && *kind != '*')
        return scheme_fail(object->scheme, "%s takes more than the %zu arguments that it is given", primitive->name, count);
    return primitive->code(object->scheme, arguments, count);
}

void primitives_define(struct scheme *scheme, const struct primitive *primitives, size_t count)
{
    gc_type *type = scheme_must(scheme, gc_type_register(scheme->heap, &primitive_info));
    for (size_t i = 0; i < count; i++) {
        GC_SCOPED struct symbol *name = scheme_symbol(scheme, primitives[i].name);
        GC_SCOPED gc_cell *cell = scheme_global(scheme, name);
        GC_SCOPED gc_function *function = scheme_must(scheme, gc_function_create(scheme->heap, name->name, call, 1));
        GC_SCOPED struct primitive_object *object = scheme_must(scheme, gc_create(struct primitive_object, type));
        object->primitive = &primitives[i];
        object->scheme = gc_retain(scheme);
        gc_function_capture(function, 0, object);
        gc_cell_set(cell, function);
    }
}
