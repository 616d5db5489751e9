/* SPDX-License-Identifier: MIT */
/* test_size_class.c: guards lib/size_class. */
#include "lib/heap.h"

#include <criterion/criterion.h>

Test(size_class, every_size_fits_its_class_and_not_the_one_below)
{
    for (size_t bytes = 1; bytes <= GC__MEDIUM_MAX; bytes++) {
        uint32_t klass = gc__class_of(bytes);
        cr_assert_lt(klass, GC__CLASSES);
        cr_assert_geq(gc__class_size(klass), bytes);
        if (klass > 0)
            cr_assert_lt(gc__class_size(klass - 1), bytes, "%zu bytes would fit class %u", bytes, klass - 1);
    }
}

Test(size_class, a_slot_wastes_less_than_an_eighth)
{
    for (size_t bytes = GC__SLOT_MIN; bytes <= GC__MEDIUM_MAX; bytes++) {
        size_t slot = gc__class_size(gc__class_of(bytes));
        cr_assert(slot - bytes < 8 || (slot - bytes) * 8 < slot, "%zu bytes in a slot of %zu", bytes, slot);
    }
}

Test(size_class, a_slab_leaves_little_unused_and_its_slots_have_ids)
{
    for (uint32_t klass = 0; klass < GC__CLASSES; klass++) {
        size_t slot = gc__class_size(klass);
        size_t slab = gc__class_granules((uint32_t)slot) * GC__GRANULE;
        cr_assert_leq(slab / slot, GC__SLAB_SLOTS_MAX);
        cr_assert_lt(slab % slot * 64, slab, "class of %zu bytes leaves %zu of %zu", slot, slab % slot, slab);
        cr_assert_leq(slab / GC__GRANULE, 16);
        for (size_t shorter = GC__GRANULE; shorter < slab; shorter += GC__GRANULE)
            cr_assert_geq(shorter % slot * 64, shorter, "%zu granules are enough for %zu bytes", shorter / GC__GRANULE, slot);
    }
}

Test(size_class, the_reciprocal_finds_every_slot)
{
    for (uint32_t klass = 0; klass < GC__CLASSES; klass++) {
        uint64_t slot = gc__class_size(klass);
        uint64_t slab = gc__class_granules((uint32_t)slot) * GC__GRANULE;
        uint64_t reciprocal = (((uint64_t)1 << 32) + slot - 1) / slot;
        for (uint64_t number = 0; number < slab / slot; number++)
            cr_assert_eq(number * slot * reciprocal >> 32, number);
    }
}
