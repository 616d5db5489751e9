/* SPDX-License-Identifier: MIT */
/* test_pages_shared.c: pages of old objects that a child of fork shares with its parent, and of which a collection in the child made
 * copies: it stored a bit into the header of each object that something outside holds, although the bit was there. */
#include "../support/process.h"
#include "../support/support.h"

#include <stdio.h>
#include <string.h>

enum { OLD = 8000, KILOBYTE = 1024 };

struct kilobyte {
    gc_object gc;
    struct kilobyte *next, *unused;
    char payload[KILOBYTE - 32];
};
static const gc_type_info kilobyte_info = GC_TYPE_INFO(struct kilobyte, GC_REFS(next, unused));

static struct kilobyte *old[OLD];

/* Bytes that this process alone has, in the mappings from the first of the old objects to the last; SIZE_MAX: the system does not say. */
static size_t private_bytes(void)
{
    uintptr_t low = (uintptr_t)old[0], high = (uintptr_t)old[OLD - 1];
    unsigned long from, to;
    size_t sum = 0, kilobytes;
    bool counts = false, any = false;
    char line[400];
    FILE *maps = fopen("/proc/self/smaps", "r");
    if (!maps)
        return SIZE_MAX;
    while (fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            counts = low < high ? from <= high && low < to : from <= low && high < to;
        if (counts && sscanf(line, "Private_Dirty: %zu kB", &kilobytes) == 1) {
            sum += kilobytes * 1024;
            any = true;
        }
    }
    fclose(maps);
    return any ? sum : SIZE_MAX;
}

/* So many young objects that a full collection looks at the old ones too, though nothing has touched them. */
static struct node *young_chain(gc_heap *heap)
{
    struct node *chain = NULL;
    for (int i = 0; i < OLD; i++) {
        struct node *link = node_new(heap, i);
        gc_move(&link->left, &chain);
        chain = link;
    }
    return chain;
}

static size_t looked_at;

static void see_candidates(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)heap, (void)context;
    if (phase == GC_COLLECT_STOP)
        looked_at = info->candidates;
}

static void collect_in_the_child(void *heap)
{
    struct node *chain = young_chain(heap);
    child_check(gc_add_collect_callback(heap, see_candidates, NULL));
    size_t before = private_bytes();
    gc_collect(heap);
    size_t after = private_bytes();
    child_check(looked_at >= 2 * OLD);
    child_check(chain->left != NULL);
    if (after > before + OLD * KILOBYTE / 10) {
        fprintf(stderr, "of %d bytes of old objects, %zu were private before the collection, %zu after it\n", OLD * KILOBYTE, before,
                after);
        child_check(!"the pages stay shared");
    }
}

static void share(bool linked)
{
    gc_settings settings = unchecked_settings();
    gc_heap *heap = open_heap_with(&settings);
    gc_type *type = gc_type_register(heap, &kilobyte_info);
    for (int i = 0; i < OLD; i++) {
        old[i] = gc_create(struct kilobyte, type);
        if (linked && i > 0)
            gc_set(&old[i]->next, old[i - 1]);
    }
    if (private_bytes() == SIZE_MAX)
        cr_skip_test("the system does not say in /proc/self/smaps which pages are shared");
    for (int i = 0; i < 4; i++) {
        struct node *chain = young_chain(heap);
        gc_collect(heap);
        gc_release(chain);
        gc_collect(heap);
    }
    cr_assert_eq(run_in_child(collect_in_the_child, heap), 0);
    for (int i = 0; i < OLD; i++)
        gc_release(old[i]);
    close_heap(heap);
}

Test(pages_shared, a_full_collection_leaves_those_of_held_old_objects_alone)
{
    share(false);
}

Test(pages_shared, and_of_those_that_are_referred_to_as_well)
{
    share(true);
}
