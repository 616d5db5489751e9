/* SPDX-License-Identifier: MIT */
/* key.h: looking up a key in a table: its hash, and the equality that its type asks for.
 *
 * Objects of different types are equal only if both are strings, or both numbers. So looking up a string or a number runs no user code,
 * and neither does a key of a type that compares by identity; only tuples and the program's own types do. */
#ifndef LIBGC_CONTAINERS_KEY_H
#define LIBGC_CONTAINERS_KEY_H

#include "lib/containers/containers.h"
#include "lib/containers/table.h"

enum gc__key_kind {
    GC__KEY_STRING,
    GC__KEY_INTEGER,
    GC__KEY_IDENTITY,
    GC__KEY_OTHER
};

/* A key that is looked up. */
typedef struct gc__key {
    const void *object;
    const gc__table *table; /* where */
    uint64_t version;       /* of the table, when the lookup began */
    uint32_t hash;
    enum gc__key_kind kind;
} gc__key;

/* Bytes that are looked up as if they were a string. */
typedef struct gc__text {
    const char *bytes;
    size_t length;
    uint64_t hash;
} gc__text;

/* `owner` is the object that the table is in. */

/* Hashes a key. False: NULL, or it has no hash; recorded. */
bool gc__key_open(const void *owner, gc__key *key, const void *object);
/* A key that is in a table, with the hash it has there. */
gc__key gc__key_stored(const void *object, uint32_t hash);
/* Hashes bytes as a string. False: recorded. */
bool gc__text_open(const void *owner, gc__text *text);

/* Looks a key up in a table whose entries begin with it. FOUND, ABSENT or FAILED; where user code has changed the table meanwhile, it has
 * looked again. */
enum gc__table_found gc__key_find(const void *owner, const gc__table *table, unsigned width, gc__key *key, gc__table_place *place);

/* The match of two keys with user code between them. */
enum gc__table_found gc__key_match_slow(const gc__key *key, const void *stored);
/* Records that a table changed under one lookup after the other. Returns FAILED. */
enum gc__table_found gc__key_gave_up(const void *owner);

/* How often a lookup begins again when user code has changed the table under it. */
enum { GC__KEY_TRIES = 16 };

/* The hash, in tables, of an object that is equal to itself alone. Nobody outside chooses addresses, so it needs no key. */
static inline uint32_t gc__key_identity_hash(const void *object)
{
    return (uint32_t)((uint64_t)(uintptr_t)object * 0x9e3779b97f4a7c15u >> 32);
}

/* The matches of the kinds of keys. The context is the key's object, but for the last two. */

GC__ALWAYS_INLINE enum gc__table_found gc__match_string(const void *context, const void *stored)
{
    if (stored == context)
        return GC__FOUND;
    return gc__number_of(stored) - GC__CONTAINER_STRING <= 1 && gc_string_equal(stored, context) ? GC__FOUND : GC__ABSENT;
}

GC__ALWAYS_INLINE enum gc__table_found gc__match_integer(const void *context, const void *stored)
{
    if (stored == context)
        return GC__FOUND;
    if (GC__LIKELY(gc__number_of(stored) == GC__CONTAINER_INTEGER))
        return gc_integer_value(stored) == gc_integer_value(context) ? GC__FOUND : GC__ABSENT;
    return gc_float_is(stored) && gc__number_equal(context, stored) ? GC__FOUND : GC__ABSENT;
}

GC__ALWAYS_INLINE enum gc__table_found gc__match_identity(const void *context, const void *stored)
{
    return stored == context ? GC__FOUND : GC__ABSENT;
}

GC__ALWAYS_INLINE enum gc__table_found gc__match_other(const void *context, const void *stored)
{
    const gc__key *key = context;
    return stored == key->object ? GC__FOUND : gc__key_match_slow(key, stored);
}

GC__ALWAYS_INLINE enum gc__table_found gc__match_text(const void *context, const void *stored)
{
    const gc__text *text = context;
    const gc_string *string = stored;
    return gc__number_of(stored) - GC__CONTAINER_STRING <= 1 && string->gc__length == text->length &&
           memcmp(gc_string_bytes(string), text->bytes, text->length) == 0 ? GC__FOUND : GC__ABSENT;
}

/* gc__key_open and gc__key_find in one, without a call for strings and integers whose hash is known, and for what is equal to itself
 * alone. `hash` is not set where it fails. */
GC__ALWAYS_INLINE enum gc__table_found gc__key_look_up(const void *owner, const gc__table *table, unsigned width, const void *object,
                                                       uint32_t *hash, gc__table_place *place)
{
    if (GC__LIKELY(object != NULL)) {
        uint32_t kind = ((const gc_object *)object)->gc__kind, number = (kind & GC__TYPE_MASK) - GC__CONTAINER_STRING;
        if (number <= 1 && GC__LIKELY(((const gc_string *)object)->gc__hash != 0)) {
            *hash = (uint32_t)((const gc_string *)object)->gc__hash;
            return gc__table_find(table, width, *hash, gc__match_string, object, place);
        }
        if (number == GC__CONTAINER_INTEGER - GC__CONTAINER_STRING && GC__LIKELY(((const gc_integer *)object)->gc__hash != 0)) {
            *hash = (uint32_t)((const gc_integer *)object)->gc__hash;
            return gc__table_find(table, width, *hash, gc__match_integer, object, place);
        }
        if (!(kind & GC__BY_VALUE)) {
            *hash = gc__key_identity_hash(object);
            return gc__table_find(table, width, *hash, gc__match_identity, object, place);
        }
    }
    gc__key key;
    gc__table_place where = { 0, 0 };
    enum gc__table_found found = gc__key_open(owner, &key, object) ? gc__key_find(owner, table, width, &key, &where) : GC__FAILED;
    *hash = key.hash;
    *place = where;
    return found;
}

#endif
