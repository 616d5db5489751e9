# SPDX-License-Identifier: MIT
"""What every workload of bench/README.md must give as check and as number of units, worked out from that document alone."""
import bisect

M32 = 0xFFFFFFFF
RING_OLD = 4_000_000


class Numbers:
    """The random numbers that all programs draw."""

    def __init__(self, seed):
        self.state = seed * 2654435769 & M32 or 1

    def next(self):
        self.state ^= self.state << 13 & M32
        self.state ^= self.state >> 17
        self.state ^= self.state << 5 & M32
        return self.state

    def below(self, limit):
        return self.next() * limit >> 32


def shuffled(numbers, n):
    order = list(range(n))
    for i in range(n - 1, 0, -1):
        j = numbers.below(i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def full_random(numbers, n):
    order = list(range(n))
    for i in range(n - 1, 1, -1):
        j = 1 + numbers.below(i)
        order[i], order[j] = order[j], order[i]
    targets, open_places = {}, []
    for i, one in enumerate(order):
        if i:
            at = numbers.below(len(open_places))
            targets[open_places[at]] = one
            open_places[at] = open_places[-1]
            open_places.pop()
        open_places += [(one, 0), (one, 1)]
    for place in open_places:
        targets[place] = numbers.below(n)
    return sum((i % 7 + 1) * targets[i, 0] + (i % 5 + 1) * targets[i, 1] for i in range(n)) & M32, n


def full_list_random(numbers, n):
    return sum(k % 7 * one for k, one in enumerate(shuffled(numbers, n))) & M32, n


def binary_trees(_numbers, n):
    depths = [n + 1, n] + [d for d in range(4, n + 1, 2) for _ in range(1 << (n - d + 4))]
    total = sum((2 << depth) - 1 for depth in depths)
    return total & M32, total


def gcbench(_numbers, n):
    def size(depth):
        return (2 << depth) - 1
    made = size(n) + size(n - 2) + sum(2 * (2 * size(n) // size(d)) * size(d) for d in range(4, n - 1, 2)) + 1
    return made, made


def splay(numbers, n):
    """The tree is only a sorted set of keys."""
    keys = []

    def insert_new():
        while True:
            key = numbers.next()
            at = bisect.bisect_left(keys, key)
            if at == len(keys) or keys[at] != key:
                keys.insert(at, key)
                return at
    for _ in range(8000):
        insert_new()
    for _ in range(n):
        del keys[max(insert_new() - 1, 0)]
    return sum(keys) & M32, 64 * (8000 + n)


def documents(numbers, n):
    total = 0
    for _ in range(n):
        numbers.below(1000)
        parents = [None] + [numbers.below(i) for i in range(1, 100)]
        depth, at = 0, 99
        while parents[at] is not None:
            depth, at = depth + 1, parents[at]
        total += 31 * parents.count(0) + depth
    return total & M32, 100 * n


def larson(numbers, n):
    total = 0
    for _ in range(n):
        numbers.below(10000)
        total += numbers.below(32)
    return total, n


def xmalloc(numbers, n):
    return sum(numbers.below(32) for _ in range(n // 100 * 100)), n


def rings(length):
    return lambda _numbers, n: (n // (length or n) * (length or n),) * 2


def half_garbage(_numbers, n):
    garbage = n // 2 // 3 * 3
    return garbage, n // 2 + garbage


def tenth(_numbers, n):
    return (n // 3 * 3 + 9) // 10, n // 3 * 3


def same(_numbers, n):
    return n, n


REPEATED = 2_000_000


def repeated(part):
    """`part` of n: what one repetition gives to the check."""
    return lambda _numbers, n: (part(n) * max(1, REPEATED // n), n * max(1, REPEATED // n))


def key_number(i):
    i = (i ^ i >> 16) * 0x7FEB352D & M32
    i = (i ^ i >> 15) * 0x846CA68B & M32
    return i ^ i >> 16


def list_index(_numbers, n):
    repeats = max(1, REPEATED // n)
    return sum(map(key_number, range(n))) * repeats & M32, n * repeats


KINDS = ("string", "integer", "identity")
CONTAINERS = {"dict_insert": repeated(lambda n: n), "dict_hit": repeated(lambda n: n), "dict_miss": repeated(lambda n: n),
              "set_union": repeated(lambda n: n + n // 2), "set_intersection": repeated(lambda n: n - n // 2),
              "set_difference": repeated(lambda n: n // 2)}

# For each workload, or the part of its name before the size: what it gives, and the n it is tried with.
EXPECTED = {
    "full_random": (full_random, 1000), "full_list_random": (full_list_random, 1000),
    "binary_trees_counts": (binary_trees, 8), "binary_trees_cycles": (binary_trees, 8),
    "gcbench_counts": (gcbench, 8), "gcbench_cycles": (gcbench, 8), "splay_counts": (splay, 100), "splay_cycles": (splay, 100),
    "documents_counts": (documents, 1100), "documents_cycles": (documents, 1100),
    "larson": (larson, 20000), "xmalloc": (xmalloc, 20000), "loops_counts": (None, 1), "loops_cycles": (None, 1),
    "reclaim_rings_2": (rings(2), 2001), "reclaim_rings_3": (rings(3), 2000), "reclaim_rings_1000": (rings(1000), 2500),
    "reclaim_ring_one": (rings(0), 2000), "create_reclaim_rings_2": (rings(2), 2001), "create_reclaim_rings_3": (rings(3), 2000),
    "create_reclaim_rings_1000": (rings(1000), 2500), "reclaim_fan_out": (lambda _, n: (n + 1, n), 2000),
    "half_garbage": (half_garbage, 2000), "finalizers": (tenth, 2000), "weak_references": (tenth, 2000),
    "young_beside_old": (lambda _, n: (50000, 100000), 2000), "young_into_old": (lambda _, n: (n, 100000), 2000),
    "unchanged": (lambda _, n: (n, 1000 * n), 2000), "touched_leaves_100000": (same, 200000), "touched_inner_100000": (same, 200000),
    "mutation": (lambda _, n: (n // 16 * 32,) * 2, 3200), "threads_two": (lambda _, n: (2 * n, n), 2000),
    "processes_two": (lambda _, n: (2 * n, n), 2000),
    "list_append": (repeated(lambda n: n), 301), "list_index_sequential": (list_index, 301), "list_index_random": (list_index, 301),
    "list_get_sequential": (list_index, 301), "list_get_random": (list_index, 301),
    **{f"{name}_{kind}": (function, 301) for name, function in CONTAINERS.items() for kind in KINDS},
}


def of(workload, seed):
    """(n to try it with, check or None, units or None)."""
    function, n = EXPECTED.get(workload, (same, 2000))
    check, units = function(Numbers(seed), n) if function else (None, None)
    return n, check, units
