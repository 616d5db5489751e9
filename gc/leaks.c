/* SPDX-License-Identifier: MIT */
/* leaks.c: what is left in a heap that keeps records: the objects that something outside holds, with what was done to them, and the
 * fields that seem to hold them and that no description lists. Objects that only those hold are no leaks of their own. */
#include "gc/collection.h"

#include "lib/check.h"
#include "lib/edges.h"
#include "lib/record.h"

#define LEAKS_SHOWN 8
#define LEAKS_INSIDE_MOST 255 /* a byte: more are not told apart, and taken for all */

typedef void (*leaks_function)(void *context, gc_heap *heap, gc_object *object);

static void leaks_each_object(gc_heap *heap, leaks_function function, void *context)
{
    for (int map = GC__MAP_TRACKED; map <= GC__MAP_ACYCLIC; map++) {
        gc__walk walk = gc__walk_map(heap, (enum gc__map)map);
        for (gc__slab *slab; (slab = gc__walk_next(&walk));)
            GC__EACH_SLOT(heap, slab, GC__ALIVE, object, index)
                function(context, heap, object);
    }
}

static void leaks_count_edge(void *context, const gc__edge *edge)
{
    gc_heap *heap = context;
    gc__place place = gc__place_find(heap, edge->target);
    if (place.slab && heap->insides[place.index] < LEAKS_INSIDE_MOST)
        heap->insides[place.index]++;
}

static void leaks_count_object(void *context, gc_heap *heap, gc_object *object)
{
    (void)context;
    gc__each_edge(gc__type_of(heap, object), object, leaks_count_edge, heap);
}

/* A word of some object that may hold a reference to the target. */
typedef struct leaks_word {
    const gc_object *target;
    const char *at;
    bool visited;
} leaks_word;

static void leaks_word_edge(void *context, const gc__edge *edge)
{
    leaks_word *word = context;
    word->visited |= edge->where == word->at;
}

/* Looks for words of one object that have the address of the target, and that its type does not tell of. */
static void leaks_search_object(void *context, gc_heap *heap, gc_object *object)
{
    leaks_word word = { .target = context };
    const gc__type *type = gc__type_of(heap, object);
    if (type->number < GC__CONTAINERS_END)
        return;
    for (size_t offset = sizeof(gc_object); offset + sizeof(void *) <= type->size; offset += sizeof(void *)) {
        size_t index;
        word.at = (const char *)object + offset;
        word.visited = false;
        if (gc__load_pointer(word.at) != word.target || *gc__type_field_at(type, object, word.at, &index))
            continue;
        gc__each_edge(type, object, leaks_word_edge, &word);
        if (!word.visited)
            gc__log(heap, "libgc:   offset %zu of object %p of type '%s' has its address, and neither description nor traverse covers it: "
                    "list it, if it owns a reference", offset, (void *)object, type->name);
    }
}

typedef struct leaks_found {
    size_t held, others;
} leaks_found;

static void leaks_report_object(void *context, gc_heap *heap, gc_object *object)
{
    leaks_found *found = context;
    if (object->gc__kind & GC__IMMORTAL)
        return;
    uint32_t count = gc__count_of(object), inside = heap->insides[gc__place_of(heap, object).index];
    if (inside >= count || inside == LEAKS_INSIDE_MOST) {
        found->others++;
        return;
    }
    if (found->held++ >= LEAKS_SHOWN)
        return;
    gc__log(heap, "libgc: object %p of type '%s' was left when the heap was closed: %u of its %u references are from outside; look for "
            "a gc_release that is missing", (void *)object, gc__type_of(heap, object)->name, count - inside, count);
    gc__record_log(heap, object);
    leaks_each_object(heap, leaks_search_object, object);
}

void gc__leaks_report(gc_heap *heap)
{
    leaks_found found = { 0, 0 };
    if (!heap->records)
        return;
    leaks_each_object(heap, leaks_count_object, NULL);
    leaks_each_object(heap, leaks_report_object, &found);
    if (found.others || found.held > LEAKS_SHOWN)
        gc__log(heap, "libgc: %zu more objects are held from outside, and %zu by other objects alone",
                found.held > LEAKS_SHOWN ? found.held - LEAKS_SHOWN : 0, found.others);
}
