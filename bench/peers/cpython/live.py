# SPDX-License-Identifier: MIT
"""Full collections of what is all alive, also where little or nothing was touched: CPython looks at all of it in any case."""
import array

from graphs import Pair, collect, link_tree, make_tree, random_graph, shuffled
from harness import MASK, Workload, resident_bytes

root = None  # pylint: disable=invalid-name


def build(bench, link, root_at=0):
    """Makes n pairs, links them, and holds one alone."""
    global root  # pylint: disable=global-statement
    pairs = [None] * bench.n
    before = resident_bytes()
    for i in range(bench.n):
        pairs[i] = Pair()
    link(pairs)
    root = pairs[root_at]
    del pairs
    collect(0)
    bench.bytes_per_object = (resident_bytes() - before) / bench.n


def open_tree(bench):
    build(bench, link_tree)
    bench.graph_check = bench.n


def open_random(bench):
    left, right, bench.graph_check = random_graph(bench.random, bench.n)

    def link(pairs):
        for pair, to_left, to_right in zip(pairs, left, right):
            pair.left, pair.right = pairs[to_left], pairs[to_right]
    build(bench, link)
    bench.bytes_per_object = None  # the memory that the numbers were made in was used again


def link_order(order):
    def link(pairs):
        for k in range(len(pairs) - 1):
            pairs[order[k]].left = pairs[order[k + 1]]
    return link


def open_list(bench):
    bench.graph_check = bench.n
    build(bench, link_order(array.array("I", range(bench.n))))


def open_list_random(bench):
    order = shuffled(bench.random, bench.n)
    bench.graph_check = sum(k % 7 * order[k] for k in range(bench.n)) & MASK
    build(bench, link_order(order), order[0])


def make_first(bench):
    global root  # pylint: disable=global-statement
    root = make_tree(bench.n)
    bench.graph_check = bench.n


def drop_first(_bench):
    global root  # pylint: disable=global-statement
    root = None
    collect(0)


def full(bench):
    collect(0)
    bench.check = bench.graph_check


WORKLOADS = [
    Workload("full_tree", 4_000_000, full, open=open_tree),
    Workload("full_tree_first", 4_000_000, full, prepare=make_first, finish=drop_first),
    Workload("full_random", 4_000_000, full, open=open_random),
    Workload("full_list", 4_000_000, full, open=open_list),
    Workload("full_list_random", 4_000_000, full, open=open_list_random),
] + [
    Workload(name, 4_000_000, full, open=open_tree)
    for name in ["unchanged", "touched_root"] + [f"touched_{which}_{k}" for which in ("leaves", "inner") for k in (1, 1000, 100000)]
]
