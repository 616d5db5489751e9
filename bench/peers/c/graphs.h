/* SPDX-License-Identifier: MIT */
/* graphs.h: what several workloads build of pairs. */
#ifndef BENCH_PEERS_GRAPHS_H
#define BENCH_PEERS_GRAPHS_H

#include "bench/peers/c/object.h"

/* n new pairs, each held by the array; object_array_free it. */
struct pair **graphs_pairs(size_t n);

/* pairs[1 .. n - 1] are stored into their parents, which own them then: object i has the children 2i + 1 and 2i + 2. */
void graphs_link_tree(struct pair **pairs, size_t n);

/* A tree of n, held by its root; NULL for n = 0. */
struct pair *graphs_tree(size_t n);

/* A ring, whose first pair is returned, and owned by its last. */
struct pair *graphs_ring(size_t length);

/* As many rings as fit into n, which nothing holds. Returns how many pairs. */
size_t graphs_rings(size_t n, size_t length);

/* A collection, which must free so many where that is known. */
void graphs_collect(size_t expected);

#endif
