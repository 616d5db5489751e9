# SPDX-License-Identifier: MIT
"""scheme.py SCHEME SOURCE_DIR SANITIZED: the interpreter's language, its errors, its programs, and its size. Prints TAP.

language.scm and errors.scm hold an expression a line, and behind "; =>" what it is, or what is said of it."""
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

LINES = 1200
scheme, source, sanitized = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3] != "none"
here = source / "tests" / "examples"
programs = source / "examples" / "scheme" / "programs"


def run(arguments, text="", check="0", address_space=None):
    def limit():
        if address_space:
            resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    return subprocess.run([scheme, *map(str, arguments)], input=text, capture_output=True, text=True, timeout=290, check=False,
                          env=dict(os.environ, LIBGC_CHECK=check), preexec_fn=limit)


def run_text(text, **more):
    """Runs a text as a file. Its name, wherever it is said, is then `program`."""
    with tempfile.NamedTemporaryFile("w", suffix=".scm") as file:
        file.write(text)
        file.flush()
        done = run([file.name], **more)
    done.stderr = done.stderr.replace(file.name, "program")
    return done


def expressions(name):
    for line in (here / name).read_text().splitlines():
        if line and not line.startswith(";"):
            expression, _, expected = line.partition(" ; => ")
            yield expression, expected


def same(seen, expected):
    """Whether they are equal; an address in a repr may be any."""
    return re.sub(r"<struct pair (at 0x)?[0-9a-fx.]+>", "<struct pair ...>", seen) == expected


def differences(pairs):
    return [f"{expression}\n  gives    {seen}\n  and not  {expected}" for expression, seen, expected in pairs if not same(seen, expected)]


def language(check):
    """Each expression is followed by a mark, so that one that prints too little does not shift all behind it."""
    asked = list(expressions("language.scm"))
    done = run([], "".join(f'{expression}\n(display "\\n=mark=\\n")\n' for expression, _ in asked), check)
    answers = [answer.strip("\n").split("\n")[-1] for answer in done.stdout.split("=mark=\n")]
    faults = differences((expression, answer, expected)
                         for (expression, expected), answer in zip(asked, answers) if expected)
    return faults + ([done.stderr] if done.stderr else []) + ([f"status {done.returncode}"] if done.returncode else [])


def errors(check):
    """Each in a process of its own, which must free all that it made although the program ended in its middle."""
    def seen(done):
        return f"{done.stdout}{done.stderr}, status {done.returncode}"
    return differences((expression, seen(run_text(expression, check=check)), f"program:1: {expected}\n, status 1")
                       for expression, expected in expressions("errors.scm"))


def places():
    """In which line an error is: that of the call, or of the use of a macro."""
    texts = [("(define (f x)\n  (list\n    (car x)))\n\n(f 5)\n", 3), ("(define x\n  y)\n", 1), ("1\ny", 2),
             ("(define (f)\n  (list-ref '(1) 2))\n(list 1\n  (f))", 3),
             ("1\n(when\n  (car 2) 3)", 3),
             ("\n\n(let ((x))\n x)", 3), ('"a\nb"\n(car 1)', 3), ("1\n(list 1 2", 2), ('1\n"unended', 2), ("(f '", 1)]
    return [f"{text}\n{done.stderr}" for text, line in texts for done in [run_text(text)]
            if not done.stderr.startswith(f"program:{line}: ") or done.returncode != 1 or done.stdout]


def depth(check):
    """Text and values that are nested too deeply are refused, by the reader, the compiler and whoever looks at them."""
    texts = {"parentheses": "(" * 500000, "quotation": "'" * 500000 + "a", "code": "(begin " * 200000 + "1" + ")" * 200000,
             "calls": "(define (f n) (+ 1 (f n))) (f 1)", "arguments": "(define (f n) (list 1 2 3 4 5 6 7 8 9 (f n))) (f 1)"}
    return [f"{name}: {done.stderr[-200:]}, status {done.returncode}" for name, text in texts.items()
            for done in [run_text(text, check=check)] if "too deep" not in done.stderr or done.returncode != 1]


def terminal():
    """Standard input: values are shown, expressions may take several lines, and an error does not end the session."""
    done = run([], "(define x 1)\n(+ x\n   2) ; three\n\"a\"\n(car x) 'not 'read\n'read\n(list 1\n")
    faults = [] if done.stdout == "3\n'a'\nread\n" else [done.stdout]
    wanted = "input:5: car: argument 1 must be a pair, and is: 1\ninput:8: the text ends inside a value\n"
    return faults + ([] if done.stderr == wanted and done.returncode == 1 else [f"{done.stderr}, status {done.returncode}"])


def command_line():
    faults = []
    done = run(["/nowhere.scm"])
    if done.returncode != 1 or "/nowhere.scm cannot be read" not in done.stderr:
        faults.append(f"a file that is not there: {done.stderr}")
    done = run(["--stats"], "(define (f n) (let loop ((i 0)) (if (< i n) (loop (+ i 1)) i)))\n"
               "(let loop ((i 0)) (if (= i 20000) i (begin (f 1) (loop (+ i 1)))))\n")
    if done.stdout != "20000\n" or not re.search(r"^0 +[1-9]\d* +[1-9]\d+$", done.stderr, re.MULTILINE) or "pauses: " not in done.stderr:
        faults.append(f"--stats: {done.stdout}{done.stderr}")
    return faults


def memory():
    """An endless list in little memory ends the program with a sentence. (AddressSanitizer needs more than that to start.)"""
    if sanitized:
        return []
    done = run_text("(let loop ((list '())) (loop (cons 1 list)))", address_space=300 << 20)
    return [] if done.returncode == 1 and done.stderr.startswith("scheme: ") and "memory" in done.stderr else [done.stderr[-300:]]


def outputs(check):
    """What the programs print."""
    return [f"{name}:\n{done.stdout}{done.stderr}" for name in ("queue", "closures")
            for done in [run([programs / f"{name}.scm"], check=check)]
            if done.stdout != (here / f"{name}.out").read_text() or done.stderr or done.returncode]


def long_run(check):
    """The programs over and over. The last of them ends in an error if anything has grown."""
    done = run(["--stats", *(programs / f"{name}.scm" for name in ("queue", "closures", "long-run"))], check=check)
    last = done.stdout.splitlines()[-1:]
    print("#", done.stderr.replace("\n", "\n# "))
    if last != ["nothing grew in the last 120 of 150 rounds"] or done.returncode:
        return [f"{last} {done.stderr}"]
    return [] if re.search(r"^0 +[1-9]\d+ +[1-9]\d{4,}$", done.stderr, re.MULTILINE) else [f"too few collections: {done.stderr}"]


def growth_is_seen():
    """The long run of a program that keeps something from every round must fail."""
    text = (programs / "long-run.scm").read_text().replace("(bank-day number 100 2)", "(set! kept (cons (bank-day number 100 2) kept))")
    done = run_text("(define kept '())" + (programs / "queue.scm").read_text() + (programs / "closures.scm").read_text() + text)
    faults = [] if "it grows: " in done.stderr and done.returncode == 1 else [done.stdout + done.stderr]
    # One that lets all go before the end has had its peak all the same.
    text = text.replace("(objects-left) (collect)", "(objects-left) (set! kept '()) (collect)")
    text = text.replace("(define slabs 131072)", "(define slabs 1000000000)")
    done = run_text("(define kept '())" + (programs / "queue.scm").read_text() + (programs / "closures.scm").read_text()
                    + text.replace("(bank-day number 100 2)", "(iota 200)"))
    return faults + ([] if "it grows: objects" in done.stderr and done.returncode == 1 else [done.stdout + done.stderr])


def size(directory, limit):
    """The interpreter stays small enough to be read: all lines, of C and of its prelude."""
    lines = sum(len(path.read_text().splitlines()) for path in directory.iterdir() if path.suffix in (".c", ".h", ".scm"))
    return [] if lines < limit else [f"{lines} lines, fewer than {limit} are allowed"]


def size_is_seen():
    """Blank lines and comments count, headers and the prelude do, and so does the line that is one too many."""
    with tempfile.TemporaryDirectory() as directory:
        for name, text in (("a.c", "int x;\n\n"), ("a.h", "/* x */\n"), ("prelude.scm", "x\n; y\n"), ("prelude.sed", "s/x/y/\n")):
            pathlib.Path(directory, name).write_text(text)
        seen = [size(pathlib.Path(directory), 6), size(pathlib.Path(directory), 5)]
    return [] if seen == [[], ["5 lines, fewer than 5 are allowed"]] else [str(seen)]


CHECKS = [
    ("language", lambda: language("0")),
    ("language, in a checked heap", lambda: language("2")),
    ("errors", lambda: errors("0")),
    ("errors, in a checked heap", lambda: errors("1")),
    ("places of errors", places),
    ("depth", lambda: depth("0")),
    ("depth, in a checked heap", lambda: depth("1")),
    ("terminal", terminal),
    ("command line", command_line),
    ("memory", memory),
    ("programs", lambda: outputs("0")),
    ("programs, in a checked heap", lambda: outputs("2")),
    ("long run", lambda: long_run("0")),
    ("long run, in a checked heap", lambda: long_run("1")),
    ("growth is seen", growth_is_seen),
    ("size", lambda: size(source / "examples" / "scheme", LINES)),
    ("size is seen", size_is_seen),
]

print(f"1..{len(CHECKS)}", flush=True)
failed = False
for number, (name, check_function) in enumerate(CHECKS, 1):
    found = check_function()
    failed = failed or bool(found)
    print(f"{'not ok' if found else 'ok'} {number} - {name}", flush=True)
    print("\n".join(found), end="\n" if found else "", file=sys.stderr, flush=True)
sys.exit(1 if failed else 0)
