# SPDX-License-Identifier: MIT
## loops: finds the loops of a control-flow graph as P. Havlak's algorithm does, again and again on a fresh graph. Once the program breaks
## the cycles before it drops a graph; once it does not.

import harness, trees

const blockCount = 20_000

type
  Block = ref object
    firstOut, firstIn: Edge
    index: int

  Edge = ref object
    target: Block
    next: Edge

  Set = ref object
    parent: Set
    loop: Loop
    blk: Block

  Cell = ref object
    blk: Block
    next: Cell

  Loop = ref object
    parent: Loop
    blk: Block
    cells: Cell

  Finder = object
    ## One graph, and the loops found in it. `numbers` is by the block's index, `byNumber` and `last` by number.
    blocks: seq[Block]
    sets: seq[Set]
    loops: seq[Loop]
    numbers, byNumber, last: seq[int]
    body: seq[int]   # of the loop that is looked at
    bodyOf: seq[int] # of each number, the head in whose body it came last
    cellCount, edgeCount: int

proc connect(finder: var Finder, start, goal: int) =
  if goal >= blockCount:
    return
  let source = finder.blocks[start]
  let target = finder.blocks[goal]
  source.firstOut = Edge(target: target, next: source.firstOut)
  target.firstIn = Edge(target: source, next: target.firstIn)
  finder.edgeCount += 2

proc makeGraph(finder: var Finder) =
  for i in 0 ..< blockCount:
    finder.blocks.add(Block(index: i))
  for i in 0 ..< blockCount:
    finder.connect(i, i + 1)
    for length in [4, 8, 64, 512]:
      if i mod length == length - 1:
        finder.connect(i, i - (length - 1))
    if i mod 16 == 0:
      finder.connect(i, i + 5)

proc numberBlocks(finder: var Finder) =
  ## In preorder; last[w] is the largest number below w.
  type Step = object
    number: int
    rest {.cursor.}: Edge
  var path: seq[Step]
  var enter {.cursor.} = finder.blocks[0]
  finder.numbers = newSeq[int](blockCount)
  finder.last = newSeq[int](blockCount)
  for number in finder.numbers.mitems:
    number = -1
  while enter != nil or path.len > 0:
    if enter != nil:
      finder.numbers[enter.index] = finder.byNumber.len
      path.add(Step(number: finder.byNumber.len, rest: enter.firstOut))
      finder.byNumber.add(enter.index)
      enter = nil
    let edge {.cursor.} = path[path.high].rest
    if edge == nil:
      finder.last[path[path.high].number] = finder.byNumber.len - 1
      path.setLen(path.len - 1)
    else:
      path[path.high].rest = edge.next
      if finder.numbers[edge.target.index] < 0:
        enter = edge.target

proc find(start: Set): Set =
  ## The top of a set; all on the way to it point there afterwards.
  result = start
  while result.parent != nil:
    result = result.parent
  var below = start
  while below != result:
    let following = below.parent
    if following != result:
      below.parent = result
    below = following

proc addToBody(finder: var Finder, head, predecessor: int) =
  let number = finder.numbers[find(finder.sets[predecessor]).blk.index]
  if number <= head or number > finder.last[head] or finder.bodyOf[number] == head:
    return
  finder.bodyOf[number] = head
  finder.body.add(number)

proc findBody(finder: var Finder, head: int) =
  finder.body.setLen(0)
  var edge {.cursor.} = finder.blocks[finder.byNumber[head]].firstIn
  while edge != nil:
    let number = finder.numbers[edge.target.index]
    if number > head and number <= finder.last[head]:
      finder.addToBody(head, edge.target.index)
    edge = edge.next
  var at = 0
  while at < finder.body.len:
    edge = finder.blocks[finder.byNumber[finder.body[at]]].firstIn
    while edge != nil:
      finder.addToBody(head, edge.target.index)
      edge = edge.next
    inc at

proc makeLoop(finder: var Finder, head: int) =
  let headSet = finder.sets[finder.byNumber[head]]
  let loop = Loop(blk: headSet.blk)
  for number in finder.body:
    let one = finder.sets[finder.byNumber[number]]
    one.parent = headSet
    if one.loop != nil:
      one.loop.parent = loop
    else:
      loop.cells = Cell(blk: one.blk, next: loop.cells)
      inc finder.cellCount
  headSet.loop = loop
  finder.loops.add(loop)

proc findLoops(finder: var Finder) =
  for blk in finder.blocks:
    finder.sets.add(Set(blk: blk))
    finder.bodyOf.add(-1)
  for head in countdown(blockCount - 1, 0):
    finder.findBody(head)
    if finder.body.len > 0:
      finder.makeLoop(head)

proc oneGraph(isBrokenUp: bool): tuple[created, sum: int] =
  var finder: Finder
  finder.makeGraph()
  finder.numberBlocks()
  finder.findLoops()
  if isBrokenUp:
    for blk in finder.blocks:
      blk.firstIn = nil
      blk.firstOut = nil
  result.sum = finder.loops.len + finder.cellCount
  result.created = 2 * blockCount + finder.edgeCount + result.sum

proc run(bench: Bench) =
  var created, sum = 0
  for _ in 1 .. bench.n:
    let one = oneGraph(bench.variant == 0)
    created += one.created
    sum += one.sum
  bench.finishRun(created)
  bench.check = sum and int(high(uint32))

const workloads* = [
  Workload(name: "loops_counts", n: 50, variant: 0, isPaced: true, run: run, finish: clean),
  Workload(name: "loops_cycles", n: 50, variant: 1, isPaced: true, run: run, finish: clean),
]
