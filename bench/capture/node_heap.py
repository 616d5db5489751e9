#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Captures the heap of any Node program, for `replay`.

    node_heap.py OUT [--after SECONDS] [--keep-strings] -- PROGRAM.js [ARGUMENTS...]

Runs `node PROGRAM.js ARGUMENTS...` and writes its heap when it ends; or after so many seconds, which is for programs
that do not end by themselves: it is then ended. Options of node itself may stand before PROGRAM.js. OUT is packed where
it ends in .gz. The strings of the program are left out unless they are asked for: classes, functions, sizes and all
references stay. A program that ends by a signal, or by process.abort(), leaves nothing to capture."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import snapshot_file

HOOK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "node_hook.cjs")


def read_arguments():
    parser = argparse.ArgumentParser(usage="node_heap.py OUT [--after SECONDS] [--keep-strings] -- PROGRAM.js ...")
    parser.add_argument("out")
    parser.add_argument("--after", type=float, metavar="SECONDS")
    parser.add_argument("--keep-strings", action="store_true")
    parser.add_argument("program", nargs="+")
    return parser.parse_args()


def capture(arguments, raw):
    environment = dict(os.environ, LIBGC_CAPTURE_FILE=raw)
    if arguments.after is not None:
        environment["LIBGC_CAPTURE_AFTER_MS"] = str(int(arguments.after * 1000))
    node = os.environ.get("NODE", "node")
    return subprocess.call([node, "--require", HOOK, *arguments.program], env=environment)


def main():
    arguments = read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        raw = os.path.join(folder, "raw.heapsnapshot")
        status = capture(arguments, raw)
        if not os.path.exists(raw):
            sys.exit(f"node_heap.py: the program left no heap behind (it ended with {status})")
        with open(raw, encoding="utf-8") as file:
            snapshot = json.load(file)
    if not arguments.keep_strings:
        snapshot_file.strip_strings(snapshot)
    snapshot_file.write(snapshot, arguments.out)
    fields = len(snapshot["snapshot"]["meta"]["node_fields"])
    print(f"{arguments.out}: {len(snapshot['nodes']) // fields} objects, {os.path.getsize(arguments.out)} bytes",
          file=sys.stderr)


if __name__ == "__main__":
    main()
