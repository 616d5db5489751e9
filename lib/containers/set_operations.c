/* SPDX-License-Identifier: MIT */
/* set_operations.c: sets as a whole: copies, union, intersection, differences, subsets. Hashes are taken from the tables, so only the
 * equality of members can be user code; each member is held while it is looked up, since that code may take it out of its set. */
#include "lib/containers/set.h"

/* Going through a set, with keys to look up elsewhere. */
typedef struct set_walk {
    const struct gc_set *set;
    uint64_t version;
    uint32_t position;
    bool failed; /* it has changed meanwhile, which is recorded; or the user of the walk says so */
    gc__key key; /* its object is held from one step to the next */
} set_walk;

static set_walk set_walk_begin(const struct gc_set *set)
{
    return (set_walk){ .set = set, .version = set->table.version, .position = set->table.first };
}

/* The next member. False: there is none, or the walk failed; nothing is held then. */
static bool set_walk_next(set_walk *walk)
{
    const gc__table *table = &walk->set->table;
    gc_release(walk->key.object);
    walk->key.object = NULL;
    if (!walk->failed && walk->version != table->version)
        walk->failed = gc__table_changed(walk->set);
    void **entry = walk->failed ? NULL : gc__table_next(table, GC__SET_WIDTH, &walk->position);
    if (entry)
        walk->key = gc__key_stored(gc_retain(entry[0]), gc__table_hashes(table, GC__SET_WIDTH)[walk->position - 1]);
    return entry != NULL;
}

struct gc_set *gc_set_copy(const struct gc_set *set)
{
    gc_heap *heap = gc__heap_of(set);
    struct gc_set *copy = gc_set_create(heap);
    if (copy && gc__table_copy(heap, &copy->table, &set->table, GC__SET_WIDTH))
        return copy;
    gc_release(copy);
    return NULL;
}

bool gc_set_update(struct gc_set *set, const struct gc_set *other)
{
    if (set == other)
        return true;
    if (!gc__table_reserve(gc__heap_of(set), &set->table, GC__SET_WIDTH, other->table.count))
        return false;
    set_walk walk = set_walk_begin(other);
    while (set_walk_next(&walk))
        walk.failed = !gc__set_add_key(set, &walk.key);
    return !walk.failed;
}

/* Appends to `result`, which nobody else has, the members of `set` that are in `other`, or those that are not. */
static bool set_append_those(struct gc_set *result, const struct gc_set *set, const struct gc_set *other, enum gc__table_found wanted)
{
    set_walk walk = set_walk_begin(set);
    while (set_walk_next(&walk)) {
        enum gc__table_found found = gc__set_find_key(other, &walk.key);
        walk.failed = found == GC__FAILED;
        if (found != wanted)
            continue;
        walk.failed = !gc__table_reserve(gc__heap_of(result), &result->table, GC__SET_WIDTH, 1);
        if (!walk.failed)
            gc__table_append(&result->table, GC__SET_WIDTH, walk.key.hash)[0] = gc__retain_any(walk.key.object);
    }
    return !walk.failed;
}

struct gc_set *gc_set_union(const struct gc_set *set, const struct gc_set *other)
{
    struct gc_set *result = gc_set_copy(set);
    if (result && gc_set_update(result, other))
        return result;
    gc_release(result);
    return NULL;
}

static struct gc_set *set_those(const struct gc_set *set, const struct gc_set *other, enum gc__table_found wanted)
{
    struct gc_set *result = gc_set_create(gc__heap_of(set));
    if (result && set_append_those(result, set, other, wanted))
        return result;
    gc_release(result);
    return NULL;
}

struct gc_set *gc_set_intersection(const struct gc_set *set, const struct gc_set *other)
{
    return set_those(set, other, GC__FOUND);
}

struct gc_set *gc_set_difference(const struct gc_set *set, const struct gc_set *other)
{
    return set_those(set, other, GC__ABSENT);
}

struct gc_set *gc_set_symmetric_difference(const struct gc_set *set, const struct gc_set *other)
{
    struct gc_set *result = gc_set_difference(set, other);
    if (result && set_append_those(result, other, set, GC__ABSENT))
        return result;
    gc_release(result);
    return NULL;
}

bool gc__set_is_subset(const struct gc_set *set, const struct gc_set *other, bool *subset)
{
    *subset = set->table.count <= other->table.count;
    if (!*subset)
        return true;
    set_walk walk = set_walk_begin(set);
    while (set_walk_next(&walk)) {
        enum gc__table_found found = gc__set_find_key(other, &walk.key);
        walk.failed = found == GC__FAILED;
        if (found == GC__ABSENT)
            *subset = false;
        if (found != GC__FOUND)
            break;
    }
    gc_release(walk.key.object);
    return !walk.failed;
}

bool gc_set_is_subset(const struct gc_set *set, const struct gc_set *other)
{
    bool subset;
    return gc__set_is_subset(set, other, &subset) && subset;
}
