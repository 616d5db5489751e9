# SPDX-License-Identifier: MIT
"""splay: a splay tree whose nodes carry a payload of 63 objects, each of which goes as a new one comes; with and without references from
the payload to what owns it."""
import array

from harness import MASK
from trees import both, finish_run

START_NODES = 8000
PAYLOAD_DEPTH = 5
OBJECTS_EACH = 64
NUMBERS = array.array("q", range(10))


class Inner:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left, self.right = left, right


class Owned:
    __slots__ = ("left", "right", "owner")

    def __init__(self, left, right):
        self.left, self.right, self.owner = left, right, None


class Node:
    __slots__ = ("left", "right", "payload", "key")

    def __init__(self, key, payload):
        self.left = self.right = None
        self.payload, self.key = payload, key


def make_payload(depth, has_owners):
    if depth == 0:
        return NUMBERS.tobytes()
    left, right = make_payload(depth - 1, has_owners), make_payload(depth - 1, has_owners)
    if not has_owners:
        return Inner(left, right)
    inner = Owned(left, right)
    if depth > 1:
        left.owner = right.owner = inner
    return inner


class Tree:
    def __init__(self, random, has_owners):
        self.root, self.random, self.has_owners = None, random, has_owners
        self._aside = Node(0, None)  # its right: what is smaller; its left: what is greater

    def splay(self, current, key):
        """Top-down: on the way to the key, what is smaller and what is greater is hung aside, and joined in the end."""
        aside = smaller_end = greater_end = self._aside
        while key != current.key:
            if key < current.key:
                following = current.left
                if following and key < following.key:
                    current.left, following.right, current = following.right, current, following
                    following = current.left
                if not following:
                    break
                greater_end.left = greater_end = current
            else:
                following = current.right
                if following and key > following.key:
                    current.right, following.left, current = following.left, current, following
                    following = current.right
                if not following:
                    break
                smaller_end.right = smaller_end = current
            current = following
        smaller_end.right, greater_end.left = current.left, current.right
        current.left, current.right = aside.right, aside.left
        aside.left = aside.right = None
        return current

    def find(self, key):
        if not self.root:
            return False
        self.root = self.splay(self.root, key)
        return self.root.key == key

    def new_key(self):
        while True:
            key = self.random.next()
            if not self.find(key):
                return key

    def insert(self, key):
        self.find(key)
        node, root = Node(key, make_payload(PAYLOAD_DEPTH, self.has_owners)), self.root
        if self.has_owners:
            node.payload.owner = node
        if root and root.key < key:
            node.right, node.left, root.right = root.right, root, None
        elif root:
            node.left, node.right, root.left = root.left, root, None
        self.root = node

    def remove(self, key):
        removed = self.root = self.splay(self.root, key)
        if removed.left:
            self.root = self.splay(removed.left, key)
            self.root.right = removed.right
        else:
            self.root = removed.right
        removed.left = removed.right = None

    def greatest_below(self, key):
        self.root = self.splay(self.root, key)
        node = self.root.left
        if not node:
            return key
        while node.right:
            node = node.right
        return node.key

    def sum_of_keys(self):
        total, pending = 0, [self.root]
        while pending:
            node = pending.pop()
            if node:
                total += node.key
                pending += (node.left, node.right)
        return total


def run(bench):
    tree = Tree(bench.random, bench.variant)
    for _ in range(START_NODES):
        tree.insert(tree.new_key())
    for _ in range(bench.n):
        key = tree.new_key()
        tree.insert(key)
        tree.remove(tree.greatest_below(key))
    check = tree.sum_of_keys() & MASK
    del tree
    finish_run(bench, (START_NODES + bench.n) * OBJECTS_EACH)
    bench.check = check


WORKLOADS = both("splay", 200_000, run)
