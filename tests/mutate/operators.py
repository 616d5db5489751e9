# SPDX-License-Identifier: MIT
"""operators.py: the small changes, and where in a file each can be made.

A place is (operator, start, end, replacement): a piece of the file's text inside some function. Nothing is parsed: comments, strings and
directives are blanked, and the rest is found by its shape, which is that of this tree. A change that does not compile is dropped later.
What no test can see is no place: what is fetched ahead, and how much room there is for a text."""
import pathlib
import re
import sys
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "house"))
import rule  # noqa: E402


class Place(NamedTuple):
    operator: str
    start: int
    end: int
    replacement: str


SPACED = r"(?<= ){}(?= )"
SWAPPED = {  # operator: (what is found between spaces, by what it is replaced)
    "comparison": [("==", "!="), ("!=", "=="), ("<", ">="), (">", "<="), ("<=", ">"), (">=", "<")],
    "boundary": [("<", "<="), (">", ">="), ("<=", "<"), (">=", ">")],
    "connective": [("&&", "||"), ("||", "&&")],
    "arithmetic": [("+", "-"), ("-", "+"), ("*", "+"), ("/", "*"), ("%", "/"), ("<<", ">>"), (">>", "<<")],
    "assignment": [("+=", "-="), ("-=", "+="), ("|=", "="), ("&=", "="), ("|=", "&=")],
    "bits": [("&", "|"), ("|", "&")],
}
STATEMENT = re.compile(r"(?<=[;{})])[ \t]*\n[ \t]+([^\n{};]+);[ \t]*(?=\n)")
DECLARATION = re.compile(r"(?:const|static|struct|enum|unsigned) |\w+ \**\w+(?:$| =|\[|,|\()")
KEYWORD = re.compile(r"^(?:return|goto|break|continue|if|while|for|else|do|switch|case|default)\b")
CONDITION = re.compile(r"\b(?:if|while) \(")
NUMBER = re.compile(r"(?<![\w.])(\d+)(u|ull|)(?![\w.])")
FLAG = re.compile(r" \| (?:GC_)?[A-Z]\w*(?![\w(])")
MASK = re.compile(r"~(?=\(?(?:GC_)?[A-Z])")
RETURN = re.compile(r"\breturn (true|false);")
STEP = re.compile(r"\+\+|--")
JUMP = re.compile(r"\b(break|continue);")
UNSEEN = re.compile(r"(?:if \([^\n]*\)\n\s*)?(?:__builtin|gc__table)_prefetch\([^;]*;|(?<= )char [^;=()]*\[\d+\][^;=()]*;")
VOID = re.compile(r"^(?:static |__attribute__\(\([^\n]*?\)\) |GC__ALWAYS_INLINE )*void \w+\([^{};]*\)\n\{\n", re.MULTILINE)


def _visible(text):
    """The text with comments, strings and directives blanked."""
    code = rule.code_of(text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda match: re.sub(r"[^\n]", " ", match.group()), code, flags=re.MULTILINE)


def _bodies(code):
    """(start, end) of what stands in braces behind closed parentheses at file scope: functions."""
    depth, start = 0, None
    for match in re.finditer(r"[{}]", code):
        depth += 1 if match.group() == "{" else -1
        if depth == 1 and match.group() == "{":
            start = match.end() if code[:match.start()].rstrip().endswith(")") else None
        elif depth == 0 and start is not None:
            yield start, match.start()
            start = None


def _closing(code, opened):
    depth = 0
    for at in range(opened, len(code)):
        depth += (code[at] == "(") - (code[at] == ")")
        if depth == 0:
            return at
    return len(code)


def _in_body(code, start, end):
    body = code[start:end]
    for operator, pairs in SWAPPED.items():
        for old, new in pairs:
            for match in re.finditer(SPACED.format(re.escape(old)), body):
                yield Place(operator, start + match.start(), start + match.end(), new)
    for match in CONDITION.finditer(body):
        last = _closing(body, match.end() - 1)
        yield Place("negation", start + match.end(), start + last, f"!({body[match.end():last]})")
    for match in STATEMENT.finditer(body):
        words = match.group(1)
        if words.count("(") == words.count(")") and not DECLARATION.match(words) and not KEYWORD.match(words):
            yield Place("deletion", start + match.start(1), start + match.end(1), "(void)0")
    for match in NUMBER.finditer(body):
        changed = {0: [1], 1: [0, 2]}.get(int(match.group(1)), [int(match.group(1)) - 1, int(match.group(1)) + 1])
        for number in changed:
            yield Place("constant", start + match.start(), start + match.end(), f"{number}{match.group(2)}")
    for match in FLAG.finditer(body):
        yield Place("flag", start + match.start(), start + match.end(), "")
    for match in MASK.finditer(body):
        yield Place("mask", start + match.start(), start + match.end(), "")
    for match in RETURN.finditer(body):
        yield Place("return", start + match.start(1), start + match.end(1), "false" if match.group(1) == "true" else "true")
    for match in STEP.finditer(body):
        yield Place("step", start + match.start(), start + match.end(), "--" if match.group() == "++" else "++")
    for match in JUMP.finditer(body):
        yield Place("jump", start + match.start(1), start + match.end(1), "break" if match.group(1) == "continue" else "(void)0")


def places_of(text):
    """All places of a file, in order."""
    code = UNSEEN.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), _visible(text))
    found = [place for start, end in _bodies(code) for place in _in_body(code, start, end)]
    found += [Place("early return", match.end(), match.end(), "    return;\n") for match in VOID.finditer(code)]
    return sorted(set(found), key=lambda place: (place.start, place.end, place.operator, place.replacement))


def changed(text, place):
    return text[:place.start] + place.replacement + text[place.end:]


def line_of(text, place):
    """(number, the whole line, how it reads when changed): what a person, and the list of survivors, know a change by."""
    first = text.rfind("\n", 0, place.start) + 1
    last = text.find("\n", place.end if place.end > place.start else place.start)
    now = text[first:last].strip()
    then = (text[first:place.start] + place.replacement + text[place.end:last]).strip()
    return text.count("\n", 0, place.start) + 1, now, then
