# SPDX-License-Identifier: MIT
"""Everything public has its contract: each function, macro and type of include/ stands under a comment, or has one behind it on its line.

What can be checked of a contract is that its parts are there. The comment of a function says whether it collects, whether it runs user
code, whether it may be called in callbacks, and by which thread; where it returns a pointer, who owns that, or when it is NULL. A part
may also be said by the comment at the head of the file, for all of it; by the comment of another function that is named (`as
gc_list_create`); or, for an inline function, by one before it that says that it holds for the inline functions of its header."""
import re
import rule

PARTS = {
    "whether it collects": r"\bcollects?\b",
    "whether it runs user code": r"\b[Uu]ser code\b",
    "whether it may be called in callbacks": r"\bcallbacks?\b",
    "which thread calls it": r"\b[Tt]hread\b",
}
OWNED = r"\b(own|owns|owned|owner|borrow\w*|NULL|static storage|valid|heap's|caller's)\b"
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
REFERS = re.compile(r"\b[Aa]s (?:for |of |through a )?(gc_\w+)(?:,? (?:and )?(gc_\w+))?")
FUNCTION = re.compile(r"^(GC__API|static inline)\s([^;{=]*?)\b(gc_(?!_)\w+)\s*\(", re.MULTILINE)
MACRO = re.compile(r"^#[ \t]*define[ \t]+(GC_(?!_)\w+|gc_(?!_)\w+)", re.MULTILINE)
TYPE = re.compile(r"^typedef\b[^;{]*?\(\*(gc_(?!_)\w+)\)|^typedef\b[^;{(]*?(?:\{[^}]*\}\s*)?\b(gc_(?!_)\w+);"
                  r"|^(?:struct|enum|class)\s+(gc_(?!_)\w+)\s*[{;]", re.MULTILINE)


def _paragraphs(text):
    """(line, comment, code) of each run of lines without an empty one outside comments and braces."""
    code, lines = rule.code_of(text).split("\n"), text.split("\n")
    start, depth, comment_open = 0, 0, False
    for number, line in enumerate(lines + [""]):
        if number < len(code):
            if not line.startswith(("extern", "#")):
                depth += code[number].count("{") - code[number].count("}")
            comment_open = comment_open and "*/" not in line or line.count("/*") > line.count("*/")
        if line.strip() or depth > 0 or comment_open:
            continue
        part = "\n".join(lines[start:number])
        match = COMMENT.match(part)
        if part.startswith("//"):
            match = re.match(r"(?://[^\n]*(?:\n|$))+", part)
        comment = re.sub(r"\s*\n \*\s*|\s*\n// *", " ", match.group()) if match else ""
        yield start + 1, comment, part[match.end():] if match else part
        start = number + 1


class Header:
    """What a header's comments say, and of what."""

    def __init__(self, text):
        self.head = COMMENT.search(text.partition("\n")[2] or text)
        self.head = re.sub(r"\n \*\s*", " ", self.head.group()) if self.head else ""
        self.names = {}  # name: (kind, line, comment, what it returns)
        self.inline = ""
        for line, comment, code in _paragraphs(text):
            if "SPDX" in comment:
                continue
            if "inline function" in comment:
                self.inline += comment
            for pattern, kind in ((FUNCTION, None), (MACRO, "macro"), (TYPE, "type")):
                for match in pattern.finditer(code):
                    self._add(match, kind, line, comment, code)

    def _add(self, match, kind, line, comment, code):
        name = match.group(match.lastindex)
        rest = code[match.start():].split("\n", 1)[0]
        behind = " ".join(COMMENT.findall(rest))
        returns = match.group(2).strip() if kind is None else ""
        kind = kind or ("inline function" if "inline" in match.group(1) else "function")
        known = self.names.get(name)
        if known is None or not (known[2] or known[3]):
            self.names[name] = (kind, line + code.count("\n", 0, match.start()) + comment.count("\n"), comment, behind, returns)


def _said(headers, header, name, seen=()):
    """All that is said of a function: by its own comment, and by those that it refers to."""
    kind, _, comment, behind, _ = header.names[name]
    said = comment + behind + header.head + (header.inline if kind == "inline function" else "")
    for other in re.findall(r"\bthose of (\w+\.h)", header.head):
        said += headers[other].head if other in headers else ""
    for names in REFERS.findall(comment):
        for other in set(names) - {"", name, *seen}:
            for there in headers.values():
                if other in there.names:
                    said += _said(headers, there, other, (*seen, name))
    return said


def _faults_of(headers, header, name):
    kind, _, comment, behind, returns = header.names[name]
    described = comment or behind
    if kind in ("macro", "type"):
        if not described and not re.search(rf"\b{name}\b", header.head):
            yield f"{kind} {name} has no comment"
        return
    if not described:
        yield f"{kind} {name} has no comment"
        return
    said = _said(headers, header, name)
    for what, words in PARTS.items():
        if not re.search(words, said, re.IGNORECASE):
            yield f"the comment of {name} does not say {what}"
    if returns.endswith("*") and not re.search(OWNED, said):
        yield f"the comment of {name} does not say who owns what it returns"


def check(root):
    headers = {}
    for path in rule.files(root, ["include"]):
        headers[path.name] = Header(path.read_text())
    faults = []
    for file, header in headers.items():
        faults += [f"{file}: {fault}" for name in header.names for fault in _faults_of(headers, header, name)]
    return faults


def tree(body, head="a.h: what it is."):
    return {"include/libgc/a.h": f"/* SPDX-License-Identifier: MIT */\n/* {head} */\n#ifndef A\n#define A\n\n{body}\n\n#endif\n"}


FULL = "Collects: no. User code: no. In callbacks: yes. Thread: any."
NO_PARTS = "GC__API int gc_a(void);"
rule.run(check, [
    ("a function without a comment", "function gc_a has no comment", tree(NO_PARTS)),
    ("a function below the comment of another", "function gc_b has no comment",
     tree(f"/* A. {FULL} */\n{NO_PARTS}\n\nGC__API int gc_b(void);")),
    ("an inline function without a comment", "function gc_a has no comment", tree("static inline int gc_a(void)\n{\n    return 1;\n}")),
    ("a macro without a comment", "macro GC_A has no comment", tree("#define GC_A 1")),
    ("a type without a comment", "type gc_a has no comment", tree("typedef struct gc_a {\n    int x;\n} gc_a;")),
    ("an enumeration without a comment", "type gc_a has no comment", tree("enum gc_a { GC_B };")),
    ("a type of functions without a comment", "type gc_a has no comment", tree("typedef void (*gc_a)(int x);")),
    ("a contract without collecting", "gc_a does not say whether it collects",
     tree(f"/* A. {FULL.replace('Collects: no. ', '')} */\n{NO_PARTS}")),
    ("a contract without user code", "gc_a does not say whether it runs user code",
     tree(f"/* A. {FULL.replace('User code: no. ', '')} */\n{NO_PARTS}")),
    ("a contract without callbacks", "gc_a does not say whether it may be called in callbacks",
     tree(f"/* A. {FULL.replace('In callbacks: yes. ', '')} */\n{NO_PARTS}")),
    ("a contract without threads", "gc_a does not say which thread", tree(f"/* A. {FULL.replace('Thread: any.', '')} */\n{NO_PARTS}")),
    ("a pointer that nobody owns", "who owns what it returns", tree(f"/* A. {FULL} */\nGC__API void *gc_a(void);")),
    ("a reference to a function that says nothing", "gc_a does not say",
     tree(f"/* As gc_b. */\n{NO_PARTS}\n\n/* B. */\nGC__API int gc_b(void);")),
])
