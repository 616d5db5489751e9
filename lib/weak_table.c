/* SPDX-License-Identifier: MIT */
/* weak_table.c: from an object to those that watch it. Open addressing with linear probing; removal moves later entries back, so that
 * there are no tombstones. Grows when a watcher is attached, which may fail; everything else needs no memory. */
#include "lib/heap.h"
#include "lib/weak.h"

typedef struct gc__weak_entry {
    gc_object *target; /* NULL: free */
    gc__watcher *first;
} gc__weak_entry;

static size_t weak_hash(const gc_object *target)
{
    return (size_t)((uint64_t)(uintptr_t)target * 0x9E3779B97F4A7C15ull >> 24);
}

/* Where the target's entry is, or would go. The table has a free entry. */
static gc__weak_entry *weak_entry(const gc__weak_table *table, const gc_object *target)
{
    size_t mask = table->capacity - 1;
    size_t i = weak_hash(target) & mask;
    while (table->entries[i].target && table->entries[i].target != target)
        i = (i + 1) & mask;
    return &table->entries[i];
}

static bool weak_reserve(gc_heap *heap)
{
    gc__weak_table *table = &heap->weak_table;
    if (table->used * 2 < table->capacity)
        return true;
    gc__weak_table grown = { NULL, table->capacity ? table->capacity * 2 : 64, table->used };
    grown.entries = gc__raw_take(heap, grown.capacity * sizeof(gc__weak_entry));
    if (!grown.entries)
        return false;
    memset(grown.entries, 0, grown.capacity * sizeof(gc__weak_entry));
    for (size_t i = 0; i < table->capacity; i++)
        if (table->entries[i].target)
            *weak_entry(&grown, table->entries[i].target) = table->entries[i];
    gc__raw_give(heap, table->entries);
    *table = grown;
    return true;
}

static void weak_remove(gc__weak_table *table, gc__weak_entry *entry)
{
    size_t mask = table->capacity - 1;
    size_t hole = (size_t)(entry - table->entries);
    entry->target->gc__kind &= ~GC__HAS_WEAK;
    table->used--;
    for (size_t i = (hole + 1) & mask; table->entries[i].target; i = (i + 1) & mask) {
        size_t home = weak_hash(table->entries[i].target) & mask;
        /* The entry may move back if its home is not between the hole and itself. */
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            table->entries[hole] = table->entries[i];
            hole = i;
        }
    }
    table->entries[hole] = (gc__weak_entry){ NULL, NULL };
}

gc__watcher *gc__watchers_of(const gc_heap *heap, const gc_object *target)
{
    return target->gc__kind & GC__HAS_WEAK ? weak_entry(&heap->weak_table, target)->first : NULL;
}

bool gc__watcher_attach(gc_heap *heap, gc__watcher *watcher, gc_object *target)
{
    if (!(target->gc__kind & GC__HAS_WEAK) && !weak_reserve(heap))
        return false;
    gc__weak_entry *entry = weak_entry(&heap->weak_table, target);
    if (!entry->target) {
        *entry = (gc__weak_entry){ target, NULL };
        heap->weak_table.used++;
        target->gc__kind |= GC__HAS_WEAK;
    }
    gc__watcher *shared = entry->first;
    bool behind = shared && gc__type_of(heap, &shared->gc)->builtin == GC__WEAK;
    watcher->target = target;
    watcher->previous = behind ? shared : NULL;
    watcher->next = behind ? shared->next : shared;
    if (watcher->next)
        watcher->next->previous = watcher;
    if (behind)
        shared->next = watcher;
    else
        entry->first = watcher;
    return true;
}

void gc__watcher_detach(gc_heap *heap, gc__watcher *watcher)
{
    if (!watcher->target)
        return;
    if (watcher->next)
        watcher->next->previous = watcher->previous;
    if (watcher->previous) {
        watcher->previous->next = watcher->next;
    } else {
        gc__weak_entry *entry = weak_entry(&heap->weak_table, watcher->target);
        entry->first = watcher->next;
        if (!entry->first)
            weak_remove(&heap->weak_table, entry);
    }
    watcher->target = NULL;
    watcher->next = watcher->previous = NULL;
}

gc__watcher *gc__watchers_take(gc_heap *heap, gc_object *target)
{
    gc__weak_entry *entry = weak_entry(&heap->weak_table, target);
    gc__watcher *first = entry->first;
    weak_remove(&heap->weak_table, entry);
    for (gc__watcher *watcher = first; watcher; watcher = watcher->next)
        watcher->target = NULL;
    return first;
}
