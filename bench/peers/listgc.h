/* SPDX-License-Identifier: MIT */
/* listgc.h: the collector of CPython 3.11 as a small library, without the interpreter, to compare the algorithm and nothing else.
 *
 * Every object lies behind a head of 16 bytes that links it into the list of its generation, and begins with 16 bytes of its own: a
 * reference count and a type. A type has functions to visit and to drop its references. Blocks come from jemalloc. Each thread has a heap
 * of its own. See listgc.c for how a collection goes. */
#ifndef BENCH_PEERS_LISTGC_H
#define BENCH_PEERS_LISTGC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LISTGC_GENERATIONS 3

typedef struct listgc_type listgc_type;

/* The first member of every object. */
typedef struct listgc_object {
    intptr_t refcount;
    const listgc_type *type;
} listgc_object;

/* Called with each object that another one refers to. What is not 0 ends the traversal, and is its result. */
typedef int (*listgc_visit)(listgc_object *target, void *argument);

/* Without `traverse` it is a type whose objects refer to nothing: they have no head, and no collection looks at them. */
struct listgc_type {
    size_t bytes;      /* of an object without items, its listgc_object included */
    size_t item_bytes; /* of each item behind that; 0: the objects have none, and are no listgc_variable */
    int (*traverse)(listgc_object *object, listgc_visit visit, void *argument);
    void (*clear)(listgc_object *object);    /* sets every reference to NULL, then releases what it was; NULL without traverse */
    void (*finalize)(listgc_object *object); /* once in an object's life, before it is cleared; may be NULL */
};

/* The first member of an object with items. */
typedef struct listgc_variable {
    listgc_object object;
    size_t count;
} listgc_variable;

struct listgc_stats {
    size_t objects;         /* that exist */
    size_t collections[LISTGC_GENERATIONS];
    size_t objects_freed;   /* by collections */
};

/* A zeroed object with one reference, the caller's, tracked from now on. NULL where there is no memory. May collect, before the object
 * exists; so it may run finalizers. The type must outlive the object. */
void *listgc_create(const listgc_type *type);

/* The same of a type with items: so many of them. */
void *listgc_create_variable(const listgc_type *type, size_t count);

/* What listgc_release does at a count of zero. */
void listgc_die(listgc_object *object);

static inline void listgc_retain(void *object)
{
    if (object)
        ((listgc_object *)object)->refcount++;
}

static inline void listgc_release(void *object)
{
    if (object && --((listgc_object *)object)->refcount == 0)
        listgc_die(object);
}

/* Stores NULL, and releases what was there. */
#define LISTGC_CLEAR(field)             \
    do {                                \
        void *listgc_before = (field);  \
        (field) = NULL;                 \
        listgc_release(listgc_before);  \
    } while (0)

/* Visits a field in a type's `traverse`. */
#define LISTGC_VISIT(field)                                                            \
    do {                                                                               \
        if (field) {                                                                   \
            int listgc_result = visit((listgc_object *)(field), argument);             \
            if (listgc_result)                                                         \
                return listgc_result;                                                  \
        }                                                                              \
    } while (0)

/* Collects the generations 0 to `generation`. Returns how many objects were found to be garbage and freed; 0 inside a collection. */
size_t listgc_collect(int generation);

/* Whether creation collects: at first it does, at the thresholds 700, 10 and 10. */
void listgc_enable(bool is_enabled);

/* Calls `callback` before and after each collection; NULL: nothing. */
void listgc_on_collection(void (*callback)(bool is_start));

struct listgc_stats listgc_get_stats(void);

#endif
