/* SPDX-License-Identifier: MIT */
/* size_class.c: how long the slab of a class is. Called when a heap is opened. */
#include "lib/size_class.h"

#include "lib/slab.h"

uint32_t gc__class_granules(uint32_t slot_size)
{
    uint32_t granules = 1;
    while (granules * GC__GRANULE % slot_size * 64 >= granules * GC__GRANULE)
        granules++;
    return granules;
}
