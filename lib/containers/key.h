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
/* Hashes bytes as a string. */
void gc__text_open(const void *owner, gc__text *text);

/* Looks a key up in a table whose entries begin with it. FOUND, ABSENT or FAILED; where user code has changed the table meanwhile, it has
 * looked again. */
enum gc__table_found gc__key_find(const void *owner, const gc__table *table, unsigned width, gc__key *key, gc__table_place *place);

/* The match of two keys with user code between them. */
enum gc__table_found gc__key_match_slow(const gc__key *key, const void *stored);
/* Records that a table changed under one lookup after the other. Returns FAILED. */
enum gc__table_found gc__key_gave_up(const void *owner);

/* How often a lookup begins again when user code has changed the table under it. */
enum { GC__KEY_TRIES = 16 };

/* The hash, in tables, of an object that is equal to itself alone. Nobody outside chooses addresses, so it needs no key. Addresses come in
 * steps of one size and of a slab's: a multiplication alone leaves some such rows in few groups. */
static inline uint32_t gc__key_identity_hash(const void *object)
{
    uint64_t address = (uintptr_t)object;
    return (uint32_t)((address ^ address >> 15) * 0xd6e8feb86659fd93u >> 32);
}

/* The matches of the kinds of keys. The context is the key's object, but for the last two. */

GC__ALWAYS_INLINE enum gc__table_found gc__match_string(const void *context, const void *stored)
{
    if (stored == context)
        return GC__FOUND;
    return gc__number_of(stored) - GC__CONTAINER_STRING <= 1 && gc_string_equal(stored, context) ? GC__FOUND : GC__ABSENT;
}

/* Two integers alone: without a call, whoever inlines it needs no room on the stack. */
GC__ALWAYS_INLINE enum gc__table_found gc__match_integers(const void *context, const void *stored)
{
    if (stored == context)
        return GC__FOUND;
    if (GC__LIKELY(gc__number_of(stored) == GC__CONTAINER_INTEGER))
        return gc_integer_value(stored) == gc_integer_value(context) ? GC__FOUND : GC__ABSENT;
    return gc_float_is(stored) ? GC__UNSURE : GC__ABSENT;
}

GC__ALWAYS_INLINE enum gc__table_found gc__match_integer(const void *context, const void *stored)
{
    enum gc__table_found found = gc__match_integers(context, stored);
    if (GC__UNLIKELY(found == GC__UNSURE))
        return gc__number_equal(context, stored) ? GC__FOUND : GC__ABSENT;
    return found;
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

/* What a lookup of a key came to, in two registers. */
typedef struct gc__key_place {
    enum gc__table_found found;
    uint32_t hash; /* not set where it failed */
    gc__table_place place;
} gc__key_place;

/* gc__key_open and gc__key_find in one. */
gc__key_place gc__key_look_up_slow(const void *owner, const gc__table *table, unsigned width, const void *object);

GC__ALWAYS_INLINE gc__key_place gc__key_find_inline(const gc__table *table, unsigned width, uint32_t hash, gc__table_match match,
                                                    const void *object)
{
    gc__key_place result = { .hash = hash };
    result.found = gc__table_find(table, width, hash, match, object, &result.place);
    return result;
}

/* The same, without a call for strings and integers whose hash is known, and for what is equal to itself alone. */
GC__ALWAYS_INLINE gc__key_place gc__key_look_up(const void *owner, const gc__table *table, unsigned width, const void *object)
{
    if (GC__LIKELY(object != NULL)) {
        uint32_t kind = ((const gc_object *)object)->gc__kind, number = (kind & GC__TYPE_MASK) - GC__CONTAINER_STRING;
        if (!(kind & GC__BY_VALUE))
            return gc__key_find_inline(table, width, gc__key_identity_hash(object), gc__match_identity, object);
        if (number <= 1 && GC__LIKELY(((const gc_string *)object)->gc__hash != 0))
            return gc__key_find_inline(table, width, (uint32_t)((const gc_string *)object)->gc__hash, gc__match_string, object);
        if (number == GC__CONTAINER_INTEGER - GC__CONTAINER_STRING && GC__LIKELY(((const gc_integer *)object)->gc__hash != 0)) {
            uint32_t hash = (uint32_t)((const gc_integer *)object)->gc__hash;
            gc__key_place result = gc__key_find_inline(table, width, hash, gc__match_integers, object);
            if (GC__LIKELY(result.found != GC__UNSURE))
                return result;
        }
    }
    return gc__key_look_up_slow(owner, table, width, object);
}

/* How a key that is only to be found can be looked up without a call, and its hash. ADDRESS: where all keys of a table are equal to
 * themselves alone, no other object can be equal to one of them, so what the object is need not be known: its header, which may be far
 * away, is not read. */
enum gc__key_way { GC__KEY_BY_ADDRESS, GC__KEY_BY_INTEGER, GC__KEY_BY_CALL };

GC__ALWAYS_INLINE enum gc__key_way gc__key_way_of(const gc__table *table, const void *object, uint32_t *hash)
{
    if (GC__UNLIKELY(!object))
        return GC__KEY_BY_CALL;
    if (!(table->kinds & GC__TABLE_BY_VALUE)) {
        *hash = gc__key_identity_hash(object);
        return GC__KEY_BY_ADDRESS;
    }
    if (gc__number_of(object) != GC__CONTAINER_INTEGER || ((const gc_integer *)object)->gc__hash == 0)
        return GC__KEY_BY_CALL;
    *hash = (uint32_t)((const gc_integer *)object)->gc__hash;
    return GC__KEY_BY_INTEGER;
}

/* What a table is told of a key that it gets. */
static inline uint32_t gc__key_kinds(const void *object)
{
    uint32_t kind = ((const gc_object *)object)->gc__kind, number = (kind & GC__TYPE_MASK) - GC__CONTAINER_STRING;
    if (!(kind & GC__BY_VALUE))
        return 0;
    return number <= 1 || number == GC__CONTAINER_INTEGER - GC__CONTAINER_STRING ? GC__TABLE_BY_VALUE : GC__TABLE_BY_VALUE | GC__TABLE_ASKS;
}

#endif
