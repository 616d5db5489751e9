#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Captures the heap of any CPython program, for `replay`.

    python_heap.py OUT [--after SECONDS] -- PROGRAM.py [ARGUMENTS...]
    python_heap.py OUT [--after SECONDS] -- -m MODULE [ARGUMENTS...]

Runs the program in this interpreter and writes its heap when its main code ends; or after so many seconds, and then
ends it. OUT is packed where it ends in .gz. A program that ends by a signal or by os._exit leaves nothing to capture.

The objects are those the collector tracks and all they refer to; an object's type is its class. Node 0 stands for
everything outside: it refers to each object that has more references than the others account for. Of strings and
numbers it is only written that they are there, not what they are."""
import argparse
import array
import gc
import importlib.util
import os
import sys
import threading
import time
import types
import weakref

import snapshot_file

NODE_KINDS = ["synthetic", "object", "string", "number"]
SYNTHETIC, OBJECT, STRING, NUMBER = range(4)
EDGE_KINDS = ["element", "weak"]
ELEMENT, WEAK = range(2)
KIND_OF = {str: STRING, bytes: STRING, bytearray: STRING, int: NUMBER, float: NUMBER, complex: NUMBER, bool: NUMBER}


def held_count():
    """What sys.getrefcount says of an object that only one list holds."""
    probe = [object()]
    return sys.getrefcount(probe[0])


def number_of(thing, objects, number, inside):
    index = number.setdefault(id(thing), len(objects))
    if index == len(objects):
        objects.append(thing)
        inside.append(0)
    return index


def walk():
    """(objects, edge_counts, targets, weak, roots), all by number. Runs no code of the program: classes are read with
    type(), never with __class__. Everything of its own is in local variables, and in none that an inner function
    uses: those would be in cells, which the collector shows, and the walk would walk over itself."""
    objects = gc.get_objects()
    number, inside = {}, array.array("Q", bytes(8 * len(objects)))
    edge_counts, targets, weak, roots = array.array("Q"), array.array("Q"), array.array("B"), array.array("Q")
    for index in range(len(objects)):
        number[id(objects[index])] = index
    index = 0
    while index < len(objects):
        before = len(targets)
        for thing in gc.get_referents(objects[index]):
            target = number_of(thing, objects, number, inside)
            inside[target] += 1
            targets.append(target)
            weak.append(False)
        if issubclass(type(objects[index]), weakref.ref):
            thing = weakref.ref.__call__(objects[index])
            if thing is not None:
                targets.append(number_of(thing, objects, number, inside))
                weak.append(True)
        edge_counts.append(len(targets) - before)
        index += 1
        thing = None  # or it would count as a reference from outside
    held = held_count()
    for index in range(len(objects)):
        if sys.getrefcount(objects[index]) - held > inside[index]:
            roots.append(index)
    return objects, edge_counts, targets, weak, roots


def class_name(kind):
    module, name = type.__dict__["__module__"].__get__(kind), type.__dict__["__qualname__"].__get__(kind)
    return name if module == "builtins" or not isinstance(module, str) else f"{module}.{name}"


def size_of(thing):
    try:
        return sys.getsizeof(thing)
    except Exception:  # a __sizeof__ of the program that does not work
        return object.__sizeof__(thing)


def snapshot_of(objects, edge_counts, targets, weak, roots):
    table = snapshot_file.NameTable()
    nodes = [SYNTHETIC, table.add("(outside)"), 1, 0, len(roots)]
    edges = [field for place, root in enumerate(roots) for field in (ELEMENT, place, (root + 1) * 5)]
    names, edge = {}, 0
    for index, thing in enumerate(objects):
        kind = type(thing)
        if kind not in names:
            names[kind] = table.add(class_name(kind))
        nodes += KIND_OF.get(kind, OBJECT), names[kind], index * 2 + 3, size_of(thing), edge_counts[index]
        for place in range(edge_counts[index]):
            edges += (WEAK, 0, (targets[edge] + 1) * 5) if weak[edge] else (ELEMENT, place, (targets[edge] + 1) * 5)
            edge += 1
    meta = {
        "node_fields": ["type", "name", "id", "self_size", "edge_count"],
        "node_types": [NODE_KINDS, "string", "number", "number", "number"],
        "edge_fields": ["type", "name_or_index", "to_node"],
        "edge_types": [EDGE_KINDS, "string_or_number", "node"],
    }
    return {"snapshot": {"meta": meta, "node_count": len(objects) + 1, "edge_count": len(edges) // 3},
            "nodes": nodes, "edges": edges, "strings": table.names}


def capture(out):
    """Writes the heap as it is now. No other thread runs while it is looked at."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e6)
    collecting = gc.isenabled()
    gc.disable()
    snapshot = snapshot_of(*walk())
    if collecting:
        gc.enable()
    sys.setswitchinterval(interval)
    snapshot_file.write(snapshot, out)
    print(f"{out}: {snapshot['snapshot']['node_count']} objects, {os.path.getsize(out)} bytes", file=sys.stderr)


def capture_after(seconds, out):
    def wait():
        time.sleep(seconds)
        capture(out)
        os._exit(0)
    threading.Thread(target=wait, name="capture", daemon=True).start()


def find_module(name):
    """(code, what __main__ gets) of `-m name`."""
    sys.path.insert(0, os.getcwd())
    spec = importlib.util.find_spec(name)
    if spec and spec.submodule_search_locations is not None:
        spec = importlib.util.find_spec(name + ".__main__")
    if spec is None:
        sys.exit(f"python_heap.py: no module named {name}")
    return spec.loader.get_code(spec.name), {"__file__": spec.origin, "__package__": spec.parent, "__spec__": spec}


def find_script(path):
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    with open(path, "rb") as file:
        return compile(file.read(), path, "exec"), {"__file__": path}


def run(program):
    """Runs the program as __main__; returns the exit status it asks for."""
    if program[0] == "-m" and len(program) == 1:
        sys.exit("python_heap.py: -m needs the name of a module")
    code, names = find_module(program[1]) if program[0] == "-m" else find_script(program[0])
    sys.argv = [names["__file__"], *program[1 + (program[0] == "-m"):]]
    module = types.ModuleType("__main__")
    module.__dict__.update(names, __builtins__=__builtins__)
    sys.modules["__main__"] = module
    try:
        exec(code, module.__dict__)
    except SystemExit as end:
        return end.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def main():
    parser = argparse.ArgumentParser(usage="python_heap.py OUT [--after SECONDS] -- PROGRAM.py | -m MODULE ...")
    parser.add_argument("out")
    parser.add_argument("--after", type=float, metavar="SECONDS")
    parser.add_argument("program", nargs="+")
    arguments = parser.parse_args()
    out = os.path.abspath(arguments.out)
    if arguments.after is not None:
        capture_after(arguments.after, out)
    status = run(arguments.program)
    capture(out)
    sys.exit(status)


if __name__ == "__main__":
    main()
