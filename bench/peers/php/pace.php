<?php
// SPDX-License-Identifier: MIT
// mutation, a large heap whose parts are replaced one after the other; and build_live, a tree that only grows.
declare(strict_types=1);

const MUTATION_RING = 16;

function make_held_ring(): Pair
{
    $ring = [];
    for ($j = 0; $j < MUTATION_RING; $j++) {
        $ring[$j] = new Pair();
    }
    for ($j = 0; $j < MUTATION_RING; $j++) {
        $ring[$j]->left = $ring[($j + 1) % MUTATION_RING];
        $ring[$j]->right = $ring[($j + 2) % MUTATION_RING];
    }
    return $ring[0];
}

function open_slots(Bench $bench): void
{
    for ($i = intdiv($bench->n, MUTATION_RING); $i > 0; $i--) {
        Kept::$pairs[] = make_held_ring();
    }
}

function mutate(Bench $bench): void
{
    $count = count(Kept::$pairs);
    for ($i = 0; $i < 2 * $count; $i++) {
        Kept::$pairs[$bench->random->below($count)] = make_held_ring();
    }
    $bench->units = $bench->check = 2 * $count * MUTATION_RING;
}

function open_build(Bench $bench): void
{
    Kept::$pairs = array_fill(0, $bench->n, null);
}

function build(Bench $bench): void
{
    $pairs = &Kept::$pairs;
    $pairs[0] = new Pair();
    for ($i = 1, $n = $bench->n; $i < $n; $i++) {
        $pairs[$i] = $pair = new Pair();
        if ($i % 2) {
            $pairs[$i >> 1]->left = $pair;
        } else {
            $pairs[($i >> 1) - 1]->right = $pair;
        }
    }
    $bench->check = $n;
}

function drop_build(Bench $bench): void
{
    open_build($bench);
    gc_collect_cycles();
}

return [
    new Workload('mutation', 4_000_000, mutate(...), open: open_slots(...), is_paced: true),
    new Workload('build_live', 10_000_000, build(...), open: open_build(...), finish: drop_build(...), is_paced: true),
];
