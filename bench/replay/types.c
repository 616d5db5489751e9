/* SPDX-License-Identifier: MIT */
/* types.c: one type for each class name.
 *
 * The labels in use are sorted by name: equal names come together and make one type. No hash table, whose chains a hostile
 * file could make long. */
#include "types.h"

#include <stdlib.h>

struct types_label {
    struct name name;
    uint32_t label;
};

static int types_compare(const void *one, const void *other)
{
    return name_compare(((const struct types_label *)one)->name, ((const struct types_label *)other)->name);
}

/* Marks the labels that nodes have; returns how many there are. */
static size_t types_mark(const struct graph *graph, uint32_t *type_of_label)
{
    size_t used = 0;
    for (size_t n = 0; n < graph->node_count; n++) {
        uint32_t *mark = &type_of_label[graph->nodes[n].type];
        used += !*mark;
        *mark = 1;
    }
    return used;
}

static void types_collect(const struct document *document, const struct layout *layout, const uint32_t *type_of_label,
                          size_t label_count, struct types_label *labels)
{
    size_t strings = document->strings.count;
    for (size_t label = 0; label < label_count; label++) {
        if (!type_of_label[label])
            continue;
        *labels++ = (struct types_label){
            label < strings ? names_at(&document->strings, label) : layout->node_kinds.names[label - strings],
            (uint32_t)label,
        };
    }
}

/* Numbers the sorted labels, equal ones alike. */
static void types_number(const struct types_label *labels, size_t used, uint32_t *type_of_label, struct graph *graph)
{
    static const struct name others = { "(other types)", sizeof "(other types)" - 1 };
    for (size_t i = 0; i < used; i++) {
        bool new_name = i == 0 || name_compare(labels[i - 1].name, labels[i].name) != 0;
        if (new_name && graph->type_count < TYPES_MAX) {
            bool last = graph->type_count == TYPES_MAX - 1;
            graph->types[graph->type_count++] = last ? others : labels[i].name;
        }
        type_of_label[labels[i].label] = (uint32_t)graph->type_count - 1;
    }
}

bool types_assign(const struct document *document, const struct layout *layout, struct graph *graph,
                  struct failure *failure)
{
    size_t label_count = document->strings.count + layout->node_kinds.count;
    uint32_t *type_of_label = calloc(label_count, sizeof *type_of_label);
    size_t used = type_of_label ? types_mark(graph, type_of_label) : 0;
    struct types_label *labels = calloc(used + 1, sizeof *labels);
    graph->types = calloc(used + 1, sizeof *graph->types);
    bool good = type_of_label && labels && graph->types;
    if (good) {
        types_collect(document, layout, type_of_label, label_count, labels);
        qsort(labels, used, sizeof *labels, types_compare);
        types_number(labels, used, type_of_label, graph);
        for (size_t n = 0; n < graph->node_count; n++)
            graph->nodes[n].type = type_of_label[graph->nodes[n].type];
    }
    free(labels);
    free(type_of_label);
    return good || fail(failure, "no memory for the types of %zu nodes", graph->node_count);
}
