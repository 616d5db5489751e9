/* SPDX-License-Identifier: MIT */
/* set_operations.c: sets as a whole: copies, union, intersection, differences, subsets. Hashes are taken from the tables, so only the
 * equality of members can be user code. Most sets have no members of such a kind: these operations are then loops in which nothing can
 * change. In the others each member is held while it is looked up, since that code may take it out of its set. */
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

/* --- Members whose equality is no user code ------------------------------------------------------------------------- */

static bool set_asks(const struct gc_set *set)
{
    return set->table.kinds & GC__TABLE_ASKS;
}

/* Looks a member of one set up in another. `is_address`: one of the two has only members that are equal to themselves alone. */
GC__ALWAYS_INLINE enum gc__table_found set_find_plain(const gc__table *table, const void *member, uint32_t hash, bool is_address,
                                                      gc__table_place *place)
{
    if (is_address)
        return gc__table_find(table, GC__SET_WIDTH, hash, gc__match_identity, member, place);
    switch (gc__number_of(member)) {
    case GC__CONTAINER_STRING:
    case GC__CONTAINER_INTERNED: return gc__table_find(table, GC__SET_WIDTH, hash, gc__match_string, member, place);
    case GC__CONTAINER_INTEGER: return gc__table_find(table, GC__SET_WIDTH, hash, gc__match_integer, member, place);
    default: return gc__table_find(table, GC__SET_WIDTH, hash, gc__match_identity, member, place);
    }
}

static bool set_is_by_address(const struct gc_set *set, const struct gc_set *other)
{
    return !(set->table.kinds & other->table.kinds & GC__TABLE_BY_VALUE);
}

/* Adds the members of `other`, for all of which there is room. */
static void set_add_plain(struct gc_set *set, const struct gc_set *other)
{
    gc__table *table = &set->table;
    const gc__table *from = &other->table;
    const uint32_t *hashes = from->entries ? gc__table_hashes(from, GC__SET_WIDTH) : NULL;
    bool is_address = set_is_by_address(set, other);
    for (uint32_t i = from->first; i < from->references; i++) {
        void *member = from->entries[i];
        gc__table_place place;
        if (i + GC__TABLE_AHEAD < from->references)
            gc__table_prefetch(table, hashes[i + GC__TABLE_AHEAD]);
        if (member && set_find_plain(table, member, hashes[i], is_address, &place) == GC__ABSENT)
            gc__table_insert(table, GC__SET_WIDTH, hashes[i], place, from->kinds)[0] = gc_retain(member);
    }
}

/* Puts the members of `set` that are in `other`, or those that are not, behind `count` others into a table that has room for them and no
 * index yet. Returns how many there are now. */
static uint32_t set_collect_plain(gc__table *table, uint32_t count, const struct gc_set *set, const struct gc_set *other,
                                  enum gc__table_found wanted)
{
    const gc__table *from = &set->table;
    const uint32_t *hashes = from->entries ? gc__table_hashes(from, GC__SET_WIDTH) : NULL;
    bool is_address = set_is_by_address(set, other);
    for (uint32_t i = from->first; i < from->references; i++) {
        void *member = from->entries[i];
        gc__table_place place;
        if (i + GC__TABLE_AHEAD < from->references)
            gc__table_prefetch(&other->table, hashes[i + GC__TABLE_AHEAD]);
        if (!member || set_find_plain(&other->table, member, hashes[i], is_address, &place) != wanted)
            continue;
        table->entries[count] = gc_retain(member);
        gc__table_hashes(table, GC__SET_WIDTH)[count++] = hashes[i];
    }
    return count;
}

/* --- Copies and unions ------------------------------------------------------------------------------------------------ */

static struct gc_set *set_copy_with_room(const struct gc_set *set, size_t more)
{
    gc_heap *heap = gc__heap_of(set);
    struct gc_set *copy = gc_set_create(heap);
    if (copy && gc__table_copy(heap, &copy->table, &set->table, GC__SET_WIDTH, more))
        return copy;
    gc_release(copy);
    return NULL;
}

struct gc_set *gc_set_copy(const struct gc_set *set)
{
    return set_copy_with_room(set, 0);
}

bool gc_set_update(struct gc_set *set, const struct gc_set *other)
{
    if (set == other)
        return true;
    /* Making room may collect, and user code add to both. */
    while (!gc__table_has_room(&set->table, GC__SET_WIDTH, other->table.count))
        if (!gc__table_reserve(gc__heap_of(set), &set->table, GC__SET_WIDTH, other->table.count))
            return false;
    if (!set_asks(other)) {
        set_add_plain(set, other);
        return true;
    }
    set_walk walk = set_walk_begin(other);
    while (set_walk_next(&walk))
        walk.failed = !gc__set_add_key(set, &walk.key);
    return !walk.failed;
}

struct gc_set *gc_set_union(const struct gc_set *set, const struct gc_set *other)
{
    struct gc_set *result = set_copy_with_room(set, set == other ? 0 : other->table.count);
    if (result && gc_set_update(result, other))
        return result;
    gc_release(result);
    return NULL;
}

/* --- Intersection and differences ------------------------------------------------------------------------------------- */

/* Appends to `result`, which nobody else has, the members of `set` that are in `other`, or those that are not. */
static bool set_append_those(struct gc_set *result, const struct gc_set *set, const struct gc_set *other, enum gc__table_found wanted)
{
    set_walk walk = set_walk_begin(set);
    while (set_walk_next(&walk)) {
        gc__table_place place;
        enum gc__table_found found = gc__set_find_key(other, &walk.key, &place);
        walk.failed = found == GC__FAILED;
        if (found != wanted)
            continue;
        walk.failed = !gc__table_reserve(gc__heap_of(result), &result->table, GC__SET_WIDTH, 1);
        if (!walk.failed)
            gc__table_append(&result->table, GC__SET_WIDTH, walk.key.hash, gc__key_kinds(walk.key.object))[0] =
                gc__retain_any(walk.key.object);
    }
    return !walk.failed;
}

/* The most members that the result can have. */
static size_t set_most(const struct gc_set *set, const struct gc_set *other, enum gc__table_found wanted, bool both)
{
    size_t count = set->table.count, others = other->table.count;
    if (both)
        return count + others;
    return wanted == GC__FOUND && others < count ? others : count;
}

/* Those of `set`, and where `both` is set then those of `other` that are not in `set`. */
static bool set_fill_with_those(struct gc_set *result, const struct gc_set *set, const struct gc_set *other, enum gc__table_found wanted,
                                bool both)
{
    gc_heap *heap = gc__heap_of(result);
    gc__table *table = &result->table;
    /* Making room may collect, and user code change both. */
    while (!set_asks(set) && !(both && set_asks(other))) {
        if (table->capacity >= set_most(set, other, wanted, both)) {
            uint32_t count = set_collect_plain(table, 0, set, other, wanted);
            if (both)
                count = set_collect_plain(table, count, other, set, GC__ABSENT);
            gc__table_finish(heap, table, GC__SET_WIDTH, count, set->table.kinds | (both ? other->table.kinds : 0));
            return true;
        }
        if (!gc__table_reserve(heap, table, GC__SET_WIDTH, set_most(set, other, wanted, both)))
            return false;
    }
    return set_append_those(result, set, other, wanted) && (!both || set_append_those(result, other, set, GC__ABSENT));
}

static struct gc_set *set_those(const struct gc_set *set, const struct gc_set *other, enum gc__table_found wanted, bool both)
{
    struct gc_set *result = gc_set_create(gc__heap_of(set));
    if (result && set_fill_with_those(result, set, other, wanted, both))
        return result;
    gc_release(result);
    return NULL;
}

struct gc_set *gc_set_intersection(const struct gc_set *set, const struct gc_set *other)
{
    return set_those(set, other, GC__FOUND, false);
}

struct gc_set *gc_set_difference(const struct gc_set *set, const struct gc_set *other)
{
    return set_those(set, other, GC__ABSENT, false);
}

struct gc_set *gc_set_symmetric_difference(const struct gc_set *set, const struct gc_set *other)
{
    return set_those(set, other, GC__ABSENT, true);
}

bool gc__set_is_subset(const struct gc_set *set, const struct gc_set *other, bool *subset)
{
    *subset = set->table.count <= other->table.count;
    if (!*subset)
        return true;
    set_walk walk = set_walk_begin(set);
    while (set_walk_next(&walk)) {
        gc__table_place place;
        enum gc__table_found found = gc__set_find_key(other, &walk.key, &place);
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
