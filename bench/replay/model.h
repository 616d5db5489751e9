/* SPDX-License-Identifier: MIT */
/* model.h: a graph as objects of a libgc heap. */
#ifndef REPLAY_MODEL_H
#define REPLAY_MODEL_H

#include "failure.h"
#include "graph.h"
#include "progress.h"

#include <libgc.h>

/* A node. Its edges are in the order of the file: a strong one is a reference to the object, a weak one a reference to the
 * gc_weak of the object. Behind the edges it is as long as the node claims to be. */
struct model_object {
    gc_object gc;
    uint32_t edge_count;
    void *edges[];
};

struct model {
    const struct graph *graph;
    gc_heap *heap;
    gc_type_info *infos; /* by number of type, like `types` */
    gc_type **types;
    char *type_names;
    struct model_object **objects; /* by number of node. Held until the cut; then only node 0 is, and the others are addresses */
};

/* Makes everything, in a heap that never collects by itself. The caller closes the model, also after a failure. */
bool model_build(struct model *model, const struct graph *graph, struct progress *progress, struct failure *failure);

/* Lets go of every object but node 0, then drops the edges of the cut, in the order of the file. */
void model_cut(struct model *model, struct progress *progress);

/* Whether the object of a node is alive; right at any time, as nothing is created after the building. */
bool model_is_alive(const struct model *model, size_t node);

/* Lets go of node 0 and closes the heap. Returns how many objects were left, which must be none. */
size_t model_close(struct model *model);

#endif
