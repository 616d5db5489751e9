# SPDX-License-Identifier: MIT
## What the workloads build: objects of two references, trees, rings.

import harness

type
  Pair* = ref object
    left*, right*: Pair

proc linkTree*(pairs: seq[Pair]) =
  for i in 1 ..< pairs.len:
    if i mod 2 == 1:
      pairs[i div 2].left = pairs[i]
    else:
      pairs[i div 2 - 1].right = pairs[i]

proc makePairs*(n: int): seq[Pair] =
  result = newSeq[Pair](n)
  for i in 0 ..< n:
    result[i] = Pair()

proc makeRing*(length: int) =
  ## A ring that nothing holds.
  let first = Pair()
  var last = first
  for _ in 1 ..< length:
    let following = Pair()
    last.left = following
    last = following
  last.left = first

proc makeRings*(n, length: int): int =
  ## As many as fit into n. Returns how many pairs.
  for _ in 0 ..< n div length:
    makeRing(length)
  n div length * length

proc collectAll*(bench: Bench, emptyBytes: int) =
  ## A collection after which so much memory must be occupied, but for what the collector itself keeps.
  bench.collect()
  let left = getOccupiedMem() - emptyBytes
  if left > 1_000_000 + bench.n:
    fail($left & " bytes were not freed")
