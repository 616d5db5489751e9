/* SPDX-License-Identifier: MIT */
/* graphs.c: see graphs.h. A graph stands for its class if no renaming of its nodes gives a smaller number. */
#include "tests/prove/graphs.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t shapes[GRAPHS_NODES + 1][GRAPHS_SHAPES], shape_count[GRAPHS_NODES + 1];

static uint32_t renamed(uint32_t edges, int nodes, const int *names)
{
    uint32_t result = 0;
    for (; edges; edges &= edges - 1) {
        int edge = __builtin_ctz(edges);
        result |= 1u << (names[edge / nodes] * nodes + names[edge % nodes]);
    }
    return result;
}

/* Tries every completion of a renaming whose first `named` names are given. */
static bool is_least(uint32_t edges, int nodes, int *names, int named)
{
    if (named == nodes)
        return renamed(edges, nodes, names) >= edges;
    for (int name = 0; name < nodes; name++) {
        bool taken = false;
        for (int n = 0; n < named; n++)
            taken = taken || names[n] == name;
        names[named] = name;
        if (!taken && !is_least(edges, nodes, names, named + 1))
            return false;
    }
    return true;
}

/* Directed graphs with loops up to isomorphism, by the number of nodes (OEIS A000595). */
static const uint32_t shapes_there_are[GRAPHS_NODES + 1] = { 1, 2, 10, 104, 3044 };

void graphs_prepare(void)
{
    for (int nodes = 1; nodes <= GRAPHS_NODES; nodes++) {
        shape_count[nodes] = 0;
        for (uint32_t edges = 0; edges < 1u << (nodes * nodes); edges++) {
            int names[GRAPHS_NODES];
            if (is_least(edges, nodes, names, 0))
                shapes[nodes][shape_count[nodes]++] = edges;
        }
        if (shape_count[nodes] != shapes_there_are[nodes]) {
            fprintf(stderr, "prove: %u graphs of %d objects, must be %u\n", shape_count[nodes], nodes, shapes_there_are[nodes]);
            abort();
        }
    }
}

uint32_t graphs_shapes(int nodes)
{
    return shape_count[nodes];
}

uint32_t graphs_shape(int nodes, uint32_t index)
{
    return shapes[nodes][index];
}
