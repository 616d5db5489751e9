# SPDX-License-Identifier: MIT
"""Measuring a job: its programs in turn, A B A B, a process each time, until the median of each stands still or the job's time is over.
A figure is the median over the processes; a ratio is taken within one turn, where both programs had the same machine."""
import dataclasses
import math
import statistics
import time

import machine
import replay
from programs import CONSERVATIVE, OURS, ProgramFailed

TURNS_LEAST, TURNS_MOST = 3, 15
STABLE = 0.02  # the median's uncertainty, as a part of it
PAUSES_KEPT = 4000
LIMITS = ("limit", "memcpy", "chase")  # measured by our own programs, on the same memory


@dataclasses.dataclass
class Record:
    """One program's figure in one job: all of its processes."""
    job: str
    group: str
    workload: str
    peer: str
    n: int
    automatic: str
    values: list = dataclasses.field(default_factory=list)  # ns an object, of each process
    last: dict = dataclasses.field(default_factory=dict)    # what the last process printed
    rounds: list = dataclasses.field(default_factory=list)  # of all processes
    faults: list = dataclasses.field(default_factory=list)  # page faults of a round, of each process
    bytes: list = dataclasses.field(default_factory=list)   # resident bytes an object, of each process that measured them
    pauses: list = dataclasses.field(default_factory=list)  # nanoseconds, of all processes, in order of length
    shown: list = dataclasses.field(default_factory=list)   # [start, duration] of those of the process with the longest
    ratios: list = dataclasses.field(default_factory=list)  # of the job's first entry to this one, turn by turn

    @property
    def key(self):
        return (self.job, self.peer, self.workload, self.n, self.automatic)

    @property
    def median(self):
        return statistics.median(self.values)

    def uncertainty(self):
        """How far off the median may be, about: the spread of the middle half over the root of the number."""
        if len(self.values) < TURNS_LEAST or self.median == 0:
            return float("inf")
        quarters = statistics.quantiles(self.values, n=4)
        return (quarters[2] - quarters[0]) / len(self.values) ** 0.5 / self.median

    @property
    def is_stable(self):
        return self.uncertainty() < STABLE

    @property
    def page_faults(self):
        return statistics.median(self.faults) if self.faults else None

    @property
    def bytes_per_object(self):
        return statistics.median(self.bytes) if self.bytes else None

    def add(self, line):
        """What one process printed."""
        self.last = line
        self.values.append(line["ns_per_object"])
        self.rounds += line.get("rounds", [line["ns_per_object"]])
        if "page_faults" in line:
            self.faults.append(line["page_faults"])
        if "bytes_per_object" in line:
            self.bytes.append(line["bytes_per_object"])
        pauses = line.get("pauses", [])
        if pauses and (not self.pauses or max(duration for _, duration in pauses) > self.pauses[-1]):
            self.shown = pauses
        self.pauses = sorted([*self.pauses, *(duration for _, duration in pauses)])

    def compare(self, ours, value):
        """Notes the ratio of one turn, where there are two figures to compare."""
        if ours is not None and value:
            self.ratios.append(ours / value)

    def as_dict(self):
        done = {"job": self.job, "group": self.group, "workload": self.workload, "peer": self.peer, "n": self.last.get("n", self.n),
                "automatic": self.last.get("automatic", self.automatic), "settings": self.last.get("settings", ""),
                "ns_per_object": self.median,
                "spread": [min(self.rounds), max(self.rounds)], "processes": self.values, "is_stable": self.is_stable,
                "page_faults": self.page_faults, "check": self.last.get("check"),
                "bytes_per_object": self.bytes_per_object,
                "pause_ns_max": self.pauses[-1] if self.pauses else None,
                "pause_ns_p99": self.pauses[(len(self.pauses) - 1) * 99 // 100] if self.pauses else None}
        if "phases" in self.last:
            done["phases"] = self.last["phases"]
        if self.shown:
            done["pauses"] = thinned(self.shown)
        if self.ratios:
            done["ratio"] = {"median": statistics.median(self.ratios), "min": min(self.ratios), "max": max(self.ratios)}
        return done


def thinned(pauses):
    """At most PAUSES_KEPT of many pauses: in each stretch of them the longest."""
    step = -(-len(pauses) // PAUSES_KEPT)
    return [max(pauses[at:at + step], key=lambda pause: pause[1]) for at in range(0, len(pauses), step)]


class Measurement:
    """Runs jobs, and keeps their records."""

    def __init__(self, programs, cpus, seconds, progress):
        self.programs, self.cpus, self.progress = programs, cpus, progress
        self.deadline = time.monotonic() + seconds
        self.records, self.faults, self.left_out = {}, [], {}

    def run(self, jobs):
        """Each job gets its part of the time that is left. On a machine too slow for one turn of each, the last ones are left out."""
        for number, job in enumerate(jobs):
            left = self.deadline - time.monotonic()
            if left <= 0:
                self.left_out[job.name] = "the time was over (--minutes)"
                continue
            if job.bytes > machine.available_bytes():
                self.left_out[job.name] = f"{job.bytes / 1e9:.0f} GB of memory are not free"
                continue
            share = left * job.weight / sum(other.weight for other in jobs[number:])
            self.progress.job(number, len(jobs), job.name, left)
            self._run_job(job, time.monotonic() + share)
        self.progress.end()
        return list(self.records.values())

    def _run_job(self, job, end):
        spent, started = 0.0, time.monotonic()
        seconds = max((end - started) / (TURNS_LEAST * len(job.entries)), 0.2)  # of each process: the same for all
        for turn in range(TURNS_MOST):
            if turn and time.monotonic() + spent / turn > end:
                break
            ours = None
            for entry in job.entries:
                if not self.programs.has(entry.peer, entry.workload):
                    continue
                self.progress.entry(f"{entry.workload} {entry.peer}")
                value = self._run_entry(job, entry, seconds)
                if entry is job.entries[0]:
                    ours = value
                elif value is not None:
                    self._record(job, entry.peer, entry.workload, entry.n, entry.automatic).compare(ours, value)
            spent = time.monotonic() - started
            if turn + 1 >= TURNS_LEAST and self._is_stable(job):
                break
        self._compare_checks(job)

    def _run_entry(self, job, entry, seconds):
        """One process. Returns its ns an object, or None."""
        cpus = set(self.cpus[:job.cpus]) if job.cpus > 1 else {self.cpus[-1]}
        if entry.file:
            arguments = replay.arguments(entry.file)
        else:
            arguments = [entry.workload, "--n", str(entry.n), "--rounds", str(job.rounds), "--warm", str(job.warm),
                         "--seconds", f"{seconds:.1f}", "--automatic", entry.automatic]
        try:
            lines = self.programs.start(entry.peer, job.program, arguments, cpus)
            if entry.file:
                lines = [replay.record(entry.workload, lines[0])]
            if any(not math.isfinite(line["ns_per_object"]) for line in lines):
                raise ProgramFailed(f"{entry.peer}, {entry.workload}: not a time: {lines}")
        except ProgramFailed as failed:
            if str(failed) not in self.faults:
                self.faults.append(str(failed))
            return None
        value = None
        for line in lines:
            name = entry.peer if line["peer"] == OURS or line["peer"] == entry.peer else line["peer"]
            record = self._record(job, name, entry.workload, entry.n, entry.automatic)
            record.add(line)
            if value is None:
                value = line["ns_per_object"]
            else:  # a limit, on the same memory in the same process
                record.compare(value, line["ns_per_object"])
        return value

    def _record(self, job, peer, workload, n, automatic):
        key = (job.name, peer, workload, n, automatic)
        return self.records.setdefault(key, Record(job.name, job.group, workload, peer, n, automatic))

    def _of(self, job):
        return [record for key, record in self.records.items() if key[0] == job.name]

    def _is_stable(self, job):
        return all(record.is_stable for record in self._of(job))

    def _compare_checks(self, job):
        """The same work has the same check, whoever did it."""
        expected = {}
        for record in self._of(job):
            if not record.last.get("check") or record.peer in LIMITS or (record.peer, record.workload) in CONSERVATIVE:
                continue
            check = expected.setdefault((record.workload, record.n), (record.peer, record.last["check"]))
            if check[1] != record.last["check"]:
                self.faults.append(f"{record.workload} of {record.n}: {record.peer} says {record.last['check']}, {check[0]} {check[1]}")
