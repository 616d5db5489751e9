# SPDX-License-Identifier: MIT
"""What every workload does the same way in CPython: the command line, the rounds, the clock, the random numbers and the lines that are
printed. ../../README.md is the contract.

A workload has a name, a default n, and any of open (once), prepare, run (the part that is timed) and finish, each of which takes the
Bench."""
import argparse
import gc
import json
import os
import resource
import statistics
import sys
import time

NOT_HERE = 3
MASK = 0xFFFFFFFF


class Failed(Exception):
    """A workload did not do what it is to be timed for."""


def _numbers(seed):
    state = (seed * 2654435769) & MASK or 1
    while True:
        state ^= (state << 13) & MASK
        state ^= state >> 17
        state ^= (state << 5) & MASK
        yield state


class Random:
    """The numbers that all peers draw: next() gives one of 32 bits."""

    def __init__(self, seed):
        self.next = _numbers(seed).__next__

    def below(self, limit):
        return (self.next() * limit) >> 32


class Workload:
    """`is_paced`: automatic collection is on, unless --automatic off says otherwise. `has_pauses`: its collections are noted."""

    def __init__(self, name, n, run, **more):
        self.name, self.n, self.run = name, n, run
        self.open, self.prepare, self.finish = more.get("open"), more.get("prepare"), more.get("finish")
        self.is_paced, self.has_pauses = more.get("is_paced", False), more.get("has_pauses", False)
        self.variant = more.get("variant")


class Bench:
    """The workload that runs: what its functions read, and what they leave: check, units, bytes_per_object."""

    def __init__(self, workload, options):
        self.workload, self.variant, self.seed = workload, workload.variant, options.seed
        self.n = workload.n if options.n is None else options.n
        self.is_automatic = workload.is_paced and options.automatic == "default"
        self.units, self.check, self.bytes_per_object = self.n, 0, None
        self.random = Random(self.seed)

    def restart_random(self):
        self.random = Random(self.seed)


class Pauses:
    """Notes every collection between start and stop."""

    def __init__(self):
        self.noted, self._began, self._since = [], 0, None

    def start(self):
        self._since = time.monotonic_ns()

    def __call__(self, phase, _info):
        now = time.monotonic_ns()
        if phase == "start":
            self._began = now
        elif self._since is not None:
            self.noted.append((self._began - self._since, now - self._began))

    def as_dict(self):
        durations = sorted(duration for _, duration in self.noted)
        if not durations:
            return {}
        return {"pauses": self.noted, "pause_ns_max": durations[-1], "pause_ns_p99": durations[(len(durations) - 1) * 99 // 100]}


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def _faults():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_minflt + usage.ru_majflt


def _one_round(workload, bench, pauses):
    """(nanoseconds a unit, page faults)."""
    bench.units = bench.n
    bench.restart_random()
    if workload.prepare:
        workload.prepare(bench)
    if pauses:
        gc.callbacks.append(pauses)
    faults, start = _faults(), time.process_time_ns()
    workload.run(bench)
    elapsed, faults = time.process_time_ns() - start, _faults() - faults
    if pauses:
        gc.callbacks.remove(pauses)
    if workload.finish:
        workload.finish(bench)
    return elapsed / bench.units, faults


def _measure(workload, bench, options):
    pauses = Pauses() if workload.has_pauses and bench.is_automatic else None
    rounds, faults = [], []
    for _ in range(options.warm):
        _one_round(workload, bench, None)
    if pauses:
        pauses.start()
    since = time.monotonic()
    while len(rounds) < options.rounds:
        ns_each, faults_of_round = _one_round(workload, bench, pauses)
        rounds.append(ns_each)
        faults.append(faults_of_round)
        if options.seconds and time.monotonic() - since > options.seconds:
            break
    record = {"workload": workload.name, "peer": "cpython", "n": bench.n, "automatic": "default" if bench.is_automatic else "off",
              "settings": "" if bench.is_automatic else "gc.disable(), gc.freeze() before the first object",
              "ns_per_object": statistics.median(rounds), "rounds": rounds, "unit_count": bench.units,
              "page_faults": statistics.median(faults), "check": bench.check}
    if bench.bytes_per_object is not None:
        record["bytes_per_object"] = round(bench.bytes_per_object, 2)
    return record | (pauses.as_dict() if pauses else {})


def _read_options():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("workload", nargs="?")
    parser.add_argument("--n", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--warm", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--automatic", choices=["default", "off"], default="default")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if not options.workload and not options.list or (options.n or 0) < 0 or options.rounds < 1 or options.warm < 0:
        parser.error("a workload is needed, and numbers that are not negative")
    return options


def main(workloads):
    options = _read_options()
    named = {workload.name: workload for workload in workloads}
    if options.list:
        print("\n".join(named))
        return 0
    if options.workload not in named:
        return NOT_HERE
    bench = Bench(named[options.workload], options)
    if not bench.is_automatic:
        gc.disable()
        gc.collect()
        gc.freeze()
    try:
        if bench.workload.open:
            bench.workload.open(bench)
        print(json.dumps(_measure(bench.workload, bench, options)))
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


def run(workloads):
    """Ends the process without freeing what lives: that is no part of any workload."""
    status = main(workloads)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
