/* SPDX-License-Identifier: MIT */
/* state.h: the state byte of a slot, and eight of them at a time.
 *
 * 0                 the slot is free
 * one of YOUNG, MIDDLE, OLD, FROZEN, UNTRACKED: it holds an object of that generation, or one no collection sees
 * REACHED           only between reach and condemn: something outside the garbage reaches the object
 * CONDEMNED         only during a collection: found unreachable; a count that falls to zero parks it
 * TOUCHED           beside YOUNG, MIDDLE or OLD: the list of the touched has it; in a narrow collection: it takes part
 *
 * Between collections no byte has REACHED or CONDEMNED, and every byte of the inside table is zero. */
#ifndef LIBGC_LIB_STATE_H
#define LIBGC_LIB_STATE_H

#include <stdint.h>
#include <string.h>

#define GC__YOUNG 0x01u
#define GC__MIDDLE 0x02u
#define GC__OLD 0x04u
#define GC__FROZEN 0x08u
#define GC__UNTRACKED_BIT 0x10u
#define GC__REACHED 0x20u
#define GC__CONDEMNED 0x40u
#define GC__TOUCHED 0x80u

#define GC__COLLECTABLE (GC__YOUNG | GC__MIDDLE | GC__OLD)
#define GC__TRACKED (GC__COLLECTABLE | GC__FROZEN)
#define GC__ALIVE (GC__TRACKED | GC__UNTRACKED_BIT)

/* Eight state bytes in one word. */
#define GC__LANES 0x0101010101010101ull

static inline uint64_t gc__lanes(uint8_t bits)
{
    return GC__LANES * bits;
}

static inline uint64_t gc__load_states(const uint8_t *states)
{
    uint64_t word;
    memcpy(&word, states, sizeof word);
    return word;
}

static inline void gc__store_states(uint8_t *states, uint64_t word)
{
    memcpy(states, &word, sizeof word);
}

/* 1 in each lane whose byte has any of `bits`. */
static inline uint64_t gc__lanes_with(uint64_t word, uint8_t bits)
{
    word &= gc__lanes(bits);
    /* The sum carries into the top bit of a lane when any lower bit is set, and never out of the lane. */
    return (((word & gc__lanes(0x7f)) + gc__lanes(0x7f)) | word) >> 7 & GC__LANES;
}

/* How many lanes are 1. */
static inline unsigned gc__count_lanes(uint64_t lanes)
{
    return (unsigned)(lanes * GC__LANES >> 56);
}

/* The sum of all lanes. */
static inline unsigned gc__sum_lanes(uint64_t word)
{
    const uint64_t even = 0x00ff00ff00ff00ffull;
    uint64_t pairs = (word & even) + (word >> 8 & even);
    return (unsigned)(pairs * 0x0001000100010001ull >> 48);
}

/* The number of the lowest lane with a bit set. `lanes` is not 0. */
static inline unsigned gc__first_lane(uint64_t lanes)
{
    return (unsigned)__builtin_ctzll(lanes) / 8;
}

#endif
