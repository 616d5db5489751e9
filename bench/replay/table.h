/* SPDX-License-Identifier: MIT */
/* table.h: making room in an array that grows. */
#ifndef REPLAY_TABLE_H
#define REPLAY_TABLE_H

#include <stddef.h>

/* Returns `items`, of which `*capacity` fit, moved if need be so that `needed` (at least 1) fit. Returns NULL, with `items` as
 * it was, where there is no memory, or where the table alone would take more than a quarter of the machine's: a small
 * hostile file must not bring it down. */
void *table_reserve(void *items, size_t *capacity, size_t needed, size_t item_size);

#endif
