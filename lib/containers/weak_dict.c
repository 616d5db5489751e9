/* SPDX-License-Identifier: MIT */
/* weak_dict.c: dictionaries with one weak side.
 *
 * An entry of the table is an ephemeron: its key is the weak side, its value the strong one. So the core lets go of the strong side the
 * moment the weak one dies, and knows that the strong side's leading to the weak one keeps neither. An ephemeron whose key is gone is an
 * entry that is gone. It is taken out when the table is full, and before that little by little: each new entry looks at two old ones. */
#include "lib/check.h"
#include "lib/containers/key.h"
#include "lib/weak.h"

#include <libgc/weak_dict.h>

enum { WEAK_DICT_WIDTH = 1, WEAK_DICT_STEPS = 2 };

struct gc_weak_dict {
    gc_object gc;
    gc__table table;
    uint32_t swept; /* the next entry to look at */
};

gc_weak_dict *gc_weak_dict_create(gc_heap *heap, enum gc_weak_side side)
{
    if (side != GC_WEAK_KEYS && side != GC_WEAK_VALUES) {
        gc__fail(heap, GC_ERROR_ARGUMENT, "a weak dictionary has GC_WEAK_KEYS or GC_WEAK_VALUES, not %d", (int)side);
        return NULL;
    }
    gc_type *type = gc__container_type(heap, side == GC_WEAK_KEYS ? GC__CONTAINER_WEAK_KEY_DICT : GC__CONTAINER_WEAK_VALUE_DICT);
    gc_weak_dict *dict = type ? gc_create(gc_weak_dict, type) : NULL;
    if (dict)
        gc__table_open(&dict->table);
    return dict;
}

static gc_ephemeron *weak_dict_entry(const gc_weak_dict *dict, uint32_t entry)
{
    return dict->table.entries[entry];
}

/* The key, borrowed, of an entry that is not gone; NULL: it is. */
static void *weak_dict_key(const gc_ephemeron *ephemeron, enum gc_weak_side side)
{
    void *watched = gc__watcher_target(&ephemeron->watcher);
    return watched && side == GC_WEAK_VALUES ? ephemeron->value : watched;
}

typedef struct weak_dict_lookup {
    gc__key key;
    enum gc_weak_side side;
} weak_dict_lookup;

static enum gc__table_found weak_dict_match(const void *context, const void *stored)
{
    const weak_dict_lookup *lookup = context;
    void *key = weak_dict_key(stored, lookup->side);
    if (!key)
        return GC__ABSENT;
    switch (lookup->key.kind) {
    case GC__KEY_STRING: return gc__match_string(lookup->key.object, key);
    case GC__KEY_INTEGER: return gc__match_integer(lookup->key.object, key);
    case GC__KEY_IDENTITY: return gc__match_identity(lookup->key.object, key);
    default: return gc__match_other(&lookup->key, key);
    }
}

/* As gc__key_find. */
static enum gc__table_found weak_dict_find(const gc_weak_dict *dict, weak_dict_lookup *lookup, gc__table_place *place)
{
    lookup->key.table = &dict->table;
    for (int tries = 0; tries < GC__KEY_TRIES; tries++) {
        lookup->key.version = dict->table.version;
        enum gc__table_found found = gc__table_find(&dict->table, WEAK_DICT_WIDTH, lookup->key.hash, weak_dict_match, lookup, place);
        if (found == GC__FOUND && !weak_dict_key(weak_dict_entry(dict, place->entry), lookup->side))
            continue; /* the comparison has dropped the last reference to its weak side */
        if (found != GC__CHANGED)
            return found;
    }
    return gc__key_gave_up(dict);
}

static bool weak_dict_open(const gc_weak_dict *dict, weak_dict_lookup *lookup, const void *key)
{
    lookup->side = gc_weak_dict_side(dict);
    return gc__key_open(dict, &lookup->key, key);
}

size_t gc_weak_dict_count(const gc_weak_dict *dict)
{
    size_t count = 0;
    uint32_t position = dict->table.first;
    for (void **entry; (entry = gc__table_next(&dict->table, WEAK_DICT_WIDTH, &position));)
        count += gc__watcher_target(entry[0]) != NULL;
    return count;
}

/* Both sides of an entry, each owned by the caller. False, and nothing: it is gone. */
static bool weak_dict_load(const gc_ephemeron *ephemeron, enum gc_weak_side side, void **key, void **value)
{
    void *watched = gc_ephemeron_key(ephemeron);
    void *held = watched ? gc_ephemeron_value(ephemeron) : NULL;
    *key = side == GC_WEAK_KEYS ? watched : held;
    *value = side == GC_WEAK_KEYS ? held : watched;
    return watched != NULL;
}

void *gc_weak_dict_get(const gc_weak_dict *dict, const void *key)
{
    weak_dict_lookup lookup;
    gc__table_place place;
    if (!weak_dict_open(dict, &lookup, key) || weak_dict_find(dict, &lookup, &place) != GC__FOUND)
        return NULL;
    gc_ephemeron *ephemeron = weak_dict_entry(dict, place.entry);
    return lookup.side == GC_WEAK_KEYS ? gc_ephemeron_value(ephemeron) : gc_ephemeron_key(ephemeron);
}

bool gc_weak_dict_contains(const gc_weak_dict *dict, const void *key)
{
    weak_dict_lookup lookup;
    gc__table_place place;
    return weak_dict_open(dict, &lookup, key) && weak_dict_find(dict, &lookup, &place) == GC__FOUND;
}

static void *weak_dict_take(gc_weak_dict *dict, gc__table_place place)
{
    void *ephemeron;
    gc__table_remove(&dict->table, WEAK_DICT_WIDTH, place, &ephemeron);
    return ephemeron;
}

/* Looks at so many entries from `*position` on, and takes out those that are gone. The position is moved on, and is 0 again at the end.
 * Returns how many were. */
static size_t weak_dict_sweep(gc_weak_dict *dict, uint32_t *position, size_t steps)
{
    gc__table *table = &dict->table;
    size_t gone = 0;
    for (; steps > 0 && *position < table->references; steps--) {
        uint32_t number = (*position)++;
        gc_ephemeron *ephemeron = weak_dict_entry(dict, number);
        if (!ephemeron || gc__watcher_target(&ephemeron->watcher))
            continue;
        /* Nothing of the table is kept from before this release, which may run user code. */
        gc_release(weak_dict_take(dict, gc__table_place_of(table, WEAK_DICT_WIDTH, number)));
        gone++;
    }
    if (*position >= table->references)
        *position = 0;
    return gone;
}

size_t gc_weak_dict_purge(gc_weak_dict *dict)
{
    gc__check_heap(gc__heap_of(dict));
    uint32_t position = 0;
    size_t gone = weak_dict_sweep(dict, &position, SIZE_MAX);
    gc__table_shrink(dict, &dict->table, WEAK_DICT_WIDTH);
    return gone;
}

/* Room for one more entry. */
static bool weak_dict_reserve(gc_weak_dict *dict)
{
    uint32_t position = 0;
    weak_dict_sweep(dict, &position, SIZE_MAX);
    return gc__table_reserve(gc__heap_of(dict), &dict->table, WEAK_DICT_WIDTH, 1);
}

/* Stores in the entry that was found. `*fresh` is the new ephemeron, where one is needed; what is stored of it is no longer there. */
static void weak_dict_replace(gc_weak_dict *dict, weak_dict_lookup *lookup, uint32_t entry, void **fresh, const void *value)
{
    if (lookup->side == GC_WEAK_KEYS)
        gc__set((gc__slot *)(void *)&weak_dict_entry(dict, entry)->value, (void *)value);
    else
        gc_move(&dict->table.entries[entry], fresh);
}

static bool weak_dict_store(gc_weak_dict *dict, weak_dict_lookup *lookup, void **fresh, const void *value)
{
    const void *key = lookup->key.object;
    bool keys = lookup->side == GC_WEAK_KEYS;
    for (;;) {
        gc__table_place place;
        enum gc__table_found found = weak_dict_find(dict, lookup, &place);
        if (found == GC__FAILED)
            return false;
        uint64_t version = dict->table.version;
        if (!*fresh && !(found == GC__FOUND && keys)) {
            *fresh = gc_ephemeron_create((void *)(keys ? key : value), (void *)(keys ? value : key));
            if (!*fresh)
                return false;
        } else if (found == GC__ABSENT && !gc__table_has_room(&dict->table, WEAK_DICT_WIDTH, 1)) {
            if (!weak_dict_reserve(dict))
                return false;
        }
        /* Memory may have cost a collection, which changes the table through user code. */
        if (version != dict->table.version)
            continue;
        if (found == GC__FOUND) {
            weak_dict_replace(dict, lookup, place.entry, fresh, value);
            return true;
        }
        if (gc__table_has_room(&dict->table, WEAK_DICT_WIDTH, 1)) {
            void **entry = gc__table_insert(&dict->table, WEAK_DICT_WIDTH, lookup->key.hash, place, 0);
            *entry = NULL;
            gc_move(entry, fresh);
            return true;
        }
    }
}

bool gc_weak_dict_set(gc_weak_dict *dict, const void *key, const void *value)
{
    weak_dict_lookup lookup;
    if (!value) {
        gc__fail(gc__heap_of(dict), GC_ERROR_ARGUMENT, "NULL is no value of a gc_weak_dict; remove the key instead");
        return false;
    }
    if (!weak_dict_open(dict, &lookup, key))
        return false;
    void *fresh = NULL;
    uint32_t before = dict->table.count;
    bool stored = weak_dict_store(dict, &lookup, &fresh, value);
    gc_release(fresh);
    if (dict->table.count > before)
        weak_dict_sweep(dict, &dict->swept, WEAK_DICT_STEPS);
    return stored;
}

bool gc_weak_dict_remove(gc_weak_dict *dict, const void *key)
{
    weak_dict_lookup lookup;
    gc__table_place place;
    if (!weak_dict_open(dict, &lookup, key) || weak_dict_find(dict, &lookup, &place) != GC__FOUND)
        return false;
    void *ephemeron = weak_dict_take(dict, place);
    gc__table_shrink(dict, &dict->table, WEAK_DICT_WIDTH);
    gc_release(ephemeron);
    return true;
}

void gc_weak_dict_clear(gc_weak_dict *dict)
{
    gc__table_clear(gc__heap_of(dict), &dict->table);
}

gc_weak_dict_iterator gc_weak_dict_iterate(const gc_weak_dict *dict)
{
    gc_weak_dict_iterator iterator;
    memset(&iterator, 0, sizeof iterator);
    iterator.dict = dict;
    iterator.gc__position = dict->table.first;
    iterator.gc__version = dict->table.version;
    return iterator;
}

/* The next entry that is not gone, both sides owned by the caller; false: none. */
static bool weak_dict_step(const gc_weak_dict *dict, uint32_t *position, void **key, void **value)
{
    for (void **entry; (entry = gc__table_next(&dict->table, WEAK_DICT_WIDTH, position));)
        if (weak_dict_load(entry[0], gc_weak_dict_side(dict), key, value))
            return true;
    *key = *value = NULL;
    return false;
}

bool gc_weak_dict_next(gc_weak_dict_iterator *iterator, void **key, void **value)
{
    void *owned_key = NULL, *owned_value = NULL;
    bool there = false;
    if (iterator->gc__version == iterator->dict->table.version)
        there = weak_dict_step(iterator->dict, &iterator->gc__position, &owned_key, &owned_value);
    else
        iterator->changed = gc__table_changed(iterator->dict);
    if (key)
        *key = owned_key;
    else
        gc_release(owned_key);
    if (value)
        *value = owned_value;
    else
        gc_release(owned_value);
    return there;
}

static void weak_dict_repr(const void *object, gc_repr_writer *writer)
{
    const gc_weak_dict *dict = object;
    uint64_t version = dict->table.version;
    uint32_t position = dict->table.first;
    const char *before = "";
    void *key, *value;
    gc_repr_text(writer, "weak_dict{");
    for (; version == dict->table.version && weak_dict_step(dict, &position, &key, &value); before = ", ") {
        gc_repr_text(writer, before);
        gc_repr_object(writer, key);
        gc_repr_text(writer, ": ");
        gc_repr_object(writer, value);
        gc_release(key);
        gc_release(value);
    }
    gc_repr_text(writer, version == dict->table.version ? "}" : ", ...}");
}

const gc_type_info gc__weak_key_dict_info =
    GC_TYPE_INFO(gc_weak_dict, GC_REF_SPAN(table.entries, table.references), GC_REPR(weak_dict_repr));
const gc_type_info gc__weak_value_dict_info =
    GC_TYPE_INFO(gc_weak_dict, GC_REF_SPAN(table.entries, table.references), GC_REPR(weak_dict_repr));
