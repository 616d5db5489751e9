/* SPDX-License-Identifier: MIT */
/* test_shapes.c: shapes that a collector must not mind. Each is collected twice: alive, and as garbage. */
#include "tests/model/shapes.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#define OBJECTS_LARGE 1000000
#define OBJECTS_CHECKED 20000

static size_t live_objects(gc_heap *heap)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    return stats.objects;
}

static gc_heap *open_heap(uint32_t check_level)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    settings.check_level = check_level;
    return gc_heap_open(&settings);
}

/* Makes the next full collection look: a release that leaves the count above zero touches the object. */
static void touch(void *object)
{
    gc_retain(object);
    gc_release(object);
}

static void live_then_garbage(enum shape_kind kind, size_t count, uint32_t check_level)
{
    const char *name = shape_names[kind];
    gc_heap *heap = open_heap(check_level);
    cr_assert_not_null(heap);
    struct shape shape = shape_build(heap, kind, count);
    cr_assert_not_null(shape.root, "%s: no memory", name);
    for (int generation = 0; generation < 3; generation++)
        cr_assert_eq(gc_collect_generation(heap, generation), 0, "%s: everything is alive", name);
    touch(shape.root);
    cr_assert_eq(gc_collect(heap), 0, "%s: everything is alive", name);
    cr_assert_eq(live_objects(heap), shape.objects, "%s", name);
    cr_assert_null(gc_heap_verify(heap));
    gc_release(shape.root);
    cr_assert_eq(live_objects(heap), shape.objects, "%s: counts alone free nothing", name);
    cr_assert_eq(gc_collect(heap), shape.objects, "%s: all of it is garbage", name);
    cr_assert_eq(live_objects(heap), 0, "%s", name);
    cr_assert_null(gc_heap_verify(heap));
    cr_assert_eq(gc_heap_close(heap), 0);
}

static const enum shape_kind kinds[SHAPE_COUNT] = { SHAPE_CHAIN_FORWARD, SHAPE_CHAIN_BACKWARD, SHAPE_CHAIN_SHUFFLED,
                                                    SHAPE_STAR_OUT, SHAPE_STAR_IN, SHAPE_CLIQUE, SHAPE_RING };

ParameterizedTestParameters(shapes, million_objects_are_kept_alive_and_freed_as_garbage)
{
    return cr_make_param_array(const enum shape_kind, kinds, SHAPE_COUNT);
}

ParameterizedTest(const enum shape_kind *kind, shapes, million_objects_are_kept_alive_and_freed_as_garbage)
{
    live_then_garbage(*kind, OBJECTS_LARGE, 0);
}

ParameterizedTestParameters(shapes, heap_verified_between_phases)
{
    return cr_make_param_array(const enum shape_kind, kinds, SHAPE_COUNT);
}

ParameterizedTest(const enum shape_kind *kind, shapes, heap_verified_between_phases)
{
    live_then_garbage(*kind, OBJECTS_CHECKED, 3);
}

/* A row without its closing reference dies by counts, link by link, without recursion. */
Test(shapes, million_links_die_by_counts)
{
    for (enum shape_kind kind = SHAPE_CHAIN_FORWARD; kind <= SHAPE_CHAIN_SHUFFLED; kind++) {
        gc_heap *heap = open_heap(0);
        struct shape shape = shape_build(heap, kind, OBJECTS_LARGE);
        struct shape_node *root = shape.root;
        cr_assert_not_null(root);
        gc_clear(&root->other);
        gc_release(root);
        cr_assert_eq(live_objects(heap), 0, "%s", shape_names[kind]);
        cr_assert_null(gc_heap_verify(heap));
        cr_assert_eq(gc_heap_close(heap), 0);
    }
}

/* More references to one object than a byte counts, then more than 16 bits, and one of them from outside: it lives. */
Test(shapes, one_outside_reference_among_many_inside_ones_keeps_everything)
{
    gc_heap *heap = open_heap(0);
    struct shape shape = shape_build(heap, SHAPE_STAR_IN, 200000);
    struct shape_node *root = shape.root;
    cr_assert_eq(gc_refcount(root), shape.objects + 1);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(live_objects(heap), shape.objects);
    gc_release(root);
    cr_assert_eq(gc_collect(heap), shape.objects);
    cr_assert_eq(gc_heap_close(heap), 0);
}
