# SPDX-License-Identifier: MIT
"""The figures that libgc has to reach, each as a ratio in one run. They are shown, never judged by an exit status."""
import dataclasses
import statistics

import suite
from programs import OURS

M = 1_000_000


@dataclasses.dataclass
class Row:
    """One target and what was reached. `ratio` may be a plain figure (bytes)."""
    figure: str
    ours: float
    peer: float
    against: str
    ratio: float
    low: float
    high: float
    most: float

    @property
    def reached(self):
        return self.ratio <= self.most


# Figure, job, what our figure is divided by (a peer in that job), the most the ratio may be.
AGAINST_PEERS = [
    ("create + release of 24 bytes, over many", "create_release_many_24", "jemalloc", 0.35),
    ("create + release of 24 bytes, ring of 1000", "create_release_ring_24", "jemalloc", 0.35),
    ("create, write, hold: warm", "create_hold_warm", "jemalloc", 0.8),
    ("create, write, hold: cold", "create_hold_cold", "jemalloc", 1.0),
    ("full collection, live tree", "full_tree", "boehm", 0.55),
    ("full collection, live tree", "full_tree", "cpython", 0.2),
    ("the same, the first of all collections", "full_tree_first", "boehm", 0.55),
    ("the same, the first of all collections", "full_tree_first", "cpython", 0.2),
    ("full collection, live random graph", "full_random", "boehm", 0.15),
    ("full collection, live random graph", "full_random", "cpython", 0.15),
    ("reclaim rings of 3", "reclaim_rings_3", "cpython", 0.12),
    ("reclaim rings of 3", "reclaim_rings_3", "nim", 0.2),
    ("reclaim rings of 3", "reclaim_rings_3", "php", 0.2),
    ("reclaim rings of 1000", "reclaim_rings_1000", "cpython", 0.12),
    ("reclaim rings of 1000", "reclaim_rings_1000", "nim", 0.2),
    ("reclaim rings of 1000", "reclaim_rings_1000", "php", 0.2),
    ("create + reclaim rings of 3", "create_reclaim_rings_3", "boehm", 0.9),
    ("create + reclaim rings of 1000", "create_reclaim_rings_1000", "boehm", 0.9),
]
AGAINST_PEERS += [(f"{program}, {way}", f"{program}_{way}", peer, 1.0) for program in ("binary_trees", "gcbench", "splay")
                  for way in ("counts", "cycles") for peer in ("boehm", "jemalloc", "mimalloc", "glibc")]
AGAINST_PEERS += [
    ("distance to the limit, tree", "full_tree", "limit", 2.0),
    ("distance to the limit, random graph", "full_random", "limit", 5.0),
    ("retain + release, random order, to ++ and --", "retain_release_random", "limit", 1.15),
]
AGAINST_PEERS += [(f"touched: {kind.replace('_', ' ')}", f"touched_{kind}", "nim", 1.0)
                  for kind in ("leaves_1", "leaves_1000", "leaves_100000", "inner_1", "inner_1000", "inner_100000", "root")]

# Without list_get_*, which looks whether there is such an item: GLib has nothing like it.
AGAINST_PEERS += [(f"{workload.replace('_', ' ')}, {size}", job, "glib", 1.0)
                  for names in suite.CONTAINERS.values() for workload in names if not workload.startswith("list_get_")
                  for size, job in (("1 k", f"{workload} 1 k"), ("1 M", workload))]


def against_peers(records):
    for figure, job, peer, most in AGAINST_PEERS:
        ours = next((r for r in records if r.job == job and r.peer == OURS and r.automatic == "default"), None)
        other = next((r for r in records if r.job == job and r.peer == peer and r.automatic == "default"), None)
        if ours and other and other.ratios:
            yield Row(figure, ours.median, other.median, peer, statistics.median(other.ratios), min(other.ratios), max(other.ratios), most)


def between(records, figure, above, below, most, against):
    """The ratio of two of our own figures, turn by turn."""
    a, b = (next((r for r in records if r.peer == OURS and wanted(r)), None) for wanted in (above, below))
    if a and b and a is not b:
        ratios = [x / y for x, y in zip(a.values, b.values) if y]
        yield Row(figure, a.median, b.median, against, statistics.median(ratios), min(ratios), max(ratios), most)


def own(records):
    def growth(n):
        return lambda r: r.job == "growth" and r.n == n

    def young(n):
        return lambda r: r.job == "young_beside_old" and r.n == n
    sizes = sorted({r.n for r in records if r.job == "growth"})
    if sizes:
        yield from between(records, f"growth: tree of {sizes[-1] // M} M", growth(sizes[-1]), growth(sizes[0]), 1.5, f"{sizes[0] // M} M")
    yield from between(records, "building a live heap, default pace", lambda r: r.job == "build_live" and r.automatic == "default",
                       lambda r: r.job == "build_live" and r.automatic == "off", 1.25, "automatic off")
    old = sorted({r.n for r in records if r.job == "young_beside_old"})
    for n in old[1:]:
        yield from between(records, f"young collection beside {n // M} M old", young(n), young(0), 1.2, "beside none")
    yield from between(records, "two threads, a heap each", lambda r: r.workload == "threads_two",
                       lambda r: r.workload == "processes_two", 1 / 0.95, "two processes")
    for r in records:
        if r.job.startswith("touched_") and r.peer == OURS:
            full = next((other for other in records if other.job == "touched_root" and other.peer == OURS), r)
            if full is not r:
                yield from between(records, "touched: " + r.job.partition("_")[2].replace("_", " "), lambda x, job=r.job: x.job == job,
                                   lambda x: x.job == "touched_root", 1.0, "root touched")


def plain(records):
    """Figures that are no ratios."""
    for r in records:
        if r.peer != OURS or r.automatic != "default":
            continue
        if r.job == "create_hold_cold" and r.bytes_per_object:
            held = r.bytes_per_object
            yield Row("resident bytes an object of 24, held", held, 28, "", held, held, held, 28)
        if r.job == "unchanged":
            each = [value * 1000 for value in r.values]
            yield Row("nothing changed: microseconds a million", statistics.median(each), 1, "", statistics.median(each),
                      min(each), max(each), 1.0)


def rows(records):
    """All rows for which there are figures."""
    return [*against_peers(records), *own(records), *plain(records)]
