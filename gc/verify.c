/* SPDX-License-Identifier: MIT */
/* verify.c: the invariants of tables, slabs, lists and counts, as code. Called by programs, by every test, and, in a checked heap,
 * between any two phases of a collection, so that the phase that broke the heap is found and not the one that crashed. */
#include "gc/collection.h"

#include "lib/check.h"
#include "lib/edges.h"
#include "lib/weak.h"

#include <stdarg.h>
#include <stdio.h>

static bool verify_fault(gc_heap *heap, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(heap->error_message, sizeof heap->error_message, format, arguments);
    va_end(arguments);
    return false;
}

/* One slot against what its state byte says. */
static bool verify_slot(gc_heap *heap, gc__slab *slab, uint32_t slot)
{
    uint32_t index = slab->table + slot;
    uint8_t state = heap->states[index], alive = state & GC__ALIVE;
    gc_object *object = gc__slot_object(heap, slab, slot);
    bool acyclic = slab->flags & GC__SLAB_ACYCLIC;
    if (state == 0)
        return (heap->under_way & GC__COLLECTION) || heap->insides[index] == 0 ||
               verify_fault(heap, "slot %p is free and has an inside count", (void *)object);
    if (alive == 0 || (alive & (alive - 1)))
        return verify_fault(heap, "object %p has state 0x%02x, not one generation", (void *)object, state);
    if (acyclic && alive != GC__UNTRACKED_BIT)
        return verify_fault(heap, "object %p of an acyclic type is tracked", (void *)object);
    if (!(heap->under_way & GC__COLLECTION) && (state & (GC__REACHED | GC__CONDEMNED) || heap->insides[index]))
        return verify_fault(heap, "object %p has marks or an inside count between collections (state 0x%02x)", (void *)object, state);
    uint32_t number = object->gc__kind & GC__TYPE_MASK;
    if (number == 0 || number >= heap->type_count)
        return verify_fault(heap, "object %p has type number %u, and there are %u", (void *)object, number, heap->type_count);
    if (gc__count_of(object) == 0 && !(state & GC__CONDEMNED || object->gc__kind & GC__DYING))
        return verify_fault(heap, "object %p of type '%s' is alive and has a count of 0", (void *)object, heap->types[number]->name);
    if (alive == GC__YOUNG && !gc__map_has(heap, GC__MAP_YOUNG, slab->head))
        return verify_fault(heap, "object %p is young, and its slab is not in the map of the young", (void *)object);
    if (alive == GC__MIDDLE && !gc__map_has(heap, GC__MAP_MIDDLE, slab->head))
        return verify_fault(heap, "object %p is middle, and its slab is not in the map of the middle", (void *)object);
    if (object->gc__kind & GC__HAS_WEAK && !gc__watchers_of(heap, object))
        return verify_fault(heap, "object %p has the weak flag and no watcher", (void *)object);
    return true;
}

/* The free list of a slab: inside it, aligned, free, and as long as the slab says. */
static bool verify_free_list(gc_heap *heap, gc__slab *slab, char *first, size_t *length)
{
    char *start = gc__slab_start(heap, slab);
    *length = 0;
    for (char *slot = first; slot; memcpy(&slot, slot + 8, sizeof slot)) {
        size_t offset = (size_t)(slot - start);
        if (offset % slab->slot_size != 0 || offset / slab->slot_size >= slab->capacity)
            return verify_fault(heap, "the free list of slab %u leads to %p, which is no slot of it", slab->head, (void *)slot);
        if (heap->states[slab->table + offset / slab->slot_size] != 0)
            return verify_fault(heap, "slot %p is in a free list and not free", (void *)slot);
        if (++*length > slab->capacity)
            return verify_fault(heap, "the free list of slab %u does not end", slab->head);
    }
    return true;
}

static size_t verify_quarantined(const gc_heap *heap, const gc__slab *slab)
{
    size_t count = 0;
    for (uint32_t i = 0; heap->quarantine && i < heap->settings.quarantine_slots; i++)
        if (heap->quarantine[i])
            count += gc__place_of(heap, heap->quarantine[i]).slab == slab;
    return count;
}

static bool verify_slab(gc_heap *heap, gc__slab *slab)
{
    size_t used = 0, free_count, carved = slab->carved;
    char *first = slab->flags & GC__SLAB_LARGE ? NULL : slab->free;
    const gc__class *klass = &heap->classes[(slab->flags & GC__SLAB_ACYCLIC) != 0][slab->bin];
    if (slab->open) {
        if (klass->open != slab->head)
            return verify_fault(heap, "slab %u is open, and its class has another one open", slab->head);
        first = klass->bin.free;
        carved = (size_t)(klass->bin.bump - klass->bin.slab_start) / slab->slot_size;
    }
    if (slab->flags & GC__SLAB_EMPTIED)
        return true;
    if (!verify_free_list(heap, slab, first, &free_count))
        return false;
    if (!slab->open && free_count != slab->free_count)
        return verify_fault(heap, "slab %u has %zu free slots and says %u", slab->head, free_count, slab->free_count);
    for (uint32_t slot = 0; slot < slab->capacity; slot++) {
        used += heap->states[slab->table + slot] != 0;
        if (slot >= carved && heap->states[slab->table + slot])
            return verify_fault(heap, "slot %u of slab %u was never used and is not free", slot, slab->head);
        if (!verify_slot(heap, slab, slot))
            return false;
    }
    size_t quarantined = heap->checked ? verify_quarantined(heap, slab) : 0;
    if (used + free_count + quarantined != carved)
        return verify_fault(heap, "slab %u: %zu used, %zu free and %zu quarantined slots do not make %zu", slab->head, used,
                            free_count, quarantined, carved);
    return true;
}

static bool verify_chunks(gc_heap *heap)
{
    for (uint32_t number = heap->chunk_first; number; number = heap->chunks[number].next) {
        const gc__chunk *chunk = &heap->chunks[number];
        if ((chunk->idle_granules | chunk->returned_granules) & ~chunk->free_granules)
            return verify_fault(heap, "chunk %u counts granules as idle or returned that are not free", number);
    }
    return true;
}

static bool verify_granules(gc_heap *heap, const gc__slab *slab)
{
    for (uint32_t g = slab->head; g < slab->head + slab->granules && !(slab->flags & GC__SLAB_CHUNKS); g++)
        if (heap->chunks[g / GC__CHUNK_GRANULES].free_granules >> g % GC__CHUNK_GRANULES & 1)
            return verify_fault(heap, "granule %u of slab %u can be taken by another", g, slab->head);
    return true;
}

static bool verify_slabs(gc_heap *heap, enum gc__map map)
{
    gc__walk walk = gc__walk_map(heap, map);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        if (slab->capacity == 0 || ((slab->flags & GC__SLAB_ACYCLIC) != 0) != (map == GC__MAP_ACYCLIC))
            return verify_fault(heap, "a map of slabs has granule %u, which heads none of its kind", slab->head);
        if (!verify_granules(heap, slab) || !verify_slab(heap, slab))
            return false;
    }
    return true;
}

static void verify_mark_listed(gc_heap *heap, uint8_t mark)
{
    for (size_t i = 0; i < heap->touched_count; i++)
        heap->insides[gc__target_index(heap->lookups, heap->base, heap->top, heap->touched[i].object)] = mark;
}

/* An old object is quiet, so that it will say when it is touched, or in the list. Uses the inside table, so only at rest. */
static bool verify_touched(gc_heap *heap)
{
    bool good = true;
    verify_mark_listed(heap, 1);
    gc__walk walk = gc__walk_map(heap, GC__MAP_TRACKED);
    for (gc__slab *slab; good && (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, GC__ALIVE, object, index) {
            uint8_t state = heap->states[index];
            bool listed = heap->all_touched || heap->insides[index];
            if (good && state & GC__TOUCHED && !(listed && state & GC__COLLECTABLE))
                good = verify_fault(heap, "object %p says that it is touched, and is not in the list (state 0x%02x)", (void *)object,
                                    state);
            if (good && state & GC__OLD && !listed && !(object->gc__count & GC__SLOW_RELEASE))
                good = verify_fault(heap, "object %p is old, not quiet, and not in the list of the touched", (void *)object);
        }
    verify_mark_listed(heap, 0);
    return good;
}

static bool verify_watchers(gc_heap *heap, gc_object *object)
{
    gc__watcher *previous = NULL;
    for (gc__watcher *w = gc__watchers_of(heap, object); w; previous = w, w = w->next)
        if (w->target != object || w->previous != previous)
            return verify_fault(heap, "the chain of watchers of object %p is broken", (void *)object);
    return true;
}

/* No object has more references from inside than references. Uses the inside table, so only at rest. */
static bool verify_counts(gc_heap *heap)
{
    gc__collection c = { .heap = heap, .generation = 2, .full = true, .taken = GC__COLLECTABLE };
    bool good = true;
    gc__subtract(&c);
    gc__walk walk = gc__walk_map(heap, GC__MAP_TRACKED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, GC__ALIVE, object, index) {
            uint32_t inside = gc__inside_of(heap, index);
            if (good && inside > gc__count_of(object) && !(object->gc__kind & GC__DYING))
                good = verify_fault(heap, "object %p of type '%s' has a count of %u and %u references from inside", (void *)object,
                                    gc__type_of(heap, object)->name, gc__count_of(object), inside);
            good = good && verify_watchers(heap, object);
        }
    walk = gc__walk_map(heap, GC__MAP_TRACKED);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        memset(heap->insides + slab->table, 0, gc__slab_entries(slab));
    return good;
}

const char *gc_heap_verify(gc_heap *heap)
{
    gc__check_heap(heap);
    bool good = verify_chunks(heap) && verify_slabs(heap, GC__MAP_TRACKED) && verify_slabs(heap, GC__MAP_ACYCLIC) &&
                (gc__busy(heap) || (verify_touched(heap) && verify_counts(heap)));
    return good ? NULL : heap->error_message;
}

/* Says who holds an object whose count is smaller than the references found. */
typedef struct verify_holders {
    char text[160];
    size_t length;
} verify_holders;

static bool verify_name_holder(const gc_reference *reference, void *context)
{
    verify_holders *h = context;
    int n = snprintf(h->text + h->length, sizeof h->text - h->length, "%s'%s' of '%s'", h->length ? ", " : "",
                     reference->field ? reference->field : "(by value)", gc_type_name_of(reference->holder));
    h->length += n > 0 ? (size_t)n : 0;
    return h->length < sizeof h->text - 1;
}

static void verify_subtracted(gc__collection *c)
{
    gc_heap *heap = c->heap;
    gc__walk walk = gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, c->taken, object, index) {
            uint32_t inside = gc__inside_of(heap, index), count = gc__count_of(object);
            if (inside <= count)
                continue;
            verify_holders holders = { .length = 0 };
            gc_referrers(object, verify_name_holder, &holders);
            gc__check_failed(heap, object, "object %p of type '%s': its count is %u, and %u references to it were found, in %s; one of "
                             "them is not counted, or visited twice", (void *)object, gc__type_of(heap, object)->name, count, inside,
                             holders.text);
        }
}

void gc__verify_phase(gc__collection *c, const char *phase)
{
    gc_heap *heap = c->heap;
    if (!heap->checked)
        return;
    if (strcmp(phase, "subtract") == 0)
        verify_subtracted(c);
    bool structures = heap->settings.check_level == 2 && (strcmp(phase, "promote") == 0 || strcmp(phase, "settle") == 0);
    const char *fault = structures || heap->settings.check_level == 3 ? gc_heap_verify(heap) : NULL;
    if (fault)
        gc__check_failed(heap, NULL, "after phase '%s' of a collection of generation %d: %s", phase, c->generation, fault);
}
