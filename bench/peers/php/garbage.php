<?php
// SPDX-License-Identifier: MIT
// Reclaiming: rings, a wide fan-out, half garbage and half alive, finalizers, weak references. Not one ring of millions: PHP takes it
// apart by recursion, and its stack is too small for that.
declare(strict_types=1);

const EVERY = 10;

function prepare_rings(Bench $bench): void
{
    $bench->units = $bench->check = make_rings($bench->n, $bench->variant);
}

function reclaim(Bench $bench): void
{
    collect($bench->units);
}

function make_and_reclaim(Bench $bench): void
{
    prepare_rings($bench);
    reclaim($bench);
}

function prepare_fan_out(Bench $bench): void
{
    make_fan_out($bench->n);
}

function reclaim_fan_out(Bench $bench): void
{
    collect($bench->n + 2); // its array is counted too
    $bench->check = $bench->n + 1;
}

function prepare_half(Bench $bench): void
{
    $pairs = [];
    $bench->check = 0;
    for ($i = 0, $live = intdiv($bench->n, 2); $i < $live; $i++) {
        $pairs[] = new Pair();
        if ($i % 3 === 2) {
            $bench->check += make_rings(3, 3);
        }
    }
    link_tree($pairs);
    Kept::$root = $pairs[0];
    $bench->units = $live + $bench->check;
}

function collect_half(Bench $bench): void
{
    collect($bench->check);
}

function drop_half(Bench $bench): void
{
    Kept::$root = null;
    collect(0);
}

final class Finalized extends Pair
{
    public static int $count = 0;

    public function __destruct()
    {
        self::$count++;
    }
}

/** Rings of 3; every tenth pair is made by `special`. Returns how many pairs. */
function make_mixed_rings(int $n, Closure $special): int
{
    for ($made = 0; $made + 3 <= $n;) {
        $ring = [];
        for ($i = 0; $i < 3; $i++) {
            $ring[] = $made++ % EVERY ? new Pair() : $special();
        }
        [$ring[0]->left, $ring[1]->left, $ring[2]->left] = [$ring[1], $ring[2], $ring[0]];
    }
    return $made;
}

function prepare_finalizers(Bench $bench): void
{
    Finalized::$count = 0;
    $bench->units = make_mixed_rings($bench->n, fn() => new Finalized());
}

function collect_finalizers(Bench $bench): void
{
    collect($bench->units);
    $bench->check = Finalized::$count;
}

function prepare_weak(Bench $bench): void
{
    Kept::$pairs = [];
    $bench->units = make_mixed_rings($bench->n, function () {
        $pair = new Pair();
        Kept::$pairs[] = WeakReference::create($pair);
        return $pair;
    });
}

function count_empty(Bench $bench): void
{
    $bench->check = 0;
    foreach (Kept::$pairs as $reference) {
        $bench->check += $reference->get() === null ? 1 : 0;
    }
}

return [
    new Workload('reclaim_rings_2', 4_000_000, reclaim(...), prepare: prepare_rings(...), variant: 2),
    new Workload('reclaim_rings_3', 4_000_000, reclaim(...), prepare: prepare_rings(...), variant: 3),
    new Workload('reclaim_rings_1000', 4_000_000, reclaim(...), prepare: prepare_rings(...), variant: 1000),
    new Workload('create_reclaim_rings_2', 4_000_000, make_and_reclaim(...), variant: 2),
    new Workload('create_reclaim_rings_3', 4_000_000, make_and_reclaim(...), variant: 3),
    new Workload('create_reclaim_rings_1000', 4_000_000, make_and_reclaim(...), variant: 1000),
    new Workload('reclaim_fan_out', 4_000_000, reclaim_fan_out(...), prepare: prepare_fan_out(...)),
    new Workload('half_garbage', 4_000_000, collect_half(...), prepare: prepare_half(...), finish: drop_half(...)),
    new Workload('finalizers', 3_000_000, collect_finalizers(...), prepare: prepare_finalizers(...)),
    new Workload('weak_references', 3_000_000, reclaim(...), prepare: prepare_weak(...), finish: count_empty(...)),
];
