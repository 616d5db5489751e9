# SPDX-License-Identifier: MIT
"""What a library does not do: end the program, write to its standard output, use its malloc.

A heap that finds misuse ends the program on purpose, and only lib/check.c does that. Memory comes from jemalloc, through
its own names; the C library's belong to the host."""
import re
import rule

ENDS = {"abort", "exit", "_exit", "_Exit", "quick_exit", "raise", "kill", "assert", "__builtin_trap", "__assert_fail"}
PRINTS = {"printf", "vprintf", "puts", "putchar", "fputs", "fputc", "putc", "fwrite", "fprintf", "vfprintf", "perror"}
ALLOCATES = {"malloc", "calloc", "realloc", "reallocarray", "free", "aligned_alloc", "posix_memalign", "memalign", "valloc",
             "strdup", "strndup", "asprintf", "vasprintf", "alloca", "getline"}

# Where each of them is the file's work.
EXCEPT = {
    "abort": {"lib/check.c"},
    "fputs": {"lib/check.c"},
    "fprintf": {"lib/check.c"},
    "vfprintf": {"lib/check.c"},
    "fwrite": {"lib/check.c"},
}

CALL = re.compile(r"(?<![\w.>])(" + "|".join(sorted(ENDS | PRINTS | ALLOCATES)) + r")\s*\(")


def check(root):
    faults = []
    for path in rule.files(root, ["include", "lib", "gc"]):
        name = str(path.relative_to(root))
        code = rule.code_of(path.read_text())
        for match in CALL.finditer(code):
            if name not in EXCEPT.get(match.group(1), ()):
                faults.append(f"{name}:{code.count(chr(10), 0, match.start()) + 1}: calls {match.group(1)}")
        if re.search(r"\bstdout\b", code):
            faults.append(f"{name}: names stdout")
    return faults


rule.run(check, [
    ("abort elsewhere than in check.c", "calls abort", {"gc/reach.c": "void f(void) { abort(); }\n"}),
    ("malloc", "calls malloc", {"lib/memory.c": "void *f(void) { return malloc(8); }\n"}),
    ("free with a space", "calls free", {"lib/memory.c": "void f(void *p) { free (p); }\n"}),
    ("printf", "calls printf", {"gc/stats.c": 'void f(void) { printf("x"); }\n'}),
    ("writing to standard output", "names stdout", {"lib/check.c": 'void f(void) { fprintf(stdout, "x"); }\n'}),
    ("exit in a public header", "calls exit", {"include/libgc/a.h": "static inline void f(void) { exit(1); }\n"}),
])
