/* SPDX-License-Identifier: MIT */
/* names.c: a list of strings, one behind the other. */
#include "names.h"

#include "table.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_LENGTH_MAX = 128, NAMES_PREFIX = 96 };

/* FNV-1a, 64 bits. */
static uint64_t names_hash(const char *text, size_t length)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
    return hash;
}

/* Where to end a prefix so that no UTF-8 sequence is cut in two. */
static size_t names_prefix_length(const char *text)
{
    size_t length = NAMES_PREFIX;
    while (length > NAMES_PREFIX - 4 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    return length;
}

static bool names_append(struct names *names, const char *text, size_t length)
{
    char *bytes = table_reserve(names->bytes, &names->bytes_capacity, names->used + length + 1, 1);
    if (!bytes)
        return false;
    names->bytes = bytes;
    size_t *ends = table_reserve(names->ends, &names->capacity, names->count + 1, sizeof *ends);
    if (!ends)
        return false;
    names->ends = ends;
    memcpy(bytes + names->used, text, length);
    names->used += length;
    ends[names->count++] = names->used;
    return true;
}

bool names_add(struct names *names, const char *text, size_t length)
{
    if (length <= NAMES_LENGTH_MAX)
        return names_append(names, text, length);
    char shortened[NAMES_LENGTH_MAX + 1];
    size_t prefix = names_prefix_length(text);
    memcpy(shortened, text, prefix);
    int rest = snprintf(shortened + prefix, sizeof shortened - prefix, "…#%016" PRIx64, names_hash(text, length));
    return names_append(names, shortened, prefix + (size_t)rest);
}

struct name names_at(const struct names *names, size_t index)
{
    size_t start = index ? names->ends[index - 1] : 0;
    return (struct name){ names->bytes + start, names->ends[index] - start };
}

bool name_is(struct name name, const char *text)
{
    return name.length == strlen(text) && memcmp(name.text, text, name.length) == 0;
}

int name_compare(struct name one, struct name other)
{
    size_t shorter = one.length < other.length ? one.length : other.length;
    int order = shorter ? memcmp(one.text, other.text, shorter) : 0;
    if (order)
        return order;
    return (one.length > other.length) - (one.length < other.length);
}

void names_free(struct names *names)
{
    free(names->bytes);
    free(names->ends);
    *names = (struct names){ 0 };
}
