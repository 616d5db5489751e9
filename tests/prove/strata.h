/* SPDX-License-Identifier: MIT */
/* strata.h: which cases there are. A stratum crosses some factors in full; the strata together are all that is run, and each says what it
 * leaves out. A case has one number, the same in every run. */
#ifndef TESTS_PROVE_STRATA_H
#define TESTS_PROVE_STRATA_H

#include "tests/prove/plan.h"

/* The factors of a stratum. Those that are 0 have one value: all held by the program, all young, full collections, addresses that rise,
 * `destroy`, no weak reference, no finalizer. */
struct stratum {
    const char *name;
    int nodes_from, nodes_to;
    enum strata_graphs {
        STRATA_EVERY,   /* every matrix of references: which node is where in the heap counts */
        STRATA_SHAPES,  /* one of each class of isomorphic graphs */
        STRATA_MULTIPLE /* every matrix of none, one or two references */
    } graphs;
    int held;             /* 1: every choice of nodes that the program holds; -1: none */
    int stages;           /* 2: each node old or young; 3: or middle; 4: or old though no full collection has seen it; -1: all old */
    int first;            /* 3: the first collection is of each generation */
    int orders;           /* 2: addresses rise, and fall */
    int silences;         /* 2: with and without `destroy` */
    int weaks;            /* how many, from every owner to every target */
    int weak_kinds;       /* the first so many of enum plan_weak_kind */
    int weak_stages;      /* 4: as old as they can be */
    int finalizers;       /* 1: one node has one, of every behaviour; 2: two nodes; 3: one or two */
    int settled;          /* 1: see struct plan */
    int steps;
    int step_generations; /* 3: collections after steps are of each generation */
    int automatic;        /* 1: see struct plan */
    uint64_t draws;     /* not 0: for each graph so many cases whose other factors are drawn */
    int alone;          /* each case has the heap to itself; otherwise up to LAB_WORLDS share one */
    uint32_t stride;    /* the quick slice takes each so-manieth case */
};

enum { STRATA_LIMIT = 40 };

extern const struct stratum strata[];
extern const int strata_count;

/* Call once. */
void strata_prepare(void);
/* Numbers in a stratum, and before it. A number may stand for no case: see strata_plan. */
uint64_t strata_size(int stratum);
uint64_t strata_start(int stratum);
uint64_t strata_total(void);
int strata_of(uint64_t number);

/* Works out a case. False: there is none of that number, since its choices exclude each other. */
bool strata_plan(uint64_t number, struct plan *plan);

/* How many cases there would be if all factors were crossed for graphs of so many nodes; a floating-point number for its size. */
double strata_product(int nodes);

#endif
