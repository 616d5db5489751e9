/* SPDX-License-Identifier: MIT */
/* keys.c: see keys.h. */
#include "bench/workloads/keys.h"

static void *keys_create(gc_heap *heap, gc_type *pair, size_t kind, size_t i)
{
    if (kind == KEYS_STRING)
        return pairs_check(gc_string_format(heap, "%u", bench_key(i)));
    if (kind == KEYS_INTEGER)
        return pairs_check(gc_integer_create(heap, bench_key(i)));
    return pairs_create(pair);
}

void keys_open(struct bench *bench, struct keys *keys, size_t count)
{
    gc_type *pair;
    keys->heap = pairs_open(bench, &pair);
    keys->count = count;
    keys->keys = bench_memory(count, sizeof(void *));
    keys->equals = bench_memory(count, sizeof(void *));
    for (size_t i = 0; i < count; i++)
        keys->keys[i] = keys_create(keys->heap, pair, bench->variant, i);
    for (size_t i = 0; i < count; i++) {
        bool is_identity = bench->variant == KEYS_IDENTITY;
        keys->equals[i] = is_identity ? gc_retain(keys->keys[i]) : keys_create(keys->heap, pair, bench->variant, i);
        uint64_t hash, same;
        if (!gc_hash(keys->keys[i], &hash) || !gc_hash(keys->equals[i], &same) || hash != same)
            bench_fail("a key has no hash, or two");
    }
}

void **keys_in_order(void *const *keys, const uint32_t *order, size_t first, size_t n)
{
    void **ordered = bench_memory(n, sizeof(void *));
    for (size_t i = 0; i < n; i++)
        ordered[i] = keys[first + order[i]];
    return ordered;
}

void **keys_integers(gc_heap *heap, size_t count)
{
    void **integers = bench_memory(count, sizeof(void *));
    for (size_t i = 0; i < count; i++)
        integers[i] = pairs_check(gc_integer_create(heap, bench_key(i)));
    return integers;
}
