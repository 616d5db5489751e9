<?php
// SPDX-License-Identifier: MIT
// What the workloads build: objects of two references, trees, rings, and the random numbers that link a graph.
declare(strict_types=1);

class Pair
{
    public $left = null;
    public $right = null;
}

/** What lives from one function of a workload to the next. PHP ends without taking it apart: a long chain would not survive that. */
final class Kept
{
    public static array $pairs = [];
    public static $root = null;
    public static int $check = 0;
    public static int $resident_before = 0;
}

function link_tree(array $pairs): void
{
    for ($i = 1, $n = count($pairs); $i < $n; $i++) {
        if ($i % 2) {
            $pairs[$i >> 1]->left = $pairs[$i];
        } else {
            $pairs[($i >> 1) - 1]->right = $pairs[$i];
        }
    }
}

function make_pairs(int $n): array
{
    $pairs = array_fill(0, $n, null);
    for ($i = 0; $i < $n; $i++) {
        $pairs[$i] = new Pair();
    }
    return $pairs;
}

/** A ring that nothing holds. */
function make_ring(int $length): void
{
    $first = $last = new Pair();
    for ($i = 1; $i < $length; $i++) {
        $next = new Pair();
        $last->left = $next;
        $last = $next;
    }
    $last->left = $first;
}

/** As many as fit into n. Returns how many pairs. */
function make_rings(int $n, int $length): int
{
    for ($made = 0; $made + $length <= $n; $made += $length) {
        make_ring($length);
    }
    return $made;
}

function collect(int $expected): void
{
    $freed = gc_collect_cycles();
    if ($freed !== $expected) {
        fail("$freed objects were freed, must be $expected");
    }
}

/** Takes one more reference and drops it. */
function touch_pair(object $pair): void
{
    $reference = $pair;
    $reference = null;
}

function shuffled(Random $random, int $n): array
{
    $order = range(0, $n - 1);
    for ($i = $n - 1; $i > 0; $i--) {
        $other = $random->below($i + 1);
        [$order[$i], $order[$other]] = [$order[$other], $order[$i]];
    }
    return $order;
}

/** [sides, check]: sides[2 * i] and sides[2 * i + 1] are what object i refers to. */
function random_graph(Random $random, int $n): array
{
    $sides = array_fill(0, 2 * $n, 0);
    $order = range(0, $n - 1);
    for ($i = $n - 1; $i > 1; $i--) {
        $other = 1 + $random->below($i);
        [$order[$i], $order[$other]] = [$order[$other], $order[$i]];
    }
    $open = [];
    $count = 0;
    for ($i = 0; $i < $n; $i++) {
        if ($i > 0) {
            $at = $random->below($count);
            $sides[$open[$at]] = $order[$i];
            $open[$at] = $open[--$count];
        }
        $open[$count++] = 2 * $order[$i];
        $open[$count++] = 2 * $order[$i] + 1;
    }
    for ($at = 0; $at < $count; $at++) {
        $sides[$open[$at]] = $random->below($n);
    }
    $check = 0;
    for ($i = 0; $i < $n; $i++) {
        $check += ($i % 7 + 1) * $sides[2 * $i] + ($i % 5 + 1) * $sides[2 * $i + 1];
    }
    return [$sides, $check & MASK];
}
