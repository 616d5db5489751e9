/* SPDX-License-Identifier: MIT */
/* test_misuse.c: each fault of a program that a checked heap finds: it ends the process by SIGABRT with one message, which
 * names the type, the field where there is one, the counts, and what is wrong. */
#include "../support/misuse.h"

#include <pthread.h>

/* What each message must contain. */
#define TOO_OFTEN "released more often than retained"
#define FREED "used after it was freed"
#define TWICE "visits the same field twice"
#define FOREIGN "object of another heap"
#define THREAD "thread that does not own the heap"
#define CLOSED "used after it was closed"
#define NO_OBJECT "not an object"
#define TOUCHES "touches object"
#define NOT_COUNTED "references to it were found"
#define COUNT_ZERO "count was 0"
#define NODE "struct node"

/* The pointer without what the compiler knows of it, so that it does not warn of the fault we want. */
static void *still(void *pointer)
{
    void *volatile copy = pointer;
    return copy;
}

static void release_twice(gc_heap *heap)
{
    struct node *node = still(node_new(heap, 1));
    gc_release(node);
    gc_release(node);
}

Test(misuse, released_once_too_often) { expect(release_twice, TOO_OFTEN, NODE, COUNT_ZERO); }

static void release_long_after(gc_heap *heap)
{
    struct node *node = still(node_new(heap, 1));
    gc_release(node);
    for (int i = 0; i < 1000; i++) {
        gc_release(node_new(heap, i));
        make_garbage_ring(heap, i, 2);
    }
    gc_collect(heap);
    gc_release(node);
}

Test(misuse, released_again_while_its_slot_is_in_quarantine)
{
    expect(release_long_after, TOO_OFTEN, NODE, COUNT_ZERO);
}

static void release_in_finalizer(struct node *self)
{
    gc_release(self);
}

static void finalizer_that_releases_its_object(gc_heap *heap)
{
    gc_release(watched_with(heap, 1, release_in_finalizer));
}

Test(misuse, released_by_its_own_finalizer)
{
    expect(finalizer_that_releases_its_object, TOO_OFTEN, NODE, COUNT_ZERO);
}

static void retain_freed(gc_heap *heap)
{
    struct node *node = still(node_new(heap, 1));
    gc_release(node);
    gc_retain(node);
}

Test(misuse, retained_after_it_was_freed) { expect(retain_freed, FREED, NODE, COUNT_ZERO); }

static void store_freed(gc_heap *heap)
{
    struct node *holder = node_new(heap, 1), *node = still(node_new(heap, 2));
    gc_release(node);
    gc_set(&holder->left, node);
}

Test(misuse, stored_after_it_was_freed) { expect(store_freed, FREED, NODE, COUNT_ZERO); }

static void retain_collected(gc_heap *heap)
{
    struct node *node = still(node_new(heap, 1));
    gc_set(&node->left, node);
    gc_release(node);
    gc_collect(heap);
    gc_retain(node);
}

Test(misuse, retained_after_it_was_collected) { expect(retain_collected, FREED, NODE); }

static void watch_freed(gc_heap *heap)
{
    struct node *node = still(node_new(heap, 1));
    gc_release(node);
    gc_weak_create(node, NULL, NULL);
}

Test(misuse, watched_after_it_was_freed) { expect(watch_freed, FREED, NODE); }

static void keep_freed_in_field(gc_heap *heap)
{
    struct node *holder = node_new(heap, 1), *node = still(node_new(heap, 2));
    holder->right = node;
    gc_release(node);
    gc_collect(heap);
}

Test(misuse, a_field_that_kept_a_freed_object) { expect(keep_freed_in_field, FREED, NODE, "right"); }

struct visited {
    gc_object gc;
    void *left, *right;
};

static void visit_right_twice(void *object, gc_visitor *visitor)
{
    struct visited *visited = object;
    gc_visit(visitor, &visited->right);
    gc_visit(visitor, &visited->right);
}

static void visit_right_once(void *object, gc_visitor *visitor)
{
    gc_visit(visitor, &((struct visited *)object)->right);
}

static const gc_type_info twice_info = GC_TYPE_INFO(struct visited, GC_REFS(left), GC_TRAVERSE(visit_right_twice));
static const gc_type_info listed_info = GC_TYPE_INFO(struct visited, GC_REFS(left, right), GC_TRAVERSE(visit_right_once));

static void collect_visited(gc_heap *heap, const gc_type_info *info)
{
    struct visited *object = gc_create(struct visited, gc_type_register(heap, info));
    object->left = node_new(heap, 1);
    object->right = node_new(heap, 2);
    gc_collect(heap);
}

static void traverse_twice(gc_heap *heap)
{
    collect_visited(heap, &twice_info);
}

static void traverse_what_is_listed(gc_heap *heap)
{
    collect_visited(heap, &listed_info);
}

Test(misuse, a_traverse_that_visits_an_address_twice) { expect(traverse_twice, TWICE, "struct visited"); }
Test(misuse, a_traverse_that_visits_a_listed_field)
{
    expect(traverse_what_is_listed, TWICE, "struct visited", "right");
}

static void store_foreign(gc_heap *heap)
{
    gc_settings settings = unchecked_settings();
    struct node *holder = node_new(heap, 1);
    holder->third = node_new(gc_heap_open(&settings), 2);
    gc_collect(heap);
}

Test(misuse, a_field_that_refers_to_another_heap) { expect(store_foreign, FOREIGN, NODE, "third"); }

static void set_foreign(gc_heap *heap)
{
    gc_settings settings = quiet_settings();
    settings.check_level = 1;
    settings.log = take_message;
    struct node *holder = node_new(heap, 1), *foreign = node_new(gc_heap_open(&settings), 2);
    gc_set(&holder->left, foreign);
    gc_collect(heap);
}

Test(misuse, a_field_set_to_an_object_of_another_checked_heap) { expect(set_foreign, FOREIGN, NODE, "left"); }

static void store_inside_address(gc_heap *heap)
{
    struct node *holder = node_new(heap, 1), *other = node_new(heap, 2);
    holder->left = (void *)&other->right;
    gc_collect(heap);
}

Test(misuse, a_field_that_points_inside_an_object) { expect(store_inside_address, NO_OBJECT, NODE, "left"); }

static void store_raw_block(gc_heap *heap)
{
    struct node *holder = node_new(heap, 1);
    holder->right = gc_alloc(heap, 100);
    gc_collect(heap);
}

Test(misuse, a_field_that_points_to_raw_memory) { expect(store_raw_block, NO_OBJECT, NODE, "right"); }

static void release_inside_address(gc_heap *heap)
{
    struct node *node = node_new(heap, 1);
    gc_release(&node->left);
}

Test(misuse, released_with_an_address_inside_an_object) { expect(release_inside_address, NO_OBJECT); }

static void store_uncounted(gc_heap *heap)
{
    struct node *target = node_new(heap, 1), *holder = node_new(heap, 2);
    holder->left = target;
    holder->right = target;
    gc_collect(heap);
}

Test(misuse, more_references_from_inside_than_the_count)
{
    expect(store_uncounted, NOT_COUNTED, NODE, "left", "right", "count is 1", "2 references");
}

static gc_heap *shared_heap;
static struct node *shared_node;
static gc_type *shared_type;

static void *call_from_thread(void *unused)
{
    switch (way) {
    case 0: gc_create(struct node, shared_type); break;
    case 1: gc_retain(shared_node); break;
    case 2: gc_release(shared_node); break;
    case 3: gc_collect(shared_heap); break;
    case 4: gc_alloc(shared_heap, 10); break;
    case 5: gc_weak_create(shared_node, NULL, NULL); break;
    case 6: gc_type_register(shared_heap, &leaf_info); break;
    case 7: gc_heap_close(shared_heap); break;
    default: gc_set(&shared_node->left, shared_node); break;
    }
    return unused;
}

static void use_from_thread(gc_heap *heap)
{
    pthread_t thread;
    shared_heap = heap;
    shared_node = node_new(heap, 1);
    shared_type = gc_type_of(shared_node);
    child_check(pthread_create(&thread, NULL, call_from_thread, NULL) == 0);
    pthread_join(thread, NULL);
}

Test(misuse, used_by_a_thread_that_does_not_own_it)
{
    for (way = 0; way < 9; way++)
        expect(use_from_thread, THREAD);
}

static void use_after_close(gc_heap *heap)
{
    struct node *node = node_new(heap, 1);
    gc_release(node);
    child_check(gc_heap_close(heap) == 0);
    heap = still(heap);
    switch (way) {
    case 0: gc_collect(heap); break;
    case 1: gc_heap_close(heap); break;
    case 2: gc_alloc(heap, 10); break;
    case 3: gc_type_register(heap, &node_info); break;
    case 4: gc_heap_adopt(heap); break;
    case 5: objects_in(heap); break;
    default: gc_enable(heap); break;
    }
}

Test(misuse, a_heap_used_after_it_was_closed)
{
    for (way = 0; way < 7; way++)
        expect(use_after_close, CLOSED);
}

static struct node *bystander;
static bool destroy_only_releases;

static void destroy_that_meddles(void *object)
{
    struct visited *visited = object;
    if (destroy_only_releases)
        gc_release(visited->right);
    else
        gc_release(gc_retain(bystander));
}

static const gc_type_info meddling_info = GC_TYPE_INFO(struct visited, GC_REFS(left), GC_DESTROY(destroy_that_meddles));

static void meddle(gc_heap *heap)
{
    bystander = node_new(heap, 1);
    struct visited *object = gc_create(struct visited, gc_type_register(heap, &meddling_info));
    object->right = node_new(heap, 2);
    gc_release(object);
}

Test(misuse, a_destroy_that_touches_another_object) { expect(meddle, TOUCHES, "struct visited", NODE); }

Test(misuse, a_destroy_may_release_what_its_type_does_not_list)
{
    destroy_only_releases = true;
    cr_assert_eq(run_provoked(meddle), 0, "%s", message());
}

struct tagged {
    gc_object gc;
    uintptr_t field;
};

static void *untag(const struct tagged *tagged)
{
    return (void *)(tagged->field & ~(uintptr_t)1);
}

static void visit_tagged(void *object, gc_visitor *visitor)
{
    gc_visit_value(visitor, untag(object));
}

/* Holds what it drops meanwhile; a second time, when there is nothing left to drop. */
static void clear_tagged(void *object)
{
    struct node *node = gc_retain((struct node *)untag(object));
    gc_release(untag(object));
    ((struct tagged *)object)->field = 0;
    gc_release(node);
}

static const gc_type_info tagged_info = GC_TYPE_INFO(struct tagged, GC_TRAVERSE(visit_tagged), GC_CLEAR(clear_tagged));

static void clear_what_is_visited(gc_heap *heap)
{
    struct node *immortal = node_new(heap, 2);
    gc_immortalize(immortal);
    for (int i = 0; i < 3; i++) {
        struct tagged *tagged = gc_create(struct tagged, gc_type_register(heap, &tagged_info));
        struct node *node = i == 2 ? immortal : node_new(heap, 1);
        tagged->field = (uintptr_t)node | 1;
        if (i == 1)
            gc_set(&node->left, (struct node *)(void *)tagged);
        gc_release(tagged);
    }
    child_check(gc_collect(heap) == 2);
    child_check(gc_heap_close(heap) == 0);
}

Test(misuse, a_clear_that_drops_what_is_visited_is_none)
{
    for (check_level = 1; check_level <= 3; check_level++)
        cr_assert_eq(run_provoked(clear_what_is_visited), 0, "%s", message());
}

/* The same faults where the checks are dearer. */
Test(misuse, at_the_other_check_levels)
{
    for (check_level = 2; check_level <= 3; check_level++) {
        expect(release_twice, TOO_OFTEN, NODE, COUNT_ZERO);
        expect(retain_freed, FREED, NODE, COUNT_ZERO);
        expect(traverse_twice, TWICE, "struct visited");
        expect(store_foreign, FOREIGN, NODE, "third");
        expect(store_uncounted, NOT_COUNTED, NODE);
    }
}

static void behave(gc_heap *heap)
{
    struct node *live = node_new(heap, 1);
    for (int i = 0; i < 200; i++) {
        make_garbage_ring(heap, i, 3);
        struct list *list = gc_resize(list_new(heap, 3), 300);
        gc_set(&list->items[299], live);
        gc_weak *weak = gc_weak_create(live, NULL, NULL);
        gc_move(&list->items[5], (void **)&weak);
        gc_release(list);
        gc_collect_generation(heap, i % 3);
    }
    gc_release(live);
    gc_trim(heap);
    child_check(gc_heap_verify(heap) == NULL);
    child_check(gc_heap_close(heap) == 0);
}

Test(misuse, a_program_without_faults_is_not_disturbed)
{
    for (check_level = 1; check_level <= 3; check_level++) {
        cr_assert_eq(run_provoked(behave), 0);
        cr_assert_str_eq(message(), "", "level %u", check_level);
    }
}
