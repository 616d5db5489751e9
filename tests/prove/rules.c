/* SPDX-License-Identifier: MIT */
/* rules.c: see rules.h: things, references, and death by count. */
#include "tests/prove/rules_inside.h"

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

void rules_object_to(struct rules *rules, const char *fault, int culprit)
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

/* A weak reference goes at once: nothing shows its death but that of a context that it held. */
static void lose_weak(struct rules *rules, int weak)
{
    int context = rules->field[weak][0];
    if (rules_has(rules->due, weak))
        rules_object_to(rules, "a weak reference went before its callback had run", weak);
    rules_go(rules, weak);
    rules->field[weak][0] = RULES_NONE;
    rules->out[weak] = 0;
    if (context != RULES_NONE)
        rules_lose(rules, context, weak, 0);
}

/* One reference fewer. What is condemned is parked with none. */
void rules_lose(struct rules *rules, int thing, int killer, int field)
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
    rules_lose(rules, thing, RULES_NONE, 0);
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
        rules_lose(rules, old, RULES_NONE, 0);
}

void rules_move_into(struct rules *rules, int thing, int field, int from)
{
    rules->holds[from]--;
    int old = write_field(rules, thing, field, from);
    if (old != RULES_NONE)
        rules_lose(rules, old, RULES_NONE, 0);
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

bool rules_awaits_finalizer(const struct rules *rules, int thing)
{
    return rules_has(rules->finalizers & (rules_set)~rules->finalized, thing);
}

/* What lives and is not garbage itself. A thing that no collection looks at is garbage if nothing but garbage leads to it. */
rules_set rules_outside_the_garbage(const struct rules *rules)
{
    return rules_reach(rules, rules_held(rules) | (rules->live & (rules_set)~(rules->condemned | rules->untracked)));
}

/* Clears the weak references to a thing. Those that are alive and have a callback owe it. */
void rules_clear_weaks_to(struct rules *rules, int thing, bool silently)
{
    rules_set watching = 0;
    for (rules_set todo = rules->weaks & rules->live; todo; todo &= (rules_set)(todo - 1))
        watching |= rules->target[__builtin_ctz(todo)] == thing ? rules_only(__builtin_ctz(todo)) : 0;
    rules_set owing = watching && !silently ? rules->callbacks & rules_outside_the_garbage(rules) : 0;
    for (; watching; watching &= (rules_set)(watching - 1)) {
        int weak = __builtin_ctz(watching);
        rules->target[weak] = RULES_NONE;
        if (!rules_has(owing, weak))
            continue;
        rules->due |= rules_only(weak);
        rules->watched[weak] = (int8_t)thing;
    }
}

void rules_tell(struct rules *rules, int thing)
{
    if (rules_has(rules->told, thing))
        return;
    rules->told |= rules_only(thing);
    rules_clear_weaks_to(rules, thing, false);
}

/* The weak reference whose callback for a thing comes next, the newest; or RULES_NONE. */
int rules_next_callback_of(const struct rules *rules, int thing)
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
void rules_bury(struct rules *rules, int thing)
{
    for (int field = 0; field < RULES_FIELDS; field++) {
        int to = rules->field[thing][field];
        rules->field[thing][field] = RULES_NONE;
        if (to != RULES_NONE)
            rules_lose(rules, to, thing, field);
    }
    rules->out[thing] = 0;
    rules_go(rules, thing);
}

/* Buries what dies without a word. */
void rules_bury_silent(struct rules *rules)
{
    for (rules_set before = 0; before != rules->dying;) {
        before = rules->dying;
        for (rules_set todo = rules->dying & (rules_set)~rules->destroys; todo; todo &= (rules_set)(todo - 1)) {
            int thing = __builtin_ctz(todo);
            if (rules_awaits_finalizer(rules, thing))
                continue;
            rules_tell(rules, thing);
            if (rules_next_callback_of(rules, thing) == RULES_NONE)
                rules_bury(rules, thing);
        }
    }
}
