/* SPDX-License-Identifier: MIT */
/* generators.c: a function that has stopped in its middle holds what it needs to go on. The collector sees that, and can close it. */
#include "tour.h"

#include <libgc.h>
#include <libgc/containers.h>

#include <stdlib.h>

enum { REFERENCE_OWNER, REFERENCES };

struct countdown {
    struct tour *tour;
    int64_t next;
};

/* Three, two, one; then it ends. */
static void *countdown_run(gc_generator *self, void *sent)
{
    struct countdown *frame = gc_generator_bytes(self);
    (void)sent;
    return frame->next > 0 ? gc_integer_create(gc_heap_of(self), frame->next--) : NULL;
}

static void countdown_clean_up(gc_generator *self)
{
    struct countdown *frame = gc_generator_bytes(self);
    tour_hear(frame->tour, "generator", "I put things back where they were.");
}

static gc_generator *countdown(gc_heap *heap, struct tour *tour)
{
    gc_generator *generator = gc_generator_create(heap, countdown_run, countdown_clean_up, REFERENCES, sizeof(struct countdown));
    if (!generator)
        exit(EXIT_FAILURE);
    struct countdown *frame = gc_generator_bytes(generator);
    frame->tour = tour;
    frame->next = 3;
    return generator;
}

/* Runs it to its next stop. Returns the value; 0: it has ended. */
static int64_t generators_next_of(gc_generator *generator)
{
    GC_SCOPED gc_integer *value = gc_generator_next(generator);
    return value ? gc_integer_value(value) : 0;
}

void tour_generators(struct tour *tour)
{
    gc_heap *heap = gc_heap_open(NULL);
    tour_tell(tour, "A generator runs up to where it has a value to give, and is suspended there. Its clean-up runs when it ends.");
    DO(gc_generator *whole = countdown(heap, tour));
    SEE(generators_next_of(whole), 3);
    SEE(generators_next_of(whole), 2);
    SEE(generators_next_of(whole), 1);
    SEE(generators_next_of(whole), 0);
    SEE_TRUE(gc_generator_status_of(whole) == GC_GENERATOR_CLOSED);
    DO(gc_release(whole));
    tour_tell(tour, "This one is left in its middle, in a cycle with the list that it was to fill.");
    DO(gc_generator *half = countdown(heap, tour));
    DO(gc_list *list = gc_list_of(heap, half));
    DO(gc_generator_set_reference(half, REFERENCE_OWNER, list));
    SEE(generators_next_of(half), 3);
    SEE_TRUE(gc_generator_status_of(half) == GC_GENERATOR_SUSPENDED);
    DO(gc_release(half); gc_release(list));
    tour_tell(tour, "The collector finds both, and before it frees them lets the generator clean up.");
    SEE(gc_collect(heap), 2);
    SEE(gc_heap_close(heap), 0);
}
