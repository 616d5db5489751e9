# SPDX-License-Identifier: MIT
"""plants.py PROGRAM_LIBRARY CORE JEMALLOC SODIUM ROOT -- COMPILER...: shows that stress sees what nothing else does.

Each plant is a fault in one file of the library: an operation that forgets that a collection may come in the middle of it. That file is
compiled with it and linked before the library. The program must end well without stress, and must not with it."""
import os
import pathlib
import subprocess
import sys
import tempfile
from typing import NamedTuple


class Plant(NamedTuple):
    name: str
    path: str
    found: str     # occurs once in the file
    replaced: str


PLANTS = [
    Plant("no fault", "lib/containers/tuple.c", "", ""),
    Plant("a tuple of a list that changes meanwhile", "lib/containers/tuple.c", "if (list->gc__count == count) {",
          "if (list->gc__items) {"),
    Plant("an insertion into a list that changes meanwhile", "lib/containers/list.c", "if (index > list->gc__count) {",
          "if (index > SIZE_MAX / 2) {"),
    Plant("a table that changes while it grows", "lib/containers/table.c", "if (version == table->version)\n            table_rebuild",
          "if (version <= table->version)\n            table_rebuild"),
    Plant("a target that is not held while its weak reference is made", "lib/weakref.c",
          "        gc__retain(target);\n        gc_weak *weak = weak_new(heap, heap->builtin_weak, target);\n        gc__release(target);",
          "        gc_weak *weak = weak_new(heap, heap->builtin_weak, target);"),
]


def build(plant, folder, libraries, root, compiler):
    """The program with a plant."""
    text = (root / plant.path).read_text()
    if plant.found and text.count(plant.found) != 1:
        raise ValueError(f"{plant.path} has its place {text.count(plant.found)} times, must have it once")
    source, program = folder / "planted.c", folder / "registry"
    source.write_text(text.replace(plant.found, plant.replaced) if plant.found else text)
    library, *others = libraries
    command = [*compiler, "-w", f"-I{root}", f"-I{root / 'include'}", "-o", program, source, "-Wl,--whole-archive", library,
               "-Wl,--no-whole-archive", *others, "-lpthread", "-ldl", "-lm"]
    subprocess.run(command, check=True)
    return program


def ends_well(program, stress):
    environment = dict(os.environ, LIBGC_STRESS=stress)
    try:
        done = subprocess.run([program], capture_output=True, text=True, check=False, timeout=10, env=environment)
    except subprocess.TimeoutExpired:
        return False, "it does not end"
    return done.returncode == 0, done.stderr


def try_plant(plant, libraries, root, compiler):
    """None if only stress reports the plant, otherwise a sentence."""
    with tempfile.TemporaryDirectory() as base:
        program = build(plant, pathlib.Path(base), libraries, root, compiler)
        well, said = ends_well(program, "0")
        if not well:
            return f"reported without stress: {said}"
        stressed_well, said = ends_well(program, "1")
    if plant.found:
        return "not reported under stress" if stressed_well else None
    return None if stressed_well else f"reported, though there is no fault: {said}"


def main():
    split = sys.argv.index("--")
    *libraries, root = sys.argv[1:split]
    print(f"1..{len(PLANTS)}")
    failed = False
    for number, plant in enumerate(PLANTS, 1):
        fault = try_plant(plant, libraries, pathlib.Path(root), sys.argv[split + 1:])
        print(f"{'not ok' if fault else 'ok'} {number} - only under stress: {plant.name}", flush=True)
        if fault:
            print(f"{plant.name}: {fault}", file=sys.stderr)
            failed = True
    sys.exit(1 if failed else 0)


main()
