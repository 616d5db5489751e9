/* SPDX-License-Identifier: MIT */
/* rules.c: see rules.h. */
#include "tests/prove/rules.h"

#include <stddef.h>
#include <string.h>

void rules_start(struct rules *rules, int reserved)
{
    /* The arrays are filled in by rules_add. */
    memset(rules, 0, offsetof(struct rules, field));
    rules->count = reserved;
    rules->in_user_code = RULES_NONE;
    rules->fault = NULL;
}

static void object_to(struct rules *rules, const char *fault, int culprit)
{
    if (rules->fault)
        return;
    rules->fault = fault;
    rules->culprit = culprit;
}

int rules_add(struct rules *rules, int thing, unsigned kinds, int target)
{
    if (thing == RULES_NONE)
        thing = rules->count++;
    rules_set only = rules_only(thing);
    rules->age[thing] = (uint8_t)rules->births++;
    rules->born |= only;
    rules->live |= only;
    rules->weaks |= kinds & RULES_WEAK ? only : 0;
    rules->callbacks |= kinds & RULES_CALLBACK ? only : 0;
    rules->untracked |= (kinds & RULES_WEAK) && !(kinds & RULES_CALLBACK) ? only : 0;
    rules->shared |= (kinds & RULES_WEAK) && !(kinds & RULES_CALLBACK) ? only : 0;
    rules->finalizers |= kinds & RULES_FINALIZER ? only : 0;
    rules->destroys |= kinds & RULES_DESTROY ? only : 0;
    memset(rules->field[thing], RULES_NONE, RULES_FIELDS);
    rules->out[thing] = 0;
    rules->references[thing] = rules->holds[thing] = 1;
    rules->generation[thing] = rules_has(rules->untracked, thing) ? RULES_UNTRACKED : 0;
    rules->target[thing] = (int8_t)target;
    rules->watched[thing] = rules->killer[thing] = RULES_NONE;
    return thing;
}

/* --- References ---------------------------------------------------------------------------------------------- */

static void go(struct rules *rules, int thing)
{
    rules->live &= (rules_set)~rules_only(thing);
    rules->dying &= (rules_set)~rules_only(thing);
    rules->target[thing] = RULES_NONE;
}

static void lose(struct rules *rules, int thing, int killer, int field);

/* A weak reference goes at once: nothing shows its death but that of a context that it held. */
static void lose_weak(struct rules *rules, int weak)
{
    int context = rules->field[weak][0];
    if (rules_has(rules->due, weak))
        object_to(rules, "a weak reference went before its callback had run", weak);
    go(rules, weak);
    rules->field[weak][0] = RULES_NONE;
    rules->out[weak] = 0;
    if (context != RULES_NONE)
        lose(rules, context, weak, 0);
}

/* One reference fewer. What is condemned is parked with none. */
static void lose(struct rules *rules, int thing, int killer, int field)
{
    if (--rules->references[thing] || rules_has(rules->condemned, thing))
        return;
    if (rules_has(rules->weaks, thing)) {
        lose_weak(rules, thing);
        return;
    }
    rules->dying |= rules_only(thing);
    rules->told &= (rules_set)~rules_only(thing);
    rules->begun &= (rules_set)~rules_only(thing);
    rules->killer[thing] = (int8_t)killer;
    rules->killer_field[thing] = (int8_t)field;
}

void rules_hold(struct rules *rules, int thing)
{
    rules->holds[thing]++;
    rules->references[thing]++;
}

void rules_drop(struct rules *rules, int thing)
{
    rules->holds[thing]--;
    lose(rules, thing, RULES_NONE, 0);
}

/* Writes a field and nothing else. Returns what was in it. */
static int write_field(struct rules *rules, int thing, int field, int to)
{
    int8_t *fields = rules->field[thing];
    int old = fields[field];
    fields[field] = (int8_t)to;
    if (old != RULES_NONE) {
        rules->out[thing] = 0;
        for (int f = 0; f < RULES_FIELDS; f++)
            rules->out[thing] |= fields[f] == RULES_NONE ? 0 : rules_only(fields[f]);
    }
    if (to != RULES_NONE)
        rules->out[thing] |= rules_only(to);
    return old;
}

void rules_set_field(struct rules *rules, int thing, int field, int to)
{
    if (to != RULES_NONE)
        rules->references[to]++;
    int old = write_field(rules, thing, field, to);
    if (old != RULES_NONE)
        lose(rules, old, RULES_NONE, 0);
}

void rules_move_into(struct rules *rules, int thing, int field, int from)
{
    rules->holds[from]--;
    int old = write_field(rules, thing, field, from);
    if (old != RULES_NONE)
        lose(rules, old, RULES_NONE, 0);
}

int rules_yield(const struct rules *rules, int weak)
{
    int target = rules->target[weak];
    return target != RULES_NONE && rules->references[target] ? target : RULES_NONE;
}

int rules_shared_weak(const struct rules *rules, int target)
{
    for (rules_set todo = rules->shared & rules->live; todo; todo &= (rules_set)(todo - 1)) {
        int weak = __builtin_ctz(todo);
        if (rules->target[weak] == target && rules->references[weak])
            return weak;
    }
    return RULES_NONE;
}

rules_set rules_reach(const struct rules *rules, rules_set from)
{
    rules_set reached = from;
    for (rules_set todo = from; todo;) {
        int thing = __builtin_ctz(todo);
        todo &= (rules_set)(todo - 1);
        todo |= rules->out[thing] & (rules_set)~reached;
        reached |= rules->out[thing];
    }
    return reached;
}

rules_set rules_held(const struct rules *rules)
{
    rules_set held = 0;
    for (rules_set todo = rules->live; todo; todo &= (rules_set)(todo - 1)) {
        int thing = __builtin_ctz(todo);
        held |= rules->holds[thing] ? rules_only(thing) : 0;
    }
    return held;
}

/* --- Death by count ------------------------------------------------------------------------------------------ */

static bool awaits_finalizer(const struct rules *rules, int thing)
{
    return rules_has(rules->finalizers & (rules_set)~rules->finalized, thing);
}

/* What lives and is not garbage itself. A thing that no collection looks at is garbage if nothing but garbage leads to it. */
static rules_set outside_the_garbage(const struct rules *rules)
{
    return rules_reach(rules, rules_held(rules) | (rules->live & (rules_set)~(rules->condemned | rules->untracked)));
}

/* Clears the weak references to a thing. Those that are alive and have a callback owe it. */
static void clear_weaks_to(struct rules *rules, int thing, bool silently)
{
    rules_set watching = 0;
    for (rules_set todo = rules->weaks & rules->live; todo; todo &= (rules_set)(todo - 1))
        watching |= rules->target[__builtin_ctz(todo)] == thing ? rules_only(__builtin_ctz(todo)) : 0;
    rules_set owing = watching && !silently ? rules->callbacks & outside_the_garbage(rules) : 0;
    for (; watching; watching &= (rules_set)(watching - 1)) {
        int weak = __builtin_ctz(watching);
        rules->target[weak] = RULES_NONE;
        if (!rules_has(owing, weak))
            continue;
        rules->due |= rules_only(weak);
        rules->watched[weak] = (int8_t)thing;
    }
}

static void tell(struct rules *rules, int thing)
{
    if (rules_has(rules->told, thing))
        return;
    rules->told |= rules_only(thing);
    clear_weaks_to(rules, thing, false);
}

/* The weak reference whose callback for a thing comes next, the newest; or RULES_NONE. */
static int next_callback_of(const struct rules *rules, int thing)
{
    int newest = RULES_NONE;
    for (rules_set todo = rules->due; todo; todo &= (rules_set)(todo - 1)) {
        int weak = __builtin_ctz(todo);
        if (rules->watched[weak] == thing && (newest == RULES_NONE || rules->age[weak] > rules->age[newest]))
            newest = weak;
    }
    return newest;
}

/* Drops what a dying thing refers to, in field order, and ends it. */
static void bury(struct rules *rules, int thing)
{
    for (int field = 0; field < RULES_FIELDS; field++) {
        int to = rules->field[thing][field];
        rules->field[thing][field] = RULES_NONE;
        if (to != RULES_NONE)
            lose(rules, to, thing, field);
    }
    rules->out[thing] = 0;
    go(rules, thing);
}

/* Buries what dies without a word. */
static void bury_silent(struct rules *rules)
{
    for (rules_set before = 0; before != rules->dying;) {
        before = rules->dying;
        for (rules_set todo = rules->dying & (rules_set)~rules->destroys; todo; todo &= (rules_set)(todo - 1)) {
            int thing = __builtin_ctz(todo);
            if (awaits_finalizer(rules, thing))
                continue;
            tell(rules, thing);
            if (next_callback_of(rules, thing) == RULES_NONE)
                bury(rules, thing);
        }
    }
}

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
        bool speaks = rules_has(rules->destroys, other) || awaits_finalizer(rules, other);
        if (speaks && rules->killer[other] == rules->killer[thing] && rules->killer_field[other] < rules->killer_field[thing])
            object_to(rules, "died before another that its parent's earlier field had held", thing);
    }
}

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
    for (rules_set todo = rules->callbacks & outside_the_garbage(rules); todo; todo &= (rules_set)(todo - 1)) {
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
        clear_weaks_to(rules, __builtin_ctz(todo), true);
    for (rules_set todo = rules->doomed; todo; todo &= (rules_set)(todo - 1)) {
        int thing = __builtin_ctz(todo);
        for (int field = 0; field < RULES_FIELDS; field++) {
            int to = rules->field[thing][field];
            rules->field[thing][field] = RULES_NONE;
            if (to != RULES_NONE && !rules_has(rules->doomed, to))
                lose(rules, to, RULES_NONE, 0);
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
    bury_silent(rules);
    if (rules->collecting && !rules->looked_twice && all_have_run(rules) && !rules->dying) {
        look_again(rules);
        bury_silent(rules);
    }
}

int rules_collection_ends(struct rules *rules)
{
    catch_up(rules);
    if (!rules->looked_twice)
        object_to(rules, "the collection ended with finalizers, callbacks or deaths not reported", RULES_NONE);
    if (rules->doomed)
        object_to(rules, "garbage was not destroyed", __builtin_ctz(rules->doomed));
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
    bury_silent(rules);
    if (rules->due)
        object_to(rules, "a callback did not run", __builtin_ctz(rules->due));
    if (rules->dying)
        object_to(rules, "what died by count was not taken apart", __builtin_ctz(rules->dying));
}

/* --- What is reported ---------------------------------------------------------------------------------------- */

static bool finalizer_is_due(const struct rules *rules, int thing)
{
    if (!awaits_finalizer(rules, thing))
        return false;
    if (rules_has(rules->dying, thing))
        return !rules->collecting || !rules->doomed;
    return rules_has(rules->condemned, thing) && !rules->due && !rules->dying;
}

void rules_finalizer_starts(struct rules *rules, int thing)
{
    if (rules->in_user_code != RULES_NONE)
        object_to(rules, "a finalizer ran inside user code", thing);
    if (!finalizer_is_due(rules, thing))
        catch_up(rules);
    if (!finalizer_is_due(rules, thing))
        object_to(rules, "a finalizer ran that was not due", thing);
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
        object_to(rules, "a callback ran inside user code", weak);
    if (!rules_has(rules->due, weak))
        bury_silent(rules);
    int target = rules->target[weak];
    bool target_dies = target != RULES_NONE && rules_has(rules->dying, target) && !awaits_finalizer(rules, target);
    if (!rules_has(rules->due, weak) && target_dies && !(rules->collecting && rules->doomed)) {
        begin(rules, target);
        tell(rules, target);
    }
    if (!rules_has(rules->due, weak))
        object_to(rules, "a callback ran that was not due", weak);
    else if (next_callback_of(rules, rules->watched[weak]) != weak)
        object_to(rules, "a callback ran before that of a newer weak reference", weak);
    rules->due &= (rules_set)~rules_only(weak);
    rules->callbacks &= (rules_set)~rules_only(weak);
    rules->references[weak]++;
    rules->in_user_code = weak;
}

void rules_user_code_ends(struct rules *rules)
{
    int thing = rules->in_user_code;
    rules->in_user_code = RULES_NONE;
    lose(rules, thing, RULES_NONE, 0);
}

void rules_destroyed(struct rules *rules, int thing)
{
    if (rules->in_user_code != RULES_NONE)
        object_to(rules, "destroyed inside user code", thing);
    if (!rules_has(rules->dying | rules->doomed, thing))
        catch_up(rules);
    if (rules_has(rules->doomed, thing)) {
        rules->doomed &= (rules_set)~rules_only(thing);
        go(rules, thing);
    } else if (!rules_has(rules->dying, thing)) {
        object_to(rules, rules_has(rules->condemned, thing) ? "destroyed before all user code had run" : "destroyed alive, or twice", thing);
    } else if (awaits_finalizer(rules, thing)) {
        object_to(rules, "destroyed without its finalizer", thing);
    } else if (rules->collecting && rules->doomed) {
        object_to(rules, "destroyed before the garbage that held it", thing);
    } else {
        begin(rules, thing);
        tell(rules, thing);
        if (next_callback_of(rules, thing) != RULES_NONE)
            object_to(rules, "destroyed before a callback about it", thing);
        bury(rules, thing);
    }
}
