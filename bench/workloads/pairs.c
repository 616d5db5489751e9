/* SPDX-License-Identifier: MIT */
/* pairs.c: see pairs.h. */
#include "bench/workloads/pairs.h"

const gc_type_info pair_info = GC_TYPE_INFO(struct pair, GC_REFS(left, right));

static void note_pause(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)heap;
    if (phase == GC_COLLECT_STOP)
        bench_pause(context, bench_clock() - info->duration_ns, info->duration_ns);
}

gc_heap *pairs_heap(struct bench *bench)
{
    gc_settings settings;
    gc_settings_default(&settings);
    bench->settings = "";
    if (!bench->is_automatic) {
        settings.automatic = 0;
        bench->settings = "automatic=0";
    }
    gc_heap *heap = gc_heap_open(&settings);
    if (!heap || (bench->is_automatic && !gc_add_collect_callback(heap, note_pause, bench)))
        bench_fail("the heap did not open");
    return heap;
}

gc_type *pairs_register(gc_heap *heap, const gc_type_info *info)
{
    gc_type *type = gc_type_register(heap, info);
    if (!type)
        bench_fail("%s", gc_last_error_message(heap));
    return type;
}

gc_heap *pairs_open(struct bench *bench, gc_type **type)
{
    gc_heap *heap = pairs_heap(bench);
    *type = pairs_register(heap, &pair_info);
    return heap;
}

struct pair **pairs_create_all(gc_type *type, size_t n)
{
    struct pair **pairs = bench_memory(n, sizeof(struct pair *));
    for (size_t i = 0; i < n; i++)
        pairs[i] = pairs_create(type);
    return pairs;
}

void pairs_make_tree(struct pair **pairs, size_t n)
{
    for (size_t i = 1; i < n; i++)
        *(i % 2 ? &pairs[i / 2]->left : &pairs[i / 2 - 1]->right) = pairs[i];
}

size_t pairs_rings(gc_type *type, size_t n, size_t length)
{
    size_t made = 0;
    for (; made + length <= n; made += length) {
        struct pair *first = pairs_create(type), *last = first;
        for (size_t i = 1; i < length; i++) {
            last->left = pairs_create(type);
            last = last->left;
        }
        last->left = first; /* the last owned reference goes into the ring itself */
    }
    return made;
}

void pairs_collect(gc_heap *heap, size_t expected)
{
    size_t freed = gc_collect(heap);
    if (freed != expected)
        bench_fail("%zu objects were freed, must be %zu", freed, expected);
}
