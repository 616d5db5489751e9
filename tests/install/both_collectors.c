/* SPDX-License-Identifier: MIT */
/* both_collectors.c: one program that uses this library and Boehm's collector, which is also called libgc. */
#ifdef BOEHM_FIRST
#include <gc.h>
#include <libgc.h>
#else
#include <libgc.h>
#include <gc.h>
#endif

struct pair {
    gc_object gc;
    struct pair *other;
};
static const gc_type_info pair_info = GC_TYPE_INFO(struct pair, GC_REFS(other));

static size_t collect_a_cycle(void)
{
    gc_heap *heap = gc_heap_open(NULL);
    gc_type *type = gc_type_register(heap, &pair_info);
    struct pair *a = gc_create(struct pair, type);
    struct pair *b = gc_create(struct pair, type);
    gc_set(&a->other, b);
    gc_set(&b->other, a);
    gc_release(a);
    gc_release(b);
    size_t freed = gc_collect(heap);
    return gc_heap_close(heap) == 0 ? freed : 0;
}

int main(void)
{
    GC_INIT();
    void **block = (void **)GC_MALLOC(64);
    if (!block || block[0])
        return 1;
    size_t freed = collect_a_cycle();
    GC_gcollect();
    return freed == 2 ? 0 : 1;
}
