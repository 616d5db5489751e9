/* SPDX-License-Identifier: MIT */
/* object.h: the objects of a workload, on whatever allocator or collector this program is built for, so that all do the same work.
 * One of by_hand.h, counted.h and traced.h, chosen by a macro of the build, gives these:
 *
 *   OBJECT_HEAD                      what an object begins with, in place of its first member
 *   OBJECT_TYPE(NAME, TYPE, BYTES, FIELDS)
 *                                    NAME_create(), NAME_release(object) for objects of so many bytes. FIELDS is a list macro: it
 *                                    applies its argument to the name of each field that owns a reference: they are NULL at first
 *   OBJECT_LEAF_TYPE(NAME, TYPE)     the same for objects that refer to nothing
 *   OBJECT_VALUES_TYPE(NAME, TYPE)   the same for objects of an array of words, `values`, each of which is a reference unless it is
 *                                    zero or its lowest bit is set. Not by hand
 *   OBJECT_FINALIZED_TYPE(NAME, TYPE, FIELDS, FINALIZE)
 *                                    the same for objects with a finalizer: FINALIZE(object). Not by hand
 *   struct record                    an object of a number, `count`, and so many references, `items`; record_create(count),
 *                                    record_release(record)
 *   object_retain(object)            one more reference; nothing where nothing counts. NAME_release gives one up; by hand it frees the
 *                                    object, and what that refers to is the caller's to free; where objects are traced it does nothing
 *   IS_BY_HAND, IS_TRACED            which of them this is, so that a program frees its structures by a walk, or forgets them
 *   object_array(count)              an array of pointers to objects, all NULL and touched, where references are seen; object_array_free
 *   object_open(bench)               first in a workload's `open`: automatic collections as the workload wants them
 *   object_collect()                 a full collection; returns how many objects were freed where that is known, else 0. Not by hand
 *
 * Creation ends the program where there is no memory. */
#ifndef BENCH_PEERS_OBJECT_H
#define BENCH_PEERS_OBJECT_H

#include "bench/harness.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define UNUSED __attribute__((unused))

/* Hides where a pointer comes from: some types have less than their struct, and no compiler is to complain of it. */
static inline void *object_check(void *object)
{
    if (__builtin_expect(!object, 0))
        bench_fail("no memory for an object");
    __asm__("" : "+r"(object));
    return object;
}

#if defined PEER_LIST_COLLECTOR
#include "counted.h"
#elif defined PEER_BOEHM
#include "traced.h"
#else
#include "by_hand.h"
#endif

/* An object of two references: what most workloads are made of. */
struct pair {
    OBJECT_HEAD
    struct pair *left, *right;
};

#define PAIR_FIELDS(FIELD) FIELD(left) FIELD(right)
OBJECT_TYPE(pair, struct pair, sizeof(struct pair), PAIR_FIELDS)

#endif
