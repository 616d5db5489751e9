/* SPDX-License-Identifier: MIT */
/* test_debug_lines.c: what a heap without a log function says goes to standard error, a line at a time; and where nobody takes it,
 * nothing else changes. */
#include "../support/process.h"
#include "../support/support.h"

#include <stdio.h>
#include <stdlib.h>
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

Test(debug_lines, are_asked_for_in_the_environment)
{
    static const struct {
        const char *text;
        uint32_t flags;
    } cases[] = {
        { "0", 0 }, { "1", GC_DEBUG_STATS }, { "34", GC_DEBUG_LEAK }, { "35", GC_DEBUG_STATS | GC_DEBUG_LEAK }, { "36", 0 }, { "leak", 0 },
    };
    gc_settings settings;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        setenv("LIBGC_DEBUG", cases[i].text, 1);
        gc_settings_default(&settings);
        cr_assert_eq(settings.debug, cases[i].flags, "'%s': %u", cases[i].text, settings.debug);
    }
    unsetenv("LIBGC_DEBUG");
    gc_settings_default(&settings);
    cr_assert_eq(settings.debug, 0);
}

static void take_length(void *context, const char *line)
{
    *(size_t *)context = strlen(line);
}

/* A line has 510 bytes at most, and where it goes to standard error the end of the line behind them. */
Test(debug_lines, that_are_too_long_are_cut)
{
    enum { MOST = 510 };
    static char name[2 * MOST];
    size_t length = 0;
    gc_settings settings = quiet_settings();
    settings.debug = GC_DEBUG_COLLECTABLE;
    settings.log = take_length;
    settings.context = &length;
    for (size_t more = 0; more < 2; more++) {
        gc_heap *heap = open_heap_with(&settings);
        gc_type_info info = node_info;
        info.name = name;
        memset(name, 0, sizeof name);
        memset(name, 'n', MOST * (1 + more) - 100);
        struct node *node = gc_create(struct node, gc_type_register(heap, &info));
        gc_set(&node->left, node);
        gc_release(node);
        gc_collect(heap);
        cr_assert(more ? length == MOST : length > MOST - 100 && length < MOST, "%zu", length);
        close_heap(heap);
    }
}
