# SPDX-License-Identifier: MIT
"""sees.py TARGET_LIBRARY CORE JEMALLOC SODIUM CORPUS ROOT -- COMPILER...: shows that the target of operations sees faults, with its small
corpus alone.

Each plant is a small fault in one file of the library. That file is compiled with it and linked before the library, whose own copy is
then not taken; some input of the corpus must end in a fault. A plant whose place in the source is gone is a failure too: give it a new
one."""
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple


class Plant(NamedTuple):
    name: str
    path: str
    found: str  # occurs once in the file
    replaced: str


PATIENCE_SECONDS = 30

PLANTS = [
    Plant("no second look", "gc/resurrect.c", "if (!c->user_code)", "if (c->user_code)"),
    Plant("weak references not cleared", "gc/collect.c", "        gc__weakrefs_clear(c);\n", ""),
    Plant("no promotion", "gc/promote.c", "to[3] = { GC__MIDDLE,", "to[3] = { GC__YOUNG,"),
    Plant("a finalizer again and again", "gc/finalize.c", "type->finalize && !(object->gc__kind & GC__FINALIZED)", "type->finalize"),
    Plant("what garbage held is not released", "gc/reclaim.c", "        gc__drop(heap, edge->target);", "        (void)heap;"),
    Plant("a dying weak reference is shared", "lib/weakref.c", "&& weak_is_dying(&first->gc))\n        first",
          "&& heap->closing)\n        first"),
    Plant("death by count forgets the callbacks", "lib/weakref.c", "    gc__watchers_call(heap, first);\n}\n\nvoid gc__ephemerons",
          "}\n\nvoid gc__ephemerons"),
    Plant("an item that is inserted is not retained", "lib/containers/list.c", "*place = gc_retain(item);", "*place = item;"),
    Plant("every tuple is out of cycles", "lib/containers/tuple.c", "    if (!may_cycle)", "    (void)may_cycle;"),
    Plant("what is watched moves", "lib/object.c", "(GC__HAS_WEAK | GC__IMMORTAL |", "(GC__IMMORTAL |"),
    Plant("the oldest entry stays the oldest", "lib/containers/table.c", "if (place.entry == table->first)",
          "if (table->count == UINT32_MAX)"),
    Plant("a default replaces", "lib/containers/dict.c", "    return entry ? entry[1] : NULL;\n",
          "    if (entry)\n        entry[1] = (void *)value;\n    return entry ? entry[1] : NULL;\n"),
    Plant("a key that is popped is not released", "lib/containers/dict.c", "    gc_release(taken[0]);\n    return taken[1];",
          "    return taken[1];"),
    Plant("nothing is sent", "lib/containers/generator.c", "generator->code(generator, (void *)value)", "generator->code(generator, NULL)"),
    Plant("of what waits only the first runs", "lib/deferred.c", "more = object != last;", "more = false;"),
    Plant("what was frozen is not looked at", "gc/freeze.c", "        heap->all_touched = true;\n", "        (void)heap;\n"),
]


def build(plant, folder, library, core, jemalloc, sodium, root, compiler):
    """The program with a plant; or a sentence that says why there is none."""
    text = (root / plant.path).read_text()
    if text.count(plant.found) != 1:
        return None, f"{plant.path} has its place {text.count(plant.found)} times, must have it once"
    source, program = folder / "planted.c", folder / "operations"
    source.write_text(text.replace(plant.found, plant.replaced))
    # Some faults leave something unused behind; that is no fault of the source.
    command = [*compiler, "-w", f"-I{root}", f"-I{root / 'include'}", "-o", program, source, "-Wl,--whole-archive", library,
               "-Wl,--no-whole-archive", core, jemalloc, sodium, "-lpthread", "-ldl", "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (program, None) if done.returncode == 0 else (None, done.stderr)


def try_plant(plant, library, core, jemalloc, sodium, corpus, root, compiler):
    """None if some input shows the plant, otherwise a sentence."""
    with tempfile.TemporaryDirectory() as base:
        program, fault = build(plant, pathlib.Path(base), library, core, jemalloc, sodium, pathlib.Path(root), compiler)
        if fault:
            return fault
        try:
            done = subprocess.run([program, corpus], capture_output=True, check=False, timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            return None  # a program that never ends has been told something wrong too
    return None if done.returncode < 0 else "not seen"


def main():
    split = sys.argv.index("--")
    given, compiler = sys.argv[1:split], sys.argv[split + 1:]
    print(f"1..{len(PLANTS)}")
    failed = False
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = pool.map(lambda plant: try_plant(plant, *given, compiler), PLANTS)
        for number, (plant, fault) in enumerate(zip(PLANTS, results), 1):
            print(f"{'not ok' if fault else 'ok'} {number} - seen: {plant.name}", flush=True)
            if fault:
                print(f"{plant.name}: {fault}", file=sys.stderr)
                failed = True
    sys.exit(1 if failed else 0)


main()
