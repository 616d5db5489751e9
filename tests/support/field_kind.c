/* SPDX-License-Identifier: MIT */
/* field_kind.c: see field_kind.h. */
#include "field_kind.h"

#include <string.h>

static void *make(gc_heap *heap, const struct field_kind *kind)
{
    gc_type *type = gc_type_register(heap, kind->info);
    cr_assert_not_null(type, "%s", gc_last_error_message(heap));
    void *object = kind->make(heap, type);
    cr_assert_not_null(object);
    return object;
}

static void store_child(gc_heap *heap, const struct field_kind *kind, void *object, size_t place, int id)
{
    kind->store(object, place, watched_new(heap, id));
}

/* Dying by count releases every reference, in order. */
static void check_release(const struct field_kind *kind)
{
    gc_heap *heap = open_heap();
    forget_record();
    void *object = make(heap, kind);
    for (size_t i = 0; i < kind->places; i++)
        store_child(heap, kind, object, i, (int)i);
    gc_release(object);
    cr_assert_eq(times_recorded('d'), kind->places);
    for (size_t i = 1; i < kind->places; i++)
        cr_assert_lt(place_of('d', (int)i - 1), place_of('d', (int)i), "%s", recorded());
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

/* Empty places are no references; a single one, wherever it is, is one. */
static void check_each_place_alone(const struct field_kind *kind)
{
    gc_heap *heap = open_heap();
    gc_release(make(heap, kind));
    cr_assert_eq(objects_in(heap), 0);
    for (size_t i = 0; i < kind->places; i++) {
        void *object = make(heap, kind);
        kind->store(object, i, gc_retain(object));
        cr_assert_eq(gc_collect(heap), 0);
        gc_release(object);
        cr_assert_eq(gc_collect(heap), 1, "place %zu", i);
    }
    close_heap(heap);
}

/* A cycle through every place at once, whose other references leave the garbage. */
static void check_cycle(const struct field_kind *kind)
{
    gc_heap *heap = open_heap();
    forget_record();
    void *object = make(heap, kind);
    struct node *held = node_new(heap, 1);
    for (size_t i = 0; i < kind->places; i++) {
        struct node *between = watched_new(heap, (int)i);
        gc_set((void **)&between->left, object);
        gc_set(&between->right, held);
        kind->store(object, i, between);
    }
    cr_assert_eq(gc_collect(heap), 0);
    for (size_t i = 0; i < kind->places; i++)
        cr_assert_eq(((struct node *)kind->load(object, i))->id, (int)i);
    assert_whole(heap);
    gc_release(object);
    cr_assert_eq(gc_collect(heap), kind->places + 1);
    cr_assert_eq(times_recorded('d'), kind->places);
    cr_assert_eq(gc_refcount(held), 1);
    gc_release(held);
    close_heap(heap);
}

/* The collector, too, releases what is in no cycle. */
static void check_garbage_lets_go(const struct field_kind *kind)
{
    gc_heap *heap = open_heap();
    forget_record();
    void *object = make(heap, kind);
    struct node *ring = node_new(heap, 0);
    gc_set((void **)&ring->left, object);
    kind->store(object, 0, ring);
    for (size_t i = 1; i < kind->places; i++)
        kind->store(object, i, leaf_new(heap, (int)i));
    gc_release(object);
    cr_assert_eq(gc_collect(heap), 2);
    cr_assert_eq(times_recorded('d'), kind->places - 1);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

struct seen {
    const struct field_kind *kind;
    void *object;
    size_t count;
};

static bool see_reference(const gc_reference *reference, void *context)
{
    struct seen *seen = context;
    cr_assert_eq(reference->holder, seen->object);
    cr_assert_eq(((struct node *)reference->target)->id, (int)seen->count);
    if (seen->kind->field) {
        cr_assert_str_eq(reference->field, seen->kind->field);
        cr_assert_eq(reference->index, seen->kind->scattered ? 0 : seen->count);
    }
    seen->count++;
    return true;
}

static void check_introspection(const struct field_kind *kind)
{
    gc_heap *heap = open_heap();
    void *object = make(heap, kind);
    for (size_t i = 0; i < kind->places; i++)
        kind->store(object, i, node_new(heap, (int)i));
    struct seen seen = { kind, object, 0 };
    cr_assert_eq(gc_referents(object, see_reference, &seen), kind->places);
    cr_assert_eq(seen.count, kind->places);
    for (size_t i = 0; i < kind->places; i++) {
        struct seen holder = { kind, object, i };
        cr_assert_eq(gc_referrers(kind->load(object, i), see_reference, &holder), 1);
    }
    gc_release(object);
    close_heap(heap);
}

void check_field_kind(const struct field_kind *kind)
{
    check_release(kind);
    check_each_place_alone(kind);
    check_cycle(kind);
    check_garbage_lets_go(kind);
    check_introspection(kind);
}
