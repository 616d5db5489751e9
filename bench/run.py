#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures libgc beside its peers. README.md says what each workload is; suite.py what is measured; targets.py what has to be reached.

    ./dev bench [--quick] [--only PATTERN]... [--json FILE] [--report [FILE]] [--minutes N]

--quick takes two minutes, without it half an hour. --only: jobs whose name, workload or group has the pattern in it (list them with
--list). --report writes a page with charts, --json all records. The exit status never says anything about a time: it is 1 only where a
program failed, or did not do the same work as the others."""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import machine
import measure
import programs
import suite
import table
import targets

MINUTES_FULL, MINUTES_QUICK = 28, 1.6
FORMAT = 2  # of what --json writes
DEBIANS_PYTHON = "/usr/bin/python3"  # sees python3-matplotlib; another one first in PATH may not


def read_options():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--program", help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN")
    parser.add_argument("--minutes", type=float, metavar="N")
    parser.add_argument("--json", metavar="FILE", help="write all records")
    parser.add_argument("--report", nargs="?", const="", metavar="FILE", help="write a page with charts (default: in the build directory)")
    parser.add_argument("--from", dest="results", metavar="FILE", help="measure nothing: --report of what --json wrote")
    parser.add_argument("--list", action="store_true", help="the jobs, by name")
    parser.add_argument("--list-peers", action="store_true", help="what is here to compare with")
    return parser.parse_args()


def write_report(options, results):
    """The page, and its main chart beside it; a full run also renews the chart of the README."""
    page = pathlib.Path(options.report or pathlib.Path(options.programs) / "report.html")
    charts = [page.with_suffix(".svg")]
    if not options.quick and not options.only and not options.program and not options.results:
        charts.append(machine.ROOT / "docs" / "bench.svg")
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(results, file, allow_nan=False)
        file.flush()
        done = subprocess.run([DEBIANS_PYTHON, "-B", str(programs.HERE / "report.py"), file.name, str(page), str(charts[0])], check=False)
    if done.returncode != 0:
        return False
    for other in charts[1:]:
        other.write_text(charts[0].read_text(encoding="utf-8"), encoding="utf-8")
    print(f"\nReport: {page}\nChart: {', '.join(map(str, charts))}")
    return True


def document(options, records, rows, known, measurement):
    """All that was found, for --json and the report."""
    return {"format": FORMAT, "machine": machine.describe(),
            "options": {"quick": options.quick, "only": options.only, "minutes": options.minutes},
            "peers": {name: peer.title for name, peer in known.peers.items()},
            "versions": {peer.title: peer.version() for peer in known.peers.values() if not peer.is_ours},
            "missing": [peer.title for peer in known.missing], "left_out": measurement.left_out, "faults": measurement.faults,
            "not_done": known.not_done(),
            "records": [record.as_dict() for record in records],
            "targets": [dict(vars(row), reached=row.reached) for row in rows]}


def main():
    options = read_options()
    known = programs.Programs(options.programs)
    if options.list_peers:
        for peer in [*known.peers.values(), *known.missing]:
            print(f"{peer.title}: {'here' if peer.name in known.peers else 'not here; Debian: ' + ' '.join(peer.packages)}")
        return 0
    if options.results:
        with open(options.results, encoding="utf-8") as file:
            results = json.load(file)
        if results.get("format") != FORMAT:
            print(f"{options.results} was written by another version of ./dev bench: measure again.", file=sys.stderr)
            return 2
        return 0 if write_report(options, results) else 1
    jobs = suite.jobs(options.quick, options.only)
    if options.program:
        jobs = [job for job in jobs if job.program == options.program]
    if options.list:
        print("\n".join(f"{job.group}: {job.name}" for job in jobs))
        return 0
    if not jobs:
        print("No workload has such a name; --list shows them.", file=sys.stderr)
        return 2
    for peer in known.missing:
        print(f"not here: {peer.title}, skipped. Debian: {' '.join(peer.packages)}; ./dev bench --setup-peers installs all.")
    minutes = options.minutes if options.minutes is not None else MINUTES_QUICK if options.quick else MINUTES_FULL
    measurement = measure.Measurement(known, sorted(os.sched_getaffinity(0)), 60 * minutes, table.Progress())
    records = measurement.run(jobs)
    rows = targets.rows(records)
    table.show_records(records)
    table.show_targets(rows)
    for name, why in measurement.left_out.items():
        print(f"Left out: {name}: {why}.")
    for peer, workloads in known.not_done().items():
        print(f"{peer} has nothing like: {', '.join(workloads)}")
    for fault in measurement.faults:
        print(fault, file=sys.stderr)
    results = document(options, records, rows, known, measurement)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1, allow_nan=False)
    is_reported = options.report is None or write_report(options, results)
    return 0 if is_reported and not measurement.faults else 1


if __name__ == "__main__":
    sys.exit(main())
