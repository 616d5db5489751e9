# SPDX-License-Identifier: MIT
"""What a library does not do: end the program, write to its standard output, use its malloc; and where what it does do has its one place.

A heap that finds misuse ends the program on purpose, and only lib/check.c does that. Text leaves in lib/error.c alone. Memory comes from
jemalloc, through its own names, and jemalloc's from the range of a heap, which lib/range.c reserves; the C library's malloc belongs to
the host."""
import re
import rule

ENDS = {"abort", "exit", "_exit", "_Exit", "quick_exit", "raise", "kill", "assert", "__builtin_trap", "__assert_fail"}
PRINTS = {"printf", "vprintf", "puts", "putchar", "fputs", "fputc", "putc", "fwrite", "fprintf", "vfprintf", "perror", "dprintf",
          "vdprintf", "syslog", "vsyslog", "write", "writev", "pwrite", "psignal", "err", "errx", "warn", "warnx", "error"}
ALLOCATES = {"malloc", "calloc", "realloc", "reallocarray", "free", "aligned_alloc", "posix_memalign", "memalign", "valloc",
             "strdup", "strndup", "asprintf", "vasprintf", "alloca", "getline"}
JEMALLOC = {"mallocx", "rallocx", "xallocx", "sallocx", "dallocx", "sdallocx", "nallocx", "mallctl", "mallctlnametomib", "mallctlbymib",
            "malloc_usable_size", "malloc_stats_print"}
MAPS = {"mmap", "mmap64", "munmap", "mremap", "mprotect", "madvise", "posix_madvise", "mlock", "munlock", "sbrk", "brk"}

# Where each of them is the file's work; the others are nobody's.
PLACES = {
    "abort": {"lib/check.c"},
    "write": {"lib/error.c"},
    "mallctl": {"lib/extents.c", "lib/heap.c", "lib/memory.c"},
    "mallocx": {"lib/granule.c", "lib/memory.c"},
    "rallocx": {"lib/memory.c"},
    "xallocx": {"lib/granule.c"},
    "sallocx": {"lib/memory.c"},
    "dallocx": {"lib/granule.c", "lib/memory.c"},
    "sdallocx": {"lib/memory.c"},
    "mmap": {"lib/range.c"},
    "munmap": {"lib/range.c"},
    "mprotect": {"lib/range.c"},
    "madvise": {"lib/range.c"},
}

CALL = re.compile(r"(?<![\w.>])(" + "|".join(sorted(ENDS | PRINTS | ALLOCATES | JEMALLOC | MAPS)) + r")\s*\(")


def check(root):
    faults, used = [], set()
    for path in rule.files(root, ["include", "lib", "gc"]):
        name = str(path.relative_to(root))
        code = rule.code_of(path.read_text())
        for match in CALL.finditer(code):
            called = match.group(1)
            used.add((called, name))
            if name not in PLACES.get(called, ()):
                faults.append(f"{name}:{code.count(chr(10), 0, match.start()) + 1}: calls {called}")
        if re.search(r"\b(stdout|stderr)\b", code):
            faults.append(f"{name}: names stdout or stderr")
    for called, names in PLACES.items():
        faults += [f"{name} may call {called}, and does not: take it out of PLACES" for name in sorted(names)
                   if (root / name).exists() and (called, name) not in used]
    return faults


rule.run(check, [
    ("abort elsewhere than in check.c", "calls abort", {"gc/reach.c": "void f(void) { abort(); }\n"}),
    ("malloc", "calls malloc", {"lib/memory.c": "void *f(void) { return malloc(8); }\n"}),
    ("free with a space", "calls free", {"lib/memory.c": "void f(void *p) { free (p); }\n"}),
    ("printf", "calls printf", {"gc/stats.c": 'void f(void) { printf("x"); }\n'}),
    ("vfprintf in check.c", "calls vfprintf", {"lib/check.c": "void f(FILE *file, va_list a) { vfprintf(file, 0, a); }\n"}),
    ("dprintf", "calls dprintf", {"lib/check.c": 'void f(void) { dprintf(2, "x"); }\n'}),
    ("syslog", "calls syslog", {"lib/error.c": 'void f(void) { syslog(3, "x"); }\n'}),
    ("write elsewhere than in error.c", "calls write", {"lib/record.c": 'void f(void) { write(2, "x", 1); }\n'}),
    ("naming standard output", "names stdout", {"lib/check.c": "FILE *f(void) { return stdout; }\n"}),
    ("exit in a public header", "calls exit", {"include/libgc/a.h": "static inline void f(void) { exit(1); }\n"}),
    ("jemalloc elsewhere than in its places", "calls mallocx", {"gc/mark.c": "void *f(void) { return mallocx(8, 0); }\n"}),
    ("another call of jemalloc than is the file's work", "calls rallocx", {"lib/granule.c": "void f(void *p) { rallocx(p, 8, 0); }\n"}),
    ("a call of jemalloc that has no place", "calls mallctlbymib", {"lib/extents.c": "int f(void) { return mallctlbymib(0, 0); }\n"}),
    ("mmap elsewhere than in range.c", "calls mmap", {"lib/extents.c": "void f(void) { mmap(0, 8, 0, 0, -1, 0); }\n"}),
    ("madvise elsewhere than in range.c", "calls madvise", {"lib/block.c": "void f(void *p) { madvise(p, 8, 4); }\n"}),
    ("mremap", "calls mremap", {"lib/range.c": "void f(void *p) { mremap(p, 8, 16, 0); }\n"}),
    ("a place that is not used", "may call madvise, and does not", {"lib/range.c": "void f(void) { munmap(0, 8); }\n"}),
])
