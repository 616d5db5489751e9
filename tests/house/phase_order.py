# SPDX-License-Identifier: MIT
"""The phases of a collection stand in the order they run: in meson.build, at the head of gc/collection.h, in its prototypes, in each
function of the driver, and in gc/README.md where there is one. meson.build lists them down to the driver."""
import re
import rule


def _phases(root):
    names = re.findall(r"'gc/(\w+)\.c'", (root / "meson.build").read_text())
    names = names[:names.index("collect")] if "collect" in names else []
    # A phase may have more files: subtract_run is a part of subtract.
    return [name for name in names if name.rpartition("_")[0] not in names]


def _first_seen(names):
    return list(dict.fromkeys(names))


def _called(text, phases):
    """The phases whose functions are named in a piece of C, in order. gc__reach and gc__reach_again both belong to reach."""
    names = re.findall(r"\bgc__([a-z_]+)\s*\(", text)
    return _first_seen(phase for name in names for phase in phases if name == phase or name.startswith(phase + "_"))


def _out_of_order(where, seen, phases):
    wanted = [phase for phase in phases if phase in seen]
    return [] if seen == wanted else [f"{where} has {', '.join(seen)}; meson.build has {', '.join(wanted)}"]


def check(root):
    phases = _phases(root)
    if not phases:
        return ["meson.build lists no phases before gc/collect.c"]
    header = (root / "gc/collection.h").read_text()
    comment = _first_seen(re.findall(r"^ \*   ([a-z]+)  ", header.partition("*/\n#ifndef")[0], re.MULTILINE))
    faults = [f"the head of gc/collection.h does not tell of {phase}" for phase in phases if phase not in comment]
    faults += _out_of_order("the head of gc/collection.h", comment, phases)
    faults += _out_of_order("gc/collection.h", _called(rule.code_of(header), phases), phases)
    for function in rule.code_of((root / "gc/collect.c").read_text()).split("\n}\n"):
        faults += _out_of_order("a function of gc/collect.c", _called(function, phases), phases)
    readme = root / "gc/README.md"
    if readme.exists():
        told = _first_seen(name for name in re.findall(r"`(?:gc/)?(\w+)(?:\.c)?`", readme.read_text()) if name in phases)
        faults += _out_of_order("gc/README.md", told, phases)
    return faults


def tree(head="gather subtract", prototypes="gather subtract", calls="gather subtract", readme=""):
    lines = "".join(f" *   {name}    what it does\n" for name in head.split())
    return {
        "meson.build": "'gc/gather.c', 'gc/subtract.c', 'gc/collect.c'",
        "gc/collection.h": f"/* x\n{lines} */\n#ifndef A\n" + "".join(f"void gc__{name}(void);\n" for name in prototypes.split()),
        "gc/collect.c": "void f(void)\n{\n" + "".join(f"    gc__{name}();\n" for name in calls.split()) + "}\n",
        "gc/README.md": readme,
    }


rule.run(check, [
    ("a phase that the header does not tell of", "does not tell of subtract", tree(head="gather")),
    ("a header that tells another order", "the head of gc/collection.h has", tree(head="subtract gather")),
    ("prototypes in another order", "gc/collection.h has", tree(prototypes="subtract gather")),
    ("a driver that calls in another order", "a function of gc/collect.c has", tree(calls="subtract gather")),
    ("a README in another order", "gc/README.md has", tree(readme="`subtract.c` then `gather.c`")),
])
