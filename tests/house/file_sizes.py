# SPDX-License-Identifier: MIT
"""A function has at most 70 lines, a file at most 400; a file that must be longer is listed, and has at most 600."""
import re
import rule

FUNCTION_LINES = 70
FILE_LINES = 400
FILE_LINES_LISTED = 600
LISTED = set()


def _body_starts_at(code, brace):
    """Whether the brace opens a function: what stands before it closes its parameters, or it is one of C++ after them."""
    before = re.sub(r"\s*(const|noexcept|override)\s*$", "", code[:brace].rstrip()).rstrip()
    return before.endswith(")") and not re.search(r"=\s*\([^()]*\)$", before)


def long_functions(code):
    """(line, lines) of each function that is too long, from the line of its opening brace to that of its closing one."""
    found, depth, start = [], 0, None
    for match in re.finditer(r"[{}]", code):
        if match.group() == "{":
            if depth == 0 and _body_starts_at(code, match.start()):
                start = match.start()
            depth += 1
            continue
        depth -= 1
        if depth == 0 and start is not None:
            lines = code.count("\n", start, match.start()) + 1
            if lines > FUNCTION_LINES:
                found.append((code.count("\n", 0, start) + 1, lines))
            start = None
    return found


def check(root):
    faults = []
    for path in rule.files(root, ["include", "lib", "gc", "tests", "bench", "examples"], (".c", ".h", ".hpp", ".cpp", ".py", ".sh")):
        text, name = path.read_text(), str(path.relative_to(root))
        limit = FILE_LINES_LISTED if name in LISTED else FILE_LINES
        if text.count("\n") > limit:
            faults.append(f"{name}: {text.count(chr(10))} lines, the limit is {limit}")
        if path.suffix in (".py", ".sh"):
            continue
        for line, lines in long_functions(rule.code_of(text)):
            faults.append(f"{name}:{line}: a function of {lines} lines, the limit is {FUNCTION_LINES}")
    return faults


LONG = "    x();\n" * 70
rule.run(check, [
    ("a long file", "401 lines", {"lib/a.c": "int x;\n" * 401}),
    ("a long function", "lib/a.c:2: a function of 72", {"lib/a.c": "int f(void)\n{\n" + LONG + "}\n"}),
    ("a long function with its brace at the end of the line", "a function of 72", {"lib/a.c": "int f(void) {\n" + LONG + "}\n"}),
    ("a long test", "a function of 72", {"tests/unit/test_a.c": "Test(a, b, .signal = 6)\n{\n" + LONG + "}\n"}),
    ("a long function behind a brace in a string", "lib/a.c:3: a function of 72",
     {"lib/a.c": 'char *s = "{";\nint f(void)\n{\n' + LONG + "}\n"}),
])
