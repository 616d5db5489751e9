/* SPDX-License-Identifier: MIT */
/* generator.c: C functions that stop and are resumed.
 *
 * Those with a clean-up are of a type of their own, with a finalizer, which makes a collection that finds one look twice; so those without
 * cost nothing of the kind. */
#include "lib/containers/containers.h"

#include <libgc/generator.h>

struct gc_generator {
    gc_object gc;
    gc_generator_code code;
    gc_generator_clean_up clean_up; /* NULL: there is none, or it has been called */
    int64_t state;
    enum gc_generator_status status;
    void *bytes;
    size_t count;
    void *references[];
};

/* Fills in a new one, which is closed until it is whole. */
static bool generator_fill(gc_heap *heap, gc_generator *generator, gc_generator_code code, gc_generator_clean_up clean_up, size_t bytes)
{
    generator->status = GC_GENERATOR_CLOSED;
    generator->bytes = bytes ? gc_alloc(heap, bytes) : NULL;
    if (bytes && !generator->bytes)
        return false;
    if (bytes)
        memset(generator->bytes, 0, bytes);
    generator->code = code;
    generator->clean_up = clean_up;
    generator->status = GC_GENERATOR_SUSPENDED;
    return true;
}

gc_generator *gc_generator_create(gc_heap *heap, gc_generator_code code, gc_generator_clean_up clean_up, size_t references, size_t bytes)
{
    if (!code) {
        gc__fail(heap, GC_ERROR_ARGUMENT, "a generator without code");
        return NULL;
    }
    gc_type *type = gc__container_type(heap, clean_up ? GC__CONTAINER_CLEANED_GENERATOR : GC__CONTAINER_GENERATOR);
    gc_generator *generator = type ? gc_create_flex(gc_generator, type, references) : NULL;
    if (generator && generator_fill(heap, generator, code, clean_up, bytes))
        return generator;
    gc_release(generator);
    return NULL;
}

enum gc_generator_status gc_generator_status_of(const gc_generator *generator)
{
    return generator->status;
}

/* The clean-up, which finds the frame whole; then the frame goes. The caller holds the generator. */
static void generator_finish(gc_generator *generator)
{
    gc_generator_clean_up clean_up = generator->clean_up;
    generator->clean_up = NULL;
    generator->status = GC_GENERATOR_RUNNING;
    if (clean_up)
        clean_up(generator);
    generator->status = GC_GENERATOR_CLOSED;
    void *bytes = generator->bytes;
    generator->bytes = NULL;
    gc_free(gc__heap_of(generator), bytes);
    for (size_t i = 0; i < generator->count; i++)
        gc_clear(&generator->references[i]);
}

/* Death by count, and being found by a collection. What is running or closed has been, or is being, taken care of. */
static void generator_finalize(void *object)
{
    gc_generator *generator = object;
    if (generator->status == GC_GENERATOR_SUSPENDED)
        generator_finish(generator);
}

static bool generator_runs(const gc_generator *generator)
{
    if (generator->status != GC_GENERATOR_RUNNING)
        return false;
    gc__fail(gc__heap_of(generator), GC_ERROR_BUSY, "a generator that is running can be neither resumed nor closed");
    return true;
}

void *gc_generator_send(gc_generator *generator, const void *value)
{
    if (generator_runs(generator) || generator->status == GC_GENERATOR_CLOSED)
        return NULL;
    gc_retain(generator);
    generator->status = GC_GENERATOR_RUNNING;
    void *result = generator->code(generator, (void *)value);
    generator->status = GC_GENERATOR_SUSPENDED;
    if (!result)
        generator_finish(generator);
    gc_release(generator);
    return result;
}

void *gc_generator_next(gc_generator *generator)
{
    return gc_generator_send(generator, NULL);
}

bool gc_generator_close(gc_generator *generator)
{
    if (generator_runs(generator))
        return false;
    if (generator->status == GC_GENERATOR_CLOSED)
        return true;
    gc_retain(generator);
    generator_finish(generator);
    gc_release(generator);
    return true;
}

int64_t gc_generator_state(const gc_generator *generator)
{
    return generator->state;
}

void gc_generator_set_state(gc_generator *generator, int64_t state)
{
    generator->state = state;
}

void *gc_generator_bytes(gc_generator *generator)
{
    return generator->bytes;
}

size_t gc_generator_reference_count(const gc_generator *generator)
{
    return generator->status == GC_GENERATOR_CLOSED ? 0 : generator->count;
}

static bool generator_has(const gc_generator *generator, size_t index)
{
    size_t count = gc_generator_reference_count(generator);
    if (index >= count)
        gc__fail(gc__heap_of(generator), GC_ERROR_ARGUMENT, "reference %zu of a generator that has %zu", index, count);
    return index < count;
}

void *gc_generator_reference(const gc_generator *generator, size_t index)
{
    return generator_has(generator, index) ? generator->references[index] : NULL;
}

bool gc_generator_set_reference(gc_generator *generator, size_t index, const void *value)
{
    if (!generator_has(generator, index))
        return false;
    gc__set((gc__slot *)(void *)&generator->references[index], (void *)value);
    return true;
}

static void generator_repr(const void *object, gc_repr_writer *writer)
{
    static const char *const names[] = { "<generator suspended>", "<generator running>", "<generator closed>" };
    gc_repr_text(writer, names[((const gc_generator *)object)->status]);
}

const gc_type_info gc__generator_info =
    GC_TYPE_INFO(gc_generator, GC_MEMORY(bytes), GC_REF_FLEX(references, count), GC_REPR(generator_repr));
const gc_type_info gc__cleaned_generator_info = GC_TYPE_INFO(gc_generator, GC_MEMORY(bytes), GC_REF_FLEX(references, count),
                                                             GC_FINALIZE(generator_finalize), GC_REPR(generator_repr));
