/* SPDX-License-Identifier: MIT */
/* keys.h: what GLib's containers are filled with: a word that counts and, behind it, what GLib is given a pointer to: a text, a number,
 * or two pointers. The count goes up before something is stored, and down in the container's own GDestroyNotify. */
#ifndef BENCH_PEERS_GLIB_KEYS_H
#define BENCH_PEERS_GLIB_KEYS_H

#include "bench/harness.h"

#include <glib.h>

enum keys_kind {
    KEYS_STRING,
    KEYS_INTEGER,
    KEYS_IDENTITY
};

struct keys {
    gpointer *keys, *equals; /* key i, and one that is equal to it: another one but for KEYS_IDENTITY */
};

void keys_open(struct bench *bench, struct keys *keys, size_t count);
gpointer *keys_in_order(const gpointer *keys, const uint32_t *order, size_t first, size_t n);
gpointer *keys_integers(size_t count);

/* A table for keys of the workload's kind, which releases them; and its values with `release_value`, NULL for a set. */
GHashTable *keys_table(const struct bench *bench, GDestroyNotify release_value);

static inline gpointer counted_retain(gpointer counted)
{
    ((gint64 *)counted)[-1]++;
    return counted;
}

void counted_release(gpointer counted);

extern const bench_workload dictionaries_workloads[];
extern const bench_workload lists_workloads[];
extern const bench_workload sets_workloads[];

#endif
