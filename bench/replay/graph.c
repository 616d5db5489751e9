/* SPDX-License-Identifier: MIT */
/* graph.c: checking every number of a snapshot, once. */
#include "graph.h"

#include "types.h"

#include <inttypes.h>
#include <stdlib.h>

/* A column that counts, and what its numbers must be below. */
struct graph_column {
    const struct numbers *numbers;
    const char *array, *field;
    size_t offset; /* in a row */
    uint64_t limit;
    const char *complaint; /* about a number that is not below the limit */
};

static bool graph_complain(const struct graph_column *column, size_t index, int64_t value, struct failure *failure)
{
    if (value == NUMBERS_NOT_AN_INTEGER)
        return fail(failure, "%s[%zu]: %s is not an integer", column->array, index, column->field);
    if (value == NUMBERS_OUT_OF_RANGE)
        return fail(failure, "%s[%zu]: %s is out of range", column->array, index, column->field);
    return fail(failure, "%s[%zu]: %s %" PRId64 " %s", column->array, index, column->field, value,
                value < 0 ? "is negative" : column->complaint);
}

static inline bool graph_take(const struct graph_column *column, size_t row_start, uint64_t *value,
                              struct failure *failure)
{
    int64_t number = numbers_at(column->numbers, row_start + column->offset);
    *value = (uint64_t)number;
    if (__builtin_expect(number >= 0 && *value < column->limit, 1))
        return true;
    return graph_complain(column, row_start + column->offset, number, failure);
}

/* How many rows an array has. */
static bool graph_rows(const struct numbers *numbers, const char *array, size_t width, size_t *rows,
                       struct failure *failure)
{
    *rows = numbers->count / width;
    if (numbers->count % width)
        return fail(failure, "%s: %zu numbers are not a multiple of the %zu fields", array, numbers->count, width);
    return true;
}

/* Fills in the nodes. Their `type` is a label until the types are known: a string's index, or that of a kind behind them. */
static bool graph_read_nodes(const struct document *document, const struct layout *layout, struct graph *graph,
                             struct failure *failure)
{
    const struct numbers *numbers = &document->nodes;
    size_t strings = document->strings.count;
    struct graph_column type = { numbers, "nodes", "type", layout->type, layout->node_kinds.count,
                                 "is no kind of node_types" };
    struct graph_column name = { numbers, "nodes", "name", layout->name, strings, "is no index into strings" };
    struct graph_column size = { numbers, "nodes", "self_size", layout->self_size, GRAPH_SIZE_MAX + 1, "is over 2^40" };
    struct graph_column count = { numbers, "nodes", "edge_count", layout->edge_count, graph->edge_count + 1,
                                  "goes past the end of edges" };
    for (size_t n = 0; n < graph->node_count; n++) {
        uint64_t kind, string, bytes, edges;
        size_t start = n * layout->node_width;
        if (!graph_take(&type, start, &kind, failure) || !graph_take(&name, start, &string, failure) ||
            !graph_take(&size, start, &bytes, failure) || !graph_take(&count, start, &edges, failure))
            return false;
        count.limit -= edges;
        bool by_class = layout->node_kinds.flags[kind] & LAYOUT_BY_CLASS;
        graph->nodes[n] = (struct graph_node){ bytes, (uint32_t)(by_class ? string : strings + kind), (uint32_t)edges };
    }
    if (count.limit != 1)
        return fail(failure, "nodes: the edge counts add up to %zu, but there are %zu edges",
                    graph->edge_count - (size_t)(count.limit - 1), graph->edge_count);
    return true;
}

/* The name of an edge says nothing about the graph, but must be there. */
static bool graph_check_edge_name(const struct graph_column *column, size_t row_start, bool numbered,
                                  struct failure *failure)
{
    uint64_t string;
    if (!numbered)
        return graph_take(column, row_start, &string, failure);
    int64_t number = numbers_at(column->numbers, row_start + column->offset);
    return number > NUMBERS_OUT_OF_RANGE || graph_complain(column, row_start + column->offset, number, failure);
}

/* Packs the edges into the first third, or less, of their own array of numbers. */
static bool graph_read_edges(const struct document *document, const struct layout *layout, struct graph *graph,
                             struct failure *failure)
{
    const struct numbers *numbers = &document->edges;
    struct graph_column type = { numbers, "edges", "type", layout->edge_type, layout->edge_kinds.count,
                                 "is no kind of edge_types" };
    struct graph_column string = { numbers, "edges", "name_or_index", layout->name_or_index, document->strings.count,
                                   "is no index into strings" };
    struct graph_column to_node = { numbers, "edges", "to_node", layout->to_node, document->nodes.count,
                                    "is past the end of nodes" };
    for (size_t e = 0; e < graph->edge_count; e++) {
        uint64_t kind, target;
        size_t start = e * layout->edge_width;
        if (!graph_take(&type, start, &kind, failure))
            return false;
        uint8_t flags = layout->edge_kinds.flags[kind];
        if (!graph_check_edge_name(&string, start, flags & LAYOUT_NUMBERED, failure) ||
            !graph_take(&to_node, start, &target, failure))
            return false;
        if (target % layout->node_width)
            return fail(failure, "edges[%zu]: to_node %" PRIu64 " is not the start of a node", start + to_node.offset,
                        target);
        bool weak = flags & LAYOUT_WEAK;
        graph->weak_count += weak;
        numbers->items[e] = (uint32_t)(target / layout->node_width) | (weak ? GRAPH_EDGE_WEAK : 0);
    }
    return true;
}

static bool graph_measure(const struct document *document, const struct layout *layout, struct graph *graph,
                          struct failure *failure)
{
    if (!graph_rows(&document->nodes, "nodes", layout->node_width, &graph->node_count, failure) ||
        !graph_rows(&document->edges, "edges", layout->edge_width, &graph->edge_count, failure))
        return false;
    if (graph->node_count == 0)
        return fail(failure, "nodes: there is none, not even a root");
    if (graph->node_count > GRAPH_NODES_MAX || graph->edge_count >= UINT32_MAX)
        return fail(failure, "nodes: more than 2^30 of them, or 2^32 edges, are too many for one heap");
    if (document->strings.count + layout->node_kinds.count >= UINT32_MAX)
        return fail(failure, "strings: more than 2^32 are too many");
    return true;
}

bool graph_read(struct document *document, const struct layout *layout, struct graph *graph, struct failure *failure)
{
    if (!graph_measure(document, layout, graph, failure))
        return false;
    graph->nodes = calloc(graph->node_count, sizeof *graph->nodes);
    if (!graph->nodes)
        return fail(failure, "no memory for %zu nodes", graph->node_count);
    if (!graph_read_nodes(document, layout, graph, failure) || !graph_read_edges(document, layout, graph, failure))
        return false;
    numbers_free(&document->nodes);
    /* The edges keep their packed part of the array. */
    graph->edges = document->edges.items;
    document->edges.items = NULL;
    numbers_free(&document->edges);
    uint32_t *packed = realloc(graph->edges, (graph->edge_count + 1) * sizeof *packed);
    if (packed)
        graph->edges = packed;
    return types_assign(document, layout, graph, failure);
}

void graph_free(struct graph *graph)
{
    free(graph->nodes);
    free(graph->edges);
    free(graph->types);
    *graph = (struct graph){ 0 };
}
