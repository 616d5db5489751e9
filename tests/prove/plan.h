/* SPDX-License-Identifier: MIT */
/* plan.h: one case, in full: what is built, and what is then done to it. */
#ifndef TESTS_PROVE_PLAN_H
#define TESTS_PROVE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

enum { PLAN_NODES = 5, PLAN_WEAKS = 2, PLAN_FINALIZERS = 2, PLAN_STEPS = 8, PLAN_PROGRAM = -1 };

/* When a thing is made, which decides its generation when the case begins. */
enum plan_stage {
    PLAN_YOUNG,
    PLAN_OLD,       /* a full collection has kept it */
    PLAN_MIDDLE,
    PLAN_OLD_UNSEEN /* a collection of generation 1 has; no full one has looked at it yet */
};

enum plan_weak_kind {
    PLAN_WEAK_PLAIN,
    PLAN_WEAK_CALLBACK,
    PLAN_WEAK_DROPS_ITSELF, /* its callback drops the program's reference to the weak reference */
    PLAN_WEAK_KEEPS_OTHERS, /* its callback keeps what the other weak reference yields */
    PLAN_WEAK_HOLDS,        /* its context is an object: its owner, or the node after its target */
    PLAN_WEAK_KINDS
};

enum plan_behaviour {
    PLAN_DOES_NOTHING,
    PLAN_KEEPS_ITSELF,
    PLAN_KEEPS_ANOTHER,      /* the first other object that it refers to */
    PLAN_STORES_ITSELF,      /* in an object that the program holds */
    PLAN_BREAKS_CYCLE,       /* clears its first reference */
    PLAN_DROPS_ITSELF,       /* clears every reference to itself that it can get at */
    PLAN_MAKES_CYCLE,        /* with a new object */
    PLAN_ALLOCATES,          /* two objects: one is kept, one dropped */
    PLAN_COLLECTS,
    PLAN_WATCHES_ITSELF,     /* drops its weak references, and makes one to itself, without a callback, which the program keeps */
    PLAN_WATCHES_WITH_CALLBACK,
    PLAN_KEEPS_THE_WATCHED,  /* what a weak reference yields */
    PLAN_REPLACES_REFERENCE, /* its first one, by one to itself */
    PLAN_GIVES_ITSELF,       /* to the first other object that it refers to */
    PLAN_BEHAVIOURS
};

struct plan_weak {
    int8_t owner; /* the node in whose field it is, or PLAN_PROGRAM */
    int8_t target;
    uint8_t kind, stage;
};

struct plan_finalizer {
    int8_t node;
    uint8_t behaviour;
};

/* What is done between two collections: below `nodes` the program drops its reference to that node; above, edge `at - nodes` is
 * dropped where it is, and where it is not the program's reference to its end is moved into it. */
struct plan_step {
    uint8_t at;
    uint8_t generation; /* of the collection that follows */
};

struct plan {
    int nodes;
    uint32_t edges;    /* bit from * nodes + to */
    uint32_t doubled;  /* those that are there twice */
    uint32_t held;     /* nodes that the program holds when the case begins */
    uint8_t stage[PLAN_NODES];
    bool descending;   /* later nodes at lower addresses, and the program drops the first first; otherwise the last */
    bool silent;       /* types without `destroy` */
    bool settled;      /* a full collection sees everything held, before the program drops what it does not hold */
    bool automatic;    /* the first collection starts by itself */
    uint8_t first;     /* generation of the first collection */
    int weak_count, finalizer_count, step_count;
    struct plan_weak weak[PLAN_WEAKS];
    struct plan_finalizer finalizer[PLAN_FINALIZERS];
    struct plan_step step[PLAN_STEPS];
};

/* The node that a weak reference of kind PLAN_WEAK_HOLDS holds. */
static inline int plan_context(const struct plan *plan, const struct plan_weak *weak)
{
    return weak->owner == PLAN_PROGRAM ? (weak->target + 1) % plan->nodes : weak->owner;
}

#endif
