/* SPDX-License-Identifier: MIT */
/* document.h: what a snapshot file says, as it says it: columns not yet named, numbers not yet checked. */
#ifndef REPLAY_DOCUMENT_H
#define REPLAY_DOCUMENT_H

#include "names.h"
#include "numbers.h"

/* The lists inside node_types or edge_types: every string in them, and which entry it was in. */
struct document_kinds {
    struct names names;
    struct numbers entries; /* of each name */
    struct numbers strange; /* entries that hold something else than strings */
    size_t entry_count;
};

struct document {
    unsigned seen; /* bit p: the text had place p, see events.c */
    struct names node_fields, edge_fields;
    struct document_kinds node_types, edge_types;
    struct numbers nodes, edges;
    struct names strings;
};

void document_free(struct document *document);

#endif
