/* SPDX-License-Identifier: MIT */
/* records.h: operations at places of known names, and what the records of a checked heap say of them. These functions are not static, so
 * that the dynamic linker knows their names. */
#ifndef LIBGC_TESTS_RECORDS_H
#define LIBGC_TESTS_RECORDS_H

#include "../support/misuse.h"

struct node *make_here(gc_heap *heap);
void retain_here(struct node *node);
void release_here(struct node *node);
void release_too_often_here(struct node *node);
void store_here(struct node *holder, struct node *node);

/* The line of that call in records.c. */
extern const int release_too_often_line;

/* Makes a node, retains it, and releases it once too often. */
void release_twice(gc_heap *heap);

/* How many operations the heap of the next child keeps of each object. */
void keep_records(uint32_t records);

/* The lines of the message from the n-th on, counted from 0. */
const char *line(int n);
/* The n-th line says this, and the place it names first is in this function; NULL: it names no place. Where the compiler does not optimize,
 * the inline functions of the headers are places too, and the function is one of those that called them. */
void expect_line(int n, const char *what, const char *where);

#endif
