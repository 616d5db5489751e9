/* SPDX-License-Identifier: MIT */
/* report_table.c: the report for people: what was replayed, what became of it, how long that took. */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>

const char *report_number(char text[REPORT_NUMBER_BYTES], uint64_t number)
{
    char digits[REPORT_NUMBER_BYTES];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    char *next = text;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            *next++ = ',';
        *next++ = digits[i];
    }
    *next = '\0';
    return text;
}

static void report_line(const char *what, uint64_t count, uint64_t total)
{
    char number[REPORT_NUMBER_BYTES];
    printf("  %-34s %12s", what, report_number(number, count));
    if (total)
        printf("  %5.1f %%", 100.0 * (double)count / (double)total);
    putchar('\n');
}

static void report_duration(const char *what, uint64_t duration_ns, size_t objects)
{
    double ns = (double)duration_ns;
    if (ns < 1e6)
        printf("  %-34s %9.1f µs", what, ns / 1e3);
    else if (ns < 1e9)
        printf("  %-34s %9.1f ms", what, ns / 1e6);
    else
        printf("  %-34s %9.2f s ", what, ns / 1e9);
    if (objects)
        printf("  %7.1f ns an object", ns / (double)objects);
    putchar('\n');
}

static void report_heading(const struct options *options, const struct graph *graph, const struct outcome *outcome)
{
    char objects[REPORT_NUMBER_BYTES], edges[REPORT_NUMBER_BYTES], weak[REPORT_NUMBER_BYTES], types[REPORT_NUMBER_BYTES];
    struct failure line; /* whose text is safe on a terminal */
    fail(&line, "%s", options->path);
    printf("%s\n%s objects of %s type%s, %s references, %s of them weak", line.text,
           report_number(objects, outcome->all.objects), report_number(types, graph->type_count),
           graph->type_count == 1 ? "" : "s", report_number(edges, outcome->edges), report_number(weak, outcome->weak_edges));
    if (options->cut_permille)
        printf("; %u of 1000 cut, seed %" PRIu64, options->cut_permille, options->seed);
    fputs("\n\n", stdout);
}

void report_table(const struct options *options, const struct graph *graph, const struct outcome *outcome,
                  uint64_t read_ns)
{
    size_t objects = outcome->all.objects;
    report_heading(options, graph, outcome);
    report_line("references cut", outcome->cut, 0);
    report_line("objects freed by reference count", outcome->all.freed_by_refcount, objects);
    report_line("objects freed by collection", outcome->all.freed_by_collection, objects);
    report_line("objects live", outcome->all.live, objects);
    report_line("weak references cleared", outcome->weak_cleared, 0);
    putchar('\n');
    report_duration("read", read_ns, objects);
    report_duration("build", outcome->build_ns, objects);
    report_duration("full collection, all live", outcome->collect_live_ns, objects);
    report_duration("cut", outcome->cut_ns, objects);
    report_duration("full collection after the cut", outcome->collect_ns, objects - outcome->all.freed_by_refcount);
    putchar('\n');
    printf("  %-34s %9.1f MiB  %6.1f bytes an object\n", "heap", (double)outcome->heap_bytes / 1048576,
           (double)outcome->heap_bytes / (double)objects);
    printf("  %-34s %9.1f MiB\n\n", "resident", (double)outcome->resident_bytes / 1048576);
}
