/* SPDX-License-Identifier: MIT */
/* test_left_callbacks.c: what docs/misuse.md promises of a heap whose user code was left by longjmp, where nothing is checked: what lives is
 * as it was, one can create and store, nothing more dies or is collected, and the heap does not close. */
#include "faults.h"

#include <setjmp.h>

void tell_error(const gc_heap *heap)
{
    (void)heap;
}

static const struct fault *fault;

/* Objects that lived before, and that nothing may touch; but for the garbage. */
static struct {
    struct node *ring, *garbage;
    struct list *list;
    gc_weak *weak;
} b;

static void make_bystanders(gc_heap *heap)
{
    b.ring = node_new(heap, 100);
    b.list = list_new(heap, 50);
    gc_set(&b.ring->left, node_new(heap, 101));
    gc_set(&b.ring->left->left, b.ring);
    for (int i = 0; i < 50; i++) {
        struct node *node = node_new(heap, i);
        gc_move((struct node **)&b.list->items[i], &node);
    }
    b.weak = gc_weak_create(b.ring, NULL, NULL);
    b.garbage = node_new(heap, 102);
}

static void check_bystanders(void)
{
    child_check(b.ring->id == 100 && b.ring->left->id == 101 && b.ring->left->left == b.ring);
    child_check(gc_refcount(b.ring) == 2);
    for (int i = 0; i < 50; i++)
        child_check(((struct node *)b.list->items[i])->id == i && gc_refcount(b.list->items[i]) == 1);
    struct node *target = gc_weak_get(b.weak);
    child_check(target == b.ring);
    gc_release(target);
}

static void create_and_store(gc_heap *heap)
{
    for (int i = 0; i < 2000; i++) {
        struct node *node = node_new(heap, i), *other = node_new(heap, i);
        gc_set(&node->left, other);
        gc_set(&other->left, node);
        gc_weak_set(&node->weak, other);
        gc_release(other);
        gc_release(node);
        gc_release(list_new(heap, (size_t)i));
    }
    char *raw = gc_alloc(heap, 1000);
    child_check(raw != NULL);
    gc_free(heap, raw);
}

static void commit_and_go_on(gc_heap *heap)
{
    make_bystanders(heap);
    fault->commit(heap);
    check_bystanders();
    create_and_store(heap);
    gc_set(&b.garbage->left, b.garbage);
    gc_release(b.garbage);
    child_check(gc_collect(heap) == 0);
    create_and_store(heap);
    gc_trim(heap);
    check_bystanders();
    const char *wrong = gc_heap_verify(heap);
    if (wrong)
        take_message(NULL, wrong);
    child_check(wrong == NULL);
    child_check(gc_heap_close(heap) == SIZE_MAX && gc_last_error(heap) == GC_ERROR_BUSY);
    check_bystanders();
}

static void go_on_after(const struct fault *which)
{
    fault = which;
    check_level = 0;
    int status = run_provoked(commit_and_go_on);
    cr_expect_eq(status, 0, "'%s': %d %s", fault->name, status, message());
}

Test(left_callbacks, the_heap_keeps_what_lives_and_gives_nothing_up)
{
    for (const struct fault *which = jump_faults; which->name; which++)
        go_on_after(which);
}

static jmp_buf here;

/* The object that is shown stays held. */
static bool leave_visit(void *object, void *context)
{
    (void)context;
    if (object == b.garbage)
        longjmp(here, 1);
    return true;
}

static void visit_and_leave(gc_heap *heap)
{
    if (setjmp(here) == 0)
        gc_visit_objects(heap, -1, leave_visit, NULL);
}

Test(left_callbacks, a_visit_of_objects_likewise)
{
    static const struct fault visit = { "leaves a visit", visit_and_leave, 0, 0 };
    go_on_after(&visit);
}

static void leave_finalizer(struct node *self)
{
    (void)self;
    longjmp(here, 1);
}

/* The queue is not run again; collections go on. */
static void leave_deferred(gc_heap *heap)
{
    (void)heap;
    gc_settings settings = unchecked_settings();
    settings.defer = GC_DEFER_ALL;
    gc_heap *deferring = gc_heap_open(&settings);
    gc_release(watched_with(deferring, 1, leave_finalizer));
    if (setjmp(here) == 0)
        gc_run_finalizers(deferring);
    struct node *ring[3] = { node_new(deferring, 1), node_new(deferring, 2), node_new(deferring, 3) };
    drop_as_ring(ring, 3);
    child_check(gc_collect(deferring) == 3);
    child_check(gc_run_finalizers(deferring) == 0);
    child_check(gc_heap_verify(deferring) == NULL);
    child_check(gc_heap_close(deferring) == SIZE_MAX && gc_last_error(deferring) == GC_ERROR_BUSY);
}

Test(left_callbacks, a_deferred_finalizer_stops_the_queue)
{
    check_level = 0;
    cr_assert_eq(run_provoked(leave_deferred), 0, "%s", message());
}

/* Another heap is not concerned. */
static void leave_one_of_two(gc_heap *heap)
{
    gc_settings settings = unchecked_settings();
    gc_heap *other = gc_heap_open(&settings);
    for (const struct fault *which = jump_faults; which->name; which++)
        if (which == jump_faults)
            which->commit(heap);
    create_and_store(other);
    child_check(gc_collect(other) > 0);
    child_check(gc_heap_close(other) == 0);
}

Test(left_callbacks, another_heap_is_not_concerned)
{
    check_level = 0;
    cr_assert_eq(run_provoked(leave_one_of_two), 0, "%s", message());
}
