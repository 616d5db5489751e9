# SPDX-License-Identifier: MIT
"""plants.py PROVER_LIBRARY CORE JEMALLOC ROOT -- COMPILER...: shows that the prover sees.

Each plant is a small fault in one file of the library. That file is compiled with it and linked before the library, whose own copy is
then not taken; the prover's quick slice, or a part of it, must report what the plant says. A plant whose place in the source is gone is
a failure too: give it a new one."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple


class Plant(NamedTuple):
    name: str
    path: str
    found: str     # occurs once in the file
    replaced: str
    reported: str  # a pattern that some message must have


DIES = "ended by signal"

PLANTS = [
    Plant("no second look", "gc/resurrect.c", "if (!c->user_code)", "if (c->user_code)",
          "is gone, expected alive|destroyed alive|returned|" + DIES),
    Plant("the second look spares everything", "gc/resurrect.c", "word / GC__REACHED & word / GC__CONDEMNED & GC__LANES",
          "word / GC__CONDEMNED & GC__LANES", "garbage was not destroyed|returned"),
    Plant("weak references cleared before the callbacks", "gc/collect.c", "    gc__weakrefs_notify(c);",
          "    gc__weakrefs_clear(c);\n    gc__weakrefs_notify(c);", "destroyed before all user code had run"),
    Plant("weak references cleared before the finalizers", "gc/collect.c", "    gc__finalize(c);",
          "    gc__weakrefs_clear(c);\n    gc__finalize(c);", "yielded NULL"),
    Plant("weak references not cleared", "gc/collect.c", "        gc__weakrefs_clear(c);\n", "", "yielded|" + DIES),
    Plant("finalizers before callbacks", "gc/collect.c", "    gc__weakrefs_notify(c);\n    gc__finalize(c);",
          "    gc__finalize(c);\n    gc__weakrefs_notify(c);", "a finalizer ran that was not due|a callback ran that was not due"),
    Plant("a callback of garbage", "gc/weakrefs.c", " || weakrefs_is_condemned(heap, watcher))\n            continue;\n        gc__w",
          ")\n            continue;\n        gc__w", "a callback ran that was not due"),
    Plant("callbacks from the oldest", "gc/weakrefs.c",
          "        *last = watcher;\n        last = &watcher->next;\n    }\n    return last;",
          "        watcher->next = *last;\n        *last = watcher;\n    }\n    return last;", "before that of a newer"),
    Plant("a reference counted twice", "gc/subtract_run.c", "run_count(s, t, 0, reference);",
          "for (int i = 0; i < 2; i++)\n            run_count(s, t, 0, reference);",
          "destroyed alive|is gone|" + DIES),
    Plant("a reference counted twice by a full collection", "gc/subtract_run.c",
          "        run_count(s, t, walk_at, reference);\n    else\n",
          "        for (int i = 0; i < 2; i++)\n            run_count(s, t, walk_at, reference);\n    else\n",
          "destroyed alive|is gone|" + DIES),
    Plant("a reference not counted", "gc/subtract_run.c", "if (ref_count > 0)\n",
          "if (ref_count > 0 && way != GC__SUBTRACT_TAKEN)\n", "garbage was not destroyed|returned"),
    Plant("a reference not counted by a full collection", "gc/subtract_run.c", "if (ref_count > 0)\n",
          "if (ref_count > 0 && way == GC__SUBTRACT_TAKEN)\n", "garbage was not destroyed|returned"),
    Plant("references back are not followed", "gc/reach.c", "            gc__mark_below(m, target, index);",
          "            gc__mark_set(m, index);", "destroyed alive|is gone|not due|" + DIES),
    Plant("references back are not followed by a full collection", "gc/subtract_run.c",
          "run_mark_passed(&s->marker, walk_at, reference.target, reference.index);", "t->states[reference.index] |= reference.mark;",
          "destroyed alive|is gone|not due|" + DIES),
    Plant("a wrong presumption is accepted", "gc/reach.c", "    return right;", "    return true;", "garbage was not destroyed|returned"),
    Plant("the touched are not gathered", "gc/narrow.c", "state & GC__COLLECTABLE && !(state & GC__REACHED))",
          "state & GC__YOUNG && !(state & GC__REACHED))", "garbage was not destroyed|returned 0"),
    Plant("what the touched reach is not gathered", "gc/narrow.c", "if (!(heap->states[ready.index] & GC__TOUCHED))\n",
          "if (heap->closing)\n", "garbage was not destroyed|returned"),
    Plant("no promotion", "gc/promote.c", "to[3] = { GC__MIDDLE,", "to[3] = { GC__YOUNG,", "in generation 0, expected 1"),
    Plant("what generation 1 promotes is not looked at", "gc/promote.c", "GC__OLD | GC__TOUCHED, GC__OLD }", "GC__OLD, GC__OLD }",
          "garbage was not destroyed|returned 0|not in the list of the touched"),
    Plant("born in a collection, taken for a survivor", "gc/collect.c", "    c->heap->birth_mark = GC__REACHED;\n", "", "in generation"),
    Plant("a finalizer again and again", "gc/finalize.c", "type->finalize && !(object->gc__kind & GC__FINALIZED)", "type->finalize",
          "a finalizer ran that was not due"),
    Plant("what garbage held is not released", "gc/reclaim.c", "        gc__drop(heap, edge->target);", "        (void)heap;",
          "count|not taken apart"),
    Plant("a dropped reference is not noted", "lib/reference.c", "    else\n        gc__touched_add(heap, object);\n", "",
          "garbage was not destroyed|returned 0"),
    Plant("a moved reference is not noted", "lib/reference.c",
          "gc__check_move(heap, object, __builtin_return_address(0));\n    reference_touched",
          "return;\n    if (heap->checked)\n        reference_touched", "garbage was not destroyed|returned 0"),
    Plant("no parking of the condemned", "lib/teardown.c", "heap->states[gc__place_of(heap, object).index] & GC__CONDEMNED) {",
          "heap->closing) {", "destroyed|not due|is gone|returned|" + DIES),
    Plant("destroyed before references are dropped", "gc/reclaim.c", "    gc__each_edge(type, object, reclaim_edge, s);\n",
          "    if (type->destroy)\n        type->destroy(object);\n    gc__each_edge(type, object, reclaim_edge, s);\n",
          "finds references"),
    Plant("not held during its finalizer", "gc/finalize.c", "    gc__retain(object);\n    if", "    if", "."),
    Plant("a dying weak reference is shared", "lib/weakref.c", "&& weak_is_dying(&first->gc))\n        first",
          "&& heap->closing)\n        first", "that all share|" + DIES),
    Plant("death by count forgets the callbacks", "lib/weakref.c",
          "    gc__watchers_call(heap, first);\n}\n\nvoid gc__ephemerons",
          "}\n\nvoid gc__ephemerons", "callback"),
    Plant("a parked object yields", "lib/weakref.c", " || gc__count_of(object) == 0;", ";", "yielded another"),
]


def build(plant, folder, library, core, jemalloc, root, compiler):
    """The prover with a plant; or a sentence that says why there is none."""
    text = (root / plant.path).read_text()
    if text.count(plant.found) != 1:
        return None, f"{plant.path} has its place {text.count(plant.found)} times, must have it once"
    source, program = folder / "planted.c", folder / "prove"
    source.write_text(text.replace(plant.found, plant.replaced))
    # Some faults leave something unused behind; that is no fault of the source.
    command = [*compiler, "-w", f"-I{root}", f"-I{root / 'include'}", "-o", program, source, "-Wl,--whole-archive", library,
               "-Wl,--no-whole-archive", core, jemalloc, "-lpthread", "-ldl", "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (program, None) if done.returncode == 0 else (None, done.stderr)


def show_again(program, faults):
    """None if the first case that is said to fail when it is alone does, otherwise a sentence."""
    for fault in faults:
        if not fault["alone"] or fault["message"].startswith(DIES):
            continue
        command = [program, "--case", str(fault["case"])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        shown = done.returncode < 0 or "FAULT" in done.stdout
        return None if shown else f"case {fault['case']} is said to fail alone, but: {done.stdout[-500:]}"
    return None


def try_plant(plant, *how):
    """None if the prover reports the plant as it should, otherwise a sentence."""
    with tempfile.TemporaryDirectory() as base:
        program, fault = build(plant, pathlib.Path(base), *how)
        if fault:
            return fault
        command = [program, "--quick", "--every", "11", "--jobs", "1", "--patience", "5", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            return f"exit status {done.returncode}: {done.stderr}"
        faults = json.loads(done.stdout)["faults"]
        fault = show_again(program, faults)
    messages = [fault["message"] for fault in faults]
    if fault or not messages:
        return fault or "not reported"
    return None if any(re.search(plant.reported, message) for message in messages) else f"reported as: {messages}"


def main():
    split = sys.argv.index("--")
    library, core, jemalloc, root = sys.argv[1:split]
    print(f"1..{len(PLANTS)}")
    failed = False
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = pool.map(lambda plant: try_plant(plant, library, core, jemalloc, pathlib.Path(root), sys.argv[split + 1:]), PLANTS)
        for number, (plant, fault) in enumerate(zip(PLANTS, results), 1):
            print(f"{'not ok' if fault else 'ok'} {number} - reported: {plant.name}", flush=True)
            if fault:
                print(f"{plant.name}: {fault}", file=sys.stderr)
                failed = True
    sys.exit(1 if failed else 0)


main()
