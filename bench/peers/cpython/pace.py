# SPDX-License-Identifier: MIT
"""mutation, a large heap whose parts are replaced one after the other; and build_live, a tree that only grows."""
import gc

from graphs import Pair
from harness import Workload

RING = 16

slots = []
pairs = []


def make_ring():
    ring = [Pair() for _ in range(RING)]
    for j in range(RING):
        ring[j].left = ring[(j + 1) % RING]
        ring[j].right = ring[(j + 2) % RING]
    return ring[0]


def open_slots(bench):
    slots[:] = [make_ring() for _ in range(bench.n // RING)]


def mutate(bench):
    count, below = len(slots), bench.random.below
    for _ in range(2 * count):
        slots[below(count)] = make_ring()
    bench.units = bench.check = 2 * count * RING


def open_build(bench):
    pairs[:] = [None] * bench.n


def build(bench):
    pairs[0] = Pair()
    for i in range(1, bench.n):
        pair = pairs[i] = Pair()
        if i % 2:
            pairs[i // 2].left = pair
        else:
            pairs[i // 2 - 1].right = pair
    bench.check = bench.n


def drop(bench):
    open_build(bench)
    gc.collect()


WORKLOADS = [
    Workload("mutation", 4_000_000, mutate, open=open_slots, is_paced=True, has_pauses=True),
    Workload("build_live", 10_000_000, build, open=open_build, finish=drop, is_paced=True),
]
