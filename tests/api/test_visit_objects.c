/* SPDX-License-Identifier: MIT */
/* test_visit_objects.c: walking over the objects: by generation, stopping early, while they come and go, and from inside
 * callbacks, where neither the dying nor the condemned are shown. */
#include "../support/support.h"

/* How often each id was shown. */
struct shown {
    unsigned times[4096];
    size_t total, stop_after;
};

static bool see(void *object, void *context)
{
    struct shown *shown = context;
    shown->times[((struct node *)object)->id]++;
    shown->total++;
    return !shown->stop_after || shown->total < shown->stop_after;
}

static struct shown shown;

static size_t visit(gc_heap *heap, int generation)
{
    shown = (struct shown){ .total = 0 };
    return gc_visit_objects(heap, generation, see, &shown);
}

Test(visit_objects, by_generation_and_all)
{
    gc_heap *heap = open_heap();
    struct node *nodes[5];
    for (int i = 0; i < 4; i++) {
        nodes[i] = node_new(heap, i);
        if (i < 2)
            gc_collect(heap);
        if (i == 2)
            gc_collect_generation(heap, 0);
    }
    nodes[4] = node_new(heap, 4);
    gc_untrack(nodes[4]);
    struct leaf *acyclic = leaf_new(heap, 5);
    cr_assert_eq(visit(heap, 2), 2);
    cr_assert(shown.times[0] == 1 && shown.times[1] == 1);
    cr_assert_eq(visit(heap, 1), 1);
    cr_assert_eq(shown.times[2], 1);
    cr_assert_eq(visit(heap, 0), 1);
    cr_assert_eq(shown.times[3], 1);
    cr_assert_eq(visit(heap, GC_ALL_GENERATIONS), 4);
    cr_assert_eq(visit(heap, GC_ALL_OBJECTS), 6);
    cr_assert_eq(shown.times[4], 1);
    gc_freeze(heap);
    cr_assert_eq(visit(heap, GC_FROZEN_GENERATION), 4);
    cr_assert_eq(visit(heap, 2), 0);
    cr_assert_eq(visit(heap, GC_ALL_GENERATIONS), 4, "frozen ones included");
    gc_unfreeze(heap);
    cr_assert_eq(visit(heap, 17), 0);
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    cr_assert_eq(visit(heap, GC_ALL_OBJECTS - 1), 0);
    cr_assert_eq(visit(heap, GC_FROZEN_GENERATION + 1), 0);
    for (int i = 0; i < 5; i++)
        gc_release(nodes[i]);
    gc_release(acyclic);
    close_heap(heap);
}

Test(visit_objects, stops_when_told_to)
{
    gc_heap *heap = open_heap();
    struct node *nodes[100];
    for (int i = 0; i < 100; i++)
        nodes[i] = node_new(heap, i);
    shown = (struct shown){ .stop_after = 7 };
    cr_assert_eq(gc_visit_objects(heap, GC_ALL_GENERATIONS, see, &shown), 7);
    cr_assert_eq(shown.total, 7);
    for (int i = 0; i < 100; i++)
        gc_release(nodes[i]);
    close_heap(heap);
}

static struct node *population[2000];

/* Releases the next objects in id and creates one: the walk must go on over a heap that changes under it. */
static bool thin_out(void *object, void *context)
{
    struct node *node = object;
    see(object, context);
    cr_assert_geq(gc_refcount(node), 1);
    for (int i = 1; i <= 2; i++)
        if (node->id % 9 == 0 && node->id + i < 2000)
            gc_clear(&population[node->id + i]);
    if (node->id % 9 == 0)
        gc_clear(&population[node->id]);
    gc_release(node_new(gc_heap_of(object), 4000));
    return true;
}

static bool stop_at_once(void *object, void *context)
{
    (void)object, (void)context;
    return false;
}

Test(visit_objects, stops_though_there_are_others_elsewhere)
{
    gc_heap *heap = open_heap();
    struct node *node = node_new(heap, 1);
    struct list *list = list_new(heap, 1000);
    struct leaf *leaf = leaf_new(heap, 2);
    cr_assert_eq(gc_visit_objects(heap, GC_ALL_GENERATIONS, stop_at_once, NULL), 1);
    cr_assert_eq(gc_visit_objects(heap, GC_ALL_OBJECTS, stop_at_once, NULL), 1);
    gc_release(node);
    gc_release(list);
    gc_release(leaf);
    close_heap(heap);
}

Test(visit_objects, while_they_die_and_are_born)
{
    gc_heap *heap = open_heap();
    for (int i = 0; i < 2000; i++)
        population[i] = node_new(heap, i);
    shown = (struct shown){ .total = 0 };
    gc_visit_objects(heap, GC_ALL_GENERATIONS, thin_out, &shown);
    for (int i = 0; i < 2000; i++) {
        cr_assert_leq(shown.times[i], 1, "object %d was shown %u times", i, shown.times[i]);
        if (population[i])
            cr_assert_eq(shown.times[i], 1, "object %d was there all the time", i);
        gc_clear(&population[i]);
    }
    cr_assert_eq(objects_in(heap), 0);
    close_heap(heap);
}

static bool grow(void *object, void *context)
{
    size_t *calls = context;
    gc_heap *heap = gc_heap_of(object);
    if (++*calls <= 2000)
        gc_move(&population[*calls - 1], &(struct node *){ node_new(heap, 3) });
    return true;
}

Test(visit_objects, while_many_are_born_ends)
{
    gc_heap *heap = open_heap();
    struct node *first = node_new(heap, 1);
    size_t calls = 0;
    gc_visit_objects(heap, GC_ALL_OBJECTS, grow, &calls);
    cr_assert_geq(calls, 1);
    for (int i = 0; i < 2000; i++)
        gc_clear(&population[i]);
    gc_release(first);
    close_heap(heap);
}

static bool collect_inside(void *object, void *context)
{
    (void)context;
    cr_assert_eq(gc_collect(gc_heap_of(object)), 0, "no collection starts during a walk");
    return true;
}

Test(visit_objects, no_collection_starts_meanwhile)
{
    gc_settings settings = quiet_settings();
    settings.automatic = 1;
    settings.pace = GC_PACE_CPYTHON;
    settings.thresholds[0] = 5;
    gc_heap *heap = open_heap_with(&settings);
    gc_disable(heap);
    make_garbage_ring(heap, 1, 10);
    gc_enable(heap);
    cr_assert_eq(gc_visit_objects(heap, GC_ALL_GENERATIONS, collect_inside, NULL), 10);
    size_t calls = 0;
    gc_visit_objects(heap, GC_ALL_GENERATIONS, grow, &calls);
    cr_assert_eq(times_recorded('f'), 0);
    for (int i = 0; i < 2000; i++)
        gc_clear(&population[i]);
    gc_collect(heap);
    cr_assert_eq(times_recorded('f'), 10);
    close_heap(heap);
}

static void walk_and_find_only_the_live(struct node *self)
{
    gc_heap *heap = gc_heap_of(self);
    cr_assert_eq(visit(heap, GC_ALL_OBJECTS), 1, "neither the condemned nor the dying");
    cr_assert_eq(shown.times[500], 1);
    cr_assert_eq(visit(heap, GC_ALL_GENERATIONS), 1);
}

Test(visit_objects, condemned_objects_are_not_shown)
{
    gc_heap *heap = open_heap();
    struct node *live = node_new(heap, 500), *ring[3];
    for (int i = 0; i < 3; i++)
        ring[i] = watched_with(heap, i, walk_and_find_only_the_live);
    drop_as_ring(ring, 3);
    cr_assert_eq(gc_collect(heap), 3);
    cr_assert_eq(times_recorded('f'), 3);
    gc_release(live);
    close_heap(heap);
}

static void walk_during_teardown(struct node *self)
{
    cr_assert_leq(visit(gc_heap_of(self), GC_ALL_OBJECTS), 2);
    cr_assert_eq(shown.times[500], 1);
    cr_assert_eq(shown.times[1], 0);
    cr_assert_eq(shown.times[2], 0, "it waits for its death");
    cr_assert_eq(shown.times[3], 0);
}

Test(visit_objects, dying_objects_are_not_shown)
{
    gc_heap *heap = open_heap();
    struct node *live = node_new(heap, 500), *parent = node_new(heap, 1);
    struct node *first = watched_with(heap, 4, walk_during_teardown), *second = node_new(heap, 2), *third = node_new(heap, 3);
    gc_move(&parent->left, &first);
    gc_move(&parent->right, &second);
    gc_move(&parent->third, &third);
    gc_release(parent);
    cr_assert_eq(times_recorded('f'), 1);
    gc_release(live);
    close_heap(heap);
}

static bool count_in(void *object, void *context)
{
    (void)object;
    ++*(size_t *)context;
    return true;
}

Test(visit_objects, of_every_size)
{
    gc_heap *heap = open_heap();
    struct list *kept_lists[60];
    size_t n = 0, seen = 0;
    for (size_t items = 0; n < 60; items = items * 5 / 4 + 1)
        kept_lists[n++] = list_new(heap, items);
    cr_assert_eq(gc_visit_objects(heap, GC_ALL_GENERATIONS, count_in, &seen), 60);
    cr_assert_eq(seen, 60);
    gc_collect(heap);
    cr_assert_eq(gc_visit_objects(heap, 2, count_in, &seen), 60);
    for (size_t i = 0; i < 60; i++)
        gc_release(kept_lists[i]);
    cr_assert_eq(gc_visit_objects(heap, GC_ALL_OBJECTS, count_in, &seen), 0);
    close_heap(heap);
}

Test(visit_objects, asking_about_any_pointer)
{
    gc_heap *heap = open_heap(), *other = open_heap();
    struct node *node = node_new(heap, 1), *foreign = node_new(other, 2);
    struct list *large = list_new(heap, 200000);
    void *raw = gc_alloc(heap, 64);
    int local = 0;
    cr_assert(gc_is_object(heap, node));
    cr_assert(gc_is_object(heap, large));
    cr_assert_not(gc_is_object(heap, foreign));
    cr_assert_not(gc_is_object(heap, NULL));
    cr_assert_not(gc_is_object(heap, &local));
    cr_assert_not(gc_is_object(heap, &node->left), "inside an object");
    cr_assert_not(gc_is_object(heap, (char *)node + 1));
    cr_assert_not(gc_is_object(heap, &large->items[100000]));
    cr_assert_not(gc_is_object(heap, raw));
    cr_assert_not(gc_is_object(heap, (void *)~(uintptr_t)0));
    cr_assert_not(gc_is_object(heap, (void *)8));
    cr_assert_not(gc_is_object(heap, heap));
    gc_release(node);
    cr_assert_not(gc_is_object(heap, node), "no longer");
    gc_free(heap, raw);
    gc_release(large);
    cr_assert_not(gc_is_object(heap, large));
    gc_release(foreign);
    close_heap(heap);
    close_heap(other);
}
