# SPDX-License-Identifier: MIT
## documents: nodes that know their parent, their children and their neighbours, in documents replaced by turns. All five references own; or
## two of them do, and the others are cursors.

import harness, trees

const
  slotCount = 1000
  nodeCount = 100

type
  Plain = ref object
    parent {.cursor.}: Plain
    firstChild: Plain
    lastChild {.cursor.}: Plain
    next: Plain
    previous {.cursor.}: Plain

  Owning = ref object
    parent, firstChild, lastChild, next, previous: Owning

proc append[T](parent, child: T) =
  child.parent = parent
  if parent.lastChild != nil:
    child.previous = parent.lastChild
    parent.lastChild.next = child
  else:
    parent.firstChild = child
  parent.lastChild = child

proc weight[T](root, last: T): int =
  var child {.cursor.} = root.firstChild
  while child != nil:
    result += 31
    child = child.next
  var above {.cursor.} = last.parent
  while above != nil:
    inc result
    above = above.parent

proc makeDocument[T](bench: Bench, sum: var int): T =
  var nodes: array[nodeCount, T]
  nodes[0] = T()
  for i in 1 ..< nodeCount:
    nodes[i] = T()
    append(nodes[bench.below(i)], nodes[i])
  sum += weight(nodes[0], nodes[nodeCount - 1])
  nodes[0]

proc replaceDocuments[T](bench: Bench): int =
  var slots = newSeq[T](slotCount)
  for _ in 1 .. bench.n:
    let slot = bench.below(slotCount)
    slots[slot] = makeDocument[T](bench, result)

proc run(bench: Bench) =
  let sum = if bench.variant == 1: replaceDocuments[Owning](bench) else: replaceDocuments[Plain](bench)
  bench.finishRun(bench.n * nodeCount)
  bench.check = sum and int(high(uint32))

const workloads* = [
  Workload(name: "documents_counts", n: 100_000, variant: 0, isPaced: true, run: run, finish: clean),
  Workload(name: "documents_cycles", n: 100_000, variant: 1, isPaced: true, run: run, finish: clean),
]
