# SPDX-License-Identifier: MIT
"""Pairs made and released, and made and held. What the interpreter does for each is in it."""
from graphs import Pair
from harness import Workload, resident_bytes

RING = 1000

held = []


def open_held(bench):
    held[:] = [None] * max(bench.n, RING)


def one(bench):
    for _ in range(bench.n):
        Pair()
    bench.check = bench.n


def many(bench):
    for i in range(bench.n):
        held[i] = Pair()
    for i in range(bench.n):
        held[i] = None
    bench.check = bench.n


def ring(bench):
    at = 0
    for _ in range(bench.n):
        held[at] = None
        held[at] = Pair()
        at = 0 if at + 1 == RING else at + 1
    for i in range(RING):
        held[i] = None
    bench.check = bench.n


def hold(bench):
    for i in range(bench.n):
        pair = Pair()
        pair.left = pair.right = None
        held[i] = pair
    bench.check = bench.n


def note_before(bench):
    bench.before = resident_bytes()


def release_all(bench):
    for i in range(bench.n):
        held[i] = None


def note_after_and_release(bench):
    bench.bytes_per_object = (resident_bytes() - bench.before) / bench.n
    release_all(bench)


WORKLOADS = [
    Workload("create_release_one_24", 10_000_000, one, is_paced=True),
    Workload("create_release_many_24", 4_000_000, many, open=open_held, is_paced=True),
    Workload("create_release_ring_24", 10_000_000, ring, open=open_held, is_paced=True),
    Workload("create_hold_warm", 4_000_000, hold, open=open_held, finish=release_all),
    Workload("create_hold_cold", 4_000_000, hold, open=open_held, prepare=note_before, finish=note_after_and_release),
]
