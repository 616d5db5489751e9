/* SPDX-License-Identifier: MIT */
/* test_type_index.c: guards the index of lib/type: of thousands of descriptions each is found again, and is registered once. */
#include "../support/support.h"

#include "lib/heap.h"

enum { TYPES = 5000 };

Test(type_index, each_description_is_found_again_while_it_grows)
{
    static gc_type_info infos[TYPES];
    static gc_type *types[TYPES];
    gc_heap *heap = open_heap();
    uint32_t before = heap->type_count;
    size_t used = heap->type_index_used;
    for (int i = 0; i < TYPES; i++) {
        infos[i] = (gc_type_info){ "one of many", sizeof(struct leaf) + 8 * (size_t)(i % 9), 8, NULL, 0 };
        types[i] = gc_type_register(heap, &infos[i]);
        cr_assert_not_null(types[i]);
        cr_assert_eq(((gc__type *)types[i])->info, &infos[i]);
        cr_assert_eq(((gc__type *)types[i])->number, before + (uint32_t)i);
        cr_assert_eq(heap->type_index_used, used + (size_t)i + 1);
        cr_assert_leq(heap->type_index_used, heap->type_index_capacity / 2 + 1, "half of it is free");
        cr_assert_eq(gc_type_register(heap, &infos[i / 2]), types[i / 2]);
    }
    for (int i = 0; i < TYPES; i++)
        cr_assert_eq(gc_type_register(heap, &infos[i]), types[i]);
    cr_assert_eq(heap->type_count, before + TYPES);
    cr_assert_leq(heap->type_index_capacity, 8 * TYPES);
    close_heap(heap);
}

Test(type_index, ends_at_the_last_number_that_a_type_may_have)
{
    gc_heap *heap = open_heap();
    uint32_t count = heap->type_count;
    heap->type_count = (uint32_t)GC__TYPES_MAX;
    cr_assert_null(gc_type_register(heap, &leaf_info));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    heap->type_count = count;
    cr_assert_not_null(gc_type_register(heap, &leaf_info));
    close_heap(heap);
}
