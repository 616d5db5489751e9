/* SPDX-License-Identifier: MIT */
/* reader.c: from text to values. */
#include "scheme.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN_LIMIT = 200 };

static void *reader_value(struct reader *reader);

static void *reader_fail(struct reader *reader, const char *what, const char *text)
{
    GC_SCOPED gc_string *place = reader_place(reader);
    scheme_fail(reader->scheme, "%s%s", what, text);
    return scheme_fail_at(reader->scheme, place);
}

gc_string *reader_place(const struct reader *reader)
{
    if (reader->line == 0)
        return NULL;
    const char *file = gc_string_bytes(reader->file);
    return scheme_must(reader->scheme, gc_string_format(reader->scheme->heap, "%s:%u: ", file, reader->line));
}

/* The next character that is part of a value, which stays where it is; EOF: there is none. */
static int reader_peek(struct reader *reader)
{
    int c;
    for (bool comment = false; (c = getc(reader->input)) != EOF; comment = c != '\n' && (comment || c == ';')) {
        reader->line += c == '\n' && reader->line > 0;
        if (!comment && !strchr(" \t\r\f\n;", c))
            break;
    }
    return ungetc(c, reader->input);
}

/* Takes the next character if it is this one. */
static bool reader_take(struct reader *reader, char expected)
{
    int c = getc(reader->input);
    if (c != expected)
        ungetc(c, reader->input);
    return c == expected;
}

/* 'x is (quote x), and so on. */
static void *reader_quoted(struct reader *reader, const char *name)
{
    GC_SCOPED void *value = reader_value(reader);
    if (!value)
        return NULL;
    GC_SCOPED void *symbol = scheme_symbol(reader->scheme, name), *rest = scheme_cons(reader->scheme, value, reader->scheme->nil);
    return scheme_cons(reader->scheme, symbol, rest);
}

/* What is behind an opening parenthesis. It grows behind a first pair, which is dropped at the end. */
static void *reader_list(struct reader *reader)
{
    struct scheme *scheme = reader->scheme;
    GC_SCOPED gc_string *place = reader_place(reader);
    GC_SCOPED struct pair *list = scheme_cons(scheme, scheme->nil, scheme->nil);
    struct pair *last = list;
    while (reader_peek(reader) != ')') {
        GC_SCOPED void *value = reader_value(reader);
        bool dot = last != list && value == scheme->dot;
        GC_SCOPED void *rest = !value ? NULL : dot ? reader_value(reader) : scheme_cons(scheme, value, scheme->nil);
        if (!rest)
            return NULL;
        gc_set(&last->tail, rest);
        if (dot && reader_peek(reader) != ')')
            return reader_fail(reader, "a list goes on behind what follows its dot", "");
        if (!dot)
            last = rest;
    }
    reader_take(reader, ')');
    if (last != list)
        gc_set(&((struct pair *)list->tail)->place, place);
    return gc_retain(list->tail);
}

static void *reader_string(struct reader *reader)
{
    char *text;
    size_t length;
    int c;
    FILE *output = scheme_must(reader->scheme, open_memstream(&text, &length));
    while ((c = getc(reader->input)) != EOF && c != '"') {
        reader->line += c == '\n' && reader->line > 0;
        if (c == '\\')
            c = (c = getc(reader->input)) == 'n' ? '\n' : c == 't' ? '\t' : c;
        putc(c, output);
    }
    fclose(output);
    void *string = c == EOF ? reader_fail(reader, "the text ends inside a string", "")
                            : scheme_must(reader->scheme, gc_string_create(reader->scheme->heap, text, length));
    free(text);
    return string;
}

/* A number, a constant or a symbol. */
static void *reader_token(struct reader *reader)
{
    struct scheme *scheme = reader->scheme;
    char token[TOKEN_LIMIT], *end;
    size_t length = 0;
    int c;
    while ((c = getc(reader->input)) != EOF && !strchr(" \t\r\f\n()\"';", c) && length < sizeof token - 1)
        token[length++] = (char)c;
    ungetc(c, reader->input);
    token[length] = '\0';
    if (length == 0 || length == sizeof token - 1)
        return reader_fail(reader, length == 0 ? "a parenthesis that closes nothing" : "a very long name: ", token);
    if (!strpbrk(token, "0123456789") || !strchr("0123456789", token[strspn(token, "+-.")]))
        return scheme_symbol(scheme, token);
    errno = 0;
    long long integer = strtoll(token, &end, 10);
    if (*end == '\0')
        return errno == 0 ? scheme_must(scheme, gc_integer_create(scheme->heap, integer))
                          : reader_fail(reader, "an integer of more than 64 bits: ", token);
    double number = strtod(token, &end);
    return *end == '\0' ? scheme_must(scheme, gc_float_create(scheme->heap, number)) : scheme_symbol(scheme, token);
}

static void *reader_value(struct reader *reader)
{
    if (scheme_too_deep(reader->scheme))
        return reader_fail(reader, "too deep", "");
    if (reader_peek(reader) == EOF)
        return reader_fail(reader, "the text ends inside a value", "");
    return reader_take(reader, '(')    ? reader_list(reader)
           : reader_take(reader, '"')  ? reader_string(reader)
           : reader_take(reader, '\'') ? reader_quoted(reader, "quote")
           : reader_take(reader, '`')  ? reader_quoted(reader, "quasiquote")
           : reader_take(reader, ',')  ? reader_quoted(reader, reader_take(reader, '@') ? "unquote-splicing" : "unquote")
                                : reader_token(reader);
}

void *reader_read(struct reader *reader)
{
    reader->scheme->error[0] = '\0';
    return reader_peek(reader) == EOF ? NULL : reader_value(reader);
}
