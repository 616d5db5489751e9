/* SPDX-License-Identifier: MIT */
/* batch.h: numbers become cases in a lab. Which of them share a heap depends on the stretch alone. */
#ifndef TESTS_PROVE_BATCH_H
#define TESTS_PROVE_BATCH_H

#include "tests/prove/world.h"

#include <stddef.h>

/* Numbers of one stratum from `at` on, `stride` apart, below `end`. */
struct stretch {
    int stratum;
    uint64_t at, end, stride;
    uint64_t empty; /* those passed that stand for no case */
};

/* Puts the next cases of a stretch into the lab's worlds, as many as can share its heap. Returns whether there was one. */
bool batch_fill(struct lab *lab, struct stretch *stretch);

/* Runs a case alone in a new heap. Returns whether all was as expected; otherwise says what was not. */
bool batch_run_alone(uint64_t number, char *message, size_t size);

/* Runs a case alone, or where `stretch` is not NULL after all that comes before it in the stretch and with those that share its heap
 * there, and prints what happens. Returns whether all was as expected. */
bool batch_show(uint64_t number, struct stretch *stretch);

#endif
