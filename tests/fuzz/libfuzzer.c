/* SPDX-License-Identifier: MIT */
/* libfuzzer.c: a target with libFuzzer around it: it says every few seconds, and at the end, how many operations
 * were done. */
#include "tests/fuzz/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { REPORT_SECONDS = 2 };

uint64_t target_operations;

int LLVMFuzzerInitialize(int *argument_count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void report(void)
{
    fprintf(stderr, "operations: %llu\n", (unsigned long long)target_operations);
}

int LLVMFuzzerInitialize(int *argument_count, char ***arguments)
{
    (void)argument_count, (void)arguments;
    atexit(report);
    return 0;
}

/* libFuzzer's own entry. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static time_t reported;
    int result = target_run(data, size);
    time_t now = time(NULL);
    if (now >= reported + REPORT_SECONDS) {
        reported = now;
        report();
    }
    return result;
}
