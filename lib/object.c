/* SPDX-License-Identifier: MIT */
/* object.c: making objects when the inline path cannot, and changing their length. */
#include "lib/check.h"
#include "lib/edges.h"
#include "lib/heap.h"
#include "lib/record.h"
#include "lib/stress.h"
#include "lib/teardown.h"
#include "lib/touched.h"

#include <limits.h>

static bool object_creation_due(const gc_heap *heap)
{
    const gc__pace *pace = &heap->pace;
    int64_t limit = pace->mode == GC_PACE_CPYTHON ? pace->thresholds[0] : pace->young_limit;
    return gc__may_collect(heap) && (pace->due || heap->settings.stress || heap->front.created > limit);
}

static char *object_take_slot(gc_heap *heap, gc__class *klass, size_t bytes, bool acyclic)
{
    return klass ? gc__slot_take(heap, klass, gc__busy(heap)) : gc__large_take(heap, bytes, acyclic);
}

/* What a slot holds beside the object: red zone and the link of the queue of deferred finalizers. */
static size_t object_overhead(const gc__type *type)
{
    return type->heap->redzone + type->trailer;
}

/* The inline path, for a size that is not that of the type's struct. NULL: it does not serve here. */
static inline void *object_new_small(const gc__type *type, size_t bytes)
{
    gc__class *klass = type->small_classes + gc__class_of(bytes);
    struct gc__front *front = type->hot.gc__front;
    if (GC__UNLIKELY(front->created >= front->limit || (!klass->bin.free && klass->bin.bump == klass->bin.bump_end)))
        return NULL;
    gc_type hot = { &klass->bin, front, type->hot.gc__kind, type->hot.gc__birth };
    return gc__create(&hot, (bytes + 7) & ~(size_t)7);
}

/* An object of `bytes`, the struct and what follows it. */
static void *object_new(gc__type *type, size_t bytes)
{
    gc_heap *heap = type->heap;
    bool acyclic = type->flags & GC_ACYCLIC;
    size_t slot_bytes = (bytes + object_overhead(type) + type->alignment - 1) & ~(size_t)(type->alignment - 1);
    if (slot_bytes < GC__SLOT_MIN)
        slot_bytes = GC__SLOT_MIN;
    gc__class *klass = slot_bytes <= GC__MEDIUM_MAX ? &heap->classes[acyclic][gc__class_of(slot_bytes)] : NULL;
    heap->front.created++;
    if (heap->checked)
        gc__check_thread(heap);
    if (object_creation_due(heap))
        heap->hooks.creation_due(heap);
    char *slot = object_take_slot(heap, klass, slot_bytes, acyclic);
    if (!slot && !gc__busy(heap)) {
        heap->hooks.memory_short(heap);
        slot = object_take_slot(heap, klass, slot_bytes, acyclic);
    }
    if (!slot) {
        if (heap->front.created > 0)
            heap->front.created--;
        gc__fail(heap, GC_ERROR_MEMORY, "no memory for an object of type '%s' (%zu bytes)", type->name, bytes);
        return NULL;
    }
    gc__place place = gc__place_of(heap, (gc_object *)slot);
    if (heap->checked) {
        gc__check_slot_new(heap, slot, bytes, gc__slab_slot_bytes(place.slab), type->trailer);
        ((gc_object *)slot)->gc__count = type->birth_count;
        gc__record(heap, (gc_object *)slot, GC__RECORD_CREATED, __builtin_return_address(0));
    }
    if (!(place.slab->flags & GC__SLAB_CHUNKS))
        memset(slot, 0, bytes);
    if (type->trailer)
        memset(slot + gc__slab_slot_bytes(place.slab) - type->trailer, 0, type->trailer);
    ((gc_object *)slot)->gc__count = type->birth_count;
    ((gc_object *)slot)->gc__kind = type->hot.gc__kind;
    heap->states[place.index] = type->hot.gc__birth == GC__YOUNG ? GC__YOUNG | heap->birth_mark : type->hot.gc__birth;
    return slot;
}

void *gc__create_slow(gc_type *handle, size_t size)
{
    gc__type *type = (gc__type *)handle;
    if (size != type->size) {
        gc__fail(type->heap, GC_ERROR_ARGUMENT, "gc_create of %zu bytes with type '%s', whose struct has %u: not the same struct",
                 size, type->name, type->size);
        return NULL;
    }
    type->hot.gc__bin = type->bin;
    return object_new(type, size);
}

/* The bytes of an object with n elements; false: they overflow a size or the member that counts them. */
static bool object_flex_bytes(const gc__type *type, size_t n, size_t *bytes)
{
    size_t tail;
    if (type->flex_count_size < 8 && n >> (8 * type->flex_count_size))
        return false;
    if (__builtin_mul_overflow(n, (size_t)type->flex_item_size, &tail) ||
        __builtin_add_overflow(tail, (size_t)type->flex_offset, bytes) || *bytes > GC__RANGE_MAX)
        return false;
    if (*bytes < type->size)
        *bytes = type->size;
    return true;
}

static void object_store_count(const gc__type *type, char *object, size_t n)
{
    gc__write_count(object + type->flex_count_offset, type->flex_count_size, n);
}

static bool object_flex_check(gc__type *type, size_t n, size_t *bytes)
{
    if (!type->flex_item_size) {
        gc__fail(type->heap, GC_ERROR_ARGUMENT, "type '%s' has no flexible array member in its description", type->name);
        return false;
    }
    if (!object_flex_bytes(type, n, bytes)) {
        gc__fail(type->heap, GC_ERROR_LIMIT, "type '%s': %zu elements are more than it can have", type->name, n);
        return false;
    }
    return true;
}

void *gc__create_flex(gc_type *handle, size_t n)
{
    gc__type *type = (gc__type *)handle;
    size_t bytes = type->flex_offset + n * type->flex_item_size;
    char *object = GC__LIKELY(n < type->flex_small) ? object_new_small(type, bytes > type->size ? bytes : type->size) : NULL;
    if (!object) {
        if (!object_flex_check(type, n, &bytes))
            return NULL;
        object = object_new(type, bytes);
    }
    if (object)
        object_store_count(type, object, n);
    return object;
}

void *gc__create_extra(gc_type *handle, size_t bytes)
{
    gc__type *type = (gc__type *)handle;
    if (bytes > GC__RANGE_MAX) {
        gc__fail(type->heap, GC_ERROR_LIMIT, "type '%s': %zu extra bytes are more than a heap holds", type->name, bytes);
        return NULL;
    }
    bytes += type->size;
    void *object = type->small_classes && bytes <= GC__SMALL_MAX ? object_new_small(type, bytes) : NULL;
    return object ? object : object_new(type, bytes);
}

static const gc__op *object_flex_op(const gc__type *type)
{
    for (uint32_t i = 0; i < type->op_count; i++)
        if (type->ops[i].kind == GC__ITEM_REF_FLEX || type->ops[i].kind == GC__ITEM_VALUE_FLEX)
            return &type->ops[i];
    return NULL;
}

/* Makes the array n elements long where it is, and releases those from n up to `before`. The caller, who then holds the object once more,
 * ends the teardown if this returns true. */
static bool object_shorten(gc__type *type, char *object, size_t n, size_t before)
{
    const gc__op *op = object_flex_op(type);
    object_store_count(type, object, n);
    /* What dies is queued until the object is what it is to become: its user code may resize the object again. */
    bool outermost = !(type->heap->under_way & GC__TEARDOWN);
    if (outermost)
        gc__teardown_begin(type->heap);
    gc__retain((gc_object *)object);
    for (size_t i = n; op && i < before; i++) {
        char *item = object + op->offset + i * op->item_size;
        void *target = op->rule ? gc__value_target(op->rule, item) : gc__load_pointer(item);
        gc__edge edge = { target, item, op, i };
        if (!target)
            continue;
        gc__edge_erase(&edge);
        gc__drop(type->heap, target);
    }
    return outermost;
}

/* Moves the object to a slot of the right size. NULL: no memory. */
static char *object_move(gc__type *type, gc_object *old, size_t old_bytes, size_t bytes)
{
    gc_heap *heap = type->heap;
    gc__place from = gc__place_of(heap, old);
    /* No collection: its user code could take a reference to the object that is about to move. */
    heap->visiting++;
    char *moved = object_new(type, bytes);
    heap->visiting--;
    if (!moved)
        return NULL;
    memcpy(moved, old, old_bytes < bytes ? old_bytes : bytes);
    ((gc_object *)moved)->gc__kind &= ~(GC__HELD | GC__STEADY); /* the map of such slabs does not know the new one */
    gc__place to = gc__place_of(heap, (gc_object *)moved);
    heap->states[to.index] = heap->states[from.index] & (uint8_t)~GC__TOUCHED;
    if (heap->states[from.index] & GC__OLD)
        gc__touch_at(heap, (gc_object *)moved, to.index);
    if (heap->states[to.index] & GC__MIDDLE)
        gc__map_set(heap, GC__MAP_MIDDLE, to.slab->head);
    gc__object_free(heap, old, from);
    return moved;
}

void *gc_resize(void *pointer, size_t n)
{
    gc_object *object = pointer;
    gc_heap *heap = gc__heap_of(object);
    gc__type *type = gc__type_of(heap, object);
    gc__place place = gc__place_of(heap, object);
    size_t bytes, old_bytes = type->size, room = gc__slab_slot_bytes(place.slab);
    if (type->number < GC__CONTAINERS_END) {
        gc__fail(heap, GC_ERROR_ARGUMENT, "a '%s' is the library's, and keeps its size; make a new one", type->name);
        return NULL;
    }
    if (!object_flex_check(type, n, &bytes))
        return NULL;
    size_t before = gc__read_count((char *)object + type->flex_count_offset, type->flex_count_size);
    object_flex_bytes(type, before, &old_bytes);
    size_t wanted = bytes + object_overhead(type);
    bool large = place.slab->flags & GC__SLAB_LARGE && !type->trailer;
    if (wanted <= room || (large && gc__large_resize(heap, place.slab, wanted))) {
        bool outermost = object_shorten(type, pointer, n, before);
        if (large && wanted < room)
            gc__large_resize(heap, place.slab, wanted);
        if (heap->checked)
            gc__check_slot_new(heap, pointer, bytes, gc__slab_slot_bytes(place.slab), type->trailer);
        size_t first_new = type->flex_offset + before * type->flex_item_size;
        if (n > before)
            memset((char *)object + first_new, 0, bytes - first_new);
        if (outermost)
            gc__teardown_end(heap);
        gc__release(object);
        return pointer;
    }
    if (gc__busy(heap) || gc__count_of(object) != 1 || object->gc__kind & (GC__HAS_WEAK | GC__IMMORTAL | GC__QUEUED | GC__SAVED)) {
        gc__fail(heap, GC_ERROR_SHARED, "an object of type '%s' would have to move to hold %zu elements, and %s", type->name, n,
                 gc__busy(heap) ? "none can during a collection or a teardown" : "others refer to it");
        return NULL;
    }
    char *moved = object_move(type, object, old_bytes, bytes);
    if (moved)
        object_store_count(type, moved, n);
    return moved;
}
