/* SPDX-License-Identifier: MIT */
/* containers.h: the state that a heap has for its containers, made when first needed, and the protocols as containers use them. */
#ifndef LIBGC_LIB_CONTAINERS_H
#define LIBGC_LIB_CONTAINERS_H

#include "lib/header.h"
#include "lib/heap.h"

#define GC__SMALL_INTEGERS (GC_SMALL_INTEGER_MAX - GC_SMALL_INTEGER_MIN + 1)
#define GC__EMPTY_STRING 256 /* after those of a single byte */

/* Interned strings, held by nobody here (intern.c): open addressing, linear probing. */
typedef struct gc__intern_table {
    struct gc__intern_entry *entries;
    size_t capacity; /* a power of two, or 0 */
    size_t used;
} gc__intern_table;

typedef struct gc__containers {
    gc_type *types[GC__CONTAINERS_END]; /* by number; NULL: not registered yet */
    uint64_t key[2];                    /* of SipHash */
    uint64_t mix[2];                    /* of gc__hash_mix; odd the second */
    gc__intern_table interned;
    /* Singletons, immortal; each made when first asked for. */
    gc_tuple *empty_tuple;
    gc_bytes *empty_bytes;
    gc_string *strings[GC__EMPTY_STRING + 1];
    gc_integer *integers[GC__SMALL_INTEGERS];
} gc__containers;

/* The descriptions, each in the file of its type; state.c has them by number. */
extern const gc_type_info gc__string_info, gc__interned_info, gc__bytes_info, gc__integer_info, gc__float_info, gc__tuple_info,
    gc__list_info, gc__cell_info, gc__dict_info, gc__set_info, gc__weak_key_dict_info, gc__weak_value_dict_info, gc__function_info,
    gc__generator_info, gc__cleaned_generator_info;

/* Makes the state. NULL with GC_ERROR_MEMORY or GC_ERROR_SYSTEM. */
gc__containers *gc__containers_open(gc_heap *heap);
/* Registers a container's type. NULL as above. */
gc_type *gc__container_register(gc_heap *heap, enum gc__container number);

static inline gc__containers *gc__containers_of(gc_heap *heap)
{
    return GC__LIKELY(heap->containers != NULL) ? heap->containers : gc__containers_open(heap);
}

/* The type to create a container with. NULL: it failed, and the heap says why. */
static inline gc_type *gc__container_type(gc_heap *heap, enum gc__container number)
{
    gc__containers *state = heap->containers;
    return GC__LIKELY(state && state->types[number]) ? state->types[number] : gc__container_register(heap, number);
}

/* --- Storage -------------------------------------------------------------------------------------------------- */

/* Storage is resized by gc__raw_resize, which never collects, so no user code can change the container to which the block belongs. Where it
 * fails the container calls this, which collects if that is possible, looks at itself again, and tries once more. */
void gc__storage_short(gc_heap *heap);

/* --- Repr ------------------------------------------------------------------------------------------------------- */

/* Writes bytes as a literal of Python; those above 127 as they are (`plain`), or escaped. */
void gc__repr_quoted(gc_repr_writer *writer, const char *bytes, size_t length, bool plain);

/* --- Hash and equality ---------------------------------------------------------------------------------------- */

/* SipHash-2-4 with the heap's key; never 0, which stands for "not computed yet" where a hash is kept. */
uint64_t gc__hash_siphash(const gc__containers *state, const void *bytes, size_t n);

/* The protocols of strings, interned or not. */
bool gc__string_hash(const void *object, uint64_t *hash);
void gc__string_repr(const void *object, gc_repr_writer *writer);

/* Whether an integer and a float have the same value, exactly. */
bool gc__number_equal(const gc_integer *integer, const gc_float *number);

/* gc_hash and gc_equal for what the inline functions below leave open. `object`, `a` and `b` are not NULL. */
bool gc__hash_slow(gc_heap *heap, const void *object, uint64_t *hash);
bool gc__equal_slow(gc_heap *heap, const void *a, const void *b, bool *equal);

static inline uint32_t gc__number_of(const void *object)
{
    return ((const gc_object *)object)->gc__kind & GC__TYPE_MASK;
}

/* A keyed mix of one word, for addresses and for what users' functions return: a folded multiplication with a secret number. Some such
 * numbers leave words in a row in few places; the second multiplication spreads those too, in the low bits as in the high ones. */
static inline uint64_t gc__hash_mix(const gc__containers *state, uint64_t word)
{
    __extension__ unsigned __int128 product = (unsigned __int128)(word ^ state->mix[0]) * state->mix[1];
    word = (uint64_t)product ^ (uint64_t)(product >> 64);
    word = (word ^ word >> 32) * 0xd6e8feb86659fd93u;
    return word ^ word >> 29;
}

/* gc_hash of an object that is not NULL. Strings, bytes and integers, whose numbers are in a row, keep theirs in the same place. */
static inline bool gc__hash_of(gc_heap *heap, const void *object, uint64_t *hash)
{
    if (gc__number_of(object) - GC__CONTAINER_STRING <= GC__CONTAINER_INTEGER - GC__CONTAINER_STRING) {
        *hash = ((const gc_string *)object)->gc__hash;
        if (GC__LIKELY(*hash != 0))
            return true;
    }
    return gc__hash_slow(heap, object, hash);
}

_Static_assert(offsetof(gc_string, gc__hash) == offsetof(gc_bytes, gc__hash) &&
               offsetof(gc_string, gc__hash) == offsetof(gc_integer, gc__hash), "kept hashes are read without a look at the type");
_Static_assert(GC__CONTAINER_INTERNED == GC__CONTAINER_STRING + 1 && GC__CONTAINER_BYTES == GC__CONTAINER_STRING + 2 &&
               GC__CONTAINER_INTEGER == GC__CONTAINER_STRING + 3, "types with a kept hash have numbers in a row");

/* gc_equal; either may be NULL. */
static inline bool gc__equal_of(gc_heap *heap, const void *a, const void *b, bool *equal)
{
    *equal = a == b;
    if (a == b || !a || !b)
        return true;
    uint32_t x = gc__number_of(a) - GC__CONTAINER_STRING, y = gc__number_of(b) - GC__CONTAINER_STRING;
    if (x <= 1 && y <= 1) {
        *equal = gc_string_equal(a, b);
        return true;
    }
    return gc__equal_slow(heap, a, b, equal);
}

/* Brackets each call of a type's hash, equal or repr. False: too many are within each other, or in the outermost. */
static inline bool gc__protocol_enter(gc_heap *heap)
{
    if (heap->protocol_depth == 0)
        heap->protocol_calls = 0;
    if (heap->protocol_depth >= GC_NESTING_MAX || heap->protocol_calls >= GC_NESTED_CALLS_MAX)
        return false;
    heap->protocol_depth++;
    heap->protocol_calls++;
    return true;
}

static inline void gc__protocol_leave(gc_heap *heap)
{
    heap->protocol_depth--;
}

#endif
