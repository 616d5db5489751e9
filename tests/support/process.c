/* SPDX-License-Identifier: MIT */
/* process.c: see process.h. */
#include "process.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t statm_pages(int column)
{
    unsigned long pages[2] = { 0, 0 };
    FILE *statm = fopen("/proc/self/statm", "r");
    if (!statm || fscanf(statm, "%lu %lu", &pages[0], &pages[1]) != 2)
        abort();
    fclose(statm);
    return (size_t)pages[column] * (size_t)sysconf(_SC_PAGESIZE);
}

size_t address_space_bytes(void)
{
    return statm_pages(0);
}

size_t resident_bytes(void)
{
    return statm_pages(1);
}

/* Of tests/cover/flush.c, which is linked where counts of what is run have to be kept. */
void flush_counts(void) __attribute__((weak));
void flush_counts_at_abort(void) __attribute__((weak));

static _Noreturn void child_ends(int status)
{
    if (flush_counts)
        flush_counts();
    _exit(status);
}

int run_in_child(void (*body)(void *argument), void *argument)
{
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        return -1;
    if (child == 0) {
        static const int signals[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTERM };
        const struct rlimit no_core = { 0, 0 };
        setrlimit(RLIMIT_CORE, &no_core);
        for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
            signal(signals[i], SIG_DFL);
        if (flush_counts_at_abort)
            flush_counts_at_abort();
        body(argument);
        child_ends(0);
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child)
        return -1;
    return WIFSIGNALED(status) ? CHILD_SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

void child_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: in a child: %s does not hold\n", file, line, condition);
    child_ends(1);
}
