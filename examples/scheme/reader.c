/* SPDX-License-Identifier: MIT */
/* reader.c: from text to values. The line of each list is noted in a table beside it, for the compiler. */
#include "scheme.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN_LIMIT = 200 };

static void *read_value(struct reader *reader);

static void *reader_fail(struct reader *reader, const char *what, const char *text)
{
    scheme_fail(reader->scheme, "%s%s", what, text);
    return scheme_fail_at(reader->scheme, reader->file, reader->line);
}

/* The next character that is part of a value, which stays where it is; EOF: there is none. */
static int peek(struct reader *reader)
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
static bool take(struct reader *reader, char expected)
{
    int c = getc(reader->input);
    if (c != expected)
        ungetc(c, reader->input);
    return c == expected;
}

/* 'x is (quote x), and so on. */
static void *read_quoted(struct reader *reader, const char *name)
{
    GC_SCOPED void *value = read_value(reader);
    if (!value)
        return NULL;
    GC_SCOPED void *symbol = scheme_symbol(reader->scheme, name), *rest = scheme_cons(reader->scheme, value, reader->scheme->nil);
    return scheme_cons(reader->scheme, symbol, rest);
}

static bool is_dot(const struct scheme *scheme, const void *value)
{
    return is_symbol(scheme, value) && strcmp(gc_string_bytes(((const struct symbol *)value)->name), ".") == 0;
}

/* What is behind an opening parenthesis. It grows behind a first pair, which is dropped at the end. */
static void *read_list(struct reader *reader)
{
    struct scheme *scheme = reader->scheme;
    GC_SCOPED gc_integer *line = scheme_must(scheme, gc_integer_create(scheme->heap, reader->line));
    GC_SCOPED struct pair *list = scheme_cons(scheme, scheme->nil, scheme->nil);
    struct pair *last = list;
    while (peek(reader) != ')') {
        GC_SCOPED void *value = read_value(reader);
        bool dot = value && last != list && is_dot(scheme, value);
        GC_SCOPED void *rest = !value ? NULL : dot ? read_value(reader) : scheme_cons(scheme, value, scheme->nil);
        if (!rest)
            return NULL;
        gc_set(&last->tail, rest);
        if (dot && peek(reader) != ')')
            return reader_fail(reader, "a list goes on behind what follows its dot", "");
        if (!dot)
            last = rest;
    }
    take(reader, ')');
    if (last != list)
        scheme_must(scheme, gc_weak_dict_set(scheme->lines, list->tail, line) ? list : NULL);
    return gc_retain(list->tail);
}

static void *read_string(struct reader *reader)
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
static void *read_token(struct reader *reader)
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

static void *read_value(struct reader *reader)
{
    if (scheme_too_deep(reader->scheme))
        return scheme_fail_at(reader->scheme, reader->file, reader->line);
    if (peek(reader) == EOF)
        return reader_fail(reader, "the text ends inside a value", "");
    return take(reader, '(')    ? read_list(reader)
           : take(reader, '"')  ? read_string(reader)
           : take(reader, '\'') ? read_quoted(reader, "quote")
           : take(reader, '`')  ? read_quoted(reader, "quasiquote")
           : take(reader, ',')  ? read_quoted(reader, take(reader, '@') ? "unquote-splicing" : "unquote")
                                : read_token(reader);
}

void *reader_read(struct reader *reader)
{
    reader->scheme->error[0] = '\0';
    return peek(reader) == EOF ? NULL : read_value(reader);
}
