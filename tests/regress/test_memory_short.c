/* SPDX-License-Identifier: MIT */
/* test_memory_short.c: the last memory of a heap: free slots of nearly full slabs, what waits in quarantine, and garbage that
 * could not be recognized while a table was refused. */
#include "../support/starve.h"
#include "../support/support.h"

#include "lib/heap.h"

static gc_heap *open_small(uint32_t check_level)
{
    gc_settings settings = quiet_settings();
    settings.range_bytes = (size_t)16 << 20;
    settings.check_level = check_level;
    return open_heap_with(&settings);
}

enum { MOST = 400000 };

Test(memory_short, few_free_slots_of_every_slab_can_all_be_used)
{
    static struct node *nodes[MOST];
    gc_heap *heap = open_small(0);
    struct node *first = node_new(heap, 0);
    gc_type *type = gc_type_of(first);
    size_t n = 0, freed = 0, again = 0;
    while (n < MOST && (nodes[n] = gc_create(struct node, type)) != NULL)
        n++;
    cr_assert_eq(gc_last_error(heap), GC_ERROR_MEMORY);
    for (size_t i = 0; i < n; i += 20, freed++)
        gc_clear(&nodes[i]);
    for (size_t i = 0; i < n; i += 20) {
        nodes[i] = gc_create(struct node, type);
        again += nodes[i] != NULL;
    }
    cr_assert_eq(again, freed, "%zu of %zu free slots", again, freed);
    assert_whole(heap);
    for (size_t i = 0; i < n; i++)
        gc_release(nodes[i]);
    gc_release(first);
    close_heap(heap);
}

static void create_and_release(uint32_t check_level)
{
    gc_heap *heap = open_small(check_level);
    gc_type *type = gc_type_register(heap, &list_info);
    for (int i = 0; i < 200; i++) {
        struct list *list = gc_create_flex(struct list, type, 40000);
        cr_assert_not_null(list, "level %u, number %d: %s", check_level, i, gc_last_error_message(heap));
        gc_release(list);
    }
    char *raw = gc_alloc(heap, 1000);
    cr_assert_not_null(raw);
    gc_free(heap, raw);
    close_heap(heap);
}

Test(memory_short, what_waits_in_quarantine_does_not_use_a_heap_up)
{
    for (uint32_t level = 0; level <= 3; level++)
        create_and_release(level);
}

Test(memory_short, garbage_missed_while_a_table_was_refused_is_found_when_memory_is_back)
{
    gc_heap *heap = open_heap();
    struct node *hub = node_new(heap, 0), *last = gc_retain(hub);
    for (int i = 0; i < 300; i++) {
        struct node *spoke = node_new(heap, 1);
        gc_set(&spoke->left, hub);
        gc_move(&spoke->right, &last);
        last = spoke;
    }
    gc_move(&hub->left, &last);
    gc_release(hub);
    uint32_t *wides = heap->wides;
    heap->wides = (uint32_t *)((uintptr_t)1 << 50); /* no address of this process: committing it fails */
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(gc_collect(heap), 0);
    heap->wides = wides;
    cr_assert_eq(gc_collect(heap), 301, "though nothing was touched since");
    cr_assert_eq(gc_collect(heap), 0);
    close_heap(heap);
}

/* jemalloc cuts no small block from a large piece that was used before: in a heap that had been full once no type could be registered, and
 * no table of weak references made, whatever was freed. */
Test(memory_short, what_is_small_has_room_in_what_was_freed)
{
    static gc_type_info infos[100];
    gc_heap *heap = open_small_heap();
    starve(heap);
    feed(heap);
    for (int i = 0; i < 100; i++) {
        infos[i] = (gc_type_info){ "one of many", sizeof(struct node), 8, NULL, 0 };
        cr_assert_not_null(gc_type_register(heap, &infos[i]), "type %d: %s", i, gc_last_error_message(heap));
    }
    struct node *node = node_new(heap, 1);
    gc_weak *weak = gc_weak_create(node, NULL, NULL);
    cr_assert_not_null(weak);
    gc_release(weak);
    gc_release(node);
    close_heap(heap);
}

enum { BLOCK = 1 << 20, MOST_BLOCKS = 16 };

/* Blocks of raw memory that a heap still has room for. */
static int count_blocks(gc_heap *heap)
{
    void *blocks[MOST_BLOCKS];
    int count = 0;
    while (count < MOST_BLOCKS && (blocks[count] = gc_alloc(heap, BLOCK)) != NULL)
        count++;
    for (int i = 0; i < count; i++)
        gc_free(heap, blocks[i]);
    return count;
}

Test(memory_short, room_kept_for_objects_serves_where_there_is_no_other)
{
    gc_heap *heap = open_small_heap();
    for (int size = 0; size < 100; size++)
        gc_release(list_new(heap, size));
    int found = count_blocks(heap);
    gc_trim(heap);
    cr_assert_eq(count_blocks(heap), found);
    close_heap(heap);
}

static bool use_all(void *object, void *context)
{
    (void)object;
    starve(context);
    return false;
}

Test(memory_short, nothing_is_collected_while_objects_are_shown)
{
    gc_heap *heap = open_small_heap();
    make_garbage_ring(heap, 1, 3);
    cr_assert_eq(gc_visit_objects(heap, GC_ALL_GENERATIONS, use_all, heap), 1);
    cr_assert_str_eq(recorded(), "");
    feed(heap);
    cr_assert_eq(gc_collect(heap), 3);
    close_heap(heap);
}

Test(memory_short, the_range_is_used_to_its_end)
{
    gc_heap *heap = open_small_heap();
    starve(heap);
    cr_assert_eq(heap->range_used, heap->layout.range);
    feed(heap);
    close_heap(heap);
}
