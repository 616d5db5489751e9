/* SPDX-License-Identifier: MIT */
/* names.h: a list of strings, one behind the other.
 *
 * Only class names matter, but which strings are class names is known late; a program's own strings can be megabytes
 * each. So a long string is kept as its first bytes and a hash of the whole, which still tells different ones apart. */
#ifndef REPLAY_NAMES_H
#define REPLAY_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct names {
    char *bytes;
    size_t used, bytes_capacity;
    size_t *ends; /* where each name ends in `bytes` */
    size_t count, capacity;
};

struct name {
    const char *text; /* not ended by a zero */
    size_t length;
};

/* Returns false without memory. */
bool names_add(struct names *names, const char *text, size_t length);
struct name names_at(const struct names *names, size_t index);
bool name_is(struct name name, const char *text);
/* As memcmp: one order for all names, equal only where they are the same. */
int name_compare(struct name one, struct name other);
void names_free(struct names *names);

#endif
