/* SPDX-License-Identifier: MIT */
/* names.c: an object lives for as long as somebody has a name for it, and not a moment longer. */
#include "tour.h"

#include <libgc.h>

#include <stdlib.h>

struct parrot {
    gc_object gc;
    struct tour *tour;
    const char *name;
};

/* The finalizer: the parrot is still whole. */
static void parrot_says_farewell(void *object)
{
    struct parrot *parrot = object;
    tour_hear(parrot->tour, parrot->name, "Farewell!");
}

static const gc_type_info parrot_info = GC_TYPE_INFO(struct parrot, GC_FINALIZE(parrot_says_farewell));

static struct parrot *parrot_new(struct tour *tour, gc_heap *heap, const char *name)
{
    struct parrot *parrot = gc_create(struct parrot, gc_type_register(heap, &parrot_info));
    if (!parrot)
        exit(EXIT_FAILURE);
    parrot->tour = tour;
    parrot->name = name;
    return parrot;
}

static bool names_count_object(void *object, void *count)
{
    (void)object;
    ++*(size_t *)count;
    return true;
}

/* How many objects the collector keeps an eye on. */
static size_t names_tracked_objects(gc_heap *heap)
{
    size_t count = 0;
    gc_visit_objects(heap, GC_ALL_GENERATIONS, names_count_object, &count);
    return count;
}

void tour_last_name(struct tour *tour)
{
    gc_heap *heap = gc_heap_open(NULL);
    tour_tell(tour, "A parrot has a finalizer, which says farewell. Dropping the only name runs it before gc_release returns:\n"
                    "nothing waits for a collector.");
    DO(struct parrot *polly = parrot_new(tour, heap, "Polly"));
    SEE(gc_refcount(polly), 1);
    DO(gc_release(polly));
    SEE(names_tracked_objects(heap), 0);
    tour_tell(tour, "The same at the end of a block, for a name that says so when it is declared:");
    {
        DO(GC_SCOPED struct parrot *coco = parrot_new(tour, heap, "Coco"));
        SEE(gc_refcount(coco), 1);
    }
    SEE(names_tracked_objects(heap), 0);
    SEE(gc_heap_close(heap), 0);
}

void tour_three_names(struct tour *tour)
{
    gc_heap *heap = gc_heap_open(NULL);
    tour_tell(tour, "One parrot, three names. Each name is a reference that somebody owns.");
    DO(struct parrot *captain = parrot_new(tour, heap, "Flint"));
    DO(struct parrot *cook = gc_retain(captain));
    DO(struct parrot *ship = gc_retain(captain));
    SEE(gc_refcount(captain), 3);
    SEE(names_tracked_objects(heap), 1);
    DO(gc_clear(&captain));
    SEE(gc_refcount(ship), 2);
    SEE(names_tracked_objects(heap), 1);
    DO(gc_clear(&cook));
    SEE(gc_refcount(ship), 1);
    SEE(names_tracked_objects(heap), 1);
    DO(gc_clear(&ship));
    SEE(names_tracked_objects(heap), 0);
    SEE(gc_heap_close(heap), 0);
}
