# SPDX-License-Identifier: MIT
"""mutate.py SOURCE_DIR BUILD_DIR [--count N] [--seed S] [--only PATTERN]... [--jobs N] [--headers] [--json FILE]

Makes small changes to gc/ and lib/, one at a time, and runs the tests on each until one fails: a change that no test notices is a hole in
the tests, or changes nothing that can be seen. --count N (default 220) changes are drawn from the seed (default 1), as many from one file
as from another; --only takes the files whose path has the pattern in it; --headers draws from headers too, whose changes take longer.

A change that does not compile, or whose object file is as before, is drawn again. survivors.json lists changes without an effect that a
test could see, each with its reason: the file, the line before and after the change, and, where the file has several such lines, the line
above ("above"). Exit status: 0 every survivor is listed, and of a hundred changes or more at least 95 % were noticed, those listed counted
as not noticed; 1 not, or an entry of the list fits no line, or several; 2 the command makes no sense."""
import argparse
import collections
import concurrent.futures
import json
import pathlib
import random
import re
import sys
import threading
import time
from typing import NamedTuple
import operators
import workshop

NOTICED_PERCENT = 95.0
SHARE_OF = 100  # changes: the share of fewer says little
# As long as many others together; what they would notice, others do in less time.
LEFT_OUT = ["tests/api-test_many_types", "tests/model-test_shapes"]
# Which tests a change of a file can be noticed by: containers are used by their own tests and the model, and use what is below them.
USES_CONTAINERS = re.compile(r"containers-|test_model")
USES_THE_REST = re.compile(r"containers-test_(?:mixed_cycles|weak_dict|table_memory)|^(?!.*containers-)")
FEWER_GRAPHS = {"LIBGC_GRAPHS": "10"}
PLAIN = [["soak-deep_chain", "20000"], ["soak-shapes", "20000"]]
PROVE = ["prove", "--quick", "--every", "40", "--jobs", "1"]


class Change(NamedTuple):
    file: str
    operator: str
    number: int
    now: str
    then: str
    text: str  # of the file with the change


class Result(NamedTuple):
    change: Change
    noticed_by: str  # "": by none
    seconds: float


def drawn(seed, *what):
    """A number from 0 to 1 that belongs to the seed and to what it is of: the same whatever else there is."""
    return random.Random(repr((seed, *what))).random()


def order_of(text, file, seed):
    """All changes of a file, (place, line's number, line now, line then), as they are drawn: of each kind in turn, so that the commonest of
    them does not crowd the others out. Among those of its kind a change keeps its place as long as its line stays as it is: so the list of
    survivors keeps its use when the tree changes."""
    kinds, met = {}, collections.Counter()
    for place in operators.places_of(text):
        number, now, then = operators.line_of(text, place)
        met[now, then] += 1
        kinds.setdefault(place.operator, []).append((drawn(seed, file, now, then, met[now, then]), place, number, now, then))
    columns = [[change[1:] for change in sorted(kinds[kind])] for kind in sorted(kinds, key=lambda kind: drawn(seed, file, kind))]
    return [column[i] for i in range(max(map(len, columns), default=0)) for column in columns if i < len(column)]


def draw(source, files, seed):
    """Changes without end that evenly come from all files, each once."""
    texts = {file: (source / file).read_text(encoding="utf-8") for file in files}
    left = {file: order_of(text, file, seed) for file, text in texts.items()}
    for turn in range(max(map(len, left.values()), default=0)):
        for file in sorted(files, key=lambda file, turn=turn: drawn(seed, turn, file)):
            if turn < len(left[file]):
                place, number, now, then = left[file][turn]
                yield Change(file, place.operator, number, now, then, operators.changed(texts[file], place))


class Run:
    """The tests in the order in which they are tried: what has noticed a change of the same file before comes first."""

    def __init__(self, shop, tests):
        self.shop, self.tests = shop, tests
        self.lock = threading.Lock()
        self.memory = shop.here / "noticed.json"
        self.noticed = json.loads(self.memory.read_text(encoding="utf-8")) if self.memory.exists() else {}
        self.drawn_again = {"no C": 0, "the same": 0}

    def ordered(self, file):
        folder, stem = pathlib.PurePath(file).parent, pathlib.PurePath(file).stem
        with self.lock:
            known = dict(self.noticed.get(file, {}))
            beside = dict(self.noticed.get(str(folder), {}))
        def cost(test):
            score = 10 * known.get(test.name, 0) + beside.get(test.name, 0) + (20 if stem in test.name else 0)
            return test.seconds / (1 + 3 * score)
        users = USES_CONTAINERS if folder.name == "containers" else USES_THE_REST
        return sorted(filter(lambda test: users.search(test.name), self.tests), key=cost)

    def remember(self, file, name):
        with self.lock:
            for key in (file, str(pathlib.PurePath(file).parent)):
                counts = self.noticed.setdefault(key, {})
                counts[name] = counts.get(name, 0) + 1
            self.memory.write_text(json.dumps(self.noticed), encoding="utf-8")

    def judge(self, worker, change):
        """The result of a change, or None where it is to be drawn again."""
        began = time.monotonic()
        library = self.shop.make(worker, change.file, change.text)
        if isinstance(library, str):
            with self.lock:
                self.drawn_again[library] += 1
            return None
        for test in self.ordered(change.file):
            if test.notices(library):
                self.remember(change.file, test.name)
                return Result(change, test.name, time.monotonic() - began)
        return Result(change, "", time.monotonic() - began)

    def all(self, changes, count, jobs):
        results, lock = [], threading.Lock()

        def work(worker):
            while True:
                with lock:
                    change = next(changes, None) if len(results) + len(under_way) < count else None
                    if change is None:
                        return
                    under_way.add(worker)
                result = self.judge(worker, change)
                with lock:
                    under_way.discard(worker)
                    if result:
                        results.append(result)
                        show(len(results), result)
        under_way = set()
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            list(pool.map(work, range(jobs)))
        return results


def show(number, result):
    change = result.change
    how = f"noticed by {result.noticed_by}" if result.noticed_by else "SURVIVED"
    print(f"{number:4} {result.seconds:5.1f} s  {change.file}:{change.number} {change.operator}: {how}", flush=True)
    if not result.noticed_by:
        print(f"        {change.now}\n     -> {change.then}", flush=True)


def tests_of(shop, build):
    """The programs, and how each is run: what ninja knows of tests/, without those of other programs."""
    targets = workshop.must(["ninja", "-C", str(build), "-t", "targets", "all"])
    programs = sorted(set(re.findall(r"^(tests/(?:api|containers|misuse|model|regress|unit|soak)-\w+|tests/prove): ", targets,
                                     re.MULTILINE)) - set(LEFT_OUT))
    shop.prepare(programs)
    names = [pathlib.Path(program).name for program in programs]
    tests = [workshop.Test(shop, [name, "--jobs", "1", "--fail-fast"], FEWER_GRAPHS)
             for name in names if not name.startswith(("soak-", "prove"))]
    tests += [workshop.Test(shop, words) for words in PLAIN + [PROVE]]
    tests.append(workshop.Test(shop, PROVE, {"LIBGC_CHECK": "3"}))
    return tests


class Listing:
    """What survivors.json says, and whether it is about lines that there are."""

    def __init__(self, source, entries):
        self.entries, self.lines = entries, {}
        for file in {entry["file"] for entry in entries}:
            path = source / file
            self.lines[file] = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []

    def _places(self, entry):
        """The numbers of the lines that an entry is about."""
        lines = self.lines[entry["file"]]
        return [number for number, line in enumerate(lines, 1) if line == entry["now"] and
                entry.get("above") in (None, lines[number - 2] if number > 1 else "")]

    def has(self, change):
        return any((entry["file"], entry["now"], entry["then"]) == (change.file, change.now, change.then) and
                   change.number in self._places(entry) for entry in self.entries)

    def faults(self):
        for entry in self.entries:
            where, places = f"survivors.json: {entry['file']}: {entry['now']}", self._places(entry)
            if len(places) != 1:
                several = f"lines {', '.join(map(str, places))}: say which, by the line above"
                yield f"{where}: {several if places else 'no such line any more'}"
            if not entry.get("reason", "").strip():
                yield f"{where}: no reason"


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


def report(source, results, entries, run, minutes):
    listing = Listing(source, entries)
    survivors = [result.change for result in results if not result.noticed_by]
    unlisted = [change for change in survivors if not listing.has(change)]
    faults = list(listing.faults())
    count, noticed, listed = len(results), len(results) - len(survivors), len(survivors) - len(unlisted)
    share = percent(noticed, count)
    for change in unlisted:
        print(f"not listed in survivors.json: {change.file}:{change.number}: {change.operator}\n    {change.now}\n -> {change.then}")
    print("".join(f"{fault}\n" for fault in faults), end="")
    print(f"drawn again: {run.drawn_again['no C']} that did not compile, {run.drawn_again['the same']} that changed no code; "
          f"{minutes:.1f} minutes")
    print(f"mutants                      {count:4}\nnoticed                      {noticed:4}\nsurvived, and are listed     {listed:4}\n"
          f"survived, and are not listed {len(unlisted):4}")
    print(f"noticed of all                   {share:5.1f} %\nnoticed of those not listed      {percent(noticed, count - listed):5.1f} %")
    return 0 if not unlisted and not faults and (count < SHARE_OF or share >= NOTICED_PERCENT) else 1


def main():
    parser = argparse.ArgumentParser(prog="./dev mutate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("build", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, default=220)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--headers", action="store_true")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    source, build = options.source.resolve(), options.build.resolve()
    listed = json.loads((pathlib.Path(__file__).parent / "survivors.json").read_text(encoding="utf-8"))
    began = time.monotonic()
    shop = workshop.Workshop(source, build)
    files = sorted(shop.commands)
    if options.headers:
        files += sorted(str(path.relative_to(source)) for path in [*source.glob("lib/**/*.h"), *source.glob("gc/*.h")])
    files = [file for file in files if not options.only or any(pattern in file for pattern in options.only)]
    if not files:
        parser.error("--only leaves no file")
    tests = tests_of(shop, build)
    times = shop.here / "times.json"
    known = json.loads(times.read_text(encoding="utf-8")) if times.exists() else {}
    failing = [test.name for test in tests if not test.measure(shop.here / "whole", known)]
    times.write_text(json.dumps(known), encoding="utf-8")
    if failing:
        raise SystemExit(f"these fail on the library as it is: {', '.join(failing)}")
    slowest = ", ".join(f"{test.name} {test.seconds:.1f}" for test in sorted(tests, key=lambda test: -test.seconds)[:5])
    print(f"{len(files)} files; {len(tests)} test programs, {sum(test.seconds for test in tests):.0f} s ({slowest})", flush=True)
    run = Run(shop, tests)
    results = run.all(draw(source, files, options.seed), options.count, options.jobs)
    if options.json:
        options.json.write_text(json.dumps([{**result.change._asdict(), "text": None, "noticed_by": result.noticed_by,
                                             "seconds": result.seconds} for result in results], indent=1), encoding="utf-8")
    return report(source, results, listed, run, (time.monotonic() - began) / 60)


if __name__ == "__main__":
    sys.exit(main())
