/* SPDX-License-Identifier: MIT */
/* test_weak.c: weak references of objects that die by count: what they yield and when, who shares one, and the order,
 * number and freedom of their callbacks. */
#include "../support/support.h"

Test(weak, yields_its_target_with_a_reference_until_it_dies)
{
    gc_heap *heap = open_heap();
    struct node *target = node_new(heap, 1);
    gc_weak *weak = gc_weak_create(target, NULL, NULL);
    cr_assert_eq(gc_refcount(target), 1, "it keeps nothing alive");
    struct node *got = gc_weak_get(weak);
    cr_assert_eq(got, target);
    cr_assert_eq(gc_refcount(target), 2);
    gc_release(target);
    cr_assert(weak_alive(weak));
    gc_release(got);
    cr_assert_null(gc_weak_get(weak));
    gc_release(weak);
    close_heap(heap);
}

Test(weak, without_a_callback_all_share_one)
{
    gc_heap *heap = open_heap();
    struct node *target = node_new(heap, 1), *other = node_new(heap, 2);
    gc_weak *first = gc_weak_create(target, NULL, NULL), *again = gc_weak_create(target, NULL, NULL);
    gc_weak *calling = gc_weak_create(target, record_weak, as_context(1));
    gc_weak *calling_again = gc_weak_create(target, record_weak, as_context(1));
    gc_weak *of_other = gc_weak_create(other, NULL, NULL);
    cr_assert_eq(first, again);
    cr_assert_eq(gc_refcount(first), 2);
    cr_assert(calling != first && calling != calling_again && of_other != first);
    gc_weak *after_those = gc_weak_create(target, NULL, NULL);
    cr_assert_eq(after_those, first, "those with callbacks change nothing");
    gc_release(after_those);
    gc_release(first);
    gc_release(again);
    gc_weak *fresh = gc_weak_create(target, NULL, NULL);
    cr_assert_eq(gc_refcount(fresh), 1, "the shared one had gone with its last reference");
    gc_release(fresh);
    gc_release(calling);
    gc_release(calling_again);
    gc_release(of_other);
    gc_release(target);
    gc_release(other);
    cr_assert_eq(times_recorded('w'), 0, "a callback needs its weak reference alive");
    close_heap(heap);
}

Test(weak, set_shares_and_clears)
{
    gc_heap *heap = open_heap();
    struct node *target = node_new(heap, 1), *holder = node_new(heap, 2);
    cr_assert(gc_weak_set(&holder->weak, target));
    gc_weak *same = gc_weak_create(target, NULL, NULL);
    cr_assert_eq(same, holder->weak);
    gc_release(same);
    cr_assert(gc_weak_set(&holder->weak, holder), "to another target, and that itself");
    cr_assert(weak_alive(holder->weak));
    cr_assert(gc_weak_set(&holder->weak, NULL));
    cr_assert_null(holder->weak);
    cr_assert(gc_weak_set(&holder->weak, target));
    gc_release(target);
    cr_assert_not(weak_alive(holder->weak));
    gc_release(holder);
    cr_assert_eq(objects_in(heap), 0, "the weak reference went with its holder");
    close_heap(heap);
}

Test(weak, callbacks_run_from_the_newest_to_the_oldest)
{
    gc_heap *heap = open_heap();
    struct node *target = watched_new(heap, 9);
    gc_weak *weak[5], *plain = gc_weak_create(target, NULL, NULL);
    for (int i = 0; i < 5; i++)
        weak[i] = gc_weak_create(target, record_weak, as_context(i));
    gc_release(target);
    cr_assert_str_eq(recorded(), "f9 w4 w3 w2 w1 w0 d9");
    cr_assert_not(weak_alive(plain));
    for (int i = 0; i < 5; i++)
        gc_release(weak[i]);
    gc_release(plain);
    close_heap(heap);
}

Test(weak, a_released_weak_reference_is_not_called)
{
    gc_heap *heap = open_heap();
    struct node *target = node_new(heap, 1);
    gc_weak *weak[3];
    for (int i = 0; i < 3; i++)
        weak[i] = gc_weak_create(target, record_weak, as_context(i));
    gc_release(weak[1]);
    gc_release(target);
    cr_assert_str_eq(recorded(), "w2 w0");
    gc_release(weak[0]);
    gc_release(weak[2]);
    close_heap(heap);
}

Test(weak, one_that_dies_with_its_target_is_not_called)
{
    gc_heap *heap = open_heap();
    struct node *parent = node_new(heap, 1), *target = watched_new(heap, 2);
    parent->weak = gc_weak_create(target, record_weak, as_context(1));
    gc_move(&parent->left, &target);
    gc_release(parent);
    cr_assert_str_eq(recorded(), "f2 d2", "its own count was zero when the target died");
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

static gc_weak *all_weak[4];

static void see_all_cleared(gc_weak *weak, void *context)
{
    record_weak(weak, context);
    for (int i = 0; i < 4; i++)
        cr_assert_null(gc_weak_get(all_weak[i]), "all are cleared before the first callback");
}

Test(weak, no_callback_sees_the_target_through_another)
{
    gc_heap *heap = open_heap();
    struct node *target = node_new(heap, 1);
    all_weak[0] = gc_weak_create(target, NULL, NULL);
    for (int i = 1; i < 4; i++)
        all_weak[i] = gc_weak_create(target, see_all_cleared, as_context(i));
    gc_release(target);
    cr_assert_str_eq(recorded(), "w3 w2 w1");
    for (int i = 0; i < 4; i++)
        gc_release(all_weak[i]);
    close_heap(heap);
}

static void release_itself(gc_weak *weak, void *context)
{
    record_weak(weak, context);
    gc_release(weak);
}

Test(weak, a_callback_may_release_its_own_weak_reference)
{
    gc_heap *heap = open_heap();
    struct node *target = node_new(heap, 1);
    gc_weak_create(target, release_itself, as_context(1));
    gc_weak_create(target, release_itself, as_context(2));
    gc_release(target);
    cr_assert_str_eq(recorded(), "w2 w1");
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

static gc_weak *older;

static void release_the_older(gc_weak *weak, void *context)
{
    record_weak(weak, context);
    gc_clear(&older);
}

Test(weak, a_callback_may_release_one_that_is_still_to_be_called)
{
    gc_heap *heap = open_heap();
    struct node *target = node_new(heap, 1);
    older = gc_weak_create(target, record_weak, as_context(1));
    gc_weak *newer = gc_weak_create(target, release_the_older, as_context(2));
    gc_release(target);
    cr_assert_eq(place_of('w', 2), 0);
    cr_assert_leq(times_recorded('w'), 2, "the older one at most once");
    cr_assert_eq(objects_in(heap), 1);
    gc_release(newer);
    close_heap(heap);
}

static void collect_inside(gc_weak *weak, void *context)
{
    record_weak(weak, context);
    gc_heap *heap = gc_heap_of(weak);
    make_garbage_ring(heap, 50, 2);
    cr_assert_eq(gc_collect(heap), 0);
}

Test(weak, a_callback_may_collect_and_gets_zero)
{
    gc_heap *heap = open_heap();
    struct node *target = watched_new(heap, 1);
    gc_weak *weak = gc_weak_create(target, collect_inside, as_context(1));
    gc_release(target);
    cr_assert_str_eq(recorded(), "f1 w1 d1");
    cr_assert_eq(gc_collect(heap), 2);
    gc_release(weak);
    close_heap(heap);
}

static struct node *raw_target;
static gc_heap *raw_heap;

static void watch_the_dying(gc_weak *weak, void *context)
{
    record_weak(weak, context);
    cr_assert_null(gc_weak_create(raw_target, NULL, NULL));
    cr_assert_eq(gc_last_error(raw_heap), GC_ERROR_ARGUMENT);
    cr_assert_null(gc_weak_create(raw_target, record_weak, NULL));
}

Test(weak, none_can_be_made_to_a_dying_object)
{
    gc_settings settings = unchecked_settings();
    raw_heap = open_heap_with(&settings);
    raw_target = node_new(raw_heap, 1);
    gc_weak *weak = gc_weak_create(raw_target, watch_the_dying, as_context(1));
    gc_release(raw_target);
    cr_assert_str_eq(recorded(), "w1");
    gc_release(weak);
    close_heap(raw_heap);
}

static gc_weak *from_finalizer;

static void make_one(struct node *self)
{
    from_finalizer = gc_weak_create(self, record_weak, as_context(5));
    cr_assert(weak_alive(from_finalizer));
}

Test(weak, one_made_by_the_finalizer_of_a_death_by_count_is_cleared_and_called)
{
    gc_heap *heap = open_heap();
    struct node *target = watched_with(heap, 1, make_one);
    gc_release(target);
    cr_assert_str_eq(recorded(), "f1 w5 d1");
    cr_assert_null(gc_weak_get(from_finalizer));
    gc_release(from_finalizer);
    close_heap(heap);
}

static gc_weak *to_self;

static void look_at_itself(struct node *self)
{
    void *target = gc_weak_get(to_self);
    cr_assert_eq(target, self, "a plain weak reference works inside the finalizer");
    gc_release(target);
}

Test(weak, works_inside_the_finalizer)
{
    gc_heap *heap = open_heap();
    struct node *target = watched_with(heap, 1, look_at_itself);
    to_self = gc_weak_create(target, NULL, NULL);
    gc_release(target);
    cr_assert_str_eq(recorded(), "f1 d1");
    gc_release(to_self);
    close_heap(heap);
}

static gc_weak *to_sibling;

static void look_for_the_sibling(struct node *self)
{
    (void)self;
    cr_assert_null(gc_weak_get(to_sibling), "its count is zero: it waits for its own death");
}

Test(weak, an_object_that_waits_in_a_teardown_is_hidden)
{
    gc_heap *heap = open_heap();
    struct node *parent = watched_new(heap, 1);
    struct node *first = watched_with(heap, 2, look_for_the_sibling), *second = watched_new(heap, 3);
    to_sibling = gc_weak_create(second, NULL, NULL);
    gc_move(&parent->left, &first);
    gc_move(&parent->right, &second);
    gc_release(parent);
    cr_assert_eq(times_recorded('f'), 3);
    cr_assert_eq(times_recorded('d'), 3);
    gc_release(to_sibling);
    close_heap(heap);
}

Test(weak, a_held_context_lives_as_long_as_the_weak_reference)
{
    gc_heap *heap = open_heap();
    struct node *target = node_new(heap, 1), *context = watched_new(heap, 2);
    gc_weak *weak = gc_weak_create_holding(target, record_weak, context);
    cr_assert_eq(gc_refcount(context), 2);
    gc_release(context);
    cr_assert_eq(times_recorded('d'), 0);
    gc_release(weak);
    cr_assert_eq(times_recorded('d'), 1);
    gc_release(target);
    close_heap(heap);
}

static void check_held_context(gc_weak *weak, void *context)
{
    cr_assert_null(gc_weak_get(weak));
    record('w', ((struct node *)context)->id);
}

Test(weak, a_held_context_is_what_the_callback_gets)
{
    gc_heap *heap = open_heap();
    struct node *target = node_new(heap, 1), *context = node_new(heap, 2);
    gc_weak *weak = gc_weak_create_holding(target, check_held_context, context);
    gc_release(context);
    gc_release(target);
    cr_assert_str_eq(recorded(), "w2");
    gc_release(weak);
    close_heap(heap);
}

Test(weak, many_targets_and_many_references)
{
    enum { TARGETS = 500, EACH = 20 };
    gc_heap *heap = open_heap();
    static struct node *targets[TARGETS];
    static gc_weak *weak[TARGETS][EACH];
    for (int i = 0; i < TARGETS; i++) {
        targets[i] = node_new(heap, i);
        for (int k = 0; k < EACH; k++)
            weak[i][k] = gc_weak_create(targets[i], k % 2 ? record_weak : NULL, as_context(i));
    }
    assert_whole(heap);
    for (int i = 0; i < TARGETS; i += 2)
        gc_release(targets[i]);
    cr_assert_eq(times_recorded('w'), TARGETS / 2 * EACH / 2);
    for (int i = 0; i < TARGETS; i++)
        for (int k = 0; k < EACH; k++) {
            cr_assert_eq(weak_alive(weak[i][k]), i % 2 == 1);
            gc_release(weak[i][k]);
        }
    for (int i = 1; i < TARGETS; i += 2)
        gc_release(targets[i]);
    cr_assert_eq(times_recorded('w'), TARGETS / 2 * EACH / 2);
    close_heap(heap);
}

struct lonely {
    gc_object gc;
    struct lonely *next;
};
static const gc_type_info lonely_info = GC_TYPE_INFO(struct lonely, GC_REFS(next), GC_TYPE_FLAGS(GC_NO_WEAK));

Test(weak, refused_where_the_type_says_so)
{
    gc_heap *heap = open_heap();
    struct lonely *object = gc_create(struct lonely, gc_type_register(heap, &lonely_info));
    struct node *holder = node_new(heap, 1);
    cr_assert_null(gc_weak_create(object, NULL, NULL));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_TYPE);
    cr_assert(gc_weak_set(&holder->weak, holder));
    gc_weak *before = holder->weak;
    cr_assert_not(gc_weak_set(&holder->weak, object));
    cr_assert_eq(holder->weak, before, "the field stays as it was");
    gc_release(object);
    gc_release(holder);
    close_heap(heap);
}
