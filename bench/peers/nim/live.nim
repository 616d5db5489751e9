# SPDX-License-Identifier: MIT
## Full collections of what is all alive. Nim looks only at what lost a reference since the last one, and at what that reaches: what is
## touched decides.

import std/sequtils
import harness, graphs

const
  unchangedTimes = 1000
  inner = 0x40000000 ## or-ed to the number of touched objects: inner nodes, not leaves
  root = 0

type
  Hub = ref object
    items: seq[HubPair]

  HubPair = ref object
    left: Hub
    right: HubPair

var
  pairs: seq[Pair] # what is touched, or the root alone
  hub: Hub
  graphCheck: int
  sink: Pair # a global: what is stored there and taken away again is not optimized away
  hubSink: Hub

proc touch(pair: Pair) {.inline.} =
  sink = pair
  sink = nil

proc hold(bench: Bench, made: var seq[Pair], rootAt, before: int) =
  ## Leaves one pair alone held. Letting go of the others makes each a root to be looked at, and what the collector needs for that is no
  ## part of an object.
  bench.bytesPerObject = float(residentBytes() - before) / float(bench.n)
  pairs = @[made[rootAt]]
  for pair in made.mitems:
    pair = nil
  bench.collect()

proc openTree(bench: Bench) =
  var made = newSeq[Pair](bench.n)
  let before = residentBytes()
  for pair in made.mitems:
    pair = Pair()
  linkTree(made)
  graphCheck = bench.n
  hold(bench, made, 0, before)

proc openRandom(bench: Bench) =
  var made = newSeq[Pair](bench.n)
  let graph = bench.randomGraph(bench.n)
  let before = residentBytes()
  for pair in made.mitems:
    pair = Pair()
  for i in 0 ..< bench.n:
    made[i].left = made[graph.sides[2 * i]]
    made[i].right = made[graph.sides[2 * i + 1]]
  graphCheck = graph.check
  hold(bench, made, 0, before)
  bench.bytesPerObject = 0 # the memory that the numbers were made in was used again

proc openOrder(bench: Bench, order: seq[int32]) =
  var made = newSeq[Pair](bench.n)
  let before = residentBytes()
  for pair in made.mitems:
    pair = Pair()
  for k in 0 ..< bench.n - 1:
    made[order[k]].left = made[order[k + 1]]
  hold(bench, made, int(order[0]), before)

proc openList(bench: Bench) =
  graphCheck = bench.n
  openOrder(bench, toSeq(0'i32 ..< int32(bench.n)))

proc openListRandom(bench: Bench) =
  let order = bench.shuffled(bench.n)
  var check = 0'u32
  for k in 0 ..< bench.n:
    check += uint32(k mod 7) * uint32(order[k])
  graphCheck = int(check)
  openOrder(bench, order)

proc touchRoot(bench: Bench) =
  touch(pairs[0])

proc full(bench: Bench) =
  bench.collect()
  bench.check = graphCheck

proc makeFirst(bench: Bench) =
  var made = makePairs(bench.n)
  linkTree(made)
  graphCheck = bench.n
  pairs = @[made[0]]
  for pair in made.mitems:
    pair = nil

proc dropFirst(bench: Bench) =
  pairs = @[]
  bench.collect()

proc openFanOut(bench: Bench) =
  let before = residentBytes()
  hub = Hub(items: newSeqOfCap[HubPair](bench.n))
  for _ in 0 ..< bench.n:
    hub.items.add(HubPair(left: hub))
  graphCheck = bench.n
  bench.bytesPerObject = float(residentBytes() - before) / float(bench.n)
  bench.collect()

proc touchHub(bench: Bench) =
  hubSink = hub
  hubSink = nil

proc openTouched(bench: Bench) =
  ## All objects stay within reach, so that they can be touched.
  pairs = makePairs(bench.n)
  linkTree(pairs)
  graphCheck = bench.n
  bench.collect()

proc touchSome(bench: Bench) =
  let count = bench.variant and not inner
  let half = bench.n div 2
  if bench.variant == root:
    touch(pairs[0])
  elif count > half:
    fail("a tree of " & $bench.n & " has no " & $count & " leaves")
  for j in 0 ..< count:
    touch(if (bench.variant and inner) != 0: pairs[1 + j * (half - 1) div count] else: pairs[half + j * (half div count)])

proc unchanged(bench: Bench) =
  for _ in 0 ..< unchangedTimes:
    bench.collect()
  bench.units = bench.n * unchangedTimes
  bench.check = bench.n

const workloads* = [
  Workload(name: "full_tree", n: 4_000_000, open: openTree, prepare: touchRoot, run: full),
  Workload(name: "full_tree_first", n: 4_000_000, prepare: makeFirst, run: full, finish: dropFirst),
  Workload(name: "full_random", n: 4_000_000, open: openRandom, prepare: touchRoot, run: full),
  Workload(name: "full_list", n: 4_000_000, open: openList, prepare: touchRoot, run: full),
  Workload(name: "full_list_random", n: 4_000_000, open: openListRandom, prepare: touchRoot, run: full),
  Workload(name: "full_fan_out", n: 4_000_000, open: openFanOut, prepare: touchHub, run: full),
  Workload(name: "unchanged", n: 4_000_000, open: openTouched, run: unchanged),
  Workload(name: "touched_leaves_1", n: 4_000_000, variant: 1, open: openTouched, prepare: touchSome, run: full),
  Workload(name: "touched_leaves_1000", n: 4_000_000, variant: 1000, open: openTouched, prepare: touchSome, run: full),
  Workload(name: "touched_leaves_100000", n: 4_000_000, variant: 100_000, open: openTouched, prepare: touchSome, run: full),
  Workload(name: "touched_inner_1", n: 4_000_000, variant: inner or 1, open: openTouched, prepare: touchSome, run: full),
  Workload(name: "touched_inner_1000", n: 4_000_000, variant: inner or 1000, open: openTouched, prepare: touchSome, run: full),
  Workload(name: "touched_inner_100000", n: 4_000_000, variant: inner or 100_000, open: openTouched, prepare: touchSome, run: full),
  Workload(name: "touched_root", n: 4_000_000, variant: root, open: openTouched, prepare: touchSome, run: full),
]
