/* SPDX-License-Identifier: MIT */
/* dict.c: dictionaries. What they hold is changed first, and released last, when nothing of the table is looked at any more: a release runs
 * user code. */
#include "lib/containers/dict.h"

#include "lib/check.h"
#include "lib/containers/key.h"

gc_dict *gc_dict_create(gc_heap *heap)
{
    gc_type *type = gc__container_type(heap, GC__CONTAINER_DICT);
    gc_dict *dict = type ? gc_create(gc_dict, type) : NULL;
    if (dict)
        gc__table_open(&dict->table);
    return dict;
}

size_t gc_dict_count(const gc_dict *dict)
{
    return dict->table.count;
}

static void **dict_entry(const gc_dict *dict, uint32_t entry)
{
    return dict->table.entries + (size_t)entry * GC__DICT_WIDTH;
}

static gc__key_place dict_find(const gc_dict *dict, const void *key)
{
    return gc__key_look_up(dict, &dict->table, GC__DICT_WIDTH, key);
}

/* The slow way of getting a value is a function of its own: the others then need nothing on the stack. */
GC__NOINLINE static void *dict_get_slow(const gc_dict *dict, const void *key)
{
    gc__key_place at = gc__key_look_up(dict, &dict->table, GC__DICT_WIDTH, key);
    return at.found == GC__FOUND ? dict_entry(dict, at.place.entry)[1] : NULL;
}

void *gc_dict_get(const gc_dict *dict, const void *key)
{
    void **at;
    enum gc__table_found found = GC__UNSURE;
    uint32_t hash;
    switch (gc__key_way_of(&dict->table, key, &hash)) {
    case GC__KEY_BY_ADDRESS:
        found = gc__table_seek(&dict->table, GC__DICT_WIDTH, hash, gc__match_identity, key, &at);
        break;
    case GC__KEY_BY_INTEGER:
        found = gc__table_seek(&dict->table, GC__DICT_WIDTH, hash, gc__match_integers, key, &at);
        break;
    default:
        break;
    }
    if (GC__LIKELY(found == GC__FOUND))
        return at[1];
    return GC__LIKELY(found == GC__ABSENT) ? NULL : dict_get_slow(dict, key);
}

int gc_dict_find(const gc_dict *dict, const void *key, void **value)
{
    gc__key_place at = dict_find(dict, key);
    if (value)
        *value = at.found == GC__FOUND ? dict_entry(dict, at.place.entry)[1] : NULL;
    return (int)at.found;
}

bool gc_dict_contains(const gc_dict *dict, const void *key)
{
    return gc_dict_get(dict, key) != NULL;
}

/* The entry of a key; where there is none, a new one with that value. `made` says which. NULL: it failed. */
GC__ALWAYS_INLINE void **dict_entry_for(gc_dict *dict, const void *key, const void *value, bool *made)
{
    gc__key_place at;
    for (;;) {
        at = gc__key_look_up(dict, &dict->table, GC__DICT_WIDTH, key);
        *made = at.found == GC__ABSENT;
        if (at.found != GC__ABSENT)
            return at.found == GC__FOUND ? dict_entry(dict, at.place.entry) : NULL;
        if (GC__LIKELY(gc__table_has_room(&dict->table, GC__DICT_WIDTH, 1)))
            break;
        if (!gc__table_reserve(gc__heap_of(dict), &dict->table, GC__DICT_WIDTH, 1))
            return NULL;
    }
    void **entry = gc__table_insert(&dict->table, GC__DICT_WIDTH, at.hash, at.place, gc__key_kinds(key));
    entry[0] = gc__retain_any(key);
    entry[1] = gc__retain_any(value);
    return entry;
}

/* Whether `value` may be stored; records why not. */
static bool dict_takes(const gc_dict *dict, const void *value)
{
    if (!value)
        gc__fail(gc__heap_of(dict), GC_ERROR_ARGUMENT, "NULL is no value of a gc_dict; remove the key instead");
    return value != NULL;
}

bool gc_dict_set(gc_dict *dict, const void *key, const void *value)
{
    bool made;
    void **entry = dict_takes(dict, value) ? dict_entry_for(dict, key, value, &made) : NULL;
    if (entry && !made)
        gc__set((gc__slot *)(void *)&entry[1], (void *)value);
    return entry != NULL;
}

void *gc_dict_set_default(gc_dict *dict, const void *key, const void *value)
{
    bool made;
    void **entry = dict_takes(dict, value) ? dict_entry_for(dict, key, value, &made) : NULL;
    return entry ? entry[1] : NULL;
}

/* Takes out the entry that a lookup found; its references are the caller's. */
static void dict_take(gc_dict *dict, gc__table_place place, void **taken)
{
    gc__table_remove(&dict->table, GC__DICT_WIDTH, place, taken);
    gc__table_shrink(dict, &dict->table, GC__DICT_WIDTH);
}

void *gc_dict_pop(gc_dict *dict, const void *key)
{
    void *taken[GC__DICT_WIDTH];
    gc__key_place at = dict_find(dict, key);
    if (at.found != GC__FOUND)
        return NULL;
    dict_take(dict, at.place, taken);
    gc_release(taken[0]);
    return taken[1];
}

bool gc_dict_remove(gc_dict *dict, const void *key)
{
    void *value = gc_dict_pop(dict, key);
    gc_release(value);
    return value != NULL;
}

/* Takes out the entry at one end, and hands it out. */
static bool dict_pop_end(gc_dict *dict, uint32_t entry, void **key, void **value)
{
    void *taken[GC__DICT_WIDTH];
    if (key)
        *key = NULL;
    if (value)
        *value = NULL;
    if (dict->table.count == 0)
        return false;
    dict_take(dict, gc__table_place_of(&dict->table, GC__DICT_WIDTH, entry), taken);
    if (key)
        *key = taken[0];
    if (value)
        *value = taken[1];
    if (!key)
        gc_release(taken[0]);
    if (!value)
        gc_release(taken[1]);
    return true;
}

bool gc_dict_pop_first(gc_dict *dict, void **key, void **value)
{
    gc__check_heap(gc__heap_of(dict));
    return dict_pop_end(dict, dict->table.first, key, value);
}

bool gc_dict_pop_last(gc_dict *dict, void **key, void **value)
{
    gc__check_heap(gc__heap_of(dict));
    return dict_pop_end(dict, dict->table.references / GC__DICT_WIDTH - 1, key, value);
}

void gc_dict_clear(gc_dict *dict)
{
    gc__table_clear(gc__heap_of(dict), &dict->table);
}

bool gc_dict_reserve(gc_dict *dict, size_t count)
{
    return count <= dict->table.count || gc__table_reserve(gc__heap_of(dict), &dict->table, GC__DICT_WIDTH, count - dict->table.count);
}

/* --- Text as key ------------------------------------------------------------------------------------------------- */

static enum gc__table_found dict_find_text(const gc_dict *dict, gc__text *text, gc__table_place *place)
{
    gc__text_open(dict, text);
    return gc__table_find(&dict->table, GC__DICT_WIDTH, (uint32_t)text->hash, gc__match_text, text, place);
}

void *gc_dict_get_string(const gc_dict *dict, const char *bytes, size_t length)
{
    gc__text text = { bytes, length, 0 };
    gc__table_place place;
    return dict_find_text(dict, &text, &place) == GC__FOUND ? dict_entry(dict, place.entry)[1] : NULL;
}

bool gc_dict_contains_string(const gc_dict *dict, const char *text, size_t length)
{
    return gc_dict_get_string(dict, text, length) != NULL;
}

bool gc_dict_set_string(gc_dict *dict, const char *bytes, size_t length, const void *value)
{
    gc__text text = { bytes, length, 0 };
    gc__table_place place;
    if (!dict_takes(dict, value))
        return false;
    enum gc__table_found found = dict_find_text(dict, &text, &place);
    if (found == GC__FOUND)
        gc__set((gc__slot *)(void *)&dict_entry(dict, place.entry)[1], (void *)value);
    if (found != GC__ABSENT)
        return found == GC__FOUND;
    gc_string *string = gc_string_create(gc__heap_of(dict), bytes, length);
    if (!string)
        return false;
    string->gc__hash = text.hash;
    bool stored = gc_dict_set(dict, string, value);
    gc_release(string);
    return stored;
}

bool gc_dict_remove_string(gc_dict *dict, const char *bytes, size_t length)
{
    gc__text text = { bytes, length, 0 };
    gc__table_place place;
    void *taken[GC__DICT_WIDTH];
    if (dict_find_text(dict, &text, &place) != GC__FOUND)
        return false;
    dict_take(dict, place, taken);
    gc_release(taken[0]);
    gc_release(taken[1]);
    return true;
}
