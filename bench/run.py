#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures libgc beside its peers. README.md says what each workload is; suite.py what is measured; targets.py what has to be reached.

    ./dev bench [--quick] [--only PATTERN]... [--json FILE] [--report FILE] [--minutes N]

--quick takes two minutes, without it half an hour. --only: jobs whose name, workload or group has the pattern in it (list them with
--list). --report writes a page with charts, --json all records. The exit status never says anything about a time: it is 1 only where a
program failed, or did not do the same work as the others."""
import argparse
import json
import os
import sys

import machine
import measure
import programs
import suite
import table
import targets

MINUTES_FULL, MINUTES_QUICK = 28, 1.8


def read_options():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--program", help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN")
    parser.add_argument("--minutes", type=float, metavar="N")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def document(options, records, rows, known):
    """All that was found, for --json and the report."""
    return {"machine": machine.describe(), "options": {"quick": options.quick, "only": options.only},
            "peers": {name: peer.title for name, peer in known.peers.items()},
            "missing": [peer.title for peer in known.missing],
            "records": [record.as_dict() for record in records],
            "targets": [dict(vars(row), reached=row.reached) for row in rows]}


def main():
    options = read_options()
    known = programs.Programs(options.programs)
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
    minutes = options.minutes or (MINUTES_QUICK if options.quick else MINUTES_FULL)
    measurement = measure.Measurement(known, sorted(os.sched_getaffinity(0)), 60 * minutes, table.Progress())
    records = measurement.run(jobs)
    rows = targets.rows(records)
    table.show_records(records)
    table.show_targets(rows)
    for fault in measurement.faults:
        print(fault, file=sys.stderr)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(document(options, records, rows, known), file, indent=1)
    return 1 if measurement.faults else 0


if __name__ == "__main__":
    sys.exit(main())
