/* SPDX-License-Identifier: MIT */
/* data.c: values, text, containers, and the heap they are in. */
#include "scheme.h"

#include <string.h>

/* What an action returns; if it was refused the heap knows why. */
static void *done(struct scheme *scheme, bool good)
{
    return good ? gc_retain(scheme->nothing) : scheme_fail(scheme, "%s", gc_last_error_message(scheme->heap));
}

static void *integer(struct scheme *scheme, uint64_t value)
{
    return scheme_must(scheme, gc_integer_create(scheme->heap, (int64_t)value));
}

/* ---- Values --------------------------------------------------------------------------------------------------- */

PRIMITIVE(cons) { return scheme_cons(scheme, arguments[0], arguments[1]); }
PRIMITIVE(head) { return gc_retain(((struct pair *)arguments[0])->head); }
PRIMITIVE(tail) { return gc_retain(((struct pair *)arguments[0])->tail); }
PRIMITIVE(set_head) { gc_set(&((struct pair *)arguments[0])->head, arguments[1]); return done(scheme, true); }
PRIMITIVE(set_tail) { gc_set(&((struct pair *)arguments[0])->tail, arguments[1]); return done(scheme, true); }
PRIMITIVE(set_macro) { return done(scheme, gc_dict_set(scheme->forms, arguments[0], arguments[1])); }
PRIMITIVE(is_same) { return boolean(scheme, arguments[0] == arguments[1]); }

/* Of what is no list. Strings are equal by their bytes, vectors and tables by what is in them, and 1 and 1.0 are two. */
PRIMITIVE(is_equal)
{
    bool equal;
    if (gc_type_of(arguments[0]) != gc_type_of(arguments[1]))
        return boolean(scheme, false);
    return gc_equal(arguments[0], arguments[1], &equal) ? boolean(scheme, equal) : done(scheme, false);
}

/* (error text value ...) */
PRIMITIVE(error)
{
    GC_SCOPED gc_string *text = scheme_text(scheme, arguments[0], false);
    for (size_t i = 1; i < count; i++) {
        GC_SCOPED gc_string *value = scheme_text(scheme, arguments[i], true), *before = text;
        text = scheme_must(scheme, gc_string_format(scheme->heap, "%s %s", gc_string_bytes(before), gc_string_bytes(value)));
    }
    return scheme_fail(scheme, "%s", gc_string_bytes(text));
}

/* (try function handler): what the function returns; if it fails, what the handler returns for the text of the error. */
PRIMITIVE(try)
{
    void *value = run_apply(scheme, arguments[0], scheme->nil);
    if (value)
        return value;
    GC_SCOPED gc_string *text = scheme_must(scheme, gc_string_from(scheme->heap, scheme->error));
    GC_SCOPED struct pair *list = scheme_cons(scheme, text, scheme->nil);
    return run_apply(scheme, arguments[1], list);
}

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
PRIMITIVE(string_concat) { return scheme_must(scheme, gc_string_concat(arguments[0], arguments[1])); }

PRIMITIVE(substring)
{
    uint64_t start = (uint64_t)gc_integer_value(arguments[1]), end = (uint64_t)gc_integer_value(arguments[2]);
    if (end > gc_string_length(arguments[0]) || start > end)
        return scheme_fail_value(scheme, "substring: there is no such part of", arguments[0]);
    return scheme_must(scheme, gc_string_create(scheme->heap, gc_string_bytes(arguments[0]) + start, end - start));
}

/* The value that a text is read as; false if it is none. */
PRIMITIVE(read_string)
{
    FILE *input = scheme_must(scheme, fmemopen((void *)gc_string_bytes(arguments[0]), gc_string_length(arguments[0]) + 1, "r"));
    struct reader reader = { .scheme = scheme, .file = arguments[0], .input = input, .line = 1 };
    void *value = reader_read(&reader);
    fclose(input);
    return value ? value : boolean(scheme, false);
}

/* ---- Vectors and tables --------------------------------------------------------------------------------------- */

PRIMITIVE(vector) { return scheme_must(scheme, gc_list_create(scheme->heap, count, arguments)); }
PRIMITIVE(vector_length) { return integer(scheme, gc_list_count(arguments[0])); }
PRIMITIVE(vector_push) { return done(scheme, gc_list_append(arguments[0], arguments[1])); }

/* An element, borrowed. */
static void *element_of(struct scheme *scheme, gc_list *vector, int64_t index)
{
    void *element = index < 0 ? NULL : gc_list_get(vector, (size_t)index);
    return element ? element : scheme_fail(scheme, "element %lld of a vector of %zu", (long long)index, gc_list_count(vector));
}

PRIMITIVE(vector_pop)
{
    void *last = gc_list_pop(arguments[0]);
    return last ? last : scheme_fail(scheme, "vector-pop!: an empty vector");
}

PRIMITIVE(vector_ref) { return gc_retain(element_of(scheme, arguments[0], gc_integer_value(arguments[1]))); }

PRIMITIVE(vector_set)
{
    int64_t index = gc_integer_value(arguments[1]);
    return element_of(scheme, arguments[0], index) ? done(scheme, gc_list_set(arguments[0], (size_t)index, arguments[2])) : NULL;
}

PRIMITIVE(table) { return scheme_must(scheme, gc_dict_create(scheme->heap)); }
PRIMITIVE(table_count) { return integer(scheme, gc_dict_count(arguments[0])); }
PRIMITIVE(table_set) { return done(scheme, gc_dict_set(arguments[0], arguments[1], arguments[2])); }
PRIMITIVE(table_delete) { return boolean(scheme, gc_dict_remove(arguments[0], arguments[1])); }

/* (table-ref table key otherwise) */
PRIMITIVE(table_ref)
{
    void *value;
    int found = gc_dict_find(arguments[0], arguments[1], &value);
    return found < 0 ? done(scheme, false) : found > 0 ? gc_retain(value) : gc_retain(count > 2 ? arguments[2] : scheme->no);
}

/* A list of pairs of key and value, the newest first. */
PRIMITIVE(table_entries)
{
    gc_dict_iterator iterator = gc_dict_iterate(arguments[0]);
    GC_SCOPED void *list = gc_retain(scheme->nil);
    void *key, *value;
    while (gc_dict_next(&iterator, &key, &value)) {
        GC_SCOPED struct pair *entry = scheme_cons(scheme, key, value), *longer = scheme_cons(scheme, entry, list);
        gc_move(&list, &longer);
    }
    return gc_retain(list);
}

/* ---- The heap ------------------------------------------------------------------------------------------------- */

PRIMITIVE(collect) { return integer(scheme, gc_collect(scheme->heap)); }

PRIMITIVE(statistic)
{
    gc_stats stats;
    gc_get_stats(scheme->heap, &stats);
    const struct { const char *name; uint64_t value; } figures[] = {
        { "objects", stats.objects }, { "live", stats.bytes_live }, { "heap", stats.bytes_heap }, { "resident", stats.bytes_resident },
        { "reserved", stats.bytes_reserved }, { "pauses", stats.pauses }, { "longest-pause", stats.pause_ns_max },
    };
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        if (strcmp(figures[i].name, gc_string_bytes(((struct symbol *)arguments[0])->name)) == 0)
            return integer(scheme, figures[i].value);
    return scheme_fail_value(scheme, "there is no such statistic", arguments[0]);
}

void data_start(struct scheme *scheme)
{
    static const struct primitive primitives[] = {
        { "pair?", "p", NULL }, { "null?", "e", NULL }, { "symbol?", "y", NULL }, { "string?", "s", NULL }, { "vector?", "v", NULL },
        { "table?", "t", NULL }, { "procedure?", "f", NULL }, { "eq?", "xx", is_same }, { "eqv?", "xx", is_equal }, { "cons", "xx", cons },
        { "car", "p", head }, { "cdr", "p", tail }, { "set-car!", "px", set_head }, { "set-cdr!", "px", set_tail },
        { "set-macro!", "yf", set_macro }, { "error", "x*x", error }, { "try", "ff", try }, { "display", "x", display },
        { "write", "x", write_quoted }, { "->string", "x", to_string }, { "string->symbol", "s", to_symbol },
        { "string-length", "s", string_length }, { "string<?", "ss", string_less }, { "string-concat", "ss", string_concat },
        { "substring", "sii", substring }, { "read-string", "s", read_string }, { "vector", "*x", vector },
        { "vector-length", "v", vector_length }, { "vector-push!", "vx", vector_push }, { "vector-pop!", "v", vector_pop },
        { "vector-ref", "vi", vector_ref }, { "vector-set!", "vix", vector_set }, { "make-table", "", table },
        { "table-count", "t", table_count }, { "table-set!", "txx", table_set }, { "table-ref", "tx*x", table_ref },
        { "table-delete!", "tx", table_delete }, { "table-entries", "t", table_entries }, { "collect", "", collect },
        { "statistic", "y", statistic },
    };
    primitives_define(scheme, primitives, sizeof primitives / sizeof primitives[0]);
}
