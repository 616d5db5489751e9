<?php
// SPDX-License-Identifier: MIT
// loops: finds the loops of a control-flow graph as P. Havlak's algorithm does, again and again on a fresh graph. Once the program breaks
// the cycles before it drops a graph; once it does not.
declare(strict_types=1);

const BLOCKS = 20_000;

final class Block
{
    public $first_out = null;
    public $first_in = null;

    public function __construct(public $index)
    {
    }
}

final class Edge
{
    public function __construct(public $target, public $next)
    {
    }
}

final class BlockSet
{
    public $parent = null;
    public $loop = null;

    public function __construct(public $block)
    {
    }
}

final class Cell
{
    public function __construct(public $block, public $next)
    {
    }
}

final class Loop
{
    public $parent = null;
    public $cells = null;

    public function __construct(public $block)
    {
    }
}

/** The top of a set; all on the way to it point there afterwards. */
function find_top(BlockSet $set): BlockSet
{
    $top = $set;
    while ($top->parent) {
        $top = $top->parent;
    }
    while ($set !== $top) {
        $next = $set->parent;
        if ($next !== $top) {
            $set->parent = $top;
        }
        $set = $next;
    }
    return $top;
}

/** One graph, and the loops found in it. `numbers` is by the block's index, `by_number` and `last` by number. */
final class LoopFinder
{
    private array $blocks = [];
    private array $sets = [];
    private array $loops = [];
    private array $numbers = [];
    private array $by_number = [];
    private array $last = [];
    private array $body = [];
    private array $body_of = [];
    private int $cells = 0;
    public int $created = 0;

    private function connect(int $from, int $to): void
    {
        if ($to >= BLOCKS) {
            return;
        }
        $source = $this->blocks[$from];
        $target = $this->blocks[$to];
        $source->first_out = new Edge($target, $source->first_out);
        $target->first_in = new Edge($source, $target->first_in);
        $this->created += 2;
    }

    public function make_graph(): void
    {
        for ($i = 0; $i < BLOCKS; $i++) {
            $this->blocks[] = new Block($i);
        }
        for ($i = 0; $i < BLOCKS; $i++) {
            $this->connect($i, $i + 1);
            foreach ([4, 8, 64, 512] as $length) {
                if ($i % $length === $length - 1) {
                    $this->connect($i, $i - ($length - 1));
                }
            }
            if ($i % 16 === 0) {
                $this->connect($i, $i + 5);
            }
        }
        $this->created += BLOCKS;
    }

    /** In preorder; last[w] is the largest number below w. */
    public function number_blocks(): void
    {
        $path_numbers = $path_rests = [];
        $depth = $count = 0;
        $enter = $this->blocks[0];
        while ($enter || $depth > 0) {
            if ($enter) {
                $this->numbers[$enter->index] = $count;
                $this->by_number[$count] = $enter->index;
                $path_numbers[$depth] = $count++;
                $path_rests[$depth++] = $enter->first_out;
                $enter = null;
            }
            $edge = $path_rests[$depth - 1];
            if (!$edge) {
                $this->last[$path_numbers[--$depth]] = $count - 1;
                continue;
            }
            $path_rests[$depth - 1] = $edge->next;
            if (!isset($this->numbers[$edge->target->index])) {
                $enter = $edge->target;
            }
        }
    }

    private function add_to_body(int $head, int $predecessor): void
    {
        $number = $this->numbers[find_top($this->sets[$predecessor])->block->index];
        if ($number <= $head || $number > $this->last[$head] || ($this->body_of[$number] ?? -1) === $head) {
            return;
        }
        $this->body_of[$number] = $head;
        $this->body[] = $number;
    }

    private function find_body(int $head): void
    {
        $this->body = [];
        for ($edge = $this->blocks[$this->by_number[$head]]->first_in; $edge; $edge = $edge->next) {
            $number = $this->numbers[$edge->target->index];
            if ($number > $head && $number <= $this->last[$head]) {
                $this->add_to_body($head, $edge->target->index);
            }
        }
        for ($at = 0; $at < count($this->body); $at++) {
            for ($edge = $this->blocks[$this->by_number[$this->body[$at]]]->first_in; $edge; $edge = $edge->next) {
                $this->add_to_body($head, $edge->target->index);
            }
        }
    }

    private function make_loop(int $head): void
    {
        $head_set = $this->sets[$this->by_number[$head]];
        $loop = new Loop($head_set->block);
        foreach ($this->body as $number) {
            $set = $this->sets[$this->by_number[$number]];
            $set->parent = $head_set;
            if ($set->loop) {
                $set->loop->parent = $loop;
            } else {
                $loop->cells = new Cell($set->block, $loop->cells);
                $this->cells++;
            }
        }
        $head_set->loop = $loop;
        $this->loops[] = $loop;
    }

    /** Returns the number of loops and cells. */
    public function find_loops(): int
    {
        foreach ($this->blocks as $block) {
            $this->sets[] = new BlockSet($block);
        }
        for ($head = BLOCKS - 1; $head >= 0; $head--) {
            $this->find_body($head);
            if ($this->body) {
                $this->make_loop($head);
            }
        }
        $found = count($this->loops) + $this->cells;
        $this->created += BLOCKS + $found;
        return $found;
    }

    public function break_up(): void
    {
        foreach ($this->blocks as $block) {
            $block->first_in = $block->first_out = null;
        }
    }
}

function loops(Bench $bench): void
{
    $created = $sum = 0;
    for ($i = 0; $i < $bench->n; $i++) {
        $finder = new LoopFinder();
        $finder->make_graph();
        $finder->number_blocks();
        $sum += $finder->find_loops();
        if ($bench->variant === 0) {
            $finder->break_up();
        }
        $created += $finder->created;
        $finder = null;
    }
    finish_run($bench, $created);
    $bench->check = $sum & MASK;
}

return both('loops', 50, loops(...));
