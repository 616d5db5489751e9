/* SPDX-License-Identifier: MIT */
/* world.c: see world.h. */
#include "tests/prove/world.h"
#include "tests/prove/behaviour.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Slots of about a kilobyte: where one world has the heap to itself, a collection passes 64 state bytes and not a thousand. */
struct large_node {
    struct node node;
    char room[1016 - sizeof(struct node)];
};
struct large_lean_node {
    struct lean_node node;
    char room[1016 - sizeof(struct lean_node)];
};

/* --- The heap ------------------------------------------------------------------------------------------------ */

#define NODE GC_REF_ARRAY(reference), GC_WEAKS(weak[0], weak[1])
#define LARGE_NODE GC_REF_ARRAY(node.reference), GC_WEAKS(node.weak[0], node.weak[1])

static const gc_type_info infos[LAB_TYPES] = {
    [0] = GC_TYPE_INFO(struct node, NODE),
    [LAB_DESTROY] = GC_TYPE_INFO(struct node, NODE, GC_DESTROY(behaviour_destroy)),
    [LAB_FINALIZER] = GC_TYPE_INFO(struct node, NODE, GC_FINALIZE(behaviour_finalize)),
    [LAB_FINALIZER | LAB_DESTROY] = GC_TYPE_INFO(struct node, NODE, GC_FINALIZE(behaviour_finalize), GC_DESTROY(behaviour_destroy)),
    [LAB_LEAN] = GC_TYPE_INFO(struct lean_node, GC_REF_ARRAY(reference)),
    [LAB_LEAN | LAB_DESTROY] = GC_TYPE_INFO(struct lean_node, GC_REF_ARRAY(reference), GC_DESTROY(behaviour_destroy)),
    [LAB_LARGE] = GC_TYPE_INFO(struct large_node, LARGE_NODE),
    [LAB_LARGE | LAB_DESTROY] = GC_TYPE_INFO(struct large_node, LARGE_NODE, GC_DESTROY(behaviour_destroy)),
    [LAB_LARGE | LAB_FINALIZER] = GC_TYPE_INFO(struct large_node, LARGE_NODE, GC_FINALIZE(behaviour_finalize)),
    [LAB_LARGE | LAB_FINALIZER | LAB_DESTROY] =
        GC_TYPE_INFO(struct large_node, LARGE_NODE, GC_FINALIZE(behaviour_finalize), GC_DESTROY(behaviour_destroy)),
    [LAB_LARGE | LAB_LEAN] = GC_TYPE_INFO(struct large_lean_node, GC_REF_ARRAY(node.reference)),
    [LAB_LARGE | LAB_LEAN | LAB_DESTROY] =
        GC_TYPE_INFO(struct large_lean_node, GC_REF_ARRAY(node.reference), GC_DESTROY(behaviour_destroy)),
};

static bool open_heap(struct lab *lab)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    settings.range_bytes = (size_t)1 << 26;
    settings.quarantine_slots = 64;
    settings.full_percent = 0;
    lab->checked = settings.check_level > 0;
    lab->heap = gc_heap_open(&settings);
    if (!lab->heap) {
        fprintf(stderr, "prove: no heap\n");
        return false;
    }
    gc_set_thresholds(lab->heap, 0, 0, 0);
    for (int type = 0; type < LAB_TYPES; type++) {
        if (!infos[type].name)
            continue;
        lab->types[type] = gc_type_register(lab->heap, &infos[type]);
        if (!lab->types[type]) {
            fprintf(stderr, "prove: %s\n", gc_last_error_message(lab->heap));
            return false;
        }
    }
    return true;
}

bool lab_open(struct lab *lab, bool trace)
{
    memset(lab, 0, sizeof *lab);
    lab->trace = trace;
    return open_heap(lab);
}

const char *lab_close(struct lab *lab)
{
    return gc_heap_close(lab->heap) ? "objects were left that no case knew of" : NULL;
}

bool lab_abandon(struct lab *lab)
{
    lab->spoilt = false;
    lab->busy = NULL;
    return open_heap(lab);
}

/* --- Saying what is wrong ------------------------------------------------------------------------------------ */

void world_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

void world_fail(struct world *world, const char *format, ...)
{
    va_list arguments;
    world->lab->spoilt = true;
    if (world->message[0])
        return;
    va_start(arguments, format);
    vsnprintf(world->message, sizeof world->message, format, arguments);
    va_end(arguments);
    world_trace(world, "  FAULT: %s", world->message);
}

/* --- What is done to heap and rules at once ------------------------------------------------------------------ */

struct node *lab_create(struct lab *lab, unsigned type)
{
    gc_type *chosen = lab->types[type | lab->size];
    switch (lab->size) {
    case LAB_LARGE: return (struct node *)gc_create(struct large_node, chosen);
    case LAB_LEAN: return (struct node *)gc_create(struct lean_node, chosen);
    case LAB_LARGE | LAB_LEAN: return (struct node *)gc_create(struct large_lean_node, chosen);
    default: return gc_create(struct node, chosen);
    }
}

void world_start(struct world *world, struct lab *lab, uint64_t number)
{
    rules_start(&world->rules, world->plan.nodes + world->plan.weak_count);
    world->number = number;
    world->seen_gone = world->before = 0;
    world->lab = lab;
    world->message[0] = '\0';
}

static void begin(struct world *world)
{
    if (!world->lab->busy)
        world->before = world->rules.live;
}

/* After an operation outside user code everything that it caused is over. What has gone must be gone at once, before another object gets
 * its slot. */
static void end(struct world *world)
{
    if (!world->lab->busy) {
        rules_settled(&world->rules);
        world_see_gone(world);
    }
    if (world->rules.fault)
        world_fail(world, "%s (thing %d)", world->rules.fault, world->rules.culprit);
}

void world_see_gone(struct world *world)
{
    rules_set gone = world->rules.born & (rules_set)~(world->rules.live | world->seen_gone);
    world->seen_gone |= gone;
    for (; gone; gone &= (rules_set)(gone - 1)) {
        int thing = __builtin_ctz(gone);
        if (gc_is_object(world->lab->heap, world->address[thing]))
            world_fail(world, "thing %d is alive, expected gone", thing);
    }
}

static bool fields_are(const struct world *world, int thing, const int8_t *expected)
{
    const struct node *node = world->address[thing];
    int references = world->lab->size & LAB_LEAN ? WORLD_LEAN : WORLD_REFERENCES;
    bool as_expected = true;
    for (int field = 0; field < references; field++)
        as_expected = as_expected && node->reference[field] == (expected[field] == RULES_NONE ? NULL : world->address[expected[field]]);
    for (int w = 0; w < PLAN_WEAKS && !(world->lab->size & LAB_LEAN); w++) {
        int weak = expected[WORLD_WEAK + w];
        as_expected = as_expected && (void *)node->weak[w] == (weak == RULES_NONE ? NULL : world->address[weak]);
    }
    return as_expected;
}

bool world_is_intact(const struct world *world, int thing)
{
    return fields_are(world, thing, world->rules.field[thing]);
}

bool world_is_empty(const struct world *world, int thing)
{
    int8_t none[RULES_FIELDS];
    memset(none, RULES_NONE, sizeof none);
    return fields_are(world, thing, none);
}

/* A slot that was freed while a collection or a teardown is under way must not come back before its end. */
static void check_fresh(struct world *world, const void *address)
{
    if (!world->lab->busy)
        return;
    for (int thing = 0; thing < world->rules.count; thing++) {
        if (world->address[thing] == address && rules_has(world->before, thing))
            world_fail(world, "user code was given the slot of thing %d, which was alive when this began", thing);
    }
}

static int new_thing(struct world *world, int thing, void *address, unsigned kinds, int target, int behaviour)
{
    if (!address) {
        world_fail(world, "creation failed: %s", gc_last_error_message(world->lab->heap));
        return RULES_NONE;
    }
    check_fresh(world, address);
    thing = rules_add(&world->rules, thing, kinds, target);
    world->address[thing] = address;
    world->behaviour[thing] = (uint8_t)behaviour;
    return thing;
}

/* Whether there is a number left. RULES_THINGS is more than any plan can make. */
static bool has_room(struct world *world, int thing)
{
    if (thing != RULES_NONE || world->rules.count < RULES_THINGS)
        return true;
    world_fail(world, "more than %d things: a fault of the prover", RULES_THINGS);
    return false;
}

int world_create(struct world *world, int thing, unsigned kinds, int behaviour)
{
    unsigned type = kinds & RULES_FINALIZER ? LAB_FINALIZER : 0;
    if (!has_room(world, thing))
        return RULES_NONE;
    if (!world->plan.silent) {
        kinds |= RULES_DESTROY;
        type |= LAB_DESTROY;
    }
    struct node *node = lab_create(world->lab, type);
    thing = new_thing(world, thing, node, kinds, RULES_NONE, behaviour);
    if (thing == RULES_NONE)
        return RULES_NONE;
    node->tag = (struct tag){ world, thing };
    world_trace(world, "  object %d is created%s%s", thing, kinds & RULES_FINALIZER ? "; its finalizer " : "",
                kinds & RULES_FINALIZER ? behaviour_names[behaviour] : "");
    return thing;
}

static int share_weak(struct world *world, int target, int shared)
{
    gc_weak *weak = gc_weak_create(world->address[target], NULL, NULL);
    world_trace(world, "  weak reference to %d is made: %d, which is there already", target, shared);
    if ((void *)weak != world->address[shared])
        world_fail(world, "a weak reference without a callback is not the one (thing %d) that all share", shared);
    rules_hold(&world->rules, shared);
    return shared;
}

int world_watch(struct world *world, int thing, int target, enum plan_weak_kind kind, int context)
{
    int shared = kind == PLAN_WEAK_PLAIN ? rules_shared_weak(&world->rules, target) : RULES_NONE;
    if (!has_room(world, thing))
        return RULES_NONE;
    if (shared != RULES_NONE)
        return share_weak(world, target, shared);
    struct tag *tag = &world->tags[thing == RULES_NONE ? world->rules.count : thing];
    *tag = (struct tag){ world, (int)(tag - world->tags) };
    void *watched = world->address[target];
    gc_weak *weak = kind == PLAN_WEAK_PLAIN ? gc_weak_create(watched, NULL, NULL)
                  : kind == PLAN_WEAK_HOLDS ? gc_weak_create_holding(watched, behaviour_callback_holding, world->address[context])
                                            : gc_weak_create(watched, behaviour_callback, tag);
    thing = new_thing(world, thing, weak, kind == PLAN_WEAK_PLAIN ? RULES_WEAK : RULES_WEAK | RULES_CALLBACK, target, kind);
    world_trace(world, "  weak reference %d to %d is made, %s", thing, target, behaviour_weak_names[kind]);
    if (kind == PLAN_WEAK_HOLDS && thing != RULES_NONE)
        rules_set_field(&world->rules, thing, 0, context);
    return thing;
}

void world_hold(struct world *world, int thing)
{
    world_trace(world, "  the program takes a reference to %d", thing);
    rules_hold(&world->rules, thing);
    (void)gc_retain(world->address[thing]);
}

void world_drop(struct world *world, int thing)
{
    world_trace(world, "  the program drops a reference to %d", thing);
    begin(world);
    rules_drop(&world->rules, thing);
    gc_release(world->address[thing]);
    end(world);
}

void world_set(struct world *world, int thing, int field, int to)
{
    struct node *node = world->address[thing];
    world_trace(world, "  %d.%d = %d", thing, field, to);
    begin(world);
    rules_set_field(&world->rules, thing, field, to);
    void *value = to == RULES_NONE ? NULL : world->address[to];
    if (field < WORLD_WEAK)
        gc_set(&node->reference[field], value);
    else
        gc_set(&node->weak[field - WORLD_WEAK], (gc_weak *)value);
    end(world);
}

void world_move(struct world *world, int thing, int field, int from)
{
    struct node *node = world->address[thing];
    void *own = world->address[from];
    world_trace(world, "  the program's reference to %d is moved into %d.%d", from, thing, field);
    begin(world);
    rules_move_into(&world->rules, thing, field, from);
    gc_move(&node->reference[field], &own);
    end(world);
}

int world_take(struct world *world, int weak)
{
    int expected = rules_yield(&world->rules, weak);
    void *target = gc_weak_get(world->address[weak]);
    world_trace(world, "  weak reference %d yields %s%d", weak, target ? "" : "NULL, expected ", expected);
    if (target != (expected == RULES_NONE ? NULL : world->address[expected])) {
        world_fail(world, "weak reference %d yielded %s, expected %d", weak, target ? "another object" : "NULL", expected);
        return RULES_NONE;
    }
    if (expected != RULES_NONE)
        rules_hold(&world->rules, expected);
    return expected;
}
