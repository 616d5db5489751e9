/* SPDX-License-Identifier: MIT */
/* cut.h: which edges a replay drops. */
#ifndef REPLAY_CUT_H
#define REPLAY_CUT_H

#include "graph.h"

/* Marks the edges of the cut in the graph; returns how many they are. */
size_t cut_select(struct graph *graph, unsigned permille, uint64_t seed);

#endif
