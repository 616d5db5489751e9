/* SPDX-License-Identifier: MIT */
/* string.c: immutable strings, with the hash kept in the object. */
#include "lib/containers/containers.h"

#include "lib/check.h"

#include <stdio.h>

/* A string whose bytes the caller fills in; the zero byte after them is there. */
static gc_string *string_new(gc_heap *heap, size_t length)
{
    gc_type *type = gc__container_type(heap, GC__CONTAINER_STRING);
    if (!type)
        return NULL;
    if (length == SIZE_MAX) {
        gc__fail(heap, GC_ERROR_LIMIT, "a string of %zu bytes is more than a heap holds", length);
        return NULL;
    }
    gc_string *string = gc_create_extra(gc_string, type, length + 1);
    if (string)
        string->gc__length = length;
    return string;
}

static char *string_start(gc_string *string)
{
    return (char *)(string + 1);
}

/* The singleton of these bytes, which are at most one; made when there is none yet. */
static gc_string *string_single(gc_heap *heap, const char *bytes, size_t length)
{
    gc__containers *state = gc__containers_of(heap);
    if (!state)
        return NULL;
    size_t which = length ? (unsigned char)bytes[0] : GC__EMPTY_STRING;
    if (!state->strings[which]) {
        gc_string *string = string_new(heap, length);
        if (!string)
            return NULL;
        if (length)
            *string_start(string) = (char)which;
        /* Creation may have run user code that was here first. */
        if (state->strings[which]) {
            gc_release(string);
        } else {
            gc_immortalize(string);
            state->strings[which] = string;
        }
    }
    return state->strings[which];
}

gc_string *gc_string_create(gc_heap *heap, const char *bytes, size_t length)
{
    gc__check_heap(heap);
    if (length <= 1)
        return string_single(heap, bytes, length);
    gc_string *string = string_new(heap, length);
    if (string)
        memcpy(string_start(string), bytes, length);
    return string;
}

gc_string *gc_string_from(gc_heap *heap, const char *text)
{
    return gc_string_create(heap, text, strlen(text));
}

gc_string *gc_string_format_arguments(gc_heap *heap, const char *format, va_list arguments)
{
    char text[256];
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(text, sizeof text, format, arguments);
    gc_string *string = NULL;
    if (length < 0)
        gc__fail(heap, GC_ERROR_ARGUMENT, "a string cannot be formatted as \"%.80s\"", format);
    else if ((size_t)length < sizeof text)
        string = gc_string_create(heap, text, (size_t)length);
    else if ((string = string_new(heap, (size_t)length)) != NULL)
        vsnprintf(string_start(string), (size_t)length + 1, format, again);
    va_end(again);
    return string;
}

gc_string *gc_string_format(gc_heap *heap, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    gc__check_heap(heap);
    gc_string *string = gc_string_format_arguments(heap, format, arguments);
    va_end(arguments);
    return string;
}

gc_string *gc_string_concat(const gc_string *a, const gc_string *b)
{
    gc_heap *heap = gc__heap_of(a);
    gc__check_heap(heap);
    if (a->gc__length == 0 || b->gc__length == 0)
        return gc_retain((gc_string *)(a->gc__length == 0 ? b : a));
    gc_string *string = string_new(heap, a->gc__length + b->gc__length);
    if (string) {
        memcpy(string_start(string), gc_string_bytes(a), a->gc__length);
        memcpy(string_start(string) + a->gc__length, gc_string_bytes(b), b->gc__length);
    }
    return string;
}

int gc_string_compare(const gc_string *a, const gc_string *b)
{
    size_t common = a->gc__length < b->gc__length ? a->gc__length : b->gc__length;
    int order = memcmp(gc_string_bytes(a), gc_string_bytes(b), common);
    return order ? order : (a->gc__length > b->gc__length) - (a->gc__length < b->gc__length);
}

bool gc__string_hash(const void *object, uint64_t *hash)
{
    gc_string *string = (gc_string *)object;
    string->gc__hash = gc__hash_siphash(gc__heap_of(string)->containers, gc_string_bytes(string), string->gc__length);
    *hash = string->gc__hash;
    return true;
}

bool gc__string_equal(const void *a, const void *b, bool *equal)
{
    *equal = gc_string_equal(a, b);
    return true;
}

void gc__string_repr(const void *object, gc_repr_writer *writer)
{
    gc__repr_quoted(writer, gc_string_bytes(object), gc_string_length(object), true);
}

const gc_type_info gc__string_info = GC_TYPE_INFO(gc_string, GC_TYPE_FLAGS(GC_ACYCLIC), GC_HASH(gc__string_hash),
                                                  GC_EQUAL(gc__string_equal), GC_REPR(gc__string_repr));
