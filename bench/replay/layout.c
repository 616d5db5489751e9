/* SPDX-License-Identifier: MIT */
/* layout.c: what the columns of a document are, and what its kinds mean. */
#include "layout.h"

#include <stdlib.h>

/* One side of the meta data: of nodes or of edges. */
struct layout_side {
    const char *fields_path, *types_path;
    const struct names *fields;
    const struct document_kinds *kinds;
};

static const char *const layout_by_class[] = { "object", "closure", "native", "hidden", "code", "object shape" };

static uint8_t layout_node_flags(struct name name)
{
    for (size_t i = 0; i < sizeof layout_by_class / sizeof *layout_by_class; i++) {
        if (name_is(name, layout_by_class[i]))
            return LAYOUT_BY_CLASS;
    }
    return 0;
}

static uint8_t layout_edge_flags(struct name name)
{
    if (name_is(name, "weak"))
        return LAYOUT_WEAK;
    return name_is(name, "element") || name_is(name, "hidden") ? LAYOUT_NUMBERED : 0;
}

static bool layout_find(const struct layout_side *side, const char *field, size_t *column, struct failure *failure)
{
    size_t found = 0;
    for (size_t i = 0; i < side->fields->count; i++) {
        if (!name_is(names_at(side->fields, i), field))
            continue;
        *column = i;
        found++;
    }
    if (found == 0)
        return fail(failure, "%s names no \"%s\"", side->fields_path, field);
    if (found > 1)
        return fail(failure, "%s names \"%s\" more than once", side->fields_path, field);
    return true;
}

/* The list beside `type`, which is in this column. */
static bool layout_read_kinds(const struct layout_side *side, size_t column, uint8_t (*flags)(struct name),
                              struct layout_kinds *kinds, struct failure *failure)
{
    const struct document_kinds *source = side->kinds;
    for (size_t i = 0; i < source->strange.count; i++) {
        if (numbers_at(&source->strange, i) == (int64_t)column)
            return fail(failure, "%s[%zu] holds a kind that is not a string", side->types_path, column);
    }
    kinds->flags = calloc(source->names.count + 1, sizeof *kinds->flags);
    kinds->names = calloc(source->names.count + 1, sizeof *kinds->names);
    if (!kinds->flags || !kinds->names)
        return fail(failure, "no memory for the kinds of %s", side->types_path);
    for (size_t i = 0; i < source->names.count; i++) {
        if (numbers_at(&source->entries, i) != (int64_t)column)
            continue;
        struct name name = names_at(&source->names, i);
        kinds->flags[kinds->count] = flags(name);
        kinds->names[kinds->count++] = name;
    }
    if (kinds->count == 0)
        return fail(failure, "%s[%zu] is not a list of kinds", side->types_path, column);
    return true;
}

bool layout_read(const struct document *document, struct layout *layout, struct failure *failure)
{
    const struct layout_side nodes = { "snapshot.meta.node_fields", "snapshot.meta.node_types", &document->node_fields,
                                       &document->node_types };
    const struct layout_side edges = { "snapshot.meta.edge_fields", "snapshot.meta.edge_types", &document->edge_fields,
                                       &document->edge_types };
    layout->node_width = nodes.fields->count;
    layout->edge_width = edges.fields->count;
    return layout_find(&nodes, "type", &layout->type, failure) &&
           layout_find(&nodes, "name", &layout->name, failure) &&
           layout_find(&nodes, "self_size", &layout->self_size, failure) &&
           layout_find(&nodes, "edge_count", &layout->edge_count, failure) &&
           layout_find(&edges, "type", &layout->edge_type, failure) &&
           layout_find(&edges, "name_or_index", &layout->name_or_index, failure) &&
           layout_find(&edges, "to_node", &layout->to_node, failure) &&
           layout_read_kinds(&nodes, layout->type, layout_node_flags, &layout->node_kinds, failure) &&
           layout_read_kinds(&edges, layout->edge_type, layout_edge_flags, &layout->edge_kinds, failure);
}

void layout_free(struct layout *layout)
{
    free(layout->node_kinds.flags);
    free(layout->node_kinds.names);
    free(layout->edge_kinds.flags);
    free(layout->edge_kinds.names);
    *layout = (struct layout){ 0 };
}
