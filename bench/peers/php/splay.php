<?php
// SPDX-License-Identifier: MIT
// splay: a splay tree whose nodes carry a payload of 63 objects, each of which goes as a new one comes; with and without references from
// the payload to what owns it.
declare(strict_types=1);

const START_NODES = 8000;
const PAYLOAD_DEPTH = 5;
const OBJECTS_EACH = 64;

final class OwnedInner
{
    public $left = null;
    public $right = null;
    public $owner = null;
}

final class SplayNode
{
    public $left = null;
    public $right = null;

    public function __construct(public $key, public $payload)
    {
    }
}

/** Ten numbers of its own. */
final class Leaf
{
    public $a = 0, $b = 1, $c = 2, $d = 3, $e = 4, $f = 5, $g = 6, $h = 7, $i = 8, $j = 9;
}

final class SplayTree
{
    private $root = null;
    private $aside; // its right: what is smaller; its left: what is greater

    public function __construct(private Random $random, private bool $has_owners)
    {
        $this->aside = new SplayNode(0, null);
    }

    private function make_payload(int $depth): object
    {
        if ($depth === 0) {
            return new Leaf();
        }
        $left = $this->make_payload($depth - 1);
        $right = $this->make_payload($depth - 1);
        $inner = $this->has_owners ? new OwnedInner() : new Pair();
        $inner->left = $left;
        $inner->right = $right;
        if ($this->has_owners && $depth > 1) {
            $left->owner = $right->owner = $inner;
        }
        return $inner;
    }

    /** Top-down: on the way to the key, what is smaller and what is greater is hung aside, and joined in the end. */
    private function splay(SplayNode $current, int $key): SplayNode
    {
        $aside = $smaller_end = $greater_end = $this->aside;
        while ($key !== $current->key) {
            if ($key < $current->key) {
                $next = $current->left;
                if ($next && $key < $next->key) {
                    $current->left = $next->right;
                    $next->right = $current;
                    $current = $next;
                    $next = $current->left;
                }
                if (!$next) {
                    break;
                }
                $greater_end->left = $current;
                $greater_end = $current;
            } else {
                $next = $current->right;
                if ($next && $key > $next->key) {
                    $current->right = $next->left;
                    $next->left = $current;
                    $current = $next;
                    $next = $current->right;
                }
                if (!$next) {
                    break;
                }
                $smaller_end->right = $current;
                $smaller_end = $current;
            }
            $current = $next;
        }
        $smaller_end->right = $current->left;
        $greater_end->left = $current->right;
        $current->left = $aside->right;
        $current->right = $aside->left;
        $aside->left = $aside->right = null;
        return $current;
    }

    private function find(int $key): bool
    {
        if (!$this->root) {
            return false;
        }
        $this->root = $this->splay($this->root, $key);
        return $this->root->key === $key;
    }

    public function new_key(): int
    {
        do {
            $key = $this->random->next();
        } while ($this->find($key));
        return $key;
    }

    public function insert(int $key): void
    {
        $this->find($key);
        $node = new SplayNode($key, $this->make_payload(PAYLOAD_DEPTH));
        $root = $this->root;
        if ($this->has_owners) {
            $node->payload->owner = $node;
        }
        if ($root && $root->key < $key) {
            $node->right = $root->right;
            $root->right = null;
            $node->left = $root;
        } elseif ($root) {
            $node->left = $root->left;
            $root->left = null;
            $node->right = $root;
        }
        $this->root = $node;
    }

    public function remove(int $key): void
    {
        $removed = $this->root = $this->splay($this->root, $key);
        if ($removed->left) {
            $this->root = $this->splay($removed->left, $key);
            $this->root->right = $removed->right;
        } else {
            $this->root = $removed->right;
        }
        $removed->left = $removed->right = null;
    }

    public function greatest_below(int $key): int
    {
        $this->root = $this->splay($this->root, $key);
        $node = $this->root->left;
        while ($node && $node->right) {
            $node = $node->right;
        }
        return $node ? $node->key : $key;
    }

    public function sum_of_keys(): int
    {
        $sum = 0;
        for ($pending = [$this->root]; $pending;) {
            $node = array_pop($pending);
            if ($node) {
                $sum += $node->key;
                array_push($pending, $node->left, $node->right);
            }
        }
        return $sum;
    }
}

function splay_run(Bench $bench): void
{
    $tree = new SplayTree($bench->random, $bench->variant === 1);
    for ($i = 0; $i < START_NODES; $i++) {
        $tree->insert($tree->new_key());
    }
    for ($i = 0; $i < $bench->n; $i++) {
        $key = $tree->new_key();
        $tree->insert($key);
        $tree->remove($tree->greatest_below($key));
    }
    $check = $tree->sum_of_keys() & MASK;
    $tree = null;
    finish_run($bench, (START_NODES + $bench->n) * OBJECTS_EACH);
    $bench->check = $check;
}

return both('splay', 200_000, splay_run(...));
