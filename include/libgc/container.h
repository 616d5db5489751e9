/* SPDX-License-Identifier: MIT */
/* container.h: what all ready-made containers have in common.
 *
 * gc_string, gc_bytes, gc_integer and gc_float are atoms: immutable, acyclic, never looked at by a collection. The others hold references
 * and can be in cycles, which the collector finds. All are objects like any other: they have a count, may be stored in fields of any type
 * (GC_REFS), watched weakly, and shown by inspect.h; gc_type_name_of gives "gc_list" and so on.
 *
 * Rules for all of them, which the comments of the calls do not repeat:
 * - What creates takes the heap, and returns an owned reference; or NULL, and gc_last_error says why.
 * - An item that is given is borrowed: a container that keeps it retains it. An item that is shown (get) is borrowed from
 *   the container, and valid while the container holds it; one that is taken out (pop, take) is owned by the caller.
 * - Items are objects of the container's heap. NULL is an item too where a header says so: it means nothing, and is equal only to itself.
 * - A call that fails leaves the container as it was, unless its comment says otherwise. GC_ERROR_MEMORY is possible wherever something
 *   grows, and the first container of a heap can also fail with GC_ERROR_SYSTEM (no random key for its hashes).
 * - User code may run inside a call, and may change the container: finalizers and weak callbacks of what dies, a type's gc_hash,
 *   gc_equal and repr. The call stays safe; where it could not go on it fails with GC_ERROR_CHANGED. The caller
 *   holds the container meanwhile.
 * - Creation may collect, as gc_create may; nothing else does, except where memory has run out (gc_alloc). What makes a copy, a slice, a
 *   union, or the string for a new key, is a creation.
 * - User code that runs inside a call returns to it. Where longjmp or an exception leaves it instead, docs/misuse.md says what is lost. */
#ifndef LIBGC_CONTAINER_H
#define LIBGC_CONTAINER_H

#include <libgc/object.h>

#include <stdbool.h>

GC__BEGIN_C

/* The type numbers of containers, the same in every heap: the inline type tests depend on them. */
enum gc__container {
    GC__CONTAINERS_FIRST = 8,
    GC__CONTAINER_STRING = GC__CONTAINERS_FIRST,
    GC__CONTAINER_INTERNED, /* a gc_string that is in the table of interned ones */
    GC__CONTAINER_BYTES,
    GC__CONTAINER_INTEGER,
    GC__CONTAINER_FLOAT,
    GC__CONTAINER_TUPLE,
    GC__CONTAINER_LIST,
    GC__CONTAINER_CELL,
    GC__CONTAINER_DICT,
    GC__CONTAINER_SET,
    GC__CONTAINER_WEAK_KEY_DICT,
    GC__CONTAINER_WEAK_VALUE_DICT,
    GC__CONTAINER_FUNCTION,
    GC__CONTAINER_GENERATOR,
    GC__CONTAINER_CLEANED_GENERATOR, /* one with a clean-up */
    GC__CONTAINERS_END = 32 /* the first number of a program's types */
};

#define GC__TYPE_NUMBER_MASK 0x3fffffu

static inline bool gc__is_container(const void *object, enum gc__container number)
{
    return object && (((const gc_object *)object)->gc__kind & GC__TYPE_NUMBER_MASK) == (uint32_t)number;
}

/* A position that is none: what a search gives when there is nothing to be found. */
#define GC_NO_INDEX SIZE_MAX

GC__END_C

#endif
