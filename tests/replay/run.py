#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the replay program.

    run.py PATH_TO_REPLAY [--seed S] [--slow]

Compares its counts with an independent oracle, on random graphs and on the heap the repository carries; and sees that
every malformed file is refused with one line. --slow adds files that unpack to gigabytes. Exits with 1 when a check fails."""
import argparse
import concurrent.futures
import json
import os
import pty
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zlib

sys.dont_write_bytecode = True  # the source tree stays as it is

import malformed
import oracle
import snapshots

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.join(HERE, "..", "..", "bench")
CARRIED = os.path.join(BENCH, "heaps", "npm.heapsnapshot.gz")
COUNTS = ["objects", "edges", "weak_edges", "cut", "freed_by_refcount", "freed_by_collection", "live", "weak_cleared"]
FIGURES = ["build_ns", "cut_ns", "collect_ns", "collect_live_ns", "resident_bytes", "heap_bytes"]
TIMEOUT_S = 120


class Tests:
    def __init__(self, replay, folder, seed):
        self.replay, self.folder, self.seed = replay, folder, seed
        self.passed, self.failures = 0, []

    def check(self, good, what):
        if good:
            self.passed += 1
        else:
            self.failures.append(what)
        return good

    def run(self, *arguments, **more):
        environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
        return subprocess.run([self.replay, *arguments], capture_output=True, timeout=TIMEOUT_S, env=environment, **more)

    def file(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def check_refused(self, result, words, what):
        """Status 2, one line on standard error that has these words, nothing on standard output."""
        line = result.stderr.decode(errors="replace")
        good = (result.returncode == 2 and result.stdout == b"" and line.startswith("replay: ") and
                line.endswith("\n") and line.count("\n") == 1 and words in line)
        self.check(good, f"{what}: status {result.returncode}, expected a line with '{words}', got {line!r}")

    def check_equal(self, snapshot, path, permille, seed, what):
        result = self.run(path, "--cut", str(permille), "--seed", str(seed), "--json")
        what = f"{what}, cut {permille}, seed {seed}"
        if not self.check(result.returncode == 0, f"{what}: status {result.returncode}, {result.stderr!r}"):
            return
        self.check(result.stderr == b"" and result.stdout.count(b"\n") == 1, f"{what}: more than one line")
        report = json.loads(result.stdout)
        self.check(list(report) == COUNTS + FIGURES, f"{what}: its keys are {list(report)}")
        self.check(all(isinstance(value, int) and value >= 0 for value in report.values()), f"{what}: no integers")
        expected = oracle.outcome(snapshot, permille, seed)
        for name in COUNTS:
            self.check(report[name] == expected[name], f"{what}: {name} {report[name]}, expected {expected[name]}")


def each(tasks):
    """Runs the tasks side by side: they wait for processes."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for future in [pool.submit(*task) for task in tasks]:
            future.result()


def test_random_graphs(tests):
    def one(number):
        rng = random.Random(f"{tests.seed} {number}")
        snapshot = snapshots.random_snapshot(rng)
        path = tests.file(f"random-{number}", snapshots.packed(rng, snapshots.text(snapshot, rng.random() < 0.2)))
        permille = rng.choice((0, 10, 50, 300, 700, 1000, rng.randrange(1001)))
        seed = rng.choice((0, 1, 7, (1 << 64) - 1, rng.randrange(1 << 64)))
        tests.check_equal(snapshot, path, permille, seed, f"random graph {number} of {tests.seed}")
    each((one, number) for number in range(200))


def test_carried_heap(tests):
    snapshot = oracle.load(CARRIED)
    tests.check(os.path.getsize(CARRIED) <= 1 << 20, "the carried heap is larger than 1 MiB")
    each((tests.check_equal, snapshot, CARRIED, permille, 7, "the carried heap") for permille in (0, 50, 300, 1000))
    # The default seed is 1; and a plain file says the same as a packed one.
    plain = tests.file("plain", snapshots.text(snapshot))
    tests.check_equal(snapshot, plain, 100, 1, "the carried heap, plain")
    first = json.loads(tests.run(CARRIED, "--cut=100", "--json").stdout)
    second = json.loads(tests.run("--json", "--seed", "1", "--cut", "100", plain).stdout)
    tests.check(all(first[name] == second[name] for name in COUNTS), "seed 1 is not the default")


def test_malformed(tests):
    def one(number, what, data, words):
        tests.check_refused(tests.run(tests.file(f"malformed-{number}", data)), words, what)
        if number % 7 == 0:
            tests.check_refused(tests.run("--json", tests.file(f"malformed-{number}", data)), words, what + ", JSON")
    each((one, number, *case) for number, case in enumerate(malformed.cases()))


def test_truncated(tests):
    """Cut at any byte, plain or packed: refused."""
    plain = snapshots.text(snapshots.minimal())
    packed = zlib.compress(plain, 9, 31)

    def one(data, length, what):
        tests.check_refused(tests.run(tests.file(f"{what}-{length}", data[:length])), "", f"{what}, {length} bytes")
    each((one, plain, length, "plain") for length in range(0, len(plain), 5))
    each((one, packed, length, "packed") for length in range(0, len(packed), 5))


def test_mutations(tests):
    """Any change: a report or a refusal, never anything else."""
    plain = snapshots.text(snapshots.minimal())
    packed = zlib.compress(plain, 9, 31)

    def one(number):
        rng = random.Random(f"{tests.seed} mutation {number}")
        data = bytearray(rng.choice((plain, plain, packed)))
        for _ in range(rng.randrange(1, 4)):
            place = rng.randrange(len(data))
            data[place:place + rng.randrange(3)] = rng.choice((b"", b"9", b"-", b"]", b"[", b",", b'"', b"{", b"\xff", b"99999"))
        result = tests.run(tests.file(f"mutation-{number}", data), "--json", "--cut", "300")
        if result.returncode == 2:
            tests.check_refused(result, "", f"mutation {number} of {tests.seed}")
        else:
            tests.check(result.returncode == 0 and result.stdout.count(b"\n") == 1 and not result.stderr,
                        f"mutation {number} of {tests.seed}: status {result.returncode}, {result.stderr!r}")
    each((one, number) for number in range(300))


def test_accepted(tests):
    """What looks odd, and is right."""
    good = snapshots.minimal()
    shallow = dict(good, x=eval("[" * 63 + "]" * 63))
    large = malformed.changed(("nodes", 8), 20 << 20)
    for what, data in {
        "nested 64 deep": snapshots.text(shallow),
        "minus zero": snapshots.text(good).replace(b"16, 1", b"-0, 1"),
        "an object of 20 MiB": large,
        "wrong node_count": malformed.changed(("snapshot", "node_count"), 77),
        "blanks around it": b"\n\t " + snapshots.text(good) + b"\r\n ",
        "megabytes of blanks": snapshots.text(good) + b" " * (5 << 20),
        "a string of megabytes": snapshots.text(dict(good, strings=good["strings"] + ["x" * (5 << 20)])),
        "an ignored key twice": snapshots.text(good)[:-1] + b',"x":1,"x":2}',
        "half a surrogate": snapshots.text(good).replace(b"Chain", b"\\ud800"),
    }.items():
        tests.check_equal(good, tests.file("accepted", data), 0, 1, what)


def test_command_line(tests):
    path = tests.file("good", snapshots.text(snapshots.minimal()))
    for arguments, words in (
            ([], "no file"), ([path, path], "one file at a time"), ([path, "--what"], "no such option"),
            ([path, "-x"], "no such option"), ([path, "--cut"], "value is missing"),
            ([path, "--cut", "1001"], "0 to 1000"), ([path, "--cut", "-1"], "0 to 1000"), ([path, "--cut", ""], "0 to 1000"),
            ([path, "--cut", "5x"], "0 to 1000"), ([path, "--cut", "1.5"], "0 to 1000"), ([path, "--cut", " 5"], "0 to 1000"),
            ([path, "--seed", str(1 << 64)], "18446744073709551615"), ([path, "--seed", "-1"], "18446744073709551615"),
            ([path, "--seed", "0x1"], "18446744073709551615"), ([path, "--json=1"], ""),
            (["no such file"], "cannot open"), ([tests.folder], "cannot read"), ([""], "cannot open")):
        tests.check_refused(tests.run(*arguments), words, f"replay {arguments}")
    result = tests.run("--help")
    tests.check(result.returncode == 0 and b"--cut PERMILLE" in result.stdout and not result.stderr, "--help")
    with open("/dev/full", "wb") as full:
        result = subprocess.run([tests.replay, path], stdout=full, stderr=subprocess.PIPE, timeout=TIMEOUT_S)
    tests.check(result.returncode == 1 and b"cannot write" in result.stderr, "a full disk goes unnoticed")


def test_table(tests):
    """For people: the counts, and the types with most objects. No byte of the file's names commands the terminal."""
    result = tests.run(CARRIED, "--cut", "50", "--seed", "7")
    expected = oracle.outcome(oracle.load(CARRIED), 50, 7)
    shown = result.stdout.decode()
    tests.check(result.returncode == 0 and not result.stderr, "the table: it fails")
    for name in ("cut", "freed_by_refcount", "freed_by_collection", "live", "weak_cleared"):
        tests.check(re.search(rf" {expected[name]:,}( |$)", shown, re.M), f"the table: {name} is not in it")
    for name, row in sorted(expected["by_type"].items(), key=lambda item: -item[1][0])[:8]:
        tests.check(f"{(name or '(no name)')[:25]}" in shown and f" {row[0]:,}  " in shown, f"the picture: no {name}")
    tests.check("\033" not in shown and "█" in shown, "the picture: colour without a terminal, or no blocks")
    hostile = malformed.changed(("strings", 1), "\033[2J\x9b\u202e\x07\0name")
    shown = tests.run(tests.file("hostile", hostile)).stdout.decode()
    tests.check("????" in shown and not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown), "a name commands the terminal")


def on_terminal(tests, arguments, environment):
    """What a terminal sees of it: standard output and standard error."""
    master, slave = pty.openpty()
    process = subprocess.Popen([tests.replay, *arguments], stdout=slave, stderr=slave, env=environment)
    os.close(slave)
    seen = b""
    try:
        while chunk := os.read(master, 65536):
            seen += chunk
    except OSError:  # the other side has closed
        pass
    os.close(master)
    process.wait(TIMEOUT_S)
    return seen.decode()


def test_terminal(tests):
    plain = dict(os.environ, TERM="xterm")
    plain.pop("NO_COLOR", None)
    seen = on_terminal(tests, [CARRIED, "--cut", "300"], plain)
    tests.check("reading" in seen and "building" in seen and "collecting" in seen, "no progress on a terminal")
    tests.check("\033[32m█" in seen, "no colour on a terminal")
    seen = on_terminal(tests, [CARRIED, "--cut", "300"], dict(plain, NO_COLOR="1"))
    tests.check("\033[32m" not in seen and "█" in seen, "colour in spite of NO_COLOR")
    seen = on_terminal(tests, [CARRIED], dict(plain, TERM="dumb"))
    tests.check("reading" not in seen, "progress on a dumb terminal")


def test_capture(tests):
    """A heap captured here: a ring that its program dropped is found, and is all that is found of its class."""
    program = tests.file("program.py", b"import weakref\nclass Ring: pass\nkept = Ring()\nweak = []\n"
                         b"for _ in range(20):\n    a, b = Ring(), Ring()\n    a.b, b.a = b, a\n    weak.append(weakref.ref(a))\n"
                         b"import gc\ngc.disable()\nweak = weak[:5]\ndel a, b\n")
    out = os.path.join(tests.folder, "python.heapsnapshot.gz")
    script = os.path.join(BENCH, "capture", "python_heap.py")
    done = subprocess.run([sys.executable, "-B", script, out, "--", program], capture_output=True, timeout=TIMEOUT_S)
    if not tests.check(done.returncode == 0, f"python_heap.py fails: {done.stderr!r}"):
        return
    snapshot = oracle.load(out)
    tests.check_equal(snapshot, out, 0, 1, "a CPython heap")
    tests.check_equal(snapshot, out, 200, 3, "a CPython heap")
    rings = oracle.outcome(snapshot)["by_type"]["__main__.Ring"]
    tests.check(rings == [41, 1, 0, 40], f"of 41 rings, 1 held, it says {rings}")
    node = shutil.which("node")
    if not node:
        return
    out = os.path.join(tests.folder, "node.heapsnapshot")
    script = os.path.join(BENCH, "capture", "node_heap.py")
    done = subprocess.run([sys.executable, "-B", script, out, "--", "-e", "0"], capture_output=True, timeout=TIMEOUT_S)
    if tests.check(done.returncode == 0, f"node_heap.py fails: {done.stderr!r}"):
        tests.check_equal(oracle.load(out), out, 200, 3, "a Node heap")


def bomb(tests, name, head, fill, mebibytes):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    path = os.path.join(tests.folder, name)
    with open(path, "wb") as file:
        file.write(packer.compress(head))
        for _ in range(mebibytes):
            file.write(packer.compress(fill * ((1 << 20) // len(fill))))
        file.write(packer.flush())
    return path


def test_bombs(tests):
    for name, head, fill in (("blanks", b"{", b" "), ("numbers", b'{"nodes":[', b"0,")):
        path = bomb(tests, name, head, fill, 4200)
        tests.check_refused(tests.run(path), "over 4 GiB", f"a bomb of {name}")
    tests.check_refused(tests.run(bomb(tests, "string", b'{"strings":["', b"a", 4200)), "", "a bomb of one string")
    tests.check_refused(tests.run(bomb(tests, "small", b"{", b" ", 600)), "not JSON", "no bomb, but cut short")


TESTS = [test_command_line, test_malformed, test_accepted, test_truncated, test_mutations, test_random_graphs,
         test_carried_heap, test_table, test_terminal, test_capture]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("replay")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--slow", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(os.path.abspath(arguments.replay), folder, arguments.seed)
        for test in TESTS + [test_bombs] * arguments.slow:
            test(tests)
    for failure in tests.failures[:40]:
        print("FAILED", failure)
    print(f"replay: {tests.passed} checks passed, {len(tests.failures)} failed (seed {arguments.seed})")
    sys.exit(bool(tests.failures))


if __name__ == "__main__":
    main()
