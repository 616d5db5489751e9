<?php
// SPDX-License-Identifier: MIT
// binary_trees and gcbench: many trees made and dropped beside one that lives; with and without references to parents.
declare(strict_types=1);

const DEPTH_MIN = 4;
const NUMBERS = 500_000;

function finish_run(Bench $bench, int $made): void
{
    if (!$bench->is_automatic) {
        gc_collect_cycles();
    }
    $bench->units = $made;
    $bench->check = $made & MASK;
}

function clean(Bench $bench): void
{
    gc_collect_cycles();
}

/** A program as it is released by counts, and as it leaves cycles. */
function both(string $name, int $n, Closure $run): array
{
    return [
        new Workload("{$name}_counts", $n, $run, finish: clean(...), variant: 0, is_paced: true),
        new Workload("{$name}_cycles", $n, $run, finish: clean(...), variant: 1, is_paced: true),
    ];
}

final class Child
{
    public $left = null;
    public $right = null;
    public $parent = null;
}

function make_tree(int $depth, bool $has_parents): object
{
    $left = $right = null;
    if ($depth > 0) {
        $left = make_tree($depth - 1, $has_parents);
        $right = make_tree($depth - 1, $has_parents);
    }
    $node = $has_parents ? new Child() : new Pair();
    $node->left = $left;
    $node->right = $right;
    if ($has_parents && $depth > 0) {
        $left->parent = $right->parent = $node;
    }
    return $node;
}

function count_nodes(object $node): int
{
    return $node->left ? 1 + count_nodes($node->left) + count_nodes($node->right) : 1;
}

function binary_trees(Bench $bench): void
{
    $has_parents = $bench->variant === 1;
    $nodes = count_nodes(make_tree($bench->n + 1, $has_parents));
    $long_lived = make_tree($bench->n, $has_parents);
    for ($depth = DEPTH_MIN; $depth <= $bench->n; $depth += 2) {
        for ($i = 1 << ($bench->n - $depth + DEPTH_MIN); $i > 0; $i--) {
            $nodes += count_nodes(make_tree($depth, $has_parents));
        }
    }
    $nodes += count_nodes($long_lived);
    $long_lived = null;
    finish_run($bench, $nodes);
}

class Numbered
{
    public $left = null;
    public $right = null;
    public $i = 0;
    public $j = 0;
}

final class NumberedChild extends Numbered
{
    public $parent = null;
}

function make_bottom_up(string $class, int $depth): Numbered
{
    if ($depth === 0) {
        return new $class();
    }
    $left = make_bottom_up($class, $depth - 1);
    $right = make_bottom_up($class, $depth - 1);
    $node = new $class();
    adopt($node, $left, $right);
    return $node;
}

function adopt(Numbered $node, Numbered $left, Numbered $right): void
{
    $node->left = $left;
    $node->right = $right;
    if ($node instanceof NumberedChild) {
        $left->parent = $right->parent = $node;
    }
}

function populate(string $class, Numbered $node, int $depth): void
{
    if ($depth === 0) {
        return;
    }
    $left = new $class();
    $right = new $class();
    adopt($node, $left, $right);
    populate($class, $left, $depth - 1);
    populate($class, $right, $depth - 1);
}

function make_top_down(string $class, int $depth): Numbered
{
    $node = new $class();
    populate($class, $node, $depth);
    return $node;
}

function size_of_tree(int $depth): int
{
    return (2 << $depth) - 1;
}

function gcbench(Bench $bench): void
{
    $class = $bench->variant === 1 ? NumberedChild::class : Numbered::class;
    $depth_most = $bench->n - 2;
    make_bottom_up($class, $bench->n);
    $long_lived = make_top_down($class, $depth_most);
    $numbers = array_fill(0, NUMBERS, 0.0);
    for ($i = 1; $i < NUMBERS / 2; $i++) {
        $numbers[$i] = 1 / $i;
    }
    $made = size_of_tree($bench->n) + size_of_tree($depth_most) + 1;
    for ($depth = DEPTH_MIN; $depth <= $depth_most; $depth += 2) {
        $trees = intdiv(2 * size_of_tree($bench->n), size_of_tree($depth));
        for ($i = 0; $i < $trees; $i++) {
            make_top_down($class, $depth);
        }
        for ($i = 0; $i < $trees; $i++) {
            make_bottom_up($class, $depth);
        }
        $made += 2 * $trees * size_of_tree($depth);
    }
    if (count_nodes($long_lived) !== size_of_tree($depth_most) || $numbers[1000] !== 1 / 1000) {
        fail('what lives was lost');
    }
    $long_lived = $numbers = null;
    finish_run($bench, $made);
}

return array_merge(both('binary_trees', 18, binary_trees(...)), both('gcbench', 18, gcbench(...)));
