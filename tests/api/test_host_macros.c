/* SPDX-License-Identifier: MIT */
/* test_host_macros.c: a program that has short macros of its own can still describe its types. */

/* Before any header of the library, as in a program with a configuration header; each would spoil a token it stands for. */
#define REF spoiled
#define WEAK "spoiled"
#define EPHEMERON 1 +
#define MEMORY (spoiled
#define REF_ARRAY
#define REF_FLEX spoiled, spoiled
#define REF_SPAN 0
#define VALUE 1
#define VALUE_ARRAY 2
#define VALUE_FLEX 3
#define VALUE_SPAN 4
#define BYTES_FLEX 5
#define FINALIZE spoiled()
#define DESTROY spoiled()
#define TRAVERSE spoiled()
#define CLEAR do {
#define ALIGNMENT 16
#define FLAGS 0xff
#define HASH (
#define EQUAL ==
#define REPR spoiled

#include <libgc.h>

#include "../support/support.h"

struct hosted {
    gc_object gc;
    struct hosted *next;
    gc_weak *weak;
    gc_ephemeron *pair;
    void *memory, *span[1];
    void **items;
    uint64_t word, words[2];
    size_t count;
    void *flex[];
};
static const gc_value_rule rule = GC_WORD_RULE(1, 1, ~(uint64_t)1, 0);

static void do_nothing(void *object)
{
    (void)object;
}

static void visit_nothing(void *object, gc_visitor *visitor)
{
    (void)object;
    (void)visitor;
}

static bool hash_nothing(const void *object, uint64_t *hash)
{
    (void)object;
    *hash = 0;
    return true;
}

static bool equal_to_none(const void *a, const void *b, bool *equal)
{
    (void)a;
    (void)b;
    *equal = false;
    return true;
}

static void write_nothing(const void *object, gc_repr_writer *writer)
{
    (void)object;
    (void)writer;
}

static const gc_type_info hosted_info =
    GC_TYPE_INFO(struct hosted, GC_REFS(next), GC_WEAKS(weak), GC_EPHEMERONS(pair), GC_MEMORY(memory), GC_REF_ARRAY(span),
                 GC_REF_SPAN(items, count), GC_VALUES(rule, word), GC_VALUE_ARRAY(rule, words), GC_REF_FLEX(flex, count),
                 GC_FINALIZE(do_nothing), GC_DESTROY(do_nothing), GC_TRAVERSE(visit_nothing), GC_CLEAR(do_nothing),
                 GC_ALIGNMENT(16), GC_TYPE_FLAGS(GC_NO_WEAK), GC_HASH(hash_nothing), GC_EQUAL(equal_to_none),
                 GC_REPR(write_nothing));

Test(host_macros, do_not_reach_into_a_description)
{
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, &hosted_info);
    cr_assert_not_null(type, "%s", gc_last_error_message(heap));
    struct hosted *object = gc_create_flex(struct hosted, type, 0);
    gc_set(&object->next, object);
    gc_release(object);
    cr_assert_eq(gc_collect(heap), 1);
    close_heap(heap);
}
