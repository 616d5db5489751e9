/* SPDX-License-Identifier: MIT */
/* records.c: see records.h. */
#include "records.h"

#include <stdio.h>
#include <string.h>

__attribute__((noinline)) struct node *make_here(gc_heap *heap)
{
    struct node *volatile node = gc_create(struct node, gc_type_register(heap, &node_info));
    return node;
}

__attribute__((noinline)) void retain_here(struct node *node)
{
    gc_retain(node);
    *(volatile int *)&node->id = 1; /* so that the call is not the last thing, and has a place of its own */
}

__attribute__((noinline)) void release_here(struct node *node)
{
    static volatile int calls;
    gc_release(node);
    calls++;
}

const int release_too_often_line = __LINE__ + 4;
__attribute__((noinline)) void release_too_often_here(struct node *node)
{
    static volatile int calls;
    gc_release(node);
    calls++;
}

__attribute__((noinline)) void store_here(struct node *holder, struct node *node)
{
    gc_set(&holder->left, node);
    *(volatile int *)&holder->id = 2;
}

const char *line(int n)
{
    const char *at = message();
    while (n-- > 0 && (at = strchr(at, '\n')))
        at++;
    return at ? at : "";
}

void expect_line(int n, const char *what, const char *where)
{
    char start[200];
#ifdef __OPTIMIZE__
    snprintf(start, sizeof start, "libgc:   %s%s%s%s", what, where ? ", in " : "\n", where ? where : "", where ? "+0x" : "");
#else
    snprintf(start, sizeof start, "libgc:   %s%s", what, where ? ", in " : "\n");
    const char *end = strchr(line(n), '\n'), *place = where ? strstr(line(n), where) : line(n);
    cr_expect(place && (!end || place <= end), "line %d does not name '%s' in: %s", n, where, message());
#endif
    cr_expect_eq(strncmp(line(n), start, strlen(start)), 0, "line %d is not '%s' in: %s", n, start, message());
}

void release_twice(gc_heap *heap)
{
    struct node *node = make_here(heap);
    retain_here(node);
    release_here(node);
    release_here(node);
    release_too_often_here(node);
}

void keep_records(uint32_t records)
{
    check_records = records;
}
