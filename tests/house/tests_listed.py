# SPDX-License-Identifier: MIT
"""Every C file under tests is named in a meson.build, or in a script beside it, so that no test is written and never run."""
import rule


def check(root):
    tests = root / "tests"
    listed = {path.parent: path.read_text() for path in tests.rglob("meson.build")}
    faults = []
    for path in rule.files(root, ["tests"], (".c", ".cpp")):
        name = path.relative_to(tests)
        in_tests = f"'{name}'" in listed.get(tests, "") or f"'{name.with_suffix('')}'" in listed.get(tests, "")
        in_script = any(f"/{path.name}" in script.read_text() for script in path.parent.glob("*.sh"))
        if not in_tests and not in_script and f"'{path.name}'" not in listed.get(path.parent, ""):
            faults.append(f"tests/{name} is in no meson.build")
    return faults


rule.run(check, [
    ("a test that is not listed", "tests/unit/test_b.c is in no", {"tests/meson.build": "'unit/test_a'", "tests/unit/test_b.c": "\n"}),
    ("a soak that is not listed", "tests/soak/a.c is in no", {"tests/soak/a.c": "\n"}),
])
