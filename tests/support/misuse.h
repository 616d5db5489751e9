/* SPDX-License-Identifier: MIT */
/* misuse.h: provoking a fault in a child with a checked heap, and comparing the message that it dies with. */
#ifndef LIBGC_TESTS_MISUSE_H
#define LIBGC_TESTS_MISUSE_H

#include "process.h"
#include "support.h"

/* The check level of the child's heap, at first 1; and which of several ways to provoke one fault, for the functions that do. */
extern uint32_t check_level;
extern uint32_t check_records, check_quarantine; /* its settings of these names; at first none, and the default */
extern int way;

/* What the child wrote: the lines that the log function was given, and what went to standard error, for a closed heap has no log function
 * any more. Overwritten by the next. */
const char *message(void);
/* The log function of the child's heap, for more heaps of its own. */
void take_message(void *context, const char *line);

/* Runs `provoke` in a child with a new heap of the check level. Returns as run_in_child. */
int run_provoked(void (*provoke)(gc_heap *heap));

/* The child must end by SIGABRT, with a message that contains all of the strings. */
#define expect(provoke, ...) expect_message(provoke, (const char *const[]){ __VA_ARGS__, NULL })
void expect_message(void (*provoke)(gc_heap *heap), const char *const *parts);

#endif
