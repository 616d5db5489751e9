/* SPDX-License-Identifier: MIT */
/* tour.c: printing, comparing and counting. */
#include "tour.h"

#include <stdbool.h>
#include <string.h>

enum { EXPRESSION_COLUMNS = 50 };

void tour_chapter(struct tour *tour, const char *title)
{
    fprintf(tour->output, "\n%s\n", title);
    for (size_t i = 0; i < strlen(title); i++)
        fputc('-', tour->output);
    fputc('\n', tour->output);
}

void tour_tell(struct tour *tour, const char *text)
{
    fprintf(tour->output, "\n%s\n", text);
}

void tour_hear(struct tour *tour, const char *who, const char *words)
{
    fprintf(tour->output, "        %s: \"%s\"\n", who, words);
}

void tour_show_code(struct tour *tour, const char *code)
{
    fprintf(tour->output, "    %s;\n", code);
}

void tour_see_text(struct tour *tour, const char *expression, const char *expected, const char *seen)
{
    tour->values++;
    if (tour->values == tour->spoiled)
        seen = "something else (--spoil)";
    bool same = strcmp(expected, seen) == 0;
    if (!same)
        tour->differing++;
    fprintf(tour->output, "    %-*s  expected %s, saw %s%s\n", EXPRESSION_COLUMNS, expression, expected, seen,
            same ? "" : "   <-- differs");
}

void tour_see_number(struct tour *tour, const char *expression, long long expected, long long seen)
{
    char expected_text[24], seen_text[24];
    snprintf(expected_text, sizeof expected_text, "%lld", expected);
    snprintf(seen_text, sizeof seen_text, "%lld", seen);
    tour_see_text(tour, expression, expected_text, seen_text);
}

int tour_end(struct tour *tour)
{
    if (tour->differing == 0)
        fprintf(tour->output, "\nAll %u values were as expected.\n", tour->values);
    else
        fprintf(tour->output, "\n%u of %u values were not as expected.\n", tour->differing, tour->values);
    return tour->differing == 0 ? 0 : 1;
}
