/* SPDX-License-Identifier: MIT */
/* test_refusals.c: guards rule 7: a collection whose stack or wide table is refused frees exactly the same, or less, and never early. */
#include "lib/heap.h"

#include <criterion/criterion.h>
#include <sys/resource.h>

struct node {
    gc_object gc;
    struct node *next, *hub;
};

struct hub {
    gc_object gc;
    uint32_t count;
    struct node *spokes[];
};

static const gc_type_info node_info = GC_TYPE_INFO(struct node, GC_REFS(next, hub));
static const gc_type_info hub_info = GC_TYPE_INFO(struct hub, GC_REF_FLEX(spokes, count));

#define SPOKES 50000

typedef struct star {
    gc_heap *heap;
    gc_type *node, *hub;
    struct hub *centre;
} star;

/* A hub that is made last, so that every spoke lies below the cursor when the hub is traversed; each spoke has a tail of one. */
static star star_open(void)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    settings.check_level = 0;
    star s = { .heap = gc_heap_open(&settings) };
    cr_assert_not_null(s.heap);
    s.node = gc_type_register(s.heap, &node_info);
    s.hub = gc_type_register(s.heap, &hub_info);
    static struct node *spokes[SPOKES];
    for (int i = 0; i < SPOKES; i++) {
        struct node *tail = gc_create(struct node, s.node);
        spokes[i] = gc_create(struct node, s.node);
        gc_move(&spokes[i]->next, &tail);
    }
    s.centre = gc_create_flex(struct hub, s.hub, SPOKES);
    for (int i = 0; i < SPOKES; i++) {
        gc_move(&s.centre->spokes[i], &spokes[i]);
        gc_set(&s.centre->spokes[i]->hub, (struct node *)(void *)s.centre);
    }
    return s;
}

static void star_close(star *s)
{
    cr_assert_null(gc_heap_verify(s->heap), "%s", gc_heap_verify(s->heap));
    gc_clear(&s->centre);
    cr_assert_eq(gc_collect(s->heap), 2 * SPOKES + 1);
    cr_assert_eq(gc_heap_close(s->heap), 0);
}

Test(refusals, without_any_stack_the_walk_is_repeated_and_nothing_live_is_freed)
{
    star s = star_open();
    s.heap->stack_region.reserved = s.heap->stack_region.committed;
    cr_assert_eq(gc_collect(s.heap), 0);
    star_close(&s);
}

Test(refusals, a_stack_that_the_system_refuses_is_done_without)
{
    star s = star_open();
    gc__region as_it_was = s.heap->stack_region;
    s.heap->stack_region.base = (char *)((uintptr_t)1 << 50); /* no address of this process */
    s.heap->stack_region.committed = 0;
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(gc_collect(s.heap), 0);
        s.heap->all_touched = true;
    }
    s.heap->stack_region = as_it_was;
    star_close(&s);
}

/* What the walk did not presume to be held is marked afterwards, from the stack. */
Test(refusals, without_any_stack_what_is_held_since_the_last_collection_lives)
{
    star s = star_open();
    for (int i = 0; i < 2; i++) {
        s.heap->all_touched = true;
        cr_assert_eq(gc_collect(s.heap), 0);
    }
    struct node *fresh = gc_create(struct node, s.node), *tail = gc_create(struct node, s.node);
    gc_move(&fresh->next, &tail);
    fresh->next->next = gc_create(struct node, s.node);
    s.heap->stack_region.reserved = s.heap->stack_region.committed = 0;
    s.heap->all_touched = true;
    cr_assert_eq(gc_collect(s.heap), 0);
    cr_assert_not_null(fresh->next->next);
    gc_release(fresh);
    star_close(&s);
}

Test(refusals, with_a_short_stack_the_walk_is_repeated_from_where_it_ran_out)
{
    star s = star_open();
    s.heap->stack_region.reserved = GC__COMMIT_STEP;
    cr_assert_eq(gc_collect(s.heap), 0);
    star_close(&s);
}

Test(refusals, an_object_whose_wide_count_is_refused_counts_as_held)
{
    star s = star_open();
    uint32_t *wides = s.heap->wides;
    s.heap->wides = (uint32_t *)((uintptr_t)1 << 50); /* no address of this process: committing it fails */
    gc_retain(s.centre);
    gc_release(s.centre);
    struct hub *centre = s.centre;
    gc_clear(&s.centre);
    cr_assert_eq(gc_collect(s.heap), 0, "the hub has %d references from inside, and the table for them was refused", SPOKES);
    s.heap->wides = wides;
    s.heap->all_touched = true;
    cr_assert_eq(gc_collect(s.heap), 2 * SPOKES + 1, "%p", (void *)centre);
    cr_assert_eq(gc_heap_close(s.heap), 0);
}

Test(refusals, the_wide_table_counts_as_resident)
{
    star s = star_open();
    gc_stats with, without;
    static uint64_t bits[sizeof s.heap->wide_bits / sizeof s.heap->wide_bits[0]];
    cr_assert_eq(gc_collect(s.heap), 0);
    for (size_t step = 0; step < s.heap->layout.wides / GC__COMMIT_STEP; step++)
        if (s.heap->wide_bits[step / 64] >> step % 64 & 1)
            *(volatile uint32_t *)((char *)s.heap->wides + step * GC__COMMIT_STEP) = 0;
    gc_get_stats(s.heap, &with);
    memcpy(bits, s.heap->wide_bits, sizeof bits);
    memset(s.heap->wide_bits, 0, sizeof bits);
    gc_get_stats(s.heap, &without);
    memcpy(s.heap->wide_bits, bits, sizeof bits);
    cr_assert_gt(with.bytes_resident, without.bytes_resident);
    star_close(&s);
}

/* Each step of the table is its own: that of a later object is there first. */
Test(refusals, steps_of_the_wide_table_are_committed_one_by_one)
{
    enum { STEP_ENTRIES = GC__COMMIT_STEP / sizeof(uint32_t), FEW = 4 };
    star s = star_open();
    struct node *nodes[300];
    cr_assert_eq(gc_collect(s.heap), 0);
    for (int i = 0; i < 300; i++)
        nodes[i] = gc_create(struct node, s.node);
    /* One object of each of the first steps, the last one first. */
    for (int n = FEW; n-- > 0;) {
        struct node *node = s.centre->spokes[0];
        for (int i = 0; gc__place_of(s.heap, (gc_object *)node).index / STEP_ENTRIES != (uint32_t)n && i < SPOKES; i++)
            node = s.centre->spokes[i];
        cr_assert_eq(gc__place_of(s.heap, (gc_object *)node).index / STEP_ENTRIES, (uint32_t)n);
        for (int i = 0; i < 300; i++)
            gc_set(&nodes[i]->next, node);
        cr_assert_eq(gc_collect(s.heap), 0);
        cr_assert(s.heap->wide_bits[0] >> n & 1);
    }
    for (int i = 0; i < 300; i++)
        gc_release(nodes[i]);
    gc_trim(s.heap);
    size_t all = gc_trim(s.heap);
    for (int n = 0; n < FEW; n++) {
        s.heap->wide_bits[0] &= ~(1ull << n);
        cr_assert_eq(all - gc_trim(s.heap), ((size_t)n + 1) * GC__COMMIT_STEP);
    }
    star_close(&s);
}

/* The table for counts that do not fit a byte is given back, and is there again when it is needed. */
Test(refusals, a_wide_table_that_was_trimmed_counts_as_before)
{
    star s = star_open();
    for (int round = 0; round < 3; round++) {
        cr_assert_eq(gc_collect(s.heap), 0);
        cr_assert_gt(gc_trim(s.heap), 0);
        gc_retain(s.centre);
        gc_release(s.centre);
    }
    star_close(&s);
}

Test(refusals, on_a_warm_heap_a_collection_takes_no_page_fault)
{
    star s = star_open();
    struct rusage before, after;
    for (int round = 0; round < 3; round++) {
        gc_retain(s.centre);
        gc_release(s.centre);
        getrusage(RUSAGE_SELF, &before);
        cr_assert_eq(gc_collect(s.heap), 0);
        getrusage(RUSAGE_SELF, &after);
    }
    cr_assert_eq(after.ru_minflt - before.ru_minflt, 0);
    star_close(&s);
}
