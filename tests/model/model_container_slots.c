/* SPDX-License-Identifier: MIT */
/* model_container_slots.c: the slots of real containers. A dictionary's are its keys and values in turn, in the order in which the keys
 * came. */
#include "tests/model/model_kinds.h"

static void *dict_load(const gc_dict *dict, int slot)
{
    gc_dict_iterator iterator = gc_dict_iterate(dict);
    void *key = NULL, *value = NULL;
    for (int entry = 0; entry <= slot / 2; entry++) {
        if (!gc_dict_next(&iterator, &key, &value))
            return NULL;
    }
    return slot % 2 ? value : key;
}

static void *set_load(const struct gc_set *set, int slot)
{
    gc_set_iterator iterator = gc_set_iterate(set);
    void *member = NULL;
    for (int entry = 0; entry <= slot; entry++) {
        if (!gc_set_next(&iterator, &member))
            return NULL;
    }
    return member;
}

void *model_container_load(enum model_kind kind, const void *object, int slot)
{
    switch ((int)kind) {
    case KIND_LIST:
        return gc_list_get(object, (size_t)slot);
    case KIND_TUPLE:
        return gc_tuple_get(object, (size_t)slot);
    case KIND_DICT:
        return dict_load(object, slot);
    case KIND_SET:
        return set_load(object, slot);
    case KIND_CELL:
        return gc_cell_get(object);
    case KIND_FUNCTION:
        return gc_function_captured(object, (size_t)slot);
    case KIND_WEAK_DICT:
        return model_weak_dict_entry(object, slot);
    default:
        return gc_generator_reference(object, (size_t)slot);
    }
}

void model_container_store(enum model_kind kind, void *object, int slot, void *target)
{
    switch ((int)kind) {
    case KIND_LIST:
        gc_list_set(object, (size_t)slot, target);
        break;
    case KIND_DICT:
        gc_dict_set(object, dict_load(object, slot - 1), target);
        break;
    case KIND_CELL:
        gc_cell_set(object, target);
        break;
    case KIND_FUNCTION:
        gc_function_capture(object, (size_t)slot, target);
        break;
    case KIND_GENERATOR:
        gc_generator_set_reference(object, (size_t)slot, target);
        break;
    default:
        break;
    }
}

int model_container_count(enum model_kind kind, const void *object)
{
    switch ((int)kind) {
    case KIND_LIST:
        return (int)gc_list_count(object);
    case KIND_TUPLE:
        return (int)gc_tuple_count(object);
    case KIND_DICT:
        return 2 * (int)gc_dict_count(object);
    case KIND_SET:
        return (int)gc_set_count(object);
    case KIND_CELL:
        return 1;
    case KIND_FUNCTION:
        return (int)gc_function_captured_count(object);
    case KIND_WEAK_DICT:
        return model_weak_dict_entries(object);
    default:
        return (int)gc_generator_reference_count(object);
    }
}
