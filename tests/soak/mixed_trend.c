/* SPDX-License-Identifier: MIT */
/* mixed_trend.c: samples of the process's resident memory, and the line of least squares through them.
 *
 * Samples are as far apart, in steps of work, as makes no more than SAMPLES of them: when there is no room for one more, every second
 * one goes. Two things would pass for a trend. Free pages go back to the system when nothing has needed them for a second or ten: at a
 * quarter of the speed 6 % less is resident after the same steps. So heaps are trimmed for a sample, and what is kept then is judged. That
 * still rises and falls with the garbage that waits for a full collection, by a tenth and more. So the run is judged by its floor: the
 * least of each of WINDOWS parts of it. The lines through all samples are shown too, and that through what heaps hold, which is the
 * limit of what can become resident. */
#include "mixed.h"

#include <string.h>
#include <unistd.h>

enum { SAMPLES_LEAST = 16, WINDOWS = 64 };

size_t trend_resident(void)
{
    unsigned long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        return 0;
    int read = fscanf(file, "%lu %lu", &size, &resident);
    fclose(file);
    return read == 2 ? resident * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

void trend_start(struct trend *trend)
{
    trend->every = 1024;
    trend->next = 0;
    trend->count = 0;
}

bool trend_is_due(const struct trend *trend, uint64_t steps)
{
    return steps >= trend->next;
}

void trend_add(struct trend *trend, const struct sample *sample)
{
    if (trend->count == SAMPLES) {
        for (size_t i = 0; i < SAMPLES / 2; i++)
            trend->samples[i] = trend->samples[2 * i];
        trend->count = SAMPLES / 2;
        trend->every *= 2;
    }
    trend->next = (uint64_t)sample->steps + trend->every;
    trend->samples[trend->count++] = *sample;
}

/* What a line of least squares needs. */
struct line {
    double n, sum_x, sum_y, sum_xx, sum_xy, first, last;
};

static void line_add(struct line *line, double x, double y)
{
    if (line->n == 0)
        line->first = x;
    line->last = x;
    x -= line->first; /* small numbers keep the sums exact */
    line->n++, line->sum_x += x, line->sum_y += y, line->sum_xx += x * x, line->sum_xy += x * y;
}

static double line_growth(const struct line *line)
{
    double slope = (line->n * line->sum_xy - line->sum_x * line->sum_y) / (line->n * line->sum_xx - line->sum_x * line->sum_x);
    return slope * (line->last - line->first) / (line->sum_y / line->n);
}

/* The first sample after the warm-up. */
static size_t trend_first(const struct trend *trend, double warm_up)
{
    size_t i = 0;
    while (trend->samples[i].steps < trend->samples[trend->count - 1].steps * warm_up)
        i++;
    return i;
}

double trend_growth(const struct trend *trend, double warm_up, size_t offset)
{
    struct line line = { 0 };
    if (trend->count < SAMPLES_LEAST)
        return 0;
    for (size_t i = trend_first(trend, warm_up); i < trend->count; i++) {
        double y;
        memcpy(&y, (const char *)&trend->samples[i] + offset, sizeof y);
        line_add(&line, trend->samples[i].steps, y);
    }
    return line_growth(&line);
}

double trend_floor_growth(const struct trend *trend, double warm_up)
{
    struct line line = { 0 };
    if (trend->count < SAMPLES_LEAST)
        return 0;
    size_t first = trend_first(trend, warm_up), count = trend->count - first, windows = count < WINDOWS ? count : WINDOWS;
    for (size_t w = 0; w < windows; w++) {
        size_t from = first + w * count / windows, to = first + (w + 1) * count / windows;
        double least = trend->samples[from].kept;
        for (size_t i = from + 1; i < to; i++)
            if (trend->samples[i].kept < least)
                least = trend->samples[i].kept;
        line_add(&line, (double)w, least);
    }
    return line_growth(&line);
}
