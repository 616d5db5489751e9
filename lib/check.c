/* SPDX-License-Identifier: MIT */
/* check.c: misuse, found and named. */
#include "lib/check.h"

#include "lib/check_user.h"
#include "lib/edges.h"
#include "lib/poison.h"
#include "lib/record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK_REDZONE 16u

void gc__check_failed(const gc_heap *heap, const gc_object *object, const char *format, ...)
{
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    gc__log(heap, "libgc: %s", text);
    if (object && heap->records)
        gc__record_log(heap, object);
    abort();
}

void gc__check_closed(const gc_heap *heap)
{
    gc__check_failed(heap, NULL, "heap %p used after it was closed; look for the caller that kept it beyond gc_heap_close",
                     (const void *)heap);
}

bool gc__check_open(gc_heap *heap)
{
    heap->checked = heap->settings.check_level > 0;
    if (!heap->checked)
        return true;
    heap->redzone = CHECK_REDZONE;
    if (heap->settings.quarantine_slots == 0)
        return gc__records_open(heap);
    size_t bytes = heap->settings.quarantine_slots * sizeof(gc_object *);
    heap->quarantine = gc__raw_take(heap, bytes);
    if (heap->quarantine)
        memset(heap->quarantine, 0, bytes);
    return heap->quarantine != NULL && gc__records_open(heap);
}

void gc__check_close(gc_heap *heap)
{
    /* The addresses may be mapped again, by anyone. */
    if (heap->checked)
        gc__unpoison(heap->base, heap->range_used);
}

void gc__check_thread(const gc_heap *heap)
{
    if (!pthread_equal(heap->owner, pthread_self()))
        gc__check_failed(heap, NULL, "a thread that does not own the heap uses it; hand the heap over with gc_heap_adopt first");
    gc__check_left(heap);
}

static void check_alive(gc_heap *heap, gc_object *object, gc__place place, const char *what)
{
    const char *type = gc__type_of(heap, object)->name;
    uint8_t state = heap->states[place.index];
    if (!(state & GC__ALIVE))
        gc__check_failed(heap, object, "object %p of type '%s' used after it was freed: %s (its count was 0); look for the owner that "
                         "kept the pointer without gc_retain", (void *)object, type, what);
    if (object->gc__kind & GC__DYING)
        gc__check_failed(heap, object, "object %p of type '%s' used after it was freed: %s while it is dying (its count was 0); a destroy "
                         "or weak callback must not use it", (void *)object, type, what);
}

static gc__place check_place(gc_heap *heap, gc_object *object, const char *what)
{
    gc__place place = gc__place_find(heap, object);
    if (!place.slab)
        gc__check_failed(heap, NULL, "%p is not an object: %s with a pointer that is no slot of the heap; look for a cast, or an address "
                         "inside an object", (void *)object, what);
    uint32_t number = object->gc__kind & GC__TYPE_MASK;
    if (number == 0 || number >= heap->type_count)
        gc__check_failed(heap, object, "the header of object %p is overwritten: %s of an object with type number %u, and the heap has %u; "
                         "look for a memset or a struct copy that covers the gc_object", (void *)object, what, number,
                         heap->type_count);
    return place;
}

/* An object is about to be used: looked at before whatever else is done to it. */
static void check_use(gc_heap *heap, gc_object *object, const char *what)
{
    gc__check_thread(heap);
    check_alive(heap, object, check_place(heap, object, what), what);
    if (heap->destroying == object)
        gc__check_failed(heap, object, "destroy of type '%s' keeps its own object %p (%s); it is over when destroy returns: what can save "
                         "an object is its finalizer", gc__type_of(heap, object)->name, (void *)object, what);
    if (heap->destroying)
        gc__check_failed(heap, object, "destroy of type '%s' touches object %p of type '%s'; it may only release what it owns",
                         gc__type_of(heap, heap->destroying)->name, (void *)object, gc__type_of(heap, object)->name);
}

void gc__check_retain(gc_heap *heap, gc_object *object, const void *site)
{
    gc__record_site(heap, site);
    check_use(heap, object, "retain");
    if (heap->clearing)
        gc__check_clearing(heap, object, false);
    gc__record(heap, object, GC__RECORD_RETAINED, site);
}

void gc__check_move(gc_heap *heap, gc_object *object, const void *site)
{
    gc__record_site(heap, site);
    check_use(heap, object, "move");
    gc__record(heap, object, GC__RECORD_MOVED, site);
}

void gc__check_watch(gc_heap *heap, gc_object *object, const void *site)
{
    gc__record_site(heap, site);
    check_use(heap, object, "weak reference");
    gc__record(heap, object, GC__RECORD_WATCHED, site);
}

void gc__check_release(gc_heap *heap, gc_object *object, const void *site)
{
    gc__record_site(heap, site);
    gc__check_thread(heap);
    gc__place place = check_place(heap, object, "release");
    uint32_t before = object->gc__count + 1;
    uint8_t state = heap->states[place.index];
    /* When the heap closes, what is left may still own itself by a reference that only its destroy knows. */
    bool owns_itself = heap->closing && (before & GC__COUNT_MASK) != 0;
    if (heap->destroying == object && !owns_itself)
        gc__check_failed(heap, object, "object %p of type '%s' released more often than retained by its own destroy (its count was 0); the "
                         "library frees the object when destroy returns", (void *)object, gc__type_of(heap, object)->name);
    if ((before & GC__COUNT_MASK) == 0 || !(state & GC__ALIVE) ||
        (object->gc__kind & GC__DYING && heap->under_way & GC__TEARDOWN))
        gc__check_failed(heap, object, "object %p of type '%s' released more often than retained (its count was 0, it is %s); look at "
                         "every gc_release of such an object, and at fields set by plain assignment", (void *)object,
                         gc__type_of(heap, object)->name, state & GC__ALIVE ? "dying" : "freed");
    if (heap->clearing)
        gc__check_clearing(heap, object, true);
    gc__record(heap, object, GC__RECORD_RELEASED, site);
}

void gc__check_finalized(gc_heap *heap, gc_object *object)
{
    if (heap->checked)
        gc__check_failed(heap, object, "object %p of type '%s' released more often than retained by its own finalizer (its count was 0); "
                         "the library holds the object meanwhile, and releases it itself", (void *)object,
                         gc__type_of(heap, object)->name);
}

void gc__check_dying(gc_heap *heap, gc_object *object)
{
    object->gc__count = GC__CHECKED_FREE;
    gc__record(heap, object, GC__RECORD_DYING, NULL);
}

/* The last word of the red zone. It is the library's only while the object waits. */
static char *check_link(gc_heap *heap, const gc_object *object)
{
    size_t end = gc__slab_slot_bytes(gc__slab_of(object)) - gc__type_of(heap, object)->trailer;
    return (char *)object + end - sizeof(void *);
}

void gc__check_enqueue(gc_heap *heap, gc_object *object)
{
    static void *const none = NULL;
    char *link = check_link(heap, object);
    object->gc__kind |= GC__DYING;
    object->gc__count = GC__CHECKED_FREE;
    gc__unpoison(link, sizeof none);
    memcpy(link, &none, sizeof none);
    if (heap->dying_last)
        memcpy(check_link(heap, heap->dying_last), &object, sizeof object);
    else
        heap->dying_first = object;
    heap->dying_last = object;
}

void gc__check_dequeue(gc_heap *heap, gc_object *object)
{
    char *link = check_link(heap, object);
    heap->dying_first = gc__load_pointer(link);
    gc__poison(link, sizeof(void *));
    if (!heap->dying_first)
        heap->dying_last = NULL;
}

void gc__check_slot_new(gc_heap *heap, char *slot, size_t bytes, size_t room, size_t trailer)
{
    (void)heap;
    size_t used = (bytes + 7) & ~(size_t)7, end = room - trailer;
    gc__unpoison(slot, bytes);
    gc__unpoison(slot + end, trailer);
    if (end > used)
        gc__poison(slot + used, end - used);
}

void gc__check_memory_given(gc_heap *heap, char *start, size_t bytes)
{
    if (!heap->checked)
        return;
    gc__unpoison(start, bytes);
    if (heap->records)
        gc__record_forget(heap, start, bytes);
}

/* The header and the free list's link stay readable: the first so that misuse can be named, the second for the list. */
static void check_slot_release(gc_heap *heap, gc_object *object)
{
    gc__place place = gc__place_of(heap, object);
    gc__unpoison(object, 16);
    gc__slot_give(heap, object, place);
    /* Not into memory that went with the slot. */
    if (place.slab->capacity > 1)
        object->gc__count = GC__CHECKED_FREE;
}

void gc__check_slot_free(gc_heap *heap, gc_object *object, gc__place place)
{
    heap->states[place.index] = 0;
    object->gc__count = GC__CHECKED_FREE;
    gc__record(heap, object, GC__RECORD_FREED, NULL);
    gc__poison((char *)object + sizeof(gc_object), gc__slab_slot_bytes(place.slab) - sizeof(gc_object));
    if (!heap->quarantine) {
        check_slot_release(heap, object);
        return;
    }
    gc_object **place_in_line = &heap->quarantine[heap->quarantine_next];
    heap->quarantine_next = (heap->quarantine_next + 1) % heap->settings.quarantine_slots;
    gc_object *oldest = *place_in_line;
    *place_in_line = object;
    if (oldest)
        check_slot_release(heap, oldest);
}

void gc__check_quarantine_flush(gc_heap *heap)
{
    for (uint32_t i = 0; heap->quarantine && i < heap->settings.quarantine_slots; i++) {
        if (heap->quarantine[i])
            check_slot_release(heap, heap->quarantine[i]);
        heap->quarantine[i] = NULL;
    }
}

/* The field whose storage is this block, if the description lists it. */
static const char *check_owned_block(const gc__type *type, const gc_object *object, const void *block)
{
    for (size_t i = 0; i < type->info->item_count; i++) {
        const gc_item *item = &type->info->items[i];
        bool owned = item->kind == GC__ITEM_MEMORY || item->kind == GC__ITEM_REF_SPAN || item->kind == GC__ITEM_VALUE_SPAN;
        if (owned && gc__load_pointer((const char *)object + item->offset) == block)
            return item->name;
    }
    return NULL;
}

void gc__check_block(gc_heap *heap, void *block)
{
    gc__check_thread(heap);
    gc_object *object = heap->destroying;
    if (object && block && check_owned_block(gc__type_of(heap, object), object, block))
        heap->destroy_freed = block;
}

void gc__check_destroy(gc_heap *heap, gc__type *type, gc_object *object)
{
    gc_object *outer = heap->destroying;
    heap->destroying = object;
    heap->destroy_freed = NULL;
    type->destroy(object);
    heap->destroying = outer;
    const char *freed = heap->destroy_freed ? check_owned_block(type, object, heap->destroy_freed) : NULL;
    if (freed)
        gc__check_failed(heap, object, "destroy of type '%s' frees '%s' of object %p, which the description lists: the library frees it "
                         "too; leave that to the library, or store NULL in the field", type->name, freed, (void *)object);
}
