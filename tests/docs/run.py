# SPDX-License-Identifier: MIT
"""run.py SOURCE_DIR BUILD_DIR: what README.md, CHANGELOG.md, CONTRIBUTING.md, SECURITY.md and docs/ say is so.

Every ```c block is a program. It is preceded by a line `<!-- runnable -->`, is compiled as C11 with all warnings as errors against the
library in BUILD_DIR, runs, and ends with status 0; a ```text block that follows it is what it prints. Those of README.md are compiled
and run as C++17 as well. A ```scheme block is what is typed to the interpreter of examples/, if that is built. An indented block that
begins with `Test(` is a test: it passes, compiled as those of tests/ are. Every quoted command
`./dev ...` or `meson ...` exists, with its options (commands.py tries them); every relative link and every path of the tree that is
named leads somewhere. Prints TAP; each check is also shown to find what it looks for."""
import collections
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

MARK = "<!-- runnable -->"
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:\./dev|meson)\b[^`\n#]*")
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)[^)]*\)")
TEST = re.compile(r"^ {4}Test\(.*\n(?:(?: {4}.*)?\n)+", re.MULTILINE)
PATH = re.compile(r"`((?:include|lib|gc|tests|bench|docs|examples|\.ci)/[\w./-]*|\w[\w.-]*\.(?:md|build|txt))`")
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]

Block = collections.namedtuple("Block", "line language marked body output")


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
                          timeout=120, check=False, **more)


def blocks_of(text):
    """The fenced blocks of a document, each with the ```text block right behind it, if there is one."""
    found = list(FENCE.finditer(text))
    for here, behind in zip(found, found[1:] + [None]):
        before = text[:here.start()].rstrip("\n")
        output = None
        if behind and behind[1] == "text" and not text[here.end():behind.start()].strip():
            output = behind[2]
        yield Block(before.count("\n") + 2, here[1], before.endswith(MARK), here[2], output)


class Tree:
    """The tree under test, and the build of its library."""

    def __init__(self, source, build):
        self.source, self.build = source, build
        self.scheme = build / "examples" / "scheme"
        with open(build / "compile_commands.json", encoding="utf-8") as file:
            commands = [shlex.split(entry["command"]) for entry in json.load(file) if entry["file"].endswith("lib/error.c")]
        self.c_compiler = commands[0][:next(i for i, word in enumerate(commands[0]) if word.startswith("-"))]
        self.cpp_compiler = shlex.split(os.environ.get("CXX", "c++"))
        with open(build / "meson-info" / "intro-buildoptions.json", encoding="utf-8") as file:
            self.options = {option["name"]: option["value"] for option in json.load(file)}
        sanitize = self.options.get("b_sanitize", "none")
        self.flags = [] if sanitize == "none" else [f"-fsanitize={sanitize}"]
        self.dev_commands = set(re.findall(r"^ +\./dev (\w+)", run([source / "dev"]).stdout, re.MULTILINE))
        self.meson_commands = set(re.search(r"\{(.*?)\}", run(["meson", "--help"]).stdout)[1].split(","))
        self.meson_help = {}

    def libraries(self):
        shared = self.build / "libgc.so"
        if shared.exists():
            return [str(shared), f"-Wl,-rpath,{self.build}"]
        return [str(self.build / "libgc.a"), "-lpthread", "-ldl", "-lm"]

    def help_of_meson(self, command):
        if command not in self.meson_help:
            self.meson_help[command] = run(["meson", command, "--help"]).stdout
        return self.meson_help[command]


def program_fault(tree, block, cpp):
    """What is wrong with the program in a block; None: nothing."""
    with tempfile.TemporaryDirectory() as directory:
        here = pathlib.Path(directory)
        source, program = here / ("program.cpp" if cpp else "program.c"), here / "program"
        source.write_text(block.body, encoding="utf-8")
        compiler = tree.cpp_compiler + ["-std=c++17"] if cpp else tree.c_compiler + ["-std=c11"]
        made = run(compiler + WARNINGS + tree.flags + ["-g", f"-I{tree.source}/include", str(source), "-o", str(program)] +
                   tree.libraries())
        if made.returncode != 0:
            return f"does not compile{' as C++17' if cpp else ''}:\n{made.stdout}"
        ran = run([str(program)], cwd=here)
    if ran.returncode != 0:
        return f"ends with status {ran.returncode}:\n{ran.stdout}"
    if block.output is not None and ran.stdout != block.output:
        return f"prints\n{ran.stdout}and not\n{block.output}"
    return None


def test_fault(tree, body):
    """What is wrong with a test of Criterion's that stands in a document, in the file that it would be in."""
    def packaged(what):
        return shlex.split(run(["pkg-config", what, "criterion"]).stdout)
    with tempfile.TemporaryDirectory() as directory:
        source, program = pathlib.Path(directory) / "test.c", pathlib.Path(directory) / "test"
        source.write_text(f'#include "support/support.h"\n\n{body}', encoding="utf-8")
        made = run([*tree.c_compiler, "-std=gnu11", *WARNINGS, *tree.flags, f"-I{tree.source}/include", f"-I{tree.source}/tests",
                    *packaged("--cflags"), str(source), "-o", str(program), str(tree.build / "tests/libsupport.a"), *tree.libraries(),
                    *packaged("--libs")])
        if made.returncode != 0:
            return f"the test does not compile:\n{made.stdout}"
        ran = run([str(program)], cwd=directory)
    return f"the test fails:\n{ran.stdout}" if ran.returncode != 0 or "Passing: 1" not in ran.stdout else None


def test_faults(tree, name, text):
    rest = FENCE.sub("", text)
    for match in TEST.finditer(rest):
        fault = test_fault(tree, match[0])
        if fault:
            yield f"{name}: {match[0].strip().splitlines()[0]}: {fault}"


def session_fault(tree, block):
    """What is wrong with what is said to be typed to the interpreter, and its answers."""
    if not tree.scheme.exists():
        return None
    ran = subprocess.run([tree.scheme], input=block.body, capture_output=True, text=True, timeout=120, check=False)
    if ran.returncode != 0 or ran.stderr or ran.stdout != block.output:
        return f"answers\n{ran.stdout}{ran.stderr}and not\n{block.output}"
    return None


def block_faults(tree, name, text):
    for block in blocks_of(text):
        if block.language not in ("c", "scheme"):
            continue
        fault = None if block.marked else f"a ```{block.language} block without {MARK}"
        if block.language == "scheme":
            fault = fault or session_fault(tree, block)
            if fault:
                yield f"{name}:{block.line}: {fault}"
            continue
        for cpp in (False, True) if name == "README.md" else (False,):
            fault = fault or program_fault(tree, block, cpp)
        if fault:
            yield f"{name}:{block.line}: {fault}"


def meson_fault(tree, words):
    if len(words) < 2:
        return None
    if words[1] not in tree.meson_commands:
        return f"Meson has no command '{words[1]}'"
    usage = tree.help_of_meson(words[1])
    for word in words[2:]:
        option = re.match(r"-D(\w+)=|(--?\w[\w-]*)", word)
        if option and option[1] and option[1] not in tree.options:
            return f"there is no build option '{option[1]}'"
        if option and option[2] and not re.search(rf"(?<![\w-]){option[2]}(?![\w-])", usage):
            return f"'meson {words[1]}' has no option '{option[2]}'"
    return None


def quoted(text):
    """What a document gives as code: fenced blocks that are no program, indented lines, and what stands between backticks."""
    fenced = [match for match in FENCE.finditer(text)]
    yield from (match[2] for match in fenced if match[1] not in ("c", "scheme"))
    rest = FENCE.sub("", text)
    yield from re.findall(r"^ {4}[^\n]*", rest, re.MULTILINE)
    yield from re.findall(r"`([^`\n]+)`", rest)


def command_faults(tree, name, text):
    for code in quoted(text):
        for command in COMMAND.findall(code):
            words = re.split(r"\s+(?:&&|\|).*", command.strip())[0].split()
            if words[0] == "./dev":
                fault = None if len(words) < 2 or words[1] in tree.dev_commands else f"./dev has no command '{words[1]}'"
            else:
                fault = meson_fault(tree, words)
            if fault:
                yield f"{name}: `{command.strip()}`: {fault}"


def path_faults(tree, name, text):
    here = (tree.source / name).parent
    rest = FENCE.sub("", text)
    for link in LINK.findall(rest):
        if not (here / link).exists():
            yield f"{name}: a link leads to {link}, which is not there"
    for path in PATH.findall(rest):
        if not (tree.source / path).exists() and not (here / path).exists():
            yield f"{name}: names {path}, which is not there"


def faults_of(tree, name, text):
    return [fault for check in (block_faults, test_faults, command_faults, path_faults) for fault in check(tree, name, text)]


def c(body, before=MARK + "\n", behind=""):
    return f"{before}```c\n{body}\n```\n{behind}"


MAIN = "int main(void) { return 0; }"
BAD = [  # what is wrong, a part of what must be said, the document
    ("a program that does not compile", "does not compile", c("int main(void) { return x; }")),
    ("a program that draws a warning", "does not compile", c("int main(void) { int x; return 0; }")),
    ("a program that is C only", "as C++17", c("int main(void) { int class = 0; return class; }")),
    ("a program that fails", "ends with status 3", c("int main(void) { return 3; }")),
    ("a program that prints something else", "and not", c(MAIN, behind="\n```text\nwords\n```\n")),
    ("a program that is not marked", "without", c(MAIN, before="")),
    ("a test that does not compile", "the test does not compile", "    Test(a, b)\n    {\n        x();\n    }\n"),
    ("a test that fails", "the test fails", "    Test(a, b)\n    {\n        cr_assert(false);\n    }\n"),
    ("an unknown ./dev command", "no command 'sing'", "Run `./dev sing`.\n"),
    ("an unknown Meson command", "no command 'sing'", "    meson sing build\n"),
    ("an unknown Meson option", "no option '--louder'", "```sh\nmeson test -C build --louder\n```\n"),
    ("an unknown build option", "no build option 'colour'", "    meson setup build -Dcolour=red\n"),
    ("a link that leads nowhere", "which is not there", "See [this](docs/nowhere.md).\n"),
    ("a path that is not there", "which is not there", "See `lib/nowhere.c`.\n"),
]


def session(body, output):
    return f"{MARK}\n```scheme\n{body}\n```\n\n```text\n{output}\n```\n"


BAD_SESSIONS = [
    ("a session with another answer", "answers", session("(+ 1 1)", "3")),
    ("a session that ends in an error", "answers", session("(car 1)", "1")),
    ("a session that is not marked", "without", session("1", "1").replace(MARK, "")),
]


def main():
    source, build = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    tree = Tree(source, build)
    bad = BAD + (BAD_SESSIONS if tree.scheme.exists() else [])
    documents = [*sorted(source.glob("*.md")), *sorted((source / "docs").glob("*.md"))]
    failed = False
    print(f"1..{len(documents) + len(bad)}", flush=True)
    for number, path in enumerate(documents, 1):
        name = str(path.relative_to(source))
        faults = faults_of(tree, name, path.read_text(encoding="utf-8"))
        failed = failed or bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {name}", flush=True)
        for fault in faults:
            print(fault, file=sys.stderr, flush=True)
    for number, (what, words, text) in enumerate(bad, len(documents) + 1):
        caught = any(words in fault for fault in faults_of(tree, "README.md", text))
        failed = failed or not caught
        print(f"{'ok' if caught else 'not ok'} {number} - finds {what}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
