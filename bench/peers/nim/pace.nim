# SPDX-License-Identifier: MIT
## mutation, a large heap whose parts are replaced one after the other; and build_live, a tree that only grows.

import harness, graphs

const ring = 16

var slots, pairs: seq[Pair]

proc makeHeldRing(): Pair =
  var made: array[ring, Pair]
  for pair in made.mitems:
    pair = Pair()
  for j in 0 ..< ring:
    made[j].left = made[(j + 1) mod ring]
    made[j].right = made[(j + 2) mod ring]
  made[0]

proc openSlots(bench: Bench) =
  slots = newSeq[Pair](bench.n div ring)
  for slot in slots.mitems:
    slot = makeHeldRing()

proc mutate(bench: Bench) =
  for _ in 1 .. 2 * slots.len:
    slots[bench.below(slots.len)] = makeHeldRing()
  bench.check = 2 * slots.len * ring
  bench.units = bench.check

proc openBuild(bench: Bench) =
  pairs = newSeq[Pair](bench.n)

proc build(bench: Bench) =
  pairs[0] = Pair()
  for i in 1 ..< bench.n:
    let pair = Pair()
    pairs[i] = pair
    if i mod 2 == 1:
      pairs[i div 2].left = pair
    else:
      pairs[i div 2 - 1].right = pair
  bench.check = bench.n

proc drop(bench: Bench) =
  for pair in pairs.mitems:
    pair = nil
  bench.collect()

const workloads* = [
  Workload(name: "mutation", n: 4_000_000, isPaced: true, open: openSlots, run: mutate),
  Workload(name: "build_live", n: 10_000_000, isPaced: true, open: openBuild, run: build, finish: drop),
]
