/* SPDX-License-Identifier: MIT */
/* strata.c: see strata.h. A case's number is read as digits of mixed radix, one for each choice. */
#include "tests/prove/strata.h"
#include "tests/prove/graphs.h"

#include <string.h>

/* A number that is taken apart; or, where choices are drawn, the random numbers that it begins. */
struct digits {
    uint64_t rest, product;
    bool drawn;
    uint64_t state;
};

static uint64_t random_of(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Radix 0 is that of a factor which a stratum does not name. */
static uint64_t cross(struct digits *digits, uint64_t radix)
{
    if (radix == 0)
        return 0;
    uint64_t digit = digits->rest % radix;
    digits->rest /= radix;
    digits->product *= radix;
    return digit;
}

static uint64_t take(struct digits *digits, uint64_t radix)
{
    return digits->drawn && radix ? random_of(&digits->state) % radix : cross(digits, radix);
}

static uint64_t power(uint64_t base, int exponent)
{
    return exponent ? base * power(base, exponent - 1) : 1;
}

/* --- One factor each ------------------------------------------------------------------------------------------ */

static void take_finalizers(struct digits *digits, const struct stratum *stratum, struct plan *plan)
{
    uint64_t nodes = (uint64_t)plan->nodes, behaviours = PLAN_BEHAVIOURS;
    uint64_t ones = stratum->finalizers & 1 ? nodes * behaviours : 0;
    uint64_t twos = stratum->finalizers & 2 ? nodes * (nodes - 1) / 2 * behaviours * behaviours : 0;
    uint64_t none = digits->drawn || ones + twos == 0;
    if (!stratum->finalizers || (digits->drawn && take(digits, 4) == 0))
        return;
    uint64_t digit = take(digits, ones + twos + none);
    if (digit >= ones + twos)
        return;
    plan->finalizer_count = 1;
    plan->finalizer[0].behaviour = (uint8_t)(digit % behaviours);
    if (digit < ones) {
        plan->finalizer[0].node = (int8_t)(digit / behaviours);
        return;
    }
    digit -= ones;
    plan->finalizer_count = 2;
    plan->finalizer[0].behaviour = (uint8_t)(digit % behaviours);
    plan->finalizer[1].behaviour = (uint8_t)(digit / behaviours % behaviours);
    int pair = (int)(digit / behaviours / behaviours), first = 0;
    for (; pair >= plan->nodes - 1 - first; first++)
        pair -= plan->nodes - 1 - first;
    plan->finalizer[0].node = (int8_t)first;
    plan->finalizer[1].node = (int8_t)(first + 1 + pair);
}

static void take_weaks(struct digits *digits, const struct stratum *stratum, struct plan *plan)
{
    plan->weak_count = digits->drawn ? (int)take(digits, (uint64_t)stratum->weaks + 1) : stratum->weaks;
    for (int w = 0; w < plan->weak_count; w++) {
        struct plan_weak *weak = &plan->weak[w];
        weak->kind = (uint8_t)take(digits, (uint64_t)stratum->weak_kinds);
        weak->owner = (int8_t)((int)take(digits, (uint64_t)plan->nodes + 1) - 1);
        weak->target = (int8_t)take(digits, (uint64_t)plan->nodes);
        weak->stage = (uint8_t)take(digits, (uint64_t)stratum->weak_stages);
    }
}

static void take_stages(struct digits *digits, const struct stratum *stratum, struct plan *plan)
{
    for (int node = 0; node < plan->nodes; node++)
        plan->stage[node] = stratum->stages < 0 ? PLAN_OLD : (uint8_t)take(digits, (uint64_t)stratum->stages);
}

static void take_graph(struct digits *digits, const struct stratum *stratum, struct plan *plan)
{
    int edges = plan->nodes * plan->nodes;
    if (stratum->graphs == STRATA_EVERY)
        plan->edges = (uint32_t)cross(digits, power(2, edges));
    else if (stratum->graphs == STRATA_SHAPES)
        plan->edges = graphs_shape(plan->nodes, (uint32_t)cross(digits, graphs_shapes(plan->nodes)));
    for (int edge = 0; stratum->graphs == STRATA_MULTIPLE && edge < edges; edge++) {
        uint64_t times = cross(digits, 3);
        plan->edges |= times > 0 ? 1u << edge : 0;
        plan->doubled |= times > 1 ? 1u << edge : 0;
    }
}

static void take_steps(struct digits *digits, const struct stratum *stratum, struct plan *plan)
{
    plan->step_count = stratum->steps;
    for (int s = 0; s < stratum->steps; s++)
        plan->step[s].at = (uint8_t)take(digits, (uint64_t)(plan->nodes + plan->nodes * plan->nodes));
}

/* What happens to the whole heap. Taken last, so that neighbours have it in common; where it is drawn, as many as one slice has. */
static void take_schedule(struct digits *digits, const struct stratum *stratum, uint64_t index, struct plan *plan)
{
    digits->state = ~(index >> 12);
    plan->settled = stratum->settled;
    plan->automatic = stratum->automatic;
    plan->first = stratum->first ? (uint8_t)take(digits, 3) : 2;
    if (digits->drawn)
        plan->settled = take(digits, 2);
    for (int s = 0; s < plan->step_count; s++)
        plan->step[s].generation = stratum->step_generations ? (uint8_t)take(digits, 3) : 2;
}

/* --- A case --------------------------------------------------------------------------------------------------- */

/* Whether its choices go together. */
static bool is_possible(const struct plan *plan)
{
    static const uint8_t rank[] = { [PLAN_OLD] = 0, [PLAN_OLD_UNSEEN] = 1, [PLAN_MIDDLE] = 2, [PLAN_YOUNG] = 3 };
    for (int w = 0; w < plan->weak_count; w++) {
        const struct plan_weak *weak = &plan->weak[w];
        if (rank[weak->stage] < rank[plan->stage[weak->target]])
            return false; /* a weak reference is not older than its target, nor than its context */
        if (weak->kind == PLAN_WEAK_HOLDS && rank[weak->stage] < rank[plan->stage[plan_context(plan, weak)]])
            return false;
    }
    uint32_t held = plan->held, edges = plan->edges;
    for (int s = 0; s < plan->step_count; s++) {
        int edge = plan->step[s].at - plan->nodes;
        if (edge < 0) {
            if (!(held >> plan->step[s].at & 1))
                return false;
            held &= ~(1u << plan->step[s].at);
        } else {
            if (!(edges >> edge & 1) && !(held >> edge % plan->nodes & 1))
                return false;
            held &= edges >> edge & 1 ? held : ~(1u << edge % plan->nodes);
            edges ^= 1u << edge;
        }
    }
    return true;
}

/* Fills in the plan of the case with that index among those with so many nodes; what is drawn depends on the attempt too. Returns how many
 * indices there are. */
static uint64_t read_index(const struct stratum *stratum, int nodes, uint64_t index, uint64_t attempt, struct plan *plan)
{
    struct digits digits = { .rest = index, .product = 1, .drawn = stratum->draws > 0, .state = index ^ attempt << 48 };
    memset(plan, 0, sizeof *plan);
    plan->nodes = nodes;
    take_finalizers(&digits, stratum, plan);
    take_weaks(&digits, stratum, plan);
    take_steps(&digits, stratum, plan);
    take_stages(&digits, stratum, plan);
    plan->held = (1u << nodes) - 1;
    if (stratum->held)
        plan->held = stratum->held < 0 ? 0 : (uint32_t)take(&digits, power(2, nodes));
    plan->silent = take(&digits, (uint64_t)stratum->silences);
    plan->descending = take(&digits, (uint64_t)stratum->orders);
    take_graph(&digits, stratum, plan);
    take_schedule(&digits, stratum, index, plan);
    return digits.product * (stratum->draws ? stratum->draws : 1);
}

/* --- Numbers -------------------------------------------------------------------------------------------------- */

#define DRAWS_MAX 64u /* a third of what is drawn goes together */

static uint64_t starts[STRATA_LIMIT + 1], sizes[STRATA_LIMIT][PLAN_NODES + 1];

void strata_prepare(void)
{
    struct plan plan;
    graphs_prepare();
    for (int s = 0; s < strata_count; s++) {
        starts[s + 1] = starts[s];
        for (int nodes = strata[s].nodes_from; nodes <= strata[s].nodes_to; nodes++) {
            sizes[s][nodes] = read_index(&strata[s], nodes, 0, 0, &plan);
            starts[s + 1] += sizes[s][nodes];
        }
    }
}

uint64_t strata_size(int stratum)
{
    return starts[stratum + 1] - starts[stratum];
}

uint64_t strata_start(int stratum)
{
    return starts[stratum];
}

uint64_t strata_total(void)
{
    return starts[strata_count];
}

int strata_of(uint64_t number)
{
    int stratum = 0;
    while (number >= starts[stratum + 1])
        stratum++;
    return stratum;
}

bool strata_plan(uint64_t number, struct plan *plan)
{
    int s = strata_of(number), nodes = strata[s].nodes_from;
    uint64_t index = number - starts[s];
    for (; index >= sizes[s][nodes]; nodes++)
        index -= sizes[s][nodes];
    for (uint64_t attempt = 0; attempt < (strata[s].draws ? DRAWS_MAX : 1); attempt++) {
        read_index(&strata[s], nodes, index, attempt, plan);
        if (is_possible(plan))
            return true;
    }
    return false;
}

double strata_product(int nodes)
{
    double n = nodes, behaviours = PLAN_BEHAVIOURS, weak = PLAN_WEAK_KINDS * (n + 1) * n * 4;
    double graphs = (double)power(2, nodes * nodes), held_and_stages = (double)power(8, nodes);
    double finalizers = 1 + n * behaviours + n * (n - 1) / 2 * behaviours * behaviours;
    return graphs * held_and_stages * (1 + weak + weak * weak) * finalizers * 3 * 2 * 2;
}
