/* SPDX-License-Identifier: MIT */
/* values.c: the types that are added to the library's, each a line and a way to be written; symbols; errors. */
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
    const struct symbol *name = ((const struct closure *)object)->name;
    gc_repr_format(writer, "<function %s>", name ? gc_string_bytes(name->name) : "lambda");
}

/* `slow` goes half as fast as the list, and is met again where that leads back to itself. */
static void pair_repr(const void *object, gc_repr_writer *writer)
{
    const struct pair *list = object, *slow = list;
    gc_repr_text(writer, "(");
    gc_repr_object(writer, list->head);
    for (bool even = false; gc_type_of(list->tail) == gc_type_of(object); even = !even) {
        list = list->tail;
        slow = even ? slow->tail : slow;
        gc_repr_text(writer, list == slow ? " ...)" : " ");
        if (list == slow)
            return;
        gc_repr_object(writer, list->head);
    }
    if (!gc_tuple_is(list->tail)) {
        gc_repr_text(writer, " . ");
        gc_repr_object(writer, list->tail);
    }
    gc_repr_text(writer, ")");
}

gc_string *scheme_text(struct scheme *scheme, void *value, bool quoted)
{
    return gc_string_is(value) && !quoted ? gc_retain(value) : scheme_must(scheme, gc_repr(scheme->heap, value));
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

void *scheme_fail_at(struct scheme *scheme, const gc_string *place)
{
    if (!scheme->place[0] && place)
        snprintf(scheme->place, sizeof scheme->place, "%s", gc_string_bytes(place));
    return NULL;
}

bool scheme_too_deep(struct scheme *scheme)
{
    bool deep = (char *)__builtin_frame_address(0) < scheme->c_stack_end;
    return deep && !scheme_fail(scheme, "too deep: calls, lists or code in each other");
}

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
    struct symbol *known = gc_dict_get(scheme->symbols, string);
    if (known)
        return gc_retain(known);
    struct symbol *symbol = scheme_must(scheme, gc_create(struct symbol, scheme->symbol_type));
    symbol->name = gc_retain(string);
    return scheme_must(scheme, gc_dict_set(scheme->symbols, string, symbol) ? symbol : NULL);
}

long scheme_length(const struct scheme *scheme, const void *list)
{
    long length = 0;
    for (; is_pair(scheme, list); list = ((const struct pair *)list)->tail)
        length++;
    return list == scheme->nil ? length : -1;
}

/* ---- The interpreter ------------------------------------------------------------------------------------------ */

static const gc_type_info symbol_info = GC_TYPE_INFO(struct symbol, GC_REFS(name, value, form), GC_REPR(symbol_repr));
static const gc_type_info pair_info = GC_TYPE_INFO(struct pair, GC_REFS(head, tail, place), GC_REPR(pair_repr));
static const gc_type_info environment_info = GC_TYPE_INFO(struct environment, GC_REFS(name, value, next));
static const gc_type_info arguments_info = GC_TYPE_INFO(struct arguments, GC_REF_FLEX(values, count));
static const gc_type_info closure_info =
    GC_TYPE_INFO(struct closure, GC_REFS(name, parameters, code, environment), GC_REPR(closure_repr));
static const gc_type_info scheme_info =
    GC_TYPE_INFO(struct scheme, GC_REFS(nil, yes, no, nothing, begin, dot, symbols));

static struct symbol *scheme_constant(struct scheme *scheme, const char *name)
{
    struct symbol *symbol = scheme_symbol(scheme, name);
    gc_set(&symbol->value, symbol);
    return symbol;
}

/* Three quarters of the C stack: the rest is for what is called without asking scheme_too_deep. */
static char *scheme_stack_end(void)
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
    struct scheme parts = { .heap = heap, .c_stack_end = scheme_stack_end() };
    parts.symbol_type = scheme_must(&parts, gc_type_register(heap, &symbol_info));
    parts.pair_type = scheme_must(&parts, gc_type_register(heap, &pair_info));
    parts.environment_type = scheme_must(&parts, gc_type_register(heap, &environment_info));
    parts.arguments_type = scheme_must(&parts, gc_type_register(heap, &arguments_info));
    parts.closure_type = scheme_must(&parts, gc_type_register(heap, &closure_info));
    parts.nil = scheme_must(&parts, gc_tuple_create(heap, 0, NULL));
    parts.symbols = scheme_must(&parts, gc_dict_create(heap));
    parts.yes = scheme_constant(&parts, "#t");
    parts.no = scheme_constant(&parts, "#f");
    parts.nothing = scheme_constant(&parts, "#nothing");
    parts.begin = scheme_symbol(&parts, "begin");
    parts.dot = scheme_symbol(&parts, ".");
    gc_type *type = scheme_must(&parts, gc_type_register(heap, &scheme_info));
    struct scheme *scheme = scheme_must(&parts, gc_create(struct scheme, type));
    parts.gc = scheme->gc;
    *scheme = parts;
    eval_start(scheme);
    primitives_start(scheme);
    return scheme;
}
