# SPDX-License-Identifier: MIT
"""lib/libgc.symbols is sorted, is what the public headers declare, and is what the built libraries define."""
import pathlib
import re
import subprocess
import sys
import rule

DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
FUNCTION = re.compile(r"\b(gc_\w+)\s*\([^;]*\)$", re.DOTALL)


def _outside_braces(code):
    """The code at file scope, with `{}` where something stood in braces."""
    kept, depth = [], 0
    for letter in code:
        if letter == "{":
            depth += 1
        if depth == 0 or letter == "{" and depth == 1:
            kept.append(letter)
        if letter == "}":
            depth -= 1
            kept.append("}" if depth == 0 else "")
    return "".join(kept)


def _declarations(root):
    """(exported, name) of each function that a public header declares and does not define."""
    for path in rule.files(root, ["include"], (".h",)):
        code = _outside_braces(DIRECTIVE.sub("", rule.code_of(path.read_text())))
        for statement in re.split(r";|\{\}", re.sub(r"\{\}(?=\s*\w*;)", "", code)):
            words = re.sub(r"\bGC__(BEGIN|END)_C\b", "", statement).strip()
            function = FUNCTION.search(words)
            if function and not re.match(r"static\b|typedef\b|template\b", words):
                yield re.match(r"GC_+API\b", words) is not None, function.group(1)


def _defined(library):
    dynamic = ["-D"] if ".so" in pathlib.Path(library).name else []
    command = ["nm", "--extern-only", "--defined-only", "--format=posix", *dynamic, library]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return {line.split()[0] for line in lines if len(line.split()) >= 2 and not line.endswith(":")}


def _compare(what, names, listed):
    return [f"{what} has {name}, which lib/libgc.symbols has not" for name in sorted(names - listed)] + \
           [f"lib/libgc.symbols has {name}, which {what} has not" for name in sorted(listed - names)]


def check(root, libraries):
    lines = (root / "lib/libgc.symbols").read_text().splitlines()
    faults = [] if lines == sorted(set(lines)) else ["lib/libgc.symbols is not sorted, or names something twice"]
    faults += [f"{name} does not begin with gc_" for name in lines if not name.startswith("gc_")]
    declared = set()
    for exported, name in _declarations(root):
        declared.add(name)
        if not exported:
            faults.append(f"{name} is declared in a public header without GC_API")
    faults += _compare("include/", declared, set(lines))
    for library in libraries:
        faults += _compare(pathlib.Path(library).name, _defined(library), set(lines))
    return faults


LIBRARIES = sys.argv[2:]
HEADER = "GC_API int gc_a(void);\n"
rule.run(lambda root: check(root, LIBRARIES if root == pathlib.Path(sys.argv[1]) else []), [
    ("a function that is not listed", "include/ has gc_b",
     {"include/libgc.h": HEADER + "GC_API int gc_b(int b);\n", "lib/libgc.symbols": "gc_a\n"}),
    ("a listed name that no header has", "which include/ has not", {"include/libgc.h": HEADER, "lib/libgc.symbols": "gc_a\ngc_b\n"}),
    ("a declaration without GC_API", "gc_a is declared", {"include/libgc.h": "int gc_a(void);\n", "lib/libgc.symbols": "gc_a\n"}),
    ("a list out of order", "not sorted", {"include/libgc.h": HEADER + "GC_API int gc_b(void);\n", "lib/libgc.symbols": "gc_b\ngc_a\n"}),
    ("a name outside gc_", "malloc does not begin", {"include/libgc.h": HEADER, "lib/libgc.symbols": "gc_a\nmalloc\n"}),
])
