# SPDX-License-Identifier: MIT
"""The workloads of bench_collect.c in CPython: objects with two references. It takes the options of harness.h and prints its lines."""
import gc
import os
import random
import resource
import statistics
import sys
import time

OBJECTS_DEFAULT = 4_000_000


class Pair:
    __slots__ = ("left", "right")

    def __init__(self):
        self.left = self.right = None


def build_tree(count):
    pairs = [Pair() for _ in range(count)]
    for i in range(1, count):
        if i % 2:
            pairs[i // 2].left = pairs[i]
        else:
            pairs[i // 2 - 1].right = pairs[i]
    return pairs[0]


def build_random(count):
    """As bench_random_graph of harness.c: all of it reachable from the first, in no order that addresses know."""
    pairs = [Pair() for _ in range(count)]
    order = pairs[1:]
    random.seed(1)
    random.shuffle(order)
    free = [(pairs[0], "left"), (pairs[0], "right")]
    for pair in order:
        at = int(random.random() * len(free))
        parent, side = free[at]
        setattr(parent, side, pair)
        free[at] = (pair, "left")
        free.append((pair, "right"))
    for parent, side in free:
        setattr(parent, side, pairs[int(random.random() * count)])
    return pairs[0]


def build_rings(count, length):
    for _ in range(count // length):
        first = last = Pair()
        for _ in range(length - 1):
            last.left = Pair()
            last = last.left
        last.left = first


class Case:
    """A live graph is built once and collected again and again; rings are made for each round."""

    def __init__(self, build, is_garbage):
        self.build, self.is_garbage, self.kept = build, is_garbage, None

    def measure(self, count):
        if self.is_garbage or self.kept is None:
            self.kept = self.build(count)
        start = time.process_time_ns()
        freed = gc.collect()
        elapsed = time.process_time_ns() - start
        if self.is_garbage and freed < count - 1000:
            sys.exit(f"{freed} objects were freed, must be {count}")
        return elapsed / count


CASES = {
    "full_tree": Case(build_tree, False),
    "full_random": Case(build_random, False),
    "reclaim_rings_3": Case(lambda count: build_rings(count, 3), True),
    "reclaim_rings_1000": Case(lambda count: build_rings(count, 1000), True),
}


def read_options(arguments):
    options = {"--objects": OBJECTS_DEFAULT, "--rounds": 5, "--warm": 1, "--cpu": 0}
    only = []
    for name, value in zip(arguments[::2], arguments[1::2]):
        if name == "--only" and value in CASES:
            only.append(value)
        elif name in options:
            options[name] = int(value)
        else:
            sys.exit(f"unknown option: {name} {value}")
    return options, only or list(CASES)


def page_faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def main():
    options, only = read_options(sys.argv[1:])
    os.sched_setaffinity(0, {options["--cpu"]})
    gc.disable()
    gc.freeze()
    for name in only:
        values, faults = [], []
        for number in range(options["--warm"] + options["--rounds"]):
            before = page_faults()
            value = CASES[name].measure(options["--objects"])
            if number >= options["--warm"]:
                values.append(value)
                faults.append(page_faults() - before)
        CASES[name].kept = None
        gc.collect()
        print(f"{name}\tns\t{statistics.median(values):.4f}\t{min(values):.4f}\t{max(values):.4f}\t"
              f"{statistics.median(faults):.0f}\t{options['--objects']}\t{len(values)}")


main()
