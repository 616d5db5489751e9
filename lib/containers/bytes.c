/* SPDX-License-Identifier: MIT */
/* bytes.c: immutable bytes, with the hash kept in the object. */
#include "lib/containers/containers.h"

#include "lib/check.h"

static gc_bytes *bytes_new(gc_heap *heap, size_t length)
{
    gc_type *type = gc__container_type(heap, GC__CONTAINER_BYTES);
    if (!type)
        return NULL;
    if (length == SIZE_MAX) {
        gc__fail(heap, GC_ERROR_LIMIT, "%zu bytes are more than a heap holds", length);
        return NULL;
    }
    gc_bytes *bytes = gc_create_extra(gc_bytes, type, length + 1);
    if (bytes)
        bytes->gc__length = length;
    return bytes;
}

static gc_bytes *bytes_empty(gc_heap *heap)
{
    gc__containers *state = gc__containers_of(heap);
    if (!state || state->empty_bytes)
        return state ? state->empty_bytes : NULL;
    gc_bytes *bytes = bytes_new(heap, 0);
    if (!bytes)
        return NULL;
    /* Creation may have run user code that was here first. */
    if (state->empty_bytes) {
        gc_release(bytes);
    } else {
        gc_immortalize(bytes);
        state->empty_bytes = bytes;
    }
    return state->empty_bytes;
}

gc_bytes *gc_bytes_create(gc_heap *heap, const void *data, size_t length)
{
    gc__check_heap(heap);
    if (length == 0)
        return bytes_empty(heap);
    gc_bytes *bytes = bytes_new(heap, length);
    if (bytes)
        memcpy(bytes + 1, data, length);
    return bytes;
}

static bool bytes_hash(const void *object, uint64_t *hash)
{
    gc_bytes *bytes = (gc_bytes *)object;
    bytes->gc__hash = gc__hash_siphash(gc__heap_of(bytes)->containers, gc_bytes_data(bytes), bytes->gc__length);
    *hash = bytes->gc__hash;
    return true;
}

static bool bytes_equal(const void *a, const void *b, bool *equal)
{
    *equal = gc_bytes_length(a) == gc_bytes_length(b) && memcmp(gc_bytes_data(a), gc_bytes_data(b), gc_bytes_length(a)) == 0;
    return true;
}

static void bytes_repr(const void *object, gc_repr_writer *writer)
{
    gc_repr_text(writer, "b");
    gc__repr_quoted(writer, gc_bytes_data(object), gc_bytes_length(object), false);
}

const gc_type_info gc__bytes_info =
    GC_TYPE_INFO(gc_bytes, GC_TYPE_FLAGS(GC_ACYCLIC), GC_HASH(bytes_hash), GC_EQUAL(bytes_equal), GC_REPR(bytes_repr));
