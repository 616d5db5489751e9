/* SPDX-License-Identifier: MIT */
/* model_oracle.c: plain counting and plain reachability, by repeated passes over arrays until nothing changes. */
#include "tests/model/model_oracle.h"

#include <stdlib.h>

void oracle_open(struct oracle *oracle)
{
    oracle->node_count = 0;
    oracle->capacity = 64;
    oracle->nodes = malloc((size_t)oracle->capacity * sizeof *oracle->nodes);
    if (!oracle->nodes)
        abort();
}

void oracle_close(struct oracle *oracle)
{
    for (int n = 0; n < oracle->node_count; n++)
        free(oracle->nodes[n].slots);
    free(oracle->nodes);
}

void oracle_resize(struct oracle *oracle, int number, int slot_count)
{
    struct oracle_node *node = &oracle->nodes[number];
    node->slots = realloc(node->slots, ((size_t)slot_count + 1) * sizeof *node->slots);
    if (!node->slots)
        abort();
    for (int s = node->slot_count; s < slot_count; s++)
        node->slots[s] = ORACLE_NONE;
    node->slot_count = slot_count;
}

int oracle_add(struct oracle *oracle, int slot_count)
{
    if (oracle->node_count == oracle->capacity) {
        oracle->capacity *= 2;
        oracle->nodes = realloc(oracle->nodes, (size_t)oracle->capacity * sizeof *oracle->nodes);
        if (!oracle->nodes)
            abort();
    }
    int number = oracle->node_count++;
    oracle->nodes[number] = (struct oracle_node){
        .holds = 1, .count = 1, .hidden = ORACLE_NONE, .target = ORACLE_NONE, .key = ORACLE_NONE
    };
    oracle_resize(oracle, number, slot_count);
    return number;
}

/* Whether the node still owns the references in its slots. */
static bool owns_slots(const struct oracle_node *node)
{
    return node->state == ORACLE_LIVE || node->state == ORACLE_DYING;
}

static void count_all(struct oracle *oracle)
{
    for (int n = 0; n < oracle->node_count; n++)
        oracle->nodes[n].count = oracle->nodes[n].holds;
    for (int n = 0; n < oracle->node_count; n++) {
        const struct oracle_node *node = &oracle->nodes[n];
        if (node->hidden != ORACLE_NONE && node->state != ORACLE_DEAD)
            oracle->nodes[node->hidden].count++;
        if (!owns_slots(node))
            continue;
        for (int s = 0; s < node->slot_count; s++) {
            if (node->slots[s] != ORACLE_NONE)
                oracle->nodes[node->slots[s]].count++;
        }
    }
}

void oracle_settle(struct oracle *oracle)
{
    count_all(oracle);
    for (int n = 0; n < oracle->node_count; n++) {
        struct oracle_node *node = &oracle->nodes[n];
        if (node->state == ORACLE_LIVE && !node->count && !node->is_immortal && !node->condemned)
            node->state = ORACLE_DYING;
    }
}

/* Marks slot `s` of a reached node; an ephemeron's value only once its key is reached. Returns whether that was news. */
static bool reach_slot(struct oracle *oracle, const struct oracle_node *node, int s)
{
    int to = node->slots[s];
    if (to == ORACLE_NONE || oracle->nodes[to].reached)
        return false;
    if (node->is_ephemeron && node->key != ORACLE_NONE && !oracle->nodes[node->key].reached)
        return false;
    return oracle->nodes[to].reached = true;
}

/* Spreads the mark along slots, and hidden references where asked, until nothing changes. */
static void spread(struct oracle *oracle, bool through_hidden)
{
    for (bool again = true; again;) {
        again = false;
        for (int n = 0; n < oracle->node_count; n++) {
            const struct oracle_node *node = &oracle->nodes[n];
            if (!node->reached || !owns_slots(node))
                continue;
            for (int s = 0; s < node->slot_count; s++)
                again |= reach_slot(oracle, node, s);
            if (through_hidden && node->hidden != ORACLE_NONE && !oracle->nodes[node->hidden].reached)
                again = oracle->nodes[node->hidden].reached = true;
        }
    }
}

void oracle_reach(struct oracle *oracle, int also)
{
    for (int n = 0; n < oracle->node_count; n++) {
        struct oracle_node *node = &oracle->nodes[n];
        node->reached = node->state == ORACLE_LIVE && (node->holds || node->is_immortal);
    }
    if (also != ORACLE_NONE)
        oracle->nodes[also].reached = true;
    spread(oracle, true);
}

/* Marks every node as reached that is outside the set in question, is held, or is seen from outside by a hidden reference. The
 * caller then spreads the marks: what stays unmarked is the part of the set that nothing outside leads to. To the first look an
 * ephemeron that takes no part is like any other object that takes no part: its value counts as held. To the second look
 * its value is alive if its key is. */
static void reach_from_outside(struct oracle *oracle, bool second)
{
    for (int n = 0; n < oracle->node_count; n++) {
        struct oracle_node *node = &oracle->nodes[n];
        bool in_set = second ? node->condemned : node->candidate;
        node->reached = !in_set || node->holds;
    }
    for (int n = 0; n < oracle->node_count; n++) {
        const struct oracle_node *node = &oracle->nodes[n];
        if (node->hidden != ORACLE_NONE && node->state != ORACLE_DEAD)
            oracle->nodes[node->hidden].reached = true;
        if (!second && node->is_ephemeron && !node->candidate && owns_slots(node) && node->slots[0] != ORACLE_NONE)
            oracle->nodes[node->slots[0]].reached = true;
    }
    spread(oracle, false);
}

int oracle_condemn(struct oracle *oracle, int generation)
{
    int condemned = 0;
    for (int n = 0; n < oracle->node_count; n++) {
        struct oracle_node *node = &oracle->nodes[n];
        node->candidate = node->state == ORACLE_LIVE && node->generation >= 0 && node->generation <= generation;
    }
    reach_from_outside(oracle, false);
    for (int n = 0; n < oracle->node_count; n++)
        condemned += oracle->nodes[n].condemned = !oracle->nodes[n].reached;
    for (int n = 0; n < oracle->node_count; n++) {
        struct oracle_node *weak = &oracle->nodes[n];
        if (weak->state != ORACLE_LIVE || weak->condemned || !weak->has_callback || weak->target == ORACLE_NONE)
            continue;
        if (oracle->nodes[weak->target].condemned) {
            weak->target = ORACLE_NONE;
            weak->callback_due = true;
        }
    }
    return condemned;
}

int oracle_candidates(const struct oracle *oracle)
{
    int candidates = 0;
    for (int n = 0; n < oracle->node_count; n++)
        candidates += oracle->nodes[n].candidate;
    return candidates;
}

/* Weak references and ephemerons let go of what is doomed. */
static void clear_weak_to_doomed(struct oracle *oracle)
{
    for (int n = 0; n < oracle->node_count; n++) {
        struct oracle_node *node = &oracle->nodes[n];
        if (node->target != ORACLE_NONE && oracle->nodes[node->target].state == ORACLE_DOOMED)
            node->target = ORACLE_NONE;
        if (node->key != ORACLE_NONE && oracle->nodes[node->key].state == ORACLE_DOOMED) {
            node->key = ORACLE_NONE;
            node->slots[0] = ORACLE_NONE;
        }
    }
}

int oracle_doom(struct oracle *oracle)
{
    int doomed = 0;
    reach_from_outside(oracle, true);
    for (int n = 0; n < oracle->node_count; n++) {
        struct oracle_node *node = &oracle->nodes[n];
        node->condemned = node->condemned && !node->reached;
        if (node->condemned) {
            node->state = ORACLE_DOOMED;
            doomed++;
        }
    }
    clear_weak_to_doomed(oracle);
    for (int n = 0; n < oracle->node_count; n++) {
        struct oracle_node *node = &oracle->nodes[n];
        if (node->state != ORACLE_DOOMED)
            continue;
        for (int s = 0; s < node->slot_count; s++)
            node->slots[s] = ORACLE_NONE;
        if (!node->is_reported)
            node->state = ORACLE_DEAD;
    }
    oracle_settle(oracle);
    return doomed;
}

void oracle_promote(struct oracle *oracle, int generation)
{
    int to = generation < ORACLE_OLDEST ? generation + 1 : ORACLE_OLDEST;
    for (int n = 0; n < oracle->node_count; n++) {
        struct oracle_node *node = &oracle->nodes[n];
        if (node->candidate && node->generation >= 0 && node->generation <= generation)
            node->generation = to;
        node->candidate = node->condemned = false;
    }
}

void oracle_bury(struct oracle *oracle, int number)
{
    struct oracle_node *node = &oracle->nodes[number];
    for (int n = 0; n < oracle->node_count; n++) {
        struct oracle_node *other = &oracle->nodes[n];
        if (other->target == number) {
            other->target = ORACLE_NONE;
            if (other->has_callback && other->state == ORACLE_LIVE && !other->condemned)
                other->callback_missed = true;
        }
        if (other->key == number) {
            other->key = ORACLE_NONE;
            other->slots[0] = ORACLE_NONE;
        }
    }
    for (int s = 0; s < node->slot_count; s++)
        node->slots[s] = ORACLE_NONE;
    node->hidden = ORACLE_NONE;
    node->state = ORACLE_DEAD;
    oracle_settle(oracle);
}

/* Whether a weak reference that is alive is yet to be told of this node's death. */
static bool has_live_callback(const struct oracle *oracle, int number)
{
    for (int n = 0; n < oracle->node_count; n++) {
        const struct oracle_node *weak = &oracle->nodes[n];
        if (weak->target == number && weak->has_callback && weak->state == ORACLE_LIVE && !weak->condemned)
            return true;
    }
    return false;
}

static bool is_node_dying(const struct oracle *oracle, int number)
{
    return number != ORACLE_NONE && oracle->nodes[number].state == ORACLE_DYING;
}

void oracle_bury_silent(struct oracle *oracle, int awaited)
{
    for (bool again = true; again;) {
        again = false;
        for (int n = 0; n < oracle->node_count && !is_node_dying(oracle, awaited); n++) {
            const struct oracle_node *node = &oracle->nodes[n];
            if (node->state != ORACLE_DYING || node->is_reported || (node->has_finalizer && !node->finalized))
                continue;
            if (has_live_callback(oracle, n))
                continue;
            oracle_bury(oracle, n);
            again = true;
        }
    }
}

void oracle_clear_dying_keys(struct oracle *oracle)
{
    for (int n = 0; n < oracle->node_count; n++) {
        struct oracle_node *node = &oracle->nodes[n];
        if (node->key == ORACLE_NONE)
            continue;
        const struct oracle_node *key = &oracle->nodes[node->key];
        if (key->state == ORACLE_DYING && (!key->has_finalizer || key->finalized)) {
            node->key = ORACLE_NONE;
            node->slots[0] = ORACLE_NONE;
        }
    }
    oracle_settle(oracle);
}
