# SPDX-License-Identifier: MIT
"""Includes go down only: include <- lib <- lib/containers, and lib <- gc. A phase of the collector includes no other phase, only a header
that its own files share, and neither the collector nor the containers know of each other."""
import re
import rule

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)

# The header that the phases share, and those of what stands beside them.
SHARED = {"gc/collection.h", "gc/mark.h"}


def _lines(path):
    # Names of headers look like strings, so comments are taken out and nothing else.
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.DOTALL)
    return INCLUDE.findall(text)


def _own_header(path, name):
    """gc/subtract.h is for gc/subtract.c and gc/subtract_run.c."""
    stem = name.removeprefix("gc/").removesuffix(".h")
    return path.stem == stem or path.stem.startswith(stem + "_")


def _allowed(path, folder, bracket, name):
    if bracket == "<":
        return not name.startswith(("lib/", "gc/")) and (folder != "include" or "jemalloc" not in name)
    if folder == "include":
        return False
    if folder == "lib/containers":
        return name.startswith("lib/")
    below = name.startswith("lib/") and not name.startswith("lib/containers/")
    return below or folder == "gc" and (name in SHARED or name.startswith("gc/") and _own_header(path, name))


def check(root):
    faults = []
    for top in ("include", "lib", "gc"):
        for path in rule.files(root, [top]):
            folder = "lib/containers" if (root / "lib/containers") in path.parents else top
            for bracket, name in _lines(path):
                if not _allowed(path, folder, bracket, name):
                    faults.append(f"{path.relative_to(root)} includes {name}")
    return faults


rule.run(check, [
    ("a public header that includes an internal one", "includes lib/heap.h", {"include/libgc/a.h": '#include "lib/heap.h"\n'}),
    ("the same, in angle brackets", "includes lib/heap.h", {"include/libgc/a.h": "#include <lib/heap.h>\n"}),
    ("lib that includes gc", "includes gc/collection.h", {"lib/a.c": '#include "gc/collection.h"\n'}),
    ("lib that includes a file by a relative path", "includes ../gc/collection.h", {"lib/a.c": '#include "../gc/collection.h"\n'}),
    ("lib that includes containers", "includes lib/containers/a.h", {"lib/a.c": '#include "lib/containers/a.h"\n'}),
    ("gc that includes containers", "includes lib/containers/a.h", {"gc/a.c": '#include "lib/containers/a.h"\n'}),
    ("containers that include gc", "includes gc/collection.h", {"lib/containers/a.c": '#include "gc/collection.h"\n'}),
    ("a phase that includes another", "includes gc/subtract.h", {"gc/reach.c": '#include "gc/subtract.h"\n'}),
    ("a phase whose name begins alike", "includes gc/re.h", {"gc/reach.c": '#include "gc/re.h"\n'}),
])
