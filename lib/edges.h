/* SPDX-License-Identifier: MIT */
/* edges.h: the one loop over the references that an object owns. Everything that follows references goes through it.
 *
 * The function given is a compile-time constant at every call, and is inlined into the loop: a type whose list is plain references
 * costs a load an edge and no call. */
#ifndef LIBGC_LIB_EDGES_H
#define LIBGC_LIB_EDGES_H

#include "lib/header.h"
#include "lib/type.h"

#include <string.h>

/* A reference, where it is stored. `where` is NULL for one visited by value, `op` for a plain field or a traverse's. */
typedef struct gc__edge {
    void *target; /* not NULL */
    void *where;
    const gc__op *op;
    size_t index;
} gc__edge;

typedef void (*gc__edge_function)(void *context, const gc__edge *edge);

/* Loops made for their case depend on it. Where branches are counted each is to be there once. */
#ifdef GC__COUNTED
#define GC__ALWAYS_INLINE static inline
#else
#define GC__ALWAYS_INLINE static inline __attribute__((always_inline))
#endif

static inline size_t gc__read_count(const char *address, uint32_t size)
{
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (size) {
    case 1: memcpy(&one, address, 1); return one;
    case 2: memcpy(&two, address, 2); return two;
    case 4: memcpy(&four, address, 4); return four;
    default: memcpy(&eight, address, 8); return (size_t)eight;
    }
}

static inline void gc__write_count(void *address, uint32_t size, size_t count)
{
    uint8_t one = (uint8_t)count;
    uint16_t two = (uint16_t)count;
    uint32_t four = (uint32_t)count;
    uint64_t eight = count;
    switch (size) {
    case 1: memcpy(address, &one, 1); break;
    case 2: memcpy(address, &two, 2); break;
    case 4: memcpy(address, &four, 4); break;
    default: memcpy(address, &eight, 8); break;
    }
}

static inline void *gc__load_pointer(const void *address)
{
    void *pointer;
    memcpy(&pointer, address, sizeof pointer);
    return pointer;
}

/* The reference in a value, or NULL. */
static inline void *gc__value_target(const gc_value_rule *rule, const char *value)
{
    if (rule->form == GC__RULE_WORD) {
        uint64_t word;
        memcpy(&word, value, sizeof word);
        return (word & rule->mask) == rule->match ? (void *)(uintptr_t)(word & rule->pointer_mask) : NULL;
    }
    uint64_t tag = gc__read_count(value + rule->tag_offset, rule->tag_size);
    if (tag > 63 || !(rule->tags >> tag & 1))
        return NULL;
    return gc__load_pointer(value + rule->payload_offset);
}

/* The elements that an operation covers: where they start and how many. */
static inline char *gc__op_items(const gc__op *op, char *object, size_t *count)
{
    switch (op->kind) {
    case GC__ITEM_REF_FLEX:
    case GC__ITEM_VALUE_FLEX:
        *count = gc__read_count(object + op->count_offset, op->count_size);
        return object + op->offset;
    case GC__ITEM_REF_SPAN:
    case GC__ITEM_VALUE_SPAN: {
        char *items = gc__load_pointer(object + op->offset);
        *count = items ? gc__read_count(object + op->count_offset, op->count_size) : 0;
        return items;
    }
    default:
        *count = op->count;
        return object + op->offset;
    }
}

GC__ALWAYS_INLINE void gc__each_op_edge(const gc__op *op, char *object, gc__edge_function function, void *context)
{
    size_t count;
    char *item = gc__op_items(op, object, &count);
    if (op->rule) {
        for (size_t i = 0; i < count; i++, item += op->item_size) {
            void *target = gc__value_target(op->rule, item);
            if (target)
                function(context, &(gc__edge){ target, item, op, i });
        }
        return;
    }
    for (size_t i = 0; i < count; i++, item += sizeof(void *)) {
        void *target = gc__load_pointer(item);
        if (target)
            function(context, &(gc__edge){ target, item, op, i });
    }
}

/* Carries an edge function through a hand-written traverse. */
typedef struct gc__traversal {
    gc_visitor visitor;
    gc__edge_function function;
    void *context;
} gc__traversal;

static inline void gc__traversal_visit(gc_visitor *visitor, void *field, void *object)
{
    gc__traversal *traversal = (gc__traversal *)visitor;
    if (object)
        traversal->function(traversal->context, &(gc__edge){ object, field, NULL, 0 });
}

GC__ALWAYS_INLINE void gc__each_edge(const gc__type *type, gc_object *object, gc__edge_function function, void *context)
{
    char *start = (char *)object;
    const uint32_t *refs = type->refs;
    for (uint32_t i = 0, n = type->ref_count; i < n; i++) {
        void *target = gc__load_pointer(start + refs[i]);
        if (target)
            function(context, &(gc__edge){ target, start + refs[i], NULL, 0 });
    }
    for (uint32_t i = 0, n = type->op_count; i < n; i++)
        gc__each_op_edge(&type->ops[i], start, function, context);
    if (type->traverse) {
        gc__traversal traversal = { { gc__traversal_visit }, function, context };
        type->traverse(object, &traversal.visitor);
    }
}

/* Stores "nothing" where an edge was, without releasing. A reference visited by value stays: the type's clear drops it. */
static inline void gc__edge_erase(const gc__edge *edge)
{
    if (!edge->where)
        return;
    const gc_value_rule *rule = edge->op ? edge->op->rule : NULL;
    if (!rule) {
        memset(edge->where, 0, sizeof(void *));
    } else if (rule->form == GC__RULE_WORD) {
        memcpy(edge->where, &rule->cleared, sizeof rule->cleared);
    } else {
        memset((char *)edge->where + rule->payload_offset, 0, sizeof(void *));
        memcpy((char *)edge->where + rule->tag_offset, &rule->cleared, rule->tag_size);
    }
}

#endif
