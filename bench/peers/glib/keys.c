/* SPDX-License-Identifier: MIT */
/* keys.c: see keys.h. */
#include "bench/peers/glib/keys.h"

#include <stdio.h>
#include <string.h>

/* As long as a pair of the contract, its count included. */
#define IDENTITY_BYTES 16u

static gpointer counted_create(const void *content, size_t bytes)
{
    gint64 *count = g_malloc(sizeof *count + bytes);
    *count = 1;
    if (content)
        memcpy(count + 1, content, bytes);
    else
        memset(count + 1, 0, bytes);
    return count + 1;
}

void counted_release(gpointer counted)
{
    gint64 *count = (gint64 *)counted - 1;
    if (--*count == 0)
        g_free(count);
}

static gpointer keys_create(size_t kind, size_t i)
{
    char text[16];
    gint64 number = bench_key(i);
    if (kind == KEYS_STRING)
        return counted_create(text, (size_t)snprintf(text, sizeof text, "%u", bench_key(i)) + 1);
    return kind == KEYS_INTEGER ? counted_create(&number, sizeof number) : counted_create(NULL, IDENTITY_BYTES);
}

void keys_open(struct bench *bench, struct keys *keys, size_t count)
{
    bench->settings = "";
    keys->keys = bench_memory(count, sizeof(gpointer));
    keys->equals = bench_memory(count, sizeof(gpointer));
    for (size_t i = 0; i < count; i++)
        keys->keys[i] = keys_create(bench->variant, i);
    for (size_t i = 0; i < count; i++)
        keys->equals[i] = bench->variant == KEYS_IDENTITY ? counted_retain(keys->keys[i]) : keys_create(bench->variant, i);
}

gpointer *keys_in_order(const gpointer *keys, const uint32_t *order, size_t first, size_t n)
{
    gpointer *ordered = bench_memory(n, sizeof(gpointer));
    for (size_t i = 0; i < n; i++)
        ordered[i] = keys[first + order[i]];
    return ordered;
}

gpointer *keys_integers(size_t count)
{
    gpointer *integers = bench_memory(count, sizeof(gpointer));
    for (size_t i = 0; i < count; i++)
        integers[i] = keys_create(KEYS_INTEGER, i);
    return integers;
}

GHashTable *keys_table(const struct bench *bench, GDestroyNotify release_value)
{
    static const struct {
        GHashFunc hash;
        GEqualFunc equal; /* NULL: GLib compares the pointers itself */
    } of_kind[] = { { g_str_hash, g_str_equal }, { g_int64_hash, g_int64_equal }, { g_direct_hash, NULL } };
    return g_hash_table_new_full(of_kind[bench->variant].hash, of_kind[bench->variant].equal, counted_release, release_value);
}
