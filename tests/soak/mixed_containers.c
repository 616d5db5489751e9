/* SPDX-License-Identifier: MIT */
/* mixed_containers.c: things made of the ready-made containers, in cycles where they can be. */
#include "mixed.h"

#include <string.h>

static bool append_integer(struct load *load, gc_list *list, int64_t value)
{
    GC_SCOPED gc_integer *integer = gc_integer_create(load->heap, value);
    return integer && gc_list_append(list, integer);
}

static bool is_integer(const void *object, int64_t value)
{
    return gc_integer_is(object) && gc_integer_value(object) == value;
}

/* Integers, and last the list itself. */
static void *make_list(struct load *load, uint32_t tag)
{
    GC_SCOPED gc_list *list = gc_list_create(load->heap, 0, NULL);
    for (uint32_t i = 0; list && i < tag % 50; i++)
        if (!append_integer(load, list, (int64_t)tag * 1000 + i))
            return NULL;
    return list && gc_list_append(list, list) ? gc_retain(list) : NULL;
}

static bool is_list(struct load *load, const void *thing, uint32_t tag)
{
    const gc_list *list = thing;
    (void)load;
    size_t count = gc_list_count(list);
    for (uint32_t i = 0; i + 1 < count; i++)
        if (!is_integer(gc_list_get(list, i), (int64_t)tag * 1000 + i))
            return false;
    return count == tag % 50 + 1 && gc_list_get(list, count - 1) == list;
}

/* From strings to a list, which has the table in it. Half of what was put in is removed again. */
static void *make_dict(struct load *load, uint32_t tag)
{
    GC_SCOPED gc_dict *dict = gc_dict_create(load->heap);
    GC_SCOPED gc_list *list = gc_list_create(load->heap, 0, NULL);
    if (!dict || !list || !gc_list_append(list, dict))
        return NULL;
    for (uint32_t i = 0; i < tag % 40; i++) {
        GC_SCOPED gc_string *key = gc_string_format(load->heap, "%u of %u", i, tag);
        if (!key || !gc_dict_set(dict, key, list))
            return NULL;
        if (i % 2 == 1)
            gc_dict_remove(dict, key);
    }
    return gc_retain(dict);
}

static bool is_dict(struct load *load, const void *thing, uint32_t tag)
{
    const gc_dict *dict = thing;
    (void)load;
    for (uint32_t i = 0; i < tag % 40; i++) {
        char text[40];
        int length = snprintf(text, sizeof text, "%u of %u", i, tag);
        gc_list *list = gc_dict_get_string(dict, text, (size_t)length);
        if (i % 2 == 1 ? list != NULL : !list || gc_list_get(list, 0) != dict)
            return false;
    }
    return gc_dict_count(dict) == (tag % 40 + 1) / 2;
}

/* A tuple of a set of strings, a string put together of parts, and a cell with the tuple. */
static void *make_tuple(struct load *load, uint32_t tag)
{
    GC_SCOPED struct gc_set *set = gc_set_create(load->heap);
    GC_SCOPED gc_string *part = gc_string_format(load->heap, "%u", tag);
    GC_SCOPED gc_string *text = part ? gc_string_concat(part, part) : NULL;
    GC_SCOPED gc_cell *cell = gc_cell_create(load->heap, NULL);
    if (!set || !text || !cell || !gc_set_add(set, part) || !gc_set_add(set, text))
        return NULL;
    gc_tuple *tuple = gc_tuple_create(load->heap, 3, (void *[]){ set, text, cell });
    if (tuple)
        gc_cell_set(cell, tuple);
    return tuple;
}

static bool is_tuple(struct load *load, const void *thing, uint32_t tag)
{
    const gc_tuple *tuple = thing;
    char text[40];
    (void)load;
    snprintf(text, sizeof text, "%u%u", tag, tag);
    const gc_string *string = gc_tuple_get(tuple, 1);
    return gc_tuple_count(tuple) == 3 && gc_set_count(gc_tuple_get(tuple, 0)) == 2 && gc_set_contains(gc_tuple_get(tuple, 0), string) &&
           strcmp(gc_string_bytes(string), text) == 0 && gc_cell_get(gc_tuple_get(tuple, 2)) == tuple;
}

static void *first_captured(gc_function *self, void **arguments, size_t count)
{
    (void)arguments, (void)count;
    return gc_retain(gc_function_captured(self, 0));
}

/* A function that has captured a number, and itself. */
static void *make_function(struct load *load, uint32_t tag)
{
    GC_SCOPED gc_integer *integer = gc_integer_create(load->heap, (int64_t)tag << 20);
    GC_SCOPED gc_function *function = gc_function_create(load->heap, NULL, first_captured, 2);
    bool made = integer && function && gc_function_capture(function, 0, integer) && gc_function_capture(function, 1, function);
    return made ? gc_retain(function) : NULL;
}

static bool is_function(struct load *load, const void *thing, uint32_t tag)
{
    (void)load;
    GC_SCOPED void *result = gc_function_call((gc_function *)thing, NULL, 0);
    return is_integer(result, (int64_t)tag << 20) && gc_function_captured(thing, 1) == thing;
}

/* A list that is the value of its own entry in a cache which does not hold its values. */
static void *make_cached(struct load *load, uint32_t tag)
{
    GC_SCOPED gc_integer *key = gc_integer_create(load->heap, (int64_t)load->made);
    GC_SCOPED gc_list *list = gc_list_create(load->heap, 0, NULL);
    bool made = key && list && gc_list_append(list, key) && gc_list_append(list, list) && append_integer(load, list, tag) &&
                gc_weak_dict_set(load->cache, key, list);
    return made ? gc_retain(list) : NULL;
}

static bool is_cached(struct load *load, const void *thing, uint32_t tag)
{
    const gc_list *list = thing;
    GC_SCOPED void *found = gc_weak_dict_get(load->cache, gc_list_get(list, 0));
    return gc_list_count(list) == 3 && found == list && gc_list_get(list, 1) == list && is_integer(gc_list_get(list, 2), tag);
}

const struct kind mixed_container_kinds[] = {
    { "list", make_list, is_list },
    { "dict", make_dict, is_dict },
    { "tuple, set, string and cell", make_tuple, is_tuple },
    { "function", make_function, is_function },
    { "entry of a weak dict", make_cached, is_cached },
};
const size_t mixed_container_kind_count = sizeof mixed_container_kinds / sizeof *mixed_container_kinds;
