/* SPDX-License-Identifier: MIT */
/* events.c: from the events of a JSON parser to a document. */
#include "events.h"

#include <string.h>

enum place {
    PLACE_OUTSIDE,
    PLACE_TOP,
    PLACE_SNAPSHOT,
    PLACE_META,
    PLACE_NODE_FIELDS,
    PLACE_EDGE_FIELDS,
    PLACE_NODE_TYPES,
    PLACE_EDGE_TYPES,
    PLACE_NODES,
    PLACE_EDGES,
    PLACE_STRINGS,
    PLACE_NODE_KINDS, /* a list inside node_types */
    PLACE_EDGE_KINDS,
    PLACE_IGNORED, /* whatever is inside is passed over */
    PLACE_COUNT
};

enum shape { SHAPE_OTHER, SHAPE_NUMBER, SHAPE_STRING, SHAPE_ARRAY, SHAPE_OBJECT };

static const struct {
    const char *path;
    enum place holder;
    const char *key; /* in the holder */
    enum shape shape;
} events_places[PLACE_COUNT] = {
    [PLACE_TOP] = { "the top level", PLACE_OUTSIDE, NULL, SHAPE_OBJECT },
    [PLACE_SNAPSHOT] = { "snapshot", PLACE_TOP, "snapshot", SHAPE_OBJECT },
    [PLACE_META] = { "snapshot.meta", PLACE_SNAPSHOT, "meta", SHAPE_OBJECT },
    [PLACE_NODE_FIELDS] = { "snapshot.meta.node_fields", PLACE_META, "node_fields", SHAPE_ARRAY },
    [PLACE_EDGE_FIELDS] = { "snapshot.meta.edge_fields", PLACE_META, "edge_fields", SHAPE_ARRAY },
    [PLACE_NODE_TYPES] = { "snapshot.meta.node_types", PLACE_META, "node_types", SHAPE_ARRAY },
    [PLACE_EDGE_TYPES] = { "snapshot.meta.edge_types", PLACE_META, "edge_types", SHAPE_ARRAY },
    [PLACE_NODES] = { "nodes", PLACE_TOP, "nodes", SHAPE_ARRAY },
    [PLACE_EDGES] = { "edges", PLACE_TOP, "edges", SHAPE_ARRAY },
    [PLACE_STRINGS] = { "strings", PLACE_TOP, "strings", SHAPE_ARRAY },
};

static bool events_out_of_memory(struct events *events, enum place place)
{
    return fail(events->failure, "no memory for all of %s", events_places[place].path);
}

/* An element of `nodes` or `edges`. What is no integer is an error only in a column that counts, which is not known yet. */
static bool events_take_number(struct events *events, struct numbers *numbers, enum shape shape, const char *text,
                               size_t length)
{
    bool added = shape == SHAPE_NUMBER ? numbers_add_text(numbers, text, length)
                                       : numbers_add(numbers, NUMBERS_NOT_AN_INTEGER);
    return added || events_out_of_memory(events, events->places[events->depth]);
}

static bool events_take_name(struct events *events, struct names *names, enum shape shape, const char *text,
                             size_t length)
{
    enum place place = events->places[events->depth];
    if (shape != SHAPE_STRING)
        return fail(events->failure, "%s[%zu] is not a string", events_places[place].path, names->count);
    return names_add(names, text, length) || events_out_of_memory(events, place);
}

/* An element of a list inside node_types or edge_types. */
static bool events_take_kind(struct events *events, struct document_kinds *kinds, enum place types, enum shape shape,
                             const char *text, size_t length)
{
    int64_t entry = (int64_t)kinds->entry_count - 1;
    bool added = shape == SHAPE_STRING
                     ? names_add(&kinds->names, text, length) && numbers_add(&kinds->entries, entry)
                     : numbers_add(&kinds->strange, entry);
    return added || events_out_of_memory(events, types);
}

/* A value begins, of this shape, where the text is now. */
static bool events_take(struct events *events, enum shape shape, const char *text, size_t length)
{
    struct document *document = events->document;
    enum place place = events->places[events->depth];
    events->seen++;
    switch (place) {
    case PLACE_NODES:
        return events_take_number(events, &document->nodes, shape, text, length);
    case PLACE_EDGES:
        return events_take_number(events, &document->edges, shape, text, length);
    case PLACE_STRINGS:
        return events_take_name(events, &document->strings, shape, text, length);
    case PLACE_NODE_FIELDS:
        return events_take_name(events, &document->node_fields, shape, text, length);
    case PLACE_EDGE_FIELDS:
        return events_take_name(events, &document->edge_fields, shape, text, length);
    case PLACE_NODE_TYPES:
        document->node_types.entry_count++;
        return true;
    case PLACE_EDGE_TYPES:
        document->edge_types.entry_count++;
        return true;
    case PLACE_NODE_KINDS:
        return events_take_kind(events, &document->node_types, PLACE_NODE_TYPES, shape, text, length);
    case PLACE_EDGE_KINDS:
        return events_take_kind(events, &document->edge_types, PLACE_EDGE_TYPES, shape, text, length);
    case PLACE_IGNORED:
        return true;
    default:
        break;
    }
    if (events->next == PLACE_IGNORED || events_places[events->next].shape == shape)
        return true;
    return fail(events->failure, "%s is not an %s", events_places[events->next].path,
                events_places[events->next].shape == SHAPE_ARRAY ? "array" : "object");
}

/* The place inside an array or object that begins now. */
static enum place events_inner(const struct events *events, enum shape shape)
{
    switch (events->places[events->depth]) {
    case PLACE_OUTSIDE:
    case PLACE_TOP:
    case PLACE_SNAPSHOT:
    case PLACE_META:
        return events->next;
    case PLACE_NODE_TYPES:
        return shape == SHAPE_ARRAY ? PLACE_NODE_KINDS : PLACE_IGNORED;
    case PLACE_EDGE_TYPES:
        return shape == SHAPE_ARRAY ? PLACE_EDGE_KINDS : PLACE_IGNORED;
    default:
        return PLACE_IGNORED;
    }
}

static int events_enter(struct events *events, enum shape shape)
{
    if (events->depth == 0)
        events->next = PLACE_TOP;
    if (!events_take(events, shape, NULL, 0))
        return false;
    if (events->depth == EVENTS_DEPTH_MAX)
        return fail(events->failure, "nested deeper than %d", EVENTS_DEPTH_MAX);
    enum place inner = events_inner(events, shape);
    events->places[++events->depth] = (unsigned char)inner;
    return true;
}

static int events_leaf(struct events *events, enum shape shape, const char *text, size_t length)
{
    if (events->depth == 0)
        events->next = PLACE_TOP;
    return events_take(events, shape, text, length);
}

static int events_start_map(void *events)
{
    return events_enter(events, SHAPE_OBJECT);
}

static int events_start_array(void *events)
{
    return events_enter(events, SHAPE_ARRAY);
}

static int events_end(void *context)
{
    struct events *events = context;
    events->seen++;
    events->depth--;
    return true;
}

static int events_key(void *context, const unsigned char *key, size_t length)
{
    struct events *events = context;
    struct name name = { (const char *)key, length };
    events->seen++;
    events->next = PLACE_IGNORED;
    for (int place = PLACE_SNAPSHOT; place <= PLACE_STRINGS; place++) {
        if (events_places[place].holder != events->places[events->depth] || !name_is(name, events_places[place].key))
            continue;
        if (events->document->seen & 1u << place)
            return fail(events->failure, "%s appears twice", events_places[place].path);
        events->document->seen |= 1u << place;
        events->next = (unsigned char)place;
    }
    return true;
}

static int events_null(void *events)
{
    return events_leaf(events, SHAPE_OTHER, NULL, 0);
}

static int events_boolean(void *events, int value)
{
    (void)value;
    return events_leaf(events, SHAPE_OTHER, NULL, 0);
}

static int events_number(void *events, const char *text, size_t length)
{
    return events_leaf(events, SHAPE_NUMBER, text, length);
}

static int events_string(void *events, const unsigned char *text, size_t length)
{
    return events_leaf(events, SHAPE_STRING, (const char *)text, length);
}

const yajl_callbacks events_callbacks = {
    .yajl_null = events_null,
    .yajl_boolean = events_boolean,
    .yajl_number = events_number,
    .yajl_string = events_string,
    .yajl_start_map = events_start_map,
    .yajl_map_key = events_key,
    .yajl_end_map = events_end,
    .yajl_start_array = events_start_array,
    .yajl_end_array = events_end,
};

bool events_check_complete(const struct document *document, struct failure *failure)
{
    for (int place = PLACE_SNAPSHOT; place <= PLACE_STRINGS; place++) {
        if (!(document->seen & 1u << place))
            return fail(failure, "%s is missing", events_places[place].path);
    }
    return true;
}
