/* SPDX-License-Identifier: MIT */
/* size_class.c: how long the slab of a class is. Called when a heap is opened. */
#include "lib/size_class.h"

#include "lib/slab.h"

uint32_t gc__class_granules(uint32_t slot_size)
{
    uint32_t best = 1;
    size_t best_waste = SIZE_MAX;
    /* Sixteen granules hold 32 of the largest slots; a slot id has room for 4096. */
    for (uint32_t granules = 1; granules <= 16; granules++) {
        size_t bytes = granules * GC__GRANULE;
        if (bytes < slot_size || bytes / slot_size > GC__SLAB_SLOTS_MAX)
            continue;
        size_t waste = bytes % slot_size * 1024 / bytes;
        if (waste < best_waste) {
            best = granules;
            best_waste = waste;
        }
        if (waste < 1024 / 64)
            return granules;
    }
    return best;
}
