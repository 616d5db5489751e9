/* SPDX-License-Identifier: MIT */
/* by_hand.h: object.h on an allocator. An object begins with a word, as a program would keep a count in it; freeing is the program's. */
#ifndef BENCH_PEERS_BY_HAND_H
#define BENCH_PEERS_BY_HAND_H

#if defined PEER_JEMALLOC
#include <jemalloc/jemalloc.h>
#define PEER_NAME "jemalloc"

static inline void *by_hand_allocate(size_t bytes)
{
    return mallocx(bytes, 0);
}

static inline void by_hand_free(void *object, size_t bytes)
{
    sdallocx(object, bytes, 0);
}
#elif defined PEER_MIMALLOC
#include <mimalloc.h>
#define PEER_NAME "mimalloc"

static inline void *by_hand_allocate(size_t bytes)
{
    return mi_malloc(bytes);
}

static inline void by_hand_free(void *object, size_t bytes)
{
    (void)bytes;
    mi_free(object);
}
#else
#define PEER_NAME "glibc"

static inline void *by_hand_allocate(size_t bytes)
{
    return malloc(bytes);
}

static inline void by_hand_free(void *object, size_t bytes)
{
    (void)bytes;
    free(object);
}
#endif

#define IS_BY_HAND 1
#define IS_TRACED 0

#define OBJECT_HEAD size_t count_of_references;

#define BY_HAND_CLEAR(FIELD) object->FIELD = NULL;

#define OBJECT_TYPE(NAME, TYPE, BYTES, FIELDS)                          \
    UNUSED static inline TYPE *NAME##_create(void)                      \
    {                                                                   \
        TYPE *object = (TYPE *)object_check(by_hand_allocate(BYTES));   \
        object->count_of_references = 1;                                \
        FIELDS(BY_HAND_CLEAR)                                           \
        return object;                                                  \
    }                                                                   \
    UNUSED static inline void NAME##_release(TYPE *object)              \
    {                                                                   \
        by_hand_free(object, BYTES);                                    \
    }

#define BY_HAND_NO_FIELDS(FIELD)
#define OBJECT_LEAF_TYPE(NAME, TYPE) OBJECT_TYPE(NAME, TYPE, sizeof(TYPE), BY_HAND_NO_FIELDS)

struct record {
    OBJECT_HEAD
    size_t count;
    void *items[];
};

static inline struct record *record_create(size_t count)
{
    struct record *record = (struct record *)object_check(by_hand_allocate(sizeof *record + count * sizeof(void *)));
    record->count_of_references = 1;
    record->count = count;
    for (size_t i = 0; i < count; i++)
        record->items[i] = NULL;
    return record;
}

static inline void record_release(struct record *record)
{
    by_hand_free(record, sizeof *record + record->count * sizeof(void *));
}

static inline void object_retain(const void *object)
{
    (void)object;
}

static inline void *object_array(size_t count)
{
    return bench_memory(count, sizeof(void *));
}

static inline void object_array_free(void *array)
{
    free(array);
}

static inline void object_open(struct bench *bench)
{
    bench->settings = "";
}

static inline size_t object_collect(void)
{
    return 0;
}

#endif
