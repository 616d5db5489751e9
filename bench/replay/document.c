/* SPDX-License-Identifier: MIT */
/* document.c: letting go of what was read. */
#include "document.h"

static void document_free_kinds(struct document_kinds *kinds)
{
    names_free(&kinds->names);
    numbers_free(&kinds->entries);
    numbers_free(&kinds->strange);
}

void document_free(struct document *document)
{
    names_free(&document->node_fields);
    names_free(&document->edge_fields);
    document_free_kinds(&document->node_types);
    document_free_kinds(&document->edge_types);
    numbers_free(&document->nodes);
    numbers_free(&document->edges);
    names_free(&document->strings);
}
