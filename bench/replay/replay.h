/* SPDX-License-Identifier: MIT */
/* replay.h: one replay, and what came of it. */
#ifndef REPLAY_REPLAY_H
#define REPLAY_REPLAY_H

#include "failure.h"
#include "graph.h"
#include "progress.h"

/* Objects of one type, or of all. */
struct tally {
    size_t objects, live, freed_by_refcount, freed_by_collection;
};

struct outcome {
    struct tally all;
    struct tally *types; /* by number of type */
    size_t edges, weak_edges; /* `edges` counts both */
    size_t cut;          /* edges that the rule selects, also where the source had died before its turn */
    size_t weak_cleared; /* weak edges of live objects whose target was freed */
    uint64_t build_ns, cut_ns, collect_ns, collect_live_ns;
    size_t resident_bytes, heap_bytes; /* after the collection of the live heap */
    size_t alive; /* objects that the heap says are alive, each asked for: the same as all.live */
    size_t left;  /* objects that the heap still had when it was closed: none */
};

/* Builds the graph, in which the edges of the cut are marked, collects, cuts, collects again. The caller frees the outcome,
 * also after a failure. */
bool replay_run(const struct graph *graph, size_t cut, struct progress *progress, struct outcome *outcome,
                struct failure *failure);
/* Whether the two last figures are what they must be: a heap that forgets objects, or frees too many, shows here. */
bool replay_check(const struct outcome *outcome, struct failure *failure);
void replay_free_outcome(struct outcome *outcome);

#endif
