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

static const char *kind_name(char kind)
{
    static const char *const names[] = { "i an integer", "n a number", "s a string", "y a symbol", "p a pair", "e the empty list", "v a vector", "t a table", "f a function" }; 
    size_t i = 0;
    while (names[i][0] != kind)
        i++;
    return names[i] + 2;
}

static void *call(gc_function *self, void **arguments, size_t count)
{
    const struct primitive_object *object = gc_function_captured(self, 0);
    const struct primitive *primitive = object->primitive;
    struct scheme *scheme = object->scheme;
    const char *kind = primitive->parameters;
    bool optional = false;
    size_t i = 0;
    for (; i < count; i++) {
        optional = 
    }
}
