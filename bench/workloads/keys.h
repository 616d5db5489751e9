/* SPDX-License-Identifier: MIT */
/* keys.h: what lists, dictionaries and sets are filled with: objects that are there before anything is timed, their hashes known. */
#ifndef BENCH_KEYS_H
#define BENCH_KEYS_H

#include "bench/workloads/pairs.h"

enum keys_kind {
    KEYS_STRING,
    KEYS_INTEGER,
    KEYS_IDENTITY /* pairs, each equal to itself alone */
};

/* Key i has the number bench_key(i). All arrays hold what is in them. */
struct keys {
    gc_heap *heap;
    size_t count;
    void **keys, **equals; /* so many of them; and an object equal to each, another one where the kind has such */
};

/* A heap and `count` keys of the kind that the workload's variant says. */
void keys_open(struct bench *bench, struct keys *keys, size_t count);

/* A new array: keys[order[i] + first] for i from 0 to n - 1. */
void **keys_in_order(void *const *keys, const uint32_t *order, size_t first, size_t n);

/* Integers, one for each key, of the same numbers. */
void **keys_integers(gc_heap *heap, size_t count);

#endif
