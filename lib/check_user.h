/* SPDX-License-Identifier: MIT */
/* check_user.h: what a checked heap keeps of a type, and how it calls user code.
 *
 * In a checked heap a type's functions are replaced by some of the library's, which call them and look at what they do. So the calls
 * themselves, everywhere else, know nothing of checks. */
#ifndef LIBGC_LIB_CHECK_USER_H
#define LIBGC_LIB_CHECK_USER_H

#include "lib/heap.h"

/* A line of a description, as it was when the type was registered. */
typedef struct gc__checked_line {
    gc_item item;
    gc_value_rule rule;
} gc__checked_line;

typedef struct gc__checked_type {
    gc_traverse_function traverse; /* the type's own */
    gc_clear_function clear;
    gc_finalize_function finalize;
    gc_destroy_function destroy;
    gc_type_info info;
    gc__checked_line lines[];
} gc__checked_type;

/* A type of a checked heap is being registered. False: no memory. */
bool gc__check_type_open(gc_heap *heap, gc__type *type);
/* Puts the library's functions in place of the type's. */
void gc__check_user_open(gc__type *type);
/* The description of a type of a checked heap is what it was. */
void gc__check_type(gc_heap *heap, const gc__type *type);

/* Of a checked heap: these make the call. */
void gc__check_weak_callback(gc_heap *heap, gc_weak_function function, gc_weak *weak, void *context);
void gc__check_collect_callback(gc_heap *heap, const gc__callback *callback, enum gc_collect_phase phase, const gc_collect_info *info);

/* Of a checked heap: no call of user code was left without returning. */
void gc__check_left(const gc_heap *heap);

/* Of a checked heap, while a type's `clear` runs: it retains, or releases, an object. */
void gc__check_clearing(gc_heap *heap, gc_object *object, bool release);

#endif
