/* SPDX-License-Identifier: MIT */
/* graphs.h: directed graphs of up to four nodes up to isomorphism, loops included. */
#ifndef TESTS_PROVE_GRAPHS_H
#define TESTS_PROVE_GRAPHS_H

#include <stdint.h>

enum { GRAPHS_NODES = 4, GRAPHS_SHAPES = 3044 };

void graphs_prepare(void);
/* 2, 10, 104 and 3,044 for 1 to 4 nodes. */
uint32_t graphs_shapes(int nodes);
/* The edges of one: bit from * nodes + to. The least number of its class. */
uint32_t graphs_shape(int nodes, uint32_t index);

#endif
