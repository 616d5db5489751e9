/* SPDX-License-Identifier: MIT */
/* key.c: the slow ends of looking up a key: hashes that must be computed, equality that is user code. */
#include "lib/containers/key.h"

static enum gc__key_kind key_kind_of(const void *object)
{
    switch (gc__number_of(object)) {
    case GC__CONTAINER_STRING:
    case GC__CONTAINER_INTERNED: return GC__KEY_STRING;
    case GC__CONTAINER_INTEGER: return GC__KEY_INTEGER;
    default: return ((const gc_object *)object)->gc__kind & GC__BY_VALUE ? GC__KEY_OTHER : GC__KEY_IDENTITY;
    }
}

bool gc__key_open(const void *owner, gc__key *key, const void *object)
{
    gc_heap *heap = gc__heap_of(owner);
    uint64_t hash = 0;
    memset(key, 0, sizeof *key);
    if (!object) {
        gc__fail(heap, GC_ERROR_ARGUMENT, "NULL is no key; store a gc_cell or an object that stands for nothing");
        return false;
    }
    key->object = object;
    key->kind = key_kind_of(object);
    if (key->kind == GC__KEY_IDENTITY)
        key->hash = gc__key_identity_hash(object);
    else if (gc__hash_of(heap, object, &hash))
        key->hash = (uint32_t)hash;
    else
        return false;
    return true;
}

gc__key gc__key_stored(const void *object, uint32_t hash)
{
    return (gc__key){ .object = object, .hash = hash, .kind = key_kind_of(object) };
}

void gc__text_open(const void *owner, gc__text *text)
{
    text->hash = gc__hash_siphash(gc__heap_of(owner)->containers, text->bytes, text->length);
}

enum gc__table_found gc__key_find(const void *owner, const gc__table *table, unsigned width, gc__key *key, gc__table_place *place)
{
    switch (key->kind) {
    case GC__KEY_STRING: return gc__table_find(table, width, key->hash, gc__match_string, key->object, place);
    case GC__KEY_INTEGER: return gc__table_find(table, width, key->hash, gc__match_integer, key->object, place);
    case GC__KEY_IDENTITY: return gc__table_find(table, width, key->hash, gc__match_identity, key->object, place);
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

gc__key_place gc__key_look_up_slow(const void *owner, const gc__table *table, unsigned width, const void *object)
{
    gc__key key;
    gc__key_place result = { .found = GC__FAILED };
    if (gc__key_open(owner, &key, object)) {
        result.found = gc__key_find(owner, table, width, &key, &result.place);
        result.hash = key.hash;
    }
    return result;
}

enum gc__table_found gc__key_match_slow(const gc__key *key, const void *stored)
{
    gc_heap *heap = gc__heap_of(stored);
    bool equal = false;
    bool known = gc__equal_of(heap, stored, key->object, &equal);
    if (key->table->version != key->version)
        return GC__CHANGED;
    return !known ? GC__FAILED : equal ? GC__FOUND : GC__ABSENT;
}

enum gc__table_found gc__key_gave_up(const void *owner)
{
    gc__fail(gc__heap_of(owner), GC_ERROR_CHANGED, "the equality of the key looked up changed the table %d times in a row",
             GC__KEY_TRIES);
    return GC__FAILED;
}
