/* SPDX-License-Identifier: MIT */
/* test_type_descriptions.c: descriptions that contradict themselves, as the macros cannot make them, and that were once accepted. */
#include "../support/support.h"

#include <string.h>

struct flexible {
    gc_object gc;
    size_t count;
    void *first, *second;
    void *items[];
};

#define MEMBER(kind, name, size) { kind, offsetof(struct flexible, name), size, 8, offsetof(struct flexible, count), 8, #name, NULL, NULL }

static void refuse(const gc_item *items, size_t count, size_t alignment, const char *words)
{
    gc_heap *heap = open_heap();
    gc_type_info info = { "struct flexible", sizeof(struct flexible), alignment, items, count };
    cr_assert_null(gc_type_register(heap, &info), "accepted, though: %s", words);
    cr_assert_eq(gc_last_error(heap), GC_ERROR_TYPE);
    cr_assert(strstr(gc_last_error_message(heap), words), "%s", gc_last_error_message(heap));
    close_heap(heap);
}

/* Objects were put at multiples of what is no multiple of eight. */
Test(type_descriptions, an_alignment_that_is_no_power_of_two_is_refused)
{
    static const gc_item items[] = { MEMBER(GC__ITEM_REF, first, 8) };
    refuse(items, 1, 24, "an alignment of 24; it must be a power of two");
    refuse(items, 1, 3, "an alignment of 3; it must be a power of two");
}

/* The elements were the other members too: what one held was released twice. */
Test(type_descriptions, a_flexible_array_before_another_member_is_refused)
{
    gc_item before[] = { MEMBER(GC__ITEM_REF_FLEX, first, 0), MEMBER(GC__ITEM_REF, second, 8) };
    gc_item behind[] = { MEMBER(GC__ITEM_REF, second, 8), MEMBER(GC__ITEM_REF_FLEX, first, 0) };
    refuse(before, 2, 8, "member 'first': is a flexible array, and another listed member lies behind its start");
    refuse(behind, 2, 8, "member 'first': is a flexible array, and another listed member lies behind its start");
}

/* The number was written over a reference, and then released. */
Test(type_descriptions, a_count_that_is_a_listed_member_is_refused)
{
    gc_item same[] = { MEMBER(GC__ITEM_REF, first, 8), MEMBER(GC__ITEM_REF_FLEX, items, 0) };
    gc_item inside[] = { MEMBER(GC__ITEM_REF_FLEX, items, 0) };
    same[1].count_offset = offsetof(struct flexible, first) + 4, same[1].count_size = 4;
    inside[0].offset = offsetof(struct flexible, first), inside[0].count_offset = offsetof(struct flexible, second);
    refuse(same, 2, 8, "member 'items': is counted by a member that is listed itself, or overlaps one that is");
    refuse(inside, 1, 8, "member 'items': is counted by a member that is listed itself, or overlaps one that is");
}
