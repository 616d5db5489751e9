/* SPDX-License-Identifier: MIT */
/* types.h: one type for each class name. */
#ifndef REPLAY_TYPES_H
#define REPLAY_TYPES_H

#include "graph.h"

/* A heap takes 2^20 types, some of them its own. What is over this shares the last one. */
enum { TYPES_MAX = 1000000 };

/* Turns the labels of the nodes into numbers of types, and fills in the types of the graph. */
bool types_assign(const struct document *document, const struct layout *layout, struct graph *graph,
                  struct failure *failure);

#endif
