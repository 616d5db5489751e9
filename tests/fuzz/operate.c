/* SPDX-License-Identifier: MIT */
/* operate.c: which operation a byte stands for, and its operands. */
#include "tests/fuzz/world.h"

/* The frequent ones have several bytes. */
#define TWICE(operation) operation, operation
#define OFTEN(operation) TWICE(operation), TWICE(operation)
static void (*const operations[])(struct world *) = {
    OFTEN(operate_create), OFTEN(operate_create), OFTEN(operate_create), OFTEN(operate_create),
    OFTEN(operate_store), OFTEN(operate_store), OFTEN(operate_store), OFTEN(operate_store), OFTEN(operate_load), OFTEN(operate_load),
    OFTEN(operate_copy), OFTEN(operate_release), OFTEN(operate_release), OFTEN(operate_clear), OFTEN(operate_move), TWICE(operate_give),
    TWICE(operate_hide), OFTEN(operate_resize), OFTEN(operate_weak), OFTEN(operate_weak_callback), OFTEN(operate_ephemeron),
    OFTEN(operate_weak_get), TWICE(operate_weak_field), OFTEN(operate_weak_dict), OFTEN(operate_container), TWICE(operate_container),
    OFTEN(operate_atom), OFTEN(operate_list), OFTEN(operate_list), OFTEN(operate_table), OFTEN(operate_table), OFTEN(operate_generator),
    TWICE(operate_call), TWICE(operate_ask), TWICE(operate_whole), operate_freeze, TWICE(operate_track), operate_immortalize,
    operate_settings, TWICE(operate_memory), operate_refused, TWICE(operate_look), TWICE(operate_collect),
};
enum { OPERATIONS = sizeof operations / sizeof operations[0] };

int operand(const struct world *world, unsigned reg)
{
    reg %= WORLD_REGISTERS;
    return world->depth > 0 && reg == WORLD_REGISTERS - 1 ? world->self : world->registers[reg];
}

int operand_of_kind(const struct world *world, unsigned reg, uint64_t kinds)
{
    for (unsigned r = 0; r < WORLD_REGISTERS; r++) {
        int number = operand(world, reg + r);
        if (number != NONE && kinds >> world->nodes[number].kind & 1)
            return number;
    }
    return NONE;
}

int operand_slot(struct world *world, int number, unsigned choice)
{
    if (number == NONE)
        return NONE;
    const struct node *node = world_node(world, number);
    if (node->kind == KIND_WEAK || node->kind == KIND_EPHEMERON || node->kind >= KIND_SHARED_END || node->slot_count == 0)
        return NONE;
    return (int)(choice % node->slot_count);
}

void *world_load(struct world *world, int number, int slot)
{
    const struct node *node = world_node(world, number);
    return node->kind < KIND_SHARED_END ? model_slot_load((enum model_kind)node->kind, node->object, slot) : NULL;
}

void operate(struct world *world)
{
    operations[code_byte(world->code) % OPERATIONS](world);
    world_quiesce(world);
    if (world->is_check_due && world->depth == 0 && !world->is_collecting) {
        bool is_whole = world->verify_left-- <= 0;
        if (is_whole)
            world->verify_left = world->verify_every;
        world_check(world, is_whole);
    }
}
