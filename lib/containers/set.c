/* SPDX-License-Identifier: MIT */
/* set.c: sets, one member at a time; going through them, comparing, writing them; their type. */
#include "lib/containers/set.h"

#include "lib/check.h"

struct gc_set *gc_set_create(gc_heap *heap)
{
    gc_type *type = gc__container_type(heap, GC__CONTAINER_SET);
    struct gc_set *set = type ? gc_create(struct gc_set, type) : NULL;
    if (set)
        gc__table_open(&set->table);
    return set;
}

size_t gc_set_count(const struct gc_set *set)
{
    return set->table.count;
}

bool gc__set_add_key(struct gc_set *set, gc__key *key)
{
    gc__table_place place;
    for (;;) {
        enum gc__table_found found = gc__set_find_key(set, key, &place);
        if (found != GC__ABSENT)
            return found == GC__FOUND;
        if (gc__table_has_room(&set->table, GC__SET_WIDTH, 1))
            break;
        if (!gc__table_reserve(gc__heap_of(set), &set->table, GC__SET_WIDTH, 1))
            return false;
    }
    gc__table_insert(&set->table, GC__SET_WIDTH, key->hash, place, gc__key_kinds(key->object))[0] = gc__retain_any(key->object);
    return true;
}

enum gc__table_found gc__set_find_key(const struct gc_set *set, gc__key *key, gc__table_place *place)
{
    return gc__key_find(set, &set->table, GC__SET_WIDTH, key, place);
}

bool gc_set_add(struct gc_set *set, const void *member)
{
    gc__key_place at;
    for (;;) {
        at = gc__key_look_up(set, &set->table, GC__SET_WIDTH, member);
        if (at.found != GC__ABSENT)
            return at.found == GC__FOUND;
        if (GC__LIKELY(gc__table_has_room(&set->table, GC__SET_WIDTH, 1)))
            break;
        if (!gc__table_reserve(gc__heap_of(set), &set->table, GC__SET_WIDTH, 1))
            return false;
    }
    gc__table_insert(&set->table, GC__SET_WIDTH, at.hash, at.place, gc__key_kinds(member))[0] = gc__retain_any(member);
    return true;
}

int gc_set_find(const struct gc_set *set, const void *member)
{
    return (int)gc__key_look_up(set, &set->table, GC__SET_WIDTH, member).found;
}

GC__NOINLINE static bool set_contains_slow(const struct gc_set *set, const void *member)
{
    return gc_set_find(set, member) == GC__FOUND;
}

bool gc_set_contains(const struct gc_set *set, const void *member)
{
    void **at;
    enum gc__table_found found = GC__UNSURE;
    uint32_t hash;
    switch (gc__key_way_of(&set->table, member, &hash)) {
    case GC__KEY_BY_ADDRESS:
        found = gc__table_seek(&set->table, GC__SET_WIDTH, hash, gc__match_identity, member, &at);
        break;
    case GC__KEY_BY_INTEGER:
        found = gc__table_seek(&set->table, GC__SET_WIDTH, hash, gc__match_integers, member, &at);
        break;
    default:
        break;
    }
    return GC__LIKELY(found != GC__UNSURE) ? found == GC__FOUND : set_contains_slow(set, member);
}

/* Takes out the member that a lookup found; it is the caller's. */
static void *set_take(struct gc_set *set, gc__table_place place)
{
    void *taken;
    gc__table_remove(&set->table, GC__SET_WIDTH, place, &taken);
    gc__table_shrink(set, &set->table, GC__SET_WIDTH);
    return taken;
}

bool gc_set_remove(struct gc_set *set, const void *member)
{
    gc__key_place at = gc__key_look_up(set, &set->table, GC__SET_WIDTH, member);
    if (at.found != GC__FOUND)
        return false;
    gc_release(set_take(set, at.place));
    return true;
}

void *gc_set_pop_first(struct gc_set *set)
{
    gc__check_heap(gc__heap_of(set));
    return set->table.count ? set_take(set, gc__table_place_of(&set->table, GC__SET_WIDTH, set->table.first)) : NULL;
}

void gc_set_clear(struct gc_set *set)
{
    gc__table_clear(gc__heap_of(set), &set->table);
}

bool gc_set_reserve(struct gc_set *set, size_t count)
{
    return count <= set->table.count || gc__table_reserve(gc__heap_of(set), &set->table, GC__SET_WIDTH, count - set->table.count);
}

gc_set_iterator gc_set_iterate(const struct gc_set *set)
{
    gc_set_iterator iterator;
    memset(&iterator, 0, sizeof iterator);
    iterator.set = set;
    iterator.gc__position = set->table.first;
    iterator.gc__version = set->table.version;
    return iterator;
}

bool gc_set_next(gc_set_iterator *iterator, void **member)
{
    const gc__table *table = &iterator->set->table;
    void **entry = NULL;
    if (iterator->gc__version == table->version)
        entry = gc__table_next(table, GC__SET_WIDTH, &iterator->gc__position);
    else
        iterator->changed = gc__table_changed(iterator->set);
    *member = entry ? entry[0] : NULL;
    return entry != NULL;
}

static bool set_equal(const void *a, const void *b, bool *equal)
{
    const struct gc_set *set = a, *other = b;
    *equal = set->table.count == other->table.count;
    return !*equal || gc__set_is_subset(set, other, equal);
}

static void set_repr(const void *object, gc_repr_writer *writer)
{
    const gc__table *table = &((const struct gc_set *)object)->table;
    uint64_t version = table->version;
    uint32_t position = table->first;
    const char *before = "";
    gc_repr_text(writer, table->count ? "{" : "set(");
    const char *end = table->count ? "}" : ")";
    for (void **entry; version == table->version && (entry = gc__table_next(table, GC__SET_WIDTH, &position)); before = ", ") {
        void *member = gc_retain(entry[0]);
        gc_repr_text(writer, before);
        gc_repr_object(writer, member);
        gc_release(member);
    }
    /* A member's own repr has changed the set. */
    gc_repr_text(writer, version == table->version ? "" : ", ...");
    gc_repr_text(writer, end);
}

const gc_type_info gc__set_info =
    GC_TYPE_INFO(gc_set, GC_REF_SPAN(table.entries, table.references), GC_EQUAL(set_equal), GC_REPR(set_repr));
