/* SPDX-License-Identifier: MIT */
/* layout.h: what the columns of a document are, and what its kinds mean. */
#ifndef REPLAY_LAYOUT_H
#define REPLAY_LAYOUT_H

#include "document.h"
#include "failure.h"

#include <stdint.h>

enum layout_kind {
    LAYOUT_BY_CLASS = 1, /* nodes: the type is the class name, not the kind */
    LAYOUT_WEAK = 2,     /* edges: keeps nothing alive */
    LAYOUT_NUMBERED = 4  /* edges: name_or_index is a number, not a string */
};

/* The kinds of nodes, or of edges. */
struct layout_kinds {
    size_t count;
    uint8_t *flags;      /* of each kind, enum layout_kind */
    struct name *names;  /* in the document */
};

struct layout {
    size_t node_width, edge_width;            /* columns */
    size_t type, name, self_size, edge_count; /* columns of a node */
    size_t edge_type, name_or_index, to_node; /* columns of an edge */
    struct layout_kinds node_kinds, edge_kinds;
};

/* Fills in a layout that is all zero; it refers to the document, and the caller frees it, also after a failure. */
bool layout_read(const struct document *document, struct layout *layout, struct failure *failure);
void layout_free(struct layout *layout);

#endif
