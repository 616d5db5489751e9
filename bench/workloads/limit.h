/* SPDX-License-Identifier: MIT */
/* limit.h: what any full collection of this kind must do at the least, on the same memory: a pass over the objects in address order, and
 * one prefetched byte increment for each reference. And a copy of the same bytes, and following the references one by one. */
#ifndef BENCH_LIMIT_H
#define BENCH_LIMIT_H

#include "bench/workloads/pairs.h"

/* Notes where the pairs are, and makes a byte for each. Not timed; the array stays the caller's, and is sorted by address. */
void limit_survey(struct pair **pairs, size_t n);

/* The parts of a workload. The chase follows `left` from the root that limit_root gave. */
void limit_pass(struct bench *bench);
void limit_copy(struct bench *bench);
void limit_root(const struct pair *root);
void limit_chase(struct bench *bench);

#endif
