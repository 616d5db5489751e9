/* SPDX-License-Identifier: MIT */
/* dict_whole.c: dictionaries as a whole: going through them, copying, comparing, writing them; and their type. */
#include "lib/containers/dict.h"

#include "lib/containers/key.h"

gc_dict_iterator gc_dict_iterate(const gc_dict *dict)
{
    gc_dict_iterator iterator;
    memset(&iterator, 0, sizeof iterator);
    iterator.dict = dict;
    iterator.gc__position = dict->table.first;
    iterator.gc__version = dict->table.version;
    return iterator;
}

bool gc_dict_next(gc_dict_iterator *iterator, void **key, void **value)
{
    const gc__table *table = &iterator->dict->table;
    void **entry = NULL;
    if (iterator->gc__version == table->version)
        entry = gc__table_next(table, GC__DICT_WIDTH, &iterator->gc__position);
    else
        iterator->changed = gc__table_changed(iterator->dict);
    if (key)
        *key = entry ? entry[0] : NULL;
    if (value)
        *value = entry ? entry[1] : NULL;
    return entry != NULL;
}

gc_dict *gc_dict_copy(const gc_dict *dict)
{
    gc_heap *heap = gc__heap_of(dict);
    gc_dict *copy = gc_dict_create(heap);
    if (copy && gc__table_copy(heap, &copy->table, &dict->table, GC__DICT_WIDTH, 0))
        return copy;
    gc_release(copy);
    return NULL;
}

bool gc_dict_update(gc_dict *dict, const gc_dict *other)
{
    if (dict == other)
        return true;
    if (!gc__table_reserve(gc__heap_of(dict), &dict->table, GC__DICT_WIDTH, other->table.count))
        return false;
    gc_dict_iterator iterator = gc_dict_iterate(other);
    void *key, *value;
    bool stored = true;
    while (stored && gc_dict_next(&iterator, &key, &value)) {
        /* The equality of keys is user code, which may take both out of the other table. */
        gc_retain(key);
        gc_retain(value);
        stored = gc_dict_set(dict, key, value);
        gc_release(key);
        gc_release(value);
    }
    return stored && !iterator.changed;
}

/* Whether `other` has an equal value for one key. False: it could not be found out. */
static bool dict_has_equal(const gc_dict *other, const void *key, const void *value, bool *equal)
{
    void *found;
    int there = gc_dict_find(other, key, &found);
    *equal = false;
    if (there <= 0)
        return there == 0;
    return gc_equal(value, found, equal);
}

static bool dict_equal(const void *a, const void *b, bool *equal)
{
    const gc_dict *dict = a, *other = b;
    *equal = dict->table.count == other->table.count;
    gc_dict_iterator iterator = gc_dict_iterate(dict);
    void *key, *value;
    bool known = true;
    while (known && *equal && gc_dict_next(&iterator, &key, &value)) {
        gc_retain(key);
        gc_retain(value);
        known = dict_has_equal(other, key, value, equal);
        gc_release(key);
        gc_release(value);
    }
    return known && !iterator.changed;
}

static void dict_repr(const void *object, gc_repr_writer *writer)
{
    const gc__table *table = &((const gc_dict *)object)->table;
    uint64_t version = table->version;
    uint32_t position = table->first;
    const char *before = "";
    gc_repr_text(writer, "{");
    for (void **entry; version == table->version && (entry = gc__table_next(table, GC__DICT_WIDTH, &position)); before = ", ") {
        void *key = gc_retain(entry[0]), *value = gc_retain(entry[1]);
        gc_repr_text(writer, before);
        gc_repr_object(writer, key);
        gc_repr_text(writer, ": ");
        gc_repr_object(writer, value);
        gc_release(key);
        gc_release(value);
    }
    /* A key's or value's own repr has changed the table. */
    gc_repr_text(writer, version == table->version ? "}" : ", ...}");
}

const gc_type_info gc__dict_info =
    GC_TYPE_INFO(gc_dict, GC_REF_SPAN(table.entries, table.references), GC_EQUAL(dict_equal), GC_REPR(dict_repr));
