/* SPDX-License-Identifier: MIT */
/* graph.h: a checked snapshot: nodes, their types and sizes, and edges, with nothing left that could be wrong. */
#ifndef REPLAY_GRAPH_H
#define REPLAY_GRAPH_H

#include "document.h"
#include "failure.h"
#include "layout.h"

#include <stddef.h>
#include <stdint.h>

/* An edge: the number of the node it leads to, and two flags. */
#define GRAPH_EDGE_WEAK 0x80000000u
#define GRAPH_EDGE_CUT 0x40000000u /* strong, and to be dropped */
#define GRAPH_EDGE_NODE 0x3fffffffu
#define GRAPH_NODES_MAX GRAPH_EDGE_NODE
#define GRAPH_SIZE_MAX ((uint64_t)1 << 40)

struct graph_node {
    uint64_t size;       /* what it claims, bytes */
    uint32_t type;
    uint32_t edge_count; /* its edges follow those of the node before it */
};

struct graph {
    struct graph_node *nodes;
    size_t node_count;
    uint32_t *edges;
    size_t edge_count, weak_count;
    struct name *types; /* in the document's strings and kinds */
    size_t type_count;
};

/* Checks the document and fills in a graph that is all zero; the graph refers to the names of the document, takes over
 * its arrays of numbers, and is freed by the caller, also after a failure. */
bool graph_read(struct document *document, const struct layout *layout, struct graph *graph, struct failure *failure);
void graph_free(struct graph *graph);

#endif
