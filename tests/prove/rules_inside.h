/* SPDX-License-Identifier: MIT */
/* rules_inside.h: what the parts of the rules share. */
#ifndef TESTS_PROVE_RULES_INSIDE_H
#define TESTS_PROVE_RULES_INSIDE_H

#include "tests/prove/rules.h"

/* Says that something is not as it must be. The first is kept. */
void rules_object_to(struct rules *rules, const char *fault, int culprit);

/* One reference fewer. `killer`: whose field held it, where that thing has died; or RULES_NONE. */
void rules_lose(struct rules *rules, int thing, int killer, int field);

bool rules_awaits_finalizer(const struct rules *rules, int thing);

/* What lives and is not garbage itself. A thing that no collection looks at is garbage if nothing but garbage leads to it. */
rules_set rules_outside_the_garbage(const struct rules *rules);

/* Clears the weak references to a thing. Unless it is done silently, those that live and have a callback owe it. */
void rules_clear_weaks_to(struct rules *rules, int thing, bool silently);

/* The weak reference whose callback about a thing comes next, the newest; or RULES_NONE. */
int rules_next_callback_of(const struct rules *rules, int thing);

/* The death of a dying thing: its weak references are cleared, once; its references are dropped, in field order, and it is gone. */
void rules_tell(struct rules *rules, int thing);
void rules_bury(struct rules *rules, int thing);
void rules_bury_silent(struct rules *rules); /* all that die without a word */

static inline void rules_go(struct rules *rules, int thing)
{
    rules->live &= (rules_set)~rules_only(thing);
    rules->dying &= (rules_set)~rules_only(thing);
    rules->target[thing] = RULES_NONE;
}

#endif
