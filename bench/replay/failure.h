/* SPDX-License-Identifier: MIT */
/* failure.h: the one line that says what is wrong, and where. */
#ifndef REPLAY_FAILURE_H
#define REPLAY_FAILURE_H

#include <stdbool.h>

struct failure {
    char text[256];
};

/* Sets the line, in which bytes that a terminal would obey become '?'. Returns false, so that a caller can return it. */
bool fail(struct failure *failure, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
