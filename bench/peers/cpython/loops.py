# SPDX-License-Identifier: MIT
"""loops: finds the loops of a control-flow graph as P. Havlak's algorithm does, again and again on a fresh graph. Once the program breaks
the cycles before it drops a graph; once it does not."""
from harness import MASK
from trees import both, finish_run

BLOCKS = 20_000


class Block:
    __slots__ = ("first_out", "first_in", "index")

    def __init__(self, index):
        self.first_out = self.first_in = None
        self.index = index


class Edge:
    __slots__ = ("target", "next")

    def __init__(self, target, following):
        self.target, self.next = target, following


class Set:
    __slots__ = ("parent", "loop", "block")

    def __init__(self, block):
        self.parent = self.loop = None
        self.block = block


class Cell:
    __slots__ = ("block", "next")

    def __init__(self, block, following):
        self.block, self.next = block, following


class Loop:
    __slots__ = ("parent", "block", "cells")

    def __init__(self, block):
        self.parent = self.cells = None
        self.block = block


def connect(blocks, start, end):
    """Returns how many edges that makes."""
    if end >= BLOCKS:
        return 0
    source, target = blocks[start], blocks[end]
    source.first_out = Edge(target, source.first_out)
    target.first_in = Edge(source, target.first_in)
    return 2


def make_graph():
    """(blocks, how many edges they have)."""
    blocks, edges = [Block(i) for i in range(BLOCKS)], 0
    for i in range(BLOCKS):
        edges += connect(blocks, i, i + 1)
        for length in (4, 8, 64, 512):
            if i % length == length - 1:
                edges += connect(blocks, i, i - (length - 1))
        if i % 16 == 0:
            edges += connect(blocks, i, i + 5)
    return blocks, edges


def targets(edge):
    while edge:
        yield edge.target
        edge = edge.next


def find(top):
    """The top of a set; all on the way to it point there afterwards."""
    below = top
    while top.parent:
        top = top.parent
    while below is not top:
        following = below.parent
        if following is not top:
            below.parent = top
        below = following
    return top


class Finder:
    """One graph, and the loops found in it. `numbers` is by the block's index, `by_number` and `last` by number."""

    def __init__(self, blocks):
        self.blocks, self.sets, self.loops, self.cells = blocks, [Set(block) for block in blocks], [], 0
        self.numbers, self.by_number, self.last = [None] * BLOCKS, [], [0] * BLOCKS
        self.body_of = [None] * BLOCKS
        self._number_blocks()

    def _number_blocks(self):
        """In preorder; last[w] is the largest number below w."""
        numbers, by_number, path, enter = self.numbers, self.by_number, [], self.blocks[0]
        while enter or path:
            if enter:
                numbers[enter.index] = len(by_number)
                path.append([len(by_number), enter.first_out])
                by_number.append(enter.index)
                enter = None
            number, edge = top = path[-1]
            if not edge:
                self.last[number] = len(by_number) - 1
                path.pop()
            else:
                top[1] = edge.next
                if numbers[edge.target.index] is None:
                    enter = edge.target

    def _add(self, body, head, predecessor):
        number = self.numbers[find(self.sets[predecessor]).block.index]
        if head < number <= self.last[head] and self.body_of[number] != head:
            self.body_of[number] = head
            body.append(number)

    def _body(self, head):
        body, numbers = [], self.numbers
        for source in targets(self.blocks[self.by_number[head]].first_in):
            if head < numbers[source.index] <= self.last[head]:
                self._add(body, head, source.index)
        for number in body:  # which grows
            for source in targets(self.blocks[self.by_number[number]].first_in):
                self._add(body, head, source.index)
        return body

    def _make_loop(self, head, body):
        head_set = self.sets[self.by_number[head]]
        loop = Loop(head_set.block)
        for number in body:
            one = self.sets[self.by_number[number]]
            one.parent = head_set
            if one.loop:
                one.loop.parent = loop
            else:
                loop.cells = Cell(one.block, loop.cells)
                self.cells += 1
        head_set.loop = loop
        self.loops.append(loop)

    def find_loops(self):
        for head in range(BLOCKS - 1, -1, -1):
            body = self._body(head)
            if body:
                self._make_loop(head, body)


def run(bench):
    created = total = 0
    for _ in range(bench.n):
        blocks, edges = make_graph()
        finder = Finder(blocks)
        finder.find_loops()
        total += len(finder.loops) + finder.cells
        created += 2 * BLOCKS + edges + len(finder.loops) + finder.cells
        if not bench.variant:
            for block in blocks:
                block.first_in = block.first_out = None
        del blocks, finder
    finish_run(bench, created)
    bench.check = total & MASK


WORKLOADS = both("loops", 50, run)
