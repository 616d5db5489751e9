/* SPDX-License-Identifier: MIT */
/* keys.h: keys for the tests of tables: of every kind that a lookup tells apart, and of a type whose hash and equality a test chooses. */
#ifndef LIBGC_TESTS_KEYS_H
#define LIBGC_TESTS_KEYS_H

#include "../support/support.h"

/* Equal when the ids are. */
struct chosen {
    gc_object gc;
    int id;
    uint64_t hash;
    void *other; /* not a field of the type: for what a test's equality wants to get at */
};

extern const gc_type_info chosen_info;

/* How often two were compared; what is called before each comparison, if not NULL; and whether comparing, or hashing, fails. */
extern size_t chosen_comparisons;
extern void (*chosen_before)(const struct chosen *a, const struct chosen *b);
extern bool chosen_fails, chosen_has_no_hash;

struct chosen *chosen_new(gc_heap *heap, int id, uint64_t hash);

/* A new object that stands for key number `id`, owned by the caller: a string, an integer, a float, a tuple, or one of those above with
 * one of a few hashes, as the number says. Two with the same number are equal, and no others are. */
void *key_new(gc_heap *heap, int id);

/* An integer as value; and its number. */
void *value_new(gc_heap *heap, int64_t number);
int64_t number_of(const void *value);

#endif
