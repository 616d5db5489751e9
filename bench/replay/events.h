/* SPDX-License-Identifier: MIT */
/* events.h: from the events of a JSON parser to a document.
 *
 * A small machine knows which of the places it cares about the text is in; everything else is passed over. Keys may come in
 * any order, and more of them than are known. A key that counts may come once. */
#ifndef REPLAY_EVENTS_H
#define REPLAY_EVENTS_H

#include "document.h"
#include "failure.h"

#include <yajl/yajl_parse.h>

enum { EVENTS_DEPTH_MAX = 64 };

struct events {
    struct document *document;
    struct failure *failure;
    size_t seen; /* events so far */
    unsigned depth;
    unsigned char next;                         /* the place of the value that follows the last key */
    unsigned char places[EVENTS_DEPTH_MAX + 1]; /* [0]: outside of everything */
};

/* For yajl_alloc; its context is a struct events whose document and failure are set and whose rest is zero. */
extern const yajl_callbacks events_callbacks;

/* After the last event: whether all that a snapshot needs was there. */
bool events_check_complete(const struct document *document, struct failure *failure);

#endif
