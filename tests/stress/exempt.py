# SPDX-License-Identifier: MIT
"""exempt.py TESTS: every line of exempt.txt names a test that exists, and gives a reason."""
import fnmatch
import pathlib
import re
import sys

tests = pathlib.Path(sys.argv[1])
names = [f"{suite}/{name}" for source in tests.rglob("test_*.c")
         for suite, name in re.findall(r"^Test\((\w+), (\w+)", source.read_text(), re.MULTILINE)]
names += [f"{suite}/{name}" for source in tests.rglob("test_*.c")
          for suite, name in re.findall(r"^ParameterizedTest\([^,]*, (\w+), (\w+)", source.read_text(), re.MULTILINE)]
faults = []
for line in (tests / "stress" / "exempt.txt").read_text().splitlines():
    if line.startswith("#"):
        continue
    pattern, _, reason = line.partition(" ")
    if not fnmatch.filter(names, pattern):
        faults.append(f"{pattern}: there is no such test")
    if not reason.strip():
        faults.append(f"{pattern}: no reason")
print("\n".join(faults) or f"{len(names)} tests")
sys.exit(1 if faults else 0)
