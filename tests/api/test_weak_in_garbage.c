/* SPDX-License-Identifier: MIT */
/* test_weak_in_garbage.c: weak references and collections: which callbacks run, before which finalizers, and what no
 * callback may ever see. */
#include "../support/support.h"

/* A self loop that holds `weak` (taken over). */
static void drop_into_garbage(gc_heap *heap, int id, gc_weak *weak)
{
    struct node *holder = watched_new(heap, id);
    gc_set(&holder->left, holder);
    gc_move(&holder->weak, &weak);
    gc_release(holder);
}

Test(weak_in_garbage, a_live_weak_reference_is_called_once_before_the_finalizers)
{
    gc_heap *heap = open_heap();
    struct node *target = watched_new(heap, 1);
    gc_weak *weak = gc_weak_create(target, record_weak, as_context(7));
    gc_set(&target->left, target);
    gc_release(target);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_str_eq(recorded(), "w7 f1 d1");
    gc_collect(heap);
    cr_assert_str_eq(recorded(), "w7 f1 d1");
    gc_release(weak);
    close_heap(heap);
}

static gc_weak *into_garbage;

static void get_through_plain(struct node *self)
{
    struct node *got = gc_weak_get(into_garbage);
    cr_assert_not_null(got, "finalizer %d", self->id);
    cr_assert_eq(got->id, 2);
    gc_release(got);
}

Test(weak_in_garbage, plain_ones_work_inside_every_finalizer_and_yield_nothing_after)
{
    gc_heap *heap = open_heap();
    struct node *ring[3];
    for (int i = 0; i < 3; i++)
        ring[i] = watched_with(heap, i + 1, get_through_plain);
    into_garbage = gc_weak_create(ring[1], NULL, NULL);
    cr_assert(gc_weak_set(&ring[0]->weak, ring[1]), "and one inside the garbage, the same");
    drop_as_ring(ring, 3);
    cr_assert_eq(gc_collect(heap), 3);
    cr_assert_eq(times_recorded('f'), 3);
    cr_assert_null(gc_weak_get(into_garbage));
    gc_release(into_garbage);
    close_heap(heap);
}

Test(weak_in_garbage, one_in_the_same_cycle_is_never_called)
{
    gc_heap *heap = open_heap();
    struct node *first = watched_new(heap, 1), *second = watched_new(heap, 2);
    gc_set(&first->left, second);
    gc_set(&second->left, first);
    first->weak = gc_weak_create(second, record_weak, as_context(1));
    second->weak = gc_weak_create(first, record_weak, as_context(2));
    gc_release(first);
    gc_release(second);
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 2);
    cr_assert_eq(times_recorded('w'), 0);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(weak_in_garbage, one_to_itself_is_never_called)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_new(heap, 1);
    gc_set(&self->left, self);
    self->weak = gc_weak_create(self, record_weak, as_context(1));
    gc_release(self);
    gc_collect(heap);
    cr_assert_str_eq(recorded(), "f1 d1");
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(weak_in_garbage, reachable_one_way)
{
    gc_heap *heap = open_heap();
    struct node *first = watched_new(heap, 1), *second = watched_new(heap, 2);
    first->weak = gc_weak_create(second, record_weak, as_context(1));
    gc_set(&second->left, first);
    gc_set(&second->right, second);
    gc_release(first);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(second);
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 2);
    cr_assert_eq(times_recorded('w'), 0, "the weak reference was garbage with its target");
    close_heap(heap);
}

Test(weak_in_garbage, garbage_weak_reference_to_a_live_object_is_forgotten)
{
    gc_heap *heap = open_heap();
    struct node *live = node_new(heap, 1);
    drop_into_garbage(heap, 2, gc_weak_create(live, record_weak, as_context(1)));
    gc_collect(heap);
    cr_assert_str_eq(recorded(), "f2 d2");
    gc_release(live);
    cr_assert_eq(times_recorded('w'), 0);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

static struct node *last_held;

static void drop_last_held(struct node *self)
{
    (void)self;
    gc_clear(&last_held);
}

Test(weak_in_garbage, garbage_weak_reference_whose_target_dies_in_a_finalizer)
{
    gc_heap *heap = open_heap();
    last_held = watched_new(heap, 2);
    struct node *ring = watched_with(heap, 1, drop_last_held);
    gc_set(&ring->left, ring);
    ring->weak = gc_weak_create(last_held, record_weak, as_context(1));
    gc_release(ring);
    gc_collect(heap);
    cr_assert_eq(times_recorded('d'), 2);
    cr_assert_eq(times_recorded('w'), 0, "it was condemned already: %s", recorded());
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

static void see_whether_called(struct node *self)
{
    (void)self;
    cr_assert_eq(times_recorded('w'), 1, "live weak references to all the garbage are called first");
}

Test(weak_in_garbage, inside_never_outside_always)
{
    gc_heap *heap = open_heap();
    struct node *ring[4];
    for (int i = 0; i < 4; i++)
        ring[i] = watched_with(heap, i, see_whether_called);
    for (int i = 0; i < 4; i++)
        ring[i]->weak = gc_weak_create(ring[3 - i], record_weak, as_context(100 + i));
    gc_weak *outside = gc_weak_create(ring[2], record_weak, as_context(1));
    drop_as_ring(ring, 4);
    gc_collect(heap);
    cr_assert_eq(times_recorded('w'), 1);
    cr_assert_eq(place_of('w', 1), 0);
    cr_assert_eq(times_recorded('d'), 4);
    gc_release(outside);
    close_heap(heap);
}

static void rise(struct node *self)
{
    keep(self);
}

Test(weak_in_garbage, in_a_cycle_that_is_resurrected)
{
    gc_heap *heap = open_heap();
    struct node *first = watched_with(heap, 1, rise), *second = watched_new(heap, 2);
    gc_set(&first->left, second);
    gc_set(&second->left, first);
    first->weak = gc_weak_create(second, record_weak, as_context(1));
    gc_release(first);
    gc_release(second);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(times_recorded('w'), 0);
    assert_whole(heap);
    drop_kept();
    gc_collect(heap);
    cr_assert_eq(times_recorded('w'), 0);
    cr_assert_eq(times_recorded('f'), 2);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

/* Two rings are condemned. A finalizer saves the one with the weak reference; the other holds the weak reference's target, which dies by
 * count when that ring is freed. What was saved is garbage no longer, so it is told. */
Test(weak_in_garbage, one_that_a_finalizer_saved_is_called_when_its_target_dies_of_the_garbage)
{
    gc_heap *heap = open_heap();
    struct node *watching = watched_with(heap, 1, rise), *owning = node_new(heap, 3), *target = watched_new(heap, 2);
    gc_untrack(target); /* never condemned */
    gc_set(&watching->left, watching);
    watching->weak = gc_weak_create(target, record_weak, as_context(1));
    gc_set(&owning->left, owning);
    gc_move(&owning->right, &target);
    gc_release(watching);
    gc_release(owning);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_str_eq(recorded(), "f1 f2 w1 d2");
    drop_kept();
    gc_collect(heap);
    cr_assert_str_eq(recorded(), "f1 f2 w1 d2 d1");
    close_heap(heap);
}

Test(weak_in_garbage, a_context_that_holds_its_own_weak_reference_is_a_cycle)
{
    gc_heap *heap = open_heap();
    struct node *target = node_new(heap, 1), *context = watched_new(heap, 2);
    context->weak = gc_weak_create_holding(target, record_weak, context);
    gc_release(context);
    cr_assert_eq(times_recorded('d'), 0);
    cr_assert_gt(gc_collect(heap), 0);
    cr_assert_str_eq(recorded(), "f2 d2");
    gc_release(target);
    cr_assert_eq(times_recorded('w'), 0);
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

static gc_weak *old_watch, *plain_to_young, *plain_to_old;

static void see_both_gone(gc_weak *weak, void *context)
{
    record_weak(weak, context);
    cr_assert_null(gc_weak_get(plain_to_young), "the garbage is gone when what it held dies by count");
    cr_assert_null(gc_weak_get(plain_to_old));
    cr_assert_eq(place_of('d', 1), 1, "%s", recorded());
}

/* Young garbage holds the last reference to an old object, whose weak callback runs during the young collection. */
Test(weak_in_garbage, an_old_object_that_young_garbage_held)
{
    gc_heap *heap = open_heap();
    struct node *old = watched_new(heap, 2);
    gc_collect(heap);
    gc_collect(heap);
    cr_assert_eq(gc_generation_of(old), 2);
    struct node *young = watched_new(heap, 1);
    old_watch = gc_weak_create(old, see_both_gone, as_context(5));
    plain_to_young = gc_weak_create(young, NULL, NULL);
    plain_to_old = gc_weak_create(old, NULL, NULL);
    gc_set(&young->left, young);
    gc_move(&young->right, &old);
    gc_release(young);
    cr_assert_eq(gc_collect_generation(heap, 0), 1, "the old one was not condemned; it died by count");
    cr_assert_str_eq(recorded(), "f1 d1 f2 w5 d2");
    gc_release(old_watch);
    gc_release(plain_to_young);
    gc_release(plain_to_old);
    close_heap(heap);
}

static void see_young_gone(struct node *self)
{
    (void)self;
    cr_assert_null(gc_weak_get(plain_to_young));
    cr_assert_neq(place_of('d', 1), -1);
}

Test(weak_in_garbage, the_finalizer_of_an_old_object_that_young_garbage_held)
{
    gc_heap *heap = open_heap();
    struct node *old = watched_with(heap, 2, see_young_gone);
    gc_collect(heap);
    gc_collect(heap);
    struct node *young = watched_new(heap, 1);
    plain_to_young = gc_weak_create(young, NULL, NULL);
    gc_set(&young->left, young);
    gc_move(&young->right, &old);
    gc_release(young);
    cr_assert_eq(gc_collect_generation(heap, 0), 1);
    cr_assert_str_eq(recorded(), "f1 d1 f2 d2");
    gc_release(plain_to_young);
    close_heap(heap);
}

struct hiding {
    gc_object gc;
    struct node *hidden;
};
static const gc_type_info hiding_info = GC_TYPE_INFO(struct hiding, GC_REFS(hidden), GC_TYPE_FLAGS(GC_ACYCLIC));

/* The collection cannot know that the hidden object is garbage: an untracked one refers to it. It dies by count, when the
 * weak reference to it, which is garbage, must be long silent. */
Test(weak_in_garbage, target_hidden_behind_an_untracked_container)
{
    gc_heap *heap = open_heap();
    struct hiding *container = gc_create(struct hiding, gc_type_register(heap, &hiding_info));
    struct node *ring = watched_new(heap, 1), *hidden = watched_new(heap, 2);
    gc_set(&ring->left, ring);
    ring->weak = gc_weak_create(hidden, record_weak, as_context(1));
    gc_move(&container->hidden, &hidden);
    gc_move((void **)&ring->right, (void **)&container);
    gc_release(ring);
    gc_collect(heap);
    cr_assert_str_eq(recorded(), "f1 d1 f2 d2");
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

Test(weak_in_garbage, creating_them_may_collect)
{
    gc_settings settings = quiet_settings();
    settings.automatic = 1;
    settings.pace = GC_PACE_CPYTHON;
    settings.thresholds[0] = 3;
    gc_heap *heap = open_heap_with(&settings);
    struct node *target = node_new(heap, 1);
    gc_set(&target->left, target);
    for (int i = 0; i < 500; i++) {
        make_garbage_ring(heap, 10, 2);
        gc_weak *weak = gc_weak_create(target, i % 2 ? record_weak : NULL, as_context(i));
        cr_assert_not_null(weak);
        void *got = gc_weak_get(weak);
        cr_assert_eq(got, target);
        gc_release(got);
        if (i % 3)
            gc_release(weak);
        else
            drop_into_garbage(heap, 20, weak);
    }
    gc_release(target);
    gc_collect(heap);
    cr_assert_eq(times_recorded('w'), 0);
    cr_assert_eq(times_recorded('f'), times_recorded('d'));
    close_heap(heap);
}

enum { TARGETS_MAX = 4000 };

/* Enough for whole slabs, where that is not too slow. */
static size_t many(void)
{
    return 10 + scaled(fewer_when_checked(TARGETS_MAX - 10));
}

/* So many rings that whole slabs are garbage, or live, and in each a node to which there is a weak reference. */
static void drop_rings(gc_heap *heap, struct node *held, gc_weak **weak, size_t rings)
{
    for (size_t r = 0; r < rings; r++) {
        struct node *ring[3] = { node_new(heap, 0), node_new(heap, 1), node_new(heap, 2) };
        weak[r] = gc_weak_create(ring[r % 3], NULL, NULL);
        if (held)
            gc_set(&ring[0]->right, held);
        drop_as_ring(ring, 3);
    }
}

static void reclaim_rings(bool leaving)
{
    gc_heap *heap = open_heap();
    static gc_weak *weak[TARGETS_MAX];
    size_t rings = many();
    struct node *held = node_new(heap, 3);
    drop_rings(heap, leaving ? held : NULL, weak, rings);
    gc_collect(heap);
    cr_assert_eq(objects_in(heap), 1 + rings, "what is held, and the weak references");
    cr_assert_eq(gc_refcount(held), 1, "what garbage held is given up");
    for (size_t r = 0; r < rings; r++) {
        cr_assert_null(gc_weak_get(weak[r]));
        gc_release(weak[r]);
    }
    gc_release(held);
    close_heap(heap);
}

Test(weak_in_garbage, slabs_full_of_targets) { reclaim_rings(false); }
Test(weak_in_garbage, slabs_full_of_targets_that_hold_something_outside) { reclaim_rings(true); }

Test(weak_in_garbage, a_long_list_of_targets_lives_while_its_head_is_held)
{
    gc_heap *heap = open_heap();
    static gc_weak *weak[TARGETS_MAX];
    struct node *head = NULL;
    size_t n = many();
    for (size_t i = 0; i < n; i++) {
        struct node *node = node_new(heap, (int)i);
        weak[i] = gc_weak_create(node, NULL, NULL);
        gc_move(&node->left, &head);
        head = node;
    }
    for (int times = 0; times < 3; times++)
        cr_assert_eq(gc_collect(heap), 0);
    for (size_t i = 0; i < n; i++) {
        struct node *node = gc_weak_get(weak[i]);
        cr_assert_eq(node->id, (int)i);
        gc_release(node);
    }
    gc_set(&head->right, head);
    gc_clear(&head);
    gc_collect(heap);
    cr_assert_eq(objects_in(heap), n, "the weak references");
    for (size_t i = 0; i < n; gc_release(weak[i++]))
        cr_assert_null(gc_weak_get(weak[i]));
    close_heap(heap);
}
