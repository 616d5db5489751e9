/* SPDX-License-Identifier: MIT */
/* flush.c: in a build that counts what is run, keeps the counts of children that end otherwise than by returning from main: by _exit, and
 * where a checked heap aborts. support/process.c calls these, if they are linked. */
#include <signal.h>

void __gcov_dump(void);
void flush_counts(void);
void flush_counts_at_abort(void);

void flush_counts(void)
{
    __gcov_dump();
}

static void flush_and_go_on(int number)
{
    (void)number; /* abort() raises it again, without a handler */
    __gcov_dump();
}

void flush_counts_at_abort(void)
{
    signal(SIGABRT, flush_and_go_on);
}
