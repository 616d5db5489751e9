# SPDX-License-Identifier: MIT
"""What the rules of the house share: reading C, and running a rule on the tree and on trees that break it."""
import pathlib
import re
import sys
import tempfile

TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)


def code_of(text):
    """The text with comments, strings and characters blanked, every line where it was."""
    def blank(match):
        quote = match.group()[0]
        inside = re.sub(r"[^\n]", " ", match.group())
        return inside if quote == "/" else quote + inside[1:-1] + quote
    return TOKEN.sub(blank, text)


def files(root, folders, suffixes=(".c", ".h", ".hpp")):
    """The files under some folders of the tree, sorted."""
    found = []
    for folder in folders:
        found += [path for path in (root / folder).rglob("*") if path.suffix in suffixes]
    return sorted(found)


def _tree(base, parts):
    for name, text in parts.items():
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return base


def run(check, bad_trees, *arguments):
    """Runs check(root, *arguments) on the tree named first on the command line, which must have no fault, and on each of bad_trees
    (its name, what the fault must say, and a dictionary of paths and texts). Prints TAP, and the
    faults on standard error, where Meson shows them; exits with 1 if any of it fails."""
    root = pathlib.Path(sys.argv[1])
    faults = check(root, *arguments)
    print(f"1..{len(bad_trees) + 1}")
    print(f"{'not ok' if faults else 'ok'} 1 - the tree keeps the rule")
    for fault in faults:
        print(fault, file=sys.stderr)
    missed = False
    for number, (name, words, parts) in enumerate(bad_trees, 2):
        with tempfile.TemporaryDirectory() as base:
            caught = any(words in fault for fault in check(_tree(pathlib.Path(base), parts), *arguments))
        missed = missed or not caught
        print(f"{'ok' if caught else 'not ok'} {number} - caught: {name}")
    sys.exit(1 if faults or missed else 0)
