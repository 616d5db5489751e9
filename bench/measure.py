# SPDX-License-Identifier: MIT
"""Measuring a job: its programs in turn, A B A B, a process each time, until the median of each stands still or the job's time is over.
A figure is the median over the processes; a ratio is taken within one turn, where both programs had the same machine."""
import dataclasses
import statistics
import time

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

    def as_dict(self):
        done = {"job": self.job, "group": self.group, "workload": self.workload, "peer": self.peer, "n": self.last.get("n", self.n),
                "automatic": self.last.get("automatic", self.automatic), "settings": self.last.get("settings", ""),
                "ns_per_object": self.median,
                "spread": [min(self.rounds), max(self.rounds)], "processes": self.values,
                "page_faults": self.last.get("page_faults"), "check": self.last.get("check")}
        for name in ("bytes_per_object", "pause_ns_max", "pause_ns_p99", "phases"):
            if name in self.last:
                done[name] = self.last[name]
        if self.last.get("pauses"):
            done["pauses"] = thinned(self.last["pauses"])
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
        self.records, self.faults, self.left_out = {}, [], []

    def run(self, jobs):
        """Each job gets its part of the time that is left. On a machine too slow for one turn of each, the last ones are left out."""
        for number, job in enumerate(jobs):
            left = self.deadline - time.monotonic()
            if left <= 0:
                self.left_out.append(job.name)
                continue
            share = left * job.weight / sum(other.weight for other in jobs[number:])
            self.progress.job(number, len(jobs), job.name, left)
            self._run_job(job, time.monotonic() + share)
        self.progress.end()
        return list(self.records.values())

    def _run_job(self, job, end):
        spent, started = 0.0, time.monotonic()
        for turn in range(TURNS_MOST):
            if turn and time.monotonic() + spent / turn > end:
                break
            first = None
            for entry in job.entries:
                if not self.programs.has(entry.peer, entry.workload):
                    continue
                self.progress.entry(f"{entry.workload} {entry.peer}")
                value = self._run_entry(job, entry, end)
                if value is None:
                    continue
                if first is None:
                    first = value
                else:
                    self._record(job, entry.peer, entry.workload, entry.n, entry.automatic).ratios.append(ratio(first, value))
            spent = time.monotonic() - started
            if turn + 1 >= TURNS_LEAST and self._is_stable(job):
                break
        self._compare_checks(job)

    def _run_entry(self, job, entry, end):
        """One process. Returns its ns an object, or None."""
        cpus = set(self.cpus[:job.cpus]) if job.cpus > 1 else {self.cpus[-1]}
        seconds = max((end - time.monotonic()) / (3 * len(job.entries)), 0.2)
        if entry.file:
            arguments = replay.arguments(entry.file)
        else:
            arguments = [entry.workload, "--n", str(entry.n), "--rounds", str(job.rounds), "--warm", str(job.warm),
                         "--seconds", f"{seconds:.1f}", "--automatic", entry.automatic]
        try:
            lines = self.programs.start(entry.peer, job.program, arguments, cpus)
        except ProgramFailed as failed:
            if str(failed) not in self.faults:
                self.faults.append(str(failed))
            return None
        if entry.file:
            lines = [replay.record(entry.workload, lines[0])]
        value = None
        for line in lines:
            name = entry.peer if line["peer"] == OURS or line["peer"] == entry.peer else line["peer"]
            record = self._record(job, name, entry.workload, entry.n, entry.automatic)
            record.values.append(line["ns_per_object"])
            record.rounds += line.get("rounds", [line["ns_per_object"]])
            record.last = line
            if value is None:
                value = line["ns_per_object"]
            else:  # a limit, on the same memory in the same process
                record.ratios.append(ratio(value, line["ns_per_object"]))
        return value

    def _record(self, job, peer, workload, n, automatic):
        key = (job.name, peer, workload, n, automatic)
        return self.records.setdefault(key, Record(job.name, job.group, workload, peer, n, automatic))

    def _of(self, job):
        return [record for key, record in self.records.items() if key[0] == job.name]

    def _is_stable(self, job):
        return all(record.uncertainty() < STABLE for record in self._of(job))

    def _compare_checks(self, job):
        """The same work has the same check, whoever did it."""
        expected = {}
        for record in self._of(job):
            if not record.last.get("check") or record.peer in LIMITS or (record.peer, record.workload) in CONSERVATIVE:
                continue
            check = expected.setdefault((record.workload, record.n), (record.peer, record.last["check"]))
            if check[1] != record.last["check"]:
                self.faults.append(f"{record.workload} of {record.n}: {record.peer} says {record.last['check']}, {check[0]} {check[1]}")


def ratio(value, other):
    return value / other if other else float("inf")
