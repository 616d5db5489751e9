/* SPDX-License-Identifier: MIT */
/* model_kinds.c: the structs of the kinds, their type descriptions, and the table of where their slots are. */
#include "tests/model/model_kinds.h"
#include "tests/model/model_structs.h"

static const gc_value_rule low_bits = GC_WORD_RULE(TAGGED_MASK, TAGGED_REFERENCE, ~(uint64_t)TAGGED_MASK, TAGGED_NOTHING);
static const gc_value_rule nan_boxes = GC_WORD_RULE(BOXED_MASK, BOXED_REFERENCE, ~BOXED_MASK, BOXED_NOTHING);
static const gc_value_rule tagged_pairs = GC_PAIR_RULE(struct pair, tag, payload, PAIR_REFERENCE_TAGS, PAIR_NOTHING);

/* Visits what the collector could not find by itself: references in a table of malloc. */
static void traverse_hand(void *object, gc_visitor *visitor)
{
    struct hand *hand = object;
    for (uint32_t s = 0; s < hand->count; s++)
        gc_visit(visitor, &hand->table[s]);
}

static void traverse_coded(void *object, gc_visitor *visitor)
{
    struct coded *coded = object;
    for (int s = 0; s < CODED_SLOTS; s++)
        gc_visit_value(visitor, coded->secrets[s] ? secret_decode(coded->secrets[s]) : NULL);
}

static void clear_coded(void *object)
{
    struct coded *coded = object;
    for (int s = 0; s < CODED_SLOTS; s++) {
        void *old = coded->secrets[s] ? secret_decode(coded->secrets[s]) : NULL;
        coded->secrets[s] = 0;
        gc_release(old);
    }
}

/* The three variants of a type: silent, reported when destroyed, and with a finalizer too. Types that own memory outside the heap
 * need their destroy in every variant. */
#define VARIANTS(T, ...)                                                                                  \
    { GC_TYPE_INFO(struct T, __VA_ARGS__), GC_TYPE_INFO(struct T, __VA_ARGS__, GC_DESTROY(model_on_destroy)), \
      GC_TYPE_INFO(struct T, __VA_ARGS__, GC_DESTROY(model_on_destroy), GC_FINALIZE(model_on_finalize)) }
#define OWNING_VARIANTS(T, ...)                                                         \
    { GC_TYPE_INFO(struct T, __VA_ARGS__, GC_DESTROY(model_on_destroy)),                \
      GC_TYPE_INFO(struct T, __VA_ARGS__, GC_DESTROY(model_on_destroy)),                \
      GC_TYPE_INFO(struct T, __VA_ARGS__, GC_DESTROY(model_on_destroy), GC_FINALIZE(model_on_finalize)) }

static const gc_type_info plain_types[] = VARIANTS(plain, GC_REFS(a, b, c));
static const gc_type_info array_types[] = VARIANTS(array, GC_REF_ARRAY(items));
static const gc_type_info flex_types[] = VARIANTS(flex, GC_REF_FLEX(items, count));
static const gc_type_info span_types[] = VARIANTS(span, GC_REF_SPAN(items, count));
static const gc_type_info tagged_types[] = VARIANTS(tagged, GC_VALUES(low_bits, a, b));
static const gc_type_info boxed_types[] = VARIANTS(boxed, GC_VALUE_ARRAY(nan_boxes, items));
static const gc_type_info pairs_types[] = VARIANTS(pairs, GC_VALUE_FLEX(tagged_pairs, items, count));
static const gc_type_info word_span_types[] = VARIANTS(word_span, GC_VALUE_SPAN(low_bits, items, count));
static const gc_type_info hand_types[] = OWNING_VARIANTS(hand, GC_TRAVERSE(traverse_hand));
static const gc_type_info coded_types[] = VARIANTS(coded, GC_TRAVERSE(traverse_coded), GC_CLEAR(clear_coded));
static const gc_type_info loose_types[] = VARIANTS(loose, GC_REFS(a, b), GC_TYPE_FLAGS(GC_UNTRACKED));
static const gc_type_info watcher_types[] =
    VARIANTS(watcher, GC_WEAKS(first, second), GC_EPHEMERONS(pair), GC_REFS(a));
static const gc_type_info hider_types[] = OWNING_VARIANTS(hider, GC_REFS(a));
static const gc_type_info extra_types[] = VARIANTS(extra, GC_REFS(a));
static const gc_type_info aligned_types[] = VARIANTS(aligned, GC_REFS(a), GC_ALIGNMENT(64));
static const gc_type_info branch_types[] = VARIANTS(branch, GC_REFS(a), GC_TYPE_FLAGS(GC_ACYCLIC));
static const gc_type_info leaf_types[] = VARIANTS(leaf, GC_TYPE_FLAGS(GC_ACYCLIC));

const struct model_kind_info model_kinds[KIND_COUNT] = {
    [KIND_PLAIN] = { "plain", CODING_POINTER, 3, offsetof(struct plain, a), 8, false, false, true, plain_types },
    [KIND_ARRAY] = { "array", CODING_POINTER, 5, offsetof(struct array, items), 8, false, false, true, array_types },
    [KIND_FLEX] = { "flex", CODING_POINTER, -1, offsetof(struct flex, items), 8, false, false, true, flex_types },
    [KIND_SPAN] = { "span", CODING_POINTER, -1, offsetof(struct span, items), 8, true, false, true, span_types },
    [KIND_TAGGED] = { "tagged", CODING_TAGGED, 2, offsetof(struct tagged, a), 8, false, false, true, tagged_types },
    [KIND_BOXED] = { "boxed", CODING_BOXED, 3, offsetof(struct boxed, items), 8, false, false, true, boxed_types },
    [KIND_PAIRS] = { "pairs", CODING_PAIR, -1, offsetof(struct pairs, items), sizeof(struct pair), false, false, true,
                     pairs_types },
    [KIND_WORD_SPAN] = { "word_span", CODING_TAGGED, -1, offsetof(struct word_span, items), 8, true, false, true,
                         word_span_types },
    [KIND_HAND] = { "hand", CODING_POINTER, -1, offsetof(struct hand, table), 8, true, false, true, hand_types },
    [KIND_CODED] = { "coded", CODING_SECRET, CODED_SLOTS, offsetof(struct coded, secrets), 8, false, false, true,
                     coded_types },
    [KIND_LOOSE] = { "loose", CODING_POINTER, 2, offsetof(struct loose, a), 8, false, false, false, loose_types },
    [KIND_WATCHER] = { "watcher", CODING_POINTER, 4, offsetof(struct watcher, first), 8, false, false, true,
                       watcher_types },
    [KIND_HIDER] = { "hider", CODING_POINTER, 1, offsetof(struct hider, a), 8, false, false, true, hider_types },
    [KIND_EXTRA] = { "extra", CODING_POINTER, 1, offsetof(struct extra, a), 8, false, false, true, extra_types },
    [KIND_ALIGNED] = { "aligned", CODING_POINTER, 1, offsetof(struct aligned, a), 8, false, false, true,
                       aligned_types },
    [KIND_BRANCH] = { "branch", CODING_POINTER, 1, offsetof(struct branch, a), 8, false, true, false, branch_types },
    [KIND_LEAF] = { "leaf", CODING_NONE, 0, 0, 0, false, true, false, leaf_types },
    [KIND_WEAK] = { "weak", CODING_NONE, 1, 0, 0, false, false, true, NULL },
    [KIND_EPHEMERON] = { "ephemeron", CODING_NONE, 1, 0, 0, false, false, true, NULL },
    [KIND_LIST] = { "list", CODING_CONTAINER, -1, 0, 0, false, false, true, NULL },
    [KIND_TUPLE] = { "tuple", CODING_CONTAINER, -1, 0, 0, false, false, true, NULL },
    [KIND_DICT] = { "dict", CODING_CONTAINER, -1, 0, 0, false, false, true, NULL },
    [KIND_SET] = { "set", CODING_CONTAINER, -1, 0, 0, false, false, true, NULL },
    [KIND_CELL] = { "cell", CODING_CONTAINER, 1, 0, 0, false, false, true, NULL },
    [KIND_FUNCTION] = { "function", CODING_CONTAINER, -1, 0, 0, false, false, true, NULL },
    [KIND_GENERATOR] = { "generator", CODING_CONTAINER, -1, 0, 0, false, false, true, NULL },
    [KIND_WEAK_DICT] = { "weak_dict", CODING_CONTAINER, -1, 0, 0, false, false, true, NULL },
};

enum model_slot_class model_slot_class(enum model_kind kind, int slot)
{
    if (kind == KIND_TUPLE || kind == KIND_SET || kind == KIND_WEAK_DICT || (kind == KIND_DICT && slot % 2 == 0))
        return SLOT_FIXED;
    if (kind != KIND_WATCHER || slot == 3)
        return SLOT_ANY;
    return slot == 2 ? SLOT_EPHEMERON : SLOT_WEAK;
}
