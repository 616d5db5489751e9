/* SPDX-License-Identifier: MIT */
/* cut.c: which edges a replay drops: a rule that any other program can follow, so that the outcome can be compared. */
#include "cut.h"

/* SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014), entered at its step `edge + 1`. */
static uint64_t cut_mix(uint64_t seed, uint64_t edge)
{
    uint64_t z = seed + (edge + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

size_t cut_select(struct graph *graph, unsigned permille, uint64_t seed)
{
    size_t selected = 0;
    for (size_t e = 0; e < graph->edge_count; e++) {
        if (graph->edges[e] & GRAPH_EDGE_WEAK || cut_mix(seed, e) % 1000 >= permille)
            continue;
        graph->edges[e] |= GRAPH_EDGE_CUT;
        selected++;
    }
    return selected;
}
