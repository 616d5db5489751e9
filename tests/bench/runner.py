# SPDX-License-Identifier: MIT
"""runner.py BENCH_BUILD_DIR: the tools around the workloads. The runner measures, records and compares; a fault of a program, or work
that differs, is said and gives status 1, and a time never does; the report is one page that needs nothing else; instruction counts
that grew are found, and are not compared where the tools differ. Prints TAP; what is not installed here is skipped."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

BENCH = pathlib.Path(__file__).resolve().parent.parent.parent / "bench"
sys.path.insert(0, str(BENCH))
sys.dont_write_bytecode = True

import measure
import programs
import suite
import table
import targets

TIMEOUT_S = 150
SKIP = "skip"
RUN = [sys.executable, "-B", BENCH / "run.py", "--programs"]


class Fake:
    """Programs that answer what they are told to."""

    def __init__(self, answers):
        self.answers, self.asked = answers, []

    @staticmethod
    def has(_peer, _workload):
        return True

    def start(self, peer, _program, arguments, _cpus):
        self.asked.append((peer, arguments[0]))
        answer = self.answers[peer]
        if isinstance(answer, Exception):
            raise answer
        return [dict(answer, workload=arguments[0], peer=peer, n=int(arguments[2]))]


class Silent:
    """A progress bar that shows nothing."""

    def job(self, *_):
        pass

    entry = end = job


def measured(answers):
    """The measurement of one job of ours beside those others."""
    measurement = measure.Measurement(Fake(answers), [0], 5, Silent())
    entries = [suite.Entry(peer, "full_tree", 1000) for peer in answers]
    measurement.run([suite.Job("full_tree", "group", "live_tree", entries)])
    return measurement


def answer(nanoseconds, check=7):
    return {"ns_per_object": nanoseconds, "rounds": [nanoseconds], "check": check, "page_faults": 0}


def run(command, **more):
    return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT_S,
                          check=False, **more)


def test_turns(_build):
    """A B A B, until it is stable; ratios are ours to theirs."""
    measurement = measured({"libgc": answer(2.0), "boehm": answer(4.0)})
    in_turn = [("libgc", "full_tree"), ("boehm", "full_tree")] * measure.TURNS_LEAST
    yield measurement.programs.asked == in_turn, f"asked {measurement.programs.asked}"
    ours, boehm = measurement.records.values()
    yield ours.values == [2.0] * 3 and not ours.ratios, "our values"
    yield boehm.ratios == [0.5] * 3 and boehm.as_dict()["ratio"] == {"median": 0.5, "min": 0.5, "max": 0.5}, "ratios"
    yield not measurement.faults, f"faults: {measurement.faults}"
    ours, nim = measured({"libgc": answer(2.0), "nim": answer(0)}).records.values()
    yield not nim.ratios and ours.is_stable and not nim.is_stable, f"a time of nothing: {nim}"
    json.dumps(nim.as_dict(), allow_nan=False)


def test_targets(_build):
    """0.5 of Boehm reaches 0.55, 0.6 does not; the middle of the table says so."""
    for ours, reached in ((2.0, True), (2.4, False)):
        rows = targets.rows(list(measured({"libgc": answer(ours), "boehm": answer(4.0)}).records.values()))
        seen = [(row.figure, row.against, row.reached) for row in rows]
        yield seen == [("full collection, live tree", "boehm", reached)], f"{ours}: {rows}"


def test_faults(_build):
    """Other work, or a program that fails, is a fault; the rest is measured."""
    measurement = measured({"libgc": answer(2.0), "boehm": answer(4.0, check=8)})
    yield measurement.faults == ["full_tree of 1000: boehm says 8, libgc 7"], f"{measurement.faults}"
    measurement = measured({"libgc": answer(2.0), "boehm": programs.ProgramFailed("it fell"), "nim": answer(3.0)})
    yield measurement.faults == ["it fell"], f"{measurement.faults}"
    yield [record.peer for record in measurement.records.values()] == ["libgc", "nim"], "the others were not measured"


def test_words(_build):
    yield [table.size_of(n) for n in (12, 1000, 4_000_000)] == ["12", "1 k", "4 M"], "sizes"
    yield [table.number(v) for v in (0, 0.051, 1.234, 12.34, 123.4)] == ["0", "0.051", "1.23", "12.3", "123"], "numbers"
    names = [job.name for job in suite.jobs(False, [])]
    yield len(names) == len(set(names)), "two jobs of one name"
    yield {job.name for job in suite.jobs(True, [])} <= set(names), "a job of the quick run that the full one does not have"


def test_real_run(build):
    """From the command to the records, on real programs."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "records.json"
        done = run([*RUN, build, "--quick", "--minutes", "0.1", "--only", "retain_release_*", "--json", out])
        yield done.returncode == 0, f"status {done.returncode}: {done.stderr}"
        yield "retain + release, random order" in done.stdout, f"no row of the target: {done.stdout}"
        results = json.loads(out.read_text())
        keys = {(r["workload"], r["peer"]) for r in results["records"]}
        yield keys == {(f"retain_release_{o}", p) for o in ("random", "sequential", "old") for p in ("libgc", "limit")}, f"{keys}"
        yield results["machine"]["processor"] and results["machine"]["compiler"], "no machine"
        done = run([*RUN, build, "--minutes", "0.1", "--only", "replay_npm", "--json", out])
        yield done.returncode == 0, f"a real heap: status {done.returncode}: {done.stderr}"
        (record,) = json.loads(out.read_text())["records"]
        yield record["peer"] == "libgc" and record["ns_per_object"] > 0 and record["phases"], f"a real heap: {record}"
    done = run([*RUN, build, "--only", "no_such_job"])
    yield done.returncode == 2, f"no such job: status {done.returncode}"
    done = run([*RUN, build, "--only", "unchanged", "--minutes", "0"])
    yield done.returncode == 0 and "Left out: unchanged: the time was over (--minutes)." in done.stdout, f"no time: {done.stdout}"
    done = run([*RUN, pathlib.Path(build) / "nothing", "--only", "unchanged", "--minutes", "0.01"])
    yield done.returncode == 1 and "No such file" in done.stderr, f"no programs: status {done.returncode}, {done.stderr}"


def test_report(_build):
    """One page with charts, no reference to anything outside it."""
    if run(["/usr/bin/python3", "-c", "import matplotlib"]).returncode:
        yield SKIP, "python3-matplotlib is not here"
        return
    measurement = measured({"libgc": answer(2.0), "boehm": answer(4.0), "cpython": answer(1.0)})
    records = [record.as_dict() for record in measurement.records.values()]
    rows = [dict(vars(row), reached=row.reached) for row in targets.rows(list(measurement.records.values()))]
    machine = dict.fromkeys(["processor", "processors", "memory_gib", "huge_pages", "system", "compiler", "jemalloc", "revision",
                             "time"], "<here>")
    results = {"machine": machine, "options": {"quick": True, "only": [], "minutes": None},
               "peers": {"boehm": "Boehm", "cpython": "CPython"}, "versions": {"Boehm": "1:8.2"}, "missing": [],
               "left_out": {"huge": "no memory"}, "faults": [], "not_done": {"PHP": ["larson"]}, "records": records, "targets": rows}
    with tempfile.TemporaryDirectory() as folder:
        names = [pathlib.Path(folder) / name for name in ("results.json", "page.html", "chart.svg")]
        names[0].write_text(json.dumps(results))
        done = run(["/usr/bin/python3", "-B", BENCH / "report.py", *names])
        yield done.returncode == 0, f"status {done.returncode}: {done.stderr}"
        page, chart = names[1].read_text(), names[2].read_text()
    yield page.count("<svg") == 3, f"{page.count('<svg')} charts"
    yield "Boehm 2.0×" in page and "CPython 0.50×" in page, "the bars do not say whose they are"
    yield "&lt;here&gt;" in page and "<here>" not in page, "words are not escaped"
    yield "PHP: larson" in page and "huge" in page and "Boehm 1:8.2" in page, "what is not there is not said"
    yield "src=" not in page and "<link" not in page and "url(http" not in page, "it needs something else"
    yield chart.startswith("<svg") and "prefers-color-scheme" in chart, "the chart alone"


def test_instructions(build):
    """The same counts are well; grown ones and other tools are not."""
    if not shutil.which("valgrind"):
        yield SKIP, "valgrind is not here"
        return
    with tempfile.TemporaryDirectory() as folder:
        counts = pathlib.Path(folder) / "counts.json"
        command = [sys.executable, "-B", BENCH / "instructions.py", "--build", pathlib.Path(build).parent, "--counts", counts,
                   "--only", "unchanged"]
        done = run([*command, "--update"])
        if "debuginfo reader" in done.stderr + done.stdout:
            yield SKIP, "this valgrind cannot read the debug information of this compiler"
            return
        yield done.returncode == 0, f"update: status {done.returncode}: {done.stderr}"
        kept = json.loads(counts.read_text())
        for factor, status in ((1, 0), (0.98, 1), (1.02, 0)):
            counts.write_text(json.dumps(dict(kept, instructions={"unchanged": int(kept["instructions"]["unchanged"] * factor)})))
            done = run(command)
            yield done.returncode == status, f"{factor} of the count: status {done.returncode}, must be {status}: {done.stderr}"
        counts.write_text(json.dumps(dict(kept, tools=dict(kept["tools"], compiler="another"))))
        done = run(command)
        yield done.returncode == 2 and "nothing was compared" in done.stderr, f"other tools: status {done.returncode}: {done.stderr}"


TESTS = [test_turns, test_targets, test_faults, test_words, test_real_run, test_report, test_instructions]


def main():
    failed = 0
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        outcomes = list(test(sys.argv[1]))
        faults = [words for good, words in outcomes if not good]
        skipped = next((f" # SKIP {words}" for good, words in outcomes if good is SKIP), "")
        failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {test.__name__}{skipped}", flush=True)
        for fault in faults:
            print(f"{test.__name__}: {fault}", file=sys.stderr)
    return 1 if failed else 0


sys.exit(main())
