/* SPDX-License-Identifier: MIT */
/* counted.h: object.h on CPython's collector (listgc.h). */
#ifndef BENCH_PEERS_COUNTED_H
#define BENCH_PEERS_COUNTED_H

#include "bench/peers/listgc.h"

#define PEER_NAME "list_collector"
#define IS_BY_HAND 0
#define IS_TRACED 0

#define OBJECT_HEAD listgc_object object;

#define COUNTED_VISIT(FIELD) LISTGC_VISIT(self->FIELD);
#define COUNTED_CLEAR(FIELD) LISTGC_CLEAR(self->FIELD);

#define COUNTED_WALKS(NAME, TYPE, FIELDS)                                                 \
    static int NAME##_traverse(listgc_object *object, listgc_visit visit, void *argument) \
    {                                                                                     \
        TYPE *self = (TYPE *)object;                                                      \
        FIELDS(COUNTED_VISIT)                                                             \
        return 0;                                                                         \
    }                                                                                     \
    static void NAME##_clear(listgc_object *object)                                       \
    {                                                                                     \
        TYPE *self = (TYPE *)object;                                                      \
        FIELDS(COUNTED_CLEAR)                                                             \
    }

#define COUNTED_FUNCTIONS(NAME, TYPE)                             \
    UNUSED static inline TYPE *NAME##_create(void)                \
    {                                                             \
        return (TYPE *)object_check(listgc_create(&NAME##_type)); \
    }                                                             \
    UNUSED static inline void NAME##_release(TYPE *object)        \
    {                                                             \
        listgc_release(object);                                   \
    }

#define OBJECT_TYPE(NAME, TYPE, BYTES, FIELDS)                                                       \
    COUNTED_WALKS(NAME, TYPE, FIELDS)                                                                \
    UNUSED static const listgc_type NAME##_type = { BYTES, 0, NAME##_traverse, NAME##_clear, NULL }; \
    COUNTED_FUNCTIONS(NAME, TYPE)

#define OBJECT_LEAF_TYPE(NAME, TYPE)                                                     \
    UNUSED static const listgc_type NAME##_type = { sizeof(TYPE), 0, NULL, NULL, NULL }; \
    COUNTED_FUNCTIONS(NAME, TYPE)

#define OBJECT_FINALIZED_TYPE(NAME, TYPE, FIELDS, FINALIZE)                                                            \
    COUNTED_WALKS(NAME, TYPE, FIELDS)                                                                                  \
    static void NAME##_finalize(listgc_object *object)                                                                 \
    {                                                                                                                  \
        FINALIZE((TYPE *)object);                                                                                      \
    }                                                                                                                  \
    UNUSED static const listgc_type NAME##_type = { sizeof(TYPE), 0, NAME##_traverse, NAME##_clear, NAME##_finalize }; \
    COUNTED_FUNCTIONS(NAME, TYPE)

/* A word with its lowest bit set is an integer. */
#define COUNTED_IS_REFERENCE(WORD) ((WORD) && !((WORD) & 1))

#define OBJECT_VALUES_TYPE(NAME, TYPE)                                                                      \
    static int NAME##_traverse(listgc_object *object, listgc_visit visit, void *argument)                   \
    {                                                                                                       \
        TYPE *self = (TYPE *)object;                                                                        \
        for (size_t i = 0; i < sizeof self->values / sizeof *self->values; i++) {                           \
            if (COUNTED_IS_REFERENCE(self->values[i]))                                                      \
                LISTGC_VISIT((void *)self->values[i]);                                                      \
        }                                                                                                   \
        return 0;                                                                                           \
    }                                                                                                       \
    static void NAME##_clear(listgc_object *object)                                                         \
    {                                                                                                       \
        TYPE *self = (TYPE *)object;                                                                        \
        for (size_t i = 0; i < sizeof self->values / sizeof *self->values; i++) {                           \
            uintptr_t before = self->values[i];                                                             \
            self->values[i] = 0;                                                                            \
            if (COUNTED_IS_REFERENCE(before))                                                               \
                listgc_release((void *)before);                                                             \
        }                                                                                                   \
    }                                                                                                       \
    UNUSED static const listgc_type NAME##_type = { sizeof(TYPE), 0, NAME##_traverse, NAME##_clear, NULL }; \
    COUNTED_FUNCTIONS(NAME, TYPE)

struct record {
    listgc_object object;
    size_t count;
    void *items[];
};

static int record_traverse(listgc_object *object, listgc_visit visit, void *argument)
{
    struct record *record = (struct record *)object;
    for (size_t i = 0; i < record->count; i++)
        LISTGC_VISIT(record->items[i]);
    return 0;
}

static void record_clear(listgc_object *object)
{
    struct record *record = (struct record *)object;
    for (size_t i = 0; i < record->count; i++)
        LISTGC_CLEAR(record->items[i]);
}

UNUSED static inline struct record *record_create(size_t count)
{
    static const listgc_type type = { sizeof(struct record), sizeof(void *), record_traverse, record_clear, NULL };
    return (struct record *)object_check(listgc_create_variable(&type, count));
}

UNUSED static inline void record_release(struct record *record)
{
    listgc_release(record);
}

static inline void object_retain(void *object)
{
    listgc_retain(object);
}

static inline void *object_array(size_t count)
{
    return bench_memory(count, sizeof(void *));
}

static inline void object_array_free(void *array)
{
    free(array);
}

/* The bench whose pauses are noted; in counted.c, which is linked with every workload. */
void counted_open(struct bench *bench);

static inline void object_open(struct bench *bench)
{
    counted_open(bench);
}

static inline size_t object_collect(void)
{
    return listgc_collect(LISTGC_GENERATIONS - 1);
}

#endif
