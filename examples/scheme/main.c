/* SPDX-License-Identifier: MIT */
/* main.c: scheme [--stats] [FILE ...]. Runs the files, one after another; without any, what comes on standard input, and
 * shows the value of each expression. --stats: at the end, on standard error, what the heap has done. Status 1: an error in
 * the program, which is named. */
#include "scheme.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char main_prelude[] =
#include "prelude.inc"
    ;

/* Says what was wrong, if anything was. */
static bool main_report(const struct scheme *scheme)
{
    fflush(stdout);
    if (scheme->error[0])
        fprintf(stderr, "%s%s\n", scheme->place, scheme->error);
    return !scheme->error[0];
}

/* Runs all that the input has, and closes it. `shown`: shows values, goes on after errors, and asks for more if somebody is there. */
static bool main_run(struct scheme *scheme, FILE *input, const char *name, uint32_t line, bool shown)
{
    if (!input)
        return scheme_fail(scheme, "%s cannot be read", name) || main_report(scheme);
    bool asked = shown && isatty(STDIN_FILENO), good = true;
    GC_SCOPED gc_string *file = scheme_must(scheme, gc_string_from(scheme->heap, name));
    struct reader reader = { .scheme = scheme, .input = input, .file = file, .line = line };
    for (;;) {
        fputs(asked ? "> " : "", stdout);
        GC_SCOPED void *form = reader_read(&reader);
        GC_SCOPED gc_string *place = reader_place(&reader);
        GC_SCOPED void *value = form ? eval(scheme, form, NULL) : NULL;
        GC_SCOPED gc_string *text = value && shown && value != scheme->nothing ? scheme_text(scheme, value, true) : NULL;
        if (text)
            puts(gc_string_bytes(text));
        if (value)
            continue;
        scheme_fail_at(scheme, place); /* of what has none of its own */
        good = main_report(scheme);
        if (good || !shown || feof(input))
            break;
        for (int c = 0; c != '\n' && c != EOF; reader.line += c == '\n') /* what is left of that line */
            c = getc(input);
    }
    fclose(input);
    return good;
}

static void main_print_statistics(gc_heap *heap)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    fprintf(stderr, "generation   collections   objects found\n");
    for (int i = 0; i < 3; i++)
        fprintf(stderr, "%-10d %13llu %15llu\n", i, (unsigned long long)stats.generations[i].collections,
                (unsigned long long)stats.generations[i].collected);
    fprintf(stderr, "pauses: half of them up to %.3f ms, the longest %.3f ms\n", (double)gc_pause_percentile_ns(&stats, 50) / 1e6,
            (double)stats.pause_ns_max / 1e6);
    fprintf(stderr, "objects: %zu; KiB: %zu live, %zu in the heap, %zu resident\n", stats.objects, stats.bytes_live >> 10,
            stats.bytes_heap >> 10, stats.bytes_resident >> 10);
}

int main(int count, char **arguments)
{
    bool statistics = count > 1 && strcmp(arguments[1], "--stats") == 0;
    gc_heap *heap = gc_heap_open(NULL);
    if (!heap) {
        perror("scheme");
        return EXIT_FAILURE;
    }
    struct scheme *scheme = scheme_new(heap);
    FILE *input = scheme_must(scheme, fmemopen((void *)main_prelude, sizeof main_prelude - 1, "r"));
    bool good = main_run(scheme, input, "prelude.scm", 0, false);
    int first = statistics ? 2 : 1;
    if (good && first == count)
        good = main_run(scheme, stdin, "input", 1, true);
    for (int i = first; good && i < count; i++)
        good = main_run(scheme, fopen(arguments[i], "r"), arguments[i], 1, false);
    if (statistics)
        main_print_statistics(heap);
    gc_release(scheme);
    size_t leaked = gc_heap_close(heap);
    if (leaked > 0)
        fprintf(stderr, "scheme: %zu objects were left\n", leaked);
    return good && leaked == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
