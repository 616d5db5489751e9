/* SPDX-License-Identifier: MIT */
/* values.c: the types that are added to the library's, each a line and a way to be written; symbols, global variables, and errors. */
#include "scheme.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* ---- How values are written; cycles through heads, and depth, are the library's to end ------------------------------ */

static void symbol_repr(const void *object, gc_repr_writer *writer)
{
    gc_repr_text(writer, gc_string_bytes(((const struct symbol *)object)->name));
}

static void closure_repr(const void *object, gc_repr_writer *writer)
{
    const struct symbol *name = ((const struct closure *)object)->code->parts[0];
    gc_repr_format(writer, "<function %s>", name ? gc_string_bytes(name->name) : "lambda");
}

/* A string as the reader reads it, and anything else as its type says. */
static void element_repr(const void *value, gc_repr_writer *writer)
{
    if (!gc_string_is(value)) {
        gc_repr_object(writer, value);
        return;
    }
    gc_repr_text(writer, "\"");
    for (const char *c = gc_string_bytes(value); *c; c++)
        gc_repr_format(writer, *c == '\n' ? "\\n" : strchr("\"\\", *c) ? "\\%c" : "%c", *c);
    gc_repr_text(writer, "\"");
}

/* `slow` goes half as fast as the list, and is met again where that leads back to itself. */
static void pair_repr(const void *object, gc_repr_writer *writer)
{
    const struct pair *list = object, *slow = list;
    gc_repr_text(writer, "(");
    element_repr(list->head, writer);
    for (bool even = false; gc_type_of(list->tail) == gc_type_of(object); even = !even) {
        list = list->tail;
        slow = even ? slow->tail : slow;
        gc_repr_text(writer, list == slow ? " ...)" : " ");
        if (list == slow)
            return;
        element_repr(list->head, writer);
    }
    if (!gc_tuple_is(list->tail)) {
        gc_repr_text(writer, " . ");
        element_repr(list->tail, writer);
    }
    gc_repr_text(writer, ")");
}

/* A list of the value alone, without its parentheses, is the value as it is written. */
gc_string *scheme_text(struct scheme *scheme, void *value, bool quoted)
{
    if (gc_string_is(value) && !quoted)
        return gc_retain(value);
    GC_SCOPED struct pair *list = scheme_cons(scheme, value, scheme->nil);
    GC_SCOPED gc_string *text = scheme_must(scheme, gc_repr(scheme->heap, list));
    return scheme_must(scheme, gc_string_create(scheme->heap, gc_string_bytes(text) + 1, gc_string_length(text) - 2));
}

/* ---- Errors --------------------------------------------------------------------------------------------------- */

void *scheme_must(struct scheme *scheme, void *made)
{
    if (made)
        return made;
    fprintf(stderr, "scheme: %s\n", gc_last_error_message(scheme->heap));
    exit(EXIT_FAILURE);
}

void *scheme_fail(struct scheme *scheme, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(scheme->error, sizeof scheme->error, format, arguments);
    va_end(arguments);
    scheme->place[0] = '\0';
    return NULL;
}

void *scheme_fail_value(struct scheme *scheme, const char *what, void *value)
{
    GC_SCOPED gc_string *text = scheme_text(scheme, value, true);
    return scheme_fail(scheme, "%s: %.200s", what, gc_string_bytes(text));
}

void *scheme_fail_at(struct scheme *scheme, const gc_string *file, uint32_t line)
{
    if (!scheme->place[0] && line > 0)
        snprintf(scheme->place, sizeof scheme->place, "%s:%u: ", gc_string_bytes(file), line);
    return NULL;
}

bool scheme_too_deep(struct scheme *scheme)
{
    return (char *)__builtin_frame_address(0) < scheme->c_stack_end && !scheme_fail(scheme, "too deep: calls, lists or code in each other");
}

/* ---- Values --------------------------------------------------------------------------------------------------- */

struct pair *scheme_cons(struct scheme *scheme, void *head, void *tail)
{
    struct pair *pair = scheme_must(scheme, gc_create(struct pair, scheme->pair_type));
    pair->head = gc_retain(head);
    pair->tail = gc_retain(tail);
    return pair;
}

struct symbol *scheme_symbol(struct scheme *scheme, const char *name)
{
    GC_SCOPED gc_string *string = scheme_must(scheme, gc_string_from(scheme->heap, name));
    struct symbol *symbol = gc_weak_dict_get(scheme->symbols, string);
    if (!symbol) {
        symbol = scheme_must(scheme, gc_create(struct symbol, scheme->symbol_type));
        gc_set(&symbol->name, string);
        scheme_must(scheme, gc_weak_dict_set(scheme->symbols, string, symbol) ? symbol : NULL);
    }
    return symbol;
}

gc_cell *scheme_global(struct scheme *scheme, void *symbol)
{
    gc_cell *known = gc_dict_get(scheme->globals, symbol);
    GC_SCOPED gc_cell *made = known ? NULL : scheme_must(scheme, gc_cell_create(scheme->heap, NULL));
    return gc_retain(known ? known : scheme_must(scheme, gc_dict_set_default(scheme->globals, symbol, made)));
}

/* ---- The interpreter ------------------------------------------------------------------------------------------ */

static const gc_type_info symbol_info = GC_TYPE_INFO(struct symbol, GC_REFS(name), GC_TYPE_FLAGS(GC_ACYCLIC), GC_REPR(symbol_repr));
static const gc_type_info pair_info = GC_TYPE_INFO(struct pair, GC_REFS(head, tail), GC_REPR(pair_repr));
static const gc_type_info environment_info = GC_TYPE_INFO(struct environment, GC_REFS(outer), GC_REF_FLEX(slots, count));
static const gc_type_info closure_info = GC_TYPE_INFO(struct closure, GC_REFS(code, environment), GC_REPR(closure_repr));
static const gc_type_info code_info = GC_TYPE_INFO(struct code, GC_REFS(file), GC_REF_FLEX(parts, count));
static const gc_type_info scheme_info =
    GC_TYPE_INFO(struct scheme, GC_REFS(nil, yes, no, nothing, define, lambda, symbols, lines, globals, forms), GC_MEMORY(stack));

static struct symbol *constant_new(struct scheme *scheme, const char *name)
{
    struct symbol *symbol = scheme_symbol(scheme, name);
    GC_SCOPED gc_cell *cell = scheme_global(scheme, symbol);
    gc_cell_set(cell, symbol);
    return symbol;
}

/* Three quarters of the C stack: the rest is for what is called without asking scheme_too_deep. */
static char *c_stack_end(void)
{
    const rlim_t most = 64 << 20;
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur > most)
        limit.rlim_cur = most;
    return (char *)__builtin_frame_address(0) - limit.rlim_cur / 4 * 3;
}

/* What is stored by assignment goes into an object that is new: so it is made last, of parts that are all there. */
struct scheme *scheme_new(gc_heap *heap)
{
    struct scheme parts = { .heap = heap, .c_stack_end = c_stack_end() };
    parts.symbol_type = scheme_must(&parts, gc_type_register(heap, &symbol_info));
    parts.pair_type = scheme_must(&parts, gc_type_register(heap, &pair_info));
    parts.environment_type = scheme_must(&parts, gc_type_register(heap, &environment_info));
    parts.closure_type = scheme_must(&parts, gc_type_register(heap, &closure_info));
    parts.code_type = scheme_must(&parts, gc_type_register(heap, &code_info));
    parts.nil = scheme_must(&parts, gc_tuple_create(heap, 0, NULL));
    parts.symbols = scheme_must(&parts, gc_weak_dict_create(heap, GC_WEAK_VALUES));
    parts.lines = scheme_must(&parts, gc_weak_dict_create(heap, GC_WEAK_KEYS));
    parts.globals = scheme_must(&parts, gc_dict_create(heap));
    parts.forms = scheme_must(&parts, gc_dict_create(heap));
    parts.yes = constant_new(&parts, "#t");
    parts.no = constant_new(&parts, "#f");
    parts.nothing = constant_new(&parts, "#nothing");
    parts.define = scheme_symbol(&parts, "define");
    parts.lambda = scheme_symbol(&parts, "lambda");
    parts.stack = scheme_must(&parts, gc_alloc(heap, STACK_LIMIT * sizeof *parts.stack));
    gc_type *type = scheme_must(&parts, gc_type_register(heap, &scheme_info));
    struct scheme *scheme = scheme_must(&parts, gc_create(struct scheme, type));
    parts.gc = scheme->gc;
    *scheme = parts;
    compile_start(scheme);
    numbers_start(scheme);
    data_start(scheme);
    return scheme;
}
