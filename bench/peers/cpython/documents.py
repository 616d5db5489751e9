# SPDX-License-Identifier: MIT
"""documents: nodes that know their parent, their children and their neighbours, in documents replaced by turns. All references own:
Python has no others that cost nothing."""
from harness import MASK, Workload
from trees import clean, finish_run

SLOTS = 1000
NODES = 100


class Node:
    __slots__ = ("parent", "first_child", "last_child", "next", "previous")

    def __init__(self):
        self.parent = self.first_child = self.last_child = self.next = self.previous = None


def append(parent, child):
    last = parent.last_child
    child.parent = parent
    if last:
        child.previous = last
        last.next = child
    else:
        parent.first_child = child
    parent.last_child = child


def weight(root, last):
    total, child, above = 0, root.first_child, last.parent
    while child:
        total, child = total + 31, child.next
    while above:
        total, above = total + 1, above.parent
    return total


def make(random):
    nodes = [Node()]
    for i in range(1, NODES):
        node = Node()
        append(nodes[random.below(i)], node)
        nodes.append(node)
    return nodes


def run(bench):
    random, slots, total = bench.random, [None] * SLOTS, 0
    for _ in range(bench.n):
        slot = random.below(SLOTS)
        nodes = make(random)
        total += weight(nodes[0], nodes[-1])
        slots[slot] = nodes[0]
    del slots, nodes
    finish_run(bench, bench.n * NODES)
    bench.check = total & MASK


WORKLOADS = [Workload("documents_cycles", 100_000, run, finish=clean, is_paced=True, has_pauses=True)]
