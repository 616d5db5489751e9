/* SPDX-License-Identifier: MIT */
/* run.h: going through cases, one or several in a heap at once. */
#ifndef TESTS_PROVE_RUN_H
#define TESTS_PROVE_RUN_H

#include "tests/prove/world.h"

/* Runs the plans that are in the lab's worlds, each emptied by world_start. Their schedules must be the same. What was wrong is in the
 * worlds' messages; the lab is spoilt then. */
void run_cases(struct lab *lab);

/* Whether two plans can be run in one heap: whether what happens to the whole heap is the same. */
bool run_same_schedule(const struct plan *a, const struct plan *b);

#endif
