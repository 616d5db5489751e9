/* SPDX-License-Identifier: MIT */
/* operate_objects.c: objects made, and references stored, read, moved and dropped. */
#include "tests/fuzz/world.h"

#include <string.h>

enum { CREATED_SLOTS_MAX = 8, RESIZED_SLOTS_MAX = 16 };

static gc_type *type_of(struct world *world, enum model_kind kind, enum model_variant variant)
{
    gc_type **type = &world->types[kind][variant];
    if (!*type)
        *type = gc_type_register(world->heap, &model_kinds[kind].types[variant]);
    if (!*type)
        world_fail(world, "type %s: %s", model_kinds[kind].name, gc_last_error_message(world->heap));
    return *type;
}

#define LARGE_BYTES ((size_t)32 << 10)

/* An object of any size up to a few pages, some larger. */
static size_t extra_bytes(uint8_t choice)
{
    if (choice < 200)
        return choice;
    return (size_t)(choice - 199) * (choice < 250 ? 97 : 6007);
}

/* Then there need not be a hole for a large object. */
static bool is_half_full(const struct world *world)
{
    gc_stats stats;
    gc_get_stats(world->heap, &stats);
    return stats.bytes_heap > world->range_bytes / 2;
}

void operate_create(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    enum model_kind kind = (enum model_kind)((a.low | (b.high & 1) << 4) % KIND_WEAK);
    enum model_variant variant = (enum model_variant)(a.high % VARIANT_COUNT);
    const struct model_kind_info *info = &model_kinds[kind];
    int slots = (int)(b.high % CREATED_SLOTS_MAX);
    size_t bytes = kind == KIND_EXTRA ? extra_bytes(code_byte(world->code)) : 0;
    if (!world_has_room(world))
        return;
    /* The object has no number before it is known which are free: user code of a collection may run. */
    void *object = model_kind_create(world->heap, type_of(world, kind, variant), kind, UINT32_MAX, slots, bytes);
    if (!object && bytes >= LARGE_BYTES && is_half_full(world))
        return;
    if (!object)
        world_fail(world, "no memory for a %s: %s", info->name, gc_last_error_message(world->heap));
    int number = world_add(world, object, (int)kind, info->fixed_slots >= 0 ? info->fixed_slots : slots);
    struct node *node = world_node(world, number);
    model_kind_renumber(object, (uint32_t)(world->index << 16 | number));
    node->has_finalizer = variant == VARIANT_FINALIZED;
    node->is_reported = variant != VARIANT_SILENT || kind == KIND_HAND || kind == KIND_HIDER;
    if (node->generation != (info->starts_tracked ? 0 : -1))
        world_fail(world, "a new %s is in generation %d", info->name, node->generation);
    world_does(world, "%d = create %s/%d of %d slots at %p", number, info->name, (int)variant, node->slot_count, object);
    world_keep(world, (int)(b.low % WORLD_REGISTERS), number);
}

/* Whether the slot may hold it. */
static bool may_hold(struct world *world, int number, int slot, int target)
{
    enum model_slot_class slot_class = model_slot_class((enum model_kind)world_node(world, number)->kind, slot);
    if (slot_class == SLOT_ANY)
        return true;
    if (slot_class == SLOT_FIXED || target == NONE)
        return slot_class != SLOT_FIXED;
    return world_node(world, target)->kind == (slot_class == SLOT_WEAK ? KIND_WEAK : KIND_EPHEMERON);
}

static void store(struct world *world, int number, int slot, int target)
{
    struct node *node = world_node(world, number);
    enum model_kind kind = (enum model_kind)node->kind;
    bool is_container = model_kind_is_container(kind);
    if (!may_hold(world, number, slot, target) || (kind == KIND_DICT && target == NONE))
        return;
    world_does(world, "%d[%d] = %d", number, slot, target);
    if (is_container)
        world_hold(world, number);
    void *object = node->object, *value = world_object(world, target);
    world_store(world, number, slot, target);
    model_slot_store(kind, object, slot, value);
    if (is_container)
        world_drop(world, number);
}

void operate_store(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int number = operand_of_kind(world, a.low, KINDS_WITH_SLOTS), target = operand(world, a.high);
    int slot = operand_slot(world, number, b.low);
    if (slot == NONE)
        return;
    store(world, number, slot, target);
    /* Something that is no reference, where the slot has such a thing and is empty. */
    if (target == NONE && b.high & 1 && world->depth == 0 && world_node(world, number)->state == NODE_LIVE &&
        slot < world_node(world, number)->slot_count && world_node(world, number)->slots[slot] == NONE)
        model_slot_noise((enum model_kind)world_node(world, number)->kind, world_object(world, number), slot,
                         b.high * 0x0123456789abcdefu);
}

void operate_clear(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    int number = operand_of_kind(world, a.low, KINDS_WITH_SLOTS), slot = operand_slot(world, number, a.high);
    if (slot == NONE)
        return;
    struct node *node = world_node(world, number);
    void **address = model_slot_address((enum model_kind)node->kind, node->object, slot);
    if (!address) {
        store(world, number, slot, NONE);
        return;
    }
    world_does(world, "clear %d[%d]", number, slot);
    world_store(world, number, slot, NONE);
    gc_clear(address);
}

void operate_load(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int number = operand_of_kind(world, a.low, KINDS_WITH_SLOTS), slot = operand_slot(world, number, b.low);
    if (slot == NONE)
        return;
    int target = world_node(world, number)->slots[slot];
    void *object = world_load(world, number, slot);
    if (object != world_object(world, target))
        world_fail(world, "slot %d of %d is %p, must be node %d", slot, number, object, target);
    world_does(world, "r%u = %d[%d] = %d", a.high % WORLD_REGISTERS, number, slot, target);
    if (target != NONE)
        world_hold(world, target);
    world_keep(world, (int)(a.high % WORLD_REGISTERS), target);
}

void operate_copy(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    int number = operand(world, a.low);
    if (number == NONE)
        return;
    world_does(world, "r%u = %d", a.high % WORLD_REGISTERS, number);
    world_hold(world, number);
    world_keep(world, (int)(a.high % WORLD_REGISTERS), number);
}

void operate_release(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    if (world->registers[a.low % WORLD_REGISTERS] == NONE)
        return;
    world_does(world, "release r%u", a.low % WORLD_REGISTERS);
    world_keep(world, (int)(a.low % WORLD_REGISTERS), NONE);
}

/* The reference of a register becomes that of a slot: by gc_move, or by plain assignment where that is allowed. */
static void move(struct world *world, bool is_plain)
{
    struct pair_of_numbers a = code_pair(world->code);
    struct pair_of_numbers b = code_pair(world->code);
    int number = operand_of_kind(world, a.low, KINDS_WITH_SLOTS), slot = operand_slot(world, number, b.low);
    int *reg = &world->registers[a.high % (WORLD_REGISTERS - 1)], target = *reg;
    if (slot == NONE || target == NONE || !may_hold(world, number, slot, target))
        return;
    struct node *node = world_node(world, number);
    enum model_kind kind = (enum model_kind)node->kind;
    void **address = model_slot_address(kind, node->object, slot), *variable = world_object(world, target);
    void *object = node->object;
    if (is_plain ? model_kind_is_container(kind) || !node->is_newborn || node->slots[slot] != NONE : !address)
        return;
    world_does(world, "%d[%d] = %s %d", number, slot, is_plain ? "give" : "move", target);
    *reg = NONE;
    if (is_plain)
        model_slot_give(kind, object, slot, variable);
    int old = node->slots[slot];
    node->slots[slot] = target;
    if (old != NONE)
        world_down(world, old);
    if (!is_plain) {
        gc_move(address, &variable);
        if (variable)
            world_fail(world, "gc_move left something in the variable it moved from");
    }
}

void operate_move(struct world *world)
{
    move(world, false);
}

void operate_give(struct world *world)
{
    move(world, true);
}

void operate_hide(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    int number = operand_of_kind(world, a.low, KIND_BIT(KIND_HIDER)), target = operand(world, a.high);
    if (number == NONE)
        return;
    struct node *node = world_node(world, number);
    int old = node->hidden;
    void *value = world_object(world, target), **address = model_hidden_address(node->object);
    world_does(world, "%d hides %d", number, target);
    world_up(world, target);
    node->hidden = target;
    if (old != NONE)
        world_down(world, old);
    gc_set(address, value);
}

/* --- Resizing ---------------------------------------------------------------------------------------------------- */

static bool is_watched(struct world *world, int number)
{
    for (int n = 0; n < world->node_end && world_node(world, number)->is_watched; n++) {
        const struct node *node = world_node(world, n);
        if (node->state == NODE_LIVE && (node->target == number || node->key == number))
            return true;
    }
    return false;
}

static void resize_flexible(struct world *world, int number, int slots)
{
    struct node *node = world_node(world, number);
    int before = node->slot_count;
    bool may_move = node->count == 1 && !node->is_immortal && !node->is_saved && !is_watched(world, number);
    if (slots < before)
        world_remove(world, number, slots, before - slots, NULL);
    void *object = node->object, *resized = gc_resize(object, (size_t)slots);
    if (!resized) {
        bool is_refusal = gc_last_error(world->heap) == GC_ERROR_SHARED && (!may_move || world->depth > 0);
        if (slots < before || !is_refusal)
            world_fail(world, "%d could not be resized from %d to %d: %s", number, before, slots, gc_last_error_message(world->heap));
        return;
    }
    if (resized != object && !may_move)
        world_fail(world, "%d was moved by gc_resize although others see it", number);
    node->object = resized;
    if (slots > before)
        node->slot_count = (uint8_t)slots;
}

static void resize_span(struct world *world, int number, int slots)
{
    enum model_kind kind = (enum model_kind)world_node(world, number)->kind;
    world_hold(world, number);
    for (int s = slots; s < world_node(world, number)->slot_count; s++)
        store(world, number, s, NONE);
    bool is_empty = true;
    for (int s = slots; s < world_node(world, number)->slot_count; s++)
        is_empty = is_empty && world_node(world, number)->slots[s] == NONE;
    if (is_empty) {
        if (!model_span_resize(world->heap, kind, world_node(world, number)->object, slots))
            world_fail(world, "no memory for a span of %d", slots);
        world_node(world, number)->slot_count = (uint8_t)slots;
    }
    world_drop(world, number);
}

void operate_resize(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    uint64_t kinds = KIND_BIT(KIND_FLEX) | KIND_BIT(KIND_PAIRS) | KIND_BIT(KIND_SPAN) | KIND_BIT(KIND_WORD_SPAN);
    int number = operand_of_kind(world, a.low, kinds), slots = (int)(a.high % RESIZED_SLOTS_MAX);
    if (number == NONE || (number == world->self && world->depth > 0))
        return;
    int kind = world_node(world, number)->kind;
    world_does(world, "resize %d from %d to %d", number, world_node(world, number)->slot_count, slots);
    if (kind == KIND_FLEX || kind == KIND_PAIRS) {
        resize_flexible(world, number, slots);
    } else {
        resize_span(world, number, slots);
    }
}
