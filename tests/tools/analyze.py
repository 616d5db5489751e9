# SPDX-License-Identifier: MIT
"""analyze.py SOURCE BUILD [--tool gcc|cppcheck|clang-tidy] [PATH ...]: the C files of lib/, gc/, examples/ and bench/ (or those whose paths
begin with PATH), and the headers they include, must be clean for gcc -fanalyzer, cppcheck and clang-tidy, with the flags they are built
with in BUILD.

What is reported and is no fault stands in SUPPRESSED with the reason; one that no tool reports any more is a fault of this file. Each
tool is first shown a file with a fault, which it must report. Exit status 0: clean."""
import argparse
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

FOLDERS = ("lib", "gc", "include", "examples", "bench")
FINDING = re.compile(r"^(?P<path>[^\s:]+):(?P<line>\d+):(?:\d+:)? (?P<kind>warning|error|style|performance|portability): (?P<text>.*?) "
                     r"\[(?P<check>[^\]]+)\]$", re.MULTILINE)


class Suppressed(NamedTuple):
    path: str
    check: str
    words: str  # in the message
    reason: str


SUPPRESSED = [
    Suppressed("include/libgc/number.h", "-Wanalyzer-null-dereference", "dereference of NULL",
               "bench/workloads/lists.c asks for elements that are there; gcc takes gc_list_get's NULL for possible"),
    Suppressed("bench/numbers.c", "nullPointerRedundantCheck", "!memory", "bench_fail does not return"),
    Suppressed("bench/numbers.c", "cert-err34-c", "fscanf", "the kernel writes a number of pages, which a long holds"),
    Suppressed("bench/replay/model.c", "clang-analyzer-optin.portability.UnixAPI", "0 bytes",
               "a file without nodes is refused, and a graph with nodes has a type"),
    Suppressed("bench/replay/model.c", "clang-analyzer-core.NullDereference", "edge_count",
               "there is an object for each node: model_create_objects fails where one was refused"),
    Suppressed("bench/peers/c/binary_trees.c", "clang-analyzer-core.UndefinedBinaryOperatorResult", "left shift",
               "a depth is some dozens at most: a tree of 64 would have no room in any memory"),
    Suppressed("bench/peers/c/graphs.c", "clang-analyzer-deadcode.DeadStores", "freed",
               "read where the peer is not IS_TRACED, a constant of each of the peers that the file is compiled for"),
    Suppressed("bench/peers/c/loops.c", "clang-analyzer-deadcode.DeadStores", "is never read",
               "read where the peer is IS_BY_HAND, a constant of each of the peers that the file is compiled for"),
    Suppressed("bench/peers/c/loops.c", "arrayIndexOutOfBoundsCond", "body_of", "the numbers of blocks are below BLOCKS"),
    Suppressed("bench/peers/glib/keys.c", "uninitvar", "content", "a parameter; cppcheck does not know GLib's types"),
    Suppressed("examples/scheme/eval.c", "bugprone-macro-repeated-side-effects", "field",
               "the other one is in a sizeof of gc_set's, which does not evaluate it"),
    Suppressed("examples/scheme/eval.c", "clang-analyzer-core.NullDereference", "left",
               "it is a pair before the loop, and what takes its place in the loop is one too, as is_pair says"),
    Suppressed("examples/scheme/primitives.c", "clang-analyzer-core.CallAndMessage", "function pointer is null",
               "a primitive without code has one parameter: with one argument it has returned, and with another number failed"),
    Suppressed("gc/verify.c", "pointerSize", "slot", "the slot holds a pointer, and its size is meant"),
    Suppressed("lib/slab.c", "pointerSize", "slot", "the slot holds a pointer, and its size is meant"),
    Suppressed("lib/teardown.c", "pointerSize", "field", "the field holds a pointer, and its size is meant"),
    Suppressed("lib/containers/number.c", "incorrectLogicOperator", "0x1p63", "cppcheck does not read hexadecimal floats"),
    Suppressed("lib/heap.h", "nullPointerArithmeticRedundantCheck", "condition 'target'",
               "gc__target_index takes NULL too: the distance to the heap's start is then out of its range, and nothing is followed"),
    Suppressed("lib/containers/set_operations.c", "clang-analyzer-core.NullDereference", "entries",
               "the loop runs from the first reference to the last, and a table with references has entries, and so hashes"),
]

# A fault that each tool must see, in a file of its own.
PLANT = """
#include <stdlib.h>
int planted(int count);
int planted(int count)
{
    int *numbers = malloc(10 * sizeof(int));
    int array[4] = { 0 };
    if (!numbers)
        return numbers[0] + array[4];
    free(numbers);
    return numbers[count];
}
"""


class Entry(NamedTuple):
    path: str
    folder: str
    command: list


def entries_of(source, build, prefixes):
    """One compilation of each C file, without what names outputs."""
    found = {}
    with open(build / "compile_commands.json", encoding="utf-8") as file:
        commands = json.load(file)
    for command in commands:
        path = os.path.relpath(os.path.realpath(os.path.join(command["directory"], command["file"])), source)
        if path.split("/")[0] not in FOLDERS or not path.endswith(".c") or prefixes and not path.startswith(tuple(prefixes)):
            continue
        words, kept = iter(shlex.split(command["command"])), []
        for word in words:
            if word in ("-o", "-MF", "-MQ"):
                next(words)
            elif word not in ("-MD", "-c", "-Werror") and os.path.realpath(os.path.join(command["directory"], word)) != str(source / path):
                kept.append(word)
        found.setdefault(path, Entry(path, command["directory"], kept))
    return list(found.values())


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def gcc(source, entry, path):
    words = ["gcc" if re.search(r"(^|/)(cc|gcc|clang)[\w.-]*$", entry.command[0]) else entry.command[0], *entry.command[1:]]
    return run([*words, "-fanalyzer", "-Wno-error", "-fdiagnostics-plain-output", "-c", "-o", "/dev/null", path], entry.folder)


def cppcheck(source, entry, path):
    flags = [word for word in entry.command if re.match(r"-[DI]", word)]
    flags = [f"-I{os.path.join(entry.folder, word[2:])}" if word.startswith("-I") else word for word in flags]
    return run(["cppcheck", "--quiet", "--std=c11", "--enable=warning,performance,portability", "--inline-suppr", "-D__GNUC__=12",
                "-D__typeof__(x)=void *",
                "-DUINTPTR_MAX=18446744073709551615", "-DUINT64_MAX=18446744073709551615", "--suppress=missingIncludeSystem",
                "--template={file}:{line}:{column}: {severity}: {message} [{id}]", *flags, path], source)


def clang_tidy(source, entry, path):
    flags = [word for word in entry.command[1:] if re.match(r"-([DI]|std=|isystem)", word) or not word.startswith("-")]
    flags = [word for word in flags if not word.endswith((".c", ".o"))]
    return run(["clang-tidy", "--quiet", f"--config-file={source / '.clang-tidy'}", path, "--", *flags], entry.folder)


TOOLS = {"gcc": gcc, "cppcheck": cppcheck, "clang-tidy": clang_tidy}


def findings_of(source, tool, entry, path):
    """(path, line, text, check) of each finding in the tree."""
    found = set()
    for match in FINDING.finditer(TOOLS[tool](source, entry, path)):
        where = os.path.relpath(os.path.realpath(os.path.join(entry.folder, match["path"])), source)
        check = match["check"].split("] [")[-1]
        found.add((where, int(match["line"]), match["text"], check))
    return found


def is_blind(source, tool, entry):
    """Whether a tool does not see the planted fault."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "planted.c"
        path.write_text(PLANT, encoding="utf-8")
        return not findings_of(source, tool, entry, str(path))


def analyze(source, tool, entries):
    """What a tool finds in the tree's own files."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        found = pool.map(lambda entry: findings_of(source, tool, entry, str(source / entry.path)), entries)
    return {finding for findings in found for finding in findings if finding[0].split("/")[0] in FOLDERS}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--tool", choices=TOOLS)
    parser.add_argument("prefixes", nargs="*", metavar="PATH")
    arguments = parser.parse_intermixed_args()
    source = arguments.source.resolve()
    entries = entries_of(source, arguments.build.resolve(), arguments.prefixes)
    tools = [arguments.tool] if arguments.tool else list(TOOLS)
    used, bad = set(), not entries
    for tool in tools:
        start = time.monotonic()
        if is_blind(source, tool, entries[0]):
            print(f"{tool} does not report a planted fault")
            bad = True
        shown = 0
        for path, line, text, check in sorted(analyze(source, tool, entries)):
            reasons = [entry for entry in SUPPRESSED if (entry.path, entry.check) == (path, check) and entry.words in text]
            used.update(reasons)
            if not reasons:
                print(f"{path}:{line}: {text} [{check}]")
                shown += 1
        bad = bad or shown > 0
        print(f"{tool}: {len(entries)} files, {shown} findings, {time.monotonic() - start:.0f} s", flush=True)
    if not arguments.prefixes and not arguments.tool:
        for entry in SUPPRESSED:
            if entry not in used:
                print(f"no tool reports {entry.check} in {entry.path} any more: take it out of SUPPRESSED")
                bad = True
    sys.exit(1 if bad else 0)


main()
