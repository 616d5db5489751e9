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
bool gc__key_open_slow(const void *owner, gc__key *key);
/* A key that is in a table, with the hash it has there. */
gc__key gc__key_stored(const void *object, uint32_t hash);
/* Hashes bytes as a string. False: recorded. */
bool gc__text_open(const void *owner, gc__text *text);

/* The match of two keys with user code between them. */
enum gc__table_found gc__key_match_slow(const gc__key *key, const void *stored);
/* Records that a table changed under one lookup after the other. Returns FAILED. */
enum gc__table_found gc__key_gave_up(const void *owner);

/* How often a lookup begins again when user code has changed the table under it. */
enum { GC__KEY_TRIES = 16 };

static inline bool gc__key_open(const void *owner, gc__key *key, const void *object)
{
    key->object = object;
    if (GC__LIKELY(object != NULL)) {
        uint32_t number = gc__number_of(object) - GC__CONTAINER_STRING;
        if (number <= 1 || number == GC__CONTAINER_INTEGER - GC__CONTAINER_STRING) {
            uint64_t hash = ((const gc_string *)object)->gc__hash;
            key->kind = number <= 1 ? GC__KEY_STRING : GC__KEY_INTEGER;
            key->hash = (uint32_t)hash;
            if (GC__LIKELY(hash != 0))
                return true;
        }
    }
    return gc__key_open_slow(owner, key);
}

GC__ALWAYS_INLINE enum gc__table_found gc__match_string(const void *context, const void *stored)
{
    const gc__key *key = context;
    if (stored == key->object)
        return GC__FOUND;
    return gc__number_of(stored) - GC__CONTAINER_STRING <= 1 && gc_string_equal(stored, key->object) ? GC__FOUND : GC__ABSENT;
}

GC__ALWAYS_INLINE enum gc__table_found gc__match_integer(const void *context, const void *stored)
{
    const gc__key *key = context;
    if (stored == key->object)
        return GC__FOUND;
    if (GC__LIKELY(gc__number_of(stored) == GC__CONTAINER_INTEGER))
        return gc_integer_value(stored) == gc_integer_value(key->object) ? GC__FOUND : GC__ABSENT;
    return gc_float_is(stored) ? gc__key_match_slow(key, stored) : GC__ABSENT;
}

GC__ALWAYS_INLINE enum gc__table_found gc__match_identity(const void *context, const void *stored)
{
    return stored == ((const gc__key *)context)->object ? GC__FOUND : GC__ABSENT;
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

/* Looks a key up in a table whose entries begin with it. FOUND, ABSENT or FAILED; what user code changed meanwhile has been looked at. */
GC__ALWAYS_INLINE enum gc__table_found gc__key_find(const void *owner, const gc__table *table, unsigned width, gc__key *key,
                                                    gc__table_place *place)
{
    switch (key->kind) {
    case GC__KEY_STRING: return gc__table_find(table, width, key->hash, gc__match_string, key, place);
    case GC__KEY_INTEGER: return gc__table_find(table, width, key->hash, gc__match_integer, key, place);
    case GC__KEY_IDENTITY: return gc__table_find(table, width, key->hash, gc__match_identity, key, place);
    default: break;
    }
    key->table = table;
    for (int tries = 0; tries < GC__KEY_TRIES; tries++) {
        key->version = table->version;
        enum gc__table_found found = gc__table_find(table, width, key->hash, gc__match_other, key, place);
        if (found != GC__CHANGED)
            return found;
    }
    return gc__key_gave_up(owner);
}

#endif
