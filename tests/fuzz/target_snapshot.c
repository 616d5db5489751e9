/* SPDX-License-Identifier: MIT */
/* target_snapshot.c: an input is a heap file, plain or gzip, as bench/replay reads it. It gives a graph that can be
 * built, cut and collected, or one line that says what is wrong. */
#define _GNU_SOURCE 1
#include "tests/fuzz/target.h"

#include "bench/replay/cut.h"
#include "bench/replay/reader.h"
#include "bench/replay/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A graph up to these is built too; the sizes of objects are what the file claims. */
enum { BUILT_NODES_MAX = 4000, BUILT_BYTES_MAX = 8 << 20, CUT_PERMILLE = 300 };

static void must(bool good, const char *what, const char *detail)
{
    if (good)
        return;
    fprintf(stderr, "FAULT: %s: %s\n", what, detail);
    abort();
}

/* A file in memory; the reader wants a path. */
static void write_file(int file, const uint8_t *data, size_t size)
{
    must(ftruncate(file, 0) == 0, "no file", "ftruncate");
    for (size_t done = 0; done < size;) {
        ssize_t count = pwrite(file, data + done, size - done, (off_t)done);
        must(count > 0, "no file", "pwrite");
        done += (size_t)count;
    }
}

static void check_line(const struct failure *failure)
{
    size_t length = strnlen(failure->text, sizeof failure->text);
    must(length > 0 && length < sizeof failure->text, "a refusal without a line", failure->text);
    must(!strpbrk(failure->text, "\n\r\033"), "a refusal of several lines", failure->text);
}

static void check_graph(const struct graph *graph)
{
    size_t edges = 0;
    for (size_t n = 0; n < graph->node_count; n++) {
        edges += graph->nodes[n].edge_count;
        must(graph->nodes[n].type < graph->type_count, "a graph", "a type that is none");
    }
    must(edges == graph->edge_count, "a graph", "the edges of its nodes are not all");
    for (size_t e = 0; e < edges; e++)
        must((graph->edges[e] & GRAPH_EDGE_NODE) < graph->node_count, "a graph", "an edge to nowhere");
}

static void build_graph(struct graph *graph, struct progress *progress)
{
    struct outcome outcome = { .cut = 0 };
    struct failure failure = { "" };
    size_t bytes = 0;
    for (size_t n = 0; n < graph->node_count; n++) {
        if (graph->nodes[n].size > BUILT_BYTES_MAX)
            return;
        bytes += graph->nodes[n].size;
    }
    if (graph->node_count > BUILT_NODES_MAX || bytes > BUILT_BYTES_MAX)
        return;
    size_t cut = cut_select(graph, CUT_PERMILLE, 1);
    bool good = replay_run(graph, cut, progress, &outcome, &failure) && replay_check(&outcome, &failure);
    must(good, "a graph that was accepted", failure.text);
    replay_free_outcome(&outcome);
}

int target_run(const uint8_t *data, size_t size)
{
    static int file = -1;
    char path[64];
    struct document document = { .seen = 0 };
    struct layout layout = { .node_width = 0 };
    struct graph graph = { .nodes = NULL };
    struct progress progress = { .shown = false };
    struct failure failure = { "" };
    if (file < 0)
        file = memfd_create("snapshot", 0);
    write_file(file, data, size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    bool good = reader_read(path, &document, &progress, &failure) && layout_read(&document, &layout, &failure) &&
                graph_read(&document, &layout, &graph, &failure);
    if (good) {
        check_graph(&graph);
        build_graph(&graph, &progress);
    } else {
        check_line(&failure);
    }
    graph_free(&graph);
    layout_free(&layout);
    document_free(&document);
    target_operations++;
    return 0;
}
