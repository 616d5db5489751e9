/* SPDX-License-Identifier: MIT */
/* test_misuse_table.c: docs/misuse.md says for each fault what is said of it: this commits each, and compares. The rows of the tables are
 *
 *     | `name of the fault` | what the program does | stops, refused or goes on | `the message` |
 *
 * where "..." (one character) stands for what differs from run to run. A message is the whole first line; where the program goes on,
 * one of the lines. */
#include "faults.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define ANY "\xe2\x80\xa6" /* the character of three dots */

struct row {
    char name[80], ends[20], message[600];
};

static struct row rows[100];
static size_t row_count;

/* Copies the next cell of a row, without spaces and backticks around it. NULL: there is none. */
static const char *next_cell(const char *at, char *cell, size_t room)
{
    const char *end = at ? strstr(at, " |") : NULL;
    if (!end)
        return NULL;
    at += strspn(at, "| `");
    size_t length = (size_t)(end - at);
    while (length > 0 && strchr(" `", at[length - 1]))
        length--;
    cr_assert_lt(length, room, "a cell is too long: %.80s", at);
    memcpy(cell, at, length);
    cell[length] = '\0';
    return end + 1;
}

static void read_rows(void)
{
    static char line[2000], what[1000];
    FILE *document = fopen(TABLE, "r");
    cr_assert_not_null(document, "no " TABLE);
    while (fgets(line, sizeof line, document)) {
        struct row *row = &rows[row_count];
        if (strncmp(line, "| `", 3) != 0)
            continue;
        const char *at = next_cell(line, row->name, sizeof row->name);
        at = next_cell(at, what, sizeof what);
        at = next_cell(at, row->ends, sizeof row->ends);
        cr_assert_not_null(next_cell(at, row->message, sizeof row->message), "a row without four cells: %s", line);
        cr_assert_lt(++row_count, sizeof rows / sizeof rows[0]);
    }
    fclose(document);
}

static const struct fault *fault_named(const char *name)
{
    const struct fault *const lists[] = { count_faults, type_faults, heap_faults, jump_faults };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const struct fault *fault = lists[i]; fault->name; fault++)
            if (strcmp(fault->name, name) == 0)
                return fault;
    return NULL;
}

/* Whether the text, up to its first newline, is the pattern, in which ANY stands for one or more characters other than a space. */
static bool fits(const char *pattern, const char *text)
{
    if (strncmp(pattern, ANY, strlen(ANY)) == 0) {
        for (size_t some = 1; some <= strcspn(text, " \n"); some++)
            if (fits(pattern + strlen(ANY), text + some))
                return true;
        return false;
    }
    if (!*pattern)
        return *text == '\n' || *text == '\0';
    return *pattern == *text && fits(pattern + 1, text + 1);
}

static void expect_row(const struct row *row)
{
    const struct fault *fault = fault_named(row->name);
    cr_expect_not_null(fault, "no test commits '%s'", row->name);
    if (!fault)
        return;
    check_records = fault->records;
    check_quarantine = fault->quarantine;
    cr_expect(strstr("stops refused goes on", row->ends), "'%s': '%s' is no way to end", row->name, row->ends);
    int status = run_provoked(fault->commit), expected = strcmp(row->ends, "stops") == 0 ? CHILD_SIGNALLED + SIGABRT : 0;
    cr_expect_eq(status, expected, "'%s' ended with %d, not %d: %s", row->name, status, expected, message());
    const char *line = message();
    while (strcmp(row->ends, "goes on") == 0 && !fits(row->message, line) && strchr(line, '\n'))
        line = strchr(line, '\n') + 1;
    cr_expect(fits(row->message, line), "'%s': the document says\n%s\nand not\n%s", row->name, row->message, message());
}

Test(misuse_table, every_fault_is_named_as_the_document_says)
{
    read_rows();
    for (check_level = 1; check_level <= 3; check_level++)
        for (size_t i = 0; i < row_count; i++)
            expect_row(&rows[i]);
}

Test(misuse_table, every_fault_that_is_tested_is_in_the_document)
{
    read_rows();
    const struct fault *const lists[] = { count_faults, type_faults, heap_faults, jump_faults };
    size_t known = 0;
    for (size_t list = 0; list < sizeof lists / sizeof lists[0]; list++)
        for (const struct fault *fault = lists[list]; fault->name; fault++, known++) {
            size_t i = 0;
            while (i < row_count && strcmp(rows[i].name, fault->name) != 0)
                i++;
            cr_expect_lt(i, row_count, "'%s' is not in the document", fault->name);
        }
    cr_assert_eq(known, row_count);
    cr_assert_gt(known, 40);
}

Test(misuse_table, a_message_that_differs_is_seen)
{
    cr_assert(fits("object " ANY " of type 'a'", "object 0x12 of type 'a'\nmore"));
    cr_assert(fits(ANY "b", "aab"));
    cr_assert_not(fits("object " ANY " of type 'a'", "object 0x12 of type 'a'; more"));
    cr_assert_not(fits("object " ANY " of type 'a'", "object 0x12 of type 'b'"));
    cr_assert_not(fits("object " ANY " of type", "object  of type"));
    cr_assert_not(fits("a whole line", "a whole"));
}
