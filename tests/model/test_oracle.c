/* SPDX-License-Identifier: MIT */
/* test_oracle.c: the oracle itself, on graphs small enough to work out by hand. A wrong oracle would prove nothing. */
#include "tests/model/model_oracle.h"

#include <criterion/criterion.h>

static struct oracle oracle;

static int add(int slots)
{
    return oracle_add(&oracle, slots);
}

static struct oracle_node *node(int number)
{
    return &oracle.nodes[number];
}

static void point(int from, int slot, int to)
{
    node(from)->slots[slot] = to;
    oracle_settle(&oracle);
}

static void drop(int number)
{
    node(number)->holds--;
    oracle_settle(&oracle);
}

/* Two nodes that own each other, held by nobody. Returns the first; the other is the next number. */
static int add_ring_of_two(void)
{
    int a = add(2), b = add(2);
    point(a, 0, b);
    point(b, 0, a);
    drop(a);
    drop(b);
    return a;
}

static void open_oracle(void)
{
    oracle_open(&oracle);
}

TestSuite(oracle, .init = open_oracle);

Test(oracle, counts_holds_slots_and_hidden_references)
{
    int a = add(2), b = add(0);
    point(a, 0, b);
    point(a, 1, b);
    node(a)->hidden = b;
    oracle_settle(&oracle);
    cr_assert_eq(node(a)->count, 1);
    cr_assert_eq(node(b)->count, 4);
    oracle_close(&oracle);
}

Test(oracle, node_without_references_is_dying_and_its_children_follow_when_it_is_buried)
{
    int a = add(1), b = add(0);
    point(a, 0, b);
    drop(b);
    drop(a);
    cr_assert_eq(node(a)->state, ORACLE_DYING);
    cr_assert_eq(node(b)->state, ORACLE_LIVE);
    oracle_bury(&oracle, a);
    cr_assert_eq(node(b)->state, ORACLE_DYING);
    oracle_close(&oracle);
}

Test(oracle, ring_is_condemned_and_what_it_reaches_with_it)
{
    int a = add_ring_of_two(), leaf = add(0), held = add(0);
    point(a, 1, leaf);
    point(a + 1, 1, held);
    drop(leaf);
    cr_assert_eq(oracle_condemn(&oracle, 2), 3);
    cr_assert(node(leaf)->condemned);
    cr_assert_not(node(held)->condemned);
    cr_assert_eq(oracle_doom(&oracle), 3);
    cr_assert_eq(node(held)->count, 1);
    oracle_close(&oracle);
}

Test(oracle, ring_that_something_held_leads_to_is_alive)
{
    int a = add_ring_of_two(), held = add(1);
    point(held, 0, a);
    cr_assert_eq(oracle_condemn(&oracle, 2), 0);
    oracle_close(&oracle);
}

Test(oracle, hidden_reference_keeps_its_target)
{
    int a = add_ring_of_two(), hider = add(1);
    node(hider)->hidden = a;
    point(hider, 0, hider);
    drop(hider);
    cr_assert_eq(oracle_condemn(&oracle, 2), 1, "the hider, which owns itself, and not the ring");
    cr_assert(node(hider)->condemned);
    oracle_close(&oracle);
}

Test(oracle, older_frozen_and_untracked_nodes_count_as_outside)
{
    int outside[] = { 2, ORACLE_FROZEN, ORACLE_UNTRACKED };
    for (int g = 0; g < 3; g++) {
        int a = add_ring_of_two();
        point(a, 1, a + 1);
        node(a)->generation = outside[g];
        cr_assert_eq(oracle_condemn(&oracle, 1), 0);
    }
    oracle_close(&oracle);
}

Test(oracle, survivors_move_up_one_generation_and_stop_at_the_oldest)
{
    int a = add(0), b = add(0), c = add(0);
    node(b)->generation = 1;
    node(c)->generation = 2;
    oracle_condemn(&oracle, 1);
    cr_assert_eq(oracle_candidates(&oracle), 2);
    oracle_doom(&oracle);
    oracle_promote(&oracle, 1);
    cr_assert_eq(node(a)->generation, 2);
    cr_assert_eq(node(b)->generation, 2);
    oracle_condemn(&oracle, 2);
    oracle_doom(&oracle);
    oracle_promote(&oracle, 2);
    cr_assert_eq(node(c)->generation, 2);
    oracle_close(&oracle);
}

Test(oracle, second_look_saves_what_became_reachable_and_nothing_else)
{
    int a = add_ring_of_two(), other = add_ring_of_two();
    cr_assert_eq(oracle_condemn(&oracle, 2), 4);
    node(a)->holds = 1; /* a finalizer has stored it */
    oracle_settle(&oracle);
    cr_assert_eq(oracle_doom(&oracle), 2);
    cr_assert_eq(node(a + 1)->state, ORACLE_LIVE);
    cr_assert_not(node(a + 1)->condemned);
    cr_assert_eq(node(other)->state, ORACLE_DEAD);
    cr_assert(node(other)->condemned, "a weak reference that is freed must never call back");
    oracle_close(&oracle);
}

Test(oracle, condemned_node_whose_count_falls_to_zero_is_parked_and_doomed)
{
    int a = add_ring_of_two();
    oracle_condemn(&oracle, 2);
    point(a, 0, ORACLE_NONE);
    cr_assert_eq(node(a + 1)->count, 0);
    cr_assert_eq(node(a + 1)->state, ORACLE_LIVE, "parked");
    cr_assert_eq(oracle_doom(&oracle), 2);
    oracle_close(&oracle);
}

static int add_ephemeron(int key, int value)
{
    int ephemeron = add(1);
    node(ephemeron)->is_ephemeron = true;
    node(ephemeron)->key = key;
    point(ephemeron, 0, value);
    return ephemeron;
}

Test(oracle, ephemeron_keeps_its_value_only_while_its_key_lives)
{
    int key = add_ring_of_two(), value = add(1), holder = add_ephemeron(key, value);
    point(value, 0, key); /* the value's reaching the key keeps neither */
    drop(value);
    cr_assert_eq(oracle_condemn(&oracle, 2), 3);
    cr_assert_eq(oracle_doom(&oracle), 3);
    cr_assert_eq(node(holder)->key, ORACLE_NONE);
    cr_assert_eq(node(holder)->slots[0], ORACLE_NONE);
    cr_assert_eq(node(holder)->state, ORACLE_LIVE);
    oracle_close(&oracle);
}

Test(oracle, ephemerons_chain)
{
    int first = add(0), second = add(0), third = add(0);
    add_ephemeron(second, third);
    add_ephemeron(first, second);
    drop(second);
    drop(third);
    cr_assert_eq(oracle_condemn(&oracle, 2), 0);
    node(first)->holds = 0;
    node(first)->generation = 0;
    node(second)->generation = ORACLE_UNTRACKED; /* a key outside counts as alive */
    cr_assert_eq(oracle_condemn(&oracle, 2), 1);
    cr_assert(node(first)->condemned);
    oracle_close(&oracle);
}

Test(oracle, old_ephemeron_holds_a_young_value)
{
    int key = add_ring_of_two(), value = add(0), ephemeron = add_ephemeron(key, value);
    drop(value);
    node(ephemeron)->generation = 2;
    cr_assert_eq(oracle_condemn(&oracle, 0), 2);
    cr_assert_not(node(value)->condemned);
    oracle_close(&oracle);
}

Test(oracle, callback_is_due_only_where_the_weak_reference_is_outside_the_garbage)
{
    int a = add_ring_of_two(), outside = add(0), inside = add(0);
    node(outside)->target = node(inside)->target = a;
    node(outside)->has_callback = node(inside)->has_callback = true;
    point(a, 1, inside);
    drop(inside);
    cr_assert_eq(oracle_condemn(&oracle, 2), 3);
    cr_assert(node(outside)->callback_due);
    cr_assert_eq(node(outside)->target, ORACLE_NONE);
    cr_assert_not(node(inside)->callback_due);
    oracle_close(&oracle);
}

Test(oracle, program_reaches_what_it_holds_and_what_that_owns)
{
    int a = add(1), b = add(1), c = add_ring_of_two();
    point(a, 0, b);
    drop(b);
    oracle_reach(&oracle, ORACLE_NONE);
    cr_assert(node(a)->reached && node(b)->reached);
    cr_assert_not(node(c)->reached);
    oracle_reach(&oracle, c);
    cr_assert(node(c + 1)->reached);
    oracle_close(&oracle);
}
