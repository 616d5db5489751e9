#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts the instructions of the main workloads and compares them with bench/instructions.json.

    ./dev instructions             compares; status 1 where a workload needs over 1 % more than the file says
    ./dev instructions --update    writes the file

Valgrind's callgrind counts what runs between the entry and the return of the measured round (bench_measured of harness.c), after a
round to warm up: the same on every run. A count depends on the compiler, on the libraries and on the architecture; where these are
others than the file's, nothing is compared and the status is 2."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import platform
import re
import shlex
import subprocess
import sys
import tempfile

import machine

COUNTS = pathlib.Path(__file__).resolve().parent / "instructions.json"
GROWTH_MOST = 0.01

# Workload: its program, its n, its pace. Small: a tenth of a second each, under Valgrind some seconds.
WORKLOADS = {
    "create_release_one_24": ("create_release", 100_000, "default"),
    "create_release_many_24": ("create_release", 50_000, "default"),
    "create_release_many_512": ("create_release", 5_000, "default"),
    "create_hold_warm": ("hold", 50_000, "off"),
    "retain_release_random": ("references", 50_000, "off"),
    "set_random": ("references", 50_000, "off"),
    "full_tree": ("live_tree", 50_000, "off"),
    "full_tree_reversed": ("live_tree", 50_000, "off"),
    "full_random": ("live_random", 50_000, "off"),
    "full_list_random": ("live_list", 50_000, "off"),
    "full_values": ("values", 30_000, "off"),
    "full_fan_out": ("fan_out", 50_000, "off"),
    "reclaim_rings_3": ("rings", 50_000, "off"),
    "reclaim_rings_1000": ("rings", 50_000, "off"),
    "half_garbage": ("half_garbage", 50_000, "off"),
    "finalizers": ("finalizers", 30_000, "off"),
    "weak_references": ("weak_references", 30_000, "off"),
    "young_beside_old": ("young", 100_000, "off"),
    "unchanged": ("touched", 50_000, "off"),
    "touched_leaves_1000": ("touched", 50_000, "off"),
    "build_live": ("build_live", 100_000, "default"),
    "binary_trees_counts": ("binary_trees", 8, "default"),
    "binary_trees_cycles": ("binary_trees", 8, "default"),
    "splay_cycles": ("splay", 500, "default"),
    "documents_cycles": ("documents", 500, "default"),
    "mutation": ("mutation", 100_000, "default"),
    "xmalloc": ("churn", 50_000, "default"),
    "list_append": ("lists", 20_000, "off"),
    "list_get_random": ("lists", 20_000, "off"),
    "dict_insert_string": ("dictionaries", 20_000, "off"),
    "dict_hit_string": ("dictionaries", 20_000, "off"),
    "dict_hit_integer": ("dictionaries", 20_000, "off"),
    "dict_hit_identity": ("dictionaries", 20_000, "off"),
    "dict_miss_string": ("dictionaries", 20_000, "off"),
    "set_union_string": ("sets", 20_000, "off"),
    "set_difference_identity": ("sets", 20_000, "off"),
}

# Heaps without checks, whatever the build's default; and the C library's functions the same on every processor of an architecture.
ENVIRONMENT = {"LIBGC_CHECK": "0",
               "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-AVX512VL,-BMI2,-ERMS,-FSRM,-RTM:"
                                 "glibc.cpu.x86_non_temporal_threshold=0xc0000:glibc.cpu.x86_rep_movsb_threshold=0x10000000:"
                                 "glibc.cpu.x86_rep_stosb_threshold=0x10000000"}


def tools(build):
    """What a count depends on."""
    with open(build / "meson-info" / "intro-buildoptions.json", encoding="utf-8") as file:
        options = {option["name"]: option["value"] for option in json.load(file)}
    with open(build / "compile_commands.json", encoding="utf-8") as file:
        compiler = next(shlex.split(entry["command"]) for entry in json.load(file) if entry["file"].endswith("lib/object.c"))
        compiler = compiler[:next(i for i, word in enumerate(compiler) if word.startswith("-"))]
    jemalloc = re.search(r'#define JEMALLOC_VERSION "(\d[\d.]*)', machine.read("/usr/include/jemalloc/jemalloc.h"))
    return {
        "architecture": platform.machine(),
        "compiler": re.sub(r"^g?cc ", "gcc ", machine.first_line([*compiler, "--version"])),
        "optimization": options["optimization"],
        "asserts": options["b_ndebug"],
        "libc": " ".join(platform.libc_ver()),
        "jemalloc": jemalloc[1] if jemalloc else "unknown",
        "valgrind": machine.first_line(["valgrind", "--version"]),
    }


def count(programs, workload):
    """The instructions of one measured round, and its objects."""
    program, n, automatic = WORKLOADS[workload]
    with tempfile.TemporaryDirectory() as directory:
        out = pathlib.Path(directory) / "callgrind"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--toggle-collect=bench_measured*", "--quiet",
                   str(programs / program), workload, "--n", str(n), "--rounds", "1", "--warm", "1", "--automatic", automatic]
        done = subprocess.run(command, env=dict(os.environ, **ENVIRONMENT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, timeout=300)
        found = re.search(r"^(?:totals|summary): (\d+)", out.read_text(encoding="utf-8") if out.exists() else "", re.MULTILINE)
    if done.returncode != 0 or not found or found[1] == "0":
        sys.exit(f"{' '.join(command)}: status {done.returncode}, {'no count' if not found else found[1]}\n{done.stdout}")
    return int(found[1]), json.loads(done.stdout.splitlines()[0])["unit_count"]


def show(counts, expected):
    """The table. Returns the workloads that grew too much."""
    grown = []
    print(f"{'instructions':28}{'expected':>14}{'counted':>14}{'an object':>12}{'change':>10}")
    for workload, (counted, units) in counts.items():
        before = expected.get(workload)
        change = counted / before - 1 if before else 0
        remark = "" if before else "  new: --update"
        if change > GROWTH_MOST:
            grown.append(workload)
            remark = "  GREW"
        elif change < -GROWTH_MOST:
            remark = "  fell: --update"
        print(f"{workload:28}{before or '':>14}{counted:>14}{counted / units:>12.1f}{change:>+10.2%}{remark}")
    return grown


def read_options():
    parser = argparse.ArgumentParser(prog="./dev instructions", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--counts", type=pathlib.Path, default=COUNTS, help=argparse.SUPPRESS)
    parser.add_argument("--update", action="store_true", help="write what was counted to the file")
    parser.add_argument("--only", action="append", choices=WORKLOADS, metavar="WORKLOAD")
    return parser.parse_args()


def main():
    options = read_options()
    here = tools(options.build)
    before = json.loads(options.counts.read_text(encoding="utf-8")) if options.counts.exists() else {"tools": here, "instructions": {}}
    if before["tools"] != here and not options.update:
        for name in sorted(here):
            if here[name] != before["tools"].get(name):
                print(f"{name}: here {here[name]}, in {options.counts.name} {before['tools'].get(name)}", file=sys.stderr)
        print("Counts of other tools say nothing about the code: nothing was compared. --update writes a file for these.", file=sys.stderr)
        return 2
    wanted = options.only or list(WORKLOADS)
    with concurrent.futures.ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as workers:
        counts = dict(zip(wanted, workers.map(lambda workload: count(options.build / "bench", workload), wanted)))
    expected = before["instructions"] if before["tools"] == here else {}
    grown = show(counts, expected)
    if options.update:
        text = json.dumps({"tools": here, "instructions": {**{w: expected[w] for w in WORKLOADS if w in expected},
                                                            **{w: counted for w, (counted, _) in counts.items()}}}, indent=2)
        options.counts.write_text(text + "\n", encoding="utf-8")
        return 0
    if grown:
        print(f"\nOver {GROWTH_MOST:.0%} more instructions: {', '.join(grown)}. If that is meant: ./dev instructions --update",
              file=sys.stderr)
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
