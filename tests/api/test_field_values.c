/* SPDX-License-Identifier: MIT */
/* test_field_values.c: interpreters' values as fields: words with low tag bits, NaN boxes, and {tag, payload} pairs, alone,
 * in inline arrays, in flexible arrays and in spans, and that words which only look like references are none. */
#include "../support/field_kind.h"

#include <string.h>

/* Low bit set: a reference, as in V8. `cleared` is the small integer 0. */
static const gc_value_rule tagged_rule = GC_WORD_RULE(1, 1, ~(uint64_t)1, 0);
/* The high 16 bits say what it is; 0xfffc: a reference, in the other 48. `cleared` is another box: null. */
#define BOX_KIND 0xffff000000000000u
#define BOX_REFERENCE 0xfffc000000000000u
#define BOX_NULL 0xfff9000000000000u
static const gc_value_rule boxed_rule = GC_WORD_RULE(BOX_KIND, BOX_REFERENCE, ~BOX_KIND, BOX_NULL);

enum pair_tag { PAIR_NONE, PAIR_INTEGER, PAIR_STRING, PAIR_REAL, PAIR_OBJECT = 40 };
struct pair {
    uint8_t tag;
    union {
        void *object;
        int64_t integer;
        double real;
    } as;
};
static const gc_value_rule pair_rule =
    GC_PAIR_RULE(struct pair, tag, as, 1ull << PAIR_STRING | 1ull << PAIR_OBJECT, PAIR_NONE);

/* How one kind of value is written and read, and what fills places that hold no reference. */
struct value_kind {
    void (*write)(void *place, void *owned);
    void *(*read)(const void *place);
    const void *other;
};

static uint64_t tag(void *object)
{
    return (uint64_t)(uintptr_t)object | 1;
}

static uint64_t box(void *object)
{
    return (uint64_t)(uintptr_t)object | BOX_REFERENCE;
}

static struct pair pair_of(void *object)
{
    return (struct pair){ .tag = PAIR_OBJECT, .as.object = object };
}

static void write_tagged(void *place, void *owned)
{
    *(uint64_t *)place = tag(owned);
}

static void write_boxed(void *place, void *owned)
{
    *(uint64_t *)place = box(owned);
}

static void write_pair(void *place, void *owned)
{
    *(struct pair *)place = pair_of(owned);
}

static void *read_tagged(const void *place)
{
    return (void *)(uintptr_t)(*(const uint64_t *)place & ~(uint64_t)1);
}

static void *read_boxed(const void *place)
{
    return (void *)(uintptr_t)(*(const uint64_t *)place & ~BOX_KIND);
}

static void *read_pair(const void *place)
{
    return ((const struct pair *)place)->as.object;
}

static const uint64_t some_integer = 0xfffffffffffffffe, some_real = 0x3ff0000000000000;
static const struct pair integer_pair = { PAIR_INTEGER, { .integer = -1 } };
static const struct value_kind tagged = { write_tagged, read_tagged, &some_integer };
static const struct value_kind boxed = { write_boxed, read_boxed, &some_real };
static const struct value_kind pairs = { write_pair, read_pair, &integer_pair };

/* The four ways for a type to hold values V. */
#define HOLDERS(name, V, rule)                                                                                 \
    struct name##_alone {                                                                                      \
        gc_object gc;                                                                                          \
        V value;                                                                                               \
    };                                                                                                         \
    struct name##_array {                                                                                      \
        gc_object gc;                                                                                          \
        V values[5];                                                                                           \
    };                                                                                                         \
    struct name##_flex {                                                                                       \
        gc_object gc;                                                                                          \
        uint32_t count;                                                                                        \
        V values[];                                                                                            \
    };                                                                                                         \
    struct name##_span {                                                                                       \
        gc_object gc;                                                                                          \
        V *values;                                                                                             \
        uint8_t count;                                                                                         \
    };                                                                                                         \
    static const gc_type_info name##_alone_info = GC_TYPE_INFO(struct name##_alone, GC_VALUES(rule, value));   \
    static const gc_type_info name##_array_info =                                                              \
        GC_TYPE_INFO(struct name##_array, GC_VALUE_ARRAY(rule, values));                                       \
    static const gc_type_info name##_flex_info =                                                               \
        GC_TYPE_INFO(struct name##_flex, GC_VALUE_FLEX(rule, values, count));                                  \
    static const gc_type_info name##_span_info =                                                               \
        GC_TYPE_INFO(struct name##_span, GC_VALUE_SPAN(rule, values, count));

HOLDERS(tagged, uint64_t, tagged_rule)
HOLDERS(boxed, uint64_t, boxed_rule)
HOLDERS(pairs, struct pair, pair_rule)

/* What is being tested: one kind of value in one kind of holder, whose description has one line. */
static const struct value_kind *value;
static const gc_item *line;
static const size_t several = 5;

static char *place_of_value(const void *object, size_t place)
{
    char *first = (char *)object + line->offset;
    if (line->kind == GC__ITEM_VALUE_SPAN)
        first = *(char **)first;
    return first + place * line->item_size;
}

static void *make_holder(gc_heap *heap, gc_type *type)
{
    bool flex = line->kind == GC__ITEM_VALUE_FLEX;
    char *object = flex ? gc_create_flex(void, type, several) : gc_create_extra(void, type, 0);
    if (line->kind == GC__ITEM_VALUE_SPAN) {
        *(void **)(object + line->offset) = gc_alloc(heap, several * line->item_size);
        *(uint8_t *)(object + line->count_offset) = (uint8_t)several;
    }
    for (size_t i = 0; i < (line->kind == GC__ITEM_VALUE ? 1 : several); i++)
        memcpy(place_of_value(object, i), value->other, line->item_size);
    return object;
}

static void store_value(void *object, size_t place, void *owned)
{
    value->write(place_of_value(object, place), owned);
}

static void *load_value(const void *object, size_t place)
{
    return value->read(place_of_value(object, place));
}

static void check(const struct value_kind *of, const gc_type_info *info)
{
    value = of;
    line = info->items;
    bool alone = line->kind == GC__ITEM_VALUE;
    const struct field_kind kind = { info,        alone ? "value" : "values", alone ? 1 : several, false,
                                     make_holder, store_value,                load_value };
    check_field_kind(&kind);
}

Test(value, tagged_alone) { check(&tagged, &tagged_alone_info); }
Test(value, tagged_array) { check(&tagged, &tagged_array_info); }
Test(value, tagged_flex) { check(&tagged, &tagged_flex_info); }
Test(value, tagged_span) { check(&tagged, &tagged_span_info); }
Test(value, boxed_alone) { check(&boxed, &boxed_alone_info); }
Test(value, boxed_array) { check(&boxed, &boxed_array_info); }
Test(value, boxed_flex) { check(&boxed, &boxed_flex_info); }
Test(value, boxed_span) { check(&boxed, &boxed_span_info); }
Test(value, pair_alone) { check(&pairs, &pairs_alone_info); }
Test(value, pair_array) { check(&pairs, &pairs_array_info); }
Test(value, pair_flex) { check(&pairs, &pairs_flex_info); }
Test(value, pair_span) { check(&pairs, &pairs_span_info); }

/* A word of the wrong kind that holds an object's very address is no reference to it. */
Test(value, an_address_of_the_wrong_kind_is_no_reference)
{
    gc_heap *heap = open_heap();
    struct node *target = node_new(heap, 1);
    struct tagged_alone *word = gc_create(struct tagged_alone, gc_type_register(heap, &tagged_alone_info));
    struct boxed_alone *boxed_word = gc_create(struct boxed_alone, gc_type_register(heap, &boxed_alone_info));
    struct pairs_alone *pair = gc_create(struct pairs_alone, gc_type_register(heap, &pairs_alone_info));
    word->value = (uint64_t)(uintptr_t)target;
    boxed_word->value = (uint64_t)(uintptr_t)target;
    pair->value = (struct pair){ PAIR_INTEGER, { .object = target } };
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(word);
    gc_release(boxed_word);
    gc_release(pair);
    cr_assert_eq(gc_refcount(target), 1);
    gc_release(target);
    close_heap(heap);
}

Test(value, zero_and_tags_above_63_are_no_references)
{
    gc_heap *heap = open_heap();
    struct pairs_array *array = gc_create(struct pairs_array, gc_type_register(heap, &pairs_array_info));
    struct node *target = node_new(heap, 1);
    for (uint8_t i = 0; i < 4; i++)
        array->values[i] = (struct pair){ (uint8_t)(PAIR_OBJECT + 64 * i), { .object = target } };
    array->values[0].as.object = NULL;
    struct tagged_alone *word = gc_create(struct tagged_alone, gc_type_register(heap, &tagged_alone_info));
    word->value = 1; /* the tag of a reference, and no pointer */
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(array);
    gc_release(word);
    cr_assert_eq(gc_refcount(target), 1);
    gc_release(target);
    close_heap(heap);
}

Test(value, each_tag_of_the_set_is_a_reference)
{
    gc_heap *heap = open_heap();
    struct pairs_array *ring = gc_create(struct pairs_array, gc_type_register(heap, &pairs_array_info));
    ring->values[0] = (struct pair){ PAIR_STRING, { .object = leaf_new(heap, 1) } };
    ring->values[1] = (struct pair){ PAIR_OBJECT, { .object = gc_retain(ring) } };
    ring->values[2] = (struct pair){ PAIR_REAL, { .real = 1.0 } };
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_str_eq(recorded(), "d1");
    close_heap(heap);
}

struct mixed {
    gc_object gc;
    void *plain;
    uint64_t word;
    struct pair pair;
    uint64_t boxes[2];
    uint32_t count;
    void *items[];
};
static const gc_type_info mixed_info =
    GC_TYPE_INFO(struct mixed, GC_REFS(plain), GC_VALUES(tagged_rule, word), GC_VALUES(pair_rule, pair),
                 GC_VALUE_ARRAY(boxed_rule, boxes), GC_REF_FLEX(items, count));

Test(value, all_kinds_in_one_type_in_the_order_of_the_list)
{
    gc_heap *heap = open_heap();
    struct mixed *mixed = gc_create_flex(struct mixed, gc_type_register(heap, &mixed_info), 2);
    cr_assert_eq(mixed->count, 2);
    mixed->plain = leaf_new(heap, 0);
    mixed->word = tag(leaf_new(heap, 1));
    mixed->pair = pair_of(leaf_new(heap, 2));
    mixed->boxes[0] = box(leaf_new(heap, 3));
    mixed->boxes[1] = box(leaf_new(heap, 4));
    mixed->items[0] = leaf_new(heap, 5);
    mixed->items[1] = leaf_new(heap, 6);
    gc_release(mixed);
    cr_assert_str_eq(recorded(), "d0 d1 d2 d3 d4 d5 d6");
    close_heap(heap);
}

Test(value, a_resized_array_of_values_drops_its_references)
{
    gc_heap *heap = open_heap();
    struct pairs_flex *array = gc_create_flex(struct pairs_flex, gc_type_register(heap, &pairs_flex_info), 6);
    for (int i = 0; i < 6; i++)
        array->values[i] = i % 2 ? pair_of(leaf_new(heap, i)) : integer_pair;
    array = gc_resize(array, 2);
    cr_assert_str_eq(recorded(), "d3 d5");
    array = gc_resize(array, 6);
    for (int i = 2; i < 6; i++)
        cr_assert(array->values[i].tag == PAIR_NONE && !array->values[i].as.object, "new elements are zero");
    gc_release(array);
    cr_assert_str_eq(recorded(), "d3 d5 d1");
    close_heap(heap);
}
