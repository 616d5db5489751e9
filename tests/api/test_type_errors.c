/* SPDX-License-Identifier: MIT */
/* test_type_errors.c: registration refuses each description that contradicts itself, and names the type and the member. */
#include "../support/support.h"

#include <string.h>

struct subject {
    gc_object gc;
    void *left, *right;
    uint64_t word;
    uint32_t half, count;
    void **items;
    void *array[4];
    void *flex[];
};

static const gc_value_rule word_rule = GC_WORD_RULE(1, 1, ~(uint64_t)1, 0);
static const gc_value_rule no_form_rule = { 9, 0, 0, 0, 0, 0, 0, 0, 0 };

struct pair {
    uint8_t tag;
    void *payload;
};
static const gc_value_rule pair_rule = GC_PAIR_RULE(struct pair, tag, payload, 2, 0);

#define AT(member) (uint32_t)offsetof(struct subject, member)

static void nothing(void *object)
{
    (void)object;
}

static void visit_nothing(void *object, gc_visitor *visitor)
{
    (void)object;
    (void)visitor;
}

static void refuse_described(gc_heap *heap, const gc_type_info *info, const char *member)
{
    cr_assert_null(gc_type_register(heap, info), "accepted, with a fault in '%s'", member);
    cr_assert_eq(gc_last_error(heap), GC_ERROR_TYPE);
    const char *message = gc_last_error_message(heap);
    cr_assert_not_null(strstr(message, "struct subject"), "no type in: %s", message);
    cr_assert_not_null(strstr(message, member), "no '%s' in: %s", member, message);
}

/* The description of struct subject with these items is refused over `member`. */
static void refuse(const gc_item *items, size_t count, const char *member)
{
    gc_heap *heap = open_heap();
    const gc_type_info info = { "struct subject", sizeof(struct subject), 8, items, count };
    refuse_described(heap, &info, member);
    close_heap(heap);
}

#define REFUSE(member, ...)                                        \
    do {                                                           \
        const gc_item items[] = { __VA_ARGS__ };                   \
        refuse(items, sizeof items / sizeof items[0], member);     \
    } while (0)

#define REF(offset, name) { GC__ITEM_REF, offset, 8, 8, 0, 0, name, NULL, NULL }

static const gc_type_info sound =
    GC_TYPE_INFO(struct subject, GC_REFS(left, right), GC_VALUES(word_rule, word), GC_REF_SPAN(items, count),
                 GC_REF_ARRAY(array), GC_FINALIZE(nothing), GC_TRAVERSE(visit_nothing), GC_CLEAR(nothing));

Test(type_errors, the_subject_itself_is_accepted)
{
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, &sound);
    cr_assert_not_null(type, "%s", gc_last_error_message(heap));
    cr_assert_eq(gc_type_register(heap, &sound), type, "again: the same type");
    close_heap(heap);
}

Test(type_errors, member_outside_the_struct)
{
    REFUSE("stray", REF(AT(left), "left"), REF(sizeof(struct subject), "stray"));
    REFUSE("stray", REF(sizeof(struct subject) - 4, "stray"));
    REFUSE("stray", REF(0xfffffff8u, "stray"));
    REFUSE("stray", { GC__ITEM_REF_ARRAY, AT(array), 80, 8, 0, 0, "stray", NULL, NULL });
    REFUSE("stray", { GC__ITEM_REF_FLEX, 4096, 0, 8, AT(count), 4, "stray", NULL, NULL });
}

Test(type_errors, member_in_the_header)
{
    REFUSE("gc", REF(0, "gc"));
    REFUSE("gc", REF(4, "gc"));
}

Test(type_errors, member_that_is_misaligned)
{
    REFUSE("crooked", REF(AT(left) + 4, "crooked"));
    REFUSE("crooked", { GC__ITEM_WEAK, AT(left) + 1, 8, 8, 0, 0, "crooked", NULL, NULL });
    REFUSE("crooked", { GC__ITEM_VALUE, AT(word) + 4, 8, 8, 0, 0, "crooked", &word_rule, NULL });
    REFUSE("crooked", { GC__ITEM_REF_SPAN, AT(items) + 2, 8, 8, AT(count), 4, "crooked", NULL, NULL });
}

Test(type_errors, member_listed_twice)
{
    REFUSE("right", REF(AT(left), "left"), REF(AT(right), "right"), REF(AT(right), "right"));
    REFUSE("left", REF(AT(left), "left"), { GC__ITEM_WEAK, AT(left), 8, 8, 0, 0, "left", NULL, NULL });
    REFUSE("array", REF(AT(array) + 16, "element"), { GC__ITEM_REF_ARRAY, AT(array), 32, 8, 0, 0, "array", NULL, NULL });
    REFUSE("element", { GC__ITEM_REF_ARRAY, AT(array), 32, 8, 0, 0, "array", NULL, NULL }, REF(AT(array) + 24, "element"));
    REFUSE("flex", { GC__ITEM_REF_FLEX, AT(flex), 0, 8, AT(count), 4, "flex", NULL, NULL },
           { GC__ITEM_REF_FLEX, AT(flex), 0, 8, AT(count), 4, "flex", NULL, NULL });
}

Test(type_errors, member_of_another_size_than_a_pointer)
{
    REFUSE("half", { GC__ITEM_REF, AT(half), 4, 4, 0, 0, "half", NULL, NULL });
    REFUSE("half", { GC__ITEM_MEMORY, AT(half), 4, 4, 0, 0, "half", NULL, NULL });
    REFUSE("array", { GC__ITEM_REF, AT(array), 32, 8, 0, 0, "array", NULL, NULL });
    REFUSE("array", { GC__ITEM_REF_ARRAY, AT(array), 32, 4, 0, 0, "array", NULL, NULL });
    REFUSE("items", { GC__ITEM_REF_SPAN, AT(items), 8, 16, AT(count), 4, "items", NULL, NULL });
}

/* Its references were taken for values by that rule, and not found. */
Test(type_errors, rule_of_what_holds_no_values)
{
    REFUSE("left", { GC__ITEM_REF, AT(left), 8, 8, 0, 0, "left", &word_rule, NULL });
    REFUSE("left", { GC__ITEM_WEAK, AT(left), 8, 8, 0, 0, "left", &word_rule, NULL });
    REFUSE("array", { GC__ITEM_REF_ARRAY, AT(array), 32, 8, 0, 0, "array", &word_rule, NULL });
    REFUSE("items", { GC__ITEM_REF_SPAN, AT(items), 8, 8, AT(count), 4, "items", &word_rule, NULL });
    REFUSE("flex", { GC__ITEM_REF_FLEX, AT(flex), 0, 8, AT(count), 4, "flex", &word_rule, NULL });
    REFUSE("flex", { GC__ITEM_BYTES_FLEX, AT(flex), 0, 8, AT(count), 4, "flex", &word_rule, NULL });
}

Test(type_errors, elements_without_a_size_or_not_whole)
{
    REFUSE("flex", { GC__ITEM_BYTES_FLEX, AT(flex), 0, 0, AT(count), 4, "flex", NULL, NULL });
    REFUSE("array", { GC__ITEM_REF_ARRAY, AT(array), 28, 8, 0, 0, "array", NULL, NULL });
    REFUSE("array", { GC__ITEM_VALUE_ARRAY, AT(array), 28, 8, 0, 0, "array", &word_rule, NULL });
}

struct longer {
    gc_object gc;
    uint64_t words[sizeof(struct subject) / 8];
};

/* Where creation takes the slow call; the inline path believes its caller. */
Test(type_errors, creating_another_struct_than_the_type_has)
{
    gc_settings settings = quiet_settings();
    settings.check_level = 1;
    gc_heap *heap = open_heap_with(&settings);
    gc_type *type = gc_type_register(heap, &sound);
    cr_assert_null(gc_create(struct longer, type));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    cr_assert_not_null(strstr(gc_last_error_message(heap), "struct subject"), "%s", gc_last_error_message(heap));
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(type_errors, no_description_and_none_with_a_name)
{
    gc_heap *heap = open_heap();
    const gc_type_info nameless = { NULL, sizeof(struct subject), 8, NULL, 0 };
    cr_assert_null(gc_type_register(heap, NULL));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    cr_assert_null(gc_type_register(heap, &nameless));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    close_heap(heap);
}

Test(type_errors, member_listed_twice_with_settings_in_between)
{
    REFUSE("left", REF(AT(right), "right"), { GC__ITEM_FLAGS, 0, 0, 0, 0, 0, "flags", NULL, NULL }, REF(AT(left), "left"),
           REF(AT(left), "left"));
}

Test(type_errors, count_that_is_no_integer)
{
    REFUSE("items", { GC__ITEM_REF_SPAN, AT(items), 8, 8, AT(count), 3, "items", NULL, NULL });
    REFUSE("flex", { GC__ITEM_REF_FLEX, AT(flex), 0, 8, sizeof(struct subject), 4, "flex", NULL, NULL });
    REFUSE("flex", { GC__ITEM_REF_FLEX, AT(flex), 0, 8, 0, 4, "flex", NULL, NULL });
}

Test(type_errors, value_whose_rule_does_not_fit)
{
    REFUSE("word", { GC__ITEM_VALUE, AT(word), 8, 8, 0, 0, "word", NULL, NULL });
    REFUSE("word", { GC__ITEM_VALUE, AT(word), 8, 8, 0, 0, "word", &no_form_rule, NULL });
    REFUSE("word", { GC__ITEM_VALUE, AT(word), 8, 8, 0, 0, "word", &pair_rule, NULL });
    REFUSE("array", { GC__ITEM_VALUE_ARRAY, AT(array), 32, 16, 0, 0, "array", &word_rule, NULL });
    REFUSE("half", { GC__ITEM_VALUE, AT(half), 4, 4, 0, 0, "half", &word_rule, NULL });
    const gc_value_rule outside = { GC__RULE_PAIR, 0, 1, 0xfffffff8u, 0, 0, 0, 2, 0 };
    REFUSE("array", { GC__ITEM_VALUE_ARRAY, AT(array), 32, 16, 0, 0, "array", &outside, NULL });
    const gc_value_rule tag_outside = { GC__RULE_PAIR, 12, 8, 0, 0, 0, 0, 2, 0 };
    REFUSE("array", { GC__ITEM_VALUE_ARRAY, AT(array), 32, 16, 0, 0, "array", &tag_outside, NULL });
    const gc_value_rule odd_tag = { GC__RULE_PAIR, 0, 3, 8, 0, 0, 0, 2, 0 };
    REFUSE("array", { GC__ITEM_VALUE_ARRAY, AT(array), 32, 16, 0, 0, "array", &odd_tag, NULL });
}

Test(type_errors, every_size_that_a_tag_or_a_count_may_have_is_accepted)
{
    gc_heap *heap = open_heap();
    for (uint32_t size = 1; size <= 8; size++) {
        bool fits = size == 1 || size == 2 || size == 4 || size == 8;
        const gc_value_rule rule = { GC__RULE_PAIR, 8, size, 0, 0, 0, 0, 2, 0 };
        const gc_item pairs[] = { { GC__ITEM_VALUE_ARRAY, AT(array), 32, 16, 0, 0, "array", &rule, NULL } };
        const gc_item counted[] = { { GC__ITEM_VALUE_SPAN, AT(items), 8, 16, AT(word), size, "items", &rule, NULL } };
        const gc_item bytes[] = { { GC__ITEM_BYTES_FLEX, AT(flex), 0, 1, AT(word), size, "flex", NULL, NULL } };
        const gc_item values[] = { { GC__ITEM_VALUE_FLEX, AT(flex), 0, 8, AT(word), size, "flex", &word_rule, NULL } };
        const gc_type_info infos[] = {
            { "struct subject", sizeof(struct subject), 8, counted, 1 },
            { "struct subject", sizeof(struct subject), 8, bytes, 1 },
            { "struct subject", sizeof(struct subject), 8, values, 1 },
        };
        const gc_type_info pair_info = { "struct subject", sizeof(struct subject), 8, pairs, 1 };
        if (fits)
            cr_assert_not_null(gc_type_register(heap, &pair_info), "a tag of %u bytes: %s", size, gc_last_error_message(heap));
        else
            refuse_described(heap, &pair_info, "array");
        for (size_t i = 0; fits && i < sizeof infos / sizeof infos[0]; i++)
            cr_assert_not_null(gc_type_register(heap, &infos[i]), "a count of %u bytes: %s", size, gc_last_error_message(heap));
        gc_heap_close(heap);
        heap = open_heap();
    }
    close_heap(heap);
}

Test(type_errors, a_member_without_a_name)
{
    REFUSE("'?'", { GC__ITEM_REF, AT(half), 4, 4, 0, 0, NULL, NULL, NULL });
}

Test(type_errors, members_that_begin_at_one_place)
{
    REFUSE("array", REF(AT(array), "element"), { GC__ITEM_REF_ARRAY, AT(array), 32, 8, 0, 0, "array", NULL, NULL });
    REFUSE("flex", REF(AT(left), "left"), { GC__ITEM_REF_FLEX, AT(flex), 0, 8, AT(count), 4, "flex", NULL, NULL },
           { GC__ITEM_BYTES_FLEX, AT(flex), 0, 1, AT(count), 4, "flex", NULL, NULL });
}

Test(type_errors, line_of_no_known_kind)
{
    REFUSE("what", { 0, AT(left), 8, 8, 0, 0, "what", NULL, NULL });
    REFUSE("what", { GC__ITEM_REPR + 1, AT(left), 8, 8, 0, 0, "what", NULL, NULL });
    REFUSE("what", { 0xffffffffu, AT(left), 8, 8, 0, 0, "what", NULL, NULL });
}

static const gc_type_info clear_alone = GC_TYPE_INFO(struct subject, GC_REFS(left), GC_CLEAR(nothing));

Test(type_errors, clear_without_a_traverse)
{
    gc_heap *heap = open_heap();
    refuse_described(heap, &clear_alone, "nothing");
    close_heap(heap);
}

static bool equal_to_all(const void *a, const void *b, bool *equal)
{
    (void)a;
    (void)b;
    return *equal = true;
}

static const gc_type_info two_equalities = GC_TYPE_INFO(struct subject, GC_EQUAL(equal_to_all), GC_EQUAL(equal_to_all));
static const gc_type_info two_finalizers = GC_TYPE_INFO(struct subject, GC_FINALIZE(nothing), GC_FINALIZE(nothing));
static const gc_type_info two_flags =
    GC_TYPE_INFO(struct subject, GC_TYPE_FLAGS(GC_NO_WEAK), GC_TYPE_FLAGS(GC_ACYCLIC));

Test(type_errors, settings_given_twice)
{
    gc_heap *heap = open_heap();
    refuse_described(heap, &two_finalizers, "nothing");
    refuse_described(heap, &two_flags, "flags");
    refuse_described(heap, &two_equalities, "equal_to_all");
    close_heap(heap);
}

static const gc_type_info unknown_flag = GC_TYPE_INFO(struct subject, GC_TYPE_FLAGS(1u << 20));
static const gc_type_info contradiction = GC_TYPE_INFO(struct subject, GC_TYPE_FLAGS(GC_ACYCLIC | GC_UNTRACKED));

Test(type_errors, flags_that_mean_nothing_or_contradict)
{
    gc_heap *heap = open_heap();
    refuse_described(heap, &unknown_flag, "flags");
    refuse_described(heap, &contradiction, "flags");
    close_heap(heap);
}

static const gc_type_info bad_alignments[] = {
    GC_TYPE_INFO(struct subject, GC_ALIGNMENT(0)), GC_TYPE_INFO(struct subject, GC_ALIGNMENT(4)),
    GC_TYPE_INFO(struct subject, GC_ALIGNMENT(24)), GC_TYPE_INFO(struct subject, GC_ALIGNMENT(128))
};

Test(type_errors, alignment_out_of_range)
{
    gc_heap *heap = open_heap();
    for (size_t i = 0; i < sizeof bad_alignments / sizeof bad_alignments[0]; i++)
        refuse_described(heap, &bad_alignments[i], "alignment");
    const gc_type_info too_much = { "struct subject", sizeof(struct subject), 128, NULL, 0 };
    refuse_described(heap, &too_much, "alignment");
    close_heap(heap);
}

Test(type_errors, struct_smaller_than_the_header_or_too_large)
{
    const gc_type_info info = { "struct subject", 4, 4, NULL, 0 };
    const gc_type_info huge = { "struct subject", (size_t)3 << 30, 8, NULL, 0 };
    gc_heap *heap = open_heap();
    refuse_described(heap, &info, "4");
    refuse_described(heap, &huge, "3221225472");
    close_heap(heap);
}

Test(type_errors, a_null_function)
{
    REFUSE("absent", { GC__ITEM_FINALIZE, 0, 0, 0, 0, 0, "absent", NULL, NULL });
    REFUSE("absent", { GC__ITEM_TRAVERSE, 0, 0, 0, 0, 0, "absent", NULL, NULL });
    REFUSE("absent", { GC__ITEM_HASH, 0, 0, 0, 0, 0, "absent", NULL, NULL });
    REFUSE("absent", { GC__ITEM_REPR, 0, 0, 0, 0, 0, "absent", NULL, NULL });
}

Test(type_errors, a_refusal_changes_nothing)
{
    const gc_item broken[] = { REF(4096, "stray") };
    const gc_type_info info = { "struct subject", sizeof(struct subject), 8, broken, 1 };
    gc_heap *heap = open_heap();
    for (int i = 0; i < 1000; i++)
        refuse_described(heap, &info, "stray");
    make_garbage_ring(heap, 1, 3);
    cr_assert_eq(gc_collect(heap), 3);
    close_heap(heap);
}

struct larger_than_a_node {
    gc_object gc;
    char bytes[1000];
};
static const gc_type_info twin_info = GC_TYPE_INFO(struct node, GC_REFS(left));

/* The inline path of gc_create took a free slot of the type's size, and cleared as much as the other struct has. */
static void create_another_struct_first(const gc_settings *settings)
{
    gc_heap *heap = open_heap_with(settings);
    struct node *neighbours[10];
    for (int i = 0; i < 10; i++)
        neighbours[i] = node_new(heap, i);
    for (int i = 0; i < 10; i += 2)
        gc_release(neighbours[i]);
    gc_type *twin = gc_type_register(heap, &twin_info);
    cr_assert_null(gc_create(struct larger_than_a_node, twin), "the first creation of its type");
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    struct node *right = gc_create(struct node, twin);
    cr_assert_not_null(right, "the right struct is taken, %s", gc_last_error_message(heap));
    for (int i = 1; i < 10; i += 2) {
        cr_assert_eq(gc_refcount(neighbours[i]), 1);
        cr_assert_eq(neighbours[i]->id, i);
        gc_release(neighbours[i]);
    }
    gc_release(right);
    close_heap(heap);
}

Test(type_errors, another_struct_in_the_very_first_creation_of_a_type)
{
    gc_settings settings = quiet_settings(), unchecked = unchecked_settings();
    create_another_struct_first(&settings);
    create_another_struct_first(&unchecked);
}
