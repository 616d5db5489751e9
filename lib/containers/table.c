/* SPDX-License-Identifier: MIT */
/* table.c: what stores, removes and moves entries. No user code but of collections, and of releases in gc__table_clear. */
#include "lib/containers/table.h"

#include "lib/containers/containers.h"

/* The index of a table without memory: nothing but EMPTY, and as it has no room, nobody writes to it. */
static const uint32_t table_no_index[GC__GROUP_WORDS];

/* Three quarters of the words: a third of the groups then have no EMPTY one, and half way to there one in a hundred. */
static uint32_t table_capacity(uint32_t words)
{
    return words / 4 * 3;
}

static uint32_t table_words(const gc__table *table)
{
    return table->entries ? table->groups + GC__GROUP_WORDS : 0;
}

static uint32_t table_used(const gc__table *table, unsigned width)
{
    return table->references / width;
}

static void table_set_words(gc__table *table, uint32_t words)
{
    table->groups = words - GC__GROUP_WORDS;
    table->bits = (uint32_t)__builtin_ctz(words);
}

void gc__table_open(gc__table *table)
{
    uint64_t version = table->version + 1;
    memset(table, 0, sizeof *table);
    table->version = version;
    table_set_words(table, GC__GROUP_WORDS);
    table->index = (uint32_t *)(uintptr_t)table_no_index;
}

/* The first word where an entry that is in no word yet can go. */
GC__ALWAYS_INLINE uint32_t table_free_position(const gc__table *table, uint32_t hash)
{
    uint32_t start = gc__table_first_group(table, hash), bits;
    /* TOMB is EMPTY but for its lowest bit. */
    while ((bits = gc__group_match(table->index + start, GC__TABLE_EMPTY, 1)) == 0)
        start = gc__table_next_group(table, start);
    return start + gc__group_first(bits);
}

/* Moves the entries of `from` to `table`, which has room and may be the same, without its holes. Returns how many. */
GC__ALWAYS_INLINE uint32_t table_move(gc__table *table, const gc__table *from, unsigned width)
{
    void **source = from->entries, **entries = table->entries;
    const uint32_t *source_hashes = gc__table_hashes(from, width);
    uint32_t *hashes = gc__table_hashes(table, width), to = 0, used = table_used(from, width);
    for (uint32_t entry = 0; entry < used; entry++) {
        if (!source[(size_t)entry * width])
            continue;
        for (unsigned i = 0; i < width; i++)
            entries[(size_t)to * width + i] = source[(size_t)entry * width + i];
        hashes[to++] = source_hashes[entry];
    }
    return to;
}

/* The same, and makes the index. */
static void table_fill(gc__table *table, const gc__table *from, unsigned width)
{
    uint32_t count = width == 1 ? table_move(table, from, 1) : table_move(table, from, 2);
    const uint32_t *hashes = gc__table_hashes(table, width);
    memset(table->index, 0, ((size_t)gc__table_mask(table) + 1) * sizeof *table->index);
    for (uint32_t entry = 0; entry < count; entry++) {
        if (entry + GC__TABLE_AHEAD < count)
            gc__table_prefetch(table, hashes[entry + GC__TABLE_AHEAD]);
        table->index[table_free_position(table, hashes[entry])] = gc__table_word(table, hashes[entry], entry);
    }
    table->references = count * width;
    table->count = table->filled = count;
    table->first = 0;
    table->version++;
}

/* Where in its block the index is: behind entries and hashes, and no group of it in two lines if the block is aligned to one. */
static size_t table_index_offset(uint32_t words, unsigned width)
{
    size_t bytes = (size_t)table_capacity(words) * (width * sizeof(void *) + sizeof(uint32_t));
    size_t group = GC__GROUP_WORDS * sizeof(uint32_t);
    return (bytes + group - 1) & ~(group - 1);
}

static size_t table_bytes(uint32_t words, unsigned width)
{
    return table_index_offset(words, width) + (size_t)words * sizeof(uint32_t);
}

/* Moves everything into a new block. */
static void table_rebuild(gc_heap *heap, gc__table *table, unsigned width, uint32_t words, void *block)
{
    gc__table from = *table;
    table->entries = block;
    table_set_words(table, words);
    table->capacity = table_capacity(words);
    table->index = (uint32_t *)(void *)((char *)block + table_index_offset(words, width));
    table_fill(table, &from, width);
    gc_free(heap, from.entries);
}

/* The smallest index with room for so many; 0: there is none. */
static uint32_t table_words_for(size_t entries)
{
    uint32_t words = GC__TABLE_WORDS_MIN;
    while (words < GC__TABLE_WORDS_MAX && table_capacity(words) < entries)
        words *= 2;
    return table_capacity(words) >= entries ? words : 0;
}

bool gc__table_reserve(gc_heap *heap, gc__table *table, unsigned width, size_t more)
{
    while (!gc__table_has_room(table, width, more)) {
        /* Half as many again, so that holes are closed, and the table grows, once in so many insertions. */
        size_t enough = (size_t)table->count + table->count / 2 + 1;
        if (enough < table->count + more)
            enough = table->count + more;
        uint32_t words = more < GC__TABLE_WORDS_MAX ? table_words_for(enough) : 0;
        if (words == 0) {
            gc__fail(heap, GC_ERROR_LIMIT, "a table of more than %u entries", table_capacity(GC__TABLE_WORDS_MAX));
            return false;
        }
        if (words <= table_words(table)) {
            void *block = words < table_words(table) ? gc__raw_resize(heap, NULL, table_bytes(words, width)) : NULL;
            gc__table from = *table;
            if (block)
                table_rebuild(heap, table, width, words, block);
            else
                table_fill(table, &from, width);
            return true;
        }
        uint64_t version = table->version;
        void *block = gc_alloc(heap, table_bytes(words, width));
        if (!block)
            return false;
        /* A collection's user code may have changed the table. */
        if (version == table->version)
            table_rebuild(heap, table, width, words, block);
        else
            gc_free(heap, block);
    }
    return true;
}

void gc__table_shrink_slow(gc_heap *heap, gc__table *table, unsigned width)
{
    if (table->count == 0) {
        gc_free(heap, table->entries);
        gc__table_open(table);
        return;
    }
    uint32_t words = table_words_for((size_t)table->count + table->count / 2 + 1);
    void *block = gc__raw_resize(heap, NULL, table_bytes(words, width));
    if (block)
        table_rebuild(heap, table, width, words, block);
}

void **gc__table_append(gc__table *table, unsigned width, uint32_t hash, uint32_t kinds)
{
    return gc__table_insert(table, width, hash, (gc__table_place){ table_free_position(table, hash), 0 }, kinds);
}

/* Frees an index word. A lookup that comes to a group with an EMPTY word ends there, with or without this one: the last taken word comes to
 * its place, so that what is EMPTY stays together at the end. */
static void table_unindex(gc__table *table, uint32_t position)
{
    uint32_t *group = table->index + (position & ~(GC__GROUP_WORDS - 1));
    if (!gc__table_ends(group)) {
        table->index[position] = GC__TABLE_TOMB;
        return;
    }
    uint32_t *last = group + gc__group_first(gc__group_equal(group, GC__TABLE_EMPTY)) - 1;
    table->index[position] = *last;
    *last = GC__TABLE_EMPTY;
    table->filled--;
}

void gc__table_remove(gc__table *table, unsigned width, gc__table_place place, void **taken)
{
    void **at = table->entries + (size_t)place.entry * width;
    memcpy(taken, at, width * sizeof(void *));
    memset(at, 0, width * sizeof(void *));
    table_unindex(table, place.position);
    table->count--;
    table->version++;
    uint32_t used = table_used(table, width);
    if (place.entry + 1 == used)
        while (used > 0 && !table->entries[(size_t)(used - 1) * width])
            used--;
    table->references = used * width;
    if (place.entry == table->first)
        while (table->first < used && !table->entries[(size_t)table->first * width])
            table->first++;
    if (table->first > used)
        table->first = used;
}

gc__table_place gc__table_place_of(const gc__table *table, unsigned width, uint32_t entry)
{
    uint32_t hash = gc__table_hashes(table, width)[entry], word = gc__table_word(table, hash, entry);
    uint32_t start = gc__table_first_group(table, hash), bits;
    while ((bits = gc__group_equal(table->index + start, word)) == 0)
        start = gc__table_next_group(table, start);
    return (gc__table_place){ start + gc__group_first(bits), entry };
}

void gc__table_clear(gc_heap *heap, gc__table *table)
{
    gc__table old = *table;
    gc__table_open(table);
    for (uint32_t i = 0; i < old.references; i++)
        gc_release(old.entries[i]);
    gc_free(heap, old.entries);
}

bool gc__table_copy(gc_heap *heap, gc__table *table, const gc__table *source, unsigned width, size_t more)
{
    /* Making room may collect, and user code may add to the source. */
    while (table->capacity < source->count + more)
        if (!gc__table_reserve(heap, table, width, source->count + more))
            return false;
    table->kinds = source->kinds;
    if (source->count == 0)
        return true;
    if (table->groups == source->groups && source->count == table_used(source, width)) {
        memcpy(table->entries, source->entries, source->references * sizeof(void *));
        memcpy(gc__table_hashes(table, width), gc__table_hashes(source, width), source->count * sizeof(uint32_t));
        memcpy(table->index, source->index, table_words(table) * sizeof(uint32_t));
        table->references = source->references;
        table->count = source->count;
        table->filled = source->filled;
    } else {
        table_fill(table, source, width);
    }
    for (uint32_t i = 0; i < table->references; i++)
        gc__retain_any(table->entries[i]);
    return true;
}

void gc__table_finish(gc_heap *heap, gc__table *table, unsigned width, uint32_t count, uint32_t kinds)
{
    if (count == 0) {
        gc_free(heap, table->entries);
        gc__table_open(table);
        return;
    }
    uint32_t words = table_words_for(count);
    void *block = words < table_words(table) ? gc__raw_resize(heap, NULL, table_bytes(words, width)) : NULL;
    table->references = count * width;
    table->kinds = kinds;
    gc__table from = *table;
    if (block)
        table_rebuild(heap, table, width, words, block);
    else
        table_fill(table, &from, width);
}

bool gc__table_changed(const void *owner)
{
    gc_heap *heap = gc__heap_of(owner);
    gc__fail(heap, GC_ERROR_CHANGED, "a %s was changed while it was gone through; go through a copy, or change it afterwards",
             gc__type_of(heap, owner)->name);
    return true;
}
