# SPDX-License-Identifier: MIT
"""A line has at most 140 columns; in a document, except for rows of tables, which cannot be broken."""
import rule

COLUMNS = 140
FOLDERS = [".ci", "bench", "docs", "examples", "gc", "include", "lib", "tests"]
SUFFIXES = (".c", ".h", ".hpp", ".cpp", ".py", ".sh", ".md", ".build", ".nim", ".php", ".js", ".yml", ".pml")
# At the top of the tree, where builds may stand beside what is kept.
AT_THE_TOP = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "dev", "meson.build", "meson_options.txt", ".ci/run"]


def check(root):
    faults = []
    paths = rule.files(root, FOLDERS, SUFFIXES) + [root / name for name in AT_THE_TOP if (root / name).exists()]
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if len(line) > COLUMNS and not (path.suffix == ".md" and line.startswith("|")):
                faults.append(f"{path.relative_to(root)}:{number}: {len(line)} columns, the limit is {COLUMNS}")
    return faults


WIDE = "x" * 140
rule.run(check, [
    ("a wide line of C", "lib/a.c:2: 141 columns", {"lib/a.c": f"int x;\n/{WIDE}\n"}),
    ("a wide line of letters of two bytes", "gc/a.h:1: 141 columns", {"gc/a.h": "é" * 141 + "\n"}),
    ("a wide line of a document", "docs/a.md:1: 141 columns", {"docs/a.md": f"x{WIDE}\n"}),
    ("a wide line behind a table", "docs/a.md:2: 141 columns", {"docs/a.md": f"|{WIDE}|\nx{WIDE}\n"}),
    ("a wide line of a script without a suffix", "dev:1: 141 columns", {"dev": f"#{WIDE}\n"}),
])
