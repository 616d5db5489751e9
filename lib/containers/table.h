/* SPDX-License-Identifier: MIT */
/* table.h: the one hash table, of dictionaries, sets and weak dictionaries.
 *
 * Entries stand one behind the other in the order in which they came: `width` references each, the key first. Removing one leaves a hole,
 * a key that is NULL; when the entries have come to the end of their room the holes are closed, in as much room as what is left asks for.
 * So the references are a span that the collector walks by itself.
 *
 * Beside them stands an index: a power of two of words, in groups of eight that are looked at together, one group after the other. A word
 * that is neither EMPTY nor a TOMB has the entry's number + 2 in its low bits, as many as the mask has, and the same high bits as the
 * entry's hash. The first group comes from the hash's low bits; so a word and where it is say nearly all of the hash, and a lookup reads an
 * entry only where it is the right one. It ends at a group with an EMPTY word, nearly always the first: one that misses touches one line
 * of the index, one that hits also that of the entry, and the key.
 *
 * The table calls no user code by itself, but whoever looks a key up may: `version` says whether entries have come, gone or moved. */
#ifndef LIBGC_CONTAINERS_TABLE_H
#define LIBGC_CONTAINERS_TABLE_H

#include "lib/containers/group.h"
#include "lib/edges.h"
#include "lib/heap.h"

typedef struct gc__table {
    void **entries;      /* start of the block: entries, their hashes, the index; NULL: there is none */
    uint32_t *index;
    uint64_t version;
    uint32_t references; /* in the span: width * (entries and holes) */
    uint32_t mask;       /* words of the index - 1 */
    uint32_t capacity;   /* entries and holes that there is room for */
    uint32_t count;      /* entries */
    uint32_t filled;     /* words of the index that are not EMPTY */
    uint32_t first;      /* before this there are only holes */
} gc__table;

enum { GC__TABLE_EMPTY = 0, GC__TABLE_TOMB = 1, GC__TABLE_NUMBER = 2 };

#define GC__TABLE_WORDS_MIN GC__GROUP_WORDS
#define GC__TABLE_WORDS_MAX (1u << 31)

/* Where a key is, or where in the index a new one goes. */
typedef struct gc__table_place {
    uint32_t position;
    uint32_t entry;
} gc__table_place;

/* What a lookup came to. CHANGED: user code has changed the table meanwhile. */
enum gc__table_found { GC__ABSENT = 0, GC__FOUND = 1, GC__FAILED = -1, GC__CHANGED = -2 };

/* Whether the first reference of an entry with the hash looked for is what is looked for: FOUND, ABSENT, FAILED or CHANGED. */
typedef enum gc__table_found (*gc__table_match)(const void *context, const void *stored);

/* Makes a zeroed table an empty one, which has no memory yet. */
void gc__table_open(gc__table *table);

/* Room for `more` further entries. False, the table as it was: GC_ERROR_MEMORY or GC_ERROR_LIMIT is recorded. May collect, and user code
 * then change the table, which has the room all the same. */
bool gc__table_reserve(gc_heap *heap, gc__table *table, unsigned width, size_t more);

/* Whether there is room for so many further entries. */
static inline bool gc__table_has_room(const gc__table *table, unsigned width, size_t more)
{
    uint32_t used = table->references / width, most = used > table->filled ? used : table->filled;
    return more <= table->capacity - most;
}

/* A new entry, not filled in yet, at a place that a lookup found absent; there is room. Returns it. */
static inline void **gc__table_insert(gc__table *table, unsigned width, uint32_t hash, gc__table_place place)
{
    uint32_t entry = table->references / width;
    table->filled += table->index[place.position] == GC__TABLE_EMPTY;
    table->index[place.position] = (hash & ~table->mask) | (entry + GC__TABLE_NUMBER);
    ((uint32_t *)(void *)(table->entries + (size_t)table->capacity * width))[entry] = hash;
    table->references += width;
    table->count++;
    table->version++;
    return table->entries + (size_t)entry * width;
}

/* The same for a key that is known to be absent, at a place found here. */
void **gc__table_append(gc__table *table, unsigned width, uint32_t hash);

/* Takes an entry out; its references are the caller's now. The table may then be too large: see gc__table_shrink. */
void gc__table_remove(gc__table *table, unsigned width, gc__table_place place, void **taken);

/* The place of an entry whose number is known. */
gc__table_place gc__table_place_of(const gc__table *table, unsigned width, uint32_t entry);

/* Gives memory back when few entries are left. Never collects, cannot fail. */
void gc__table_shrink_slow(gc_heap *heap, gc__table *table, unsigned width);

static inline void gc__table_shrink(const void *owner, gc__table *table, unsigned width)
{
    if (GC__UNLIKELY(table->count < table->capacity / 8 && table->mask >= GC__TABLE_WORDS_MIN))
        gc__table_shrink_slow(gc__heap_of(owner), table, width);
}

/* Makes the table empty, then releases what it held, then its memory. */
void gc__table_clear(gc_heap *heap, gc__table *table);

/* Makes `table`, which is empty, hold the same entries as `source`, retained. False: no memory, recorded. */
bool gc__table_copy(gc_heap *heap, gc__table *table, const gc__table *source, unsigned width);

/* Records that the table of `owner` was changed while somebody went through it. Returns true. */
bool gc__table_changed(const void *owner);

/* The next entry at `*position` or behind it, whose number + 1 is stored there; NULL: there is none. */
static inline void **gc__table_next(const gc__table *table, unsigned width, uint32_t *position)
{
    uint32_t used = table->references / width;
    for (uint32_t entry = *position; entry < used; entry++) {
        void **at = table->entries + (size_t)entry * width;
        if (at[0]) {
            *position = entry + 1;
            return at;
        }
    }
    *position = used;
    return NULL;
}

static inline const uint32_t *gc__table_hashes(const gc__table *table, unsigned width)
{
    /* As a number: a table without a block has NULL there, to which nothing may be added, not even 0. */
    return (const uint32_t *)((uintptr_t)table->entries + (size_t)table->capacity * width * sizeof(void *));
}

/* Looks up. `match` is a constant, and inlined. */
GC__ALWAYS_INLINE enum gc__table_found gc__table_find(const gc__table *table, unsigned width, uint32_t hash, gc__table_match match,
                                                      const void *context, gc__table_place *place)
{
    uint32_t mask = table->mask, groups = mask & ~(GC__GROUP_WORDS - 1), tomb = UINT32_MAX;
    for (uint32_t start = hash & groups;; start = (start + GC__GROUP_WORDS) & groups) {
        const uint32_t *group = table->index + start;
        for (uint32_t bits = gc__group_match(group, hash, mask); bits; bits &= bits - 1) {
            uint32_t entry = (group[gc__group_first(bits)] & mask) - GC__TABLE_NUMBER;
            /* A hash without high bits looks like EMPTY and TOMB. */
            if (GC__UNLIKELY(entry > UINT32_MAX - GC__TABLE_NUMBER - 1))
                continue;
            enum gc__table_found found = match(context, table->entries[(size_t)entry * width]);
            if (GC__LIKELY(found != GC__ABSENT)) {
                place->position = start + gc__group_first(bits);
                place->entry = entry;
                return found;
            }
        }
        uint32_t empty = gc__group_match(group, GC__TABLE_EMPTY, 0);
        if (GC__LIKELY(empty != 0)) {
            place->position = tomb == UINT32_MAX ? start + gc__group_first(empty) : tomb;
            return GC__ABSENT;
        }
        uint32_t tombs = gc__group_match(group, GC__TABLE_TOMB, 0);
        if (tombs && tomb == UINT32_MAX)
            tomb = start + gc__group_first(tombs);
    }
}

#endif
