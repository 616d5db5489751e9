/* SPDX-License-Identifier: MIT */
/* test_addresses.c: guards lib/slab and the look-up in gc/collection.h: only the start of a slot is an object, whatever a field holds. */
#include "gc/collection.h"

#include <criterion/criterion.h>

struct holder {
    gc_object gc;
    void *pointer;
};

static const gc_type_info holder_info = GC_TYPE_INFO(struct holder, GC_REFS(pointer));

static gc_heap *open_heap(gc_type **type)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    settings.check_level = 0;
    gc_heap *heap = gc_heap_open(&settings);
    cr_assert_not_null(heap);
    *type = gc_type_register(heap, &holder_info);
    return heap;
}

Test(addresses, of_all_addresses_of_a_slab_only_starts_of_slots_are_found)
{
    static const size_t extras[] = { 0, 8, 24, 48, 100, 500, 1000, 3000, 9000, 17000, 30000 };
    gc_type *type;
    gc_heap *heap = open_heap(&type);
    for (size_t k = 0; k < sizeof extras / sizeof extras[0]; k++) {
        struct holder *object = gc_create_extra(struct holder, type, extras[k]);
        gc__slab *slab = gc__slab_of(object);
        char *start = gc__slab_start(heap, slab);
        for (size_t offset = 0; offset < slab->granules * GC__GRANULE; offset += 8) {
            uint32_t index = gc__target_index(heap->lookups, heap->base, heap->top, start + offset);
            bool is_start = offset % slab->slot_size == 0;
            cr_assert_eq(index != 0, is_start, "offset %zu of a slab of %u-byte slots", offset, slab->slot_size);
            if (is_start)
                cr_assert_eq(index, slab->table + offset / slab->slot_size);
            /* The tail may hold one start: its entry is the slab's own, and never an object. */
            if (is_start && offset / slab->slot_size >= slab->capacity)
                cr_assert(index < slab->table + gc__slab_entries(slab) && heap->states[index] == 0);
        }
        gc_release(object);
    }
    cr_assert_eq(gc_heap_close(heap), 0);
}

Test(addresses, a_large_object_is_found_at_its_start_only)
{
    gc_type *type;
    gc_heap *heap = open_heap(&type);
    static const size_t extras[] = { 40000, 70000, 1 << 20, 5 << 20, 20 << 20 };
    for (size_t k = 0; k < sizeof extras / sizeof extras[0]; k++) {
        struct holder *object = gc_create_extra(struct holder, type, extras[k]);
        cr_assert_not_null(object);
        for (size_t offset = 0; offset < extras[k]; offset += 4096)
            cr_assert_eq(gc__target_index(heap->lookups, heap->base, heap->top, (char *)object + offset) != 0, offset == 0);
        cr_assert(gc_is_object(heap, object));
        cr_assert_eq(gc_heap_of(object), heap);
        gc_release(object);
        cr_assert_not(gc_is_object(heap, object));
    }
    cr_assert_eq(gc_heap_close(heap), 0);
}

Test(addresses, a_program_built_with_smaller_settings_opens_a_heap_with_defaults_for_the_rest)
{
    gc_settings settings;
    memset(&settings, 0xff, sizeof settings);
    gc__settings_default(&settings, offsetof(gc_settings, debug));
    gc_heap *heap = gc__heap_open(&settings, offsetof(gc_settings, debug), GC_HEADER_VERSION);
    cr_assert_not_null(heap);
    cr_assert_eq(gc_get_debug(heap), 0);
    cr_assert_eq(gc_heap_close(heap), 0);
}

Test(addresses, a_program_built_for_another_major_version_is_refused)
{
    cr_assert_null(gc__heap_open(NULL, sizeof(gc_settings), GC_HEADER_VERSION + 10000));
}
