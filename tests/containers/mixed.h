/* SPDX-License-Identifier: MIT */
/* mixed.h: every kind of container that can hold another, under one pair of functions. */
#ifndef LIBGC_TESTS_MIXED_H
#define LIBGC_TESTS_MIXED_H

#include "../support/support.h"

enum mixed_kind {
    MIXED_NODE,
    MIXED_LIST,
    MIXED_CELL,
    MIXED_DICT_VALUE,
    MIXED_DICT_KEY,
    MIXED_SET,
    MIXED_WEAK_KEYS,   /* a value whose key is the dictionary itself */
    MIXED_WEAK_VALUES, /* a key whose value is the dictionary itself */
    MIXED_FUNCTION,
    MIXED_GENERATOR,
    MIXED_CLEANED_GENERATOR,
    MIXED_TUPLE,       /* holds what it is made with */
    MIXED_KINDS
};

extern const char *const mixed_names[MIXED_KINDS];

/* A new container, owned by the caller, which holds `inside` (NULL: nothing). */
void *mixed_new(gc_heap *heap, enum mixed_kind kind, void *inside);

/* Makes a container hold one more thing. False where that cannot be: in a tuple, or as a key that has no hash. */
bool mixed_put(enum mixed_kind kind, void *container, void *inside);

/* How often the clean-up of a generator has run. */
extern size_t mixed_clean_ups;

#endif
