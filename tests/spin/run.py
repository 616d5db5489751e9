# SPDX-License-Identifier: MIT
"""run.py [--quick] [--plants] [--stratum NAME] [--list] [--json] [--cc CC]: lets spin search the model of the collector to the end.

Without options: every stratum below. --quick: the first alone, and every plant, as TAP, for the test suite; it is skipped, and says
so, where spin is not installed. --plants: the plants alone. A plant is a fault that the model is compiled with; search must end in an
assertion that does not hold. Exit status 0: nothing was found but plants, and each of those was."""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

MODEL = pathlib.Path(__file__).resolve().parent / "collector.pml"


class Stratum(NamedTuple):
    name: str
    defines: str
    covers: str
    depth: int = 20000000


STRATA = [
    Stratum("finalizers", "FINALIZERS=3", "up to three types with finalizers"),
    Stratum("births", "FINALIZERS=3 BIRTHS=1", "and user code that creates objects in the slots of the dead"),
    Stratum("twice", "FINALIZERS=1 TWICE=1", "up to two references from one object to another, one type with a finalizer"),
    Stratum("callback", "WEAK=2", "a plain weak reference and one with a callback, the only user code besides the program's",
            40000000),
    Stratum("generations", "FINALIZERS=3 OLD=1", "old and young objects, young and full collections"),
    Stratum("weak", "FINALIZERS=3 WEAK=1", "a plain weak reference"),
    Stratum("old and weak", "FINALIZERS=1 WEAK=1 OLD=1", "generations and a plain weak reference, one type with a finalizer"),
]


class Plant(NamedTuple):
    define: str
    stratum: str
    says: str


PLANTS = [
    Plant("NO_SECOND_LOOK", "FINALIZERS=1", "no second look after finalizers"),
    Plant("ALL_SPARED", "FINALIZERS=1", "one that comes back spares all the garbage"),
    Plant("NOT_FOLLOWED", "FINALIZERS=0", "what is held is spared, and not what it refers to"),
    Plant("MISSED_REFERENCE", "FINALIZERS=0", "a reference is not subtracted"),
    Plant("COUNTED_TWICE", "FINALIZERS=0", "a reference is subtracted twice"),
    Plant("OLD_COUNTED", "FINALIZERS=0 OLD=1", "references from old objects are taken for references from inside"),
    Plant("NO_PARKING", "FINALIZERS=1", "a condemned object whose count falls to zero dies at once"),
    Plant("FINALIZED_AGAIN", "FINALIZERS=1", "a finalizer runs whenever its object is garbage"),
    Plant("NOT_DROPPED", "FINALIZERS=1", "references that leave the garbage are not dropped"),
    Plant("WEAK_LATE", "FINALIZERS=0 WEAK=1", "weak references are cleared after the memory is free"),
    Plant("WEAK_EARLY", "FINALIZERS=1 WEAK=1", "weak references are cleared before finalizers, which make others"),
    Plant("GARBAGE_CALLBACK", "FINALIZERS=0 WEAK=2", "the callback of a weak reference that is garbage runs"),
]


class Result(NamedTuple):
    error: str  # "": none
    states: int
    transitions: int
    beginnings: int
    seconds: float


def search(defines, arguments, optimize="-O2", depth=20000000, hash_bits=24):
    """What spin finds in the model with these defines. Raises RuntimeError if search did not come to its end."""
    flags = [f"-D{define}" for define in defines.split()]
    with tempfile.TemporaryDirectory() as folder:
        make = [["spin", "-a", *flags, MODEL], [*arguments.cc, optimize, "-w", "-DSAFETY", "-DMEMLIM=8000", "-o", "pan", "pan.c"]]
        for command in make:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
        start = time.monotonic()
        done = subprocess.run(["./pan", f"-m{depth}", f"-w{hash_bits}"], cwd=folder, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - start
    error = re.search(r"^pan:\d+: (.*) \(at depth", done.stdout, re.MULTILINE)
    figures = [re.search(pattern, done.stdout, re.MULTILINE) for pattern in
               (r"^ *([\d.e+]+) states, stored", r"^ *([\d.e+]+) transitions", r"^beginnings: (\d+)", r"errors: (\d+)")]
    unfinished = re.search(r"max search depth too small|out of memory|reached -DMEMLIM|Search not completed", done.stdout + done.stderr)
    if not error and (unfinished or done.returncode or not all(figures) or figures[3][1] != "0"):
        raise RuntimeError(f"search did not come to its end:\n{done.stdout}{done.stderr}")
    numbers = [int(float(figure[1])) if figure else 0 for figure in figures[:3]]
    return Result(error[1] if error else "", *numbers, seconds)


def try_stratum(stratum, arguments):
    """The stratum's figures as a dictionary; its member `fault` is "" if nothing was found."""
    try:
        result = search(stratum.defines, arguments, depth=stratum.depth)
    except RuntimeError as fault:
        return {"name": stratum.name, "fault": str(fault)}
    return {"name": stratum.name, "covers": stratum.covers, "fault": result.error, "beginnings": result.beginnings,
            "states": result.states, "transitions": result.transitions, "seconds": round(result.seconds, 1)}


def try_plant(plant, arguments):
    """"" if search ends in an assertion that does not hold, otherwise a sentence."""
    try:
        error = search(f"{plant.stratum} PLANT_{plant.define}=1", arguments, "-O1", 1000000, 20).error
    except RuntimeError as fault:
        return str(fault)
    return "" if error.startswith("assertion violated") else f"not found; search says: {error or 'no error'}"


def quick(arguments):
    """The first stratum and all plants, as TAP."""
    if not shutil.which("spin"):
        print("1..0 # SKIP spin is not installed (Debian: apt-get install spin): the model of the collector is not searched")
        return True
    print(f"1..{len(PLANTS) + 1}")
    figures = try_stratum(STRATA[0], arguments)
    good = not figures["fault"]
    print(f"{'ok' if good else 'not ok'} 1 - {figures}", flush=True)
    for number, plant in enumerate(PLANTS, 2):
        fault = try_plant(plant, arguments)
        good = good and not fault
        print(f"{'not ok' if fault else 'ok'} {number} - found: {plant.says}", flush=True)
        if fault:
            print(fault, file=sys.stderr)
    return good


def show(figures):
    if figures["fault"]:
        print(f"{figures['name']}: {figures['fault']}", flush=True)
    else:
        print(f"{figures['name']:<13} {figures['beginnings']:>9,} beginnings {figures['states']:>13,} states "
              f"{figures['transitions']:>15,} transitions {figures['seconds']:>8.1f} s  no error", flush=True)


def run_strata(arguments):
    strata = [stratum for stratum in STRATA if arguments.stratum in (None, stratum.name)]
    if not strata:
        sys.exit(f"There is no stratum '{arguments.stratum}'; they are: {', '.join(stratum.name for stratum in STRATA)}")
    results = []
    for stratum in strata:
        results.append(try_stratum(stratum, arguments))
        if not arguments.json:
            show(results[-1])
    return results


def run_plants(arguments):
    results = []
    for plant in PLANTS:
        results.append({"plant": plant.says, "fault": try_plant(plant, arguments)})
        if not arguments.json:
            print(f"{plant.says}: {results[-1]['fault'] or 'found'}", flush=True)
    return results


def main():
    parser = argparse.ArgumentParser(prog="./dev spin", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the first stratum and the plants, as TAP")
    parser.add_argument("--plants", action="store_true", help="only show that planted faults are found")
    parser.add_argument("--stratum", help="only this one")
    parser.add_argument("--list", action="store_true", help="the strata")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--cc", default=["cc"], type=str.split, help="the C compiler for the search")
    arguments = parser.parse_args()
    if arguments.list:
        for stratum in STRATA:
            print(f"{stratum.name:<13} {stratum.defines:<28} {stratum.covers}")
        sys.exit(0)
    if arguments.quick:
        sys.exit(0 if quick(arguments) else 1)
    strata = [] if arguments.plants else run_strata(arguments)
    plants = run_plants(arguments) if arguments.stratum is None else []
    if arguments.json:
        print(json.dumps({"strata": strata, "plants": plants}, indent=1))
    sys.exit(1 if any(result["fault"] for result in strata + plants) else 0)


main()
