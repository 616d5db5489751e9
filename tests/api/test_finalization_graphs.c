/* SPDX-License-Identifier: MIT */
/* test_finalization_graphs.c: objects alone, in self loops and in chains closed both ways, in every mixture of three
 * kinds of finalizer: one that does nothing, one that resurrects its object, and one that cuts its own edges. Each is
 * finalized once, finds its neighbours intact, and those that must survive do, with all they reach. */
#include "../support/support.h"

enum { SIZE = 6 };

/* Ids go from 1, in the order of `left`; a self loop has id 1 at both ends. */
static void check_neighbours(struct node *self)
{
    if (self->left && self->left != self) {
        cr_assert_eq(self->left->id, self->id % SIZE + 1);
        cr_assert_geq(gc_refcount(self->left), 1);
    }
    if (self->right) {
        cr_assert_eq(self->right->id, (self->id + SIZE - 2) % SIZE + 1);
        cr_assert_geq(gc_refcount(self->right), 1);
    }
}

static void do_nothing(struct node *self)
{
    check_neighbours(self);
}

static void resurrect(struct node *self)
{
    check_neighbours(self);
    keep(self);
}

static void cut_own_edges(struct node *self)
{
    check_neighbours(self);
    gc_clear(&self->left);
    gc_clear(&self->right);
}

typedef void (*behaviour)(struct node *self);

static size_t kept_count(void)
{
    size_t count = 0;
    while (count < 8 && kept[count])
        count++;
    return count;
}

Test(simple, dies_by_count)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, do_nothing);
    gc_weak *weak = gc_weak_create(self, NULL, NULL);
    gc_release(self);
    cr_assert_str_eq(recorded(), "f1 d1");
    cr_assert_not(weak_alive(weak));
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_str_eq(recorded(), "f1 d1");
    gc_release(weak);
    close_heap(heap);
}

Test(simple, resurrected_then_dies)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, resurrect);
    gc_weak *weak = gc_weak_create(self, NULL, NULL);
    gc_release(self);
    cr_assert_str_eq(recorded(), "f1");
    cr_assert(weak_alive(weak));
    drop_kept();
    cr_assert_str_eq(recorded(), "f1 d1");
    cr_assert_not(weak_alive(weak));
    gc_release(weak);
    close_heap(heap);
}

struct plain_thing {
    gc_object gc;
    int id;
};
static bool thing_resurrects;

static void finalize_thing(void *object)
{
    record('f', ((struct plain_thing *)object)->id);
    if (thing_resurrects)
        keep(object);
}

static void destroy_thing(void *object)
{
    record('d', ((struct plain_thing *)object)->id);
}

static const gc_type_info thing_info = GC_TYPE_INFO(struct plain_thing, GC_TYPE_FLAGS(GC_ACYCLIC),
                                                    GC_FINALIZE(finalize_thing), GC_DESTROY(destroy_thing));

Test(simple, untracked_types_are_finalized_too)
{
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, &thing_info);
    struct plain_thing *thing = gc_create(struct plain_thing, type);
    cr_assert_not(gc_is_tracked(thing));
    thing->id = 1;
    gc_release(thing);
    cr_assert_str_eq(recorded(), "f1 d1");
    forget_record();
    thing_resurrects = true;
    thing = gc_create(struct plain_thing, type);
    thing->id = 2;
    gc_release(thing);
    cr_assert_str_eq(recorded(), "f2");
    cr_assert(gc_is_finalized(thing));
    drop_kept();
    cr_assert_str_eq(recorded(), "f2 d2");
    close_heap(heap);
}

static void run_self_loop(behaviour finalize, size_t first_collected)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, finalize);
    gc_weak *weak = gc_weak_create(self, NULL, NULL);
    gc_set(&self->left, self);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), first_collected);
    cr_assert_eq(times_recorded('f'), 1);
    cr_assert_eq(times_recorded('d'), first_collected);
    cr_assert_eq(weak_alive(weak), first_collected == 0);
    cr_assert_eq(kept_count(), 1 - first_collected);
    drop_kept();
    cr_assert_eq(gc_collect(heap), 1 - first_collected);
    cr_assert_str_eq(recorded(), "f1 d1");
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(weak);
    close_heap(heap);
}

Test(self_cycle, found) { run_self_loop(do_nothing, 1); }
Test(self_cycle, resurrected) { run_self_loop(resurrect, 0); }
Test(self_cycle, suicide) { run_self_loop(cut_own_edges, 1); }

/* Six nodes, `left` to the next and `right` to the one before, closed both ways, of alternating behaviours. One that is
 * resurrected keeps whatever it still reaches when all finalizers have run: `survivors` in all. */
static void run_chain(const behaviour *kinds, size_t kind_count, size_t survivors)
{
    gc_heap *heap = open_heap();
    struct node *chain[SIZE];
    gc_weak *weak[SIZE];
    size_t resurrecting = 0;
    for (int i = 0; i < SIZE; i++) {
        behaviour kind = kinds[(size_t)i % kind_count];
        resurrecting += kind == resurrect;
        chain[i] = watched_with(heap, i + 1, kind);
        weak[i] = gc_weak_create(chain[i], NULL, NULL);
    }
    for (int i = 0; i < SIZE; i++)
        gc_set(&chain[i]->right, chain[(i + SIZE - 1) % SIZE]);
    drop_as_ring(chain, SIZE);
    size_t freed = gc_collect(heap);
    assert_whole(heap);
    cr_assert_eq(times_recorded('f'), SIZE, "%s", recorded());
    cr_assert_eq(times_recorded('d'), freed);
    cr_assert_eq(kept_count(), resurrecting);
    cr_assert_eq(freed, SIZE - survivors, "%zu freed: %s", freed, recorded());
    size_t alive = 0;
    for (int i = 0; i < SIZE; i++)
        alive += weak_alive(weak[i]);
    cr_assert_eq(alive, SIZE - freed);
    for (size_t i = 0; i < kept_count(); i++)
        check_neighbours(kept[i]);
    drop_kept();
    gc_collect(heap);
    cr_assert_eq(times_recorded('f'), SIZE, "none twice: %s", recorded());
    cr_assert_eq(times_recorded('d'), SIZE);
    cr_assert_eq(gc_collect(heap), 0);
    for (int i = 0; i < SIZE; i++) {
        cr_assert_not(weak_alive(weak[i]));
        gc_release(weak[i]);
    }
    close_heap(heap);
}

#define CHAIN(name, survivors, ...)                                          \
    Test(cycle_chain, name)                                                  \
    {                                                                        \
        const behaviour kinds[] = { __VA_ARGS__ };                           \
        run_chain(kinds, sizeof kinds / sizeof kinds[0], survivors);         \
    }

CHAIN(homogenous, 0, do_nothing)
CHAIN(homogenous_resurrect, 6, resurrect)
CHAIN(homogenous_suicidal, 0, cut_own_edges)
CHAIN(heterogenous_suicidal_one, 0, cut_own_edges, do_nothing)
CHAIN(heterogenous_suicidal_two, 0, cut_own_edges, do_nothing, do_nothing)
CHAIN(heterogenous_resurrect_one, 6, resurrect, do_nothing)
CHAIN(heterogenous_resurrect_two, 6, do_nothing, cut_own_edges, resurrect)
CHAIN(heterogenous_resurrect_three, 6, resurrect, do_nothing, cut_own_edges)
CHAIN(resurrecting_and_suicidal, 6, resurrect, cut_own_edges)
CHAIN(a_resurrector_keeps_its_neighbours_only, 3, cut_own_edges, cut_own_edges, cut_own_edges, resurrect)
