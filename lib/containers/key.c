/* SPDX-License-Identifier: MIT */
/* key.c: the slow ends of looking up a key: hashes that must be computed, equality that is user code. */
#include "lib/containers/key.h"

static enum gc__key_kind key_kind_of(const gc_heap *heap, const void *object)
{
    switch (gc__number_of(object)) {
    case GC__CONTAINER_STRING:
    case GC__CONTAINER_INTERNED: return GC__KEY_STRING;
    case GC__CONTAINER_INTEGER: return GC__KEY_INTEGER;
    default: return gc__type_of(heap, object)->equal ? GC__KEY_OTHER : GC__KEY_IDENTITY;
    }
}

bool gc__key_open_slow(const void *owner, gc__key *key)
{
    gc_heap *heap = gc__heap_of(owner);
    uint64_t hash = 0;
    if (!key->object) {
        gc__fail(heap, GC_ERROR_ARGUMENT, "NULL is no key; store a gc_cell or an object that stands for nothing");
        return false;
    }
    if (!gc__hash_of(heap, key->object, &hash))
        return false;
    key->hash = (uint32_t)hash;
    key->kind = key_kind_of(heap, key->object);
    return true;
}

gc__key gc__key_stored(const void *object, uint32_t hash)
{
    return (gc__key){ .object = object, .hash = hash, .kind = key_kind_of(gc__heap_of(object), object) };
}

bool gc__text_open(const void *owner, gc__text *text)
{
    gc__containers *state = gc__containers_of(gc__heap_of(owner));
    if (!state)
        return false;
    text->hash = gc__hash_siphash(state, text->bytes, text->length);
    return true;
}

enum gc__table_found gc__key_match_slow(const gc__key *key, const void *stored)
{
    gc_heap *heap = gc__heap_of(stored);
    bool numbers = gc_float_is(key->object) || gc_float_is(stored);
    if (!numbers && gc__number_of(stored) != gc__number_of(key->object))
        return GC__ABSENT;
    bool equal = false;
    bool known = gc__equal_of(heap, stored, key->object, &equal);
    if (!numbers && key->table->version != key->version)
        return GC__CHANGED;
    return !known ? GC__FAILED : equal ? GC__FOUND : GC__ABSENT;
}

enum gc__table_found gc__key_gave_up(const void *owner)
{
    gc__fail(gc__heap_of(owner), GC_ERROR_CHANGED, "the equality of the key looked up changed the table %d times in a row",
             GC__KEY_TRIES);
    return GC__FAILED;
}
