# SPDX-License-Identifier: MIT
"""Reclaiming: rings, a wide fan-out, half garbage and half alive, finalizers, weak references; and the youngest generation alone."""
import gc
import weakref

from graphs import Pair, collect, link_tree, make_ring, make_rings
from harness import Failed, Workload, resident_bytes

EVERY = 10
YOUNG, YOUNG_RING, OLD_TARGETS = 100_000, 10, 4_000_000

kept = {}


# --- Rings, and one object that refers to all others ------------------------------------------------------------------

def prepare_rings(bench):
    bench.units = bench.check = make_rings(bench.n, bench.variant or bench.n)


def reclaim(bench):
    collect(bench.units)


def make_and_reclaim(bench):
    prepare_rings(bench)
    reclaim(bench)


def make_fan_out(n):
    hub = []
    for _ in range(n):
        pair = Pair()
        pair.left = hub
        hub.append(pair)
    return hub


def open_fan_out(bench):
    before = resident_bytes()
    kept["hub"] = make_fan_out(bench.n)
    collect(0)
    bench.bytes_per_object = (resident_bytes() - before) / bench.n


def full_fan_out(bench):
    collect(0)
    bench.check = bench.n


def prepare_fan_out(bench):
    make_fan_out(bench.n)


def reclaim_fan_out(bench):
    collect(bench.n + 1)
    bench.check = bench.n + 1


# --- Half of it alive ---------------------------------------------------------------------------------------------------

def prepare_half(bench):
    pairs, bench.check = [], 0
    for i in range(bench.n // 2):
        pairs.append(Pair())
        if i % 3 == 2:
            bench.check += make_rings(3, 3)
    link_tree(pairs)
    kept["tree"] = pairs[0]
    bench.units = bench.n // 2 + bench.check


def collect_half(bench):
    collect(bench.check)


def drop_half(_bench):
    del kept["tree"]
    collect(0)


# --- Finalizers and weak references ---------------------------------------------------------------------------------

class Finalized(Pair):
    __slots__ = ()
    count = 0

    def __del__(self):
        Finalized.count += 1


class Referable(Pair):
    __slots__ = ("__weakref__",)


def make_mixed_rings(n, special):
    """Rings of 3; every tenth pair is made by `special`."""
    made = 0
    while made + 3 <= n:
        ring = []
        for _ in range(3):
            ring.append(Pair() if made % EVERY else special())
            made += 1
        ring[0].left, ring[1].left, ring[2].left = ring[1], ring[2], ring[0]
    return made


def prepare_finalizers(bench):
    Finalized.count = 0
    bench.units = make_mixed_rings(bench.n, Finalized)


def collect_finalizers(bench):
    collect(bench.units)
    bench.check = Finalized.count


def prepare_weak(bench):
    references = kept["weak"] = []

    def make():
        pair = Referable()
        references.append(weakref.ref(pair))
        return pair
    bench.units = make_mixed_rings(bench.n, make)


def count_empty(bench):
    bench.check = sum(reference() is None for reference in kept["weak"])


# --- The youngest generation --------------------------------------------------------------------------------------------

def make_old(n):
    kept["old"] = [Pair() for _ in range(n)]
    if n:
        link_tree(kept["old"])
    collect(0)
    collect(0)


def open_beside(bench):
    make_old(bench.n)


def open_into(_bench):
    make_old(OLD_TARGETS)


def make_young(references):
    held, old = [], kept["old"]
    for start in range(0, YOUNG, YOUNG_RING):
        first = pair = make_ring(YOUNG_RING)
        for i in range(start, min(start + YOUNG_RING, references)):
            pair.right = old[i * 37 % OLD_TARGETS]
            pair = pair.left
        if start // YOUNG_RING % 2 == 0:
            held.append(first)
    kept["young"] = held


def prepare_beside(_bench):
    make_young(0)


def prepare_into(bench):
    make_young(bench.n)


def collect_young(bench):
    freed = gc.collect(0)
    if freed != YOUNG // 2:
        raise Failed(f"{freed} objects were freed, must be {YOUNG // 2}")
    bench.units = YOUNG
    bench.check = bench.n if bench.variant else freed


def drop_young(_bench):
    del kept["young"]
    gc.collect(1)


WORKLOADS = [
    Workload("reclaim_rings_2", 4_000_000, reclaim, prepare=prepare_rings, variant=2),
    Workload("reclaim_rings_3", 4_000_000, reclaim, prepare=prepare_rings, variant=3),
    Workload("reclaim_rings_1000", 4_000_000, reclaim, prepare=prepare_rings, variant=1000),
    Workload("reclaim_ring_one", 4_000_000, reclaim, prepare=prepare_rings),
    Workload("create_reclaim_rings_2", 4_000_000, make_and_reclaim, variant=2),
    Workload("create_reclaim_rings_3", 4_000_000, make_and_reclaim, variant=3),
    Workload("create_reclaim_rings_1000", 4_000_000, make_and_reclaim, variant=1000),
    Workload("full_fan_out", 4_000_000, full_fan_out, open=open_fan_out),
    Workload("reclaim_fan_out", 4_000_000, reclaim_fan_out, prepare=prepare_fan_out),
    Workload("half_garbage", 4_000_000, collect_half, prepare=prepare_half, finish=drop_half),
    Workload("finalizers", 3_000_000, collect_finalizers, prepare=prepare_finalizers),
    Workload("weak_references", 3_000_000, reclaim, prepare=prepare_weak, finish=count_empty),
    Workload("young_beside_old", 1_000_000, collect_young, open=open_beside, prepare=prepare_beside, finish=drop_young),
    Workload("young_into_old", 10_000, collect_young, open=open_into, prepare=prepare_into, finish=drop_young, variant=True),
]
