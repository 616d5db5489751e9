<?php
// SPDX-License-Identifier: MIT
// Full collections of what is all alive. PHP looks only at what lost a reference since the last one, and at what that reaches: what is
// touched decides.
declare(strict_types=1);

const UNCHANGED_TIMES = 1000;
const INNER = 0x40000000; // or-ed to the number of touched objects: inner nodes, not leaves
const ROOT = 0;

/** Leaves one pair alone held. */
function hold_root(Bench $bench, array &$pairs, int $root_at, int $resident_before): void
{
    $bench->bytes_per_object = (resident_bytes() - $resident_before) / $bench->n;
    Kept::$root = $pairs[$root_at];
    $pairs = [];
    collect(0);
}

function open_tree(Bench $bench): void
{
    $pairs = array_fill(0, $bench->n, null);
    $before = resident_bytes();
    for ($i = 0; $i < $bench->n; $i++) {
        $pairs[$i] = new Pair();
    }
    link_tree($pairs);
    Kept::$check = $bench->n;
    hold_root($bench, $pairs, 0, $before);
}

function make_first(Bench $bench): void
{
    $pairs = make_pairs($bench->n);
    link_tree($pairs);
    Kept::$check = $bench->n;
    Kept::$root = $pairs[0];
    $pairs = [];
}

function drop_first(Bench $bench): void
{
    Kept::$root = null;
    collect(0);
}

function open_random(Bench $bench): void
{
    [$sides, Kept::$check] = random_graph($bench->random, $bench->n);
    $pairs = make_pairs($bench->n);
    for ($i = 0; $i < $bench->n; $i++) {
        $pairs[$i]->left = $pairs[$sides[2 * $i]];
        $pairs[$i]->right = $pairs[$sides[2 * $i + 1]];
    }
    hold_root($bench, $pairs, 0, 0);
    $bench->bytes_per_object = null; // the memory that the numbers were made in was used again
}

function open_order(Bench $bench, array $order): void
{
    $pairs = make_pairs($bench->n);
    for ($k = 0; $k + 1 < $bench->n; $k++) {
        $pairs[$order[$k]]->left = $pairs[$order[$k + 1]];
    }
    hold_root($bench, $pairs, $order[0], 0);
    $bench->bytes_per_object = null;
}

function open_list(Bench $bench): void
{
    Kept::$check = $bench->n;
    open_order($bench, range(0, $bench->n - 1));
}

function open_list_random(Bench $bench): void
{
    $order = shuffled($bench->random, $bench->n);
    $check = 0;
    for ($k = 0; $k < $bench->n; $k++) {
        $check += $k % 7 * $order[$k];
    }
    Kept::$check = $check & MASK;
    open_order($bench, $order);
}

/** An object with an array of all others, each of which refers back to it. */
final class Hub
{
    public array $items = [];
}

function make_fan_out(int $n): Hub
{
    $hub = new Hub();
    for ($i = 0; $i < $n; $i++) {
        $pair = new Pair();
        $pair->left = $hub;
        $hub->items[] = $pair;
    }
    return $hub;
}

function open_fan_out(Bench $bench): void
{
    $before = resident_bytes();
    Kept::$root = make_fan_out($bench->n);
    Kept::$check = $bench->n;
    $bench->bytes_per_object = (resident_bytes() - $before) / $bench->n;
    collect(0);
}

function touch_root(Bench $bench): void
{
    touch_pair(Kept::$root);
}

function full(Bench $bench): void
{
    collect(0);
    $bench->check = Kept::$check;
}

/** All objects stay within reach, so that they can be touched. */
function open_touched(Bench $bench): void
{
    Kept::$pairs = make_pairs($bench->n);
    link_tree(Kept::$pairs);
    Kept::$check = $bench->n;
    collect(0);
}

function touch_some(Bench $bench): void
{
    $count = $bench->variant & ~INNER;
    $half = intdiv($bench->n, 2);
    if ($bench->variant === ROOT) {
        touch_pair(Kept::$pairs[0]);
    } elseif ($count > $half) {
        fail("a tree of $bench->n has no $count leaves");
    }
    for ($j = 0; $j < $count; $j++) {
        $at = $bench->variant & INNER ? 1 + intdiv($j * ($half - 1), $count) : $half + $j * intdiv($half, $count);
        touch_pair(Kept::$pairs[$at]);
    }
}

function unchanged(Bench $bench): void
{
    for ($i = 0; $i < UNCHANGED_TIMES; $i++) {
        collect(0);
    }
    $bench->units = $bench->n * UNCHANGED_TIMES;
    $bench->check = $bench->n;
}

$live = [
    new Workload('full_tree', 4_000_000, full(...), open: open_tree(...), prepare: touch_root(...)),
    new Workload('full_tree_first', 4_000_000, full(...), prepare: make_first(...), finish: drop_first(...)),
    new Workload('full_random', 4_000_000, full(...), open: open_random(...), prepare: touch_root(...)),
    new Workload('full_list', 4_000_000, full(...), open: open_list(...), prepare: touch_root(...)),
    new Workload('full_list_random', 4_000_000, full(...), open: open_list_random(...), prepare: touch_root(...)),
    new Workload('full_fan_out', 4_000_000, full(...), open: open_fan_out(...), prepare: touch_root(...)),
    new Workload('unchanged', 4_000_000, unchanged(...), open: open_touched(...)),
    new Workload('touched_root', 4_000_000, full(...), open: open_touched(...), prepare: touch_some(...), variant: ROOT),
];
foreach ([1, 1000, 100_000] as $count) {
    $live[] = new Workload("touched_leaves_$count", 4_000_000, full(...), open: open_touched(...), prepare: touch_some(...),
        variant: $count);
    $live[] = new Workload("touched_inner_$count", 4_000_000, full(...), open: open_touched(...), prepare: touch_some(...),
        variant: INNER | $count);
}
return $live;
