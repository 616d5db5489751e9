/* SPDX-License-Identifier: MIT */
/* data.c: primitives on everything but numbers: values, text, containers, and the heap they are in. */
#include "scheme.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static void *integer(struct scheme *scheme, uint64_t value)
{
    return scheme_must(scheme, gc_integer_create(scheme->heap, (int64_t)value));
}

/* What a primitive returns that only does something, if it could. */
static void *done(struct scheme *scheme, bool good)
{
    return gc_retain((void *)scheme_must(scheme, good ? scheme->nothing : NULL));
}

/* ---- Values --------------------------------------------------------------------------------------------------- */

PRIMITIVE(cons) { return scheme_cons(scheme, arguments[0], arguments[1]); }
PRIMITIVE(head) { return gc_retain(((struct pair *)arguments[0])->head); }
PRIMITIVE(tail) { return gc_retain(((struct pair *)arguments[0])->tail); }
PRIMITIVE(is_same) { return boolean(scheme, arguments[0] == arguments[1]); }

PRIMITIVE(set_head)
{
    gc_set(&((struct pair *)arguments[0])->head, arguments[1]);
    return done(scheme, true);
}

PRIMITIVE(set_tail)
{
    gc_set(&((struct pair *)arguments[0])->tail, arguments[1]);
    return done(scheme, true);
}

PRIMITIVE(is_equal)
{
    bool equal = arguments[0] == arguments[1];
    if (equal || gc_type_of(arguments[0]) != gc_type_of(arguments[1]))
        return boolean(scheme, equal);
    return gc_equal(arguments[0], arguments[1], &equal) ? boolean(scheme, equal) : scheme_must(scheme, NULL);
}

PRIMITIVE(set_macro) { return done(scheme, gc_dict_set(scheme->forms, arguments[0], arguments[1])); }

/* ---- Text ----------------------------------------------------------------------------------------------------- */

static void *print(struct scheme *scheme, void *value, bool quoted)
{
    GC_SCOPED gc_string *text = scheme_text(scheme, value, quoted);
    fwrite(gc_string_bytes(text), 1, gc_string_length(text), stdout);
    return done(scheme, true);
}

PRIMITIVE(display) { return print(scheme, arguments[0], false); }
PRIMITIVE(write_quoted) { return print(scheme, arguments[0], true); }
PRIMITIVE(to_string) { return scheme_text(scheme, arguments[0], false); }
PRIMITIVE(to_symbol) { return scheme_symbol(scheme, gc_string_bytes(arguments[0])); }
PRIMITIVE(string_length) { return integer(scheme, gc_string_length(arguments[0])); }
PRIMITIVE(string_less) { return boolean(scheme, gc_string_compare(arguments[0], arguments[1]) < 0); }
PRIMITIVE(join) { return scheme_must(scheme, gc_string_concat(arguments[0], arguments[1])); }

PRIMITIVE(substring)
{
    size_t length = gc_string_length(arguments[0]);
    uint64_t start = (uint64_t)gc_integer_value(arguments[1]), end = (uint64_t)gc_integer_value(arguments[2]);
    if (end > length || start > end)
        return scheme_fail(scheme, "substring: from %lld to %lld of %zu bytes", (long long)start, (long long)end, length);
    return scheme_must(scheme, gc_string_create(scheme->heap, gc_string_bytes(arguments[0]) + start, end - start));
}

/* The value that a text is read as; false if it is none. */
PRIMITIVE(read_string)
{
    FILE *input = fmemopen((void *)gc_string_bytes(arguments[0]), gc_string_length(arguments[0]), "r");
    struct reader reader = { .scheme = scheme, .file = arguments[0], .input = scheme_must(scheme, input), .line = 1 };
    void *value = reader_read(&reader);
    fclose(input);
    return value ? value : boolean(scheme, false);
}

/* (error text value ...) */
PRIMITIVE(raise_error)
{
    GC_SCOPED gc_string *text = scheme_text(scheme, arguments[0], false);
    for (size_t i = 1; i < count; i++) {
        GC_SCOPED gc_string *value = scheme_text(scheme, arguments[i], true), *before = text;
        text = scheme_must(scheme, gc_string_format(scheme->heap, "%s %s", gc_string_bytes(before), gc_string_bytes(value)));
    }
    return scheme_fail(scheme, "%s", gc_string_bytes(text));
}

/* (try function handler): what the function returns; if it fails, what the handler returns for the text of the error. */
PRIMITIVE(try_call)
{
    void *value = run_apply(scheme, arguments[0], scheme->nil);
    if (value)
        return value;
    GC_SCOPED gc_string *text = scheme_must(scheme, gc_string_from(scheme->heap, scheme->error));
    GC_SCOPED struct pair *list = scheme_cons(scheme, text, scheme->nil);
    return run_apply(scheme, arguments[1], list);
}

/* ---- Vectors and tables --------------------------------------------------------------------------------------- */

PRIMITIVE(vector) { return scheme_must(scheme, gc_list_create(scheme->heap, count, arguments)); }
PRIMITIVE(vector_length) { return integer(scheme, gc_list_count(arguments[0])); }
PRIMITIVE(vector_push) { return done(scheme, gc_list_append(arguments[0], arguments[1])); }

static bool has_index(struct scheme *scheme, void **arguments)
{
    uint64_t index = (uint64_t)gc_integer_value(arguments[1]);
    size_t count = gc_list_count(arguments[0]);
    return index < count || scheme_fail(scheme, "no element %lld in a vector of %zu", (long long)index, count);
}

PRIMITIVE(vector_ref)
{
    return has_index(scheme, arguments) ? gc_retain(gc_list_get(arguments[0], (size_t)gc_integer_value(arguments[1]))) : NULL;
}

PRIMITIVE(vector_set)
{
    return has_index(scheme, arguments) ? done(scheme, gc_list_set(arguments[0], (size_t)gc_integer_value(arguments[1]), arguments[2])) : NULL;
}

PRIMITIVE(vector_pop)
{
    void *last = gc_list_pop(arguments[0]);
    return last ? last : scheme_fail(scheme, "vector-pop!: an empty vector");
}

PRIMITIVE(table) { return scheme_must(scheme, gc_dict_create(scheme->heap)); }
PRIMITIVE(table_count) { return integer(scheme, gc_dict_count(arguments[0])); }
PRIMITIVE(table_set) { return done(scheme, gc_dict_set(arguments[0], arguments[1], arguments[2])); }

/* (table-ref table key default) */
PRIMITIVE(table_ref)
{
    void *value;
    int found = gc_dict_find(arguments[0], arguments[1], &value);
    return found > 0 ? gc_retain(value) : found < 0 ? scheme_must(scheme, NULL) : gc_retain(count > 2 ? arguments[2] : scheme->no);
}

PRIMITIVE(table_delete)
{
    return boolean(scheme, gc_dict_remove(arguments[0], arguments[1]));
}

/* A list of pairs of key and value, the newest first. */
PRIMITIVE(table_entries)
{
    gc_dict_iterator iterator = gc_dict_iterate(arguments[0]);
    GC_SCOPED void *list = gc_retain(scheme->nil);
    void *key, *value;
    while (gc_dict_next(&iterator, &key, &value)) {
        GC_SCOPED struct pair *entry = scheme_cons(scheme, key, value);
        struct pair *longer = scheme_cons(scheme, entry, list);
        gc_move(&list, &longer);
    }
    return gc_retain(list);
}

/* ---- The heap ------------------------------------------------------------------------------------------------- */

PRIMITIVE(collect) { return integer(scheme, gc_collect(scheme->heap)); }
PRIMITIVE(milliseconds) { return integer(scheme, (uint64_t)clock() / (CLOCKS_PER_SEC / 1000)); }

PRIMITIVE(statistic)
{
    const char *name = gc_string_bytes(((struct symbol *)arguments[0])->name);
    gc_stats stats;
    gc_get_stats(scheme->heap, &stats);
    const struct { const char *name; uint64_t value; } figures[] = {
        { "objects", stats.objects }, { "live", stats.bytes_live }, { "heap", stats.bytes_heap }, { "resident", stats.bytes_resident },
        { "reserved", stats.bytes_reserved }, { "pauses", stats.pauses }, { "longest-pause", stats.pause_ns_max },
    };
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        if (strcmp(figures[i].name, name) == 0)
            return integer(scheme, figures[i].value);
    return scheme_fail_value(scheme, "there is no such statistic", arguments[0]);
}

void data_start(struct scheme *scheme)
{
    static const struct primitive primitives[] = {
        { "pair?", "p", NULL }, { "null?", "e", NULL }, { "symbol?", "y", NULL }, { "string?", "s", NULL }, { "vector?", "v", NULL },
        { "table?", "t", NULL }, { "procedure?", "f", NULL }, { "eq?", "xx", is_same }, { "eqv?", "xx", is_equal }, 
        { "cons", "xx", cons }, { "car", "p", head }, { "cdr", "p", tail }, { "set-car!", "px", set_head }, { "set-cdr!", "px", set_tail },
        { "set-macro!", "yf", set_macro }, { "display", "x", display }, { "write", "x", write_quoted }, { "->string", "x", to_string },
        { "string->symbol", "s", to_symbol }, { "string-length", "s", string_length }, { "string<?", "ss", string_less },
        { "string-join", "ss", join }, { "substring", "sii", substring }, { "read-string", "s", read_string }, 
        { "error", "x*x", raise_error }, { "try", "ff", try_call }, { "vector", "*x", vector }, { "vector-length", "v", vector_length },
        { "vector-push!", "vx", vector_push }, { "vector-pop!", "v", vector_pop }, { "vector-ref", "vi", vector_ref },
        { "vector-set!", "vix", vector_set }, { "make-table", "", table }, { "table-count", "t", table_count },
        { "table-set!", "txx", table_set }, { "table-ref", "tx?x", table_ref }, { "table-delete!", "tx", table_delete },
        { "table-entries", "t", table_entries }, { "collect", "", collect }, { "milliseconds", "", milliseconds },
        { "statistic", "y", statistic },
    };
    primitives_define(scheme, primitives, sizeof primitives / sizeof primitives[0]);
}
