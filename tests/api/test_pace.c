/* SPDX-License-Identifier: MIT */
/* test_pace.c: when collections start by themselves: enabling, thresholds, CPython's rules to the letter, bytes. */
#include "../support/support.h"

static size_t collections_of(gc_heap *heap, int generation)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    return stats.generations[generation].collections;
}

static gc_heap *open_paced(int64_t young, int64_t middle, int64_t old, uint32_t full_percent)
{
    gc_settings settings = quiet_settings();
    settings.automatic = 1;
    settings.pace = GC_PACE_CPYTHON;
    settings.thresholds[0] = young;
    settings.thresholds[1] = middle;
    settings.thresholds[2] = old;
    settings.full_percent = full_percent;
    return open_heap_with(&settings);
}

Test(pace, disabling_and_enabling)
{
    gc_heap *heap = open_paced(10, 10, 10, 25);
    cr_assert(gc_is_enabled(heap));
    cr_assert(gc_disable(heap), "it says what it was before");
    cr_assert_not(gc_is_enabled(heap));
    cr_assert_not(gc_disable(heap));
    for (int i = 0; i < 1000; i++)
        make_garbage_ring(heap, i, 2);
    cr_assert_eq(collections_of(heap, 0), 0);
    cr_assert_eq(objects_in(heap), 2000);
    cr_assert_not(gc_enable(heap));
    make_garbage_ring(heap, 1, 1);
    cr_assert_gt(collections_of(heap, 0) + collections_of(heap, 1) + collections_of(heap, 2), 0);
    cr_assert_lt(objects_in(heap), 10);
    gc_disable(heap);
    make_garbage_ring(heap, 1, 20);
    cr_assert_geq(gc_collect(heap), 20, "asking for one still works");
    close_heap(heap);
}

Test(pace, disabling_really_disables_after_a_run)
{
    gc_heap *heap = open_paced(1, 1, 1, 0);
    for (int i = 0; i < 20; i++)
        make_garbage_ring(heap, i, 2);
    gc_disable(heap);
    gc_collect(heap);
    make_garbage_ring(heap, 1, 2);
    for (int i = 0; i < 100; i++)
        gc_release(node_new(heap, i));
    cr_assert_eq(objects_in(heap), 2);
    close_heap(heap);
}

Test(pace, the_young_threshold_is_exact)
{
    gc_heap *heap = open_paced(700, 10, 10, 25);
    struct list *list = list_new(heap, 2000);
    for (size_t i = 1; i < 700; i++) {
        struct node *node = node_new(heap, 1);
        gc_move(&list->items[i], (void **)&node);
    }
    cr_assert_eq(collections_of(heap, 0), 0, "700 objects do not pass a threshold of 700");
    struct node *one_more = node_new(heap, 1);
    cr_assert_eq(collections_of(heap, 0), 1, "the 701st does");
    gc_release(one_more);
    gc_release(list);
    close_heap(heap);
}

Test(pace, objects_that_die_at_once_do_not_count)
{
    gc_heap *heap = open_paced(10, 10, 10, 25);
    for (int i = 0; i < 10000; i++)
        gc_release(node_new(heap, i));
    cr_assert_eq(collections_of(heap, 0), 0);
    close_heap(heap);
}

Test(pace, deaths_of_what_was_there_before_do_not_count_below_zero)
{
    gc_heap *heap = open_heap();
    struct node *lone = node_new(heap, 1), *held = node_new(heap, 2), *holder = node_new(heap, 3), *watched = watched_new(heap, 4);
    gc_set(&holder->left, held);
    gc_release(held);
    gc_collect(heap);
    int64_t counts[3];
    struct node **each[] = { &lone, &holder, &watched };
    for (int i = 0; i < 3; i++) {
        gc_clear(each[i]);
        gc_get_counts(heap, counts);
        cr_assert_eq(counts[0], 0, "%d: %lld", i, (long long)counts[0]);
    }
    close_heap(heap);
}

Test(pace, a_young_threshold_of_zero_starts_nothing)
{
    gc_heap *heap = open_paced(0, 10, 10, 25);
    for (int i = 0; i < 25000; i++)
        make_garbage_ring(heap, i, 2);
    for (int generation = 0; generation < 3; generation++)
        cr_assert_eq(collections_of(heap, generation), 0);
    cr_assert_eq(gc_collect(heap), 50000);
    close_heap(heap);
}

Test(pace, a_threshold_of_zero_disables_its_generation)
{
    gc_heap *heap = open_paced(10, 3, 0, 0);
    for (int i = 0; i < 1000; i++)
        make_garbage_ring(heap, i, 2);
    cr_assert_gt(collections_of(heap, 0), 0);
    cr_assert_gt(collections_of(heap, 1), 0);
    cr_assert_eq(collections_of(heap, 2), 0);
    gc_set_thresholds(heap, 10, 0, 3);
    size_t middle = collections_of(heap, 1);
    for (int i = 0; i < 1000; i++)
        make_garbage_ring(heap, i, 2);
    cr_assert_eq(collections_of(heap, 1), middle);
    close_heap(heap);
}

Test(pace, thresholds_can_be_read_back)
{
    gc_heap *heap = open_heap();
    int64_t thresholds[3];
    gc_get_thresholds(heap, thresholds);
    cr_assert(thresholds[0] == 2000 && thresholds[1] == 10 && thresholds[2] == 10, "the defaults");
    gc_set_thresholds(heap, 5, 6, 7);
    gc_get_thresholds(heap, thresholds);
    cr_assert(thresholds[0] == 5 && thresholds[1] == 6 && thresholds[2] == 7);
    gc_enable(heap);
    struct list *list = list_new(heap, 10);
    for (size_t i = 0; i < 4; i++) {
        struct node *node = node_new(heap, 1);
        gc_move(&list->items[i], (void **)&node);
    }
    cr_assert_eq(collections_of(heap, 0), 0);
    struct node *node = node_new(heap, 1);
    cr_assert_eq(collections_of(heap, 0), 1, "setting thresholds selects CPython's pace");
    gc_release(node);
    gc_release(list);
    close_heap(heap);
}

/* CPython's rules once more, as their own small model: which generation the creation of one more object collects. */
struct model {
    int64_t counts[3], thresholds[3];
    size_t collections[3];
    size_t young, middle, old; /* live objects of each generation */
    size_t pending, total;
    uint32_t full_percent;
};

static void model_collect(struct model *model, int generation)
{
    model->collections[generation]++;
    for (int i = 0; i <= generation; i++)
        model->counts[i] = 0;
    if (generation < 2)
        model->counts[generation + 1]++;
    if (generation == 0) {
        model->middle += model->young;
    } else {
        model->old += model->young + model->middle;
        model->pending += model->young + model->middle;
        model->middle = 0;
    }
    model->young = 0;
    if (generation == 2) {
        model->pending = 0;
        model->total = model->old;
    }
}

static void model_create(struct model *model)
{
    if (++model->counts[0] > model->thresholds[0]) {
        int generation = 2;
        for (; generation > 0; generation--) {
            if (model->counts[generation] <= model->thresholds[generation])
                continue;
            if (generation == 2 && model->pending * 100 < model->total * model->full_percent)
                continue;
            break;
        }
        model_collect(model, generation);
    }
    model->young++; /* it was counted before the collection, and takes no part in it */
}

static void compare_with_model(int64_t young, int64_t middle, int64_t old, uint32_t full_percent, size_t objects)
{
    gc_heap *heap = open_paced(young, middle, old, full_percent);
    struct model model = { .thresholds = { young, middle, old }, .full_percent = full_percent };
    struct node *head = NULL;
    for (size_t i = 0; i < objects; i++) {
        struct node *node = node_new(heap, (int)i);
        gc_move(&node->left, &head);
        head = node;
        model_create(&model);
        for (int generation = 0; generation < 3; generation++)
            cr_assert_eq(collections_of(heap, generation), model.collections[generation],
                         "object %zu, generation %d: %zu collections, not %zu", i, generation,
                         collections_of(heap, generation), model.collections[generation]);
        int64_t counts[3];
        gc_get_counts(heap, counts);
        for (int generation = 0; generation < 3; generation++)
            cr_assert_eq(counts[generation], model.counts[generation], "object %zu, generation %d: %lld, not %lld", i,
                         generation, (long long)counts[generation], (long long)model.counts[generation]);
    }
    cr_assert_gt(model.collections[2], 1, "the comparison must have seen full collections");
    gc_release(head);
    close_heap(heap);
}

Test(pace, cpythons_rules_with_the_25_percent_one) { compare_with_model(20, 2, 2, 25, 4000); }
Test(pace, cpythons_rules_with_another_percentage) { compare_with_model(7, 3, 1, 60, 2000); }
Test(pace, cpythons_rules_without_waiting_for_full_collections) { compare_with_model(10, 2, 3, 0, 2000); }

Test(pace, bytes_start_collections)
{
    gc_settings settings = quiet_settings();
    settings.automatic = 1;
    settings.threshold_bytes = 1 << 20;
    settings.pace = GC_PACE_ADAPTIVE;
    gc_heap *heap = open_heap_with(&settings);
    for (int i = 0; i < 100; i++) {
        struct list *ring = list_new(heap, 100000);
        gc_set(&ring->items[0], ring);
        gc_release(ring);
    }
    gc_stats stats;
    gc_get_stats(heap, &stats);
    cr_assert_lt(stats.objects, 50, "100 rings of 800 KB, far fewer than the young threshold counts");
    close_heap(heap);
}

/* What is taken and given back by turns is no growth: raw memory, reported bytes, and the slabs of objects. */
Test(pace, bytes_that_are_given_back_start_none)
{
    gc_settings settings = unchecked_settings();
    settings.automatic = 1;
    settings.thresholds[0] = 1000000;
    settings.threshold_bytes = 1 << 20;
    gc_heap *heap = open_heap_with(&settings);
    for (int i = 0; i < 100; i++) {
        gc_free(heap, gc_alloc(heap, 1 << 19));
        gc_external_bytes(heap, 1 << 19);
        gc_external_bytes(heap, -(1 << 19));
        gc_release(list_new(heap, 1 << 16));
        gc_release(node_new(heap, i));
    }
    gc_stats stats;
    gc_get_stats(heap, &stats);
    cr_assert_eq(stats.pauses, 0);
    close_heap(heap);
}

/* And only that: a block that becomes smaller gives back the difference. */
Test(pace, bytes_that_are_kept_still_count)
{
    gc_settings settings = unchecked_settings();
    settings.automatic = 1;
    settings.threshold_bytes = 1 << 20;
    gc_heap *heap = open_heap_with(&settings);
    void *block = gc_alloc(heap, 900000);
    block = gc_realloc(heap, block, 800000);
    gc_external_bytes(heap, 1 << 19);
    gc_release(node_new(heap, 1));
    gc_stats stats;
    gc_get_stats(heap, &stats);
    cr_assert_eq(stats.pauses, 1);
    gc_external_bytes(heap, -(1 << 19));
    gc_free(heap, block);
    close_heap(heap);
}

Test(pace, external_bytes_start_collections)
{
    gc_settings settings = quiet_settings();
    settings.automatic = 1;
    settings.threshold_bytes = 1 << 20;
    gc_heap *heap = open_heap_with(&settings);
    for (int i = 0; i < 100; i++) {
        make_garbage_ring(heap, i, 1);
        gc_external_bytes(heap, 1 << 19);
    }
    cr_assert_lt(objects_in(heap), 50);
    gc_stats stats;
    gc_get_stats(heap, &stats);
    cr_assert_eq(stats.bytes_external, 100u << 19);
    gc_external_bytes(heap, -(100 << 19));
    gc_get_stats(heap, &stats);
    cr_assert_eq(stats.bytes_external, 0);
    close_heap(heap);
}

Test(pace, the_default_collects_garbage_and_keeps_memory_bounded)
{
    gc_settings settings = unchecked_settings();
    settings.automatic = 1;
    gc_heap *heap = open_heap_with(&settings);
    gc_type *type = gc_type_register(heap, &node_info);
    size_t most = 0;
    for (int i = 0; i < 1000000; i++) {
        struct node *ring = gc_create(struct node, type);
        gc_set(&ring->left, ring);
        gc_release(ring);
        if (i % 1000 == 0 && objects_in(heap) > most)
            most = objects_in(heap);
    }
    cr_assert_lt(most, 200000, "garbage alone must not pile up: %zu", most);
    close_heap(heap);
}

/* A doubly linked list of `length` nodes whose head also refers to `shared`; garbage as soon as its head is released. */
static struct node *linked_list(gc_heap *heap, size_t length, struct node *shared)
{
    struct node *head = node_new(heap, 0);
    for (size_t i = 1; i < length; i++) {
        struct node *next = node_new(heap, (int)i);
        gc_set(&next->left, head);
        gc_set(&head->right, next);
        gc_release(head);
        head = next;
    }
    gc_set(&head->third, shared);
    return head;
}

static size_t most_while_making_cycles(uint32_t pace)
{
    gc_settings settings = unchecked_settings();
    settings.automatic = 1;
    settings.pace = pace;
    gc_heap *heap = open_heap_with(&settings);
    struct node *shared = linked_list(heap, 1000, NULL);
    size_t most = 0;
    for (int i = 0; i < 20000; i++) {
        gc_release(linked_list(heap, 20, shared));
        if (i % 100 == 0 && objects_in(heap) > most)
            most = objects_in(heap);
    }
    gc_release(shared);
    close_heap(heap);
    return most;
}

Test(pace, fast_creation_of_cycles_does_not_outrun_the_collector)
{
    cr_assert_lt(most_while_making_cycles(GC_PACE_CPYTHON), 27000);
    cr_assert_lt(most_while_making_cycles(GC_PACE_ADAPTIVE), 100000);
}

/* Of ten nodes nine live on, for good. Returns how many collections that took. */
static size_t collections_while_a_tenth_is_garbage(uint32_t pace, size_t objects)
{
    gc_settings settings = unchecked_settings();
    settings.automatic = 1;
    settings.pace = pace;
    gc_heap *heap = open_heap_with(&settings);
    struct list *live = list_new(heap, objects);
    for (size_t i = 0; i < objects; i++) {
        if (i % 10 == 0) {
            make_garbage_ring(heap, (int)i, 1);
            continue;
        }
        struct node *node = node_new(heap, (int)i);
        gc_move(&live->items[i], (void **)&node);
    }
    size_t collections = collections_of(heap, 0) + collections_of(heap, 1) + collections_of(heap, 2);
    gc_release(live);
    gc_collect(heap);
    close_heap(heap);
    return collections;
}

Test(pace, the_default_waits_longer_where_collections_find_little)
{
    cr_assert_gt(collections_while_a_tenth_is_garbage(GC_PACE_CPYTHON, 200000), 90);
    cr_assert_lt(collections_while_a_tenth_is_garbage(GC_PACE_ADAPTIVE, 200000), 12, "twice as long each time");
}
