/* SPDX-License-Identifier: MIT */
/* reader.c: from text to values. The line of each list is noted in a table beside it, for the compiler. */
#include "scheme.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *reader_fail(struct reader *reader, const char *what, const char *text, size_t length)
{
    scheme_fail(reader->scheme, "%s%.*s", what, length < 60 ? (int)length : 60, text);
    return scheme_fail_at(reader->scheme, reader->file, reader->line);
}

static void *ends_inside(struct reader *reader, const char *what)
{
    reader->incomplete = true;
    return reader_fail(reader, "the text ends inside ", what, strlen(what));
}

/* Passes over what stands between values. False: that was all. */
static bool skip(struct reader *reader)
{
    for (bool comment = false; reader->next < reader->end; reader->next++) {
        char c = *reader->next;
        reader->line += c == '\n';
        comment = c != '\n' && (comment || c == ';');
        if (!comment && !strchr(" \t\r\f\n", c))
            return true;
    }
    return false;
}

/* Passes over a text, if it is the next one. */
static bool skip_text(struct reader *reader, const char *text)
{
    size_t length = strlen(text);
    bool there = (size_t)(reader->end - reader->next) >= length && memcmp(reader->next, text, length) == 0;
    reader->next += there ? length : 0;
    return there;
}

static size_t token_length(const struct reader *reader, const char *start)
{
    const char *end = start;
    while (end < reader->end && *end && !strchr(" \t\r\f\n()\"';", *end))
        end++;
    return (size_t)(end - start);
}

static void *read_value(struct reader *reader);

/* A list of two: a name, and the value that comes next. */
static void *read_quoted(struct reader *reader, const char *name_text)
{
    GC_SCOPED void *name = scheme_symbol(reader->scheme, name_text, strlen(name_text));
    GC_SCOPED void *value = name && skip(reader) ? read_value(reader) : ends_inside(reader, "a quotation");
    GC_SCOPED void *rest = value ? scheme_cons(reader->scheme, value, reader->scheme->nil) : NULL;
    return rest ? scheme_cons(reader->scheme, name, rest) : NULL;
}

/* What is behind an opening parenthesis. It grows behind a first pair, which is dropped at the end. */
static void *read_list(struct reader *reader)
{
    struct scheme *scheme = reader->scheme;
    GC_SCOPED gc_integer *line = gc_integer_create(scheme->heap, reader->line);
    GC_SCOPED struct pair *list = line ? scheme_cons(scheme, scheme->nil, scheme->nil) : NULL;
    for (struct pair *last = list; list;) {
        if (!skip(reader))
            return ends_inside(reader, "a list");
        if (skip_text(reader, ")"))
            break;
        bool dot = last != list && token_length(reader, reader->next) == 1 && skip_text(reader, ".");
        GC_SCOPED void *value = dot && !skip(reader) ? ends_inside(reader, "a list") : read_value(reader);
        GC_SCOPED void *rest = !value ? NULL : dot ? gc_retain(value) : scheme_cons(scheme, value, scheme->nil);
        if (!rest)
            return NULL;
        gc_set(&last->tail, rest);
        if (dot && (!skip(reader) || !skip_text(reader, ")")))
            return reader_fail(reader, "a list ends behind the value that follows its dot", "", 0);
        if (dot)
            break;
        last = rest;
    }
    if (!list || (list->tail != scheme->nil && !gc_weak_dict_set(scheme->lines, list->tail, line)))
        return scheme_check(scheme, NULL);
    return gc_retain(list->tail);
}

static void *read_string(struct reader *reader)
{
    char *text = malloc((size_t)(reader->end - reader->next) + 1);
    size_t length = 0;
    while (text && reader->next < reader->end && *reader->next != '"') {
        char c = *reader->next++;
        reader->line += c == '\n';
        if (c == '\\' && reader->next < reader->end) {
            c = *reader->next++;
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
        }
        text[length++] = c;
    }
    void *string = !text                      ? scheme_fail(reader->scheme, "no memory for a string")
                   : skip_text(reader, "\"") ? scheme_check(reader->scheme, gc_string_create(reader->scheme->heap, text, length))
                                              : ends_inside(reader, "a string");
    free(text);
    return string;
}

/* A number, a constant or a symbol. */
static void *read_token(struct reader *reader)
{
    struct scheme *scheme = reader->scheme;
    const char *start = reader->next;
    size_t length = token_length(reader, start);
    char text[64], *end;
    if (length == 0 || (*start == '#' && (length != 2 || !strchr("tf", start[1]))))
        return reader_fail(reader, "no value begins with ", start, length + (length == 0));
    reader->next += length;
    if (*start == '#')
        return gc_retain(start[1] == 't' ? scheme->yes : scheme->no);
    snprintf(text, sizeof text, "%.*s", length < sizeof text ? (int)length : 0, start);
    if (!strchr("0123456789", text[strspn(text, "+-.")]) || !text[0])
        return scheme_symbol(scheme, start, length);
    errno = 0;
    long long integer = strtoll(text, &end, 10);
    if (*end == '\0')
        return errno != 0 ? reader_fail(reader, "an integer of more than 64 bits: ", start, length)
                          : scheme_check(scheme, gc_integer_create(scheme->heap, integer));
    double number = strtod(text, &end);
    return *end == '\0' ? scheme_check(scheme, gc_float_create(scheme->heap, number)) : scheme_symbol(scheme, start, length);
}

static void *read_value(struct reader *reader)
{
    if (scheme_too_deep(reader->scheme))
        return scheme_fail_at(reader->scheme, reader->file, reader->line);
    return skip_text(reader, "(")    ? read_list(reader)
           : skip_text(reader, "\"") ? read_string(reader)
           : skip_text(reader, "'")  ? read_quoted(reader, "quote")
           : skip_text(reader, "`")  ? read_quoted(reader, "quasiquote")
           : skip_text(reader, ",@") ? read_quoted(reader, "unquote-splicing")
           : skip_text(reader, ",")  ? read_quoted(reader, "unquote")
                                     : read_token(reader);
}

void *reader_read(struct reader *reader)
{
    reader->ended = !skip(reader);
    return reader->ended ? NULL : read_value(reader);
}
