# SPDX-License-Identifier: MIT
"""summary.py TESTLOG: shows what failed, and counts the single tests, in Meson's testlog.json, as Criterion and the other programs
reported them.

Meson counts programs; a Criterion program holds many tests. A program that ended before it had reported all it announced
counts the rest as failed."""
import json
import re
import sys

POINT = re.compile(r"^(not )?ok\b[^#\n]*(#\s*SKIP)?", re.MULTILINE | re.IGNORECASE)
PLAN = re.compile(r"^1\.\.(\d+)", re.MULTILINE)


def counts_of(run):
    """(passed, failed, skipped) of one program's run."""
    output = run.get("stdout", "")
    plan = PLAN.search(output)
    if not plan:
        good, skipped = run["result"] in ("OK", "EXPECTEDFAIL"), run["result"] == "SKIP"
        return int(good), int(not good and not skipped), int(skipped)
    points = POINT.findall(output)
    skipped = sum(1 for bad, skip in points if skip)
    failed = sum(1 for bad, skip in points if bad and not skip) + max(0, int(plan.group(1)) - len(points))
    if run["result"] not in ("OK", "SKIP") and failed == 0:
        failed = 1
    return len(points) - skipped - failed, failed, skipped


FAILURE = re.compile(r"^not ok\b.*\n(?:  .*\n)*", re.MULTILINE)


def show_failures(run):
    """Each failed test with what Criterion says of it, which Meson keeps to itself."""
    failures = FAILURE.findall(run.get("stdout", "") + "\n")
    if failures:
        print(f"{run['name']}:")
    for failure in failures:
        print("  " + failure.rstrip().replace("\n", "\n  "))


def total(runs):
    return [sum(column) for column in zip((0, 0, 0), *map(counts_of, runs))]


def main():
    with open(sys.argv[1], encoding="utf-8") as log:
        runs = [json.loads(line) for line in log]
    for run in runs:
        show_failures(run)
    criterion = [run for run in runs if "# Criterion v" in run.get("stdout", "")]
    passed, failed, skipped = total(criterion)
    print(f"Criterion: {len(criterion)} programs")
    print(f"[====] Synthesis: Tested: {passed + failed} | Passing: {passed} | Failing: {failed} | Skipped: {skipped}")
    passed, failed, skipped = total(runs)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")


if __name__ == "__main__":
    main()
