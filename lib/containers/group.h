/* SPDX-License-Identifier: MIT */
/* group.h: eight words of a table's index, looked at together. What is found in them is a set of words, with two bits for each. */
#ifndef LIBGC_CONTAINERS_GROUP_H
#define LIBGC_CONTAINERS_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#define GC__GROUP_WORDS 8u

#if defined(__SSE2__)

#include <emmintrin.h>

static inline uint32_t gc__group_bits(__m128i low, __m128i high)
{
    return (uint32_t)_mm_movemask_epi8(_mm_packs_epi32(low, high));
}

/* Words that are like `word` but for their low bits, so many of them. */
static inline uint32_t gc__group_match(const uint32_t *group, uint32_t word, uint32_t low_bits)
{
    __m128i shift = _mm_cvtsi32_si128((int)low_bits), wanted = _mm_srl_epi32(_mm_set1_epi32((int)word), shift);
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)group);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(group + 4));
    low = _mm_cmpeq_epi32(_mm_srl_epi32(low, shift), wanted);
    high = _mm_cmpeq_epi32(_mm_srl_epi32(high, shift), wanted);
    return gc__group_bits(low, high);
}

/* Words that are `word`. */
static inline uint32_t gc__group_equal(const uint32_t *group, uint32_t word)
{
    __m128i wanted = _mm_set1_epi32((int)word);
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)group);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(group + 4));
    return gc__group_bits(_mm_cmpeq_epi32(low, wanted), _mm_cmpeq_epi32(high, wanted));
}

#else

static inline uint32_t gc__group_match(const uint32_t *group, uint32_t word, uint32_t low_bits)
{
    uint32_t match = 0;
    for (unsigned i = 0; i < GC__GROUP_WORDS; i++)
        match |= (uint32_t)((group[i] ^ word) >> low_bits == 0) * 3 << 2 * i;
    return match;
}

static inline uint32_t gc__group_equal(const uint32_t *group, uint32_t word)
{
    return gc__group_match(group, word, 0);
}

#endif

/* The first word of a set that is not empty; and the set without it. */
static inline uint32_t gc__group_first(uint32_t bits)
{
    return (uint32_t)__builtin_ctz(bits) / 2;
}

static inline uint32_t gc__group_rest(uint32_t bits)
{
    return bits - 3 * (bits & -bits);
}

#endif
