/* SPDX-License-Identifier: MIT */
/* starve.c: see starve.h. */
#include "starve.h"

struct filler {
    gc_object gc;
    struct filler *next; /* not listed: held from outside */
};

static const gc_type_info acyclic_filler_info = GC_TYPE_INFO(struct filler, GC_TYPE_FLAGS(GC_ACYCLIC));
static const gc_type_info filler_info = GC_TYPE_INFO(struct filler, GC_TYPE_FLAGS(GC_UNTRACKED));

static struct filler *fillers;
static void **blocks;

gc_heap *open_small_heap(void)
{
    gc_settings settings = unchecked_settings();
    settings.range_bytes = (size_t)16 << 20;
    return open_heap_with(&settings);
}

static void take_blocks(gc_heap *heap)
{
    /* jemalloc has four classes of sizes between a power of two and the next, each with room of its own. */
    for (size_t bytes = (size_t)8 << 20; bytes >= 16; bytes = bytes > 256 ? bytes / 10 * 9 : bytes - 16)
        for (void **block; (block = gc_alloc(heap, bytes)) != NULL; blocks = block)
            *block = blocks;
}

static void take_slots(gc_heap *heap, const gc_type_info *info)
{
    gc_type *type = gc_type_register(heap, info);
    cr_assert_not_null(type, "starving needs two types");
    /* Each class has slots of its own: steps of 8 bytes first, then so small that no class is left out. */
    for (size_t extra = 0; extra <= (size_t)1 << 20; extra = extra < 128 ? extra + 8 : extra + extra / 16)
        for (struct filler *filler; (filler = gc_create_extra(struct filler, type, extra)) != NULL; fillers = filler)
            filler->next = fillers;
}

void starve(gc_heap *heap)
{
    cr_assert(!fillers && !blocks);
    gc_type_register(heap, &acyclic_filler_info);
    gc_type_register(heap, &filler_info);
    take_blocks(heap);
    take_slots(heap, &acyclic_filler_info);
    take_slots(heap, &filler_info);
    take_blocks(heap);
}

void feed(gc_heap *heap)
{
    while (blocks) {
        void *block = blocks;
        blocks = *blocks;
        gc_free(heap, block);
    }
    while (fillers) {
        struct filler *filler = fillers;
        fillers = filler->next;
        gc_release(filler);
    }
}
