/* SPDX-License-Identifier: MIT */
/* starve.h: taking all memory of a heap, so that whatever needs more fails, and giving it back. */
#ifndef LIBGC_TESTS_STARVE_H
#define LIBGC_TESTS_STARVE_H

#include "support.h"

/* A heap of 16 MiB that is not checked and collects only when memory has run out. */
gc_heap *open_small_heap(void);

/* Takes all of it: raw memory, and slots of every size, of acyclic types and others. One heap at a time. */
void starve(gc_heap *heap);
/* Gives back what starve took. */
void feed(gc_heap *heap);

/* The call must fail for lack of memory; `failed` is its result compared to what it returns then. */
#define must_fail(heap, failed) \
    do { \
        cr_assert(failed); \
        cr_assert_eq(gc_last_error(heap), GC_ERROR_MEMORY, "%s", gc_last_error_message(heap)); \
    } while (0)

#endif
