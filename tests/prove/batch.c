/* SPDX-License-Identifier: MIT */
/* batch.c: see batch.h. */
#include "tests/prove/batch.h"
#include "tests/prove/behaviour.h"
#include "tests/prove/run.h"
#include "tests/prove/strata.h"

#include <stdio.h>

bool batch_fill(struct lab *lab, struct stretch *stretch)
{
    int most = strata[stretch->stratum].alone ? 1 : LAB_WORLDS;
    lab->world_count = 0;
    for (; stretch->at < stretch->end && lab->world_count < most; stretch->at += stretch->stride) {
        struct world *world = &lab->worlds[lab->world_count];
        if (!strata_plan(stretch->at, &world->plan)) {
            stretch->empty++;
            continue;
        }
        if (lab->world_count && !run_same_schedule(&lab->worlds[0].plan, &world->plan))
            break;
        world_start(world, lab, stretch->at);
        lab->world_count++;
    }
    return lab->world_count > 0;
}

static bool run_one(struct lab *lab, uint64_t number)
{
    lab->world_count = 1;
    world_start(&lab->worlds[0], lab, number);
    run_cases(lab);
    return !lab->spoilt;
}

bool batch_run_alone(uint64_t number, char *message, size_t size)
{
    static struct lab lab;
    if (!strata_plan(number, &lab.worlds[0].plan))
        return true;
    if (!lab_open(&lab, false)) {
        snprintf(message, size, "no heap");
        return false;
    }
    strata_plan(number, &lab.worlds[0].plan);
    if (!run_one(&lab, number)) {
        snprintf(message, size, "%s", lab.worlds[0].message);
        return false;
    }
    const char *fault = lab_close(&lab);
    snprintf(message, size, "%s", fault ? fault : "");
    return !fault;
}

/* --- For a reader --------------------------------------------------------------------------------------------- */

static void show_references(const struct plan *plan)
{
    printf("  references:");
    for (uint32_t todo = plan->edges; todo; todo &= todo - 1) {
        int edge = __builtin_ctz(todo);
        printf(" %d->%d%s", edge / plan->nodes, edge % plan->nodes, plan->doubled >> edge & 1 ? " twice" : "");
    }
    printf("\n  held by the program:");
    for (int node = 0; node < plan->nodes; node++) {
        if (plan->held >> node & 1)
            printf(" %d", node);
    }
    putchar('\n');
}

static void show_plan(const struct plan *plan)
{
    static const char *const stages[] = { "young", "old", "middle", "old, not seen by a full collection" };
    for (int node = 0; node < plan->nodes; node++)
        printf("  object %d: %s\n", node, stages[plan->stage[node]]);
    show_references(plan);
    for (int f = 0; f < plan->finalizer_count; f++)
        printf("  the finalizer of %d %s\n", plan->finalizer[f].node, behaviour_names[plan->finalizer[f].behaviour]);
    for (int w = 0; w < plan->weak_count; w++) {
        const struct plan_weak *weak = &plan->weak[w];
        printf("  weak reference %d to %d, %s, %s, ", plan->nodes + w, weak->target, behaviour_weak_names[weak->kind], stages[weak->stage]);
        if (weak->owner == PLAN_PROGRAM)
            printf("held by the program\n");
        else
            printf("held by %d\n", weak->owner);
    }
    printf("  addresses %s; types %s `destroy`\n", plan->descending ? "fall" : "rise", plan->silent ? "without" : "with");
}

/* Runs the batches of a stretch until the one that has a case is in the lab. */
static bool come_to(struct lab *lab, uint64_t number, struct stretch *stretch)
{
    while (batch_fill(lab, stretch)) {
        if (number < stretch->at)
            return true;
        run_cases(lab);
        if (!lab->spoilt)
            continue;
        printf("before it: case %llu: %s\n", (unsigned long long)lab->worlds[0].number, lab->worlds[0].message);
        return false;
    }
    return false;
}

bool batch_show(uint64_t number, struct stretch *stretch)
{
    static struct lab lab;
    if (!lab_open(&lab, false))
        return false;
    lab.world_count = 1;
    if (stretch ? !come_to(&lab, number, stretch) : !strata_plan(number, &lab.worlds[0].plan)) {
        printf("case %llu: there is none of that number: its choices exclude each other\n", (unsigned long long)number);
        return false;
    }
    lab.trace = true;
    for (int w = 0; w < lab.world_count; w++) {
        uint64_t shown = stretch ? lab.worlds[w].number : number;
        printf("case %llu, \"%s\"\n", (unsigned long long)shown, strata[strata_of(shown)].name);
        show_plan(&lab.worlds[w].plan);
    }
    fflush(stdout);
    if (stretch)
        run_cases(&lab);
    else
        run_one(&lab, number);
    const char *fault = lab.spoilt ? "see FAULT above" : lab_close(&lab);
    printf("%s%s\n", fault ? "not as expected: " : "as expected", fault ? fault : "");
    return !fault;
}
