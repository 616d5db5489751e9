/* SPDX-License-Identifier: MIT */
/* mixed_trend.c: samples of the process's resident memory, and the line of least squares through them.
 *
 * Samples are as far apart, in steps of work, as makes no more than SAMPLES of them: when there is no room for one more, every second
 * one goes. Resident memory rises for a while after live objects and what heaps have handed out are steady: each new peak of a size reaches
 * pages of its slabs that nothing has used. What heaps hold is the limit of that, so its trend is shown too; and the soak begins with a
 * peak (mixed.c). */
#include "mixed.h"

#include <string.h>
#include <unistd.h>

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

void trend_add(struct trend *trend, uint64_t steps, double seconds, size_t held)
{
    if (trend->count == SAMPLES) {
        for (size_t i = 0; i < SAMPLES / 2; i++)
            trend->samples[i] = trend->samples[2 * i];
        trend->count = SAMPLES / 2;
        trend->every *= 2;
    }
    trend->next = steps + trend->every;
    trend->samples[trend->count++] = (struct sample){ seconds, (double)steps, (double)trend_resident(), (double)held };
}

double trend_growth(const struct trend *trend, double warm_up, size_t offset)
{
    double n = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0, first = 0, last = 0;
    if (trend->count < 16)
        return 0;
    double from = trend->samples[trend->count - 1].steps * warm_up;
    for (size_t i = 0; i < trend->count; i++) {
        double x = trend->samples[i].steps, y;
        memcpy(&y, (const char *)&trend->samples[i] + offset, sizeof y);
        if (x < from)
            continue;
        if (n == 0)
            first = x;
        last = x;
        x -= from; /* small numbers keep the sums exact */
        n++, sum_x += x, sum_y += y, sum_xx += x * x, sum_xy += x * y;
    }
    double slope = (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
    return slope * (last - first) / (sum_y / n);
}
