/* SPDX-License-Identifier: MIT */
/* type.h: a registered type: its description, compiled into what the collector reads. */
#ifndef LIBGC_LIB_TYPE_H
#define LIBGC_LIB_TYPE_H

#include <libgc/container.h>
#include <libgc/type.h>

#include <stdbool.h>
#include <stddef.h>

struct gc__class;

/* What the library's own types need beyond references. */
enum gc__builtin {
    GC__NOT_BUILTIN,
    GC__WEAK,          /* gc_weak without callback: acyclic */
    GC__WEAK_CALLBACK, /* gc_weak with callback; one reference, to what it holds */
    GC__EPHEMERON      /* its one reference, the value, is followed only while the key lives */
};

/* One line of the description that is not a plain reference. */
typedef struct gc__op {
    uint32_t kind; /* enum gc__item_kind */
    uint32_t offset;
    uint32_t item_size;
    uint32_t count; /* inline arrays; else 0 */
    uint32_t count_offset, count_size;
    const gc_value_rule *rule;
    const char *name;
} gc__op;

typedef struct gc__type {
    gc_type hot;         /* what creation reads */
    /* What the collector reads of every object's type, in the same cache line.
     * References are the plain ones, then those of the operations, then those of the traverse: the order of the list, as long as
     * the list names its plain references first; otherwise all of them are operations. */
    const uint32_t *refs; /* offsets */
    const gc__op *ops;
    uint32_t ref_count;
    uint32_t op_count;
    bool only_refs;   /* all it refers to is in `refs`, and it is no ephemeron */
    bool plain_death; /* no check, finalizer, destroy, storage, traverse or builtin: dying is dropping `refs` and `ops` */
    bool described;   /* all it refers to is in `refs` and `ops`, and it is no ephemeron */
    bool owns_memory; /* some line has storage of the heap */
    enum gc__builtin builtin;
    gc_heap *heap;
    struct gc__class *klass; /* NULL: too large for a class, or without a fixed size */
    struct gc__bin *bin;     /* hot.gc__bin once gc_create has seen that the struct has the type's size */
    gc_traverse_function traverse;
    gc_clear_function clear;
    gc_finalize_function finalize;
    gc_destroy_function destroy;
    gc_hash_function hash;
    gc_equal_function equal;
    gc_repr_function repr;
    uint32_t birth_count; /* the count word of a newborn object */
    uint32_t number;
    uint32_t size;
    uint32_t alignment;
    uint32_t flags;
    uint32_t flex_offset, flex_item_size; /* of the flexible array, 0: none */
    uint32_t flex_count_offset, flex_count_size;
    uint32_t flex_small; /* an object with fewer elements than this is small; 0 where small_classes is NULL */
    struct gc__class *small_classes; /* whose inline path serves all small sizes; NULL: none does */
    uint32_t trailer;  /* bytes at the end of the slot: the link of the queue of deferred finalizers, or 0 */
    size_t figure_objects, figure_bytes; /* of the walk under way that counts by type */
    struct gc__checked_type *checked;    /* of a checked heap (check_user.h); NULL in others */
    const gc_type_info *info;
    const char *name;
} gc__type;

_Static_assert(offsetof(gc__type, klass) <= 64, "what collections read of a type is one cache line");

/* Registers the library's own types, when a heap is opened. */
bool gc__types_open(gc_heap *heap);
/* Registers a type of lib/containers under its number, once. NULL with GC_ERROR_MEMORY. */
gc__type *gc__type_add_container(gc_heap *heap, const gc_type_info *info, enum gc__container number);

/* Checks a description. On a fault records GC_ERROR_TYPE with the type's and the member's names and returns false. */
bool gc__type_check(gc_heap *heap, const gc_type_info *info);
/* Fills in `type` from a checked description; its arrays are raw memory of the heap. False: no memory. */
bool gc__type_compile(gc_heap *heap, gc__type *type, const gc_type_info *info);

/* The name of the field of `type` at `offset`, with the index in it; "" when no line of the description covers it. */
const char *gc__type_field_at(const gc__type *type, const gc_object *object, const void *address, size_t *index);

#endif
