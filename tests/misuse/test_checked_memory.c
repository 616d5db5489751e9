/* SPDX-License-Identifier: MIT */
/* test_checked_memory.c: a checked heap without memory. What it wants for its checks is refused at every step: a type is refused whole, and
 * where only a check has none, the check is left out. */
#include "../support/misuse.h"

#include <string.h>

enum { SMALLEST = 16, LARGEST = 1 << 20, SIZES = LARGEST / SMALLEST };

/* Blocks taken, by size, linked through their first word. */
static void *taken[SIZES + 1];

static void take(gc_heap *heap, size_t bytes, size_t most)
{
    void *block;
    while (most-- > 0 && (block = gc_alloc(heap, bytes))) {
        memcpy(block, &taken[bytes / SMALLEST], sizeof block);
        taken[bytes / SMALLEST] = block;
    }
}

/* Takes all memory: some blocks of every size that the library may want, then whatever there is, large ones first. */
static void take_all(gc_heap *heap)
{
    for (size_t bytes = SMALLEST; bytes <= 2048; bytes += SMALLEST)
        take(heap, bytes, 4);
    for (size_t bytes = LARGEST; bytes > 2048; bytes /= 2)
        take(heap, bytes, SIZE_MAX);
    for (size_t bytes = 2048; bytes >= SMALLEST; bytes -= SMALLEST)
        take(heap, bytes, SIZE_MAX);
}

/* Gives one block back. False: none of the size was taken. */
static bool give(gc_heap *heap, size_t bytes)
{
    void **first = &taken[bytes / SMALLEST], *block = *first;
    if (!block)
        return false;
    memcpy(first, block, sizeof block);
    gc_free(heap, block);
    return true;
}

static gc_heap *open_small(void)
{
    gc_settings settings = quiet_settings();
    settings.check_level = 1;
    settings.quarantine_slots = 0;
    settings.range_bytes = (size_t)16 << 20;
    return open_heap_with(&settings);
}

struct tagged {
    gc_object gc;
    uintptr_t first, second;
};

static void visit_both(void *object, gc_visitor *visitor)
{
    gc_visit_value(visitor, (void *)(((struct tagged *)object)->first & ~(uintptr_t)1));
    gc_visit_value(visitor, (void *)(((struct tagged *)object)->second & ~(uintptr_t)1));
}

static void clear_both(void *object)
{
    struct tagged *tagged = object;
    gc_release((void *)(tagged->first & ~(uintptr_t)1));
    gc_release((void *)(tagged->second & ~(uintptr_t)1));
}

static const gc_type_info tagged_info = GC_TYPE_INFO(struct tagged, GC_TRAVERSE(visit_both), GC_CLEAR(clear_both));

Test(checked_memory, a_type_is_refused_whole_at_every_step)
{
    gc_heap *heap = open_small();
    size_t refused = 0;
    take_all(heap);
    gc_type *type = gc_type_register(heap, &tagged_info);
    for (size_t bytes = SMALLEST; !type && bytes <= 2048; bytes += SMALLEST) {
        cr_assert_eq(gc_last_error(heap), GC_ERROR_MEMORY);
        refused++;
        for (int i = 0; i < 4; i++)
            give(heap, bytes);
        type = gc_type_register(heap, &tagged_info);
    }
    cr_assert_not_null(type);
    cr_assert_geq(refused, 3);
    close_heap(heap);
}

static struct tagged *tagged_new(gc_heap *heap)
{
    struct tagged *tagged = gc_create(struct tagged, gc_type_register(heap, &tagged_info));
    tagged->first = (uintptr_t)node_new(heap, 1) | 1;
    tagged->second = (uintptr_t)node_new(heap, 2) | 1;
    return tagged;
}

Test(checked_memory, a_clear_that_cannot_be_compared_still_clears)
{
    gc_heap *heap = open_small();
    struct tagged *alone = tagged_new(heap), *in_cycle = tagged_new(heap);
    gc_set(&((struct node *)(in_cycle->first & ~(uintptr_t)1))->left, (struct node *)(void *)in_cycle);
    take_all(heap);
    gc_release(alone);
    cr_assert_eq(objects_in(heap), 3);
    gc_release(in_cycle);
    cr_assert_eq(gc_collect(heap), 3);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

/* More references by value than room is kept for in any case. */
struct bag {
    gc_object gc;
    size_t keeps; /* how many its clear leaves */
    uintptr_t words[40];
};

enum { WORDS = sizeof((struct bag *)0)->words / sizeof(uintptr_t) };

static void visit_bag(void *object, gc_visitor *visitor)
{
    const struct bag *bag = object;
    for (size_t i = 0; i < WORDS; i++)
        if (bag->words[i])
            gc_visit_value(visitor, (void *)(bag->words[i] & ~(uintptr_t)1));
}

static void clear_bag(void *object)
{
    struct bag *bag = object;
    for (size_t i = 0; i < WORDS - bag->keeps; i++) {
        gc_release((void *)(bag->words[i] & ~(uintptr_t)1));
        bag->words[i] = 0;
    }
}

static const gc_type_info bag_info = GC_TYPE_INFO(struct bag, GC_TRAVERSE(visit_bag), GC_CLEAR(clear_bag));

static void clear_all_but(gc_heap *heap)
{
    struct bag *bag = gc_create(struct bag, gc_type_register(heap, &bag_info));
    bag->keeps = (size_t)way;
    for (size_t i = 0; i < WORDS; i++)
        bag->words[i] = (uintptr_t)leaf_new(heap, (int)i) | 1;
    gc_release(bag);
}

Test(checked_memory, room_is_taken_for_all_that_a_clear_is_to_release)
{
    way = 1;
    expect(clear_all_but, "clear of type 'struct bag' leaves a reference: traverse visits object 0x", "of type 'struct leaf' by value");
    way = 0;
    cr_assert_eq(run_provoked(clear_all_but), 0, "%s", message());
}
