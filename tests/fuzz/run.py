# SPDX-License-Identifier: MIT
"""run.py TARGET MINUTES CORPUS FOUND KEPT BUILD...: runs a target under libFuzzer, in each build for its share of the time.

The first build, which checks least and is fastest, has three quarters. CORPUS is the folder that inputs are taken from and added to, KEPT
the small one of the repository, FOUND where an input that shows a fault is left. Exit status: 0, or 1 for a fault."""
import pathlib
import re
import subprocess
import sys
import time

SHARES = (0.75, 0.25)
# Seconds after which a process ends: closed heaps leave pages behind, under ASan shadow too, and libFuzzer has a limit for all of them.
SLICE_SECONDS = 120
LIMITS = ["-entropic=0", "-timeout=60", "-rss_limit_mb=3000", "-malloc_limit_mb=1000", "-len_control=0"]
LENGTHS = {"operations": 4096, "snapshot": 4096, "settings": 1024}
PULSE = re.compile(r"#(\d+)\s.*corp: (\d+)/")
COUNT = re.compile(r"operations: (\d+)")


class Progress:
    """The line on standard error that is written over, where that is a terminal."""

    def __init__(self, name):
        self.name, self.start = name, time.monotonic()
        self.before = [0, 0]  # operations and inputs of processes that have ended
        self.operations = self.inputs = self.corpus = 0

    def next_process(self):
        self.before = [self.operations, self.inputs]

    def note(self, line):
        if match := COUNT.search(line):
            self.operations = self.before[0] + int(match.group(1))
        if match := PULSE.search(line):
            self.inputs, self.corpus = self.before[1] + int(match.group(1)), int(match.group(2))

    def text(self):
        seconds = max(time.monotonic() - self.start, 0.001)
        return (f"{self.name}: {self.operations / 1e6:.2f} million operations, {self.operations / seconds / 1e3:.0f} thousand a second, "
                f"{self.inputs} inputs, {self.corpus} in the corpus, {seconds:.0f} s")

    def show(self, end):
        if sys.stderr.isatty():
            print(f"\r{self.text()}  ", end=end, file=sys.stderr, flush=True)
        elif end:
            print(self.text(), file=sys.stderr, flush=True)


def run_process(target, program, seconds, folders, progress):
    """The exit status, and the last lines that it printed."""
    corpus, found, kept = folders
    command = [program, *LIMITS, f"-max_len={LENGTHS[target]}", f"-max_total_time={seconds}", f"-artifact_prefix={found}/", corpus, kept]
    last = []
    progress.next_process()
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, errors="replace") as process:
        for line in process.stderr:
            progress.note(line)
            progress.show("")
            last = [*last[-60:], line.rstrip()]
    return process.returncode, last


def run(target, program, seconds, folders):
    """None, or the last lines of a run that found something. A run shows what it has done so far."""
    progress, status, last = Progress(pathlib.Path(program).parents[2].name), 0, []
    while seconds > 0 and not status:
        status, last = run_process(target, program, min(seconds, SLICE_SECONDS), folders, progress)
        seconds -= SLICE_SECONDS
    progress.show("\n")
    return last if status else None


def explain(target, program, last):
    """What was found, in the words of the target or of the sanitizer, and how to see it again."""
    written = [match.group(1) for line in last if (match := re.search(r"Test unit written to (\S+)", line))]
    said = [line for line in last if re.search(r"FAULT|ERROR|SUMMARY|runtime error", line)]
    print(f"{target}: a fault. {' | '.join(said) if said else last[-1]}")
    for path in written:
        print(f"The input is {path}. To see it again, with what it does before that:")
        print(f"    LIBGC_TRACE=1 {program} {path}")
        print(f"To make it smaller: {program} -minimize_crash=1 -runs=20000 {path}")


def main():
    target, minutes, corpus, found, kept, *builds = sys.argv[1:]
    for folder in (corpus, found):
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for build, share in zip(builds, SHARES):
        program = f"{build}/tests/fuzz/fuzz-{target}"
        last = run(target, program, max(1, round(float(minutes) * 60 * share)), (corpus, found, kept))
        if last:
            explain(target, program, last)
            sys.exit(1)


main()
