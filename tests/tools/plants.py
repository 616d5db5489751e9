# SPDX-License-Identifier: MIT
"""plants.py PLANTS TOOL: shows that a tool sees: each fault of plants.c is reported as what it is, with the tool's exit status,
and a program without one is not. TOOL is `sanitizers` (PLANTS is built with AddressSanitizer, which brings LeakSanitizer, and
UndefinedBehaviorSanitizer), `threads` (with ThreadSanitizer) or `valgrind`. Prints TAP."""
import os
import re
import subprocess
import sys

STATUS = 9

# What is run, with which settings, and what must be said of each fault: a pattern; None: nothing.
TOOLS = {
    "sanitizers": ([], {"ASAN_OPTIONS": f"exitcode={STATUS}:detect_leaks=1", "UBSAN_OPTIONS": f"exitcode={STATUS}",
                        "LSAN_OPTIONS": f"exitcode={STATUS}"}, {
        "clean": None,
        "read-after-free": r"AddressSanitizer: use-after-poison .*\n(.*\n)*READ of size 8",
        "read-after-collection": r"AddressSanitizer: use-after-poison .*\n(.*\n)*READ of size 8",
        "write-past-the-end": r"AddressSanitizer: use-after-poison .*\n(.*\n)*WRITE of size 1",
        "leak-of-destroy": r"LeakSanitizer: detected memory leaks(.*\n)*Direct leak of 100 byte",
        "heap-never-closed": r"LeakSanitizer: detected memory leaks(.*\n)*Direct leak of 100 byte",
        "undefined": r"runtime error: shift exponent 41 is too large",
    }),
    "threads": ([], {"TSAN_OPTIONS": f"exitcode={STATUS}"}, {
        "clean": None,
        "two-threads-in-one-heap": r"ThreadSanitizer: data race(.*\n)*.*\bcreate_some",
        "handed-over-without-a-lock": r"ThreadSanitizer: data race(.*\n)*.*\bcreate_some",
    }),
    "valgrind": (["valgrind", "--quiet", f"--error-exitcode={STATUS}", "--leak-check=full", "--errors-for-leak-kinds=definite"], {}, {
        "clean": None,
        "read-after-free": r"Invalid read of size 8",
        "read-after-collection": r"Invalid read of size 8",
        "write-past-the-end": r"Invalid write of size 1",
        "leak-of-destroy": r"100 bytes in 1 blocks are definitely lost",
    }),
}


def fault_of(command, more, pattern):
    """What is wrong with what a tool says; "": nothing."""
    environment = {**os.environ, **more, "LIBGC_STRESS": "0"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    wanted = 0 if pattern is None else STATUS
    if done.returncode != wanted:
        return f"exit status {done.returncode}, must be {wanted}:\n{done.stderr}"
    if pattern is None:
        return done.stderr
    return "" if re.search(pattern, done.stderr) else f"says:\n{done.stderr}"


def main():
    prefix, more, faults = TOOLS[sys.argv[2]]
    failed = False
    print(f"1..{len(faults)}")
    for number, (name, pattern) in enumerate(faults.items(), 1):
        fault = fault_of([*prefix, sys.argv[1], name], more, pattern)
        failed = failed or bool(fault)
        print(f"{'not ok' if fault else 'ok'} {number} - {sys.argv[2]}: {name}", flush=True)
        if fault:
            print(f"{name}: {fault}", file=sys.stderr)
    sys.exit(1 if failed else 0)


main()
