/* SPDX-License-Identifier: MIT */
/* model_random.h: a small random number generator whose whole state is one printed seed. */
#ifndef TESTS_MODEL_RANDOM_H
#define TESTS_MODEL_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct model_random {
    uint64_t state;
};

/* splitmix64 (S. Vigna, public domain algorithm): every seed is good, also 0. */
static inline uint64_t model_random_next(struct model_random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 to limit - 1; limit is at least 1. */
static inline int model_random_below(struct model_random *random, int limit)
{
    return (int)(model_random_next(random) % (uint64_t)limit);
}

static inline bool model_random_percent(struct model_random *random, int percent)
{
    return model_random_below(random, 100) < percent;
}

/* 0 to limit - 1, small numbers as likely as large ones. */
static inline int model_random_skewed(struct model_random *random, int limit)
{
    int ceiling = limit;
    while (ceiling > 1 && model_random_percent(random, 50))
        ceiling = (ceiling + 1) / 2;
    return model_random_below(random, ceiling);
}

#endif
