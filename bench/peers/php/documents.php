<?php
// SPDX-License-Identifier: MIT
// documents: nodes that know their parent, their children and their neighbours, in documents replaced by turns. All references own: PHP has
// no others that cost nothing.
declare(strict_types=1);

const SLOTS = 1000;
const NODES = 100;

final class DocumentNode
{
    public $parent = null;
    public $first_child = null;
    public $last_child = null;
    public $next = null;
    public $previous = null;
}

function append_node(DocumentNode $parent, DocumentNode $child): void
{
    $last = $parent->last_child;
    $child->parent = $parent;
    if ($last) {
        $child->previous = $last;
        $last->next = $child;
    } else {
        $parent->first_child = $child;
    }
    $parent->last_child = $child;
}

function weight(DocumentNode $root, DocumentNode $last): int
{
    $weight = 0;
    for ($child = $root->first_child; $child; $child = $child->next) {
        $weight += 31;
    }
    for ($above = $last->parent; $above; $above = $above->parent) {
        $weight++;
    }
    return $weight;
}

function make_document(Random $random, int &$sum): DocumentNode
{
    $nodes = [new DocumentNode()];
    for ($i = 1; $i < NODES; $i++) {
        $nodes[$i] = new DocumentNode();
        append_node($nodes[$random->below($i)], $nodes[$i]);
    }
    $sum += weight($nodes[0], $nodes[NODES - 1]);
    return $nodes[0];
}

function documents(Bench $bench): void
{
    $slots = array_fill(0, SLOTS, null);
    $sum = 0;
    for ($i = 0; $i < $bench->n; $i++) {
        $slot = $bench->random->below(SLOTS);
        $slots[$slot] = make_document($bench->random, $sum);
    }
    $slots = null;
    finish_run($bench, $bench->n * NODES);
    $bench->check = $sum & MASK;
}

return [new Workload('documents_cycles', 100_000, documents(...), finish: clean(...), is_paced: true)];
