/* SPDX-License-Identifier: MIT */
/* tour.h: what a chapter of the tour shows, and how: code that is printed and run, values that are printed beside what was
 * expected of them. */
#ifndef EXAMPLES_TOUR_H
#define EXAMPLES_TOUR_H

#include <stdio.h>

struct tour {
    FILE *output;
    unsigned values;    /* how many were looked at */
    unsigned differing; /* of them, how many were not as expected */
    unsigned spoiled;   /* the number of a value to take for another one; 0: none */
};

/* A heading; a paragraph below it; a line that the objects themselves print, such as a finalizer. */
void tour_chapter(struct tour *tour, const char *title);
void tour_tell(struct tour *tour, const char *text);
void tour_hear(struct tour *tour, const char *who, const char *words);

/* DO(code) prints the code and runs it. It may declare variables. */
#define DO(...)                         \
    tour_show_code(tour, #__VA_ARGS__); \
    __VA_ARGS__

/* Each prints an expression, what was expected, and what its value is; a difference is marked and counted. */
#define SEE(expression, expected) tour_see_number(tour, #expression, (long long)(expected), (long long)(expression))
#define SEE_TEXT(expression, expected) tour_see_text(tour, #expression, expected, expression)
#define SEE_TRUE(condition) tour_see_text(tour, #condition, "true", (condition) ? "true" : "false")

void tour_show_code(struct tour *tour, const char *code);
void tour_see_number(struct tour *tour, const char *expression, long long expected, long long seen);
void tour_see_text(struct tour *tour, const char *expression, const char *expected, const char *seen);

/* The last line: how many values there were, and how many differed. Returns the exit status of the program: 0, or 1. */
int tour_end(struct tour *tour);

/* The chapters, in their order. Each opens a heap of its own and closes it. */
void tour_counts(struct tour *tour);
void tour_identity(struct tour *tour);
void tour_last_name(struct tour *tour);
void tour_three_names(struct tour *tour);
void tour_cycles(struct tour *tour);
void tour_generations(struct tour *tour);
void tour_generators(struct tour *tour);
void tour_descriptors(struct tour *tour);
void tour_fragmentation(struct tour *tour);

#endif
