/* SPDX-License-Identifier: MIT */
/* report.h: telling what came of a replay. */
#ifndef REPLAY_REPORT_H
#define REPLAY_REPORT_H

#include "options.h"
#include "replay.h"

/* One JSON object on standard output. */
bool report_json(const struct outcome *outcome, struct failure *failure);

/* For people: a table, and a picture by type. */
void report_table(const struct options *options, const struct graph *graph, const struct outcome *outcome,
                  uint64_t read_ns);
void report_picture(const struct graph *graph, const struct outcome *outcome);

/* Writes a number with a comma before every third digit from the right, and returns `text`. */
enum { REPORT_NUMBER_BYTES = 32 };
const char *report_number(char text[REPORT_NUMBER_BYTES], uint64_t number);

#endif
