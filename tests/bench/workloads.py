# SPDX-License-Identifier: MIT
"""workloads.py BENCH_BUILD_DIR PROGRAM...: every workload of every program, ours and the peers', runs once at a small size, prints
what the contract says, and does the work that the contract describes: its check is worked out here again. Prints TAP, a line for
each workload."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "bench"))
sys.dont_write_bytecode = True

import expected
import programs

SEED = 3
KEYS = {"workload": str, "peer": str, "n": int, "ns_per_object": float, "rounds": list, "unit_count": int, "page_faults": (int, float),
        "check": int}
LARGE = ("young_into_old", "huge")  # whatever n is, or only there to be large
LIMITS = ("limit", "memcpy", "chase")
TIMEOUT_S = 100


def run(command, environment, *arguments):
    return subprocess.run([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT_S, check=False,
                          env=dict(os.environ, **environment), stdin=subprocess.DEVNULL)


def faults_of_line(line, peer, workload, n):
    """What is wrong with one line of output."""
    for key, kind in KEYS.items():
        if not isinstance(line.get(key), kind) and not (kind is float and isinstance(line.get(key), int)):
            yield f"{key} is {line.get(key)!r}"
            return
    if line["peer"] != peer and line["peer"] not in LIMITS:
        yield f"peer {line['peer']}"
    if (line["workload"], line["n"], len(line["rounds"])) != (workload, n, 2):
        yield f"another workload, n or number of rounds: {line}"
    if min(line["rounds"]) < 0 or not min(line["rounds"]) <= line["ns_per_object"] <= max(line["rounds"]):
        yield f"{line['ns_per_object']} is no median of {line['rounds']}"
    _, check, units = expected.of(workload, SEED)
    if line["peer"] == peer and check is not None:
        if line["check"] != check and (peer, workload) not in programs.CONSERVATIVE:
            yield f"check {line['check']}, must be {check}"
        if peer == programs.OURS and line["unit_count"] != units:
            yield f"unit_count {line['unit_count']}, must be {units}"


def try_workload(peer, command, environment, workload):
    """The faults of one workload of one program, and its check."""
    n = expected.of(workload, SEED)[0]
    done = run(command, environment, workload, "--n", str(n), "--rounds", "2", "--warm", "0", "--seed", str(SEED))
    if done.returncode != 0:
        return [f"status {done.returncode}: {done.stderr.strip()}"], None
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if not lines:
        return ["printed nothing"], None
    return [fault for line in lines for fault in faults_of_line(line, peer, workload, n)], lines[0]["check"]


def try_refusals(command, environment):
    """A workload that is not there, and a wrong option."""
    for arguments, status in ((["no_such_workload"], 3), (["no_such_workload", "--no-such-option"], 2)):
        done = run(command, environment, *arguments)
        if done.returncode != status or done.stdout:
            yield f"{' '.join(arguments)}: status {done.returncode}, must be {status}"


class Tap:
    def __init__(self):
        self.count, self.failed = 0, 0

    def result(self, name, faults):
        self.count += 1
        self.failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {self.count} - {name}", flush=True)
        for fault in faults:
            print(f"{name}: {fault}", file=sys.stderr)


def main():
    build = pathlib.Path(sys.argv[1])
    known = programs.Programs(build)
    every = [(programs.OURS, [str(build / name)], {}) for name in sys.argv[2:]]
    every += [(peer.name, peer.command, peer.environment) for peer in known.peers.values()]
    tap, checks, tasks = Tap(), {}, []
    with concurrent.futures.ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as workers:
        for peer, command, environment in every:
            tap.result(f"{peer} {pathlib.Path(command[-1]).name} refuses", list(try_refusals(command, environment)))
            for workload in run(command, environment, "--list").stdout.split():
                if peer != programs.OURS and workload in LARGE:
                    continue
                tasks.append((peer, workload, workers.submit(try_workload, peer, command, environment, workload)))
        for peer, workload, task in tasks:
            faults, check = task.result()
            if (peer, workload) in programs.CONSERVATIVE:
                check = None
            first = checks.setdefault(workload, (peer, check))
            if not faults and check is not None and check != first[1]:
                faults.append(f"check {check}, that of {first[0]} is {first[1]}")
            tap.result(f"{peer} {workload}", faults)
    names = {workload for _, workload, _ in tasks}
    tap.result("what is expected is there", sorted(set(expected.EXPECTED) - names))
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


sys.exit(main())
