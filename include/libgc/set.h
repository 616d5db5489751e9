/* SPDX-License-Identifier: MIT */
/* set.h: a set of objects of one heap, in the order in which they came.
 *
 * What can be a key of a gc_dict can be a member. A set of n members takes some 20 n bytes beside the objects. Two sets are equal when
 * they have the same members; a set has no hash. The type is `struct gc_set`; in C also plain `gc_set`, which in C++ is the function
 * of reference.h.
 *
 * Errors, and what may collect and run user code, are those of dict.h. */
#ifndef LIBGC_SET_H
#define LIBGC_SET_H

#include <libgc/container.h>
#include <libgc/heap.h>

GC__BEGIN_C

/* Its members are the library's. */
struct gc_set;
#if !defined(__cplusplus)
typedef struct gc_set gc_set;
#endif

/* A new, empty set, which the caller owns; NULL with GC_ERROR_MEMORY. Collects: yes, as a creation. User code: of that collection. */
GC__API struct gc_set *gc_set_create(gc_heap *heap);

/* Whether an object is a set. NULL is not. Collects: no. User code: no. */
static inline bool gc_set_is(const void *object)
{
    return gc__is_container(object, GC__CONTAINER_SET);
}

/* How many members. Collects: no. User code: no. */
GC__API size_t gc_set_count(const struct gc_set *set);

/* Adds a member; one that is there already stays. Returns false when it fails. */
GC__API bool gc_set_add(struct gc_set *set, const void *member);

/* Whether it is a member; false also when it fails, and as in gc_dict_get nobody is asked where all members are equal to themselves alone.
 * gc_set_find tells the two apart: 1, 0, and -1 when it fails. */
GC__API bool gc_set_contains(const struct gc_set *set, const void *member);
GC__API int gc_set_find(const struct gc_set *set, const void *member);

/* Removes a member. Returns whether it was one; false also when it fails. */
GC__API bool gc_set_remove(struct gc_set *set, const void *member);

/* Removes the oldest member and returns it, which the caller then owns; NULL for an empty set. Amortised constant time. */
GC__API void *gc_set_pop_first(struct gc_set *set);

/* As gc_dict_clear, gc_dict_reserve. */
GC__API void gc_set_clear(struct gc_set *set);
GC__API bool gc_set_reserve(struct gc_set *set, size_t count);

/* A new set, which the caller owns: the same members in the same order; what is in either set, in both, in the first alone, in one of the
 * two alone. The first set's members come first, in their order. NULL when it fails. The two may be the same set.
 * Collects: yes, as a creation. */
GC__API struct gc_set *gc_set_copy(const struct gc_set *set);
GC__API struct gc_set *gc_set_union(const struct gc_set *set, const struct gc_set *other);
GC__API struct gc_set *gc_set_intersection(const struct gc_set *set, const struct gc_set *other);
GC__API struct gc_set *gc_set_difference(const struct gc_set *set, const struct gc_set *other);
GC__API struct gc_set *gc_set_symmetric_difference(const struct gc_set *set, const struct gc_set *other);

/* Adds every member of `other`. As gc_dict_update. */
GC__API bool gc_set_update(struct gc_set *set, const struct gc_set *other);

/* Whether all members of `set` are in `other`; false also when it fails. */
GC__API bool gc_set_is_subset(const struct gc_set *set, const struct gc_set *other);

/* Going through the members, oldest first, as through a gc_dict. The member is borrowed. */
typedef struct gc_set_iterator {
    const struct gc_set *set;
    bool changed;
    uint32_t gc__position;
    uint64_t gc__version;
} gc_set_iterator;

/* Before the oldest member; and the next one: false at the end, and when the set has changed. Collects: no. User code: no. */
GC__API gc_set_iterator gc_set_iterate(const struct gc_set *set);
GC__API bool gc_set_next(gc_set_iterator *iterator, void **member);

GC__END_C

#endif
