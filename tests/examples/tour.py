# SPDX-License-Identifier: MIT
"""tour.py TOUR: the tour sees what it expects, and does not when a value differs. Prints TAP."""
import os
import re
import subprocess
import sys

CHAPTERS = 9
HEARD = ['Polly: "Farewell!"', 'Coco: "Farewell!"', 'Flint: "Farewell!"', 'generator: "I put things back where they were."',
         'leak report: "1 of \'struct log_file\' left"']


def run(*arguments, check="0"):
    return subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True, timeout=60, check=False,
                          env=dict(os.environ, LIBGC_CHECK=check))


def whole(check):
    done = run(check=check)
    good = done.returncode == 0 and not done.stderr and "differs" not in done.stdout
    chapters = len(re.findall(r"^\d\. .*\n-+$", done.stdout, re.MULTILINE))
    return good and chapters == CHAPTERS and all(words in done.stdout for words in HEARD)


values = int(re.search(r"All (\d+) values", run().stdout)[1])


def spoiled(number):
    """One value that differs: it is marked, with what was expected, and the status says so."""
    done = run("--spoil", str(number))
    marked = re.findall(r"expected (.*), saw something else \(--spoil\)   <-- differs$", done.stdout, re.MULTILINE)
    return len(marked) == 1 and f"1 of {values} values were not as expected." in done.stdout and done.returncode == 1


CHECKS = [
    ("all is as expected", lambda: whole("0")),
    ("all is as expected, in a checked heap", lambda: whole("2")),
    ("each value that differs is seen", lambda: all(spoiled(number) for number in [*range(1, values, 5), values])),
    ("a value that is not there cannot be spoiled", lambda: run("--spoil", str(values + 1)).returncode == 2),
    ("other arguments are refused",
     lambda: all(run(*words).returncode == 2 for words in (["x"], ["--spoil"], ["--spoil", "x"], ["--spoil", "0"]))),
]

print(f"1..{len(CHECKS)}", flush=True)
results = [check() for _, check in CHECKS]
for index, ((name, _), good) in enumerate(zip(CHECKS, results), 1):
    print(f"{'ok' if good else 'not ok'} {index} - {name}")
sys.exit(0 if all(results) else 1)
