/* SPDX-License-Identifier: MIT */
/* numbers.h: a long list of JSON numbers, four bytes each.
 *
 * The arrays of a snapshot can come before the text that says what their columns mean, so they are kept as they were read.
 * Nearly every number fits in 32 bits; the few that do not, and what is no integer at all, are kept aside. */
#ifndef REPLAY_NUMBERS_H
#define REPLAY_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct numbers_wide {
    size_t index;
    int64_t value;
};

struct numbers {
    uint32_t *items; /* NUMBERS_WIDE: see `wide` */
    size_t count, capacity;
    struct numbers_wide *wide; /* by rising index */
    size_t wide_count, wide_capacity;
};

#define NUMBERS_WIDE UINT32_MAX
/* Two values that stand for what was there instead of an integer. */
#define NUMBERS_NOT_AN_INTEGER INT64_MIN
#define NUMBERS_OUT_OF_RANGE (INT64_MIN + 1)

/* Adds the number that is written so. A fraction or an exponent makes it no integer. Returns false without memory. */
bool numbers_add_text(struct numbers *numbers, const char *text, size_t length);
bool numbers_add(struct numbers *numbers, int64_t value);
void numbers_free(struct numbers *numbers);

int64_t numbers_wide_at(const struct numbers *numbers, size_t index);

static inline int64_t numbers_at(const struct numbers *numbers, size_t index)
{
    uint32_t item = numbers->items[index];
    return item != NUMBERS_WIDE ? (int64_t)item : numbers_wide_at(numbers, index);
}

#endif
