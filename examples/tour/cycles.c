/* SPDX-License-Identifier: MIT */
/* cycles.c: objects that only hold each other. No count is ever zero, so somebody must look for them; and the old are looked at seldom. */
#include "tour.h"

#include <libgc.h>
#include <libgc/containers.h>

static size_t cycles_objects_in(gc_heap *heap)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    return stats.objects;
}

static void cycles_forget_one(gc_heap *heap)
{
    gc_list *list = gc_list_create(heap, 0, NULL);
    if (list)
        gc_list_append(list, list);
    gc_release(list);
}

void tour_cycles(struct tour *tour)
{
    gc_heap *heap = gc_heap_open(NULL);
    tour_tell(tour, "A list that contains itself.");
    DO(size_t before = cycles_objects_in(heap));
    DO(gc_list *list = gc_list_create(heap, 0, NULL));
    DO(gc_list_append(list, list));
    SEE(gc_refcount(list), 2);
    tour_tell(tour, "We forget it. Its count goes down to one, its own; nobody can reach it, and it is still there.");
    DO(gc_clear(&list));
    SEE(cycles_objects_in(heap), before + 1);
    tour_tell(tour, "The collector subtracts the references that come from inside, finds that none is left, and frees it.");
    SEE(gc_collect(heap), 1);
    SEE(cycles_objects_in(heap), before);
    tour_tell(tour, "It makes no difference how long the way round is, or through what it goes: a cell, a tuple, a table.");
    DO(gc_cell *cell = gc_cell_create(heap, NULL));
    DO(gc_tuple *tuple = gc_tuple_of(heap, cell));
    DO(gc_dict *dict = gc_dict_create(heap));
    DO(gc_dict_set(dict, tuple, tuple));
    DO(gc_cell_set(cell, dict));
    DO(gc_release(cell); gc_release(tuple));
    tour_tell(tour, "One reference from outside, to the table, holds all three.");
    SEE(gc_collect(heap), 0);
    DO(gc_release(dict));
    SEE(gc_collect(heap), 3);
    SEE(gc_heap_close(heap), 0);
}

void tour_generations(struct tour *tour)
{
    gc_heap *heap = gc_heap_open(NULL);
    int64_t counts[3];
    tour_tell(tour, "Most objects die young, so the young are looked at often. Who survives a collection is promoted.");
    DO(gc_list *list = gc_list_create(heap, 0, NULL));
    SEE(gc_generation_of(list), 0);
    DO(gc_collect_generation(heap, 0));
    SEE(gc_generation_of(list), 1);
    DO(gc_collect_generation(heap, 1));
    SEE(gc_generation_of(list), 2);
    tour_tell(tour, "There it stays. A cycle of old objects is no business of a collection of the young.");
    DO(gc_collect(heap));
    SEE(gc_generation_of(list), 2);
    DO(gc_list_append(list, list));
    DO(gc_release(list));
    SEE(gc_collect_generation(heap, 0), 0);
    SEE(gc_collect_generation(heap, 1), 0);
    SEE(gc_collect_generation(heap, 2), 1);
    tour_tell(tour, "Collections come by themselves, when enough has been created. This heap does so at every hundredth object.");
    DO(gc_set_thresholds(heap, 100, 10, 10));
    DO(for (int i = 0; i < 1000; i++) cycles_forget_one(heap));
    DO(gc_get_counts(heap, counts));
    SEE_TRUE(counts[0] <= 100);
    SEE_TRUE(cycles_objects_in(heap) < 1000);
    SEE(gc_heap_close(heap), 0);
}
