/* SPDX-License-Identifier: MIT */
/* world_graph.c: the mirror's nodes and counts. A node that nothing refers to any more waits for its finalizer, or is gone at once with
 * all that it alone held. */
#include "tests/fuzz/world.h"

#include <string.h>

enum { WORLD_SPARE = 24 }; /* numbers that are kept for user code inside an operation, and for what an operation makes besides */

bool world_has_room(const struct world *world)
{
    int spare = world->depth > 0 ? 4 : WORLD_SPARE;
    return world->free_count + (WORLD_NODES - world->node_end) > spare;
}

int world_add(struct world *world, void *object, int kind, int slots)
{
    if (world->free_count == 0 && world->node_end == WORLD_NODES)
        world_fail(world, "the mirror is full");
    int number = world->free_count ? world->free_numbers[--world->free_count] : world->node_end++;
    struct node *node = world_node(world, number);
    memset(node, 0, sizeof *node);
    for (int s = 0; s < NODE_SLOTS; s++)
        node->slots[s] = NONE;
    node->object = object;
    node->kind = (uint8_t)kind;
    node->state = NODE_LIVE;
    node->slot_count = (uint8_t)slots;
    node->count = 1;
    node->hidden = node->target = node->key = node->table = node->context = NONE;
    node->is_newborn = true;
    node->generation = object && gc_is_tracked(object) ? 0 : -1;
    return number;
}

void world_queue(struct world *world, int number)
{
    struct node *node = world_node(world, number);
    node->is_queued = true;
    node->count++;
    world->queued++;
}

void world_up(struct world *world, int number)
{
    if (number != NONE)
        world_node(world, number)->count++;
}

/* An entry whose watched side is gone is no entry any more. */
static void graph_lose_entry(struct world *world, int number)
{
    int table = world_node(world, number)->table;
    for (int s = 0; s < world_node(world, table)->slot_count; s++) {
        if (world_node(world, table)->slots[s] == number) {
            world_remove(world, table, s, 1, NULL);
            return;
        }
    }
}

void world_unwatch(struct world *world, int number, bool is_told)
{
    if (!world_node(world, number)->is_watched)
        return;
    for (int n = 0; n < world->node_end; n++) {
        struct node *node = world_node(world, n);
        if (node->state != NODE_LIVE)
            continue;
        if (node->target == number) {
            node->target = NONE;
            if (is_told && node->has_callback && !node->is_condemned) {
                node->callback_due = world->is_unsettled = true;
                node->has_callback = false;
            }
        }
        if (node->key == number) {
            node->key = NONE;
            if (node->slots[0] != NONE)
                world_store(world, n, 0, NONE);
            if (node->kind == KIND_ENTRY && node->state == NODE_LIVE)
                graph_lose_entry(world, n);
        }
    }
}

static void graph_bury(struct world *world, int number)
{
    struct node *node = world_node(world, number);
    node->state = NODE_GONE;
    node->is_awaited = node->is_reported;
    world->gone[world->gone_count++] = number;
    world_unwatch(world, number, true);
    for (int s = 0; s < node->slot_count; s++)
        world_store(world, number, s, NONE);
    int hidden = node->hidden;
    node->hidden = NONE;
    if (hidden != NONE)
        world_down(world, hidden);
}

void world_down(struct world *world, int number)
{
    struct node *node = world_node(world, number);
    if (--node->count > 0 || node->is_immortal || node->is_condemned || node->state != NODE_LIVE)
        return;
    bool is_deferred = world->defer == GC_DEFER_ALL || (world->defer == GC_DEFER_COLLECTED && world->is_collecting);
    if (!node->has_finalizer || node->finalized)
        graph_bury(world, number);
    else if (is_deferred)
        world_queue(world, number);
    else
        world->is_unsettled = true;
}

void world_store(struct world *world, int number, int slot, int target)
{
    int *at = &world_node(world, number)->slots[slot];
    int old = *at;
    world_up(world, target);
    *at = target;
    if (old != NONE)
        world_down(world, old);
}

void world_insert(struct world *world, int number, int at, int target)
{
    struct node *node = world_node(world, number);
    memmove(node->slots + at + 1, node->slots + at, (size_t)(node->slot_count - at) * sizeof *node->slots);
    node->slots[at] = target;
    node->slot_count++;
    world_up(world, target);
}

void world_remove(struct world *world, int number, int at, int count, int *taken)
{
    struct node *node = world_node(world, number);
    int out[NODE_SLOTS], behind = node->slot_count - at - count;
    memcpy(out, node->slots + at, (size_t)count * sizeof *out);
    memmove(node->slots + at, node->slots + at + count, (size_t)behind * sizeof *out);
    node->slot_count = (uint8_t)(at + behind);
    for (int s = node->slot_count; s < NODE_SLOTS; s++)
        node->slots[s] = NONE;
    for (int i = 0; i < count; i++) {
        if (taken)
            taken[i] = out[i];
        else if (out[i] != NONE)
            world_down(world, out[i]);
    }
}

static void graph_expect_settled(struct world *world)
{
    for (int n = 0; n < world->node_end; n++) {
        const struct node *node = world_node(world, n);
        if (node->state != NODE_LIVE)
            continue;
        if (node->count == 0 && !node->is_immortal)
            world_fail(world, "%d (%s) has no references left, and its finalizer has not run", n, world_kind_name(node->kind));
        if (node->callback_due)
            world_fail(world, "the callback of weak reference %d did not run", n);
    }
    world->is_unsettled = false;
}

void world_quiesce(struct world *world)
{
    if (world->depth > 0 || world->is_collecting)
        return;
    if (world->is_unsettled)
        graph_expect_settled(world);
    while (world->gone_count > 0) {
        int number = world->gone[--world->gone_count];
        struct node *node = world_node(world, number);
        if (node->is_awaited)
            world_fail(world, "%d (%s) is dead, and was not destroyed", number, world_kind_name(node->kind));
        node->state = NODE_FREE;
        world->free_numbers[world->free_count++] = number;
    }
}

void world_hold(struct world *world, int number)
{
    world_up(world, number);
    gc_retain(world_node(world, number)->object);
}

void world_drop(struct world *world, int number)
{
    void *object = world_node(world, number)->object;
    world_down(world, number);
    gc_release(object);
}

/* What gc_visit_garbage is shown to. */
static bool graph_on_garbage(void *object, void *context)
{
    struct world *world = context;
    for (int n = 0; n < world->node_end && !world->has_weak_dict; n++) {
        const struct node *node = world_node(world, n);
        if (node->state == NODE_LIVE && node->object == object && !node->is_saved)
            world_fail(world, "%d is shown as garbage, and is not saved", n);
    }
    return true;
}

void world_drop_saved(struct world *world)
{
    size_t saved = 0, shown = gc_visit_garbage(world->heap, graph_on_garbage, world);
    for (int n = 0; n < world->node_end; n++) {
        struct node *node = world_node(world, n);
        if (node->state == NODE_LIVE && node->is_saved) {
            saved++;
            node->is_saved = false;
            world_down(world, n);
        }
    }
    if (world->has_weak_dict ? shown < saved : shown != saved)
        world_fail(world, "%zu saved objects are shown, must be %zu", shown, saved);
    size_t dropped = gc_drop_garbage(world->heap);
    if (world->has_weak_dict ? dropped < saved : dropped != saved)
        world_fail(world, "%zu saved objects are dropped, must be %zu", dropped, saved);
}

void world_keep(struct world *world, int reg, int number)
{
    /* In user code the last register is the object itself. */
    int *place = &world->registers[world->depth > 0 && reg == WORLD_REGISTERS - 1 ? 0 : reg];
    int old = *place;
    *place = number;
    if (old != NONE)
        world_drop(world, old);
}
