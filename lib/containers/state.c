/* SPDX-License-Identifier: MIT */
/* state.c: a heap's state for containers: its types, registered one by one as they are used, and its hash key. It is raw memory of the
 * heap, and goes with it. */
#include "lib/containers/containers.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static const gc_type_info *const state_infos[GC__CONTAINERS_END] = {
    [GC__CONTAINER_STRING] = &gc__string_info,
    [GC__CONTAINER_INTERNED] = &gc__interned_info,
    [GC__CONTAINER_BYTES] = &gc__bytes_info,
    [GC__CONTAINER_INTEGER] = &gc__integer_info,
    [GC__CONTAINER_FLOAT] = &gc__float_info,
    [GC__CONTAINER_TUPLE] = &gc__tuple_info,
    [GC__CONTAINER_LIST] = &gc__list_info,
    [GC__CONTAINER_CELL] = &gc__cell_info,
    [GC__CONTAINER_DICT] = &gc__dict_info,
    [GC__CONTAINER_SET] = &gc__set_info,
    [GC__CONTAINER_WEAK_KEY_DICT] = &gc__weak_key_dict_info,
    [GC__CONTAINER_WEAK_VALUE_DICT] = &gc__weak_value_dict_info,
    [GC__CONTAINER_FUNCTION] = &gc__function_info,
    [GC__CONTAINER_GENERATOR] = &gc__generator_info,
    [GC__CONTAINER_CLEANED_GENERATOR] = &gc__cleaned_generator_info,
};

/* The key of the settings, or a random one. What else is keyed has a key made from it. */
static bool state_choose_key(gc_heap *heap, gc__containers *state)
{
    memcpy(state->key, heap->settings.hash_key, sizeof state->key);
    if (!state->key[0] && !state->key[1] && getrandom(state->key, sizeof state->key, 0) != (ssize_t)sizeof state->key) {
        gc__fail(heap, GC_ERROR_SYSTEM, "no random hash key: getrandom failed (%s); set gc_settings.hash_key", strerror(errno));
        return false;
    }
    for (uint64_t i = 0; i < 2; i++)
        state->mix[i] = gc__hash_siphash(state, &i, sizeof i);
    state->mix[1] |= 1;
    return true;
}

gc__containers *gc__containers_open(gc_heap *heap)
{
    gc__containers *state = gc__raw_take(heap, sizeof *state);
    if (!state) {
        gc__storage_short(heap);
        /* Which may have run user code that was here first. */
        if (heap->containers)
            return heap->containers;
        state = gc__raw_take(heap, sizeof *state);
    }
    if (!state) {
        gc__fail(heap, GC_ERROR_MEMORY, "no memory for the state of containers (%zu bytes)", sizeof *state);
        return NULL;
    }
    memset(state, 0, sizeof *state);
    if (!state_choose_key(heap, state)) {
        gc__raw_give(heap, state);
        return NULL;
    }
    return heap->containers = state;
}

gc_type *gc__container_register(gc_heap *heap, enum gc__container number)
{
    gc__containers *state = gc__containers_of(heap);
    if (!state)
        return NULL;
    if (!state->types[number])
        state->types[number] = (gc_type *)gc__type_add_container(heap, state_infos[number], number);
    return state->types[number];
}

void gc__storage_short(gc_heap *heap)
{
    if (!gc__busy(heap))
        heap->hooks.memory_short(heap);
}
