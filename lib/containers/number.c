/* SPDX-License-Identifier: MIT */
/* number.c: integers and floats as objects. */
#include "lib/containers/containers.h"

#include "lib/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static gc_integer *number_integer_new(gc_heap *heap, int64_t value)
{
    gc_type *type = gc__container_type(heap, GC__CONTAINER_INTEGER);
    gc_integer *integer = type ? gc_create(gc_integer, type) : NULL;
    if (integer)
        integer->gc__value = value;
    return integer;
}

/* An integer that is made once. */
static gc_integer *number_small(gc_heap *heap, gc_integer **place, int64_t value)
{
    gc_integer *integer = number_integer_new(heap, value);
    if (!integer)
        return NULL;
    /* Creation may have run user code that was here first. */
    if (*place) {
        gc_release(integer);
    } else {
        gc_immortalize(integer);
        *place = integer;
    }
    return *place;
}

gc_integer *gc_integer_create(gc_heap *heap, int64_t value)
{
    gc__check_heap(heap);
    if (value < GC_SMALL_INTEGER_MIN || value > GC_SMALL_INTEGER_MAX)
        return number_integer_new(heap, value);
    gc__containers *state = gc__containers_of(heap);
    if (!state)
        return NULL;
    gc_integer **place = &state->integers[value - GC_SMALL_INTEGER_MIN];
    return GC__LIKELY(*place != NULL) ? *place : number_small(heap, place, value);
}

gc_float *gc_float_create(gc_heap *heap, double value)
{
    gc__check_heap(heap);
    gc_type *type = gc__container_type(heap, GC__CONTAINER_FLOAT);
    gc_float *number = type ? gc_create(gc_float, type) : NULL;
    if (number)
        number->gc__value = value;
    return number;
}

/* Whether a float has the value of an integer, and which. */
static bool number_is_whole(double value, int64_t *whole)
{
    if (!(value >= -0x1p63 && value < 0x1p63))
        return false;
    *whole = (int64_t)value;
    return (double)*whole == value;
}

bool gc__number_equal(const gc_integer *integer, const gc_float *number)
{
    int64_t whole;
    return number_is_whole(number->gc__value, &whole) && whole == integer->gc__value;
}

static bool number_integer_hash(const void *object, uint64_t *hash)
{
    gc_integer *integer = (gc_integer *)object;
    integer->gc__hash = gc__hash_siphash(gc__heap_of(integer)->containers, &integer->gc__value, sizeof integer->gc__value);
    *hash = integer->gc__hash;
    return true;
}

static bool number_integer_equal(const void *a, const void *b, bool *equal)
{
    *equal = gc_integer_value(a) == gc_integer_value(b);
    return true;
}

static void number_integer_repr(const void *object, gc_repr_writer *writer)
{
    gc_repr_format(writer, "%lld", (long long)gc_integer_value(object));
}

static bool number_float_hash(const void *object, uint64_t *hash)
{
    const gc__containers *state = gc__heap_of(object)->containers;
    double value = gc_float_value(object);
    int64_t whole;
    if (number_is_whole(value, &whole))
        *hash = gc__hash_siphash(state, &whole, sizeof whole);
    else if (value != value)
        *hash = gc__hash_mix(state, (uint64_t)(uintptr_t)object);
    else
        *hash = gc__hash_siphash(state, &value, sizeof value);
    return true;
}

static bool number_float_equal(const void *a, const void *b, bool *equal)
{
    *equal = gc_float_value(a) == gc_float_value(b);
    return true;
}

/* As few digits as give the same float again, and always with a sign that it is one; a decimal point in every locale. */
static void number_float_repr(const void *object, gc_repr_writer *writer)
{
    char text[40];
    double value = gc_float_value(object);
    if (isnan(value) || isinf(value)) {
        gc_repr_text(writer, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    char *point = text + strspn(text, "-0123456789"), *rest = point + strcspn(point, "0123456789e");
    gc_repr_bytes(writer, text, (size_t)(point - text));
    if (rest != point)
        gc_repr_text(writer, ".");
    else if (!*rest)
        gc_repr_text(writer, ".0");
    gc_repr_text(writer, rest);
}

const gc_type_info gc__integer_info = GC_TYPE_INFO(gc_integer, GC_TYPE_FLAGS(GC_ACYCLIC), GC_HASH(number_integer_hash),
                                                   GC_EQUAL(number_integer_equal), GC_REPR(number_integer_repr));
const gc_type_info gc__float_info = GC_TYPE_INFO(gc_float, GC_TYPE_FLAGS(GC_ACYCLIC), GC_HASH(number_float_hash),
                                                 GC_EQUAL(number_float_equal), GC_REPR(number_float_repr));
