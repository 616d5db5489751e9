# SPDX-License-Identifier: MIT
"""What the workloads build: objects of two references, trees, rings, and the random numbers that link a graph."""
import array
import gc

from harness import MASK, Failed


class Pair:
    __slots__ = ("left", "right")

    def __init__(self):
        self.left = self.right = None


def link_tree(pairs):
    for i in range(1, len(pairs)):
        if i % 2:
            pairs[i // 2].left = pairs[i]
        else:
            pairs[i // 2 - 1].right = pairs[i]


def make_tree(n):
    """Held by its root alone."""
    pairs = [Pair() for _ in range(n)]
    link_tree(pairs)
    return pairs[0]


def make_ring(length):
    first = last = Pair()
    for _ in range(length - 1):
        last.left = last = Pair()
    last.left = first
    return first


def make_rings(n, length):
    """As many as fit into n, which nothing holds. Returns how many pairs."""
    for _ in range(n // length):
        make_ring(length)
    return n // length * length


def collect(expected):
    freed = gc.collect()
    if freed != expected:
        raise Failed(f"{freed} objects were freed, must be {expected}")


def shuffled(random, n):
    order = array.array("I", range(n))
    draw = random.next
    for i in range(n - 1, 0, -1):
        other = (draw() * (i + 1)) >> 32
        order[i], order[other] = order[other], order[i]
    return order


def random_graph(random, n):
    """(left, right, check): the targets of each object, by number."""
    draw = random.next
    sides = array.array("I", bytes(8 * n))  # 2 * object + side
    order = array.array("I", range(n))
    for i in range(n - 1, 1, -1):
        other = 1 + ((draw() * i) >> 32)
        order[i], order[other] = order[other], order[i]
    places = []
    for i in range(n):
        if i > 0:
            at = (draw() * len(places)) >> 32
            sides[places[at]] = order[i]
            places[at] = places[-1]
            places.pop()
        places.append(2 * order[i])
        places.append(2 * order[i] + 1)
    for place in places:
        sides[place] = (draw() * n) >> 32
    left, right = sides[0::2], sides[1::2]
    check = sum((i % 7 + 1) * left[i] + (i % 5 + 1) * right[i] for i in range(n))
    return left, right, check & MASK
