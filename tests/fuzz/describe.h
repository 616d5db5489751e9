/* SPDX-License-Identifier: MIT */
/* describe.h: numbers and type descriptions from the bytes of an input. */
#ifndef TESTS_FUZZ_DESCRIBE_H
#define TESTS_FUZZ_DESCRIBE_H

#include <libgc.h>

enum { ITEMS_MAX = 8 };

struct bytes {
    const uint8_t *next, *end;
};

struct description {
    gc_type_info info;
    gc_item items[ITEMS_MAX];
    gc_value_rule rules[ITEMS_MAX];
    char name[16];
};

static inline unsigned take(struct bytes *bytes)
{
    return bytes->next < bytes->end ? *bytes->next++ : 0;
}

/* A number that is likely to matter: small, a power of two or beside one, or any. */
uint64_t take_number(struct bytes *bytes);

/* A description, right or wrong. What its functions do is nothing that the collector would notice. */
void take_description(struct bytes *bytes, struct description *d);

/* On standard error, with LIBGC_TRACE. */
void show_description(const gc_type_info *info, const char *outcome);

/* What an object is written as by the GC_REPR of every description that has one. */
#define DESCRIBED_TEXT "nothing of NULL, 17"

#endif
