/* SPDX-License-Identifier: MIT */
/* model_weak_dict_slots.c: the ephemerons of a real weak dictionary. */
#include "tests/model/model_kinds.h"

static bool entries_add(const gc_reference *reference, void *context)
{
    struct model_entries *entries = context;
    if (entries->count == MODEL_CONTAINER_SLOTS)
        return false;
    entries->objects[entries->count++] = reference->target;
    return true;
}

struct model_entries model_weak_dict_all(void *dict)
{
    struct model_entries entries = { .count = 0 };
    gc_referents(dict, entries_add, &entries);
    return entries;
}

void *model_weak_dict_entry(const void *dict, int slot)
{
    struct model_entries entries = model_weak_dict_all((void *)dict);
    return slot < entries.count ? entries.objects[slot] : NULL;
}

int model_weak_dict_entries(const void *dict)
{
    return model_weak_dict_all((void *)dict).count;
}
