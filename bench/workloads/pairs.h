/* SPDX-License-Identifier: MIT */
/* pairs.h: what most workloads are made of: a heap with the settings the workload asks for, and objects of two references, 24 bytes. */
#ifndef BENCH_PAIRS_H
#define BENCH_PAIRS_H

#include "bench/harness.h"

#include <libgc.h>

struct pair {
    gc_object gc;
    struct pair *left, *right;
};

extern const gc_type_info pair_info;

/* A heap with the default settings, automatic collection off where the workload says so; its pauses are noted. */
gc_heap *pairs_heap(struct bench *bench);

/* As pairs_heap, and the type of pairs in it. */
gc_heap *pairs_open(struct bench *bench, gc_type **type);

/* Registers a type; never NULL. */
gc_type *pairs_register(gc_heap *heap, const gc_type_info *info);

/* Ends the program where there is no memory. The check of a workload's every creation; one test, which a real program has too. */
static inline void *pairs_check(void *object)
{
    if (__builtin_expect(!object, 0))
        bench_fail("no memory for an object");
    return object;
}

static inline struct pair *pairs_create(gc_type *type)
{
    return (struct pair *)pairs_check(gc_create(struct pair, type));
}

/* n new pairs, each held by the array, which is to be freed. */
struct pair **pairs_create_all(gc_type *type, size_t n);

/* A tree of n as in the contract: stores pairs[1 .. n - 1] into their parents, which own them then. Only pairs[0] is held after. Plain
 * stores: all are new. */
void pairs_make_tree(struct pair **pairs, size_t n);

/* Rings of so many objects each, as many as fit into n, that nothing holds. Returns how many objects. */
size_t pairs_rings(gc_type *type, size_t n, size_t length);

/* Takes one reference more to the object and drops it: the next collection has to look at it. */
static inline void pairs_touch(void *object)
{
    gc_retain((gc_object *)object);
    gc_release(object);
}

/* A full collection that must free exactly so many. */
void pairs_collect(gc_heap *heap, size_t expected);

#endif
