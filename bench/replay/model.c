/* SPDX-License-Identifier: MIT */
/* model.c: a graph as objects of a libgc heap. */
#include "model.h"

#include "table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* All types are alike but for their names. */
static const gc_type_info model_info = GC_TYPE_INFO(struct model_object, GC_REF_FLEX(edges, edge_count));

static uint64_t model_object_bytes(const struct graph_node *node)
{
    uint64_t needed = sizeof(struct model_object) + node->edge_count * sizeof(void *);
    return node->size > needed ? node->size : needed;
}

/* A small file may claim any size; what the machine cannot hold is refused before it is tried. */
static bool model_check_size(const struct graph *graph, struct failure *failure)
{
    uint64_t available_bytes = table_available_bytes(), bytes = 0;
    for (size_t n = 0; n < graph->node_count; n++) {
        bytes += model_object_bytes(&graph->nodes[n]);
        if (bytes > available_bytes)
            return fail(failure, "node %zu: with its %" PRIu64 " bytes the objects need more than the memory there is", n,
                        model_object_bytes(&graph->nodes[n]));
    }
    return true;
}

static bool model_open(struct model *model, struct failure *failure)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    model->heap = gc_heap_open(&settings);
    return model->heap || fail(failure, "no memory for a heap");
}

/* The names as C strings; a zero inside one is shown as '?'. */
static bool model_name_types(struct model *model)
{
    const struct graph *graph = model->graph;
    size_t bytes = 0;
    for (size_t t = 0; t < graph->type_count; t++)
        bytes += graph->types[t].length + 1;
    char *next = model->type_names = malloc(bytes);
    model->infos = calloc(graph->type_count, sizeof *model->infos);
    if (!next || !model->infos)
        return false;
    for (size_t t = 0; t < graph->type_count; t++) {
        struct name name = graph->types[t];
        model->infos[t] = model_info;
        model->infos[t].name = next;
        for (size_t i = 0; i < name.length; i++)
            *next++ = name.text[i] ? name.text[i] : '?';
        *next++ = '\0';
    }
    return true;
}

static bool model_register_types(struct model *model, struct failure *failure)
{
    size_t count = model->graph->type_count;
    model->types = calloc(count, sizeof *model->types);
    if (!model->types || !model_name_types(model))
        return fail(failure, "no memory for %zu types", count);
    for (size_t t = 0; t < count; t++) {
        model->types[t] = gc_type_register(model->heap, &model->infos[t]);
        if (!model->types[t])
            return fail(failure, "type %zu of %zu: %s", t, count, gc_last_error_message(model->heap));
    }
    return true;
}

static bool model_create_objects(struct model *model, struct progress *progress, struct failure *failure)
{
    const struct graph *graph = model->graph;
    model->objects = calloc(graph->node_count, sizeof *model->objects);
    if (!model->objects)
        return fail(failure, "no memory for %zu objects", graph->node_count);
    for (size_t n = 0; n < graph->node_count; n++) {
        const struct graph_node *node = &graph->nodes[n];
        size_t extra = model_object_bytes(node) - sizeof(struct model_object);
        struct model_object *object = gc_create_extra(struct model_object, model->types[node->type], extra);
        if (!object)
            return fail(failure, "node %zu, %zu bytes: %s", n, sizeof *object + extra, gc_last_error_message(model->heap));
        object->edge_count = node->edge_count;
        model->objects[n] = object;
        progress_at(progress, n);
    }
    return true;
}

static bool model_store_edges(struct model *model, struct progress *progress, struct failure *failure)
{
    const struct graph *graph = model->graph;
    const uint32_t *edge = graph->edges;
    for (size_t n = 0; n < graph->node_count; n++) {
        struct model_object *object = model->objects[n];
        for (uint32_t i = 0; i < object->edge_count; i++, edge++) {
            struct model_object *target = model->objects[*edge & GRAPH_EDGE_NODE];
            gc_weak *weak = NULL;
            if (!(*edge & GRAPH_EDGE_WEAK))
                gc_set(&object->edges[i], target);
            else if (gc_weak_set(&weak, target))
                object->edges[i] = weak;
            else
                return fail(failure, "node %zu, edge %" PRIu32 ": %s", n, i, gc_last_error_message(model->heap));
        }
        progress_at(progress, graph->node_count + n);
    }
    return true;
}

bool model_build(struct model *model, const struct graph *graph, struct progress *progress, struct failure *failure)
{
    *model = (struct model){ .graph = graph };
    if (!model_check_size(graph, failure))
        return false;
    progress_begin(progress, "building", graph->node_count * 2);
    bool good = model_open(model, failure) && model_register_types(model, failure) &&
                model_create_objects(model, progress, failure) && model_store_edges(model, progress, failure);
    progress_end(progress);
    return good;
}

bool model_is_alive(const struct model *model, size_t node)
{
    return gc_is_object(model->heap, model->objects[node]);
}

/* Drops the edges of one node that the cut takes, unless the node is dead. It is held meanwhile: it may die of its own. */
static void model_cut_node(struct model *model, size_t node, const uint32_t *edges)
{
    struct model_object *object = NULL;
    for (uint32_t i = 0; i < model->graph->nodes[node].edge_count; i++) {
        if (!(edges[i] & GRAPH_EDGE_CUT))
            continue;
        if (!object) {
            if (!model_is_alive(model, node))
                return;
            object = gc_retain(model->objects[node]);
        }
        gc_clear(&object->edges[i]);
    }
    gc_release(object);
}

void model_cut(struct model *model, struct progress *progress)
{
    const struct graph *graph = model->graph;
    const uint32_t *edges = graph->edges;
    progress_begin(progress, "cutting", graph->node_count * 2);
    for (size_t n = 1; n < graph->node_count; n++) {
        gc_release(model->objects[n]);
        progress_at(progress, n);
    }
    for (size_t n = 0; n < graph->node_count; n++) {
        model_cut_node(model, n, edges);
        edges += graph->nodes[n].edge_count;
        progress_at(progress, graph->node_count + n);
    }
    progress_end(progress);
}

size_t model_close(struct model *model)
{
    size_t left = 0;
    if (model->heap) {
        if (model->objects)
            gc_release(model->objects[0]);
        left = gc_heap_close(model->heap);
    }
    free(model->objects);
    free(model->types);
    free(model->infos);
    free(model->type_names);
    *model = (struct model){ 0 };
    return left;
}
