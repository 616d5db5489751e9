# SPDX-License-Identifier: MIT
"""Each public header compiles alone, as C11 and as C++17, with every compiler that is here, without a warning."""
import shutil
import subprocess
import rule

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-fsyntax-only"]
COMPILERS = [name for name in ("gcc", "clang") if shutil.which(name)]


def _compile(root, compiler, language, standard, header):
    command = [compiler, "-x", language, f"-std={standard}", *WARNINGS, f"-I{root / 'include'}", "-"]
    source = f"#include <{header}>\n#include <{header}>\nint the_header_is_not_empty;\n"
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    return [f"{header}, {compiler} {standard}: {line}" for line in done.stderr.splitlines()[:5]]


def check(root):
    faults = [] if COMPILERS else ["no compiler found"]
    for path in rule.files(root, ["include"]):
        header = path.relative_to(root / "include")
        for compiler in COMPILERS:
            if path.suffix == ".h":
                faults += _compile(root, compiler, "c", "c11", header)
            faults += _compile(root, compiler, "c++", "c++17", header)
    return faults


rule.run(check, [
    ("a header that needs another", "unknown type name", {"include/libgc/a.h": "size_t f(void);\n"}),
    ("a header that is no C++", "c++17", {"include/libgc/a.h": "#ifndef A\n#define A\nstruct a { int class; };\n#endif\n"}),
    ("a header without a guard", "redefinition", {"include/libgc/a.h": "struct a { int x; };\n"}),
])
