/* SPDX-License-Identifier: MIT */
/* traced.h: object.h on Boehm's collector, which knows no counts: releasing is forgetting. An object is its fields alone; since by
 * default a pointer just past an object keeps it, one of 16 bytes takes 32. Marking is by one thread, as ours is. Sweeping is lazy: it
 * falls into the creations after a collection. */
#ifndef BENCH_PEERS_TRACED_H
#define BENCH_PEERS_TRACED_H

#define GC_THREADS /* declares GC_set_markers_count */
#include <gc/gc.h>

#define PEER_NAME "boehm"
#define IS_BY_HAND 0
#define IS_TRACED 1

#define OBJECT_HEAD

#define OBJECT_TYPE(NAME, TYPE, BYTES, FIELDS)           \
    UNUSED static inline TYPE *NAME##_create(void)       \
    {                                                    \
        return (TYPE *)object_check(GC_MALLOC(BYTES));   \
    }                                                    \
    TRACED_RELEASE(NAME, TYPE)

#define OBJECT_LEAF_TYPE(NAME, TYPE)                                  \
    UNUSED static inline TYPE *NAME##_create(void)                    \
    {                                                                 \
        return (TYPE *)object_check(GC_MALLOC_ATOMIC(sizeof(TYPE)));  \
    }                                                                 \
    TRACED_RELEASE(NAME, TYPE)

#define TRACED_RELEASE(NAME, TYPE)                         \
    UNUSED static inline void NAME##_release(TYPE *object) \
    {                                                      \
        (void)object;                                      \
    }

#define OBJECT_VALUES_TYPE(NAME, TYPE) OBJECT_TYPE(NAME, TYPE, sizeof(TYPE), )

#define OBJECT_FINALIZED_TYPE(NAME, TYPE, FIELDS, FINALIZE)               \
    static void NAME##_finalize(void *object, void *data)                 \
    {                                                                     \
        (void)data;                                                       \
        FINALIZE((TYPE *)object);                                         \
    }                                                                     \
    UNUSED static inline TYPE *NAME##_create(void)                        \
    {                                                                     \
        TYPE *object = (TYPE *)object_check(GC_MALLOC(sizeof(TYPE)));     \
        GC_register_finalizer_no_order(object, NAME##_finalize, NULL, NULL, NULL); \
        return object;                                                    \
    }                                                                     \
    TRACED_RELEASE(NAME, TYPE)

struct record {
    size_t count;
    void *items[];
};

static inline struct record *record_create(size_t count)
{
    struct record *record = (struct record *)object_check(GC_MALLOC(sizeof *record + count * sizeof(void *)));
    record->count = count;
    return record;
}

static inline void record_release(struct record *record)
{
    (void)record;
}

static inline void object_retain(const void *object)
{
    (void)object;
}

static inline void *object_array(size_t count)
{
    void *array = object_check(GC_MALLOC_UNCOLLECTABLE((count + 1) * sizeof(void *)));
    memset(array, 0, (count + 1) * sizeof(void *)); /* touches it */
    return array;
}

static inline void object_array_free(void *array)
{
    GC_FREE(array);
}

/* In traced.c. */
void traced_open(struct bench *bench);
void traced_collect(void);

static inline void object_open(struct bench *bench)
{
    traced_open(bench);
}

static inline size_t object_collect(void)
{
    traced_collect();
    return 0;
}

#endif
