/* SPDX-License-Identifier: MIT */
/* check_edges.c: the references of one object of a checked heap, and what is wrong with them. */
#define _GNU_SOURCE
#include "lib/check.h"
#include "lib/edges.h"

#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

/* Reads memory that may not be there. */
static bool check_read(const void *address, void *into, size_t bytes)
{
    struct iovec local = { into, bytes }, remote = { (void *)address, bytes };
    return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == (ssize_t)bytes;
}

/* Whether an address outside this heap's range is an object of another heap. */
static bool check_is_foreign(const void *pointer)
{
    gc_heap *other;
    uint64_t signature;
    return check_read(&gc__granule_slab(pointer)->heap, &other, sizeof other) && other &&
           check_read((char *)other + offsetof(gc_heap, signature), &signature, sizeof signature) &&
           signature == GC__SIGNATURE && gc__place_find(other, pointer).slab;
}

typedef struct check_edges {
    gc_heap *heap;
    gc_object *holder;
    gc__type *type;
    size_t count;
    void **fields;
} check_edges;

static const char *check_field(const check_edges *check, const gc__edge *edge)
{
    size_t index;
    if (edge->op)
        return edge->op->name;
    const char *name = edge->where ? gc__type_field_at(check->type, check->holder, edge->where, &index) : "";
    return *name ? name : "(visited by traverse)";
}

static void check_edge(void *context, const gc__edge *edge)
{
    check_edges *check = context;
    gc_heap *heap = check->heap;
    gc__place place = gc__place_find(heap, edge->target);
    if (edge->where && check->fields)
        check->fields[check->count] = edge->where;
    check->count += edge->where != NULL;
    if (place.slab && heap->states[place.index] & GC__ALIVE)
        return;
    const char *field = check_field(check, edge);
    size_t offset = (size_t)((char *)edge->target - heap->base);
    if (place.slab)
        gc__check_failed(heap, edge->target,
                         "field '%s' of object %p of type '%s' refers to %p, used after it was freed (its count was 0); look for a plain "
                         "assignment to the field without gc_retain, or a gc_release too many", field, (void *)check->holder,
                         check->type->name, edge->target);
    if (offset < heap->top)
        gc__check_failed(heap, check->holder,
                         "field '%s' of object %p of type '%s' holds %p, which is not an object; look for an address inside an object, raw "
                         "memory, or a field that was never set", field, (void *)check->holder, check->type->name, edge->target);
    if (check_is_foreign(edge->target))
        gc__check_failed(heap, check->holder,
                         "field '%s' of object %p of type '%s' refers to %p, an object of another heap; no reference leads from heap to "
                         "heap: hold it in a field that is not listed, and release it in destroy", field, (void *)check->holder,
                         check->type->name, edge->target);
}

static int check_compare(const void *a, const void *b)
{
    uintptr_t left = (uintptr_t) * (void *const *)a, right = (uintptr_t) * (void *const *)b;
    return (left > right) - (left < right);
}

static void check_visited_twice(const check_edges *check, const void *field)
{
    size_t index;
    gc_object *holder = check->holder;
    const char *name = gc__type_field_at(check->type, holder, field, &index);
    gc__check_failed(check->heap, holder,
                     "traverse of type '%s' visits the same field twice: %s%s%soffset %zd of object %p; visit it once, and nothing that "
                     "is listed: a reference visited twice hides one from outside", check->type->name, *name ? "'" : "", name,
                     *name ? "', " : "", (char *)field - (char *)holder, (void *)holder);
}

void gc__check_edges(gc_heap *heap, gc_object *object)
{
    check_edges check = { heap, object, gc__type_of(heap, object), 0, NULL };
    gc__each_edge(check.type, object, check_edge, &check);
    if (!check.type->traverse || check.count < 2)
        return;
    check.fields = gc__raw_take(heap, check.count * sizeof *check.fields);
    if (!check.fields)
        return;
    check.count = 0;
    gc__each_edge(check.type, object, check_edge, &check);
    qsort(check.fields, check.count, sizeof *check.fields, check_compare);
    for (size_t i = 1; i < check.count; i++)
        if (check.fields[i] == check.fields[i - 1])
            check_visited_twice(&check, check.fields[i]);
    gc__raw_give(heap, check.fields);
}
