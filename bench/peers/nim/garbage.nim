# SPDX-License-Identifier: MIT
## Reclaiming: rings, a wide fan-out, half garbage and half alive, finalizers.

import harness, graphs

const every = 10

var
  emptyBytes: int
  tree: seq[Pair]

proc noteEmpty(bench: Bench) =
  bench.collect()
  emptyBytes = getOccupiedMem()

# --- Rings -----------------------------------------------------------------------------------------------------------------

proc prepareRings(bench: Bench) =
  bench.units = makeRings(bench.n, if bench.variant > 0: bench.variant else: bench.n)
  bench.check = bench.units

proc reclaim(bench: Bench) =
  bench.collectAll(emptyBytes)

proc makeAndReclaim(bench: Bench) =
  prepareRings(bench)
  reclaim(bench)

# --- One object that refers to all others ----------------------------------------------------------------------------------

type
  Hub = ref object
    items: seq[HubPair]

  HubPair = ref object
    left: Hub
    right: HubPair

proc prepareFanOut(bench: Bench) =
  let hub = Hub(items: newSeqOfCap[HubPair](bench.n))
  for _ in 0 ..< bench.n:
    hub.items.add(HubPair(left: hub))

proc reclaimFanOut(bench: Bench) =
  reclaim(bench)
  bench.check = bench.n + 1

# --- Half of it alive --------------------------------------------------------------------------------------------------------

proc openHalf(bench: Bench) =
  tree = newSeq[Pair](bench.n div 2)

proc prepareHalf(bench: Bench) =
  bench.check = 0
  for i in 0 ..< tree.len:
    tree[i] = Pair()
    if i mod 3 == 2:
      bench.check += makeRings(3, 3)
  linkTree(tree)
  for i in 1 ..< tree.len:
    tree[i] = nil
  bench.units = tree.len + bench.check

proc collectHalf(bench: Bench) =
  bench.collect()

proc dropHalf(bench: Bench) =
  tree[0] = nil
  bench.collect()

# --- Finalizers ----------------------------------------------------------------------------------------------------------------

type
  Token = object
    isLive: bool

  Node = ref object of RootObj
    left, right: Node

  Finalized = ref object of Node
    token: Token

var finalizedCount: int

proc `=destroy`(token: var Token) =
  if token.isLive:
    inc finalizedCount

proc makeNode(number: int): Node =
  if number mod every == 0: Finalized(token: Token(isLive: true)) else: Node()

proc prepareFinalizers(bench: Bench) =
  var made = 0
  finalizedCount = 0
  while made + 3 <= bench.n:
    let first = makeNode(made)
    let second = makeNode(made + 1)
    let third = makeNode(made + 2)
    first.left = second
    second.left = third
    third.left = first
    made += 3
  bench.units = made

proc collectFinalizers(bench: Bench) =
  bench.collectAll(emptyBytes)
  bench.check = finalizedCount

const workloads* = [
  Workload(name: "reclaim_rings_2", n: 4_000_000, variant: 2, open: noteEmpty, prepare: prepareRings, run: reclaim),
  Workload(name: "reclaim_rings_3", n: 4_000_000, variant: 3, open: noteEmpty, prepare: prepareRings, run: reclaim),
  Workload(name: "reclaim_rings_1000", n: 4_000_000, variant: 1000, open: noteEmpty, prepare: prepareRings, run: reclaim),
  Workload(name: "reclaim_ring_one", n: 4_000_000, open: noteEmpty, prepare: prepareRings, run: reclaim),
  Workload(name: "create_reclaim_rings_2", n: 4_000_000, variant: 2, open: noteEmpty, run: makeAndReclaim),
  Workload(name: "create_reclaim_rings_3", n: 4_000_000, variant: 3, open: noteEmpty, run: makeAndReclaim),
  Workload(name: "create_reclaim_rings_1000", n: 4_000_000, variant: 1000, open: noteEmpty, run: makeAndReclaim),
  Workload(name: "reclaim_fan_out", n: 4_000_000, open: noteEmpty, prepare: prepareFanOut, run: reclaimFanOut),
  Workload(name: "half_garbage", n: 4_000_000, open: openHalf, prepare: prepareHalf, run: collectHalf, finish: dropHalf),
  Workload(name: "finalizers", n: 3_000_000, open: noteEmpty, prepare: prepareFinalizers, run: collectFinalizers),
]
