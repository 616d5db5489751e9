<?php
// SPDX-License-Identifier: MIT
// Pairs made and released, and made and held. What the interpreter does for each is in it.
declare(strict_types=1);

const RING = 1000;

function open_held(Bench $bench): void
{
    Kept::$pairs = array_fill(0, max($bench->n, RING), null);
}

function create_release_one(Bench $bench): void
{
    for ($i = 0, $n = $bench->n; $i < $n; $i++) {
        $pair = new Pair();
        $pair = null;
    }
    $bench->check = $bench->n;
}

function create_release_many(Bench $bench): void
{
    $held = &Kept::$pairs;
    for ($i = 0, $n = $bench->n; $i < $n; $i++) {
        $held[$i] = new Pair();
    }
    for ($i = 0; $i < $n; $i++) {
        $held[$i] = null;
    }
    $bench->check = $n;
}

function create_release_ring(Bench $bench): void
{
    $held = &Kept::$pairs;
    for ($i = 0, $at = 0, $n = $bench->n; $i < $n; $i++) {
        $held[$at] = null;
        $held[$at] = new Pair();
        $at = $at + 1 === RING ? 0 : $at + 1;
    }
    for ($i = 0; $i < RING; $i++) {
        $held[$i] = null;
    }
    $bench->check = $n;
}

function create_hold(Bench $bench): void
{
    $held = &Kept::$pairs;
    for ($i = 0, $n = $bench->n; $i < $n; $i++) {
        $pair = new Pair();
        $pair->left = $pair->right = null;
        $held[$i] = $pair;
    }
    $bench->check = $n;
}

function note_resident(Bench $bench): void
{
    Kept::$resident_before = resident_bytes();
}

function release_all(Bench $bench): void
{
    for ($i = 0, $n = $bench->n; $i < $n; $i++) {
        Kept::$pairs[$i] = null;
    }
    gc_collect_cycles(); // the buffer of what may have to be looked at
}

function note_bytes_and_release(Bench $bench): void
{
    $bench->bytes_per_object = (resident_bytes() - Kept::$resident_before) / $bench->n;
    release_all($bench);
}

return [
    new Workload('create_release_one_24', 10_000_000, create_release_one(...), is_paced: true),
    new Workload('create_release_many_24', 4_000_000, create_release_many(...), open: open_held(...), is_paced: true),
    new Workload('create_release_ring_24', 10_000_000, create_release_ring(...), open: open_held(...), is_paced: true),
    new Workload('create_hold_warm', 4_000_000, create_hold(...), open: open_held(...), finish: release_all(...)),
    new Workload('create_hold_cold', 4_000_000, create_hold(...), open: open_held(...), prepare: note_resident(...),
        finish: note_bytes_and_release(...)),
];
