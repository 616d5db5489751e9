/* SPDX-License-Identifier: MIT */
/* field_kind.h: one way for a type to hold references, and what every one of them must do: release in order, show its
 * cycles to the collector, let go of what lives on, and name itself to introspection. */
#ifndef LIBGC_TESTS_FIELD_KIND_H
#define LIBGC_TESTS_FIELD_KIND_H

#include "support.h"

struct field_kind {
    const gc_type_info *info;
    const char *field;     /* the member that holds the references; NULL: introspection need not name it */
    size_t places;         /* how many references the object made by `make` can hold */
    bool scattered;        /* each place is a member of its own, so its index is 0 */
    void *(*make)(gc_heap *heap, gc_type *type);
    /* Stores an owned reference into an empty place. */
    void (*store)(void *object, size_t place, void *owned);
    void *(*load)(const void *object, size_t place);
};

/* Everything below, each in a heap of its own. */
void check_field_kind(const struct field_kind *kind);

#endif
