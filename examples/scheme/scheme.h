/* SPDX-License-Identifier: MIT */
/* scheme.h: an interpreter for a small Scheme, made of libgc's containers.
 *
 * Integers, floats and strings are gc_integer, gc_float and gc_string, the empty list is the empty gc_tuple, vectors are gc_list, hash tables
 * gc_dict, functions in C gc_function, global variables gc_cell. What is added is a struct and a line that lists its references each: pairs,
 * symbols, closures and their environments, compiled code, and the interpreter itself, which is an object of its own heap.
 *
 *     values.c    types, symbols, errors    compile.c     from values to code          numbers.c     functions in C: arithmetic
 *     reader.c    from text to values       run.c         from code to results         data.c        functions in C: the rest
 *     main.c      the program               primitives.c  from Scheme to C and back    prelude.scm   functions and macros in Scheme
 *
 * What returns a value returns a reference that the caller owns; NULL: the program is wrong, and scheme_fail has said how. References in
 * variables of C are announced to nobody: the collector takes them for references from outside, which they are. */
#ifndef EXAMPLES_SCHEME_H
#define EXAMPLES_SCHEME_H

#include <libgc.h>
#include <libgc/containers.h>

#include <stdio.h>

struct symbol { /* also true, false, and the value of what has none: variables whose values they are themselves */
    gc_object gc;
    gc_string *name;
};

struct pair {
    gc_object gc;
    void *head, *tail;
};

struct environment { /* the variables of one call */
    gc_object gc;
    struct environment *outer;
    uint32_t count;
    void *slots[]; /* NULL: not defined yet */
};

struct closure { /* what a lambda yields: its code, and the environment it was written in */
    gc_object gc;
    struct code *code;
    struct environment *environment;
};

enum code_kind {        /* and the parts of each */
    CODE_LOCAL,         /* name */
    CODE_GLOBAL,        /* name, cell */
    CODE_CONSTANT,      /* value */
    CODE_SET_LOCAL,     /* name, -, code */
    CODE_SET_GLOBAL,    /* name, cell, code */
    CODE_DEFINE_GLOBAL, /* name, cell, code */
    CODE_IF,            /* code of the condition, if it holds, if not */
    CODE_OR,            /* code, at least one */
    CODE_SEQUENCE,      /* code, at least one */
    CODE_LAMBDA,        /* name or NULL, code */
    CODE_CALL,          /* code of the function, of the arguments */
    CODE_APPLY          /* code of the function, of a list of the arguments */
};

struct code {
    gc_object gc;
    enum code_kind kind;
    uint32_t line; /* where it was written */
    gc_string *file;
    uint32_t depth, index; /* a variable: so many environments up, in that slot. A lambda: index parameters are required */
    uint32_t variables;    /* a lambda: all of its environment */
    bool rest;             /* a lambda: one more parameter takes what is left */
    uint32_t count;
    void *parts[];
};

enum { STACK_LIMIT = 1 << 16, TEXT_LIMIT = 400 };

struct scheme {
    gc_object gc;
    gc_heap *heap;
    gc_type *symbol_type, *pair_type, *environment_type, *closure_type, *code_type;
    gc_tuple *nil;
    struct symbol *yes, *no, *nothing, *define, *lambda;
    gc_weak_dict *symbols;  /* from names to symbols, of which it keeps none alive */
    gc_weak_dict *lines;    /* from lists that were read to their line numbers; keeps no list alive */
    gc_dict *globals;       /* from symbols to the cells of global variables */
    gc_dict *forms;         /* from symbols to the number of a special form, or the closure of a macro */
    void **stack;           /* functions and arguments of calls that have not begun; references from outside */
    size_t top;
    char *c_stack_end;      /* an address to which the C stack must not grow */
    char error[TEXT_LIMIT]; /* what went wrong, and in which file and line; "": not known yet */
    char place[TEXT_LIMIT];
};

/* values.c */
struct scheme *scheme_new(gc_heap *heap);
void *scheme_must(struct scheme *scheme, void *made); /* returns it; NULL: memory has run out, which ends the program */
void *scheme_fail(struct scheme *scheme, const char *format, ...) __attribute__((format(printf, 2, 3)));
void *scheme_fail_value(struct scheme *scheme, const char *what, void *value);             /* the error ends in the value, written out */
void *scheme_fail_at(struct scheme *scheme, const gc_string *file, uint32_t line);         /* adds the place, unless it is known */
bool scheme_too_deep(struct scheme *scheme);                                               /* if so, it has failed */
gc_string *scheme_text(struct scheme *scheme, void *value, bool quoted);                   /* quoted: strings as they are read */
struct symbol *scheme_symbol(struct scheme *scheme, const char *name);
gc_cell *scheme_global(struct scheme *scheme, void *symbol);
struct pair *scheme_cons(struct scheme *scheme, void *head, void *tail);
static inline bool is_pair(const struct scheme *scheme, const void *value) { return gc_type_of(value) == scheme->pair_type; }
static inline bool is_symbol(const struct scheme *scheme, const void *value) { return gc_type_of(value) == scheme->symbol_type; }

/* reader.c */
struct reader {
    struct scheme *scheme;
    FILE *input;
    gc_string *file; /* its name */
    uint32_t line; /* 0: lines are not counted, and errors are where what was read is called */
};
void *reader_read(struct reader *reader); /* NULL without an error: there is nothing more */

/* compile.c */
struct code *compile(struct scheme *scheme, void *form, gc_string *file, uint32_t line);
void compile_start(struct scheme *scheme);

/* run.c */
void *run_form(struct scheme *scheme, void *form, gc_string *file, uint32_t line);
void *run_apply(struct scheme *scheme, void *function, void *arguments); /* a list of them */

/* primitives.c: functions in C. Their parameters are a letter each, as in is_kind there; the last one may come any number of times, if it is
 * behind '*'. Without code it is the test whether a value is of its parameter's kind. */
#define UNUSED __attribute__((unused))
#define PRIMITIVE(name) static void *name(struct scheme *scheme UNUSED, void **arguments UNUSED, size_t count UNUSED)
struct primitive {
    const char *name, *parameters;
    void *(*code)(struct scheme *scheme, void **arguments, size_t count);
};
void primitives_define(struct scheme *scheme, const struct primitive *primitives, size_t count);
void numbers_start(struct scheme *scheme);
void data_start(struct scheme *scheme);
static inline void *boolean(const struct scheme *scheme, bool value) { return gc_retain(value ? scheme->yes : scheme->no); }

#endif
