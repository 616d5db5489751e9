# SPDX-License-Identifier: MIT
"""What would corrupt an object, and looks like what is right, does not compile; and what is right does: as C11 and as C++17, with every
compiler that is here, without options that make an error of a warning."""
import shutil
import subprocess
import rule

COMPILERS = [name for name in ("gcc", "clang") if shutil.which(name)]
AROUND = """#include <libgc.h>
struct node { gc_object gc; struct node *left, *right; };
void use(struct node *n, struct node *m);
void use(struct node *n, struct node *m) { (void)n; (void)m; %s }
"""
# The right form, and the same with the & forgotten: the field's address would be that of the object that it refers to.
FORMS = [
    ("gc_clear(&n->left);", ["gc_clear(n->left);"]),
    ("gc_set(&n->left, m);", ["gc_set(n->left, m);"]),
    ("gc_move(&n->left, &m);", ["gc_move(n->left, &m);", "gc_move(&n->left, m);"]),
]


def _compiles(root, compiler, language, standard, form):
    command = [compiler, "-x", language, f"-std={standard}", "-fsyntax-only", f"-I{root / 'include'}", "-"]
    return subprocess.run(command, input=AROUND % form, capture_output=True, text=True, check=False).returncode == 0


def check(root):
    faults = [] if COMPILERS else ["no compiler found"]
    for compiler in COMPILERS:
        for how in ("c", "c11"), ("c++", "c++17"):
            for right, wrong in FORMS:
                if not _compiles(root, compiler, *how, right):
                    faults.append(f"{right} does not compile: {compiler} {how[1]}")
                faults += [f"{form} compiles: {compiler} {how[1]}" for form in wrong if _compiles(root, compiler, *how, form)]
    return faults


LIKE_OURS = "typedef struct { long x; } gc_object;\n"
rule.run(check, [
    ("a macro that takes any pointer", "gc_clear(n->left); compiles", {
        "include/libgc.h": LIKE_OURS + "#define gc_clear(field) ((void)(void **)(void *)(field))\n"}),
    ("a macro that takes none", "gc_clear(&n->left); does not compile", {
        "include/libgc.h": LIKE_OURS + "#define gc_clear(field) (field)->not_there\n"}),
])
