# SPDX-License-Identifier: MIT
"""short.py SOAK: the mixed load for some seconds: it passes, is repeatable, and its trend shows a leak. Prints TAP.

In so short a time resident memory still rises, as the first records of each size are reached; the limit is wide, and the planted leak
is wider."""
import json
import subprocess
import sys

SHORT = ["--steps", "150000", "--places", "200", "--limit", "30", "--json"]


def soak(*options):
    done = subprocess.run([sys.argv[1], *SHORT, *options], capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr


def exercised(figures):
    """Whether a run has done something of everything."""
    counted = ("collections", "collected", "finalizers", "resurrections", "callbacks", "resident", "samples")
    return all(figures[what] > 0 for what in counted)


def wrong_arguments(*arguments):
    return subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True, check=False).returncode == 2


def main():
    first, again, other, leak = soak(), soak(), soak("--seed", "2"), soak("--plant-leak")
    points = [
        ("nothing is wrong, and resident memory is flat within the limit", first[0] == 0 and exercised(first[1])),
        ("another seed finds nothing either", other[0] == 0),
        ("the same seed does the same", first[1].get("digest") == again[1].get("digest")),
        ("another seed does something else", first[1].get("digest") != other[1].get("digest")),
        ("a planted leak is reported by its trend", leak[0] == 1 and "keep resident grows" in leak[2]),
        ("wrong arguments are refused",
         all(wrong_arguments(*line) for line in (["--minutes"], ["--minutes", "x"], ["--places", "0"], ["--nothing", "1"]))),
    ]
    print(f"1..{len(points)}")
    for number, (name, good) in enumerate(points, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
    if not all(good for _, good in points):
        print(first, again, other, leak, sep="\n", file=sys.stderr)
        sys.exit(1)


main()
