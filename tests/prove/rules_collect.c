/* SPDX-License-Identifier: MIT */
/* rules_collect.c: see rules.h: collections, and whether what the heap reports is due. */
#include "tests/prove/rules_inside.h"

/* --- Collection ---------------------------------------------------------------------------------------------- */

/* Those of `within` that something other than `within` leads to: the program, or a live thing that is not of them. */
static rules_set reached_from_outside(const struct rules *rules, rules_set within)
{
    rules_set outside = rules->live & (rules_set)~within, seen = rules_held(rules) & within;
    for (rules_set todo = outside; todo; todo &= (rules_set)(todo - 1))
        seen |= rules->out[__builtin_ctz(todo)] & within;
    return rules_reach(rules, seen) & within;
}

void rules_collection_starts(struct rules *rules, int generation)
{
    rules->collecting = true;
    rules->looked_twice = false;
    rules->generation_collected = generation;
    rules->freed = 0;
    rules->candidates = 0;
    for (rules_set todo = rules->live & (rules_set)~rules->untracked; todo; todo &= (rules_set)(todo - 1)) {
        int thing = __builtin_ctz(todo);
        rules->candidates |= rules->generation[thing] <= generation ? rules_only(thing) : 0;
    }
    rules->condemned = rules->candidates & (rules_set)~reached_from_outside(rules, rules->candidates);
    for (rules_set todo = rules->callbacks & rules_outside_the_garbage(rules); todo; todo &= (rules_set)(todo - 1)) {
        int weak = __builtin_ctz(todo), target = rules->target[weak];
        if (target == RULES_NONE || !rules_has(rules->condemned, target))
            continue;
        rules->target[weak] = RULES_NONE;
        rules->watched[weak] = (int8_t)target;
        rules->due |= rules_only(weak);
    }
}

static bool all_have_run(const struct rules *rules)
{
    return !rules->due && !(rules->condemned & rules->finalizers & (rules_set)~rules->finalized);
}

/* The second look, and what follows from it: who is reached again lives on; weak references to the rest are cleared, their references
 * dropped. */
static void look_again(struct rules *rules)
{
    rules->looked_twice = true;
    rules->doomed = rules->condemned & (rules_set)~reached_from_outside(rules, rules->condemned);
    rules->condemned = 0;
    rules->freed = __builtin_popcount(rules->doomed);
    for (rules_set todo = rules->doomed; todo; todo &= (rules_set)(todo - 1))
        rules_clear_weaks_to(rules, __builtin_ctz(todo), true);
    for (rules_set todo = rules->doomed; todo; todo &= (rules_set)(todo - 1)) {
        int thing = __builtin_ctz(todo);
        for (int field = 0; field < RULES_FIELDS; field++) {
            int to = rules->field[thing][field];
            rules->field[thing][field] = RULES_NONE;
            if (to != RULES_NONE && !rules_has(rules->doomed, to))
                rules_lose(rules, to, RULES_NONE, 0);
        }
        rules->out[thing] = 0;
        rules->target[thing] = RULES_NONE;
    }
    rules->live &= (rules_set)~(rules->doomed & ~rules->destroys);
    rules->doomed &= rules->destroys;
}

/* Does what would not be reported: silent deaths, and the second look of a collection that has run all its user code. */
static void catch_up(struct rules *rules)
{
    rules_bury_silent(rules);
    if (rules->collecting && !rules->looked_twice && all_have_run(rules) && !rules->dying) {
        look_again(rules);
        rules_bury_silent(rules);
    }
}

int rules_collection_ends(struct rules *rules)
{
    catch_up(rules);
    if (!rules->looked_twice)
        rules_object_to(rules, "the collection ended with finalizers, callbacks or deaths not reported", RULES_NONE);
    if (rules->doomed)
        rules_object_to(rules, "garbage was not destroyed", __builtin_ctz(rules->doomed));
    rules_settled(rules);
    int to = rules->generation_collected < RULES_OLDEST ? rules->generation_collected + 1 : RULES_OLDEST;
    for (rules_set todo = rules->candidates & rules->live; todo; todo &= (rules_set)(todo - 1))
        rules->generation[__builtin_ctz(todo)] = (int8_t)to;
    rules->collecting = false;
    rules->candidates = 0;
    return rules->freed;
}

void rules_settled(struct rules *rules)
{
    rules_bury_silent(rules);
    if (rules->due)
        rules_object_to(rules, "a callback did not run", __builtin_ctz(rules->due));
    if (rules->dying)
        rules_object_to(rules, "what died by count was not taken apart", __builtin_ctz(rules->dying));
}

/* --- What is reported ---------------------------------------------------------------------------------------- */

/* References are dropped in field order: of what dies by one death, the earlier field's comes first. */
static void begin(struct rules *rules, int thing)
{
    if (rules_has(rules->begun, thing))
        return;
    rules->begun |= rules_only(thing);
    if (rules->killer[thing] == RULES_NONE)
        return;
    for (rules_set todo = rules->dying & (rules_set)~rules->begun; todo; todo &= (rules_set)(todo - 1)) {
        int other = __builtin_ctz(todo);
        bool speaks = rules_has(rules->destroys, other) || rules_awaits_finalizer(rules, other);
        if (speaks && rules->killer[other] == rules->killer[thing] && rules->killer_field[other] < rules->killer_field[thing])
            rules_object_to(rules, "died before another that its parent's earlier field had held", thing);
    }
}

static bool finalizer_is_due(const struct rules *rules, int thing)
{
    if (!rules_awaits_finalizer(rules, thing))
        return false;
    if (rules_has(rules->dying, thing))
        return !rules->collecting || !rules->doomed;
    return rules_has(rules->condemned, thing) && !rules->due && !rules->dying;
}

void rules_finalizer_starts(struct rules *rules, int thing)
{
    if (rules->in_user_code != RULES_NONE)
        rules_object_to(rules, "a finalizer ran inside user code", thing);
    if (!finalizer_is_due(rules, thing))
        catch_up(rules);
    if (!finalizer_is_due(rules, thing))
        rules_object_to(rules, "a finalizer ran that was not due", thing);
    if (rules_has(rules->dying, thing))
        begin(rules, thing);
    rules->finalized |= rules_only(thing);
    rules->dying &= (rules_set)~rules_only(thing);
    rules->references[thing]++;
    rules->in_user_code = thing;
}

void rules_callback_starts(struct rules *rules, int weak)
{
    if (rules->in_user_code != RULES_NONE)
        rules_object_to(rules, "a callback ran inside user code", weak);
    if (!rules_has(rules->due, weak))
        rules_bury_silent(rules);
    int target = rules->target[weak];
    bool target_dies = target != RULES_NONE && rules_has(rules->dying, target) && !rules_awaits_finalizer(rules, target);
    if (!rules_has(rules->due, weak) && target_dies && !(rules->collecting && rules->doomed)) {
        begin(rules, target);
        rules_tell(rules, target);
    }
    if (!rules_has(rules->due, weak))
        rules_object_to(rules, "a callback ran that was not due", weak);
    else if (rules_next_callback_of(rules, rules->watched[weak]) != weak)
        rules_object_to(rules, "a callback ran before that of a newer weak reference", weak);
    rules->due &= (rules_set)~rules_only(weak);
    rules->callbacks &= (rules_set)~rules_only(weak);
    rules->references[weak]++;
    rules->in_user_code = weak;
}

void rules_user_code_ends(struct rules *rules)
{
    int thing = rules->in_user_code;
    rules->in_user_code = RULES_NONE;
    rules_lose(rules, thing, RULES_NONE, 0);
}

void rules_destroyed(struct rules *rules, int thing)
{
    if (rules->in_user_code != RULES_NONE)
        rules_object_to(rules, "destroyed inside user code", thing);
    if (!rules_has(rules->dying | rules->doomed, thing))
        catch_up(rules);
    if (rules_has(rules->doomed, thing)) {
        rules->doomed &= (rules_set)~rules_only(thing);
        rules_go(rules, thing);
    } else if (!rules_has(rules->dying, thing)) {
        rules_object_to(rules, rules_has(rules->condemned, thing) ? "destroyed before all user code had run"
                                                                  : "destroyed alive, or twice", thing);
    } else if (rules_awaits_finalizer(rules, thing)) {
        rules_object_to(rules, "destroyed without its finalizer", thing);
    } else if (rules->collecting && rules->doomed) {
        rules_object_to(rules, "destroyed before the garbage that held it", thing);
    } else {
        begin(rules, thing);
        rules_tell(rules, thing);
        if (rules_next_callback_of(rules, thing) != RULES_NONE)
            rules_object_to(rules, "destroyed before a callback about it", thing);
        rules_bury(rules, thing);
    }
}
