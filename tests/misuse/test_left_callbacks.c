/* SPDX-License-Identifier: MIT */
/* test_left_callbacks.c: what docs/misuse.md promises of a heap whose user code was left by longjmp, where nothing is checked: what
 * lives is as it was, one can create and store, nothing more dies or is collected, and the heap does not close. */
#include "faults.h"

#include <setjmp.h>
#include <sys/resource.h>
#include <ucontext.h>

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

static enum { NOTHING, HASH, EQUAL } armed;

static bool leave_hash(const void *object, uint64_t *hash)
{
    *hash = 1;
    (void)object;
    if (armed == HASH)
        longjmp(here, 1);
    return true;
}

static bool leave_equal(const void *a, const void *other, bool *equal)
{
    *equal = a == other;
    if (armed == EQUAL)
        longjmp(here, 1);
    return true;
}

struct key {
    gc_object gc;
};

static const gc_type_info hash_info = GC_TYPE_INFO(struct key, GC_HASH(leave_hash), GC_EQUAL(leave_equal));

static __attribute__((noinline)) void set_and_leave(gc_dict *dict, struct key *key)
{
    if (setjmp(here) == 0) {
        gc_dict_set(dict, key, key);
        child_check(armed == NOTHING);
    }
    armed = NOTHING;
}

/* Collections go on, and the table is whole; the key that was looked at stays held. */
static void leave_protocol(gc_heap *heap)
{
    gc_type *type = gc_type_register(heap, &hash_info);
    struct key *first = gc_create(struct key, type), *second = gc_create(struct key, type);
    gc_dict *dict = gc_dict_create(heap);
    child_check(gc_dict_set(dict, first, first));
    for (int round = HASH; round <= EQUAL; round++) {
        armed = round;
        set_and_leave(dict, second);
        child_check(gc_dict_set(dict, second, second) && gc_dict_count(dict) == 2 && gc_dict_get(dict, first) == first);
        child_check(gc_dict_remove(dict, second) && gc_dict_count(dict) == 1);
    }
    child_check(gc_dict_set(dict, first, dict));
    gc_release(dict);
    child_check(gc_collect(heap) == 1);
    create_and_store(heap);
    child_check(gc_heap_verify(heap) == NULL);
    child_check(gc_heap_close(heap) == SIZE_MAX && gc_last_error(heap) == GC_ERROR_BUSY);
}

Test(left_callbacks, a_hash_leaves_the_table_whole)
{
    check_level = 0;
    cr_assert_eq(run_provoked(leave_protocol), 0, "%s", message());
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

/* The system says where the stack of the first thread is by a file. */
static void leave_without_files(gc_heap *heap)
{
    struct rlimit files, none;
    child_check(getrlimit(RLIMIT_NOFILE, &files) == 0);
    none = files;
    none.rlim_cur = 0;
    child_check(setrlimit(RLIMIT_NOFILE, &none) == 0);
    jump_faults->commit(heap);
    gc_release(node_new(heap, 1));
    child_check(gc_collect(heap) == 0);
    child_check(setrlimit(RLIMIT_NOFILE, &files) == 0);
}

Test(left_callbacks, not_named_where_the_stack_is_not_known)
{
    check_level = 1;
    cr_assert_eq(run_provoked(leave_without_files), 0, "%s", message());
    cr_assert_str_eq(message(), "");
}

/* A finalizer that waits in a coroutine is not left: the stack of who goes on meanwhile is above it for another reason. */
static ucontext_t program, coroutine;
static gc_heap *coroutine_heap;

static void wait_in_finalizer(struct node *self)
{
    (void)self;
    swapcontext(&coroutine, &program);
}

static void run_coroutine(void)
{
    gc_release(watched_with(coroutine_heap, 1, wait_in_finalizer));
}

static void wait_in_coroutine(gc_heap *heap)
{
    static char stack[1 << 18];
    coroutine_heap = heap;
    child_check(getcontext(&coroutine) == 0);
    coroutine.uc_stack.ss_sp = stack;
    coroutine.uc_stack.ss_size = sizeof stack;
    coroutine.uc_link = &program;
    makecontext(&coroutine, run_coroutine, 0);
    child_check(swapcontext(&program, &coroutine) == 0);
    create_and_store(heap);
    child_check(swapcontext(&program, &coroutine) == 0);
    child_check(times_recorded('d') == 1);
    gc_collect(heap);
    child_check(gc_heap_close(heap) == 0);
}

Test(left_callbacks, a_coroutine_that_waits_in_one_has_not_left_it)
{
    for (check_level = 0; check_level <= 3; check_level++)
        cr_assert_eq(run_provoked(wait_in_coroutine), 0, "%s", message());
}
