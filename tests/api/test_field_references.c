/* SPDX-License-Identifier: MIT */
/* test_field_references.c: each way to list plain references: members, an inline array, a flexible array, a span, a
 * hand-written traverse by address, and one by value with its clear. */
#include "../support/field_kind.h"

#include <string.h>

struct members {
    gc_object gc;
    void *first;
    long between;
    void *second, *third;
};
static const gc_type_info members_info = GC_TYPE_INFO(struct members, GC_REFS(first, second, third));

static void *make_plain(gc_heap *heap, gc_type *type)
{
    (void)heap;
    struct members *object = gc_create(struct members, type);
    object->between = 0x7fffffffffffffff;
    return object;
}

static void **member_at(const void *object, size_t place)
{
    struct members *members = (struct members *)object;
    void **fields[] = { &members->first, &members->second, &members->third };
    return fields[place];
}

static void store_member(void *object, size_t place, void *owned)
{
    gc_move(member_at(object, place), &owned);
}

static void *load_member(const void *object, size_t place)
{
    return *member_at(object, place);
}

static void check_members(const gc_type_info *info)
{
    const struct field_kind kind = { info, NULL, 3, true, make_plain, store_member, load_member };
    check_field_kind(&kind);
}

Test(field, members) { check_members(&members_info); }

struct wide_array {
    gc_object gc;
    void *items[5];
};
static const gc_type_info array_info = GC_TYPE_INFO(struct wide_array, GC_REF_ARRAY(items));

static void *make_array(gc_heap *heap, gc_type *type)
{
    (void)heap;
    return gc_create(struct wide_array, type);
}

static void store_in_array(void *object, size_t place, void *owned)
{
    gc_move(&((struct wide_array *)object)->items[place], &owned);
}

static void *load_from_array(const void *object, size_t place)
{
    return ((const struct wide_array *)object)->items[place];
}

Test(field, inline_array)
{
    const struct field_kind kind = { &array_info, "items", 5, false, make_array, store_in_array, load_from_array };
    check_field_kind(&kind);
}

static void *make_list(gc_heap *heap, gc_type *type)
{
    (void)heap;
    return gc_create_flex(struct list, type, 6);
}

static void store_in_list(void *object, size_t place, void *owned)
{
    gc_move(&((struct list *)object)->items[place], &owned);
}

static void *load_from_list(const void *object, size_t place)
{
    return ((const struct list *)object)->items[place];
}

Test(field, flexible_array)
{
    const struct field_kind kind = { &list_info, "items", 6, false, make_list, store_in_list, load_from_list };
    check_field_kind(&kind);
}

struct span {
    gc_object gc;
    uint16_t count;
    void **items;
};
static const gc_type_info span_info = GC_TYPE_INFO(struct span, GC_REF_SPAN(items, count));

static void *make_span(gc_heap *heap, gc_type *type)
{
    struct span *span = gc_create(struct span, type);
    span->items = gc_alloc(heap, 7 * sizeof(void *));
    memset(span->items, 0, 7 * sizeof(void *));
    span->count = 7;
    return span;
}

static void store_in_span(void *object, size_t place, void *owned)
{
    gc_move(&((struct span *)object)->items[place], &owned);
}

static void *load_from_span(const void *object, size_t place)
{
    return ((const struct span *)object)->items[place];
}

Test(field, span)
{
    const struct field_kind kind = { &span_info, "items", 7, false, make_span, store_in_span, load_from_span };
    check_field_kind(&kind);
}

Test(field, span_storage_goes_with_its_object)
{
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, &span_info);
    gc_stats stats;
    gc_release(make_span(heap, type));
    struct span *ring = make_span(heap, type);
    gc_set(&ring->items[3], ring);
    gc_release(ring);
    gc_get_stats(heap, &stats);
    cr_assert_gt(stats.bytes_raw, 0);
    cr_assert_eq(gc_collect(heap), 1);
    gc_get_stats(heap, &stats);
    cr_assert_eq(stats.bytes_raw, 0);
    close_heap(heap);
}

static void traverse_by_address(void *object, gc_visitor *visitor)
{
    for (size_t i = 0; i < 3; i++)
        gc_visit(visitor, member_at(object, i));
}

static const gc_type_info by_address_info = GC_TYPE_INFO(struct members, GC_TRAVERSE(traverse_by_address));

Test(field, traverse_by_address) { check_members(&by_address_info); }

static void traverse_the_rest(void *object, gc_visitor *visitor)
{
    gc_visit(visitor, member_at(object, 1));
    gc_visit(visitor, member_at(object, 2));
}

static const gc_type_info mixed_info =
    GC_TYPE_INFO(struct members, GC_REFS(first), GC_TRAVERSE(traverse_the_rest));

Test(field, list_and_traverse_together) { check_members(&mixed_info); }

/* References stored inverted, as no list can describe. */
static void traverse_by_value(void *object, gc_visitor *visitor)
{
    for (size_t i = 0; i < 3; i++)
        if (*member_at(object, i))
            gc_visit_value(visitor, (void *)~(uintptr_t)*member_at(object, i));
}

static void clear_by_value(void *object)
{
    for (size_t i = 0; i < 3; i++) {
        void *hidden = *member_at(object, i);
        *member_at(object, i) = NULL;
        if (hidden)
            gc_release((void *)~(uintptr_t)hidden);
    }
}

static const gc_type_info by_value_info =
    GC_TYPE_INFO(struct members, GC_TRAVERSE(traverse_by_value), GC_CLEAR(clear_by_value));

static void store_inverted(void *object, size_t place, void *owned)
{
    *member_at(object, place) = (void *)~(uintptr_t)owned;
}

static void *load_inverted(const void *object, size_t place)
{
    return (void *)~(uintptr_t)*member_at(object, place);
}

Test(field, traverse_by_value_with_its_clear)
{
    const struct field_kind kind = { &by_value_info, NULL, 3, true, make_plain, store_inverted, load_inverted };
    check_field_kind(&kind);
}

static bool see_no_name(const gc_reference *reference, void *context)
{
    (void)context;
    cr_assert_null(reference->field);
    return true;
}

Test(field, a_reference_visited_by_value_has_no_name)
{
    gc_heap *heap = open_heap();
    void *object = make_plain(heap, gc_type_register(heap, &by_value_info));
    store_inverted(object, 1, node_new(heap, 1));
    cr_assert_eq(gc_referents(object, see_no_name, NULL), 1);
    gc_release(object);
    close_heap(heap);
}

static bool see_names(const gc_reference *reference, void *context)
{
    const char *const *names = context;
    cr_assert_str_eq(reference->field, names[((struct node *)reference->target)->id]);
    return true;
}

Test(field, members_have_their_names)
{
    static const char *const names[] = { "first", "second", "third" };
    gc_heap *heap = open_heap();
    void *object = make_plain(heap, gc_type_register(heap, &members_info));
    for (size_t i = 0; i < 3; i++)
        store_member(object, i, node_new(heap, (int)i));
    cr_assert_eq(gc_referents(object, see_names, (void *)names), 3);
    gc_release(object);
    close_heap(heap);
}

/* As many references as the collector takes from several objects at a time, and one more than it takes from any. */
struct wide {
    gc_object gc;
    struct wide *a, *b, *c, *d, *e, *f, *g, *h, *i, *j, *k, *l, *m, *n, *o, *p;
};
struct wider {
    gc_object gc;
    struct wide *a, *b, *c, *d, *e, *f, *g, *h, *i, *j, *k, *l, *m, *n, *o, *p, *q;
};
static const gc_type_info wide_info = GC_TYPE_INFO(struct wide, GC_REFS(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p));
static const gc_type_info wider_info = GC_TYPE_INFO(struct wider, GC_REFS(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q));

/* Fills all references of an object with new ones of the type. */
static void fill(void *object, size_t bytes, gc_type *type)
{
    struct wide **fields = (struct wide **)((char *)object + sizeof(gc_object));
    for (size_t i = 0; i < (bytes - sizeof(gc_object)) / sizeof *fields; i++)
        fields[i] = gc_create(struct wide, type);
}

static void many_members(const gc_type_info *info, size_t bytes)
{
    enum { TOPS = 40 };
    const size_t refs = (bytes - sizeof(gc_object)) / sizeof(void *);
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, &wide_info), *top_type = gc_type_register(heap, info);
    struct list *holder = list_new(heap, TOPS);
    for (int t = 0; t < TOPS; t++) {
        void *top = gc_create_extra(struct wide, top_type, 0);
        fill(top, bytes, type);
        struct wide *first = *(struct wide **)((char *)top + sizeof(gc_object));
        fill(first, sizeof *first, type);
        holder->items[t] = top;
    }
    /* Above all of them, so that every reference leads down, onto the stack. */
    struct list *root = list_new(heap, 1);
    gc_move(&root->items[0], (void **)&holder);
    for (int i = 0; i < 3; i++) {
        gc_freeze(heap);
        gc_unfreeze(heap);
        cr_assert_eq(gc_collect(heap), 0);
        assert_whole(heap);
    }
    struct wide *last = *(struct wide **)((char *)((struct list *)root->items[0])->items[TOPS - 1] + sizeof(gc_object));
    gc_set(&last->p->a, last->p);
    gc_set((void **)&last->p->b, (void *)root);
    gc_release(root);
    cr_assert_eq(gc_collect(heap), 2 + TOPS * (1 + refs + 16));
    close_heap(heap);
}

Test(field, sixteen_members)
{
    many_members(&wide_info, sizeof(struct wide));
}

Test(field, seventeen_members)
{
    many_members(&wider_info, sizeof(struct wider));
}
