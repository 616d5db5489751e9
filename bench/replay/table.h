/* SPDX-License-Identifier: MIT */
/* table.h: memory for a replay: how much there is, and arrays that grow within it.
 *
 * A small hostile file can ask for any amount, and must not bring the machine down. */
#ifndef REPLAY_TABLE_H
#define REPLAY_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that the machine, or the control group the program runs in, can still give. */
uint64_t table_available_bytes(void);

/* Returns `items`, of which `*capacity` fit, moved if need be so that `needed` (at least 1) fit. Returns NULL, with `items` as
 * it was, where there is no memory, or where growing would take more than half of what is still available. */
void *table_reserve(void *items, size_t *capacity, size_t needed, size_t item_size);

#endif
