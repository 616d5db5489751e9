# SPDX-License-Identifier: MIT
"""commands.py SOURCE_DIR BUILD_DIR: every command that a document quotes is tried.

A quoted command is a line of a block, or all that stands between backticks, that begins with ./dev, meson, or a program below build/.
How each is tried is in ATTEMPTS, by the longest beginning that is there; one that is not there is a fault. What ends in seconds is run,
small if it can be, on the build in BUILD_DIR. What takes longer, or would build, is run with stand-ins for the tools that do the work
(meson, ninja, python3 and so on), which write down how they were called: then the options and targets that Meson and ninja were given
exist, and so do the scripts, and their options. Prints TAP; each check is also shown to find what it looks for."""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import run as documents

HEAP = "bench/heaps/npm.heapsnapshot.gz"
SCHEME = "examples/scheme/programs/closures.scm"
STAND_INS = ["apt-get", "sudo", "meson", "ninja", "gcovr", "valgrind", "python3"]
QUOTED = re.compile(r"^\s*((?:[A-Z_]+=\S+ )*(?:\./dev|meson|build/\S+)(?![\w./-])(?: (?! )[^#\n]*?)?)(?:  .*|\s*#.*|\s*)$", re.MULTILINE)


def words_of(command):
    """The command's words, without the settings of the environment before it."""
    return [word for word in shlex.split(re.sub(r"[\[\]]|\.\.\.", "", command)) if not re.match(r"[A-Z_]+=", word)]


def commands_of(text):
    """The commands that a document quotes, without their placeholders' brackets."""
    for code in documents.quoted(text):
        for command in QUOTED.findall(code):
            if not (command.startswith("meson.") or command.startswith("meson_") or re.match(r"build/\S*$", command)):
                yield command.strip()


class Tree(documents.Tree):
    def __init__(self, source, build):
        super().__init__(source, build)
        self.dev = source / "dev"
        self.tried = {}

    def attempt(self, command):
        words = words_of(command)
        for length in range(len(words), min(len(words), 2) - 1, -1):
            attempt = ATTEMPTS.get(" ".join(words[:length]))
            if attempt:
                return attempt
        return None


def stand_in(directory, name):
    """A program that writes its name and arguments to $CALLS; meson makes the directory that it is to set up."""
    path = directory / name
    path.write_text('#!/bin/sh\n{ printf "%s" "${0##*/}"; printf "\\t%s" "$@"; echo; } >>"$CALLS"\n'
                    'if [ "${0##*/}" = meson ] && [ "$1" = setup ]; then mkdir -p "$2"; fi\n', encoding="utf-8")
    path.chmod(0o755)


def in_a_copy(tree, arguments, stand_ins, build):
    """Runs ./dev in a directory that looks like the tree. Returns what came of it, and the calls of the stand-ins."""
    with tempfile.TemporaryDirectory() as directory:
        here = pathlib.Path(directory)
        (here / "tree").mkdir()
        (here / "tools").mkdir()
        for path in tree.source.iterdir():
            if path.name not in ("dev", ".git", "build") and not path.name.startswith("build-"):
                (here / "tree" / path.name).symlink_to(path)
        (here / "tree/dev").write_bytes(tree.dev.read_bytes())
        (here / "tree/dev").chmod(0o755)
        for name in stand_ins:
            stand_in(here / "tools", name)
        environment = dict(os.environ, PATH=f"{here / 'tools'}:{os.environ['PATH']}", CALLS=str(here / "calls"))
        environment |= {"BUILD": str(build or here / "build"), "LIBGC_GRAPHS": "5"} # a model's test is short
        ran = documents.run([here / "tree/dev", *arguments], env=environment, cwd=here / "tree")
        calls = (here / "calls").read_text(encoding="utf-8") if (here / "calls").exists() else ""
        calls = calls.replace(str(here / "tree"), str(tree.source)).replace(str(here / "build"), "BUILD")
        return ran, [line.split("\t") for line in calls.splitlines()]


def real(*arguments, prints=""):
    """./dev is run, on what is built already. What it prints has those words in it."""
    def attempt(tree, _):
        ran, _ = in_a_copy(tree, arguments, [name for name in STAND_INS if name != "python3"], tree.build)
        if ran.returncode != 0:
            return f"ends with status {ran.returncode}:\n{ran.stdout}"
        return None if prints in ran.stdout else f"does not print '{prints}', but:\n{ran.stdout}"
    return attempt


def option_fault(usage, words, of):
    for word in words:
        option = re.match(r"--?[a-z][\w-]*", word)
        if option and not re.search(rf"(?<![\w-]){option[0]}(?![\w-])", usage):
            return f"{of} has no option '{option[0]}'"
    return None


def call_fault(tree, call):
    """What is wrong with how a tool was called."""
    if call[0] == "meson":
        return documents.meson_fault(tree, call)
    if call[0] == "ninja":
        # Only a build for libFuzzer has fuzz-TARGET; every build has fuzz-replay-TARGET.
        targets = [word.replace("/fuzz-", "/fuzz-replay-") for word in call[1:] if not word.startswith(("-", "BUILD"))]
        asked = documents.run(["ninja", "-C", str(tree.build), "-t", "query", *targets]) if targets else None
        return f"ninja does not know a target of {targets}" if asked and asked.returncode != 0 else None
    if call[0] == "python3" and "-c" not in call:
        script = next(word for word in call[1:] if not word.startswith("-"))
        if not pathlib.Path(script).exists():
            return f"there is no {script}"
        if call.index(script) + 1 < len(call) and any(word.startswith("--") for word in call):
            usage = documents.run([sys.executable, "-B", script, "--help"]).stdout + pathlib.Path(script).read_text(encoding="utf-8")
            return option_fault(usage, call[call.index(script) + 1:], script)
    return None


def rehearsed(*arguments):
    """./dev is run as the document says, with stand-ins for the tools."""
    def attempt(tree, words):
        given = words[2:] if words[1:2] == list(arguments[:1]) else []
        ran, calls = in_a_copy(tree, [*arguments, *given], STAND_INS, None)
        if ran.returncode != 0:
            return f"ends with status {ran.returncode}:\n{ran.stdout}"
        return next(filter(None, (call_fault(tree, call) for call in calls)), None if calls or "clean" in arguments else "does nothing")
    return attempt


def options_known(attempt, usage):
    """As the other attempt; and the options that are quoted have to be in a text, which is a file of the tree or a program's help."""
    def both(tree, words):
        text = (tree.source / usage).read_text(encoding="utf-8")
        return option_fault(text, words[2:], " ".join(words[:2])) or attempt(tree, words)
    return both


def meson_test(tree, words):
    """Of what would be tested only the list is made, and something is in it."""
    ran = documents.run([*[str(tree.build) if word == "build" else word for word in words], "--list", "--no-rebuild"], cwd=tree.build)
    return None if ran.returncode == 0 and " / " in ran.stdout else f"there is no such test:\n{ran.stdout}"


def program(tree, words):
    path = tree.build / words[0].removeprefix("build/")
    if not path.exists():
        return call_fault(tree, ["ninja", str(path.relative_to(tree.build))])
    ran = documents.run([str(path), *words[1:]])
    return None if ran.returncode == 0 else f"ends with status {ran.returncode}:\n{ran.stdout}"


def script(name):
    """A script that changes the running system is only read."""
    def attempt(tree, _):
        ran = documents.run(["sh", "-n", str(tree.source / name)])
        return None if ran.returncode == 0 and os.access(tree.source / name, os.X_OK) else f"cannot be run:\n{ran.stdout}"
    return attempt


def by_test(name, words):
    """Another test does just this."""
    def attempt(tree, _):
        text = (tree.source / "tests" / name).read_text(encoding="utf-8")
        return None if words in text else f"tests/{name} does not do it"
    return attempt


PROVE = options_known(real("prove", "--quick", "--every", "1000", "--jobs", "1", prints="cases"), "tests/prove/main.c")
SOAK = options_known(real("soak", "--steps", "2000", "--places", "100", prints="seed 1"), "tests/soak/mixed.c")
FAILING = options_known(real("failing", "--scenario", "lists", "--mode", "until", "--point", "40", prints="0 faults"),
                        "tests/failing/main.c")
ATTEMPTS = {
    "./dev": real(prints="./dev test"),
    "./dev demo": real("demo", prints="npm.heapsnapshot"),
    "./dev replay": real("replay", HEAP, prints="objects"),
    "./dev tour": real("tour"),
    "./dev scheme": real("scheme", SCHEME),
    "./dev prove": PROVE,
    "./dev model": real("model", "0", prints="no graph differs"),
    "./dev test": rehearsed("test"),
    "./dev sanitize": rehearsed("sanitize"),
    "./dev analyze": rehearsed("analyze"),
    "./dev cover": rehearsed("cover"),
    "./dev mutate": rehearsed("mutate"),
    "./dev spin": options_known(real("spin", "--list", prints="births"), "tests/spin/run.py"),
    "./dev soak": SOAK,
    "./dev fuzz": rehearsed("fuzz"),
    "./dev stress": rehearsed("stress"),
    "./dev failing": FAILING,
    "./dev failing --no-overcommit": script("tests/failing/no_overcommit.sh"),
    "./dev clean": rehearsed("clean"),
    "./dev bench": rehearsed("bench"),
    "./dev instructions": rehearsed("instructions"),
    "meson setup": by_test("install/subproject.sh", "meson setup"),
    "meson install": by_test("install/setting_up.sh", "meson install"),
    "meson test": meson_test,
    "build/tests": program,
}


def fault_of(tree, command):
    attempt = tree.attempt(command)
    if attempt is None and command.startswith("build/tests/"):
        attempt = program
    if attempt is None:
        return "nothing tries it: see ATTEMPTS in tests/docs/commands.py"
    key = (str(tree.dev), command)
    if key not in tree.tried:
        try:
            tree.tried[key] = attempt(tree, words_of(command))
        except subprocess.TimeoutExpired:
            tree.tried[key] = "does not end"
    return tree.tried[key]


BAD = [  # what is wrong, a part of what must be said, the command, what is replaced in ./dev, by what
    ("a command that nothing tries", "nothing tries it", "./dev sing", "", ""),
    ("a command that fails", "ends with status 3", "./dev tour", "tour() {", "tour() {\n    exit 3"),
    ("a command that prints something else", "does not print", "./dev", "./dev test ", "./dev toast "),
    ("a rehearsed command that fails", "ends with status 3", "./dev test", "run_tests() {", "run_tests() {\n    exit 3"),
    ("a Meson option that is unknown", "no option '--louder'", "./dev test", "--print-errorlogs", "--louder"),
    ("a build option that is unknown", "no build option 'singing'", "./dev test", "-Dexamples=enabled", "-Dsinging=enabled"),
    ("a target that is unknown", "ninja does not know", "./dev instructions", '-C "$build"', '-C "$build" tests/nowhere'),
    ("a script that is not there", "there is no", "./dev instructions", "bench/instructions.py", "bench/nowhere.py"),
    ("an option that the script has not", "no option '--louder'", "./dev bench --louder", "", ""),
    ("an option that a program has not", "no option '--louder'", "./dev prove --louder", "", ""),
    ("a suite that is unknown", "no such test", "meson test -C build --suite nowhere", "", ""),
    ("a program that nothing builds", "ninja does not know", "build/tests/nowhere", "", ""),
]


def caught(tree, words, command, old, new):
    with tempfile.TemporaryDirectory() as directory:
        text = tree.dev.read_text(encoding="utf-8")
        spoiled = Tree(tree.source, tree.build)
        if old:
            assert old in text, old
            spoiled.dev = pathlib.Path(directory) / "dev"
            spoiled.dev.write_text(text.replace(old, new), encoding="utf-8")
        return words in (fault_of(spoiled, command) or "")


def main():
    source, build = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    tree = Tree(source, build)
    paths = [path for pattern in ("*.md", "docs/*.md", "tests/**/*.md", "bench/**/*.md") for path in sorted(source.glob(pattern))]
    places = {}
    for path in paths:
        for command in commands_of(path.read_text(encoding="utf-8")):
            places.setdefault(command, str(path.relative_to(source)))
    failed = False
    print(f"1..{len(places) + len(BAD)}", flush=True)
    for number, (command, place) in enumerate(places.items(), 1):
        fault = fault_of(tree, command)
        failed = failed or fault is not None
        print(f"{'not ok' if fault else 'ok'} {number} - {command.replace('#', '')}", flush=True)
        if fault:
            print(f"{place}: {command}: {fault}", file=sys.stderr, flush=True)
    for number, (what, words, command, old, new) in enumerate(BAD, len(places) + 1):
        found = caught(tree, words, command, old, new)
        failed = failed or not found
        print(f"{'ok' if found else 'not ok'} {number} - finds {what}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
