/* SPDX-License-Identifier: MIT */
/* misuse.c: see misuse.h. */
#include "misuse.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

uint32_t check_level = 1;
uint32_t check_records;
uint32_t check_quarantine = 4096;
int way;

/* Shared with the child. */
enum { MESSAGE_BYTES = 8192 };
static char *shared;

struct provocation {
    void (*provoke)(gc_heap *heap);
    int errors;
};

const char *message(void)
{
    return shared;
}

void take_message(void *context, const char *line)
{
    (void)context;
    strncat(shared, line, 1000);
    strcat(shared, "\n");
}

static void provoke_in_child(void *argument)
{
    const struct provocation *provocation = argument;
    child_check(dup2(provocation->errors, STDERR_FILENO) >= 0);
    gc_settings settings = quiet_settings();
    settings.check_level = check_level;
    settings.records = check_records;
    settings.quarantine_slots = check_quarantine;
    settings.log = take_message;
    gc_heap *heap = gc_heap_open(&settings);
    child_check(heap != NULL);
    provocation->provoke(heap);
}

int run_provoked(void (*provoke)(gc_heap *heap))
{
    FILE *errors = tmpfile();
    cr_assert_not_null(errors);
    if (!shared)
        shared = mmap(NULL, MESSAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(shared, MAP_FAILED);
    memset(shared, 0, MESSAGE_BYTES);
    struct provocation provocation = { provoke, fileno(errors) };
    int status = run_in_child(provoke_in_child, &provocation);
    size_t length = strlen(shared);
    rewind(errors);
    shared[length + fread(shared + length, 1, MESSAGE_BYTES - length - 1, errors)] = '\0';
    fclose(errors);
    return status;
}

void expect_message(void (*provoke)(gc_heap *heap), const char *const *parts)
{
    const int aborted = CHILD_SIGNALLED + SIGABRT;
    int status = run_provoked(provoke);
    cr_expect_eq(status, aborted, "way %d ended with %d, not SIGABRT: %s", way, status, shared);
    for (; *parts && status == aborted; parts++)
        cr_expect_not_null(strstr(shared, *parts), "way %d: no '%s' in: %s", way, *parts, shared);
}
