# SPDX-License-Identifier: MIT
"""binary_trees and gcbench: many trees made and dropped beside one that lives; with and without references to parents."""
import array
import gc

from harness import MASK, Failed, Workload

DEPTH_MIN = 4
NUMBERS = 500_000


class Node:
    __slots__ = ("left", "right")

    def __init__(self):
        self.left = self.right = None


class Child:
    __slots__ = ("left", "right", "parent")

    def __init__(self):
        self.left = self.right = self.parent = None


def make(depth, has_parents):
    """Bottom-up."""
    if depth == 0:
        return Child() if has_parents else Node()
    left, right = make(depth - 1, has_parents), make(depth - 1, has_parents)
    node = Child() if has_parents else Node()
    node.left, node.right = left, right
    if has_parents:
        left.parent = right.parent = node
    return node


def count(node):
    return 1 + count(node.left) + count(node.right) if node.left else 1


def finish_run(bench, made):
    if not bench.is_automatic:
        gc.collect()
    bench.units, bench.check = made, made & MASK


def clean(_bench):
    gc.collect()


def binary_trees(bench):
    has_parents = bench.variant
    nodes = count(make(bench.n + 1, has_parents))
    long_lived = make(bench.n, has_parents)
    for depth in range(DEPTH_MIN, bench.n + 1, 2):
        for _ in range(1 << (bench.n - depth + DEPTH_MIN)):
            nodes += count(make(depth, has_parents))
    nodes += count(long_lived)
    del long_lived
    finish_run(bench, nodes)


class Numbered(Node):
    __slots__ = ("i", "j")

    def __init__(self):
        self.left = self.right = None
        self.i = self.j = 0


class NumberedChild(Child):
    __slots__ = ("i", "j")

    def __init__(self):
        self.left = self.right = self.parent = None
        self.i = self.j = 0


def make_numbered(kind, depth):
    """Bottom-up."""
    if depth == 0:
        return kind()
    left, right, node = make_numbered(kind, depth - 1), make_numbered(kind, depth - 1), kind()
    node.left, node.right = left, right
    if kind is NumberedChild:
        left.parent = right.parent = node
    return node


def populate(node, depth):
    """Top-down."""
    if depth == 0:
        return
    kind = type(node)
    left, right = kind(), kind()
    node.left, node.right = left, right
    if kind is NumberedChild:
        left.parent = right.parent = node
    populate(left, depth - 1)
    populate(right, depth - 1)


def gcbench(bench):
    kind = NumberedChild if bench.variant else Numbered
    depth_most = bench.n - 2
    make_numbered(kind, bench.n)
    long_lived = kind()
    populate(long_lived, depth_most)
    numbers = array.array("d", bytes(8 * NUMBERS))
    for i in range(1, NUMBERS // 2):
        numbers[i] = 1 / i
    made = size(bench.n) + size(depth_most) + 1
    for depth in range(DEPTH_MIN, depth_most + 1, 2):
        trees = 2 * size(bench.n) // size(depth)
        for _ in range(trees):
            populate(kind(), depth)
        for _ in range(trees):
            make_numbered(kind, depth)
        made += 2 * trees * size(depth)
    if count(long_lived) != size(depth_most) or numbers[1000] != 1 / 1000:
        raise Failed("what lives was lost")
    del long_lived, numbers
    finish_run(bench, made)


def size(depth):
    return (2 << depth) - 1


def both(name, n, run):
    """A program as it is released by counts, and as it leaves cycles."""
    return [Workload(f"{name}_{way}", n, run, finish=clean, variant=way == "cycles", is_paced=True, has_pauses=True)
            for way in ("counts", "cycles")]


WORKLOADS = both("binary_trees", 18, binary_trees) + both("gcbench", 18, gcbench)
