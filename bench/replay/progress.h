/* SPDX-License-Identifier: MIT */
/* progress.h: a bar on standard error, where that is a terminal. */
#ifndef REPLAY_PROGRESS_H
#define REPLAY_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool shown; /* standard error is a terminal */
    const char *what;
    uint64_t total; /* 0: not known */
    uint64_t drawn_ns;
};

void progress_open(struct progress *progress);
/* One stretch of work; the bar goes when it ends. */
void progress_begin(struct progress *progress, const char *what, uint64_t total);
void progress_end(struct progress *progress);
void progress_draw(struct progress *progress, uint64_t done);

/* Cheap enough for a call with every object. */
static inline void progress_at(struct progress *progress, uint64_t done)
{
    if (__builtin_expect(progress->shown && done % 4096 == 0, 0))
        progress_draw(progress, done);
}

#endif
