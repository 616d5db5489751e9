/* SPDX-License-Identifier: MIT */
/* run.c: see run.h. A case: its things are made in stages with collections in between, so that they come to their generations; references
 * are stored; the program drops what it does not hold; collections are compared; and in the end everything must go. */
#include "tests/prove/run.h"

#include <stdlib.h>

/* --- Building ------------------------------------------------------------------------------------------------- */

/* A node to be created, and the place that its address shall have among those of all. */
struct birth {
    struct world *world;
    int node, place;
};

/* The stages in the order in which they come, each with the generation that is collected when it is over. */
static const struct {
    enum plan_stage stage;
    int generation;
} stages[] = { { PLAN_OLD, 2 }, { PLAN_OLD_UNSEEN, 1 }, { PLAN_MIDDLE, 0 }, { PLAN_YOUNG, -1 } };
enum { STAGES = sizeof stages / sizeof *stages, BIRTHS = LAB_WORLDS * PLAN_NODES };

static int plan_births(struct lab *lab, struct birth *births)
{
    int count = 0;
    for (int s = 0; s < STAGES; s++) {
        int place = 0;
        for (int w = 0; w < lab->world_count; w++) {
            const struct plan *plan = &lab->worlds[w].plan;
            for (int node = 0; node < plan->nodes; node++) {
                if (plan->stage[node] == stages[s].stage)
                    births[count++] = (struct birth){ &lab->worlds[w], node, place + (plan->descending ? plan->nodes - 1 - node : node) };
            }
            place += plan->nodes;
        }
    }
    return count;
}

static int by_address(const void *left, const void *right)
{
    const char *a = *(char *const *)left, *b = *(char *const *)right;
    return (a > b) - (a < b);
}

/* Arranges the free slots so that the nodes come to their places: a heap hands out first what was freed last. Where it does not, as a
 * checked one, addresses are as they come. */
static void arrange_slots(struct lab *lab, const struct birth *births, int count)
{
    void *slots[BIRTHS];
    bool rises = true;
    if (lab->checked)
        return;
    for (int s = 0; s < count; s++) {
        slots[s] = lab_create(lab, 0);
        if (!slots[s])
            abort();
        rises = rises && (s == 0 || (char *)slots[s - 1] < (char *)slots[s]);
    }
    if (!rises)
        qsort(slots, (size_t)count, sizeof *slots, by_address);
    for (int b = count - 1; b >= 0; b--)
        gc_release(slots[births[b].place]);
}

static void create_node(struct world *world, int node)
{
    const struct plan *plan = &world->plan;
    unsigned kinds = 0;
    int behaviour = 0;
    for (int f = 0; f < plan->finalizer_count; f++) {
        if (plan->finalizer[f].node != node)
            continue;
        kinds = RULES_FINALIZER;
        behaviour = plan->finalizer[f].behaviour;
    }
    world_create(world, node, kinds, behaviour);
}

static void create_weaks(struct world *world, enum plan_stage stage)
{
    const struct plan *plan = &world->plan;
    for (int w = 0; w < plan->weak_count; w++) {
        const struct plan_weak *weak = &plan->weak[w];
        if (weak->stage == stage)
            world->weak[w] = world_watch(world, plan->nodes + w, weak->target, weak->kind, plan_context(plan, weak));
    }
}

/* Makes what belongs to a stage. Returns whether there was anything. */
static bool create_stage(struct lab *lab, const struct birth *births, int count, enum plan_stage stage)
{
    bool any = false;
    for (int b = 0; b < count; b++) {
        if (births[b].world->plan.stage[births[b].node] == stage) {
            create_node(births[b].world, births[b].node);
            any = true;
        }
    }
    for (int w = 0; w < lab->world_count && !lab->spoilt; w++) {
        create_weaks(&lab->worlds[w], stage);
        for (int k = 0; k < lab->worlds[w].plan.weak_count; k++)
            any = any || lab->worlds[w].plan.weak[k].stage == stage;
    }
    return any;
}

static void note_order(struct lab *lab)
{
    for (int w = 0; w < lab->world_count; w++) {
        const struct world *world = &lab->worlds[w];
        bool as_planned = true;
        for (int node = 1; node < world->plan.nodes; node++) {
            bool falls = (char *)world->address[node] < (char *)world->address[node - 1];
            as_planned = as_planned && falls == world->plan.descending;
        }
        lab->in_order += as_planned;
        lab->out_of_order += !as_planned;
    }
}

static void store_references(struct world *world)
{
    const struct plan *plan = &world->plan;
    for (uint32_t todo = plan->edges; todo; todo &= todo - 1) {
        int edge = __builtin_ctz(todo), from = edge / plan->nodes, to = edge % plan->nodes;
        world_set(world, from, to, to);
        if (plan->doubled >> edge & 1)
            world_set(world, from, plan->nodes + to, to);
    }
    for (int w = 0; w < plan->weak_count && !world->lab->spoilt; w++) {
        if (plan->weak[w].owner == PLAN_PROGRAM)
            continue;
        world_set(world, plan->weak[w].owner, WORLD_WEAK + w, world->weak[w]);
        world_drop(world, world->weak[w]);
    }
}

/* The size of objects that serves all worlds. */
static unsigned size_for(const struct lab *lab)
{
    bool lean = true;
    for (int w = 0; w < lab->world_count; w++) {
        const struct plan *plan = &lab->worlds[w].plan;
        lean = lean && !plan->weak_count && !plan->finalizer_count && !plan->doubled;
    }
    return (lean ? LAB_LEAN : 0u) | (lab->world_count == 1 ? LAB_LARGE : 0u);
}

/* The heap chooses the oldest generation whose younger one has been collected more than once since. This is done while all there is is old,
 * so it changes nothing else. */
static void prepare_choice(struct lab *lab, int generation)
{
    for (int times = 0; times < 2 && generation > 0; times++)
        lab_collect(lab, generation - 1);
}

static void build(struct lab *lab)
{
    struct birth births[BIRTHS];
    lab->size = size_for(lab);
    int count = plan_births(lab, births);
    arrange_slots(lab, births, count);
    for (int s = 0; s < STAGES && !lab->spoilt; s++) {
        if (lab->worlds[0].plan.automatic && stages[s].stage == PLAN_MIDDLE)
            prepare_choice(lab, lab->worlds[0].plan.first);
        if (create_stage(lab, births, count, stages[s].stage) && stages[s].generation >= 0)
            lab_collect(lab, stages[s].generation);
    }
    if (lab->spoilt)
        return;
    note_order(lab);
    for (int w = 0; w < lab->world_count; w++)
        store_references(&lab->worlds[w]);
}

/* --- The case ------------------------------------------------------------------------------------------------- */

/* Where addresses rise the program drops from the last node to the first. The one graph that stands for its shape tends to refer from lower
 * numbers to higher ones, so this is the order in which many die of one drop. */
static void drop_what_is_not_held(struct world *world)
{
    int nodes = world->plan.nodes;
    for (int n = 0; n < nodes && !world->lab->spoilt; n++) {
        int node = world->plan.descending ? n : nodes - 1 - n;
        if (!(world->plan.held >> node & 1))
            world_drop(world, node);
    }
}

/* Does what a step says, where the program still can: what it cannot get at any more it leaves alone. */
static void take_step(struct world *world, const struct plan_step *step)
{
    const struct rules *rules = &world->rules;
    rules_set within_reach = rules_reach(rules, rules_held(rules));
    if (step->at < world->plan.nodes) {
        if (rules->holds[step->at] && rules_has(rules->live, step->at))
            world_drop(world, step->at);
        return;
    }
    int edge = step->at - world->plan.nodes, from = edge / world->plan.nodes, to = edge % world->plan.nodes;
    if (!rules_has(within_reach, from))
        return;
    if (rules->field[from][to] != RULES_NONE)
        world_set(world, from, to, RULES_NONE);
    else if (rules_has(rules->live, to) && rules->holds[to])
        world_move(world, from, to, to);
}

static bool drop_one_hold(struct world *world)
{
    rules_set held = rules_held(&world->rules);
    if (held)
        world_drop(world, world->plan.descending ? __builtin_ctz(held) : 31 - __builtin_clz(held));
    return held;
}

/* The program drops everything, and collects until nothing is left: a finalizer may leave garbage behind, but runs once. */
static void end_cases(struct lab *lab)
{
    for (bool again = true; again && !lab->spoilt;) {
        for (int w = 0; w < lab->world_count; w++) {
            while (!lab->spoilt && drop_one_hold(&lab->worlds[w]))
                continue;
        }
        lab_collect(lab, RULES_OLDEST);
        lab_compare(lab, false);
        again = false;
        for (int w = 0; w < lab->world_count; w++)
            again = again || lab->worlds[w].rules.live;
    }
}

void run_cases(struct lab *lab)
{
    const struct plan *plan = &lab->worlds[0].plan;
    build(lab);
    if (plan->settled && !lab->spoilt)
        lab_collect(lab, RULES_OLDEST);
    for (int w = 0; w < lab->world_count && !lab->spoilt; w++)
        drop_what_is_not_held(&lab->worlds[w]);
    if (lab->spoilt)
        return;
    if (plan->automatic)
        lab_collect_automatically(lab, plan->first);
    else
        lab_collect(lab, plan->first);
    lab_compare(lab, false);
    for (int s = 0; s < plan->step_count && !lab->spoilt; s++) {
        for (int w = 0; w < lab->world_count && !lab->spoilt; w++)
            take_step(&lab->worlds[w], &lab->worlds[w].plan.step[s]);
        if (!lab->spoilt)
            lab_collect(lab, plan->step[s].generation);
        lab_compare(lab, false);
    }
    if (!lab->spoilt)
        lab_collect(lab, RULES_OLDEST);
    lab_compare(lab, true);
    end_cases(lab);
}

bool run_same_schedule(const struct plan *a, const struct plan *b)
{
    if (a->settled != b->settled || a->automatic != b->automatic || a->first != b->first || a->step_count != b->step_count)
        return false;
    for (int s = 0; s < a->step_count; s++) {
        if (a->step[s].generation != b->step[s].generation)
            return false;
    }
    return true;
}
