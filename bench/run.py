#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs our workloads and those of the peers in turn, A B A B, and shows each figure with its spread, the ratio to the peer, and the
target it has to reach. It judges nothing: times on a shared machine are not a test.

    bench/run.py --programs DIR [--rounds N] [--objects N] [--growth] [--json FILE]

DIR holds the programs (Meson's build directory has them under bench/). A peer that is not there is left out, with a line.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

OURS = {
    "bench_create_release": ["create_hold_cold", "resident_bytes", "create_release_1", "create_release_1000",
                             "create_release_1000000", "create_release_all", "create_hold_warm"],
    "bench_collect": ["full_tree", "limit_tree", "full_random", "limit_random", "reclaim_rings_3", "reclaim_rings_1000",
                      "create_reclaim_rings_3", "create_reclaim_rings_1000"],
    "bench_build_live": ["build_live_off", "build_live_default"],
}

PEERS = {
    "jemalloc": ["create_hold_cold", "resident_bytes", "create_release_1", "create_release_1000", "create_release_1000000",
                 "create_release_all", "create_hold_warm"],
    "boehm": ["create_hold_cold", "resident_bytes", "create_hold_warm", "create_release_1", "full_tree", "full_random",
              "create_reclaim_rings_3", "create_reclaim_rings_1000"],
    "cpython": ["full_tree", "full_random", "reclaim_rings_3", "reclaim_rings_1000"],
}

# Live graphs are measured in a process each: a collector that finds both would look at both.
ALONE = {"full_tree", "full_random"}

# (figure, what it is divided by, the most the ratio may be): design, section 7.
TARGETS = [
    ("create_release_1", "jemalloc create_release_1", 0.35),
    ("create_release_1000", "jemalloc create_release_1000", 0.35),
    ("create_release_1000000", "jemalloc create_release_1000000", 0.35),
    ("create_release_all", "jemalloc create_release_all", 0.35),
    ("create_hold_warm", "jemalloc create_hold_warm", 0.8),
    ("create_hold_cold", "jemalloc create_hold_cold", 1.0),
    ("full_tree", "boehm full_tree", 0.55),
    ("full_tree", "cpython full_tree", 0.2),
    ("full_random", "boehm full_random", 0.15),
    ("full_random", "cpython full_random", 0.15),
    ("reclaim_rings_3", "cpython reclaim_rings_3", 0.12),
    ("reclaim_rings_1000", "cpython reclaim_rings_1000", 0.12),
    ("create_reclaim_rings_3", "boehm create_reclaim_rings_3", 0.9),
    ("create_reclaim_rings_1000", "boehm create_reclaim_rings_1000", 0.9),
    ("full_tree", "ours limit_tree", 2.0),
    ("full_random", "ours limit_random", 5.0),
    ("build_live_default", "ours build_live_off", 1.25),
]
TARGET_BYTES = ("resident_bytes", 28)
TARGET_GROWTH = ("full_tree", 1000000, 50000000, 1.5)


class Figure:
    """One figure of one program, over all rounds."""

    def __init__(self, unit):
        self.unit, self.values, self.faults = unit, [], []

    def add(self, value, faults):
        self.values.append(value)
        self.faults.append(faults)

    @property
    def median(self):
        return statistics.median(self.values)

    def as_dict(self):
        return {"unit": self.unit, "median": self.median, "min": min(self.values), "max": max(self.values),
                "page_faults": statistics.median(self.faults), "rounds": len(self.values)}


def command_of(programs, name):
    """How a program is started, or None where it is not there."""
    if name == "cpython":
        script = pathlib.Path(__file__).parent / "peers" / "cpython.py"
        return [sys.executable, str(script)]
    for candidate in (programs / name, programs / f"peer-{name}", programs / "peers" / f"peer-{name}"):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return [str(candidate)]
    return None


def run_once(command, cases, options):
    """One round of one program: {case: (unit, value, faults)}; None where the program says that it cannot run."""
    arguments = command + ["--rounds", "1", "--warm", str(options.warm), "--cpu", str(options.cpu)]
    if options.objects:
        arguments += ["--objects", str(options.objects)]
    for case in cases:
        arguments += ["--only", case]
    environment = dict(os.environ, GC_MARKERS="1")
    done = subprocess.run(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        print(f"{pathlib.Path(command[-1]).name}: status {done.returncode}: {last}", file=sys.stderr)
        return None
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return {row[0]: (row[1], float(row[2]), float(row[5])) for row in rows}


def jobs_of(name, cases):
    """What one process measures: the cases that share one, and each that needs one of its own."""
    together = [case for case in cases if case not in ALONE or name == "bench_collect"]
    jobs = [together] if together else []
    return jobs + [[case] for case in cases if case not in together]


def measure(options):
    """All rounds of all programs, in turn. {"ours full_tree": Figure, ...}"""
    programs = pathlib.Path(options.programs)
    plan = []
    for owner, name, cases in [("ours", n, c) for n, c in OURS.items()] + [(n, n, c) for n, c in PEERS.items()]:
        command = command_of(programs, name)
        if command is None:
            print(f"{name}: not in {programs}, left out", file=sys.stderr)
            continue
        plan += [(owner, command, job) for job in jobs_of(name, cases)]
    figures, lost = {}, set()
    for number in range(options.rounds):
        for owner, command, job in plan:
            if owner in lost:
                continue
            if sys.stderr.isatty():
                print(f"\rround {number + 1} of {options.rounds}: {owner} {job[0]:<28}", end="", file=sys.stderr)
            results = run_once(command, job, options)
            if results is None:
                lost.add(owner)
                continue
            for case, (unit, value, faults) in results.items():
                figures.setdefault(f"{owner} {case}", Figure(unit)).add(value, faults)
    if sys.stderr.isatty():
        print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
    return figures


def measure_growth(options):
    """The live tree at two sizes, in turn."""
    command = command_of(pathlib.Path(options.programs), "bench_collect")
    case, small, large, _ = TARGET_GROWTH
    figures = {}
    for _ in range(min(options.rounds, 3)):
        for size in (small, large):
            sized = argparse.Namespace(**{**vars(options), "objects": size})
            results = run_once(command, [case], sized)
            if results:
                unit, value, faults = results[case]
                figures.setdefault(f"ours {case} {size}", Figure(unit)).add(value, faults)
    return figures


def ratios_of(figures):
    """[(figure, divided by, ratio, lowest, highest, target)]: lowest and highest over pairs of the same round."""
    rows = []
    for name, base, target in TARGETS:
        ours, peer = figures.get(f"ours {name}"), figures.get(base)
        if ours is None or peer is None:
            continue
        pairs = [a / b for a, b in zip(ours.values, peer.values)]
        rows.append((name, base, ours.median / peer.median, min(pairs), max(pairs), target))
    small, large = (figures.get(f"ours {TARGET_GROWTH[0]} {size}") for size in TARGET_GROWTH[1:3])
    if small and large:
        pairs = [a / b for a, b in zip(large.values, small.values)]
        rows.append(("full_tree 50M", "ours full_tree 1M", large.median / small.median, min(pairs), max(pairs),
                     TARGET_GROWTH[3]))
    return rows


def show(figures, ratios):
    print(f"{'figure':<40}{'unit':>6}{'median':>10}{'min':>10}{'max':>10}{'page faults':>13}")
    for name, figure in figures.items():
        row = figure.as_dict()
        print(f"{name:<40}{row['unit']:>6}{row['median']:>10.2f}{row['min']:>10.2f}{row['max']:>10.2f}{row['page_faults']:>13.0f}")
    print(f"\n{'figure':<27}{'divided by':<36}{'ratio':>7}{'min':>7}{'max':>7}{'target':>8}")
    for name, base, ratio, low, high, target in ratios:
        mark = "reached" if ratio <= target else "not yet"
        print(f"{name:<27}{base:<36}{ratio:>7.2f}{low:>7.2f}{high:>7.2f}{target:>8.2f}  {mark}")
    resident = figures.get(f"ours {TARGET_BYTES[0]}")
    if resident:
        mark = "reached" if resident.median <= TARGET_BYTES[1] else "not yet"
        print(f"{TARGET_BYTES[0]:<27}{'an object of two references':<36}{resident.median:>7.1f}{'':>14}{TARGET_BYTES[1]:>8}  {mark}")


def write_json(path, figures, ratios):
    data = {
        "figures": {name: figure.as_dict() for name, figure in figures.items()},
        "ratios": [{"figure": name, "divided_by": base, "ratio": ratio, "min": low, "max": high, "target": target}
                   for name, base, ratio, low, high, target in ratios],
        "resident_bytes_target": TARGET_BYTES[1],
    }
    pathlib.Path(path).write_text(json.dumps(data, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, metavar="DIR")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--warm", type=int, default=1, help="unmeasured rounds before each")
    parser.add_argument("--objects", type=int, default=0, help="size of every workload; 0: its own")
    parser.add_argument("--cpu", type=int, default=0)
    parser.add_argument("--growth", action="store_true", help="the live tree at 1 M and at 50 M too (needs 3 GB)")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    figures = measure(options)
    if options.growth:
        figures.update(measure_growth(options))
    ratios = ratios_of(figures)
    show(figures, ratios)
    if options.json:
        write_json(options.json, figures, ratios)
    return 0 if figures else 1


if __name__ == "__main__":
    sys.exit(main())
