/* SPDX-License-Identifier: MIT */
/* process.h: the test process's own figures, and running something in a child of it. */
#ifndef LIBGC_TESTS_PROCESS_H
#define LIBGC_TESTS_PROCESS_H

#include <stddef.h>

/* Bytes of this process, from /proc/self/statm: physical memory, and addresses. */
size_t resident_bytes(void);
size_t address_space_bytes(void);

/* Runs `body` in a forked child without core dumps and with the default signal actions. Returns its exit status, or 256 + the
 * number of the signal that ended it. The child exits with 0 when `body` returns. */
int run_in_child(void (*body)(void *argument), void *argument);
enum { CHILD_SIGNALLED = 256 };

/* For bodies of children, where Criterion's assertions do not reach the test: exits with status 1 and says where. */
#define child_check(condition) ((condition) ? (void)0 : child_failed(#condition, __FILE__, __LINE__))
void child_failed(const char *condition, const char *file, int line);

#endif
