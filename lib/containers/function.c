/* SPDX-License-Identifier: MIT */
/* function.c: C functions with captured references. */
#include "lib/containers/containers.h"

#include <libgc/function.h>

struct gc_function {
    gc_object gc;
    gc_string *name;
    gc_function_code code;
    size_t count;
    void *captured[];
};

gc_function *gc_function_create(gc_heap *heap, const gc_string *name, gc_function_code code, size_t captured)
{
    if (!code) {
        gc__fail(heap, GC_ERROR_ARGUMENT, "a function without code");
        return NULL;
    }
    gc_type *type = gc__container_type(heap, GC__CONTAINER_FUNCTION);
    gc_function *function = type ? gc_create_flex(gc_function, type, captured) : NULL;
    if (function) {
        function->name = gc__retain_any(name);
        function->code = code;
    }
    return function;
}

gc_string *gc_function_name(const gc_function *function)
{
    return function->name;
}

gc_function_code gc_function_code_of(const gc_function *function)
{
    return function->code;
}

size_t gc_function_captured_count(const gc_function *function)
{
    return function->count;
}

static bool function_has(const gc_function *function, size_t index)
{
    if (index >= function->count)
        gc__fail(gc__heap_of(function), GC_ERROR_ARGUMENT, "captured reference %zu of a function that has %zu", index, function->count);
    return index < function->count;
}

void *gc_function_captured(const gc_function *function, size_t index)
{
    return function_has(function, index) ? function->captured[index] : NULL;
}

bool gc_function_capture(gc_function *function, size_t index, const void *value)
{
    if (!function_has(function, index))
        return false;
    gc__set((gc__slot *)(void *)&function->captured[index], (void *)value);
    return true;
}

void *gc_function_call(gc_function *function, void **arguments, size_t count)
{
    gc_retain(function);
    void *result = function->code(function, arguments, count);
    gc_release(function);
    return result;
}

static void function_repr(const void *object, gc_repr_writer *writer)
{
    const gc_function *function = object;
    gc_repr_text(writer, "<function");
    if (function->name) {
        gc_repr_text(writer, " ");
        gc_repr_bytes(writer, gc_string_bytes(function->name), gc_string_length(function->name));
    }
    gc_repr_text(writer, ">");
}

const gc_type_info gc__function_info =
    GC_TYPE_INFO(gc_function, GC_REFS(name), GC_REF_FLEX(captured, count), GC_REPR(function_repr));
