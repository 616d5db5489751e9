/* SPDX-License-Identifier: MIT */
/* dict.h: a table from keys to values, both objects of one heap, in the order in which the keys came.
 *
 * A key is any object that has a hash (protocol.h): a string, a number, bytes, a tuple of such, an object of the program's own. The calls
 * that end in _string take a key as text: they find the gc_string of the same bytes, and make one only where a new entry needs it.
 *
 * A new key goes to the end. An existing key that is given another value keeps its place, and the first of its equal objects stays the key.
 * A table of n entries takes some 30 n bytes beside the objects. Two tables are equal when they have the same keys with equal values, in
 * whatever order; a table has no hash.
 *
 * What can fail fails with GC_ERROR_ARGUMENT (a key or a value that is NULL), GC_ERROR_TYPE (a key that has no hash), GC_ERROR_MEMORY,
 * GC_ERROR_LIMIT (over 2^30 entries), GC_ERROR_CHANGED (a key's equality changed the table each time it was asked), or what a key's own
 * hash or equality reports. The rules of container.h hold. Unless said otherwise:
 * Collects: where something is stored and memory has run out. User code: the keys' hash and equality; when something dies; of a collection.
 * In callbacks: yes. Thread: the heap's. */
#ifndef LIBGC_DICT_H
#define LIBGC_DICT_H

#include <libgc/container.h>
#include <libgc/heap.h>

GC__BEGIN_C

/* Its members are the library's. */
typedef struct gc_dict gc_dict;

/* A new, empty table, which the caller owns; NULL with GC_ERROR_MEMORY. Collects: yes, as a creation. User code: of that collection. */
GC__API gc_dict *gc_dict_create(gc_heap *heap);

/* Whether an object is a gc_dict. NULL is not. Collects: no. User code: no. */
static inline bool gc_dict_is(const void *object)
{
    return gc__is_container(object, GC__CONTAINER_DICT);
}

/* How many entries. Collects: no. User code: no. */
GC__API size_t gc_dict_count(const gc_dict *dict);

/* The value of a key, borrowed: valid until the entry changes. NULL when there is none, and when it fails. Among keys that are all equal to
 * themselves alone no other object can be found; so there nobody is asked what the key is, and one that has no hash is simply not there. */
GC__API void *gc_dict_get(const gc_dict *dict, const void *key);
GC__API void *gc_dict_get_string(const gc_dict *dict, const char *text, size_t length);

/* As gc_dict_get, telling "none" from failure: 1, and the value (borrowed) through `value`; 0, there is none; -1, it failed. In the last
 * two cases `value` is set to NULL. `value` may be NULL. */
GC__API int gc_dict_find(const gc_dict *dict, const void *key, void **value);

/* Whether there is an entry, as gc_dict_get says; false also when it fails. */
GC__API bool gc_dict_contains(const gc_dict *dict, const void *key);
GC__API bool gc_dict_contains_string(const gc_dict *dict, const char *text, size_t length);

/* Gives a key a value, in place of its old one. Both are retained. gc_dict_set_string collects as a creation, where the key is new. */
GC__API bool gc_dict_set(gc_dict *dict, const void *key, const void *value);
GC__API bool gc_dict_set_string(gc_dict *dict, const char *text, size_t length, const void *value);

/* The value of a key, borrowed; where there is none, `value` is stored first. NULL when it fails. */
GC__API void *gc_dict_set_default(gc_dict *dict, const void *key, const void *value);

/* Removes an entry. Returns whether there was one; false also when it fails. */
GC__API bool gc_dict_remove(gc_dict *dict, const void *key);
GC__API bool gc_dict_remove_string(gc_dict *dict, const char *text, size_t length);

/* Removes an entry and returns its value, which the caller then owns. NULL when there is none, and when it fails. */
GC__API void *gc_dict_pop(gc_dict *dict, const void *key);

/* Removes the oldest or the newest entry, and hands its key and value to the caller, who then owns both; where a pointer is NULL that
 * reference is released. Returns false for an empty table. Amortised constant time: a table serves as a queue. */
GC__API bool gc_dict_pop_first(gc_dict *dict, void **key, void **value);
GC__API bool gc_dict_pop_last(gc_dict *dict, void **key, void **value);

/* Removes all entries; they are gone from the table before the first is released. Cannot fail. Collects: no. */
GC__API void gc_dict_clear(gc_dict *dict);

/* Makes room for `count` entries in all: until there are so many, or one is removed, storing needs no memory. */
GC__API bool gc_dict_reserve(gc_dict *dict, size_t count);

/* Stores every entry of `other` (which may be the same table). When it fails for lack of memory nothing has been stored; an equality that
 * fails or changes one of the tables leaves those stored before. */
GC__API bool gc_dict_update(gc_dict *dict, const gc_dict *other);

/* A new table with the same entries in the same order, which the caller owns; NULL with GC_ERROR_MEMORY. Calls no hash and no equality.
 * Collects: yes, as a creation. */
GC__API gc_dict *gc_dict_copy(const gc_dict *dict);

/* Going through the entries, oldest first:
 *
 *     gc_dict_iterator iterator = gc_dict_iterate(dict);
 *     void *key, *value;
 *     while (gc_dict_next(&iterator, &key, &value))
 *         ...
 *
 * Key and value are borrowed, and either pointer may be NULL. Another value for an existing key is no change of the table, and may be
 * given meanwhile. Adding or removing an entry is one: the next call returns false, sets `changed`, and records GC_ERROR_CHANGED. The
 * caller holds the table while it goes through it. Collects: no. User code: no. */
typedef struct gc_dict_iterator {
    const gc_dict *dict;
    bool changed;
    uint32_t gc__position;
    uint64_t gc__version;
} gc_dict_iterator;

/* Before the oldest entry; and the next one: false at the end, and when the table has changed. Collects: no. User code: no. */
GC__API gc_dict_iterator gc_dict_iterate(const gc_dict *dict);
GC__API bool gc_dict_next(gc_dict_iterator *iterator, void **key, void **value);

GC__END_C

#endif
