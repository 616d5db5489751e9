# SPDX-License-Identifier: MIT
## splay: a splay tree whose nodes carry a payload of 63 objects, each of which goes as a new one comes; with and without references from
## the payload to what owns it.

import harness, trees

const
  startNodes = 8000
  payloadDepth = 5
  objectsEach = 64

type
  Object = ref object of RootObj

  Inner = ref object of Object
    left, right: Object

  Owned = ref object of Inner
    owner: Object

  Leaf = ref object of Object
    numbers: array[10, int64]

  Node = ref object of Object
    left, right: Node
    payload: Object
    key: uint32

var
  root: Node
  aside = Node() # its right: what is smaller; its left: what is greater

proc makePayload(depth: int, hasOwners: bool): Object =
  if depth == 0:
    let leaf = Leaf()
    for i in 0 .. 9:
      leaf.numbers[i] = i
    return leaf
  let left = makePayload(depth - 1, hasOwners)
  let right = makePayload(depth - 1, hasOwners)
  if not hasOwners:
    return Inner(left: left, right: right)
  let owned = Owned(left: left, right: right)
  if depth > 1:
    Owned(left).owner = owned
    Owned(right).owner = owned
  owned

proc splay(top: Node, key: uint32): Node =
  ## Top-down: on the way to the key, what is smaller and what is greater is hung aside, and joined in the end.
  var current = top
  var smallerEnd = aside
  var greaterEnd = aside
  while key != current.key:
    if key < current.key:
      if current.left == nil:
        break
      if key < current.left.key:
        let following = current.left
        current.left = following.right
        following.right = current
        current = following
        if current.left == nil:
          break
      greaterEnd.left = current
      greaterEnd = current
      current = current.left
    else:
      if current.right == nil:
        break
      if key > current.right.key:
        let following = current.right
        current.right = following.left
        following.left = current
        current = following
        if current.right == nil:
          break
      smallerEnd.right = current
      smallerEnd = current
      current = current.right
  smallerEnd.right = current.left
  greaterEnd.left = current.right
  current.left = aside.right
  current.right = aside.left
  aside.left = nil
  aside.right = nil
  current

proc find(key: uint32): bool =
  if root == nil:
    return false
  root = splay(root, key)
  root.key == key

proc newKey(bench: Bench): uint32 =
  result = bench.random.next()
  while find(result):
    result = bench.random.next()

proc insert(key: uint32, hasOwners: bool) =
  discard find(key)
  let node = Node(key: key, payload: makePayload(payloadDepth, hasOwners))
  if hasOwners:
    Owned(node.payload).owner = node
  if root != nil and root.key < key:
    node.right = root.right
    root.right = nil
    node.left = root
  elif root != nil:
    node.left = root.left
    root.left = nil
    node.right = root
  root = node

proc remove(key: uint32) =
  let removed = splay(root, key)
  if removed.left != nil:
    root = splay(removed.left, key)
    root.right = removed.right
  else:
    root = removed.right
  removed.left = nil
  removed.right = nil

proc greatestBelow(key: uint32): uint32 =
  root = splay(root, key)
  result = key
  var node {.cursor.} = root.left
  while node != nil:
    result = node.key
    node = node.right

proc sumOfKeys(node: Node): uint32 =
  if node == nil: 0'u32 else: node.key + sumOfKeys(node.left) + sumOfKeys(node.right)

proc run(bench: Bench) =
  let hasOwners = bench.variant == 1
  for _ in 1 .. startNodes:
    insert(bench.newKey(), hasOwners)
  for _ in 1 .. bench.n:
    let key = bench.newKey()
    insert(key, hasOwners)
    remove(greatestBelow(key))
  let check = int(sumOfKeys(root))
  root = nil
  bench.finishRun((startNodes + bench.n) * objectsEach)
  bench.check = check

const workloads* = [
  Workload(name: "splay_counts", n: 200_000, variant: 0, isPaced: true, run: run, finish: clean),
  Workload(name: "splay_cycles", n: 200_000, variant: 1, isPaced: true, run: run, finish: clean),
]
