/* SPDX-License-Identifier: MIT */
/* model_slots.c: reading and writing the slots of real objects, each in its coding. */
#include "tests/model/model_structs.h"

#include <stdlib.h>
#include <string.h>

static void *slot_at(enum model_kind kind, const void *object, int slot)
{
    const struct model_kind_info *info = &model_kinds[kind];
    char *base = (char *)(uintptr_t)object + info->offset;
    if (info->is_indirect)
        base = *(char **)(void *)base;
    return slot ? base + (size_t)slot * info->stride : base; /* a span that is empty may be NULL */
}

void **model_slot_address(enum model_kind kind, void *object, int slot)
{
    return model_kinds[kind].coding == CODING_POINTER ? slot_at(kind, object, slot) : NULL;
}

static void *pair_load(const struct pair *pair)
{
    return pair->tag == PAIR_STRING || pair->tag == PAIR_TABLE ? pair->payload.object : NULL;
}

void *model_slot_load(enum model_kind kind, void *object, int slot)
{
    void *at = slot_at(kind, object, slot);
    uint64_t word;
    switch (model_kinds[kind].coding) {
    case CODING_POINTER:
        return *(void **)at;
    case CODING_PAIR:
        return pair_load(at);
    case CODING_TAGGED:
        word = *(uint64_t *)at;
        return (word & TAGGED_MASK) == TAGGED_REFERENCE ? (void *)(uintptr_t)(word & ~(uint64_t)TAGGED_MASK) : NULL;
    case CODING_BOXED:
        word = *(uint64_t *)at;
        return (word & BOXED_MASK) == BOXED_REFERENCE ? (void *)(uintptr_t)(word & ~BOXED_MASK) : NULL;
    case CODING_SECRET:
        word = *(uint64_t *)at;
        return word ? secret_decode(word) : NULL;
    case CODING_CONTAINER:
        return model_container_load(kind, object, slot);
    case CODING_NONE:
        break;
    }
    return NULL;
}

/* Overwrites a slot; counts are the caller's business. */
static void slot_write(enum model_kind kind, void *object, int slot, void *target)
{
    void *at = slot_at(kind, object, slot);
    struct pair *pair = at;
    uint64_t word = (uint64_t)(uintptr_t)target;
    switch (model_kinds[kind].coding) {
    case CODING_POINTER:
        *(void **)at = target;
        break;
    case CODING_PAIR:
        pair->tag = !target ? PAIR_NOTHING : slot % 2 ? PAIR_STRING : PAIR_TABLE;
        pair->payload.object = target;
        break;
    case CODING_TAGGED:
        *(uint64_t *)at = target ? word | TAGGED_REFERENCE : TAGGED_NOTHING;
        break;
    case CODING_BOXED:
        *(uint64_t *)at = target ? word | BOXED_REFERENCE : BOXED_NOTHING;
        break;
    case CODING_SECRET:
        *(uint64_t *)at = target ? secret_encode(target) : 0;
        break;
    case CODING_CONTAINER:
    case CODING_NONE:
        break;
    }
}

void model_slot_store(enum model_kind kind, void *object, int slot, void *target)
{
    if (model_kinds[kind].coding == CODING_CONTAINER) {
        model_container_store(kind, object, slot, target);
        return;
    }
    if (model_kinds[kind].coding == CODING_POINTER) {
        gc_set((void **)slot_at(kind, object, slot), target);
        return;
    }
    void *old = model_slot_load(kind, object, slot);
    gc_retain(target);
    slot_write(kind, object, slot, target);
    gc_release(old);
}

void model_slot_give(enum model_kind kind, void *object, int slot, void *target)
{
    slot_write(kind, object, slot, target);
}

void model_slot_noise(enum model_kind kind, void *object, int slot, uint64_t noise)
{
    void *at = slot_at(kind, object, slot);
    struct pair *pair = at;
    switch (model_kinds[kind].coding) {
    case CODING_PAIR:
        pair->tag = noise & 1 ? 5 : 200;
        pair->payload.number = noise;
        break;
    case CODING_TAGGED:
        *(uint64_t *)at = noise & ~UINT64_C(1);
        break;
    case CODING_BOXED:
        *(uint64_t *)at = noise & ~(UINT64_C(1) << 63);
        break;
    case CODING_POINTER:
    case CODING_SECRET:
    case CODING_CONTAINER:
    case CODING_NONE:
        break;
    }
}

static uint32_t canary_of(uint32_t id)
{
    return (id + 1) * 2654435761u;
}

void model_kind_renumber(void *object, uint32_t id)
{
    struct model_head *head = object;
    head->id = id;
    head->canary = canary_of(id);
}

/* Gives a newborn KIND_SPAN, KIND_WORD_SPAN or KIND_HAND its slots. */
static bool attach_slots(gc_heap *heap, enum model_kind kind, void *object, int slots)
{
    struct hand *hand = object;
    if (kind != KIND_HAND)
        return model_span_resize(heap, kind, object, slots);
    hand->table = calloc((size_t)slots + 1, sizeof *hand->table);
    if (!hand->table)
        return false;
    hand->count = (uint32_t)slots;
    return true;
}

void *model_kind_create(gc_heap *heap, gc_type *type, enum model_kind kind, uint32_t id, int slots, size_t bytes)
{
    const struct model_kind_info *info = &model_kinds[kind];
    size_t size = info->types[0].size;
    void *object;
    if (kind == KIND_FLEX || kind == KIND_PAIRS)
        object = gc__create_flex(type, (size_t)slots);
    else if (kind == KIND_EXTRA)
        object = gc_create_extra(void, type, bytes);
    else
        object = gc__create(type, size);
    if (!object)
        return NULL;
    model_kind_renumber(object, id);
    if (kind == KIND_EXTRA) {
        struct extra *extra = object;
        extra->bytes = bytes;
        memset(extra->fill, EXTRA_FILL, bytes);
    }
    if (info->is_indirect && !attach_slots(heap, kind, object, slots)) {
        gc_release(object);
        return NULL;
    }
    return object;
}

bool model_kind_intact(enum model_kind kind, const void *object, uint32_t id)
{
    const struct model_head *head = object;
    if (kind == KIND_GENERATOR)
        return gc_generator_state(object) == (int64_t)id;
    if (kind >= KIND_WEAK)
        return true;
    if (head->id != id || head->canary != canary_of(id))
        return false;
    if (kind == KIND_ALIGNED)
        return (uintptr_t)object % 64 == 0;
    const struct extra *extra = object;
    if (kind == KIND_EXTRA && extra->bytes)
        return extra->fill[0] == EXTRA_FILL && extra->fill[extra->bytes - 1] == EXTRA_FILL;
    return true;
}

void **model_hidden_address(void *object)
{
    return &((struct hider *)object)->unseen;
}

void model_kind_destroy(enum model_kind kind, void *object)
{
    if (kind == KIND_HIDER)
        gc_clear(model_hidden_address(object));
    if (kind == KIND_HAND)
        free(((struct hand *)object)->table);
}

bool model_span_resize(gc_heap *heap, enum model_kind kind, void *object, int slots)
{
    struct span *span = object;
    struct word_span *words = object;
    size_t old_count = kind == KIND_SPAN ? span->count : words->count;
    void **items = (void **)slot_at(kind, object, 0);
    void **resized = gc_realloc(heap, items, (size_t)slots * 8);
    if (!resized)
        return false;
    if ((size_t)slots > old_count)
        memset(resized + old_count, 0, ((size_t)slots - old_count) * 8);
    if (kind == KIND_SPAN) {
        span->items = resized;
        span->count = (uint32_t)slots;
    } else {
        words->items = (uint64_t *)(void *)resized;
        words->count = (size_t)slots;
    }
    return true;
}
