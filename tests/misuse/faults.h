/* SPDX-License-Identifier: MIT */
/* faults.h: the faults of docs/misuse.md, each as a function that commits it. They run in a child with a heap of their own. */
#ifndef LIBGC_TESTS_FAULTS_H
#define LIBGC_TESTS_FAULTS_H

#include "../support/misuse.h"

struct fault {
    const char *name; /* in the table of the document */
    void (*commit)(gc_heap *heap);
    uint32_t records, quarantine; /* settings of the heap */
};

/* Each list ends with an entry without a name. */
extern const struct fault count_faults[], type_faults[], heap_faults[], jump_faults[];

/* The pointer without what the compiler knows of it, so that it does not warn of the fault we want. */
static inline void *still(void *pointer)
{
    void *volatile copy = pointer;
    return copy;
}

/* For faults that are refused: logs the heap's last error, its code's name first. */
void tell_error(const gc_heap *heap);

#endif
