/* SPDX-License-Identifier: MIT */
/* collect.c: collecting in heap and rules at once, and comparing what is left. */
#include "tests/prove/world.h"

static void start_worlds(struct lab *lab, int generation)
{
    for (int w = 0; w < lab->world_count; w++) {
        lab->worlds[w].before = lab->worlds[w].rules.live;
        rules_collection_starts(&lab->worlds[w].rules, generation);
    }
}

static void end_worlds(struct lab *lab, size_t freed)
{
    size_t expected = 0;
    if (lab->spoilt)
        return;
    for (int w = 0; w < lab->world_count; w++) {
        struct world *world = &lab->worlds[w];
        expected += (size_t)rules_collection_ends(&world->rules);
        if (world->rules.fault)
            world_fail(world, "%s (thing %d)", world->rules.fault, world->rules.culprit);
        world_see_gone(world);
    }
    world_trace(&lab->worlds[0], "  returned %zu, expected %zu", freed, expected);
    if (freed != expected)
        world_fail(&lab->worlds[0], "the collection returned %zu, expected %zu", freed, expected);
}

void lab_collect(struct lab *lab, int generation)
{
    world_trace(&lab->worlds[0], "collect generation %d", generation);
    start_worlds(lab, generation);
    size_t freed = generation == RULES_OLDEST ? gc_collect(lab->heap) : gc_collect_generation(lab->heap, generation);
    end_worlds(lab, freed);
}

static void follow(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    struct lab *lab = context;
    if (gc_collect(heap) != 0)
        world_fail(&lab->worlds[0], "a collection inside the callback of another freed something");
    if (phase == GC_COLLECT_START) {
        world_trace(&lab->worlds[0], "  an automatic collection of generation %d starts", info->generation);
        start_worlds(lab, info->generation);
        lab->chosen = info->generation;
    } else {
        lab->has_collected = true;
        end_worlds(lab, info->collected);
    }
}

void lab_collect_automatically(struct lab *lab, int generation)
{
    world_trace(&lab->worlds[0], "create until a collection starts by itself");
    gc_add_collect_callback(lab->heap, follow, lab);
    gc_set_thresholds(lab->heap, 1, 1, 1);
    gc_enable(lab->heap);
    lab->has_collected = false;
    for (int created = 0; created < 4 && !lab->has_collected && !lab->spoilt; created++)
        world_create(&lab->worlds[0], RULES_NONE, 0, 0);
    gc_disable(lab->heap);
    gc_set_thresholds(lab->heap, 0, 0, 0);
    gc_remove_collect_callback(lab->heap, follow, lab);
    if (!lab->has_collected && !lab->spoilt)
        world_fail(&lab->worlds[0], "no collection started by itself");
    else if (lab->chosen != generation)
        world_fail(&lab->worlds[0], "a collection of generation %d started by itself, expected %d", lab->chosen, generation);
}

/* --- What is left --------------------------------------------------------------------------------------------- */

static void compare_weak(struct world *world, int weak)
{
    int target = world_take(world, weak);
    if (target != RULES_NONE)
        world_drop(world, target);
}

/* Weak references are looked at while others have the slots of what has gone: one that was forgotten would yield another object. */
static void compare_weaks(struct lab *lab)
{
    struct node *others[LAB_WORLDS * PLAN_NODES];
    int count = 0;
    for (int w = 0; w < lab->world_count; w++) {
        const struct rules *rules = &lab->worlds[w].rules;
        if (!(rules->live & rules->weaks))
            continue;
        for (int gone = __builtin_popcount(rules->born & ~rules->live); gone > 0 && count < LAB_WORLDS * PLAN_NODES; gone--)
            others[count++] = lab_create(lab, 0);
    }
    for (int w = 0; w < lab->world_count; w++) {
        const struct rules *rules = &lab->worlds[w].rules;
        for (rules_set todo = rules->live & rules->weaks; todo && !lab->spoilt; todo &= (rules_set)(todo - 1))
            compare_weak(&lab->worlds[w], __builtin_ctz(todo));
    }
    while (count)
        gc_release(others[--count]);
}

static void compare_thing(struct world *world, int thing)
{
    const struct rules *rules = &world->rules;
    void *address = world->address[thing];
    if (!gc_is_object(world->lab->heap, address)) {
        world_fail(world, "thing %d is gone, expected alive", thing);
        return;
    }
    if (!rules_has(rules->weaks, thing) && !world_is_intact(world, thing))
        world_fail(world, "a field of thing %d is not as expected", thing);
    uint32_t references = gc_refcount(address);
    int generation = gc_generation_of(address);
    if (references != rules->references[thing])
        world_fail(world, "thing %d has a count of %u, expected %d", thing, references, rules->references[thing]);
    if (generation != rules->generation[thing])
        world_fail(world, "thing %d is in generation %d, expected %d", thing, generation, rules->generation[thing]);
    if (rules_has(rules->finalizers, thing) && gc_is_finalized(address) != rules_has(rules->finalized, thing))
        world_fail(world, "whether thing %d is finalized: expected %d", thing, rules_has(rules->finalized, thing));
}

static void compare_world(struct world *world)
{
    world_trace(world, "  expected alive: %#x, weak references among them: %#x", world->rules.live, world->rules.live & world->rules.weaks);
    for (rules_set todo = world->rules.live; todo && !world->lab->spoilt; todo &= (rules_set)(todo - 1))
        compare_thing(world, __builtin_ctz(todo));
}

/* A heap that one case has to itself still has a slab of weak references if any case before had some. To verify its 1,600 slots takes
 * longer than all the rest, so there it is done for some cases only. */
static bool is_to_be_verified(const struct lab *lab)
{
    const struct world *first = &lab->worlds[0];
    return !lab->spoilt && (lab->world_count > 1 || lab->size & LAB_LEAN || lab->trace || first->number % 16 == 0);
}

void lab_compare(struct lab *lab, bool weaks_too)
{
    const char *fault = is_to_be_verified(lab) ? gc_heap_verify(lab->heap) : NULL;
    if (fault)
        world_fail(&lab->worlds[0], "gc_heap_verify: %s", fault);
    for (int w = 0; w < lab->world_count && !lab->spoilt; w++)
        compare_world(&lab->worlds[w]);
    if (weaks_too && !lab->spoilt)
        compare_weaks(lab);
}
