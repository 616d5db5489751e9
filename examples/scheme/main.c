/* SPDX-License-Identifier: MIT */
/* main.c: scheme [--stats] [FILE ...]. Runs the files, one after another; without any, what comes on standard input, and shows the value of
 * each expression. --stats: at the end, on standard error, what the heap has done. Status 1: an error in the program, which is named. */
#include "scheme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char prelude[] =
#include "prelude.inc"
    ;

static bool report(const struct scheme *scheme)
{
    fflush(stdout);
    fprintf(stderr, "%s%s\n", scheme->place, scheme->error);
    return false;
}

static bool run_file(struct scheme *scheme, const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r");
    ssize_t length = file ? getdelim(&text, &size, '\0', file) : -1; /* all of it: a text has no zero byte */
    bool readable = file && !ferror(file);
    GC_SCOPED void *value = readable ? run_text(scheme, text, length > 0 ? (size_t)length : 0, path)
                                     : scheme_fail(scheme, "%s cannot be read", path);
    if (file)
        fclose(file);
    free(text);
    return value || report(scheme);
}

/* Runs what the text holds whole. Returns how much of it that was. */
static size_t run_input(struct scheme *scheme, gc_string *name, const char *text, size_t length)
{
    struct reader reader = { .scheme = scheme, .file = name, .next = text, .end = text + length, .line = 1 };
    for (;;) {
        size_t done = (size_t)(reader.next - text);
        GC_SCOPED void *form = reader_read(&reader);
        GC_SCOPED void *value = form ? run_form(scheme, form, name) : NULL;
        GC_SCOPED gc_string *shown = value ? scheme_text(scheme, value, true) : NULL;
        if (shown && value != scheme->nothing)
            puts(gc_string_bytes(shown));
        else if (!shown && reader.incomplete)
            return done;
        else if (!shown && (reader.ended || !report(scheme)))
            return length;
    }
}

static bool run_terminal(struct scheme *scheme)
{
    GC_SCOPED gc_string *name = gc_string_from(scheme->heap, "input");
    char *text = NULL, *line = NULL, *longer;
    size_t length = 0, size = 0;
    bool asked = isatty(STDIN_FILENO);
    for (ssize_t more = 0; name && more >= 0;) {
        fputs(!asked ? "" : length == 0 ? "> " : "  ", stdout);
        fflush(stdout);
        more = getline(&line, &size, stdin);
        if (more < 0 || !(longer = realloc(text, length + (size_t)more)))
            break;
        text = longer;
        memcpy(text + length, line, (size_t)more);
        length += (size_t)more;
        size_t done = run_input(scheme, name, text, length);
        memmove(text, text + done, length -= done);
    }
    free(text);
    free(line);
    return length == 0 || report(scheme);
}

static void print_statistics(gc_heap *heap)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    uint64_t found = 0;
    for (int i = 0; i < 3; i++)
        found += stats.generations[i].collected;
    fprintf(stderr, "collections: %llu young, %llu middle, %llu full; %llu objects found in cycles\n",
            (unsigned long long)stats.generations[0].collections, (unsigned long long)stats.generations[1].collections,
            (unsigned long long)stats.generations[2].collections, (unsigned long long)found);
    fprintf(stderr, "pauses: half of them below %.3f ms, the longest %.3f ms\n", (double)gc_pause_percentile_ns(&stats, 50) / 1e6,
            (double)stats.pause_ns_max / 1e6);
    fprintf(stderr, "objects: %zu, %zu KiB live, %zu KiB in the heap, %zu KiB resident\n", stats.objects, stats.bytes_live >> 10,
            stats.bytes_heap >> 10, stats.bytes_resident >> 10);
}

int main(int count, char **arguments)
{
    bool statistics = count > 1 && strcmp(arguments[1], "--stats") == 0;
    gc_heap *heap = gc_heap_open(NULL);
    struct scheme *scheme = heap ? scheme_new(heap) : NULL;
    if (!scheme) {
        fputs("scheme: no memory\n", stderr);
        return EXIT_FAILURE;
    }
    GC_SCOPED void *value = run_text(scheme, prelude, sizeof prelude - 1, "prelude.scm");
    bool good = value || report(scheme);
    int first = statistics ? 2 : 1;
    if (good && count == first)
        good = run_terminal(scheme);
    for (int i = first; good && i < count; i++)
        good = run_file(scheme, arguments[i]);
    if (statistics)
        print_statistics(heap);
    gc_clear(&value);
    gc_release(scheme);
    size_t leaked = gc_heap_close(heap);
    if (leaked > 0)
        fprintf(stderr, "scheme: %zu objects were left\n", leaked);
    return good && leaked == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
