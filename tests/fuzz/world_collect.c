/* SPDX-License-Identifier: MIT */
/* world_collect.c: a collection in the mirror: which nodes nothing outside leads to, before user code has run and after. */
#include "tests/fuzz/world.h"

/* Marks a node of the set, and puts it where its slots are looked at. */
static void collect_reach(struct world *world, int *stack, int *height, int number)
{
    struct node *node = world_node(world, number);
    if (node->is_reached)
        return;
    node->is_reached = true;
    stack[(*height)++] = number;
}

static void collect_follow(struct world *world, int *stack, int *height)
{
    while (*height > 0) {
        const struct node *node = world_node(world, stack[--*height]);
        for (int s = 0; s < node->slot_count && !node_is_ephemeron(node); s++) {
            if (node->slots[s] != NONE)
                collect_reach(world, stack, height, node->slots[s]);
        }
    }
}

/* Whoever has a reference from outside, and all that it leads to; the value of an ephemeron once its key is reached too. */
static void collect_spread(struct world *world)
{
    int stack[WORLD_NODES], height = 0;
    for (int n = 0; n < world->node_end; n++) {
        if (world_node(world, n)->state == NODE_LIVE && world_node(world, n)->outside > 0)
            collect_reach(world, stack, &height, n);
    }
    for (bool again = true; again;) {
        collect_follow(world, stack, &height);
        again = false;
        for (int n = 0; n < world->node_end; n++) {
            const struct node *node = world_node(world, n);
            if (node->state != NODE_LIVE || !node_is_ephemeron(node) || !node->is_reached || node->slots[0] == NONE)
                continue;
            if (world_node(world, node->key)->is_reached && !world_node(world, node->slots[0])->is_reached) {
                collect_reach(world, stack, &height, node->slots[0]);
                again = true;
            }
        }
    }
}

/* The set is the candidates; in the second look, the condemned. References from inside it do not count, nor those of
 * ephemerons: to the first look, only of those that take part. */
static void collect_subtract(struct world *world, bool is_second)
{
    for (int n = 0; n < world->node_end; n++) {
        struct node *node = world_node(world, n);
        node->outside = node->count;
        node->is_reached = node->state == NODE_LIVE && !(is_second ? node->is_condemned : node->is_candidate);
    }
    for (int n = 0; n < world->node_end; n++) {
        const struct node *node = world_node(world, n);
        if (node->state != NODE_LIVE)
            continue;
        bool is_inside = is_second ? node->is_condemned || node_is_ephemeron(node) : node->is_candidate;
        for (int s = 0; s < node->slot_count && is_inside; s++) {
            if (node->slots[s] != NONE)
                world_node(world, node->slots[s])->outside--;
        }
    }
}

/* Weak references from outside into the garbage are cleared, and their callbacks due. */
static void collect_notify(struct world *world)
{
    for (int n = 0; n < world->node_end; n++) {
        struct node *weak = world_node(world, n);
        if (weak->state != NODE_LIVE || weak->is_condemned || !weak->has_callback || weak->target == NONE)
            continue;
        if (!world_node(world, weak->target)->is_condemned)
            continue;
        weak->target = NONE;
        weak->has_callback = false;
        weak->callback_due = world->is_unsettled = true;
    }
}

void world_collect_start(struct world *world, int generation)
{
    world->is_collecting = world->is_check_due = true;
    world->is_second_done = false;
    world->generation = generation;
    world->candidates = world->condemned = world->doomed = 0;
    world->starts++;
    for (int n = 0; n < world->node_end; n++) {
        struct node *node = world_node(world, n);
        node->is_newborn = false;
        node->is_candidate = node->state == NODE_LIVE && node->generation >= 0 && node->generation <= generation;
        world->candidates += node->is_candidate;
    }
    collect_subtract(world, false);
    collect_spread(world);
    for (int n = 0; n < world->node_end; n++) {
        struct node *node = world_node(world, n);
        node->is_condemned = node->is_candidate && !node->is_reached;
        world->condemned += node->is_condemned;
        if (node->is_condemned)
            world_trace(world, "  condemned: %d (%s)", n, world_kind_name(node->kind));
    }
    collect_notify(world);
    for (int n = 0; n < world->node_end && world->defer; n++) {
        const struct node *node = world_node(world, n);
        if (node->is_condemned && node->has_finalizer && !node->finalized)
            world_queue(world, n);
    }
    world_trace(world, "collection of generation %d: %d candidates, %d condemned", generation, world->candidates, world->condemned);
}

/* What is doomed is gone all at once, and then lets go of the rest. */
static void collect_doom(struct world *world, const int *doomed, int count)
{
    for (int i = 0; i < count; i++) {
        struct node *node = world_node(world, doomed[i]);
        node->state = NODE_GONE;
        node->is_awaited = node->is_reported;
        world->gone[world->gone_count++] = doomed[i];
    }
    for (int i = 0; i < count; i++)
        world_unwatch(world, doomed[i], false);
    for (int i = 0; i < count; i++) {
        struct node *node = world_node(world, doomed[i]);
        for (int s = 0; s < node->slot_count; s++)
            world_store(world, doomed[i], s, NONE);
        int hidden = node->hidden;
        node->hidden = NONE;
        if (hidden != NONE)
            world_down(world, hidden);
    }
}

void world_second_look(struct world *world)
{
    int doomed[WORLD_NODES], count = 0;
    world->is_second_done = true;
    collect_subtract(world, true);
    collect_spread(world);
    for (int n = 0; n < world->node_end; n++) {
        struct node *node = world_node(world, n);
        if (!node->is_condemned)
            continue;
        if (node->is_cleaned)
            node->finalized = true; /* a closed one's finalizer does nothing, unseen */
        if (node->has_finalizer && !node->finalized && !node->is_queued)
            world_fail(world, "%d is condemned, and the finalizers are over without its own", n);
        node->is_condemned = false;
        if (!node->is_reached && world->is_saving)
            node->is_saved = true, node->count++;
        else if (!node->is_reached)
            doomed[count++] = n;
    }
    world->doomed = count;
    world_trace(world, "second look: %d doomed", count);
    collect_doom(world, doomed, count);
}

void world_collect_stop(struct world *world, const gc_collect_info *info)
{
    if (!world->is_second_done)
        world_second_look(world);
    if (info && info->generation != world->generation)
        world_fail(world, "generation %d at the stop, %d at the start", info->generation, world->generation);
    /* A full collection may leave out of the old what nothing touched can reach, and is right if that is no garbage. */
    size_t least = (size_t)(world->generation == 2 ? world->condemned : world->candidates);
    bool is_exact = info && !world->has_weak_dict;
    if (is_exact && (info->candidates < least || info->candidates > (size_t)(world->candidates + world->half_made)))
        world_fail(world, "%zu candidates, must be %zu to %d", info->candidates, least, world->candidates);
    if (info && (is_exact ? info->collected != (size_t)world->doomed : info->collected < (size_t)world->doomed))
        world_fail(world, "%zu collected, must be %d", info->collected, world->doomed);
    if (is_exact && info->uncollectable != (size_t)(world->condemned - world->doomed))
        world_fail(world, "%zu uncollectable, must be %d", info->uncollectable, world->condemned - world->doomed);
    int to = world->generation < 2 ? world->generation + 1 : 2;
    for (int n = 0; n < world->node_end; n++) {
        struct node *node = world_node(world, n);
        if (node->is_candidate && node->generation >= 0 && node->generation <= world->generation)
            node->generation = (int8_t)to;
        node->is_candidate = node->is_condemned = false;
    }
    world_hold_text(world);
    world->is_collecting = false;
}
