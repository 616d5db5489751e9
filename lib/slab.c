/* SPDX-License-Identifier: MIT */
/* slab.c: opening, filling, closing and giving back slabs. */
#include "lib/slab.h"

#include "lib/check.h"
#include "lib/heap.h"

static gc__class *slab_class(gc_heap *heap, const gc__slab *slab)
{
    return &heap->classes[(slab->flags & GC__SLAB_ACYCLIC) != 0][slab->bin];
}

static void slab_partial_add(gc_heap *heap, gc__slab *slab)
{
    gc__class *klass = slab_class(heap, slab);
    slab->flags |= GC__SLAB_PARTIAL;
    slab->next = klass->partial;
    slab->previous = 0;
    if (slab->next)
        gc__slab_at(heap, slab->next)->previous = slab->head;
    klass->partial = slab->head;
}

static void slab_partial_remove(gc_heap *heap, gc__slab *slab)
{
    slab->flags &= (uint8_t)~GC__SLAB_PARTIAL;
    if (slab->next)
        gc__slab_at(heap, slab->next)->previous = slab->previous;
    if (slab->previous)
        gc__slab_at(heap, slab->previous)->next = slab->next;
    else
        slab_class(heap, slab)->partial = slab->next;
}

/* Writes the descriptor of a new slab. False: no memory for its tables. */
static bool slab_describe(gc_heap *heap, uint32_t head, uint32_t granules, uint32_t slot_size, uint32_t capacity, uint8_t flags)
{
    bool large = flags & GC__SLAB_LARGE;
    uint32_t table = gc__table_take(heap, gc__table_entries(granules, slot_size, capacity, large));
    if (!table)
        return false;
    gc__slab *slab = gc__slab_at(heap, head);
    *slab = (gc__slab){ .heap = heap, .capacity = (uint16_t)capacity, .table = table, .head = head, .granules = granules,
                        .flags = flags, .slot_size = slot_size };
    slab->reciprocal = large ? 0 : (uint32_t)((((uint64_t)1 << 32) + slot_size - 1) / slot_size);
    gc__lookup lookup = { 0 };
    if (!(flags & GC__SLAB_ACYCLIC))
        lookup = gc__lookup_of(head, slot_size, table, large);
    heap->lookups[head] = lookup;
    for (uint32_t g = head + 1; !large && g < head + granules; g++) {
        *gc__slab_at(heap, g) = (gc__slab){ .heap = heap, .head = head };
        heap->lookups[g] = lookup;
    }
    gc__map_set(heap, flags & GC__SLAB_ACYCLIC ? GC__MAP_ACYCLIC : GC__MAP_TRACKED, head);
    if (!(flags & GC__SLAB_ACYCLIC))
        gc__map_set(heap, GC__MAP_YOUNG, head);
    heap->bytes_slabs += (size_t)granules * GC__GRANULE;
    return true;
}

/* Takes the descriptor back, and the granules. */
void gc__slab_give(gc_heap *heap, gc__slab *slab)
{
    uint32_t head = slab->head, granules = slab->granules;
    bool large = slab->flags & GC__SLAB_LARGE, chunks = slab->flags & GC__SLAB_CHUNKS;
    if (slab->flags & GC__SLAB_PARTIAL)
        slab_partial_remove(heap, slab);
    gc__table_give(heap, slab->table, gc__slab_entries(slab));
    for (int map = 0; map < GC__MAPS; map++)
        gc__map_unset(heap, map, head);
    heap->bytes_slabs -= (size_t)granules * GC__GRANULE;
    gc__account_returned(heap, (size_t)granules * GC__GRANULE);
    gc__check_memory_given(heap, gc__slab_start(heap, slab), (size_t)granules * GC__GRANULE);
    for (uint32_t g = head; g < head + (large ? 1 : granules); g++) {
        *gc__slab_at(heap, g) = (gc__slab){ .heap = heap };
        heap->lookups[g] = (gc__lookup){ 0 };
    }
    if (chunks)
        gc__chunks_give(heap, head);
    else
        gc__granules_give(heap, head, granules);
}

/* The class hands out this slab's slots from now on. */
static void slab_open(gc_heap *heap, gc__class *klass, gc__slab *slab)
{
    char *start = gc__slab_start(heap, slab);
    slab->open = &klass->bin;
    if (!klass->acyclic)
        gc__map_set(heap, GC__MAP_YOUNG, slab->head);
    klass->open = slab->head;
    klass->bin.free = slab->free;
    klass->bin.bump = start + (size_t)slab->carved * slab->slot_size;
    klass->bin.bump_end = start + (size_t)slab->capacity * slab->slot_size;
    klass->bin.slab_start = start;
    klass->bin.slab_state = heap->states + slab->table;
    klass->bin.reciprocal = slab->reciprocal;
    gc__account(heap, (size_t)(slab->free_count + slab->capacity - slab->carved) * slab->slot_size);
    slab->free = NULL;
    slab->free_count = 0;
    slab->carved = slab->capacity;
}

/* A slab that has become empty goes back; later if a teardown or collection is under way: its slots must not be handed out. */
static void slab_emptied(gc_heap *heap, gc__slab *slab)
{
    if (slab->flags & GC__SLAB_EMPTIED)
        return;
    if (!gc__busy(heap)) {
        gc__slab_give(heap, slab);
        return;
    }
    if (slab->flags & GC__SLAB_PARTIAL)
        slab_partial_remove(heap, slab);
    slab->flags |= GC__SLAB_EMPTIED;
    slab->next = heap->emptied;
    heap->emptied = slab->head;
}

void gc__class_close(gc_heap *heap, gc__class *klass)
{
    if (!klass->open)
        return;
    gc__slab *slab = gc__slab_at(heap, klass->open);
    struct gc__bin *bin = &klass->bin;
    uint32_t free_count = 0;
    for (char *slot = bin->free; slot; memcpy(&slot, slot + 8, sizeof slot))
        free_count++;
    slab->free = bin->free;
    slab->free_count = (uint16_t)free_count;
    slab->carved = (uint16_t)((size_t)(bin->bump - bin->slab_start) / slab->slot_size);
    slab->open = NULL;
    klass->open = 0;
    bin->free = bin->bump = bin->bump_end = NULL;
    if (free_count == slab->carved)
        slab_emptied(heap, slab);
    else if (free_count || slab->carved < slab->capacity)
        slab_partial_add(heap, slab);
}

/* A slab of the class with free slots that are too few for it to be in the list; for when there is no memory otherwise, and no slab that
 * has emptied waits. */
static gc__slab *class_find_free(gc_heap *heap, const gc__class *klass)
{
    const uint64_t *map = heap->maps[klass->acyclic ? GC__MAP_ACYCLIC : GC__MAP_TRACKED];
    for (size_t word = 0; word < gc__map_words(heap); word++)
        for (uint64_t bits = map[word]; bits; bits &= bits - 1) {
            gc__slab *slab = gc__slab_at(heap, (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(bits));
            if (slab->free_count && slab_class(heap, slab) == klass)
                return slab;
        }
    return NULL;
}

/* Opens a slab with free slots: one that was used before, unless `fresh`, or a new one. */
static bool class_refill(gc_heap *heap, gc__class *klass, bool fresh)
{
    gc__class_close(heap, klass);
    if (klass->partial && !fresh) {
        gc__slab *slab = gc__slab_at(heap, klass->partial);
        slab_partial_remove(heap, slab);
        slab_open(heap, klass, slab);
        return true;
    }
    uint32_t head = gc__granules_take(heap, klass->granules);
    if (!head) {
        gc__slab *slab = fresh ? NULL : class_find_free(heap, klass);
        if (slab)
            slab_open(heap, klass, slab);
        return slab != NULL;
    }
    uint32_t capacity = (uint32_t)(klass->granules * GC__GRANULE / klass->slot_size);
    if (!slab_describe(heap, head, klass->granules, klass->slot_size, capacity, klass->acyclic ? GC__SLAB_ACYCLIC : 0)) {
        gc__granules_give(heap, head, klass->granules);
        return false;
    }
    gc__slab_at(heap, head)->bin = (uint8_t)(klass - heap->classes[klass->acyclic]);
    slab_open(heap, klass, gc__slab_at(heap, head));
    return true;
}

char *gc__slot_take(gc_heap *heap, gc__class *klass, bool fresh)
{
    struct gc__bin *bin = &klass->bin;
    bool reuse = bin->free && !fresh;
    if (!reuse && bin->bump == bin->bump_end) {
        if (!class_refill(heap, klass, fresh))
            return NULL;
        reuse = bin->free && !fresh;
    }
    char *slot = reuse ? bin->free : bin->bump;
    if (reuse)
        memcpy(&bin->free, slot + 8, sizeof bin->free);
    else
        bin->bump = slot + bin->slot_size;
    return slot;
}

char *gc__large_take(gc_heap *heap, size_t bytes, bool acyclic)
{
    size_t granules = (bytes + GC__GRANULE - 1) / GC__GRANULE;
    if (bytes > heap->layout.range)
        return NULL;
    bool chunks = granules >= GC__CHUNK_GRANULES;
    uint32_t head = chunks ? gc__chunks_take(heap, granules * GC__GRANULE) : gc__granules_take(heap, (uint32_t)granules);
    if (!head)
        return NULL;
    uint8_t flags = GC__SLAB_LARGE | (acyclic ? GC__SLAB_ACYCLIC : 0) | (chunks ? GC__SLAB_CHUNKS : 0);
    if (!slab_describe(heap, head, (uint32_t)granules, 1, 1, flags)) {
        if (chunks)
            gc__chunks_give(heap, head);
        else
            gc__granules_give(heap, head, (uint32_t)granules);
        return NULL;
    }
    gc__slab_at(heap, head)->carved = 1;
    gc__slab_at(heap, head)->large_bytes = bytes;
    gc__account(heap, bytes);
    return gc__slab_start(heap, gc__slab_at(heap, head));
}

bool gc__large_resize(gc_heap *heap, gc__slab *slab, size_t bytes)
{
    size_t granules = (bytes + GC__GRANULE - 1) / GC__GRANULE;
    size_t before = slab->granules;
    if (bytes > heap->layout.range)
        return false;
    gc__check_memory_given(heap, gc__slab_start(heap, slab), before * GC__GRANULE);
    if (slab->flags & GC__SLAB_CHUNKS) {
        if (!gc__chunks_resize(heap, slab->head, granules * GC__GRANULE))
            return false;
    } else if (granules > before) {
        if (!gc__granules_extend(heap, slab->head + (uint32_t)before, (uint32_t)(granules - before)))
            return false;
    } else if (granules < before) {
        gc__granules_give(heap, slab->head + (uint32_t)granules, (uint32_t)(before - granules));
    }
    if (bytes > slab->large_bytes)
        gc__account(heap, bytes - slab->large_bytes);
    else
        gc__account_returned(heap, slab->large_bytes - bytes);
    slab->granules = (uint32_t)granules;
    slab->large_bytes = bytes;
    heap->bytes_slabs += (granules - before) * GC__GRANULE;
    return true;
}

void gc__slab_clear(gc_heap *heap, gc__slab *slab)
{
    slab_emptied(heap, slab);
}

void gc__slabs_settle(gc_heap *heap)
{
    while (heap->emptied) {
        gc__slab *slab = gc__slab_at(heap, heap->emptied);
        heap->emptied = slab->next;
        slab->next = 0;
        slab->flags &= (uint8_t)~GC__SLAB_EMPTIED;
        gc__slab_give(heap, slab);
    }
}

void gc__slot_give_closed(gc_heap *heap, char *slot, gc__slab *slab)
{
    if (slab->flags & GC__SLAB_LARGE) {
        slab_emptied(heap, slab);
        return;
    }
    memcpy(slot + 8, &slab->free, sizeof slab->free);
    slab->free = slot;
    slab->free_count++;
    /* A slab is offered again when a sixteenth of it is free: what a young collection later looks at in it is then worth the look. */
    if (slab->free_count == slab->carved)
        slab_emptied(heap, slab);
    else if (!(slab->flags & (GC__SLAB_PARTIAL | GC__SLAB_EMPTIED)) && slab->free_count > slab->capacity / 16)
        slab_partial_add(heap, slab);
}
