/* SPDX-License-Identifier: MIT */
/* model_structs.h: the structs of the kinds, and the codings of their slots. For model_kinds.c and model_slots.c only. */
#ifndef TESTS_MODEL_STRUCTS_H
#define TESTS_MODEL_STRUCTS_H

#include "tests/model/model_kinds.h"

#define TAGGED_MASK 7u      /* a word with these bits equal to TAGGED_REFERENCE is a reference; even words are integers */
#define TAGGED_REFERENCE 5u
#define TAGGED_NOTHING 2u
#define BOXED_MASK 0xffff000000000000u
#define BOXED_REFERENCE 0xfffc000000000000u
#define BOXED_NOTHING 0x7ff8000000000000u
#define PAIR_STRING 3u      /* two tags of {tag, payload} that mean a reference */
#define PAIR_TABLE 40u
#define PAIR_REFERENCE_TAGS (UINT64_C(1) << PAIR_STRING | UINT64_C(1) << PAIR_TABLE)
#define PAIR_NOTHING 7u
#define SECRET_KEY 0x5a5a5a5a5a5a5a5au
#define CODED_SLOTS 2
#define EXTRA_FILL 0xa5

struct pair {
    uint8_t tag;
    union {
        void *object;
        uint64_t number;
    } payload;
};

struct plain { struct model_head head; void *a, *b, *c; };
struct array { struct model_head head; void *items[5]; };
struct flex { struct model_head head; uint32_t count; void *items[]; };
struct span { struct model_head head; void **items; uint32_t count; };
struct tagged { struct model_head head; uint64_t a, b; };
struct boxed { struct model_head head; uint64_t items[3]; };
struct pairs { struct model_head head; uint16_t count; struct pair items[]; };
struct word_span { struct model_head head; uint64_t *items; size_t count; };
struct hand { struct model_head head; void **table; uint32_t count; };
struct coded { struct model_head head; uint64_t secrets[CODED_SLOTS]; };
struct loose { struct model_head head; void *a, *b; };
struct watcher { struct model_head head; gc_weak *first, *second; gc_ephemeron *pair; void *a; };
struct hider { struct model_head head; void *a, *unseen; };
struct extra { struct model_head head; void *a; size_t bytes; unsigned char fill[]; };
struct aligned { struct model_head head; void *a; };
struct branch { struct model_head head; void *a; };
struct leaf { struct model_head head; };

/* A pointer that no reader of memory would take for one. */
static inline void *secret_decode(uint64_t secret)
{
    return (void *)(uintptr_t)(secret ^ SECRET_KEY);
}

static inline uint64_t secret_encode(const void *object)
{
    return (uint64_t)(uintptr_t)object ^ SECRET_KEY;
}

#endif
