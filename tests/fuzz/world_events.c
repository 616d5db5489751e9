/* SPDX-License-Identifier: MIT */
/* world_events.c: what the library calls. Each call is held against the mirror: may this object be finalized, destroyed, told of a death
 * now? Finalizers and callbacks then do a few operations, which the program's next bytes say. */
#include "tests/fuzz/world.h"
#include "tests/model/model_structs.h"

#include <stdio.h>

enum { USER_OPERATIONS_MAX = 4 };

/* The node of an object of the first kinds, by the number that is written on it; NONE: it was never given one. */
static int number_of(struct world **world, const void *object)
{
    uint32_t id = ((const struct model_head *)object)->id;
    uint32_t index = id >> 16, number = id & 0xffffu;
    if (id == UINT32_MAX)
        return NONE;
    if (index >= WORLDS || number >= WORLD_NODES || worlds[index].nodes[number].object != object ||
        !model_kind_intact((enum model_kind)worlds[index].nodes[number].kind, object, id))
        world_fail(&worlds[0], "a call for %p, which is no object of the mirror", object);
    *world = &worlds[index];
    return (int)number;
}

static void run_user_code(struct world *world, const char *what, int number)
{
    if (world->depth > 0)
        world_fail(world, "%s of %d inside other user code", what, number);
    world_trace(world, "%s %d", what, number);
    world->depth++;
    for (unsigned left = code_byte(world->code) % USER_OPERATIONS_MAX; left > 0; left--)
        operate(world);
    world->depth--;
}

/* What a collection has not yet been seen to be over with explains what is unexpected before its second look. */
static bool look_again(struct world *world)
{
    if (!world->is_collecting || world->is_second_done)
        return false;
    world_second_look(world);
    return true;
}

/* What has waited runs as the program itself does: collections may come, and what dies is gone at once. */
static void finalize_queued(struct world *world, int number)
{
    struct node *node = world_node(world, number);
    if (world->depth > 0 || !world->is_running_queued)
        world_fail(world, "the deferred finalizer of %d runs unasked", number);
    world_trace(world, "finalize %d, which has waited", number);
    node->is_queued = false;
    node->finalized = true;
    world->queued--;
    uint8_t byte = code_byte(world->code);
    if (byte & USER_OPERATIONS_MAX) {
        world_hold(world, number);
        world_keep(world, (byte >> 4) % WORLD_REGISTERS, number);
    }
    for (unsigned left = byte % USER_OPERATIONS_MAX; left > 0; left--)
        operate(world);
    world_down(world, number);
}

void world_run_queued(struct world *world)
{
    bool was_running = world->is_running_queued;
    size_t expected = world->depth > 0 || was_running ? 0 : (size_t)world->queued;
    world->is_running_queued = true;
    size_t ran = gc_run_finalizers(world->heap);
    world->is_running_queued = was_running;
    if (ran != expected)
        world_fail(world, "%zu deferred finalizers run, must be %zu", ran, expected);
}

static void finalize_node(struct world *world, int number)
{
    struct node *node = world_node(world, number);
    if (node->is_queued) {
        finalize_queued(world, number);
        return;
    }
    if (!node->has_finalizer || node->finalized)
        world_fail(world, "the finalizer of %d runs again", number);
    if (node->state != NODE_LIVE || (!node->is_condemned && node->count > 0 && !look_again(world)) ||
        (!node->is_condemned && node->count > 0))
        world_fail(world, "the finalizer of %d runs, which has %d references and is not condemned", number, node->count);
    node->finalized = true;
    node->count++;
    world->self = number;
    run_user_code(world, "finalize", number);
    world->self = NONE;
    if (node->kind == KIND_GENERATOR)
        world_remove(world, number, 0, node->slot_count, NULL);
    world_down(world, number);
}

void model_on_finalize(void *object)
{
    struct world *world = NULL;
    int number = number_of(&world, object);
    if (number != NONE)
        finalize_node(world, number);
}

void world_on_clean_up(gc_generator *generator)
{
    int64_t state = gc_generator_state(generator);
    struct world *world = &worlds[(state >> 16) % WORLDS];
    int number = (int)(state & 0xffff) % WORLD_NODES;
    struct node *node = world_node(world, number);
    if (node->object != (void *)generator || node->kind != KIND_GENERATOR)
        world_fail(world, "the clean-up of %p runs, which is no generator of the mirror", (void *)generator);
    if (world->finishing != number) {
        finalize_node(world, number);
        return;
    }
    if (!node->has_finalizer || node->finalized || node->is_cleaned)
        world_fail(world, "the clean-up of %d runs again", number);
    node->is_cleaned = true;
}

void model_on_destroy(void *object)
{
    struct world *world = NULL;
    int number = number_of(&world, object);
    if (number == NONE)
        return;
    struct node *node = world_node(world, number);
    if (world->depth > 0)
        world_fail(world, "destroy of %d inside user code", number);
    if (node->state == NODE_LIVE && node->is_condemned)
        look_again(world);
    if (node->state == NODE_LIVE && world->is_closing) {
        node->state = NODE_GONE;
        node->is_awaited = true;
    }
    if (node->state == NODE_LIVE && node->is_reported)
        look_again(world);
    if (node->state != NODE_GONE || !node->is_awaited)
        world_fail(world, "destroy of %d (%s), with %d references%s", number, world_kind_name(node->kind), node->count,
                   node->state == NODE_GONE ? ", again" : "");
    world_trace(world, "destroy %d", number);
    node->is_awaited = false;
    model_kind_destroy((enum model_kind)node->kind, object);
}

/* Whether its target has died after it, for the mirror: what held it is dead, but the library may not have come to that yet. */
static bool is_overtaken(struct world *world, const struct node *weak)
{
    return weak->state == NODE_GONE && weak->has_callback && weak->target != NONE &&
           world_node(world, weak->target)->state == NODE_GONE;
}

/* The weak reference at this address whose callback is due. It may be gone for the mirror, and its place even be another's since. */
static int number_of_weak(struct world *world, const gc_weak *weak, const void *context)
{
    int found = NONE;
    for (int n = 0; n < world->node_end; n++) {
        const struct node *node = world_node(world, n);
        if (node->state == NODE_FREE || node->kind != KIND_WEAK || node->object != (const void *)weak)
            continue;
        if ((node->callback_due || is_overtaken(world, node)) && context == world_object(world, node->context) &&
            (found == NONE || node->state == NODE_LIVE))
            found = n;
    }
    return found;
}

void world_on_weak(gc_weak *weak, void *context)
{
    struct world *world = &worlds[0];
    while (world->heap != gc_heap_of(weak))
        world++;
    int number = number_of_weak(world, weak, context);
    if (number == NONE && look_again(world))
        number = number_of_weak(world, weak, context);
    if (number == NONE)
        world_fail(world, "the callback of %p runs with %p, which is no weak reference whose target has died", (void *)weak, context);
    struct node *node = world_node(world, number);
    if (gc_weak_get(weak))
        world_fail(world, "weak reference %d still yields something in its callback", number);
    node->callback_due = node->has_callback = false;
    run_user_code(world, "weak callback", number);
}

/* Nothing has been created since it began, and it counts for the next older generation. */
static void follow_counts(struct world *world, int generation)
{
    int64_t counts[3];
    gc_get_counts(world->heap, counts);
    if (counts[0])
        world_fail(world, "%lld objects are counted as created since a collection began", (long long)counts[0]);
    world->collections[generation]++;
    if (generation < 2)
        world->counts[generation + 1]++;
    for (int g = 1; g <= generation; g++)
        world->counts[g] = 0;
}

void world_on_collect(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    struct world *world = context;
    if (heap != world->heap)
        world_fail(world, "a collection of another heap is reported");
    if (phase == GC_COLLECT_STOP) {
        world_collect_stop(world, info);
        return;
    }
    if (world->depth > 0 || world->is_collecting)
        world_fail(world, "a collection of generation %d starts inside user code", info->generation);
    if (info->candidates || info->collected || info->duration_ns)
        world_fail(world, "figures at the start of a collection");
    if (gc_collect(heap))
        world_fail(world, "a collection inside a collection freed something");
    follow_counts(world, info->generation);
    world_collect_start(world, info->generation);
}

void world_on_leak(void *context, const char *type_name, size_t objects, size_t bytes)
{
    struct world *world = context;
    (void)type_name, (void)bytes;
    world->leaked += objects;
}

void world_on_line(void *context, const char *line)
{
    const struct world *world = context;
    if (!*line)
        world_fail(world, "a line that is empty");
    if (!world->is_closing)
        fprintf(stderr, "%s\n", line); /* why a checked heap ends the process; not what each object that is left went through */
}
