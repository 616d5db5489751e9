# SPDX-License-Identifier: MIT
## Pairs made and released, and made and held.

import harness, graphs

const ring = 1000

var
  held: seq[Pair]
  before: int
  sink: Pair # a global: what is stored there is not optimized away

proc openHeld(bench: Bench) =
  held = newSeq[Pair](max(bench.n, ring))

proc one(bench: Bench) =
  for _ in 0 ..< bench.n:
    sink = Pair()
    sink = nil
  bench.check = bench.n

proc many(bench: Bench) =
  for i in 0 ..< bench.n:
    held[i] = Pair()
  for i in 0 ..< bench.n:
    held[i] = nil
  bench.check = bench.n

proc throughRing(bench: Bench) =
  var at = 0
  for _ in 0 ..< bench.n:
    held[at] = nil
    held[at] = Pair()
    at = if at + 1 == ring: 0 else: at + 1
  for i in 0 ..< ring:
    held[i] = nil
  bench.check = bench.n

proc hold(bench: Bench) =
  for i in 0 ..< bench.n:
    let pair = Pair()
    pair.left = nil
    pair.right = nil
    held[i] = pair
  bench.check = bench.n

proc noteBefore(bench: Bench) =
  before = residentBytes()

proc releaseAll(bench: Bench) =
  for i in 0 ..< bench.n:
    held[i] = nil

proc noteAfterAndRelease(bench: Bench) =
  bench.bytesPerObject = float(residentBytes() - before) / float(bench.n)
  releaseAll(bench)

const workloads* = [
  Workload(name: "create_release_one_24", n: 10_000_000, isPaced: true, run: one),
  Workload(name: "create_release_many_24", n: 4_000_000, isPaced: true, open: openHeld, run: many),
  Workload(name: "create_release_ring_24", n: 10_000_000, isPaced: true, open: openHeld, run: throughRing),
  Workload(name: "create_hold_warm", n: 4_000_000, open: openHeld, run: hold, finish: releaseAll),
  Workload(name: "create_hold_cold", n: 4_000_000, open: openHeld, prepare: noteBefore, run: hold, finish: noteAfterAndRelease),
]
