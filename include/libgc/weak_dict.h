/* SPDX-License-Identifier: MIT */
/* weak_dict.h: a table that does not keep its keys, or its values, alive.
 *
 * Each entry has a weak side, which it watches, and a strong one, which it holds for as long as the weak side and the table live. When the
 * weak side dies the entry is gone at once: nothing finds it any more, and the strong side is released. What the strong side refers to
 * does not count as holding the weak one: an entry whose value leads back to its own key (or with weak values, key to value) is collected
 * all the same, if a collection looks at the weak side at all: a string or a number is alive until its last reference goes (weak.h). The
 * memory of entries that are gone is used again by later ones; gc_weak_dict_purge returns it at once.
 *
 * Keys are found by their hash and equality, as in a gc_dict. The weak side is no gc_weak, no gc_ephemeron, and of no type that is
 * GC_NO_WEAK (GC_ERROR_TYPE).
 *
 * Errors, and what may collect and run user code, are those of dict.h. Storing makes an object, and collects as a creation does. */
#ifndef LIBGC_WEAK_DICT_H
#define LIBGC_WEAK_DICT_H

#include <libgc/container.h>
#include <libgc/heap.h>

GC__BEGIN_C

/* Its members are the library's. */
typedef struct gc_weak_dict gc_weak_dict;

/* What a table watches. */
enum gc_weak_side {
    GC_WEAK_KEYS,  /* the table watches the keys, and holds the values: notes about objects */
    GC_WEAK_VALUES /* the table watches the values, and holds the keys: a cache */
};

/* A new, empty table, which the caller owns; NULL with GC_ERROR_MEMORY, or GC_ERROR_ARGUMENT for another side.
 * Collects: yes, as a creation. User code: of that collection. */
GC__API gc_weak_dict *gc_weak_dict_create(gc_heap *heap, enum gc_weak_side side);

/* Whether an object is a gc_weak_dict. NULL is not. Collects: no. User code: no. */
static inline bool gc_weak_dict_is(const void *object)
{
    return gc__is_container(object, GC__CONTAINER_WEAK_KEY_DICT) || gc__is_container(object, GC__CONTAINER_WEAK_VALUE_DICT);
}

/* Which side is weak. Collects: no. User code: no. */
static inline enum gc_weak_side gc_weak_dict_side(const gc_weak_dict *dict)
{
    return gc__is_container(dict, GC__CONTAINER_WEAK_KEY_DICT) ? GC_WEAK_KEYS : GC_WEAK_VALUES;
}

/* How many entries there are now. Time: linear. Collects: no. User code: no. */
GC__API size_t gc_weak_dict_count(const gc_weak_dict *dict);

/* The value of a key, with a reference that the caller owns. NULL when there is none, and when it fails. */
GC__API void *gc_weak_dict_get(const gc_weak_dict *dict, const void *key);

/* Whether there is an entry; false also when it fails. */
GC__API bool gc_weak_dict_contains(const gc_weak_dict *dict, const void *key);

/* Gives a key a value, in place of its old one. With weak values the entry then has the given key, with weak keys it keeps
 * its first. Returns false when it fails, also where the weak side cannot be watched: it is dying, or as said above. */
GC__API bool gc_weak_dict_set(gc_weak_dict *dict, const void *key, const void *value);

/* Removes an entry. Returns whether there was one; false also when it fails. */
GC__API bool gc_weak_dict_remove(gc_weak_dict *dict, const void *key);

/* Removes all entries. */
GC__API void gc_weak_dict_clear(gc_weak_dict *dict);

/* Gives back the memory of entries that are gone; returns how many there were. Time: linear. Collects: no. */
GC__API size_t gc_weak_dict_purge(gc_weak_dict *dict);

/* Going through the entries, oldest first, as through a gc_dict; but the caller owns the key and the value that it is given. Either pointer
 * may be NULL. Entries that are gone are passed over; that one goes is no change of the table. */
typedef struct gc_weak_dict_iterator {
    const gc_weak_dict *dict;
    bool changed;
    uint32_t gc__position;
    uint64_t gc__version;
} gc_weak_dict_iterator;

/* Before the oldest entry; and the next one: false at the end, and when the table has changed. Collects: no. User code: no. */
GC__API gc_weak_dict_iterator gc_weak_dict_iterate(const gc_weak_dict *dict);
GC__API bool gc_weak_dict_next(gc_weak_dict_iterator *iterator, void **key, void **value);

GC__END_C

#endif
