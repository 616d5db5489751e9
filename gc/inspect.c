/* SPDX-License-Identifier: MIT */
/* inspect.c: looking at objects and at who refers to whom. Nothing here makes an object look touched. */
#include "gc/collection.h"

#include "lib/check.h"
#include "lib/edges.h"
#include "lib/teardown.h"

static uint8_t inspect_state(const void *object)
{
    const gc_heap *heap = gc__heap_of(object);
    return heap->states[gc__place_of(heap, object).index];
}

uint32_t gc_refcount(const void *object)
{
    return gc_is_immortal(object) ? UINT32_MAX : gc__count_of(object);
}

bool gc_is_tracked(const void *object)
{
    return inspect_state(object) & GC__TRACKED;
}

bool gc_is_finalized(const void *object)
{
    return ((const gc_object *)object)->gc__kind & GC__FINALIZED;
}

bool gc_is_immortal(const void *object)
{
    return ((const gc_object *)object)->gc__kind & GC__IMMORTAL;
}

int gc_generation_of(const void *object)
{
    uint8_t state = inspect_state(object);
    return state & GC__TRACKED ? __builtin_ctz(state & GC__TRACKED) : -1;
}

gc_type *gc_type_of(const void *object)
{
    return &gc__type_of(gc__heap_of(object), object)->hot;
}

const char *gc_type_name_of(const void *object)
{
    return gc__type_of(gc__heap_of(object), object)->name;
}

size_t gc_size_of(const void *object)
{
    return gc__slab_slot_bytes(gc__slab_of(object));
}

bool gc_is_object(const gc_heap *heap, const void *pointer)
{
    gc__check_heap(heap);
    gc__place place = gc__place_find(heap, pointer);
    return place.slab && heap->states[place.index] & GC__ALIVE && !(((const gc_object *)pointer)->gc__kind & GC__DYING);
}

/* A visit in progress. */
typedef struct inspect_visit {
    gc_heap *heap;
    uint8_t mask;
    uint32_t kind; /* flags that the kind word must have */
    gc_object_function function;
    void *context;
    size_t shown;
} inspect_visit;

/* Shows one object, held. Holding is not owning: letting go does not touch it. */
static bool inspect_show(inspect_visit *v, gc_object *object)
{
    v->shown++;
    if (object->gc__kind & GC__IMMORTAL)
        return v->function(object, v->context);
    object->gc__count++;
    bool more = v->function(object, v->context);
    if (gc__count_of(object) == 1 || object->gc__kind & GC__IMMORTAL)
        gc__release(object);
    else
        object->gc__count--;
    return more;
}

/* Slabs may come and go while an object is shown: everything is read anew for each slot. */
static bool inspect_slab(inspect_visit *v, uint32_t granule)
{
    const gc__slab *slab = gc__slab_at(v->heap, granule);
    for (uint32_t slot = 0; slot < slab->capacity; slot++) {
        uint8_t state = v->heap->states[slab->table + slot];
        if (!(state & v->mask) || state & GC__CONDEMNED)
            continue;
        gc_object *object = gc__slot_object(v->heap, slab, slot);
        if (!(object->gc__kind & GC__DYING) && (object->gc__kind & v->kind) == v->kind && !inspect_show(v, object))
            return false;
    }
    return true;
}

static bool inspect_map(inspect_visit *v, enum gc__map map)
{
    for (size_t word = 0; word < gc__map_words(v->heap); word++)
        for (uint64_t bit = 0; bit < 64; bit++)
            if (v->heap->maps[map][word] >> bit & 1 && !inspect_slab(v, (uint32_t)(word * 64 + bit)))
                return false;
    return true;
}

size_t gc_visit_objects(gc_heap *heap, int generation, gc_object_function function, void *context)
{
    gc__check_heap(heap);
    uint8_t mask = GC__TRACKED;
    if (generation < GC_ALL_OBJECTS || generation > GC_FROZEN_GENERATION) {
        gc__fail(heap, GC_ERROR_ARGUMENT, "there is no generation %d to visit", generation);
        return 0;
    }
    if (generation >= 0)
        mask = (uint8_t)(1u << generation);
    else if (generation == GC_ALL_OBJECTS)
        mask = GC__ALIVE;
    inspect_visit visit = { heap, mask, 0, function, context, 0 };
    heap->visiting++;
    if (inspect_map(&visit, GC__MAP_TRACKED) && generation == GC_ALL_OBJECTS)
        inspect_map(&visit, GC__MAP_ACYCLIC);
    heap->visiting--;
    return visit.shown;
}

typedef struct inspect_edges {
    const gc__type *type;
    gc_object *holder;
    const void *target; /* NULL: any */
    gc_reference_function function;
    void *context;
    size_t shown;
    bool stopped;
} inspect_edges;

static void inspect_edge(void *context, const gc__edge *edge)
{
    inspect_edges *e = context;
    if (e->stopped || (e->target && edge->target != e->target))
        return;
    gc_reference reference = { e->holder, NULL, edge->index, edge->target };
    if (edge->op)
        reference.field = edge->op->name;
    else if (edge->where)
        reference.field = gc__type_field_at(e->type, e->holder, edge->where, &reference.index);
    e->shown++;
    e->stopped = !e->function(&reference, e->context);
}

size_t gc_referents(void *object, gc_reference_function function, void *context)
{
    gc_heap *heap = gc__heap_of(object);
    gc__check_heap(heap);
    inspect_edges edges = { gc__type_of(heap, object), object, NULL, function, context, 0, false };
    heap->visiting++;
    gc__each_edge(edges.type, object, inspect_edge, &edges);
    heap->visiting--;
    return edges.shown;
}

size_t gc_referrers(void *object, gc_reference_function function, void *context)
{
    gc_heap *heap = gc__heap_of(object);
    gc__check_heap(heap);
    inspect_edges edges = { .target = object, .function = function, .context = context };
    gc__walk walk = gc__walk_map(heap, GC__MAP_TRACKED);
    heap->visiting++;
    for (gc__slab *slab; !edges.stopped && (slab = gc__walk_next(&walk));)
        GC__EACH_SLOT(heap, slab, GC__COLLECTABLE, holder, index) {
            if (edges.stopped || !(heap->states[index] & GC__COLLECTABLE) || heap->states[index] & GC__CONDEMNED ||
                holder->gc__kind & GC__DYING)
                continue;
            edges.type = gc__type_of(heap, holder);
            edges.holder = holder;
            gc__each_edge(edges.type, holder, inspect_edge, &edges);
        }
    heap->visiting--;
    return edges.shown;
}

size_t gc_visit_garbage(gc_heap *heap, gc_object_function function, void *context)
{
    gc__check_heap(heap);
    inspect_visit visit = { heap, GC__ALIVE, GC__SAVED, function, context, 0 };
    heap->visiting++;
    inspect_map(&visit, GC__MAP_TRACKED);
    heap->visiting--;
    return visit.shown;
}

static bool inspect_drop(void *object, void *context)
{
    (void)context;
    ((gc_object *)object)->gc__kind &= ~GC__SAVED;
    gc_release(object);
    return true;
}

size_t gc_drop_garbage(gc_heap *heap)
{
    gc__check_heap(heap);
    return gc__busy(heap) ? 0 : gc_visit_garbage(heap, inspect_drop, NULL);
}
