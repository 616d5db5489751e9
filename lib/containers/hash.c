/* SPDX-License-Identifier: MIT */
/* hash.c: keyed hashes, and equality. SipHash is libsodium's: made for tables, so that who does not know the key can choose no keys that
 * collide. What is not bytes is mixed with a key of its own. */
#include "lib/containers/containers.h"

#include "lib/check.h"

#include <sodium/crypto_shorthash_siphash24.h>

_Static_assert(crypto_shorthash_siphash24_KEYBYTES == sizeof(((gc__containers *)0)->key), "the key is SipHash's");
_Static_assert(crypto_shorthash_siphash24_BYTES == sizeof(uint64_t), "a hash is SipHash's");

#define HASH_NULL 0x4e554c4cu /* nothing: not secret, and as good as any */

uint64_t gc__hash_siphash(const gc__containers *state, const void *bytes, size_t n)
{
    uint64_t hash;
    crypto_shorthash_siphash24((unsigned char *)&hash, bytes, n, (const unsigned char *)state->key);
    return hash ? hash : 1;
}

bool gc_hash_bytes(gc_heap *heap, const void *bytes, size_t n, uint64_t *hash)
{
    gc__check_heap(heap);
    const gc__containers *state = gc__containers_of(heap);
    if (!state)
        return false;
    *hash = gc__hash_siphash(state, bytes, n);
    return true;
}

static bool hash_refused(gc_heap *heap, const char *what, const void *object)
{
    const char *name = gc__type_of(heap, object)->name;
    if (heap->protocol_depth >= GC_NESTING_MAX)
        gc__fail(heap, GC_ERROR_LIMIT, "%s of an object of type '%s': more than %d within each other; a cycle, or too deep", what, name,
                 GC_NESTING_MAX);
    else
        gc__fail(heap, GC_ERROR_LIMIT, "%s of an object of type '%s': more than %d calls in one; parts are shared again and again, or "
                 "there are too many", what, name, GC_NESTED_CALLS_MAX);
    return false;
}

/* Immutable containers without references: their protocols are the library's, and call nobody. */
static bool hash_is_atom(const gc__type *type)
{
    return type->number < GC__CONTAINERS_END && type->flags & GC_ACYCLIC;
}

bool gc__hash_slow(gc_heap *heap, const void *object, uint64_t *hash)
{
    const gc__containers *state = gc__containers_of(heap);
    if (!state)
        return false;
    const gc__type *type = gc__type_of(heap, object);
    if (!type->hash) {
        if (type->equal) {
            gc__fail(heap, GC_ERROR_TYPE, "an object of type '%s' cannot be a key: its type has GC_EQUAL and no GC_HASH", type->name);
            return false;
        }
        *hash = gc__hash_mix(state, (uint64_t)(uintptr_t)object);
        return true;
    }
    if (hash_is_atom(type))
        return type->hash(object, hash);
    if (!gc__protocol_enter(heap))
        return hash_refused(heap, "the hash", object);
    gc__retain((gc_object *)object);
    bool done = type->hash(object, hash);
    gc__protocol_leave(heap);
    gc_release(object);
    /* A hash of the program's own may be as plain as a number; those of containers are keyed already. */
    if (done && type->number >= GC__CONTAINERS_END)
        *hash = gc__hash_mix(state, *hash);
    return done;
}

bool gc_hash(const void *object, uint64_t *hash)
{
    if (!object) {
        *hash = HASH_NULL;
        return true;
    }
    gc_heap *heap = gc__heap_of(object);
    gc__check_heap(heap);
    return gc__hash_of(heap, object, hash);
}

bool gc__equal_slow(gc_heap *heap, const void *a, const void *b, bool *equal)
{
    const gc__type *type = gc__type_of(heap, a), *other = gc__type_of(heap, b);
    *equal = false;
    if (type != other) {
        if (gc_integer_is(a) && gc_float_is(b))
            *equal = gc__number_equal(a, b);
        else if (gc_float_is(a) && gc_integer_is(b))
            *equal = gc__number_equal(b, a);
        return true;
    }
    if (!type->equal)
        return true;
    if (hash_is_atom(type))
        return type->equal(a, b, equal);
    if (!gc__protocol_enter(heap))
        return hash_refused(heap, "the equality", a);
    gc__retain((gc_object *)a);
    gc__retain((gc_object *)b);
    bool done = type->equal(a, b, equal);
    *equal &= done;
    gc__protocol_leave(heap);
    gc_release(a);
    gc_release(b);
    return done;
}

bool gc_equal(const void *a, const void *b, bool *equal)
{
    *equal = a == b;
    if (a == b || !a || !b)
        return true;
    gc_heap *heap = gc__heap_of(a);
    gc__check_heap(heap);
    return gc__equal_of(heap, a, b, equal);
}
