/* SPDX-License-Identifier: MIT */
/* scheme.h: an interpreter for a small Scheme, made of libgc's containers.
 *
 * Integers, floats and strings are gc_integer, gc_float and gc_string, the empty list is the empty gc_tuple, vectors are
 * gc_list, hash tables gc_dict, functions in C gc_function. What is added is a struct and a line that lists its references
 * each: pairs, symbols, closures and their environments, and the interpreter itself, which is an object of its own heap.
 *
 *     values.c    types, symbols, errors     primitives.c  functions in C
 *     reader.c    from text to values        prelude.scm   functions and macros in Scheme
 *     eval.c      from values to results     main.c        the program
 *
 * What returns a value returns a reference that the caller owns; NULL: the program is wrong, and scheme_fail has said how.
 * References in variables of C are announced to nobody: the collector takes them for references from outside. */
#ifndef EXAMPLES_SCHEME_H
#define EXAMPLES_SCHEME_H

#include <libgc.h>
#include <libgc/containers.h>

#include <stdio.h>

struct symbol { /* true, false, and the value of what has none, are symbols whose values they are themselves */
    gc_object gc;
    gc_string *name;
    void *value; /* of the global variable; NULL: not defined */
    void *form;  /* what a list means that begins with it: the number of a special form, or a macro; NULL: a call */
};

struct pair {
    gc_object gc;
    void *head, *tail;
    gc_string *place; /* "file:line: " of its parenthesis; NULL: not read from a file */
};

struct environment { /* a variable, and those around it; or, without a name, the start of a frame: what one call has */
    gc_object gc;
    struct symbol *name;
    void *value;
    struct environment *next;
};

struct arguments { /* of a call that has not begun */
    gc_object gc;
    uint32_t count;
    void *values[];
};

struct closure { /* what a lambda yields: its parts, and the environment it was written in */
    gc_object gc;
    struct symbol *name; /* NULL: it has none */
    void *parameters;
    struct pair *code; /* the body is behind its head */
    struct environment *environment; /* NULL: that of global variables */
};

enum { TEXT_LIMIT = 400 };

struct scheme {
    gc_object gc;
    gc_heap *heap;
    gc_type *symbol_type, *pair_type, *environment_type, *arguments_type, *closure_type;
    gc_tuple *nil;
    struct symbol *yes, *no, *nothing, *begin, *dot;
    gc_dict *symbols;       /* by their names */
    char *c_stack_end;      /* an address to which the C stack must not grow */
    char error[TEXT_LIMIT]; /* what went wrong, and in which file and line; "": not known yet */
    char place[TEXT_LIMIT];
};

/* values.c */
struct scheme *scheme_new(gc_heap *heap);
void *scheme_must(struct scheme *scheme, void *made); /* returns it; NULL: memory has run out, which ends the program */
void *scheme_fail(struct scheme *scheme, const char *format, ...) __attribute__((format(printf, 2, 3)));
void *scheme_fail_value(struct scheme *scheme, const char *what, void *value); /* the error ends in the value */
void *scheme_fail_at(struct scheme *scheme, const gc_string *place); /* adds it, unless the place is known; NULL: none */
bool scheme_too_deep(struct scheme *scheme); /* if so, it has failed */
gc_string *scheme_text(struct scheme *scheme, void *value, bool quoted); /* quoted: strings as the library writes them */
struct symbol *scheme_symbol(struct scheme *scheme, const char *name);
struct pair *scheme_cons(struct scheme *scheme, void *head, void *tail);
long scheme_length(const struct scheme *scheme, const void *list); /* -1: it does not end in () */
static inline bool is_pair(const struct scheme *scheme, const void *value) { return gc_type_of(value) == scheme->pair_type; }
static inline bool is_symbol(const struct scheme *scheme, const void *value) { return gc_type_of(value) == scheme->symbol_type; }
static inline bool is_closure(const struct scheme *scheme, const void *value) { return gc_type_of(value) == scheme->closure_type; }

/* reader.c */
struct reader {
    struct scheme *scheme;
    FILE *input;
    gc_string *file; /* its name */
    uint32_t line;   /* 0: lines are not counted, and errors are where what was read is called */
};
void *reader_read(struct reader *reader); /* NULL without an error: there is nothing more */
gc_string *reader_place(const struct reader *reader);

/* eval.c */
void *eval(struct scheme *scheme, void *form, struct environment *environment); /* NULL: outside functions */
void *eval_function(struct scheme *scheme, void *function, void *list);          /* a list of its arguments */
void eval_start(struct scheme *scheme);

/* primitives.c */
void primitives_start(struct scheme *scheme);

#endif
