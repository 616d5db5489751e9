/* SPDX-License-Identifier: MIT */
/* test_resurrect.c: the second look. What a finalizer made reachable survives with all it reaches, nothing else does,
 * and nothing is finalized twice. */
#include "../support/support.h"

static void keep_self(struct node *self)
{
    keep(self);
}

Test(resurrect, happens_only_once_for_each_object)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, keep_self);
    gc_set(&self->left, self);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(kept[0], self);
    cr_assert(gc_is_finalized(self));
    cr_assert_eq(gc_refcount(self), 2);
    drop_kept();
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_str_eq(recorded(), "f1 d1");
    close_heap(heap);
}

Test(resurrect, is_transitive)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, keep_self), *cargo = node_new(heap, 2), *deeper = node_new(heap, 3);
    gc_set(&self->left, self);
    gc_set(&self->right, cargo);
    gc_set(&cargo->left, deeper);
    gc_set(&deeper->left, cargo);
    gc_release(deeper);
    gc_release(cargo);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 0);
    assert_whole(heap);
    cr_assert_eq(self->right, cargo);
    cr_assert_eq(cargo->left, deeper);
    cr_assert_eq(deeper->left, cargo);
    cr_assert_eq(cargo->id * 10 + deeper->id, 23);
    cr_assert_eq(gc_refcount(cargo), 2);
    cr_assert_eq(gc_refcount(deeper), 1);
    drop_kept();
    cr_assert_eq(gc_collect(heap), 3);
    close_heap(heap);
}

Test(resurrect, does_not_keep_other_garbage)
{
    gc_heap *heap = open_heap();
    struct node *risen = watched_with(heap, 1, keep_self), *cargo = node_new(heap, 2);
    gc_set(&risen->left, risen);
    gc_set(&risen->right, cargo);
    gc_release(cargo);
    gc_release(risen);
    for (int i = 0; i < 100; i++)
        make_garbage_ring(heap, 100 + i, 1);
    gc_stats before, after;
    gc_get_stats(heap, &before);
    cr_assert_eq(gc_collect(heap), 100);
    gc_get_stats(heap, &after);
    cr_assert_eq(after.generations[2].collected - before.generations[2].collected, 100);
    cr_assert_eq(after.generations[2].uncollectable - before.generations[2].uncollectable, 2);
    cr_assert_eq(objects_in(heap), 2);
    drop_kept();
    cr_assert_eq(gc_collect(heap), 2);
    cr_assert_eq(times_recorded('f'), 101);
    close_heap(heap);
}

Test(resurrect, by_storing_into_a_live_object)
{
    gc_heap *heap = open_heap();
    struct node *ring[4];
    for (int i = 0; i < 4; i++)
        ring[i] = watched_with(heap, i, i == 2 ? keep_self : NULL);
    drop_as_ring(ring, 4);
    cr_assert_eq(gc_collect(heap), 0, "one of the ring reaches all of it");
    cr_assert_eq(times_recorded('f'), 4);
    struct node *risen = kept[0];
    cr_assert_eq(risen->left->left->left->left, risen);
    for (int i = 0; i < 4; i++, risen = risen->left)
        cr_assert_eq(gc_refcount(risen), risen == kept[0] ? 2 : 1);
    drop_kept();
    cr_assert_eq(gc_collect(heap), 4);
    cr_assert_eq(times_recorded('f'), 4, "none is finalized again");
    cr_assert_eq(times_recorded('d'), 4);
    close_heap(heap);
}

static void keep_right(struct node *self)
{
    keep(self->right);
}

Test(resurrect, of_another_object_frees_the_one_that_did_it)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, keep_right), *other = watched_new(heap, 2);
    gc_set(&self->left, self);
    gc_set(&self->right, other);
    gc_release(other);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_neq(place_of('d', 1), -1);
    cr_assert_eq(place_of('d', 2), -1);
    cr_assert(gc_is_finalized(other), "it was in the garbage, so its finalizer ran too");
    cr_assert_eq(gc_refcount(other), 1);
    drop_kept();
    cr_assert_eq(times_recorded('f'), 2);
    cr_assert_eq(times_recorded('d'), 2);
    close_heap(heap);
}

Test(resurrect, survivors_move_up)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, keep_self);
    gc_set(&self->left, self);
    gc_release(self);
    cr_assert_eq(gc_collect_generation(heap, 0), 0);
    cr_assert_gt(gc_generation_of(self), 0, "what survives its collection is promoted");
    drop_kept();
    cr_assert_eq(gc_collect_generation(heap, 0), 0);
    cr_assert_eq(gc_collect(heap), 1);
    close_heap(heap);
}

Test(resurrect, plain_weak_references_outlive_it)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, keep_self);
    gc_weak *plain = gc_weak_create(self, NULL, NULL);
    gc_weak *calling = gc_weak_create(self, record_weak, as_context(7));
    gc_set(&self->left, self);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert(weak_alive(plain));
    cr_assert_not(weak_alive(calling), "with a callback it was cleared before the finalizer ran");
    cr_assert_str_eq(recorded(), "w7 f1");
    drop_kept();
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_not(weak_alive(plain));
    cr_assert_str_eq(recorded(), "w7 f1 d1");
    gc_release(plain);
    gc_release(calling);
    close_heap(heap);
}

Test(resurrect, from_a_death_by_count)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, keep_self), *child = node_new(heap, 2);
    gc_weak *plain = gc_weak_create(self, NULL, NULL);
    gc_weak *calling = gc_weak_create(self, record_weak, as_context(7));
    gc_move(&self->left, &child);
    gc_release(self);
    cr_assert_str_eq(recorded(), "f1");
    cr_assert_eq(kept[0], self);
    cr_assert_eq(gc_refcount(self), 1);
    cr_assert_eq(self->left->id, 2);
    cr_assert(weak_alive(plain) && weak_alive(calling), "nothing was cleared: it did not die");
    cr_assert(gc_is_tracked(self));
    cr_assert_eq(gc_collect(heap), 0);
    drop_kept();
    cr_assert_str_eq(recorded(), "f1 w7 d1");
    cr_assert_eq(objects_in(heap), 2, "the two weak references");
    gc_release(plain);
    gc_release(calling);
    close_heap(heap);
}

Test(resurrect, first_by_count_then_found_by_a_collection)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, keep_self);
    gc_release(self);
    gc_set(&self->left, self);
    drop_kept();
    cr_assert_str_eq(recorded(), "f1");
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_str_eq(recorded(), "f1 d1");
    close_heap(heap);
}

static struct node *chain_head;

/* Takes every other node out of a linked list, as a program would that reacts to a death. */
static void thin_the_chain(struct node *self)
{
    (void)self;
    for (struct node *at = chain_head; at && at->left; at = at->left) {
        struct node *skipped = gc_retain(at->left->left);
        gc_set(&at->left, skipped);
        gc_release(skipped);
    }
}

Test(resurrect, finalizers_that_rearrange_the_garbage)
{
    enum { LENGTH = 200 };
    gc_heap *heap = open_heap();
    chain_head = watched_with(heap, 0, thin_the_chain);
    struct node *last = chain_head;
    for (int i = 1; i < LENGTH; i++) {
        struct node *next = watched_with(heap, i, i % 10 ? NULL : thin_the_chain);
        gc_set(&last->left, next);
        gc_set(&next->right, last);
        last = next;
        gc_release(next);
    }
    gc_release(chain_head);
    cr_assert_eq(gc_collect(heap), LENGTH);
    cr_assert_eq(times_recorded('f'), LENGTH);
    cr_assert_eq(times_recorded('d'), LENGTH);
    close_heap(heap);
}

static gc_weak *way_back;

static void keep_the_kept_one(gc_weak *weak, void *context)
{
    (void)weak;
    (void)context;
    void *target = gc_weak_get(way_back);
    cr_assert_not_null(target, "a plain weak reference into the garbage still works");
    keep(target);
    gc_release(target);
}

Test(resurrect, by_a_weak_callback_through_a_plain_weak_reference)
{
    gc_heap *heap = open_heap();
    struct node *first = watched_new(heap, 1), *second = watched_new(heap, 2);
    gc_set(&first->left, first);
    gc_set(&second->left, second);
    gc_weak *calling = gc_weak_create(first, keep_the_kept_one, NULL);
    way_back = gc_weak_create(second, NULL, NULL);
    gc_release(first);
    gc_release(second);
    cr_assert_eq(gc_collect(heap), 1, "the first; the second was taken back");
    assert_whole(heap);
    cr_assert_eq(kept[0], second);
    cr_assert_eq(second->left, second);
    cr_assert_eq(place_of('d', 2), -1);
    drop_kept();
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(times_recorded('f'), 2);
    cr_assert_not(weak_alive(way_back));
    gc_release(calling);
    gc_release(way_back);
    close_heap(heap);
}

Test(resurrect, looks_again_at_more_references_than_a_table_byte_counts)
{
    enum { SPOKES = 700 };
    gc_heap *heap = open_heap();
    struct node *hub = watched_new(heap, 1), *risen = watched_with(heap, 2, keep_self);
    for (int round = 0; round < 2; round++) {
        struct list *spokes = list_new(heap, SPOKES);
        for (size_t i = 0; i < SPOKES; i++)
            gc_set(&spokes->items[i], round ? risen : hub);
        gc_move((void **)(round ? &risen->left : &hub->left), (void **)&spokes);
    }
    gc_release(hub);
    gc_release(risen);
    cr_assert_eq(gc_collect(heap), 2, "the hub and its spokes; the other hub was kept");
    assert_whole(heap);
    cr_assert_eq(kept[0], risen);
    cr_assert_eq(gc_refcount(risen), SPOKES + 1);
    drop_kept();
    cr_assert_eq(gc_collect(heap), 2);
    close_heap(heap);
}

static void try_to_resize(struct node *self)
{
    struct list *list = (void *)self->right;
    cr_assert_null(gc_resize(list, 100000));
    cr_assert_not_null(gc_resize(list, 1));
    cr_assert_eq(list->count, 1);
}

Test(resurrect, a_finalizer_may_try_to_resize_garbage)
{
    gc_heap *heap = open_heap();
    struct list *list = list_new(heap, 4);
    struct node *self = watched_with(heap, 1, try_to_resize), *dropped = watched_new(heap, 2);
    gc_move(&list->items[3], (void **)&dropped);
    gc_set(&list->items[0], self);
    gc_move((void **)&self->right, (void **)&list);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 3, "what the finalizer dropped was garbage, and parked");
    cr_assert_eq(times_recorded('f'), 2);
    cr_assert_eq(times_recorded('d'), 2);
    close_heap(heap);
}
