/* SPDX-License-Identifier: MIT */
/* numbers.c: a long list of JSON numbers, four bytes each. */
#include "numbers.h"

#include "table.h"

#include <stdlib.h>

static bool numbers_add_item(struct numbers *numbers, uint32_t item)
{
    if (numbers->count == numbers->capacity) {
        uint32_t *items = table_reserve(numbers->items, &numbers->capacity, numbers->count + 1, sizeof *items);
        if (!items)
            return false;
        numbers->items = items;
    }
    numbers->items[numbers->count++] = item;
    return true;
}

static bool numbers_add_wide(struct numbers *numbers, int64_t value)
{
    struct numbers_wide *wide =
        table_reserve(numbers->wide, &numbers->wide_capacity, numbers->wide_count + 1, sizeof *wide);
    if (!wide)
        return false;
    numbers->wide = wide;
    wide[numbers->wide_count++] = (struct numbers_wide){ numbers->count, value };
    return numbers_add_item(numbers, NUMBERS_WIDE);
}

bool numbers_add(struct numbers *numbers, int64_t value)
{
    if (value >= 0 && value < NUMBERS_WIDE)
        return numbers_add_item(numbers, (uint32_t)value);
    return numbers_add_wide(numbers, value);
}

/* A number of JSON's grammar, or one of the two stand-ins. */
static int64_t numbers_parse(const char *text, size_t length)
{
    bool negative = length && text[0] == '-';
    bool too_large = false;
    int64_t value = 0;
    for (size_t i = negative; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return NUMBERS_NOT_AN_INTEGER;
        /* One past the first overflow is enough; go on, it may yet have a fraction. */
        if (!too_large)
            too_large = __builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, text[i] - '0', &value);
    }
    if (too_large)
        return NUMBERS_OUT_OF_RANGE;
    return negative ? -value : value;
}

bool numbers_add_text(struct numbers *numbers, const char *text, size_t length)
{
    return numbers_add(numbers, numbers_parse(text, length));
}

int64_t numbers_wide_at(const struct numbers *numbers, size_t index)
{
    size_t low = 0, high = numbers->wide_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (numbers->wide[middle].index <= index)
            low = middle;
        else
            high = middle;
    }
    return numbers->wide[low].value;
}

void numbers_free(struct numbers *numbers)
{
    free(numbers->items);
    free(numbers->wide);
    *numbers = (struct numbers){ 0 };
}
