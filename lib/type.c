/* SPDX-License-Identifier: MIT */
/* type.c: registering types with a heap. */
#include "lib/type.h"

#include "lib/check.h"
#include "lib/check_user.h"
#include "lib/heap.h"
#include "lib/weak.h"

static size_t type_hash(const void *info)
{
    return (size_t)((uint64_t)(uintptr_t)info * 0x9E3779B97F4A7C15ull >> 20);
}

/* The place of `info` in the index of descriptions: where it is, or where it would go. */
static void **type_index_slot(void **index, size_t capacity, const gc_type_info *info)
{
    size_t i = type_hash(info) & (capacity - 1);
    while (index[i] && ((gc__type *)index[i])->info != info)
        i = (i + 1) & (capacity - 1);
    return &index[i];
}

static bool type_index_reserve(gc_heap *heap)
{
    if (heap->type_index_used * 2 < heap->type_index_capacity)
        return true;
    size_t capacity = heap->type_index_capacity ? heap->type_index_capacity * 2 : 64;
    void **index = gc__raw_take(heap, capacity * sizeof *index);
    if (!index)
        return false;
    memset(index, 0, capacity * sizeof *index);
    for (size_t i = 0; i < heap->type_index_capacity; i++) {
        gc__type *type = heap->type_index[i];
        if (type)
            *type_index_slot(index, capacity, type->info) = type;
    }
    gc__raw_give(heap, heap->type_index);
    heap->type_index = index;
    heap->type_index_capacity = capacity;
    return true;
}

/* One more than the elements of the longest object that is small. */
static uint32_t type_flex_small(const gc__type *type)
{
    if (!type->flex_item_size || type->flex_offset > GC__SMALL_MAX)
        return 0;
    uint32_t small = (GC__SMALL_MAX - type->flex_offset) / type->flex_item_size + 1;
    return type->flex_count_size == 1 && small > UINT8_MAX ? UINT8_MAX + 1 : small;
}

static void type_set_birth(gc_heap *heap, gc__type *type)
{
    bool acyclic = type->flags & GC_ACYCLIC;
    bool immortal = type->flags & GC_IMMORTAL;
    type->birth_count = heap->checked ? 1 | GC__SLOW_RETAIN | GC__SLOW_RELEASE : 1;
    type->hot.gc__kind = type->number | (type->hash || type->equal ? GC__BY_VALUE : 0);
    if (immortal) {
        type->birth_count = GC__IMMORTAL_COUNT;
        type->hot.gc__kind |= GC__IMMORTAL;
    }
    type->hot.gc__birth = acyclic || (type->flags & (GC_UNTRACKED | GC_IMMORTAL)) ? GC__UNTRACKED_BIT : GC__YOUNG;
    type->hot.gc__front = &heap->front;
    type->trailer = heap->settings.defer && type->finalize ? sizeof(void *) : 0;
    size_t bytes = (type->size + heap->redzone + type->trailer + type->alignment - 1) & ~(size_t)(type->alignment - 1);
    if (bytes < GC__SLOT_MIN)
        bytes = GC__SLOT_MIN;
    type->klass = bytes <= GC__MEDIUM_MAX ? &heap->classes[acyclic][gc__class_of(bytes)] : NULL;
    type->bin = type->klass && !type->trailer && !immortal ? &type->klass->bin : &heap->no_bin;
    type->hot.gc__bin = &heap->no_bin;
    if (type->bin != &heap->no_bin && type->alignment == 8 && !heap->checked && type->size <= GC__SMALL_MAX) {
        type->small_classes = heap->classes[acyclic];
        type->flex_small = type_flex_small(type);
    }
    type->described = !type->traverse && type->builtin != GC__EPHEMERON;
    type->only_refs = type->op_count == 0 && type->described;
    type->plain_death = !heap->checked && !type->finalize && !type->destroy && !type->owns_memory && !type->traverse && !type->builtin;
}

static gc__type *type_add(gc_heap *heap, const gc_type_info *info, size_t number, enum gc__builtin builtin)
{
    gc__type *type = NULL;
    if (!gc__region_ensure(&heap->type_region, (number + 1) * sizeof(void *)) || !type_index_reserve(heap) ||
        !(type = gc__raw_take(heap, sizeof *type)))
        goto no_memory;
    memset(type, 0, sizeof *type);
    if (!gc__type_compile(heap, type, info))
        goto no_memory;
    type->heap = heap;
    type->number = (uint32_t)number;
    type->builtin = builtin;
    if (heap->checked && !gc__check_type_open(heap, type))
        goto no_memory;
    type_set_birth(heap, type);
    heap->has_finalizers |= type->finalize != NULL;
    heap->types[number] = type;
    if (number == heap->type_count)
        heap->type_count++;
    *type_index_slot(heap->type_index, heap->type_index_capacity, info) = type;
    heap->type_index_used++;
    return type;

no_memory:
    if (type)
        gc__raw_give(heap, (void *)type->ops);
    gc__raw_give(heap, type);
    gc__fail(heap, GC_ERROR_MEMORY, "no memory to register type '%s'", info->name);
    return NULL;
}

gc_type *gc_type_register(gc_heap *heap, const gc_type_info *info)
{
    gc__check_heap(heap);
    if (!gc__type_check(heap, info))
        return NULL;
    void **known = type_index_slot(heap->type_index, heap->type_index_capacity, info);
    if (*known) {
        if (heap->checked)
            gc__check_type(heap, *known);
        return *known;
    }
    if (heap->type_count >= GC__TYPES_MAX) {
        gc__fail(heap, GC_ERROR_LIMIT, "type '%s': the heap already has %zu types", info->name, (size_t)GC__TYPES_MAX);
        return NULL;
    }
    return (gc_type *)type_add(heap, info, heap->type_count, GC__NOT_BUILTIN);
}

gc__type *gc__type_add_container(gc_heap *heap, const gc_type_info *info, enum gc__container number)
{
    return type_add(heap, info, number, GC__NOT_BUILTIN);
}

const char *gc_type_name(const gc_type *type)
{
    return ((const gc__type *)type)->name;
}

static const gc_type_info type_none_info = { "a free slot", sizeof(gc_object), 8, NULL, 0 };
static const gc_type_info type_weak_info = GC_TYPE_INFO(gc__watcher, GC_TYPE_FLAGS(GC_ACYCLIC | GC_NO_WEAK));
static const gc_type_info type_callback_info = GC_TYPE_INFO(gc__weak_callback, GC_REFS(held), GC_TYPE_FLAGS(GC_NO_WEAK));
static const gc_type_info type_ephemeron_info = GC_TYPE_INFO(gc_ephemeron, GC_REFS(value), GC_TYPE_FLAGS(GC_NO_WEAK));

bool gc__types_open(gc_heap *heap)
{
    gc__type *none = type_add(heap, &type_none_info, 0, GC__NOT_BUILTIN);
    if (!none)
        return false;
    heap->builtin_weak = type_add(heap, &type_weak_info, 1, GC__WEAK);
    heap->builtin_weak_callback = type_add(heap, &type_callback_info, 2, GC__WEAK_CALLBACK);
    heap->builtin_ephemeron = type_add(heap, &type_ephemeron_info, 3, GC__EPHEMERON);
    if (!heap->builtin_weak || !heap->builtin_weak_callback || !heap->builtin_ephemeron)
        return false;
    heap->builtin_weak->name = heap->builtin_weak_callback->name = "gc_weak";
    heap->builtin_ephemeron->name = "gc_ephemeron";
    /* The numbers of containers are fixed, so that programs can test for them; until one is registered nothing has its number. */
    while (heap->type_count < GC__CONTAINERS_END)
        heap->types[heap->type_count++] = none;
    return true;
}
