/* SPDX-License-Identifier: MIT */
/* values.c: the types that are added to the library's, each a line and a way to be written; symbols, global variables, and errors. */
#include "scheme.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* ---- How values are written: cycles through heads, and depth, are the library's to end ------------------------------ */

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
    static const char plain[] = "\"\\\n\t\r", escaped[] = "\"\\ntr";
    if (!gc_string_is(value)) {
        gc_repr_object(writer, value);
        return;
    }
    gc_repr_text(writer, "\"");
    for (const char *c = gc_string_bytes(value), *end = c + gc_string_length(value); c < end; c++) {
        const char *special = *c ? strchr(plain, *c) : NULL;
        gc_repr_text(writer, special ? "\\" : "");
        gc_repr_bytes(writer, special ? escaped + (special - plain) : c, 1);
    }
    gc_repr_text(writer, "\"");
}

/* `slow` goes half as fast as the list, and is met again where that leads back to itself. */
static void pair_repr(const void *object, gc_repr_writer *writer)
{
    const struct pair *list = object, *slow = list;
    bool even = false, circular = false;
    gc_repr_text(writer, "(");
    element_repr(list->head, writer);
    for (; !circular && gc_type_of(list->tail) == gc_type_of(object); even = !even) {
        list = list->tail;
        slow = even ? slow->tail : slow;
        circular = list == slow;
        gc_repr_text(writer, circular ? " ..." : " ");
        if (!circular)
            element_repr(list->head, writer);
    }
    if (!circular && !gc_tuple_is(list->tail)) {
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
    GC_SCOPED gc_string *text = list ? scheme_check(scheme, gc_repr(scheme->heap, list)) : NULL;
    return text ? scheme_check(scheme, gc_string_create(scheme->heap, gc_string_bytes(text) + 1, gc_string_length(text) - 2)) : NULL;
}

/* ---- Types ---------------------------------------------------------------------------------------------------- */

typedef struct symbol constant;
static const gc_type_info constant_info = GC_TYPE_INFO(constant, GC_REFS(name), GC_TYPE_FLAGS(GC_ACYCLIC), GC_REPR(symbol_repr));
static const gc_type_info symbol_info = GC_TYPE_INFO(struct symbol, GC_REFS(name), GC_TYPE_FLAGS(GC_ACYCLIC), GC_REPR(symbol_repr));
static const gc_type_info pair_info = GC_TYPE_INFO(struct pair, GC_REFS(head, tail), GC_REPR(pair_repr));
static const gc_type_info environment_info = GC_TYPE_INFO(struct environment, GC_REFS(outer), GC_REF_FLEX(slots, count));
static const gc_type_info closure_info = GC_TYPE_INFO(struct closure, GC_REFS(code, environment), GC_REPR(closure_repr));
static const gc_type_info code_info = GC_TYPE_INFO(struct code, GC_REFS(file), GC_REF_FLEX(parts, count));
static const gc_type_info scheme_info =
    GC_TYPE_INFO(struct scheme, GC_REFS(nil, yes, no, nothing, symbols, lines, globals, forms), GC_MEMORY(stack));

/* ---- Errors --------------------------------------------------------------------------------------------------- */

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
    return text ? scheme_fail(scheme, "%s: %.200s", what, gc_string_bytes(text)) : NULL;
}

void *scheme_fail_at(struct scheme *scheme, const gc_string *file, uint32_t line)
{
    if (!scheme->place[0])
        snprintf(scheme->place, sizeof scheme->place, "%.*s:%u: ", TEXT_LIMIT / 2, gc_string_bytes(file), line);
    return NULL;
}

void *scheme_check(struct scheme *scheme, void *made)
{
    return made ? made : scheme_fail(scheme, "%s", gc_last_error_message(scheme->heap));
}

bool scheme_too_deep(struct scheme *scheme)
{
    return (char *)__builtin_frame_address(0) < scheme->c_stack_end && !scheme_fail(scheme, "too deep: calls, lists or code in each other");
}

/* ---- Values --------------------------------------------------------------------------------------------------- */

struct pair *scheme_cons(struct scheme *scheme, void *head, void *tail)
{
    struct pair *pair = gc_create(struct pair, scheme->pair_type);
    if (!pair)
        return scheme_check(scheme, NULL);
    pair->head = gc_retain(head);
    pair->tail = gc_retain(tail);
    return pair;
}

static struct symbol *named_new(struct scheme *scheme, gc_type *type, gc_string *name)
{
    struct symbol *symbol = scheme_check(scheme, name ? gc_create(struct symbol, type) : NULL);
    if (symbol)
        symbol->name = gc_retain(name);
    return symbol;
}

struct symbol *scheme_symbol(struct scheme *scheme, const char *name, size_t length)
{
    GC_SCOPED gc_string *string = scheme_check(scheme, gc_string_create(scheme->heap, name, length));
    struct symbol *known = string ? gc_weak_dict_get(scheme->symbols, string) : NULL;
    if (!string || known)
        return known;
    GC_SCOPED struct symbol *made = named_new(scheme, scheme->symbol_type, string);
    return made && gc_weak_dict_set(scheme->symbols, string, made) ? gc_retain(made) : scheme_check(scheme, NULL);
}

gc_cell *scheme_global(struct scheme *scheme, void *symbol)
{
    gc_cell *known = gc_dict_get(scheme->globals, symbol);
    if (known)
        return gc_retain(known);
    GC_SCOPED gc_cell *made = gc_cell_create(scheme->heap, NULL);
    return made && gc_dict_set(scheme->globals, symbol, made) ? gc_retain(made) : scheme_check(scheme, NULL);
}

/* ---- The interpreter ------------------------------------------------------------------------------------------ */

static bool make_types(struct scheme *scheme)
{
    gc_heap *heap = scheme->heap;
    return (scheme->constant_type = gc_type_register(heap, &constant_info)) && (scheme->symbol_type = gc_type_register(heap, &symbol_info)) &&
           (scheme->pair_type = gc_type_register(heap, &pair_info)) && (scheme->code_type = gc_type_register(heap, &code_info)) &&
           (scheme->closure_type = gc_type_register(heap, &closure_info)) &&
           (scheme->environment_type = gc_type_register(heap, &environment_info));
}

/* Puts what was made into a member. A creation may have collected, so the interpreter is no longer new: the reference is moved. */
static bool keep(void *member, void *made)
{
    gc_move((void **)member, &made);
    return *(void **)member;
}

static bool keep_constant(struct scheme *scheme, struct symbol **member, const char *name)
{
    GC_SCOPED gc_string *string = gc_string_from(scheme->heap, name);
    return keep(member, named_new(scheme, scheme->constant_type, string));
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

struct scheme *scheme_new(gc_heap *heap)
{
    gc_type *type = gc_type_register(heap, &scheme_info);
    GC_SCOPED struct scheme *scheme = type ? gc_create(struct scheme, type) : NULL;
    if (!scheme)
        return NULL;
    scheme->heap = heap;
    scheme->c_stack_end = c_stack_end();
    scheme->stack = gc_alloc(heap, STACK_LIMIT * sizeof *scheme->stack);
    return scheme->stack && make_types(scheme) && keep(&scheme->nil, gc_tuple_create(heap, 0, NULL)) &&
           keep_constant(scheme, &scheme->yes, "#t") && keep_constant(scheme, &scheme->no, "#f") && keep_constant(scheme, &scheme->nothing, "") &&
           keep(&scheme->symbols, gc_weak_dict_create(heap, GC_WEAK_VALUES)) && keep(&scheme->lines, gc_weak_dict_create(heap, GC_WEAK_KEYS)) &&
           keep(&scheme->globals, gc_dict_create(heap)) && keep(&scheme->forms, gc_dict_create(heap)) &&
           compile_start(scheme) && numbers_start(scheme) && data_start(scheme) ? gc_retain(scheme) : NULL;
}
