/* SPDX-License-Identifier: MIT */
/* reference.h: holding, dropping and storing references.
 *
 * An *owned* reference is one that its holder will release. Creation returns one; gc_set and gc_move keep one in the field.
 * A field of an object may be written by plain assignment of an owned reference (a variable's, or what gc_retain or a creation returns)
 * only while that object has been made since the last collection; gc_set, gc_move and gc_clear are right at any time. Garbage to which
 * the only reference was assigned to an older object may stay until the heap is closed: collections leave out what nothing has touched.
 *
 * Each of these may run user code (finalizers, weak callbacks, destroy) when a count reaches zero, and none of them
 * ever collects. All may be called from callbacks; what dies inside a teardown or a collection is destroyed when the callback has
 * returned. Thread: the heap's. NULL does nothing wherever a reference is taken. */
#ifndef LIBGC_REFERENCE_H
#define LIBGC_REFERENCE_H

#include <libgc/object.h>

GC__BEGIN_C

/* A slot that holds a pointer to some object, whatever its declared type. */
typedef void *gc__slot __attribute__((may_alias));

GC__API void gc__touch(gc_object *object);

static inline void *gc__retain_any(const void *object)
{
    if (object)
        gc__retain((gc_object *)object);
    return (void *)object;
}

/* Drops one reference that the caller owns. When it was the last, the object dies now: its finalizer runs; if nothing took
 * a reference, its weak references are cleared, its references are dropped, `destroy` runs, and its memory
 * goes back to the heap. User code: yes, if it dies. Needs no memory and no more C stack however much dies. */
static inline void gc_release(const void *object)
{
    if (object)
        gc__release((gc_object *)object);
}

static inline void gc__set(gc__slot *field, void *value)
{
    void *old = *field;
    if (value)
        gc__retain((gc_object *)value);
    *field = value;
    if (old)
        gc__release((gc_object *)old);
}

static inline void gc__move(gc__slot *field, gc__slot *source)
{
    void *value = *source, *old = *field;
    if (field == source)
        return;
    *source = NULL;
    *field = value;
    if (value && (((gc_object *)value)->gc__count & GC__SLOW_RELEASE))
        gc__touch((gc_object *)value);
    if (old)
        gc__release((gc_object *)old);
}

static inline void gc__clear(gc__slot *field)
{
    void *old = *field;
    *field = NULL;
    if (old)
        gc__release((gc_object *)old);
}

static inline void gc__release_scoped(void *variable)
{
    gc_release(*(gc__slot *)variable);
}

GC__END_C

#if !defined(__cplusplus)

/* gc_retain(object): takes one more reference; returns `object`, with its type. The caller owns the reference.
 * User code: no. */
#define gc_retain(object) ((__typeof__(object))gc__retain_any(object))

/* gc_set(&field, value): stores `value` (borrowed: it is retained) and releases the old value, after the store.
 * A value of a type that cannot be assigned to the field does not compile. User code: if the old value dies. */
#define gc_set(field, value) \
    ((void)sizeof(*(field) = (value)), gc__set((gc__slot *)(void *)(field), (void *)(value)))

/* gc_move(&field, &variable): moves the reference that `variable` owns into the field, leaves NULL in `variable`, and
 * releases the field's old value, after both stores. No count of the moved object changes. User code: if the old value dies. */
#define gc_move(field, variable) \
    ((void)sizeof(*(field) = *(variable)), gc__move((gc__slot *)(void *)(field), (gc__slot *)(void *)(variable)))

/* gc_clear(&field): stores NULL, then releases the old value. User code: if the old value dies. */
#define gc_clear(field) ((void)sizeof(*(field) = NULL), gc__clear((gc__slot *)(void *)(field)))

#else

template <class T> static inline T *gc_retain(T *object)
{
    return static_cast<T *>(gc__retain_any(object));
}

/* Keeps `value` out of type deduction, so that a derived pointer, nullptr and NULL convert to the field's type. */
template <class T> struct gc__exactly {
    typedef T type;
};

template <class T> static inline void gc_set(T **field, typename gc__exactly<T *>::type value)
{
    gc__set(reinterpret_cast<gc__slot *>(field), value);
}

template <class T, class V> static inline void gc_move(T **field, V **variable)
{
    T *converted = *variable;
    (void)converted;
    gc__move(reinterpret_cast<gc__slot *>(field), reinterpret_cast<gc__slot *>(variable));
}

template <class T> static inline void gc_clear(T **field)
{
    gc__clear(reinterpret_cast<gc__slot *>(field));
}

#endif

/* GC_SCOPED struct node *a = gc_create(struct node, node);
 * The variable's reference is released when its block ends, on every way out of it (but longjmp). Only for a pointer
 * variable, initialized where it is declared. Uses the compilers' cleanup attribute. */
#define GC_SCOPED __attribute__((__cleanup__(gc__release_scoped)))

#endif
