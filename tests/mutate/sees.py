# SPDX-License-Identifier: MIT
"""sees.py: the tools that judge the tests see what they are to see: cover.py a line that was not run, mutate.py every place for a change,
and a survivor. Prints TAP."""
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "cover")]
import cover  # noqa: E402
import mutate  # noqa: E402
import operators  # noqa: E402

BODY = "static int f(int a)\n{\n    int b = 3;\n    g(a);\n    if (a < b && !(a == 0))\n        return true;\n    b |= A | B;\n" \
       "    for (;;) {\n        b++;\n        break;\n    }\n    return a + (b & ~A);\n}\n\nvoid h(void)\n{\n    g(1);\n}\n"
CHANGES = [  # operator, a line, how it is to read
    ("deletion", "g(a);", "(void)0;"),
    ("boundary", "if (a < b && !(a == 0))", "if (a <= b && !(a == 0))"),
    ("comparison", "if (a < b && !(a == 0))", "if (a < b && !(a != 0))"),
    ("connective", "if (a < b && !(a == 0))", "if (a < b || !(a == 0))"),
    ("negation", "if (a < b && !(a == 0))", "if (!(a < b && !(a == 0)))"),
    ("return", "return true;", "return false;"),
    ("assignment", "b |= A | B;", "b = A | B;"),
    ("flag", "b |= A | B;", "b |= A;"),
    ("step", "b++;", "b--;"),
    ("jump", "break;", "(void)0;"),
    ("arithmetic", "return a + (b & ~A);", "return a - (b & ~A);"),
    ("bits", "return a + (b & ~A);", "return a + (b | ~A);"),
    ("mask", "return a + (b & ~A);", "return a + (b & A);"),
    ("constant", "g(1);", "g(2);"),
]


def places():
    found = {(place.operator, *operators.line_of(BODY, place)[1:]) for place in operators.places_of(BODY)}
    return [f"no {change}" for change in CHANGES if change not in found]


def quiet_places():
    text = 'static const int a = 1 + 2;\nint f(void)\n{\n    /* a < b; */\n    char text[40], more[2];\n' \
           '    if (a + 2 < b)\n        __builtin_prefetch(a + 3, 1);\n    return s("c && d");\n}\n'
    return [str(place) for place in operators.places_of(text)]


def early_returns():
    place = next(place for place in operators.places_of(BODY) if place.operator == "early return")
    return [] if "{\n    return;\n    g(1);" in operators.changed(BODY, place) else ["no early return"]


def drawn_again():
    """What is drawn of a file does not depend on other files, nor on other lines."""
    def of_b(first):
        with tempfile.TemporaryDirectory() as directory:
            source = pathlib.Path(directory)
            (source / "a.c").write_text(first, encoding="utf-8")
            (source / "b.c").write_text(BODY, encoding="utf-8")
            return [change[1:5] for change in mutate.draw(source, ["a.c", "b.c"], 1) if change.file == "b.c"]
    before, after = (mutate.order_of(text, "b.c", 1) for text in (BODY, BODY.replace("b |= A | B;", "b = B;")))
    before, after = ([(place.operator, *lines) for place, *lines in order if "b |= " not in lines[1] and lines[1] != "b = B;"]
                     for order in (before, after))
    faults = [] if of_b("") == of_b(BODY.replace("f(", "p(")) != [] else ["another file changes what is drawn"]
    return faults + [f"another line moves a {operator}" for operator in {change[0] for change in before}
                     if [c for c in before if c[0] == operator] != [c for c in after if c[0] == operator]]


def judged(lines, left_out):
    rows, missed, unneeded = cover.judged({"a.c": [cover.Line(*line) for line in lines]}, left_out)
    return rows[0][1:], [line.number for _, line in missed], [text for _, text in unneeded]


def lines_judged():
    run, not_run = (1, "if (z)", "x();", 5, 2, 1), (2, "x();", "y();", 0, 2, 0)
    why = [{"file": "a.c", "lines": ["y();"], "reason": "it is so"}]
    both = [{**why[0], "lines": ["x(); y();"]}]
    wanted = [
        (judged([run, not_run], both), ((1, 1, 1, 2, 1), [], [])),
        (judged([run, not_run], []), ((2, 1, 0, 4, 1), [2], [])),
        (judged([run, not_run], why), ((1, 1, 1, 2, 1), [], [])),
        (judged([run], why), ((1, 1, 0, 2, 1), [], ["y();"])),
    ]
    return [f"{got}, not {expected}" for got, expected in wanted if got != expected]


def survivors():
    with tempfile.TemporaryDirectory() as directory:
        source = pathlib.Path(directory)
        (source / "a.c").write_text("first;\nx < y\nsecond;\nx < z\nx < z\n", encoding="utf-8")
        run = mutate.Run.__new__(mutate.Run)
        run.drawn_again = {"no C": 0, "the same": 0}
        seen = mutate.Result(mutate.Change("a.c", "boundary", 2, "x < y", "x <= y", ""), "a test", 1.0)
        unseen = seen._replace(noticed_by="")
        upper, lower = (unseen._replace(change=mutate.Change("a.c", "boundary", number, "x < z", "x <= z", "")) for number in (4, 5))
        entry = {"file": "a.c", "now": "x < y", "then": "x <= y", "reason": "it is so"}
        one = {**entry, "now": "x < z", "then": "x <= z", "above": "second;"}
        cases = [
            ([seen] * 20, [], 0),
            ([seen] * 999 + [unseen], [], 1),  # every survivor is to be listed, whatever the share
            ([seen] * 999 + [unseen], [entry], 0),
            ([seen] * 95 + [unseen] * 5, [entry], 0),
            ([seen] * 94 + [unseen] * 6, [entry], 1),  # those listed have not been noticed either
            ([seen] * 8 + [unseen] * 2, [entry], 0),  # too few for a share
            ([seen], [{**entry, "now": "x > y"}], 1),
            ([seen], [{**entry, "file": "b.c"}], 1),
            ([seen], [{**entry, "reason": " "}], 1),
            ([seen], [{**one, "above": "first;"}], 1),
            ([seen], [{key: one[key] for key in one if key != "above"}], 1),  # which of the two
            ([seen] * 99 + [upper], [one], 0),
            ([seen] * 99 + [lower], [one], 1),
            ([seen] * 99 + [unseen], [{**entry, "then": "x > y"}], 1),
        ]
        return [f"{len(results)} results, {listed}: {got}" for results, listed, wanted in cases
                for got in [mutate.report(source, results, listed, run, 1.0)] if got != wanted]


def main():
    sys.stdout, output = sys.stderr, sys.stdout
    failed = False
    checks = [places, quiet_places, early_returns, drawn_again, lines_judged, survivors]
    print(f"1..{len(checks)}", file=output)
    for number, check in enumerate(checks, 1):
        faults = check()
        failed = failed or bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {check.__name__}", file=output)
        for fault in faults:
            print(fault, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
