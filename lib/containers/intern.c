/* SPDX-License-Identifier: MIT */
/* intern.c: the table of interned strings. It holds none of them: an interned string has a type of its own, of the same name and with
 * the same layout, whose destroy takes it out. So being interned costs a string that is not nothing. */
#include "lib/containers/containers.h"

#include "lib/check.h"

typedef struct gc__intern_entry {
    uint64_t hash;
    gc_string *string; /* NULL: empty */
} gc__intern_entry;

#define INTERN_FIRST 64u

/* Where a string with these bytes would go, and in `found` the one that is there. One that is dying is not found: its place is given away. */
static gc__intern_entry *intern_find(gc_heap *heap, uint64_t hash, const char *bytes, size_t length, gc_string **found)
{
    const gc__intern_table *table = &heap->containers->interned;
    gc__intern_entry *dying = NULL;
    *found = NULL;
    for (size_t i = hash & (table->capacity - 1);; i = (i + 1) & (table->capacity - 1)) {
        gc__intern_entry *entry = &table->entries[i];
        if (!entry->string)
            return dying ? dying : entry;
        if (entry->hash != hash || entry->string->gc__length != length || memcmp(entry->string + 1, bytes, length) != 0)
            continue;
        if (heap->states[gc__place_of(heap, &entry->string->gc).index] & GC__DYING) {
            dying = entry;
            continue;
        }
        *found = entry->string;
        return entry;
    }
}

/* Makes room for one more. */
static bool intern_reserve(gc_heap *heap)
{
    gc__intern_table *table = &heap->containers->interned;
    if (table->used * 4 < table->capacity * 3)
        return true;
    size_t capacity = table->capacity ? table->capacity * 2 : INTERN_FIRST;
    gc__intern_entry *entries = gc__raw_take(heap, capacity * sizeof *entries);
    if (!entries) {
        gc__fail(heap, GC_ERROR_MEMORY, "no memory for a table of %zu interned strings", capacity);
        return false;
    }
    memset(entries, 0, capacity * sizeof *entries);
    for (size_t k = 0; k < table->capacity; k++) {
        if (!table->entries[k].string)
            continue;
        size_t i = table->entries[k].hash & (capacity - 1);
        while (entries[i].string)
            i = (i + 1) & (capacity - 1);
        entries[i] = table->entries[k];
    }
    gc__raw_give(heap, table->entries);
    table->entries = entries;
    table->capacity = capacity;
    return true;
}

/* Empties a place, and moves back what had to go past it. */
static void intern_remove(gc__intern_table *table, size_t hole)
{
    size_t mask = table->capacity - 1;
    for (size_t i = (hole + 1) & mask; table->entries[i].string; i = (i + 1) & mask) {
        size_t home = table->entries[i].hash & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            table->entries[hole] = table->entries[i];
            hole = i;
        }
    }
    table->entries[hole].string = NULL;
    table->used--;
}

static void intern_destroy(void *object)
{
    gc_string *string = object;
    gc__intern_table *table = &gc__heap_of(string)->containers->interned;
    size_t mask = table->capacity - 1, i = string->gc__hash & mask;
    while (table->entries[i].string && table->entries[i].string != string)
        i = (i + 1) & mask;
    if (table->entries[i].string)
        intern_remove(table, i);
}

gc_string *gc_string_intern(const gc_string *given)
{
    gc_string *string = (gc_string *)given, *found;
    gc_heap *heap = gc__heap_of(string);
    uint64_t hash;
    gc__check_heap(heap);
    if (gc_string_is_interned(string))
        return gc_retain(string);
    if (!gc__container_type(heap, GC__CONTAINER_INTERNED) || !gc__hash_of(heap, string, &hash) || !intern_reserve(heap))
        return NULL;
    gc__intern_entry *entry = intern_find(heap, hash, gc_string_bytes(string), string->gc__length, &found);
    if (found)
        return gc_retain(found);
    heap->containers->interned.used += entry->string == NULL;
    *entry = (gc__intern_entry){ hash, string };
    string->gc.gc__kind = (string->gc.gc__kind & ~GC__TYPE_MASK) | GC__CONTAINER_INTERNED;
    return gc_retain(string);
}

gc_string *gc_string_intern_bytes(gc_heap *heap, const char *bytes, size_t length)
{
    gc_string *found = NULL;
    gc__check_heap(heap);
    const gc__containers *state = gc__containers_of(heap);
    if (!state)
        return NULL;
    if (state->interned.capacity)
        intern_find(heap, gc__hash_siphash(state, bytes, length), bytes, length, &found);
    if (found)
        return gc_retain(found);
    gc_string *string = gc_string_create(heap, bytes, length), *interned = string ? gc_string_intern(string) : NULL;
    gc_release(string);
    return interned;
}

const gc_type_info gc__interned_info =
    GC_TYPE_INFO(gc_string, GC_TYPE_FLAGS(GC_ACYCLIC), GC_DESTROY(intern_destroy), GC_HASH(gc__string_hash),
                 GC_EQUAL(gc__string_equal), GC_REPR(gc__string_repr));
