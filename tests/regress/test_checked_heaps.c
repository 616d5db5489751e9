/* SPDX-License-Identifier: MIT */
/* test_checked_heaps.c: checked heaps that missed a fault, or disturbed a program without one: poison on what the library or the
 * program still uses, which shows under AddressSanitizer or Valgrind alone. */
#include "../support/misuse.h"

#include <string.h>

static void retain_freed(gc_heap *heap)
{
    struct node *volatile node = node_new(heap, 1);
    gc_release(node);
    gc_retain(node);
}

Test(checked_heaps, a_freed_object_is_not_retained_unnoticed)
{
    for (check_level = 1; check_level <= 3; check_level++)
        expect(retain_freed, "used after it was freed", "struct node");
}

static gc_heap *open_checked(uint32_t level, uint32_t defer, uint32_t quarantine_slots)
{
    gc_settings settings = quiet_settings();
    settings.check_level = level;
    settings.defer = defer;
    settings.quarantine_slots = quarantine_slots;
    return open_heap_with(&settings);
}

static void run_through_quarantine(uint32_t level, uint32_t defer, uint32_t quarantine_slots)
{
    forget_record();
    gc_heap *heap = open_checked(level, defer, quarantine_slots);
    for (int i = 0; i < 20; i++) {
        gc_release(watched_new(heap, i));
        make_garbage_ring(heap, 100 + i, 2);
        gc_collect(heap);
        gc_run_finalizers(heap);
        gc_collect(heap);
    }
    cr_assert_eq(times_recorded('f'), 60);
    cr_assert_eq(times_recorded('d'), 60);
    close_heap(heap);
}

/* The library's own word behind an object that may be queued is writable in a slot that comes out of quarantine. */
Test(checked_heaps, deferred_objects_in_reused_slots)
{
    for (uint32_t level = 1; level <= 3; level++)
        for (uint32_t defer = GC_DEFER_NOTHING; defer <= GC_DEFER_ALL; defer++)
            for (uint32_t slots = 0; slots < 3; slots++)
                run_through_quarantine(level, defer, slots);
}

Test(checked_heaps, memory_that_large_objects_gave_back_can_be_used)
{
    gc_heap *heap = open_checked(1, GC_DEFER_NOTHING, 1);
    gc_release(list_new(heap, 3000000));
    gc_release(list_new(heap, 3));
    gc_trim(heap);
    char *raw = gc_alloc(heap, 8 << 20);
    memset(raw, 1, 8 << 20);
    struct list *lists[100];
    for (int i = 0; i < 100; i++)
        lists[i] = list_new(heap, 8000);
    memset(raw, 2, 8 << 20);
    for (int i = 0; i < 100; i++)
        gc_release(lists[i]);
    gc_free(heap, raw);
    close_heap(heap);
}

Test(checked_heaps, memory_that_a_shrunk_object_gave_back_can_be_used)
{
    gc_heap *heap = open_checked(1, GC_DEFER_NOTHING, 1);
    struct list *list = gc_resize(list_new(heap, 60000), 5000), *others[20];
    for (int i = 0; i < 20; i++) {
        others[i] = list_new(heap, 8000);
        memset(others[i]->items, 0, 8000 * sizeof others[i]->items[0]);
    }
    for (int i = 0; i < 20; i++)
        gc_release(others[i]);
    gc_release(list);
    close_heap(heap);
}

Test(checked_heaps, an_element_dropped_by_shrinking_may_die)
{
    for (uint32_t level = 1; level <= 3; level++) {
        gc_heap *heap = open_checked(level, GC_DEFER_NOTHING, 4096);
        struct list *list = list_new(heap, 20), *element = list_new(heap, 0);
        gc_move(&list->items[15], (void **)&element);
        cr_assert_eq(gc_resize(list, 10), list);
        cr_assert_eq(objects_in(heap), 1);
        cr_assert_eq(gc_resize(list, 18), list);
        for (size_t i = 0; i < 18; i++)
            cr_assert_null(list->items[i]);
        gc_release(list);
        close_heap(heap);
    }
}

static void drop_right(struct node *self)
{
    gc_clear(&self->right);
}

static void keep_self(struct node *self)
{
    keep(self);
}

Test(checked_heaps, what_died_in_a_collection_and_came_back_dies_by_its_last_release)
{
    gc_heap *heap = open_checked(1, GC_DEFER_NOTHING, 0);
    struct node *holder = watched_with(heap, 1, drop_right), *risen = watched_with(heap, 2, keep_self);
    gc_set(&holder->left, holder);
    gc_move(&holder->right, &risen);
    gc_release(holder);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_str_eq(recorded(), "f1 f2 d1");
    cr_assert_eq(gc_refcount(kept[0]), 1);
    drop_kept();
    cr_assert_str_eq(recorded(), "f1 f2 d1 d2");
    close_heap(heap);
}

struct pair {
    gc_object gc;
    struct node *first, *second;
};

static void visit_pair(void *object, gc_visitor *visitor)
{
    struct pair *pair = object;
    gc_visit(visitor, &pair->first);
    gc_visit(visitor, &pair->second);
}

static const gc_type_info pair_info = GC_TYPE_INFO(struct pair, GC_TRAVERSE(visit_pair));

/* The fields that a traverse visits are compared in a block as large as they are many; what lies before it is no field. */
Test(checked_heaps, a_field_is_visited_twice_only_if_it_is)
{
    enum { BLOCKS = 64 };
    gc_heap *heap = open_checked(1, GC_DEFER_NOTHING, 0);
    struct pair *pair = gc_create(struct pair, gc_type_register(heap, &pair_info));
    pair->first = node_new(heap, 1);
    pair->second = node_new(heap, 2);
    gc__slot **blocks[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = gc_alloc(heap, 2 * sizeof(void *));
        blocks[i][0] = blocks[i][1] = (void *)&pair->first;
    }
    for (int i = 1; i < BLOCKS; i++)
        if (blocks[i] == blocks[i - 1] + 2) {
            gc_free(heap, blocks[i]); /* is taken next */
            cr_assert_eq(gc_collect(heap), 0);
            blocks[i] = gc_alloc(heap, 2 * sizeof(void *));
        }
    for (int i = 0; i < BLOCKS; i++)
        gc_free(heap, blocks[i]);
    gc_release(pair);
    close_heap(heap);
}

struct value {
    void *payload;
    int tag; /* 0: raw memory of the object's own; 1: a reference */
};

struct holder {
    gc_object gc;
    struct value value;
};

static void destroy_holder(void *object)
{
    struct holder *holder = object;
    gc_free(gc_heap_of(holder), holder->value.payload);
}

static const gc_value_rule value_rule = GC_PAIR_RULE(struct value, tag, payload, 2, 0);
static const gc_type_info holder_info = GC_TYPE_INFO(struct holder, GC_VALUES(value_rule, value), GC_DESTROY(destroy_holder));

Test(checked_heaps, a_destroy_may_free_what_a_value_holds_that_is_no_reference)
{
    gc_heap *heap = open_checked(1, GC_DEFER_NOTHING, 0);
    struct holder *holder = gc_create(struct holder, gc_type_register(heap, &holder_info));
    holder->value = (struct value){ gc_alloc(heap, 100), 0 };
    gc_release(holder);
    close_heap(heap);
}

/* Holds itself in a member that is not listed, and lets go of it when it is destroyed. */
struct owner {
    gc_object gc;
    struct owner *itself;
};

static void release_itself(void *object)
{
    struct owner *self = object;
    struct owner *itself = self->itself;
    self->itself = NULL;
    gc_release(itself);
}

static const gc_type_info owner_info = GC_TYPE_INFO(struct owner, GC_DESTROY(release_itself));

static void close_over_owner(gc_heap *heap)
{
    struct owner *owner = gc_create(struct owner, gc_type_register(heap, &owner_info));
    owner->itself = owner;
    child_check(gc_heap_close(heap) == 1);
}

Test(checked_heaps, what_owns_itself_unseen_may_let_go_when_the_heap_is_closed)
{
    for (check_level = 1; check_level <= 3; check_level++)
        cr_expect_eq(run_provoked(close_over_owner), 0, "level %u: %s", check_level, message());
}

/* Three references that a program keeps in its own way, dropped in any order. */
struct three {
    gc_object gc;
    void *values[3];
};

static const int orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
static const int *order;

static void visit_three(void *object, gc_visitor *visitor)
{
    struct three *self = object;
    for (int i = 0; i < 3; i++)
        gc_visit_value(visitor, self->values[i]);
}

static void clear_three(void *object)
{
    struct three *self = object;
    for (int i = 0; i < 3; i++)
        gc_clear(&self->values[order[i]]);
}

static const gc_type_info three_info = GC_TYPE_INFO(struct three, GC_TRAVERSE(visit_three), GC_CLEAR(clear_three));

static void clear_in_order(gc_heap *heap)
{
    struct three *three = gc_create(struct three, gc_type_register(heap, &three_info));
    for (int i = 0; i < 3; i++)
        three->values[i] = node_new(heap, i);
    gc_release(three);
    child_check(gc_heap_close(heap) == 0);
}

Test(checked_heaps, a_clear_may_drop_in_any_order)
{
    check_level = 1;
    for (int i = 0; i < 6; i++) {
        order = orders[i];
        cr_expect_eq(run_provoked(clear_in_order), 0, "order %d: %s", i, message());
    }
}
