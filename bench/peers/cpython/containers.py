# SPDX-License-Identifier: MIT
"""Lists, dictionaries and sets. The loops are the interpreter's own, in C: map calls the container's method, and a deque of no length
takes what comes, so that no bytecode runs for an item."""
import collections
import operator

from harness import Workload

UNITS = 2_000_000
OPERATIONS = {"union": operator.or_, "intersection": operator.and_, "difference": operator.sub}

here = {}


class Plain:
    __slots__ = ("left", "right")


def repeats(bench):
    return max(1, UNITS // bench.n)


def number(i):
    i = (i ^ i >> 16) * 0x7FEB352D & 0xFFFFFFFF
    i = (i ^ i >> 15) * 0x846CA68B & 0xFFFFFFFF
    return i ^ i >> 16


def integers(count):
    return [number(i) for i in range(count)]


def make_keys(kind, count):
    """The keys, and for each an equal one."""
    if kind == "string":
        return [str(number(i)) for i in range(count)], [str(number(i)) for i in range(count)]
    if kind == "integer":
        return integers(count), integers(count)
    keys = [Plain() for _ in range(count)]
    return keys, keys


def shuffled(bench):
    order = list(range(bench.n))
    for i in range(bench.n - 1, 0, -1):
        k = bench.random.below(i + 1)
        order[i], order[k] = order[k], order[i]
    return order


def exhaust(iterator):
    collections.deque(iterator, maxlen=0)


def open_list(bench):
    here["items"] = integers(bench.n)
    here["order"] = shuffled(bench) if bench.variant == "random" else list(range(bench.n))


def append(bench):
    bench.check = 0
    for _ in range(repeats(bench)):
        made = []
        exhaust(map(made.append, here["items"]))
        bench.check += len(made)
    bench.units = bench.n * repeats(bench)


def index(bench):
    total, items = 0, here["items"]
    for _ in range(repeats(bench)):
        total += sum(map(items.__getitem__, here["order"]))
    bench.check = total & 0xFFFFFFFF
    bench.units = bench.n * repeats(bench)


def open_dict(bench):
    n, order = bench.n, shuffled(bench)
    keys, equals = make_keys(bench.variant, 2 * n)
    exhaust(map(hash, keys + equals))
    here["keys"], here["values"] = keys[:n], integers(n)
    here["all"] = keys, equals
    here["dict"] = dict(zip(here["keys"], here["values"]))
    here["present"] = [equals[i] for i in order]
    here["absent"] = [keys[n + i] for i in order]


def insert(bench):
    bench.check = 0
    for _ in range(repeats(bench)):
        made = {}
        exhaust(map(made.__setitem__, here["keys"], here["values"]))
        bench.check += len(made)
    bench.units = bench.n * repeats(bench)


def hit(bench):
    found = here["dict"].__contains__
    bench.check = sum(sum(map(found, here["present"])) for _ in range(repeats(bench)))
    bench.units = bench.n * repeats(bench)


def miss(bench):
    found = here["dict"].__contains__
    bench.units = bench.n * repeats(bench)
    bench.check = bench.units - sum(sum(map(found, here["absent"])) for _ in range(repeats(bench)))


def open_sets(bench):
    n = bench.n
    keys, equals = make_keys(bench.variant[1], n + n // 2)
    here["all"] = keys, equals
    here["a"], here["b"] = set(keys[:n]), set(equals[n // 2:])


def operate(bench):
    operation, a, b = OPERATIONS[bench.variant[0]], here["a"], here["b"]
    bench.check = sum(len(operation(a, b)) for _ in range(repeats(bench)))
    bench.units = bench.n * repeats(bench)


M = 1_000_000
KINDS = ("string", "integer", "identity")
WORKLOADS = [
    Workload("list_append", M, append, open=open_list),
    *[Workload(f"list_{name}_sequential", M, index, open=open_list) for name in ("index", "get")],
    *[Workload(f"list_{name}_random", M, index, open=open_list, variant="random") for name in ("index", "get")],
    *[Workload(f"dict_{name}_{kind}", M, run, open=open_dict, variant=kind)
      for kind in KINDS for name, run in [("insert", insert), ("hit", hit), ("miss", miss)]],
    *[Workload(f"set_{name}_{kind}", M, operate, open=open_sets, variant=(name, kind)) for kind in KINDS for name in OPERATIONS],
]
