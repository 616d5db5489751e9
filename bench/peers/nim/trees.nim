# SPDX-License-Identifier: MIT
## binary_trees and gcbench: many trees made and dropped beside one that lives; with and without references to parents.

import harness

const
  depthMin = 4
  numbersCount = 500_000

proc finishRun*(bench: Bench, made: int) =
  if not bench.isAutomatic:
    bench.collect()
  bench.units = made
  bench.check = made and int(high(uint32))

proc clean*(bench: Bench) =
  bench.collect()

type
  Node = ref object
    left, right: Node

  Child = ref object
    left, right, parent: Child

  Numbered = ref object
    left, right: Numbered
    i, j: int32

  NumberedChild = ref object
    left, right: NumberedChild
    i, j: int32
    parent: NumberedChild

  Numbers = ref object
    values: array[numbersCount, float]

proc makeTree[T](depth: int): T =
  ## Bottom-up.
  if depth == 0:
    return T()
  let left = makeTree[T](depth - 1)
  let right = makeTree[T](depth - 1)
  result = T(left: left, right: right)
  when compiles(result.parent):
    left.parent = result
    right.parent = result

proc populate[T](node: T, depth: int) =
  ## Top-down.
  if depth == 0:
    return
  let left = T()
  let right = T()
  node.left = left
  node.right = right
  when compiles(node.parent):
    left.parent = node
    right.parent = node
  populate(left, depth - 1)
  populate(right, depth - 1)

proc count[T](node: T): int =
  if node.left == nil: 1 else: 1 + count(node.left) + count(node.right)

proc makeCountDrop[T](depth: int): int =
  let tree = makeTree[T](depth)
  count(tree)

proc binaryTrees[T](bench: Bench): int =
  ## Returns how many nodes.
  result = makeCountDrop[T](bench.n + 1)
  let longLived = makeTree[T](bench.n)
  for depth in countup(depthMin, bench.n, 2):
    for _ in 1 .. 1 shl (bench.n - depth + depthMin):
      result += makeCountDrop[T](depth)
  result += count(longLived)

proc runBinaryTrees(bench: Bench) =
  bench.finishRun(if bench.variant == 1: binaryTrees[Child](bench) else: binaryTrees[Node](bench))

proc size(depth: int): int =
  (2 shl depth) - 1

proc dropTopDown[T](depth: int) =
  let tree = T()
  populate(tree, depth)

proc dropBottomUp[T](depth: int) =
  let tree = makeTree[T](depth)
  if tree.left == nil and depth > 0:
    fail("a tree has no children")

proc gcbench[T](bench: Bench): int =
  ## Returns how many objects.
  let depthMost = bench.n - 2
  dropBottomUp[T](bench.n)
  let longLived = T()
  populate(longLived, depthMost)
  let numbers = Numbers()
  for i in 1 ..< numbersCount div 2:
    numbers.values[i] = 1 / i
  result = size(bench.n) + size(depthMost) + 1
  for depth in countup(depthMin, depthMost, 2):
    let trees = 2 * size(bench.n) div size(depth)
    for _ in 1 .. trees:
      dropTopDown[T](depth)
    for _ in 1 .. trees:
      dropBottomUp[T](depth)
    result += 2 * trees * size(depth)
  if count(longLived) != size(depthMost) or numbers.values[1000] != 1 / 1000:
    fail("what lives was lost")

proc runGcbench(bench: Bench) =
  bench.finishRun(if bench.variant == 1: gcbench[NumberedChild](bench) else: gcbench[Numbered](bench))

const workloads* = [
  Workload(name: "binary_trees_counts", n: 18, variant: 0, isPaced: true, run: runBinaryTrees, finish: clean),
  Workload(name: "binary_trees_cycles", n: 18, variant: 1, isPaced: true, run: runBinaryTrees, finish: clean),
  Workload(name: "gcbench_counts", n: 18, variant: 0, isPaced: true, run: runGcbench, finish: clean),
  Workload(name: "gcbench_cycles", n: 18, variant: 1, isPaced: true, run: runGcbench, finish: clean),
]
