/* SPDX-License-Identifier: MIT */
/* group.h: eight words of a table's index, looked at together. Every function gives eight bits, one a word. */
#ifndef LIBGC_CONTAINERS_GROUP_H
#define LIBGC_CONTAINERS_GROUP_H

#include <stdint.h>

#define GC__GROUP_WORDS 8u

#if defined(__SSE2__)

#include <emmintrin.h>

/* Words that have all bits of `word` but those of `ignored`. */
static inline uint32_t gc__group_match(const uint32_t *group, uint32_t word, uint32_t ignored)
{
    __m128i bits = _mm_set1_epi32((int)~ignored), wanted = _mm_set1_epi32((int)(word & ~ignored));
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)group);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(group + 4));
    low = _mm_cmpeq_epi32(_mm_and_si128(low, bits), wanted);
    high = _mm_cmpeq_epi32(_mm_and_si128(high, bits), wanted);
    return (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(low)) | (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(high)) << 4;
}

#else

static inline uint32_t gc__group_match(const uint32_t *group, uint32_t word, uint32_t ignored)
{
    uint32_t match = 0;
    for (unsigned i = 0; i < GC__GROUP_WORDS; i++)
        match |= (uint32_t)(((group[i] ^ word) & ~ignored) == 0) << i;
    return match;
}

#endif

/* The first of the bits; there is one. */
static inline uint32_t gc__group_first(uint32_t bits)
{
    return (uint32_t)__builtin_ctz(bits);
}

#endif
