/* SPDX-License-Identifier: MIT */
/* test_reference.c: retain, release, set, move, clear and the scope macro: counts, types, NULL, and that a field has its
 * new value before the old one dies. */
#include "../support/support.h"

static struct node *holder;
static struct node *seen_left, *seen_source, **move_source;

static void look_at_the_holder(struct node *self)
{
    (void)self;
    seen_left = holder->left;
    seen_source = move_source ? *move_source : NULL;
}

static void hold_a_watched_one(gc_heap *heap)
{
    struct node *old = watched_with(heap, 1, look_at_the_holder);
    holder = node_new(heap, 0);
    gc_move(&holder->left, &old);
    cr_assert_null(old);
    seen_left = seen_source = holder;
}

Test(reference, set_stores_before_it_releases)
{
    gc_heap *heap = open_heap();
    hold_a_watched_one(heap);
    struct node *value = node_new(heap, 2);
    gc_set(&holder->left, value);
    cr_assert_eq(times_recorded('f'), 1);
    cr_assert_eq(seen_left, value, "the finalizer of the old value sees the new one");
    cr_assert_eq(gc_refcount(value), 2);
    gc_release(value);
    gc_release(holder);
    close_heap(heap);
}

Test(reference, move_stores_and_empties_its_source_before_it_releases)
{
    gc_heap *heap = open_heap();
    hold_a_watched_one(heap);
    struct node *value = node_new(heap, 2), *moved = value;
    move_source = &moved;
    gc_move(&holder->left, &moved);
    cr_assert_eq(times_recorded('f'), 1);
    cr_assert_eq(seen_left, value);
    cr_assert_null(seen_source);
    cr_assert_eq(gc_refcount(value), 1, "no count changed");
    gc_release(holder);
    close_heap(heap);
}

Test(reference, clear_empties_before_it_releases)
{
    gc_heap *heap = open_heap();
    hold_a_watched_one(heap);
    gc_clear(&holder->left);
    cr_assert_eq(times_recorded('f'), 1);
    cr_assert_null(seen_left);
    gc_clear(&holder->left);
    gc_release(holder);
    close_heap(heap);
}

Test(reference, storing_what_is_already_there)
{
    gc_heap *heap = open_heap();
    struct node *object = node_new(heap, 0), *value = watched_new(heap, 1);
    gc_set(&object->left, value);
    gc_release(value);
    gc_set(&object->left, object->left);
    cr_assert_eq(gc_refcount(value), 1, "a field set to itself keeps its last reference");
    gc_move(&object->left, &object->left);
    cr_assert_eq(object->left, value);
    cr_assert_eq(times_recorded('d'), 0);
    gc_move(&object->right, &object->left);
    cr_assert_null(object->left);
    cr_assert_eq(object->right, value);
    gc_release(object);
    cr_assert_eq(times_recorded('d'), 1);
    close_heap(heap);
}

Test(reference, moving_onto_another_reference_to_the_same_object)
{
    gc_heap *heap = open_heap();
    struct node *object = node_new(heap, 0), *value = watched_new(heap, 1), *second = gc_retain(value);
    gc_move(&object->left, &value);
    gc_move(&object->left, &second);
    cr_assert_null(second);
    cr_assert_eq(gc_refcount(object->left), 1);
    gc_release(object);
    cr_assert_eq(times_recorded('d'), 1);
    close_heap(heap);
}

Test(reference, null_does_nothing)
{
    gc_heap *heap = open_heap();
    struct node *object = node_new(heap, 0), *nothing = NULL;
    gc_release(NULL);
    gc_release(nothing);
    cr_assert_null(gc_retain(nothing));
    gc_set(&object->left, NULL);
    gc_set(&object->left, nothing);
    gc_move(&object->left, &nothing);
    gc_clear(&object->left);
    cr_assert_null(object->left);
    cr_assert_null(gc_weak_get(NULL));
    cr_assert_null(gc_ephemeron_key(NULL));
    cr_assert_null(gc_ephemeron_value(NULL));
    gc_free(heap, NULL);
    cr_assert_eq(gc_refcount(object), 1);
    gc_release(object);
    close_heap(heap);
}

Test(reference, retain_keeps_the_type)
{
    gc_heap *heap = open_heap();
    struct node *object = node_new(heap, 0);
    cr_assert(_Generic(gc_retain(object), struct node * : true, default : false));
    struct node *same = gc_retain(object);
    cr_assert_eq(same, object);
    cr_assert_eq(gc_refcount(object), 2, "the operand of _Generic is not evaluated");
    gc_release(same);
    gc_release(object);
    close_heap(heap);
}

Test(reference, each_argument_is_evaluated_once)
{
    gc_heap *heap = open_heap();
    struct node *objects[3] = { node_new(heap, 0), node_new(heap, 1), node_new(heap, 2) };
    size_t i = 0, k = 0;
    gc_set(&objects[i++]->left, objects[++k]);
    cr_assert_eq(i, 1);
    cr_assert_eq(k, 1);
    cr_assert_eq(objects[0]->left, objects[1]);
    gc_release(gc_retain(objects[k++]));
    cr_assert_eq(k, 2);
    gc_clear(&objects[--i]->left);
    cr_assert_eq(i, 0);
    for (i = 0; i < 3; i++)
        gc_release(objects[i]);
    close_heap(heap);
}

static int leave_by_return(gc_heap *heap, int depth)
{
    GC_SCOPED struct node *object = watched_new(heap, depth);
    if (depth > 0)
        return leave_by_return(heap, depth - 1) + object->id;
    return 0;
}

Test(reference, a_scope_releases_on_every_way_out)
{
    gc_heap *heap = open_heap();
    cr_assert_eq(leave_by_return(heap, 3), 6);
    cr_assert_str_eq(recorded(), "f0 d0 f1 d1 f2 d2 f3 d3");
    forget_record();
    for (int i = 0; i < 5; i++) {
        GC_SCOPED struct node *object = watched_new(heap, i);
        if (i == 1)
            continue;
        if (i == 3)
            break;
        cr_assert_eq(object->id, i);
    }
    cr_assert_eq(times_recorded('d'), 4);
    {
        GC_SCOPED struct node *object = watched_new(heap, 9);
        goto out;
        cr_assert_eq(object->id, 9);
    }
out:
    cr_assert_eq(times_recorded('d'), 5);
    {
        GC_SCOPED struct node *given_away = watched_new(heap, 10);
        keep(given_away);
        GC_SCOPED struct node *empty = NULL;
        cr_assert_null(empty);
    }
    cr_assert_eq(times_recorded('d'), 5, "another reference keeps it");
    drop_kept();
    cr_assert_eq(times_recorded('d'), 6);
    close_heap(heap);
}

Test(reference, scopes_end_in_reverse_order)
{
    gc_heap *heap = open_heap();
    {
        GC_SCOPED struct node *first = watched_new(heap, 1);
        GC_SCOPED struct node *second = watched_new(heap, 2);
        cr_assert(first && second);
    }
    cr_assert_str_eq(recorded(), "f2 d2 f1 d1");
    close_heap(heap);
}


Test(reference, counts_follow_what_is_stored)
{
    gc_heap *heap = open_heap();
    struct node *target = node_new(heap, 1);
    struct list *list = list_new(heap, 100);
    for (size_t i = 0; i < 100; i++)
        gc_set(&list->items[i], target);
    cr_assert_eq(gc_refcount(target), 101);
    for (size_t i = 0; i < 100; i += 2)
        gc_clear(&list->items[i]);
    cr_assert_eq(gc_refcount(target), 51);
    gc_release(list);
    cr_assert_eq(gc_refcount(target), 1);
    gc_release(target);
    close_heap(heap);
}
