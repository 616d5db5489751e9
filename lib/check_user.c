/* SPDX-License-Identifier: MIT */
/* check_user.c: how a checked heap calls user code, and what it sees of it.
 *
 * A finalizer that is left by longjmp leaves the heap in the middle of what it was doing, for good. That is seen at the next call: the
 * stack is then above the place from which the user code was called. */
#define _GNU_SOURCE
#include "lib/check_user.h"

#include "lib/check.h"
#include "lib/edges.h"
#include "lib/record.h"

/* Bytes of stack between a call of user code and that code: more than the library takes from any of its entries to gc__check_left. So
 * whoever gets control back by longjmp is above the mark when he calls the library next, from wherever he called it before. */
#define USER_ROOM 2048

/* A macro, since the room has to be in the frame of the caller. */
#define USER_CALL(heap, name, type, call)                                                    \
    do {                                                                                     \
        gc__user_call user_outer = (heap)->user_call;                                        \
        (heap)->user_call = (gc__user_call){ __builtin_alloca(USER_ROOM), name, type };      \
        call;                                                                                \
        (heap)->user_call = user_outer;                                                      \
    } while (0)

static void user_find_stack(gc_heap *heap)
{
    pthread_attr_t attributes;
    void *start = NULL;
    size_t bytes = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return;
    pthread_attr_getstack(&attributes, &start, &bytes);
    pthread_attr_destroy(&attributes);
    heap->stack_start = start;
    heap->stack_end = heap->stack_start + bytes;
}

/* Whether an address is on the stack that the thread began with; the marks of others, of coroutines for instance, say nothing. */
static bool user_is_on_stack(const gc_heap *heap, const char *address)
{
    if (!heap->stack_end)
        user_find_stack((gc_heap *)heap); /* no more than what was asked for: the heap is not constant */
    return address >= heap->stack_start && address < heap->stack_end;
}

void gc__check_left(const gc_heap *heap)
{
    const gc__user_call *call = &heap->user_call;
    const char *here = __builtin_frame_address(0);
    if (!call->mark || here <= call->mark || !user_is_on_stack(heap, here) || !user_is_on_stack(heap, call->mark))
        return;
    gc__check_failed(heap, NULL, "the %s%s%s%s was left by longjmp, or by an exception: the heap stays in the middle of what it was doing, "
                     "and cannot be closed; catch it inside, and return", call->what, call->type ? " of type '" : "",
                     call->type ? call->type : "", call->type ? "'" : "");
}

void gc__check_weak_callback(gc_heap *heap, gc_weak_function function, gc_weak *weak, void *context)
{
    USER_CALL(heap, "callback of a weak reference", NULL, function(weak, context));
}

void gc__check_collect_callback(gc_heap *heap, const gc__callback *callback, enum gc_collect_phase phase, const gc_collect_info *info)
{
    USER_CALL(heap, "callback of a collection", NULL, callback->function(heap, phase, info, callback->context));
}

static void user_traverse(void *object, gc_visitor *visitor)
{
    gc_heap *heap = gc__heap_of(object);
    gc__type *type = gc__type_of(heap, object);
    USER_CALL(heap, "traverse", type->name, type->checked->traverse(object, visitor));
}

static void user_finalize(void *object)
{
    gc_heap *heap = gc__heap_of(object);
    gc__type *type = gc__type_of(heap, object);
    gc__record(heap, object, GC__RECORD_FINALIZED, NULL);
    USER_CALL(heap, "finalizer", type->name, type->checked->finalize(object));
}

static void user_destroy(void *object)
{
    gc_heap *heap = gc__heap_of(object);
    gc__type *type = gc__type_of(heap, object);
    USER_CALL(heap, "destroy", type->name, type->checked->destroy(object));
}

/* What a `clear` is expected to release. */
struct gc__clearing {
    gc_object *object;
    size_t count, room, next; /* targets; the search begins at `next`, for most are released in the order of the visit */
    void **targets;
};

static void user_count_value(void *context, const gc__edge *edge)
{
    *(size_t *)context += edge->where == NULL;
}

static void user_note_value(void *context, const gc__edge *edge)
{
    struct gc__clearing *clearing = context;
    if (!edge->where && clearing->count < clearing->room)
        clearing->targets[clearing->count++] = edge->target;
}

void gc__check_clearing(gc_heap *heap, gc_object *object, bool release)
{
    struct gc__clearing *clearing = heap->clearing;
    if (!release) {
        if (clearing->count < clearing->room)
            clearing->targets[clearing->count++] = object;
        return;
    }
    for (size_t tried = 0; tried < clearing->count; tried++) {
        size_t at = (clearing->next + tried) % clearing->count;
        if (clearing->targets[at] == object) {
            clearing->targets[at] = NULL;
            clearing->next = at + 1;
            return;
        }
    }
    gc__check_failed(heap, object, "traverse of type '%s' misses a reference: its clear drops one to object %p of type '%s' that it does "
                     "not visit; visit it with gc_visit_value, or list the field", gc__type_of(heap, clearing->object)->name,
                     (void *)object, gc__type_of(heap, object)->name);
}

static void user_check_cleared(gc_heap *heap, const struct gc__clearing *clearing)
{
    for (size_t i = 0; i < clearing->count; i++) {
        gc_object *left = clearing->targets[i];
        if (left && gc__place_find(heap, left).slab && !(left->gc__kind & GC__IMMORTAL))
            gc__check_failed(heap, left, "clear of type '%s' leaves a reference: traverse visits object %p of type '%s' by value, and "
                             "clear does not release it; it would never die", gc__type_of(heap, clearing->object)->name, (void *)left,
                             gc__type_of(heap, left)->name);
    }
}

/* Compares what the type's clear releases with what its traverse visits by value; the rest of its fields is cleared already. */
static void user_clear(void *object)
{
    gc_heap *heap = gc__heap_of(object);
    gc__type *type = gc__type_of(heap, object);
    struct gc__clearing clearing = { .object = object };
    struct gc__clearing *outer = heap->clearing;
    gc__each_edge(type, object, user_count_value, &clearing.room);
    clearing.room += 16; /* retained meanwhile */
    clearing.targets = gc__raw_take(heap, clearing.room * sizeof(void *));
    if (clearing.targets) {
        gc__each_edge(type, object, user_note_value, &clearing);
        heap->clearing = &clearing;
    }
    USER_CALL(heap, "clear", type->name, type->checked->clear(object));
    heap->clearing = outer;
    if (clearing.targets)
        user_check_cleared(heap, &clearing);
    gc__raw_give(heap, clearing.targets);
}

void gc__check_user_open(gc__type *type)
{
    gc__checked_type *checked = type->checked;
    checked->traverse = type->traverse;
    checked->clear = type->clear;
    checked->finalize = type->finalize;
    checked->destroy = type->destroy;
    type->traverse = checked->traverse ? user_traverse : NULL;
    type->clear = checked->clear ? user_clear : NULL;
    type->finalize = checked->finalize ? user_finalize : NULL;
    type->destroy = checked->destroy ? user_destroy : NULL;
}
