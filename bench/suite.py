# SPDX-License-Identifier: MIT
"""What is measured: jobs, each of which is measured beside what it is compared with, in one go. Sizes are those of README.md."""
import dataclasses
import fnmatch

from programs import HERE, OURS

M = 1_000_000
HUGE = 100 * M
QUICK_RANDOM = 250_000
MALLOCS = ["jemalloc", "mimalloc", "glibc"]
ALL = MALLOCS + ["boehm", "list_collector", "cpython", "nim", "php"]
COLLECTORS = ["boehm", "list_collector", "cpython", "nim", "php"]
SLOW = ["list_collector", "cpython", "nim", "php"]  # seconds where others take a tenth of one
TRACING = SLOW
CHURN = MALLOCS + ["boehm", "list_collector"]
KINDS = ("string", "integer", "identity")
CONTAINERS = {
    "lists": ["list_append", *[f"list_{name}_{order}" for name in ("index", "get") for order in ("sequential", "random")]],
    "dictionaries": [f"dict_{name}_{kind}" for kind in KINDS for name in ("insert", "hit", "miss")],
    "sets": [f"set_{name}_{kind}" for kind in KINDS for name in ("union", "intersection", "difference")],
}


@dataclasses.dataclass(frozen=True)
class Entry:
    """One program's part in a job: what is started, and with what."""
    peer: str
    workload: str
    n: int
    automatic: str = "default"
    file: str = ""  # of a real heap


@dataclasses.dataclass
class Job:
    """Entries that are started in turn. Ratios are those of the first to each other."""
    name: str
    group: str
    program: str
    entries: list
    rounds: int = 5
    warm: int = 1
    cpus: int = 1
    weight: float = 1.0
    bytes: int = 0  # of memory that must be free


def job(group, program, workload, n, peers, **more):
    """One workload, ours and each peer's. `automatic`: our run at this setting."""
    automatic = more.pop("automatic", "default")
    name = more.pop("name", workload)
    entries = [Entry(peer, workload, n, automatic if peer == OURS else "default") for peer in [OURS] + peers]
    return Job(name, group, program, entries, **more)


def create_and_references(size):
    counts = [(24, 10 * M, 4 * M), (64, 10 * M, 2 * M), (512, 4 * M, 400_000), (4096, M, 50_000)]
    for bytes_each, one, many in counts:
        peers = ALL if bytes_each == 24 else MALLOCS + ["boehm", "list_collector"]
        if size.is_quick and bytes_each != 24:
            continue
        yield job("Creating and releasing", "create_release", f"create_release_one_{bytes_each}", size(one), peers)
        yield job("Creating and releasing", "create_release", f"create_release_many_{bytes_each}", size(many), peers)
    yield job("Creating and releasing", "create_release", "create_release_ring_24", size(10 * M), ALL)
    yield job("Creating and releasing", "hold", "create_hold_warm", size(4 * M), ALL)
    yield job("Creating and releasing", "hold", "create_hold_cold", size(4 * M), ALL, rounds=1, warm=0)
    for order in ("sequential", "random"):
        yield job("References", "references", f"retain_release_{order}", M, [])
        yield job("References", "references", f"set_{order}", M, [])
    yield job("References", "references", "retain_release_old", M, [])


def live(size):
    for workload, program in [("full_tree", "live_tree"), ("full_random", "live_random"), ("full_list", "live_list"),
                              ("full_list_random", "live_list"), ("full_fan_out", "fan_out")]:
        peers = COLLECTORS if workload != "full_list_random" else ["boehm", "list_collector"]
        yield job("Full collection of live objects", program, workload, size(4 * M), peers, weight=2)
    yield job("Full collection of live objects", "live_tree", "full_tree_first", size(4 * M), COLLECTORS, rounds=1, warm=0, weight=2)
    yield job("Full collection of live objects", "live_tree", "full_tree_reversed", size(4 * M), [])
    yield job("Full collection of live objects", "values", "full_values", size(2 * M), ["boehm", "list_collector"])


def garbage(size):
    for length in (2, 3, 1000):
        yield job("Reclaiming garbage", "rings", f"reclaim_rings_{length}", size(4 * M), TRACING)
        yield job("Reclaiming garbage", "rings", f"create_reclaim_rings_{length}", size(4 * M), COLLECTORS)
    yield job("Reclaiming garbage", "rings", "reclaim_ring_one", size(4 * M), TRACING)
    yield job("Reclaiming garbage", "fan_out", "reclaim_fan_out", size(4 * M), TRACING)
    yield job("Reclaiming garbage", "half_garbage", "half_garbage", size(4 * M), COLLECTORS)
    yield job("Reclaiming garbage", "finalizers", "finalizers", size(3 * M), COLLECTORS)
    yield job("Reclaiming garbage", "weak_references", "weak_references", size(3 * M), COLLECTORS)


def partial(size):
    group = "What was not touched"
    old = [0, M] if size.is_quick else [0, M, 5 * M, 20 * M]
    yield Job("young_beside_old", group, "young", [Entry(OURS, "young_beside_old", n) for n in old])
    yield job(group, "young", "young_beside_old", M, ["list_collector", "cpython"], name="young_beside_old 1 M")
    yield Job("young_into_old", group, "young", [Entry(OURS, "young_into_old", k) for k in (0, 10_000, 100_000)])
    yield job(group, "young", "young_into_old", 100_000, ["list_collector", "cpython"], name="young_into_old 100 k")
    yield job(group, "touched", "unchanged", size(4 * M), COLLECTORS)
    kinds = ["leaves_1", "leaves_1000", "leaves_100000", "inner_1", "inner_1000", "inner_100000", "root"]
    for kind in kinds:
        yield job(group, "touched", f"touched_{kind}", size(4 * M), COLLECTORS)


def programs(size):
    depth = 14 if size.is_quick else 18
    sizes = {"binary_trees": depth, "gcbench": depth, "splay": size(200_000), "loops": size(50), "documents": size(100_000)}
    for name, n in sizes.items():
        for way in ("counts", "cycles"):
            one = job("Whole programs", name, f"{name}_{way}", n, MALLOCS + ["boehm"], rounds=2, weight=2)
            one.entries.insert(1, Entry(OURS, f"{name}_{way}", n, "off"))
            yield one
    yield job("Churn", "churn", "larson", size(10 * M), CHURN)
    yield job("Churn", "churn", "xmalloc", size(10 * M), CHURN)


def pace_and_growth(size):
    group = "Pauses, pace and growth"
    yield job(group, "mutation", "mutation", size(4 * M), ["boehm"], rounds=4)
    build = job(group, "build_live", "build_live", size(10 * M), ["boehm", "cpython", "nim", "php"], rounds=3)
    build.entries.insert(1, Entry(OURS, "build_live", size(10 * M), "off"))
    yield build
    growth = [M, 2 * M] if size.is_quick else [M, 5 * M, 10 * M, 50 * M]
    yield Job("growth", group, "live_tree", [Entry(OURS, "full_tree", n) for n in growth], rounds=3, weight=2)
    yield Job("threads", group, "threads", [Entry(OURS, which, size(4 * M)) for which in ("processes_two", "threads_two", "threads_one")],
              cpus=2)


def small_and_large(size):
    """What only a full run has: whole programs of slow peers, and the largest sizes."""
    if size.is_quick:
        return
    for name, n in [("binary_trees", 14), ("gcbench", 14), ("splay", 20_000), ("loops", 5), ("documents", 10_000)]:
        for way in ("counts", "cycles"):
            yield job("Whole programs, small", name, f"{name}_{way}", n, SLOW, name=f"{name}_{way} small", rounds=2)
    yield job("Pauses, pace and growth", "mutation", "mutation", M, SLOW, name="mutation small", rounds=2)
    for way in ("counts", "cycles"):
        yield job("Large", "binary_trees", f"binary_trees_{way}", 21, MALLOCS + ["boehm"], name=f"binary_trees_{way} 21", rounds=1, warm=0)
    yield job("Large", "huge", "huge", HUGE, [], rounds=1, warm=0, bytes=60 * HUGE)


def containers(size):
    """Small ones, done again and again in the caches, and large ones."""
    for program, workload in [(program, workload) for program, names in CONTAINERS.items() for workload in names]:
        yield job("Containers", program, workload, 1000, ["glib", "cpython"], name=f"{workload} 1 k", weight=0.3)
        if not size.is_quick:
            yield job("Containers", program, workload, M, ["glib", "cpython"], weight=0.5)


def real_heaps(_size):
    for file in sorted([*HERE.glob("heaps/*.gz"), *HERE.parent.parent.glob("shared/graphs/*.gz")]):
        name = "replay_" + file.name.partition(".")[0]
        yield Job(name, "Real heaps", "replay", [Entry(OURS, name, 0, file=str(file))], rounds=1, weight=0.5)


class Size:
    """Sizes of the full run, and those of the quick one: a tenth or a quarter of the full ones."""

    def __init__(self, is_quick):
        self.is_quick = is_quick

    def __call__(self, n):
        if not self.is_quick:
            return n
        return n // 10 if n <= 400_000 or n >= 10 * M else n // 4


# What the quick run does without: variants, and slow peers but in these jobs.
QUICK_WITHOUT = ["*_rings_2", "reclaim_ring_one", "set_sequential", "touched_leaves_1000", "touched_inner_*", "young_into_old*",
                 "set_*_integer*", "set_*_string*", "dict_*_integer*"]
QUICK_SLOW = ["create_hold_cold", "full_tree", "full_random", "reclaim_rings_3", "reclaim_rings_1000", "create_reclaim_rings_3",
              "touched_*"]


def fits(name, patterns):
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def quick(one):
    """A job as the quick run has it."""
    if not fits(one.name, QUICK_SLOW):
        one.entries = [entry for entry in one.entries if entry.peer not in SLOW]
    if one.name in ("full_random", "full_list_random"):  # making the graph takes longest, in every language
        one.entries = [dataclasses.replace(entry, n=QUICK_RANDOM) for entry in one.entries]
    return one


def jobs(is_quick, patterns):
    """The jobs whose name, workload or group fits one of the patterns (all, where there are none)."""
    size = Size(is_quick)
    parts = (create_and_references, live, garbage, pace_and_growth, partial, programs, containers, real_heaps, small_and_large)
    every = [one for part in parts for one in part(size)]

    def is_wanted(one):
        names = {one.name, one.group, one.program} | {entry.workload for entry in one.entries}
        return any(fits(name, patterns) or any(pattern in name for pattern in patterns) for name in names)
    if is_quick:
        every = [quick(one) for one in every if not fits(one.name, QUICK_WITHOUT)]
    return [one for one in every if not patterns or is_wanted(one)]
