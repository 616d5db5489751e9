/* SPDX-License-Identifier: MIT */
/* model_oracle.h: what a heap must do, worked out on plain arrays by counting and reachability, as slowly as need be.
 *
 * It shares nothing with the library, not even a header: nodes are numbers. The mirror changes slots, holds and flags of
 * nodes directly, and then calls oracle_settle; the questions below never change the graph, only the marks that they are about. */
#ifndef TESTS_MODEL_ORACLE_H
#define TESTS_MODEL_ORACLE_H

#include <stdbool.h>

enum { ORACLE_NONE = -1, ORACLE_UNTRACKED = -1, ORACLE_OLDEST = 2, ORACLE_FROZEN = 3 };

enum oracle_state {
    ORACLE_LIVE,
    ORACLE_DYING,  /* its count is zero; it still owns its references */
    ORACLE_DOOMED, /* a collection frees it: its references are gone, its destroy is yet to come */
    ORACLE_DEAD
};

struct oracle_node {
    enum oracle_state state;
    int generation;  /* ORACLE_UNTRACKED, 0 to ORACLE_OLDEST, ORACLE_FROZEN */
    int holds;       /* references that the program owns itself */
    int count;       /* all references to it; filled in by oracle_settle */
    int slot_count;
    int *slots;      /* references that the collector can see; an ephemeron's value is slots[0] */
    int hidden;      /* one that it cannot see */
    int target;      /* of a weak reference */
    int key;         /* of an ephemeron */
    bool is_ephemeron;
    bool has_callback;    /* a weak reference with a callback that has not run */
    bool is_unshared;     /* a weak reference made with a callback, run or not */
    bool callback_due;    /* cleared by a collection; the callback comes next */
    bool callback_missed; /* its target died and nothing was called: a fault if it turns out to be alive */
    bool has_finalizer;
    bool finalized;
    bool is_reported;     /* its destroy is reported to the mirror; others die silently */
    bool is_immortal;
    bool candidate;       /* takes part in the collection under way */
    bool condemned;       /* that collection has found it unreachable, and has not saved it since */
    bool reached;         /* answer of the last question */
};

struct oracle {
    struct oracle_node *nodes;
    int node_count;
    int capacity;
};

void oracle_open(struct oracle *oracle);
void oracle_close(struct oracle *oracle);

/* A new live node in generation 0 with so many empty slots, and one hold. Returns its number. */
int oracle_add(struct oracle *oracle, int slot_count);
void oracle_resize(struct oracle *oracle, int number, int slot_count);

/* Counts every reference anew. Whoever has none left is dying, unless a collection has condemned it: it is parked then. */
void oracle_settle(struct oracle *oracle);

/* Marks as reached what the program can get at: from what it holds, and from `also` (a node, or ORACLE_NONE). */
void oracle_reach(struct oracle *oracle, int also);

/* The first look of a collection of generations 0 to `generation`: marks candidates and condemned. Returns how many are
 * condemned. Weak references with callbacks from outside into the garbage are cleared, and their callbacks due. */
int oracle_condemn(struct oracle *oracle, int generation);
int oracle_candidates(const struct oracle *oracle);

/* The second look, over the condemned only: who can be reached again lives on; the rest is doomed: weak references to it cleared,
 * its references dropped. Returns how many are doomed. */
int oracle_doom(struct oracle *oracle);

/* The end of a collection: live candidates move up, marks are wiped. */
void oracle_promote(struct oracle *oracle, int generation);

/* Takes a dying node apart: weak references to it are cleared, its references dropped. */
void oracle_bury(struct oracle *oracle, int number);

/* Buries dying nodes whose end nobody reports, until none is left that can go, or until `awaited` (a node, or ORACLE_NONE) is dying:
 * what is buried beyond that may still be in the heap's queue behind it, and hold the weak reference that is told of it. */
void oracle_bury_silent(struct oracle *oracle, int awaited);

/* Clears ephemerons whose keys are dying and cannot be saved any more. */
void oracle_clear_dying_keys(struct oracle *oracle);

#endif
