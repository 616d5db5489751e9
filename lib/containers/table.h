/* SPDX-License-Identifier: MIT */
/* table.h: the one hash table, of dictionaries, sets and weak dictionaries.
 *
 * Entries stand one behind the other in the order in which they came: `width` references each, the key first. Removing one leaves a hole,
 * a key that is NULL; when the entries have come to the end of their room the holes are closed, in as much room as what is left asks for.
 * So the references are a span that the collector walks by itself.
 *
 * Beside them stands an index: a power of two of words, in groups of eight that are looked at together, one group after the other. A word
 * that is neither EMPTY nor a TOMB has the entry's number in its low bits, as many as count the words, the same bits above as the entry's
 * hash, and the highest bit set. The first group comes from the hash's low bits; so a word and where it is say nearly all of the hash, and
 * a lookup hardly ever reads an entry but the right one. It ends at a group with an EMPTY word, nearly always the first: one that misses
 * touches one line of the index, one that hits also that of the entry, and the key. The EMPTY words of a group are its last, with no TOMB
 * beside them: so the last word alone says whether a lookup ends there.
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
    uint32_t groups;     /* words of the index - those of a group: the bits of a hash that say where a lookup begins */
    uint32_t capacity;   /* entries and holes that there is room for */
    uint32_t count;      /* entries */
    uint32_t filled;     /* words of the index that are not EMPTY */
    uint32_t first;      /* before this there are only holes */
    uint32_t bits;       /* of an entry's number in a word */
    uint32_t kinds;      /* enum gc__table_kind of the keys that it has, or had */
} gc__table;

/* BY_VALUE: a key that may be equal to another object; without such ones an address says all there is to know of a key. ASKS: one whose
 * equality may be user code. */
enum gc__table_kind { GC__TABLE_BY_VALUE = 1, GC__TABLE_ASKS = 2 };

enum { GC__TABLE_EMPTY = 0, GC__TABLE_TOMB = 1 };
#define GC__TABLE_TAKEN (1u << 31) /* in every other word */

#define GC__TABLE_WORDS_MIN GC__GROUP_WORDS
#define GC__TABLE_WORDS_MAX (1u << 31)

/* Where a key is, or where in the index a new one goes. */
typedef struct gc__table_place {
    uint32_t position;
    uint32_t entry;
} gc__table_place;

/* What a lookup came to. CHANGED: user code has changed the table meanwhile. UNSURE: this match cannot say. */
enum gc__table_found { GC__ABSENT = 0, GC__FOUND = 1, GC__FAILED = -1, GC__CHANGED = -2, GC__UNSURE = -3 };

/* Whether the first reference of an entry with the hash looked for is what is looked for: any of these. */
typedef enum gc__table_found (*gc__table_match)(const void *context, const void *stored);

/* Makes a zeroed table an empty one, which has no memory yet. */
void gc__table_open(gc__table *table);

/* Room for `more` further entries. False, the table as it was: GC_ERROR_MEMORY or GC_ERROR_LIMIT is recorded. May collect, and user code
 * then change the table, which has the room all the same. */
bool gc__table_reserve(gc_heap *heap, gc__table *table, unsigned width, size_t more);

/* The hashes of the entries. */
static inline uint32_t *gc__table_hashes(const gc__table *table, unsigned width)
{
    /* As a number: a table without a block has NULL there, to which nothing may be added, not even 0. */
    return (uint32_t *)((uintptr_t)table->entries + (size_t)table->capacity * width * sizeof(void *));
}

/* Whether there is room for so many further entries. */
static inline bool gc__table_has_room(const gc__table *table, unsigned width, size_t more)
{
    uint32_t used = table->references / width, most = used > table->filled ? used : table->filled;
    return more <= table->capacity - most;
}

/* Where a lookup begins, and where it goes on. */
static inline uint32_t gc__table_first_group(const gc__table *table, uint32_t hash)
{
    return hash & table->groups;
}

static inline uint32_t gc__table_next_group(const gc__table *table, uint32_t start)
{
    return (start + GC__GROUP_WORDS) & table->groups;
}

/* The bits of an entry's number in a word: all that count the words. */
static inline uint32_t gc__table_mask(const gc__table *table)
{
    return table->groups | (GC__GROUP_WORDS - 1);
}

/* Whether a lookup that has come to a group ends there. */
static inline bool gc__table_ends(const uint32_t *group)
{
    return group[GC__GROUP_WORDS - 1] == GC__TABLE_EMPTY;
}

/* The word of an entry in the index. */
static inline uint32_t gc__table_word(const gc__table *table, uint32_t hash, uint32_t entry)
{
    return GC__TABLE_TAKEN | (hash & ~gc__table_mask(table)) | entry;
}

/* A new entry, not filled in yet, at a place that a lookup found absent; there is room. `kinds`: of the key. Returns it. */
static inline void **gc__table_insert(gc__table *table, unsigned width, uint32_t hash, gc__table_place place, uint32_t kinds)
{
    uint32_t entry = table->references / width;
    table->filled += table->index[place.position] == GC__TABLE_EMPTY;
    table->index[place.position] = gc__table_word(table, hash, entry);
    gc__table_hashes(table, width)[entry] = hash;
    table->references += width;
    table->count++;
    table->version++;
    table->kinds |= kinds;
    return table->entries + (size_t)entry * width;
}

/* The same for a key that is known to be absent, at a place found here. */
void **gc__table_append(gc__table *table, unsigned width, uint32_t hash, uint32_t kinds);

/* How many hashes ahead gc__table_prefetch is called for, by who knows which are next. */
#define GC__TABLE_AHEAD 8

/* Has the processor fetch the words where a hash will be looked up. */
static inline void gc__table_prefetch(const gc__table *table, uint32_t hash)
{
    __builtin_prefetch(table->index + gc__table_first_group(table, hash));
}

/* Takes an entry out; its references are the caller's now. The table may then be too large: see gc__table_shrink. */
void gc__table_remove(gc__table *table, unsigned width, gc__table_place place, void **taken);

/* The place of an entry whose number is known. */
gc__table_place gc__table_place_of(const gc__table *table, unsigned width, uint32_t entry);

/* Gives memory back when few entries are left. Never collects, cannot fail. */
void gc__table_shrink_slow(gc_heap *heap, gc__table *table, unsigned width);

static inline void gc__table_shrink(const void *owner, gc__table *table, unsigned width)
{
    if (GC__UNLIKELY(table->count < table->capacity / 8 && table->groups > 0))
        gc__table_shrink_slow(gc__heap_of(owner), table, width);
}

/* Makes the table empty, then releases what it held, then its memory. */
void gc__table_clear(gc_heap *heap, gc__table *table);

/* Makes `table`, which is empty, hold the same entries as `source`, retained, with room for `more` further ones. False: no memory,
 * recorded. */
bool gc__table_copy(gc_heap *heap, gc__table *table, const gc__table *source, unsigned width, size_t more);

/* Makes the index of a table that was empty, whose first `count` entries and hashes have been written since; in as much room as they
 * need, if there is memory for that. Never collects, cannot fail. */
void gc__table_finish(gc_heap *heap, gc__table *table, unsigned width, uint32_t count, uint32_t kinds);

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

#define GC__NOINLINE __attribute__((noinline))

/* Looks up. `match` is a constant, and inlined. */
GC__ALWAYS_INLINE enum gc__table_found gc__table_find(const gc__table *table, unsigned width, uint32_t hash, gc__table_match match,
                                                      const void *context, gc__table_place *place)
{
    uint32_t tomb = UINT32_MAX;
    for (uint32_t start = gc__table_first_group(table, hash);; start = gc__table_next_group(table, start)) {
        const uint32_t *group = table->index + start;
        for (uint32_t bits = gc__group_match(group, hash | GC__TABLE_TAKEN, table->bits); bits; bits = gc__group_rest(bits)) {
            uint32_t entry = group[gc__group_first(bits)] & gc__table_mask(table);
            enum gc__table_found found = match(context, table->entries[(size_t)entry * width]);
            if (GC__LIKELY(found != GC__ABSENT)) {
                *place = (gc__table_place){ start + gc__group_first(bits), entry };
                return found;
            }
        }
        if (GC__LIKELY(gc__table_ends(group))) {
            place->position = tomb == UINT32_MAX ? start + gc__group_first(gc__group_equal(group, GC__TABLE_EMPTY)) : tomb;
            return GC__ABSENT;
        }
        uint32_t tombs = gc__group_equal(group, GC__TABLE_TOMB);
        if (tombs && tomb == UINT32_MAX)
            tomb = start + gc__group_first(tombs);
    }
}

/* The same where nothing is to be stored or taken out, as far as the first word that may be the right one, or the first group without such:
 * few instructions, of which a processor can have those of several lookups in hand. FOUND, the entry through `at`; ABSENT; UNSURE, hardly
 * ever; or what else the match says. */
GC__ALWAYS_INLINE enum gc__table_found gc__table_seek(const gc__table *table, unsigned width, uint32_t hash, gc__table_match match,
                                                      const void *context, void ***at)
{
    const uint32_t *group = table->index + gc__table_first_group(table, hash);
    uint32_t bits = gc__group_match(group, hash | GC__TABLE_TAKEN, table->bits);
    if (!bits)
        return GC__LIKELY(gc__table_ends(group)) ? GC__ABSENT : GC__UNSURE;
    *at = table->entries + (size_t)(group[gc__group_first(bits)] & gc__table_mask(table)) * width;
    enum gc__table_found found = match(context, **at);
    return found == GC__ABSENT ? GC__UNSURE : found;
}

#endif
