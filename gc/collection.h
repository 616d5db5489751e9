/* SPDX-License-Identifier: MIT */
/* collection.h: what the phases of one collection share. The phases know this header and never each other.
 *
 * They run in this order; gc/collect.c is the table of contents:
 *   pace        is a collection due, and of which generations        gc__pace_choose
 *   gather      who takes part                                       gc__gather
 *   narrow      of the old, only what something touched can reach    gc__narrow
 *   subtract    inside counts: references from those who take part   gc__subtract
 *   reach       who is held from outside, and all that reaches       gc__reach, gc__condemn
 *   weakrefs    callbacks of live weak references into the garbage   gc__weakrefs_notify
 *   finalize    finalizers, once in an object's life                 gc__finalize
 *   resurrect   the second look: subtract and reach, over the condemned
 *   weakrefs    clear what is left                                   gc__weakrefs_clear
 *   reclaim     drop what leaves the garbage, destroy, free          gc__reclaim
 *   promote     survivors move up, the tables are clean again        gc__promote */
#ifndef LIBGC_GC_COLLECTION_H
#define LIBGC_GC_COLLECTION_H

#include "lib/heap.h"

typedef struct gc__collection {
    gc_heap *heap;
    int generation;
    bool full;
    bool narrow;         /* a full collection of few: heap->touched lists them */
    uint8_t taken;       /* state bits of those who take part in the look under way */
    size_t candidates;   /* objects that take part */
    size_t younger;      /* of a narrow one: the young and the middle among them */
    size_t listed;       /* of a narrow one: entries of heap->touched that are its own; user code adds others behind */
    size_t condemned;    /* found unreachable by the first look */
    size_t freed;
    size_t kept;         /* moved to the next generation at the end; if it is not narrow, candidates that are still there */
    uint32_t callback_count; /* of `callbacks`, as they were at the start */
    gc__callback callbacks[GC__CALLBACKS_MAX];
    bool user_code;      /* a finalizer or callback ran, or something was queued: a second look is due */
    bool mark_ahead;     /* subtract marks what it presumes to be held, with all it reaches; it takes all slabs */
    bool presumed;       /* and that is something: there are such marks */
    size_t late;         /* objects that it has met too late, and followed from the stack */
    bool marks_dropped;  /* but for some of it: the stack was full */
    uint64_t start_ns;
} gc__collection;

/* Chooses the generation that an automatic collection takes now; -1: none is due. */
int gc__pace_choose(gc_heap *heap);
void gc__pace_started(gc_heap *heap, int generation);
void gc__pace_finished(const gc__collection *collection);

/* Takes: a heap at rest. Leaves: the mask of those who take part. No user code. */
void gc__gather(gc__collection *collection);
/* Takes: a mask. Leaves: how many take part; in a narrow collection a list of them, TOUCHED on each,
 * inside counts, and REACHED where they are zero. No user code. */
void gc__narrow(gc__collection *collection);
/* After a full collection: room in the list of the touched for a share of the old. */
void gc__narrow_reserve(gc_heap *heap);
/* Takes: inside counts of zero. Leaves: in inside counts, the references to those taken from those taken; REACHED where it has marked
 * ahead. No user code. */
void gc__subtract(gc__collection *collection);
/* Takes: inside counts. Leaves: REACHED on every one taken that something else than the garbage holds. No user code. */
void gc__reach(gc__collection *collection);
/* Takes: REACHED. Leaves: CONDEMNED on the others, REACHED on none. No user code. */
void gc__condemn(gc__collection *collection);
/* In a checked heap: a narrow collection has condemned all garbage that there is; aborts with what has hidden it. No user code. */
void gc__check_hidden(const gc__collection *collection);
/* Takes: the condemned. Runs callbacks of weak references that are not condemned themselves. */
void gc__weakrefs_notify(gc__collection *collection);
/* Takes: the condemned. Runs, or queues, every finalizer that has not run. */
void gc__finalize(gc__collection *collection);
/* Takes: the condemned. Leaves: CONDEMNED only on those that nothing else reaches. No user code. */
void gc__resurrect(gc__collection *collection);
/* Takes: the final condemned. Leaves: no weak reference to any of them. No user code. */
void gc__weakrefs_clear(gc__collection *collection);
/* Takes: the final condemned. Leaves: their slots free; what only they held is dead. Runs `destroy`, and rule 2 for others. */
void gc__reclaim(gc__collection *collection);
/* As gc__reclaim for GC_DEBUG_SAVE_ALL: holds them instead. No user code. */
void gc__save(gc__collection *collection);
/* Takes: the survivors. Leaves: them in the next generation, inside counts of zero. No user code. */
void gc__promote(gc__collection *collection);

/* Checks the whole heap, or only its structures, between two phases of a checked heap; aborts with what is wrong. */
void gc__verify_phase(gc__collection *collection, const char *phase);

/* Start and stop callbacks. */
void gc__callbacks_run(const gc__collection *collection, enum gc_collect_phase phase, const gc_collect_info *info);

/* GC_DEBUG_COLLECTABLE: a line for each condemned object. */
void gc__log_condemned(const gc__collection *collection);

/* In a heap that keeps records, about to be closed: says of objects that are left who made, held and released them. */
void gc__leaks_report(gc_heap *heap);

uint64_t gc__now_ns(void);
void gc__stats_collected(gc_heap *heap, const gc__collection *collection, uint64_t duration_ns);

/* Walks over slabs in address order: those of a generation, or those with condemned objects. */
typedef struct gc__walk {
    const gc_heap *heap;
    const uint64_t *maps[2]; /* their union */
    size_t word, words;
    uint64_t bits;
} gc__walk;

static inline uint64_t gc__walk_bits(const gc__walk *walk)
{
    uint64_t bits = walk->maps[0][walk->word];
    return walk->maps[1] ? bits | walk->maps[1][walk->word] : bits;
}

static inline gc__walk gc__walk_from(const gc_heap *heap, const uint64_t *first, const uint64_t *second, uint32_t granule)
{
    gc__walk walk = { heap, { first, second }, granule / 64, gc__map_words(heap), 0 };
    if (walk.word < walk.words)
        walk.bits = gc__walk_bits(&walk) & ~0ull << granule % 64;
    return walk;
}

/* The slabs that hold those taken. */
static inline gc__walk gc__walk_taken(const gc__collection *c, uint32_t granule)
{
    const gc_heap *heap = c->heap;
    if (c->taken == GC__CONDEMNED)
        return gc__walk_from(heap, heap->maps[GC__MAP_CONDEMNED], NULL, granule);
    if (c->full)
        return gc__walk_from(heap, heap->maps[GC__MAP_TRACKED], NULL, granule);
    return gc__walk_from(heap, heap->maps[GC__MAP_YOUNG], c->generation ? heap->maps[GC__MAP_MIDDLE] : NULL, granule);
}

static inline gc__walk gc__walk_map(const gc_heap *heap, enum gc__map map)
{
    return gc__walk_from(heap, heap->maps[map], NULL, 0);
}

/* The next slab, NULL after the last. Slabs may come meanwhile; none may go. */
static inline gc__slab *gc__walk_next(gc__walk *walk)
{
    while (!walk->bits) {
        if (++walk->word >= walk->words)
            return NULL;
        walk->bits = gc__walk_bits(walk);
    }
    uint32_t granule = (uint32_t)(walk->word * 64) + (uint32_t)__builtin_ctzll(walk->bits);
    walk->bits &= walk->bits - 1;
    return gc__slab_at(walk->heap, granule);
}

/* The same slabs from the last on down. */
static inline gc__walk gc__walk_taken_down(const gc__collection *c)
{
    gc__walk walk = gc__walk_taken(c, 0);
    walk.word = walk.words;
    walk.bits = 0;
    return walk;
}

static inline gc__slab *gc__walk_previous(gc__walk *walk)
{
    while (!walk->bits) {
        if (walk->word-- == 0)
            return NULL;
        walk->bits = gc__walk_bits(walk);
    }
    uint32_t bit = 63 - (uint32_t)__builtin_clzll(walk->bits);
    walk->bits &= ~(1ull << bit);
    return gc__slab_at(walk->heap, (uint32_t)(walk->word * 64) + bit);
}

/* For each object of `slab` whose state has any of `mask`, among the eight slots from `first` on: object and its index in the tables. The
 * state bytes are read once, before the first. */
#define GC__EACH_OF_EIGHT(heap, slab, first, mask, object, index)                                                          \
    for (uint64_t gc__left = gc__lanes_with(gc__load_states((heap)->states + (slab)->table + (first)), (mask)),            \
                  gc__once = 1;                                                                                            \
         gc__once; gc__once = 0)                                                                                           \
        for (uint32_t index; gc__left && ((index = (slab)->table + (first) + gc__first_lane(gc__left)), 1);                \
             gc__left &= gc__left - 1)                                                                                     \
            for (gc_object *object = gc__slot_object((heap), (slab), index - (slab)->table); object; object = NULL)

/* The same for all slots of the slab; state bytes are read eight at a time, when the walk comes to them. */
#define GC__EACH_SLOT(heap, slab, mask, object, index)                      \
    for (uint32_t gc__base = 0; gc__base < (slab)->capacity; gc__base += 8) \
        GC__EACH_OF_EIGHT(heap, slab, gc__base, mask, object, index)

/* How many objects of a walk's slabs have any state bit of `mask`. */
static inline size_t gc__walk_count(gc__walk walk, uint8_t mask)
{
    size_t count = 0;
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        for (uint32_t slot = 0; slot < slab->capacity; slot += 8)
            count += gc__count_lanes(gc__lanes_with(gc__load_states(walk.heap->states + slab->table + slot), mask));
    return count;
}

/* The inside count of a slot; wide ones are in the wide table. */
#define GC__INSIDE_WIDE 255

static inline uint32_t gc__inside_of(const gc_heap *heap, uint32_t index)
{
    uint32_t inside = heap->insides[index];
    return inside < GC__INSIDE_WIDE ? inside : heap->wides[index];
}

/* The 255th reference to one object: the count goes on in the wide table (subtract.c). */
void gc__inside_overflow(gc_heap *heap, uint32_t index);

static inline void gc__inside_add(gc_heap *heap, uint32_t index)
{
    uint8_t inside = heap->insides[index];
    if (GC__LIKELY(inside < GC__INSIDE_WIDE - 1))
        heap->insides[index] = inside + 1;
    else
        gc__inside_overflow(heap, index);
}

/* The sum of the inside counts of those in a slab whose state has any of `mask`; UINT64_MAX when some are wide. */
static inline uint64_t gc__sum_insides(const gc_heap *heap, const gc__slab *slab, uint8_t mask)
{
    uint64_t sum = 0;
    for (uint32_t slot = 0; slot < slab->capacity; slot += 8) {
        uint64_t lanes = gc__lanes_with(gc__load_states(heap->states + slab->table + slot), mask);
        uint64_t word = gc__load_states(heap->insides + slab->table + slot) & lanes * 0xff;
        if (gc__lanes_with(~word, 0xff) != GC__LANES)
            return UINT64_MAX;
        sum += gc__sum_lanes(word);
    }
    return sum;
}

/* What subtract leaves for each slab with objects taken, in the lookup and the descriptor of its head.
 *
 * counts: the sum of the reference counts of those taken. Where it is the sum of their inside counts, none of them is held from outside,
 *         for no inside count is larger than the count: reach need not look at the objects of the slab to know it.
 * edges:  how many references those taken own, when every one of them is a plain one to an object taken. Where the edges of all that is
 *         condemned are as many as their inside counts, no reference leaves the garbage: reclaim need not look for one.
 * UINT32_MAX: unknown, or too large. */
static inline void gc__sums_store(gc_heap *heap, gc__slab *slab, uint64_t counts, uint64_t edges)
{
    slab->counts = counts < UINT32_MAX ? (uint32_t)counts : UINT32_MAX;
    heap->lookups[slab->head].edges = edges < UINT32_MAX ? (uint32_t)edges : UINT32_MAX;
}

#endif
