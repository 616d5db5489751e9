/* SPDX-License-Identifier: MIT */
/* test_debug_lines.c: what a heap without a log function says goes to standard error, a line at a time; and where nobody takes it,
 * nothing else changes. */
#include "../support/process.h"
#include "../support/support.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void collect_aloud(void *argument)
{
    int errors = *(int *)argument;
    close(STDERR_FILENO);
    if (errors >= 0)
        child_check(dup2(errors, STDERR_FILENO) == STDERR_FILENO);
    gc_settings settings = unchecked_settings();
    settings.debug = GC_DEBUG_STATS;
    gc_heap *heap = gc_heap_open(&settings);
    child_check(heap != NULL);
    struct node *node = node_new(heap, 1);
    gc_set(&node->left, node);
    gc_release(node);
    child_check(gc_collect(heap) == 1);
    child_check(gc_heap_close(heap) == 0);
}

Test(debug_lines, go_to_standard_error)
{
    FILE *errors = tmpfile();
    char line[200], more[200];
    int number = fileno(errors);
    cr_assert_eq(run_in_child(collect_aloud, &number), 0);
    rewind(errors);
    cr_assert_not_null(fgets(line, sizeof line, errors));
    cr_assert_eq(strncmp(line, "libgc: generation 2: 1 candidates, 1 condemned, 1 freed, ", 57), 0, "%s", line);
    cr_assert_str_eq(line + strlen(line) - 4, " ms\n");
    while (fgets(more, sizeof more, errors))
        cr_assert_eq(strncmp(more, "libgc: generation ", 18), 0, "a line of its own: %s", more);
    fclose(errors);
}

Test(debug_lines, are_lost_where_nobody_takes_them)
{
    int none = -1;
    cr_assert_eq(run_in_child(collect_aloud, &none), 0);
}
