/* SPDX-License-Identifier: MIT */
/* rules.h: what a heap of up to 16 things must do: the rules of behaviour as a machine that is told what happens and objects.
 *
 * A thing is an object or a weak reference. The driver does to the machine what it does to the heap, just before it does it, and
 * reports every finalizer, callback and destruction as it comes. What the rules leave open (the order of finalizers in one collection, of
 * deaths that do not depend on each other) the machine takes as it comes; anything else that is not due is a fault. It decides what is
 * garbage by reachability and never by comparing counts, and includes no header of the library. */
#ifndef TESTS_PROVE_RULES_H
#define TESTS_PROVE_RULES_H

#include <stdbool.h>
#include <stdint.h>

enum { RULES_THINGS = 16, RULES_FIELDS = 9, RULES_NONE = -1, RULES_OLDEST = 2, RULES_UNTRACKED = -1 };

/* A set of things, a bit each. */
typedef uint16_t rules_set;

enum rules_kind {
    RULES_WEAK = 1,
    RULES_CALLBACK = 2,   /* a weak reference made with a callback, whose context it may hold in its first field; others can be in no
                           * cycle, and no collection looks at them */
    RULES_FINALIZER = 4,  /* an object with a finalizer: its call is reported */
    RULES_DESTROY = 8     /* an object whose destruction is reported; others are gone without a word */
};

struct rules {
    int count;            /* of numbers given to things so far */
    int births;
    rules_set born;       /* those numbers that have had their thing */
    rules_set live;       /* not gone: dying and condemned ones included */
    rules_set dying;      /* died by count, and yet to be taken apart */
    rules_set weaks, finalizers, destroys, callbacks;
    rules_set untracked;
    rules_set shared;     /* weak references without a callback, of which a target has one at most */
    rules_set finalized;
    rules_set told;       /* dying things whose weak references have been cleared */
    rules_set begun;      /* dying things about which something has been reported */
    rules_set due;        /* weak references whose callbacks must run now */
    rules_set candidates, condemned, doomed;
    bool collecting, looked_twice;
    int in_user_code;     /* the thing whose finalizer or callback runs, or RULES_NONE */
    int generation_collected, freed;
    int8_t field[RULES_THINGS][RULES_FIELDS];
    rules_set out[RULES_THINGS];     /* to what the fields lead */
    uint8_t references[RULES_THINGS]; /* all there are to it */
    uint8_t holds[RULES_THINGS];      /* those that the program owns */
    int8_t generation[RULES_THINGS];
    uint8_t age[RULES_THINGS];        /* the younger the higher */
    int8_t target[RULES_THINGS];      /* of a weak reference */
    int8_t watched[RULES_THINGS];     /* of one whose callback is due: what it watched */
    int8_t killer[RULES_THINGS];      /* of a dying thing: whose field held the last reference */
    int8_t killer_field[RULES_THINGS];
    const char *fault;                /* the first; NULL while there is none */
    int culprit;
};

static inline rules_set rules_only(int thing)
{
    return (rules_set)(1u << thing);
}

static inline bool rules_has(rules_set set, int thing)
{
    return set >> thing & 1;
}

/* An empty heap, in which the numbers below `reserved` are for things yet to come. */
void rules_start(struct rules *rules, int reserved);

/* A new thing of those kinds (enum rules_kind, or-ed), with one reference, the program's. Its number is `thing`, a reserved one, or the
 * next for RULES_NONE. Returns it. */
int rules_add(struct rules *rules, int thing, unsigned kinds, int target);

/* What the driver does. A field is set to a thing or to RULES_NONE. */
void rules_hold(struct rules *rules, int thing);
void rules_drop(struct rules *rules, int thing);
void rules_set_field(struct rules *rules, int thing, int field, int to);
/* The program's own reference to `from` becomes the field's. */
void rules_move_into(struct rules *rules, int thing, int field, int from);
/* What a weak reference yields now: a thing, or RULES_NONE. */
int rules_yield(const struct rules *rules, int weak);
/* The weak reference that all those to `target` without a callback share; or RULES_NONE. */
int rules_shared_weak(const struct rules *rules, int target);
/* What the program can get at from a set of things. */
rules_set rules_reach(const struct rules *rules, rules_set from);
rules_set rules_held(const struct rules *rules);

/* What is reported. */
void rules_finalizer_starts(struct rules *rules, int thing);
void rules_callback_starts(struct rules *rules, int weak);
void rules_user_code_ends(struct rules *rules);
void rules_destroyed(struct rules *rules, int thing);

/* After anything the driver did outside user code: all that it caused must have been reported. */
void rules_settled(struct rules *rules);

void rules_collection_starts(struct rules *rules, int generation);
/* Returns what the collection must have returned. */
int rules_collection_ends(struct rules *rules);

#endif
