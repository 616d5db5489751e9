# SPDX-License-Identifier: MIT
"""Every function that a program can call, exported or inline, is called by some target of the fuzzer, or stands below with a reason.

What the targets are made of is what tests/fuzz/meson.build names. A name that begins with gc__ is called by what stands in a header: there
it is enough that a target calls something that comes to it."""
import re
import rule

# A function that no target calls: why.
REASONS = {}

NAME = re.compile(r"\bgc_\w+")
SOURCE = re.compile(r"'([\w./]+\.c)'")
INLINE = re.compile(r"^static inline\b[^;{]*?\b(gc_\w+)\([^;{]*\)\n\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
MACRO = re.compile(r"^#define (gc_\w+)\([^)]*\)((?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)


def _defined(root):
    """What the headers define: the names that each inline function and each macro comes to."""
    functions, macros = {}, {}
    for path in rule.files(root, ["include"], (".h",)):
        code = rule.code_of(path.read_text())
        functions |= {name: set(NAME.findall(body)) for name, body in INLINE.findall(code)}
        for name, body in MACRO.findall(code):
            macros.setdefault(name, set()).update(NAME.findall(body))
    return functions, macros


def _named_by_targets(root):
    """The names in the sources of the targets, and in the headers beside them."""
    folder, named = root / "tests/fuzz", set()
    listed = SOURCE.findall((folder / "meson.build").read_text())
    for path in [folder / name for name in listed] + sorted(folder.glob("*.h")):
        named |= set(NAME.findall(rule.code_of(path.read_text())))
    return named


def check(root, reasons):
    functions, macros = _defined(root)
    exported = set((root / "lib/libgc.symbols").read_text().split())
    named, more = set(), _named_by_targets(root)
    while more:
        named |= more
        more = set().union(*(functions.get(name, set()) | macros.get(name, set()) for name in more)) - named
    wanted = exported | {name for name in functions if not name.startswith("gc__")}
    faults = [f"no target in tests/fuzz calls {name}" for name in sorted(wanted - named - set(reasons))]
    faults += [f"{name} is called by a target, and has a reason why not" for name in sorted(set(reasons) & named)]
    faults += [f"{name} has a reason not to be called, and is no function" for name in sorted(set(reasons) - wanted)]
    return faults


def _tree(header, symbols, target):
    return {"include/libgc.h": header, "lib/libgc.symbols": symbols, "tests/fuzz/meson.build": "files('t.c')\n", "tests/fuzz/t.c": target}


INLINE_TEXT = "static inline int gc_a(int a)\n{\n    return gc__a_slow(a);\n}\n"
rule.run(lambda root: check(root, REASONS if (root / "dev").exists() else {"gc_old": "it is gone"}), [
    ("a function that is not called", "calls gc_b", _tree("", "gc_a\ngc_b\n", "int main(void) { return gc_a(); }\n")),
    ("one that is only in a comment", "calls gc_a", _tree("", "gc_a\n", "/* gc_a() */\n")),
    ("an inline function that is not called", "calls gc_a", _tree(INLINE_TEXT, "gc__a_slow\n", "")),
    ("what such a function comes to", "calls gc__a_slow", _tree(INLINE_TEXT, "gc__a_slow\n", "")),
    ("a source that no target is made of", "calls gc_a", {**_tree("", "gc_a\n", ""), "tests/fuzz/other.c": "int a = gc_a();\n"}),
    ("a reason for what is not there", "gc_old has a reason", _tree("", "", "")),
    ("a reason for what is called", "gc_old is called", _tree("", "gc_old\n", "int main(void) { return gc_old(); }\n")),
])
