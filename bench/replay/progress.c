/* SPDX-License-Identifier: MIT */
/* progress.c: a bar on standard error, where that is a terminal. */
#define _GNU_SOURCE 1
#include "progress.h"

#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROGRESS_WIDTH = 32, PROGRESS_INTERVAL_NS = 50000000 };

void progress_open(struct progress *progress)
{
    const char *terminal = getenv("TERM");
    bool obeys = terminal && *terminal && strcmp(terminal, "dumb") != 0;
    *progress = (struct progress){ .shown = obeys && isatty(STDERR_FILENO) };
}

static void progress_write(const struct progress *progress, uint64_t done)
{
    fprintf(stderr, "\r\033[K%-11s", progress->what);
    if (progress->total) {
        uint64_t part = done < progress->total ? done : progress->total;
        double share = (double)part / (double)progress->total;
        int full = (int)(share * PROGRESS_WIDTH);
        for (int i = 0; i < PROGRESS_WIDTH; i++)
            fputs(i < full ? "█" : "░", stderr);
        fprintf(stderr, " %3.0f %%", share * 100);
    } else {
        fputs("…", stderr);
    }
    fflush(stderr);
}

void progress_begin(struct progress *progress, const char *what, uint64_t total)
{
    progress->what = what;
    progress->total = total;
    progress->drawn_ns = clock_ns();
    if (progress->shown)
        progress_write(progress, 0);
}

void progress_draw(struct progress *progress, uint64_t done)
{
    uint64_t now = clock_ns();
    if (!progress->shown || now - progress->drawn_ns < PROGRESS_INTERVAL_NS)
        return;
    progress->drawn_ns = now;
    progress_write(progress, done);
}

void progress_end(struct progress *progress)
{
    if (!progress->shown)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
}
