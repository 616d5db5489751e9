/* SPDX-License-Identifier: MIT */
/* test_fork.c: after fork, wherever it happens, parent and child have a heap each and both go on. Every test runs in a child of the
 * test, so that a parent and a child that go on end alike. */
#include "../support/misuse.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child; /* 0: this is it */

static void fork_here(void)
{
    child = fork();
    child_check(child >= 0);
}

/* The last of both: the parent ends well only if the child has. */
static void end_both(void)
{
    int status;
    if (child > 0)
        child_check(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* What lives on both sides. */
static struct node *live;
static gc_weak *weak;
static char *raw;

static void live_before(gc_heap *heap)
{
    live = node_new(heap, 7);
    gc_set(&live->left, live);
    weak = gc_weak_create(live, NULL, NULL);
    raw = gc_alloc(heap, 100);
    raw[99] = 1;
    make_garbage_ring(heap, 10, 5);
}

/* Everything a program does, to its end; `garbage` objects wait to be collected. */
static void go_on(gc_heap *heap, size_t garbage)
{
    child_check(gc_heap_verify(heap) == NULL);
    child_check(gc_collect(heap) == garbage);
    child_check(live->id == 7 && live->left == live && raw[99] == 1 && weak_alive(weak));
    for (int i = 0; i < 300; i++) {
        make_garbage_ring(heap, 100, 3);
        struct list *list = gc_resize(list_new(heap, 3), (size_t)i * 20);
        gc_release(list);
        if (i % 10 == 0)
            gc_collect_generation(heap, i % 3);
    }
    gc_collect(heap);
    gc_release(live);
    child_check(gc_collect(heap) == 1 && !weak_alive(weak));
    gc_release(weak);
    gc_free(heap, raw);
    gc_trim(heap);
    child_check(gc_heap_verify(heap) == NULL);
    child_check(gc_heap_close(heap) == 0);
    end_both();
}

static void in_mid_program(gc_heap *heap)
{
    live_before(heap);
    fork_here();
    go_on(heap, 5);
}

static void frozen(gc_heap *heap)
{
    live_before(heap);
    gc_collect(heap);
    gc_freeze(heap);
    fork_here();
    child_check(gc_collect(heap) == 0);
    gc_unfreeze(heap);
    go_on(heap, 0);
}

static void fork_in_finalizer(struct node *self)
{
    (void)self;
    fork_here();
}

static void in_a_finalizer(gc_heap *heap)
{
    live_before(heap);
    gc_release(watched_with(heap, 1, fork_in_finalizer));
    go_on(heap, 5);
}

static void in_a_finalizer_of_a_collection(gc_heap *heap)
{
    live_before(heap);
    struct node *node = watched_with(heap, 1, fork_in_finalizer);
    gc_set(&node->left, node);
    gc_release(node);
    child_check(gc_collect(heap) == 6);
    go_on(heap, 0);
}

static void fork_in_weak(gc_weak *of, void *context)
{
    (void)of, (void)context;
    fork_here();
}

static void in_a_weak_callback(gc_heap *heap)
{
    live_before(heap);
    struct node *node = node_new(heap, 1);
    gc_weak *watching = gc_weak_create(node, fork_in_weak, NULL);
    gc_release(node);
    gc_release(watching);
    go_on(heap, 5);
}

static void fork_in_destroy(void *object)
{
    (void)object;
    fork_here();
}

struct closing {
    gc_object gc;
    struct closing *self;
};

static const gc_type_info closing_info = GC_TYPE_INFO(struct closing, GC_REFS(self), GC_DESTROY(fork_in_destroy));

static void in_a_destroy(gc_heap *heap)
{
    live_before(heap);
    struct closing *closing = gc_create(struct closing, gc_type_register(heap, &closing_info));
    gc_set(&closing->self, closing);
    gc_release(closing);
    child_check(gc_collect(heap) == 6);
    go_on(heap, 0);
}

static enum gc_collect_phase fork_phase;

static void fork_in_callback(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)heap, (void)info, (void)context;
    if (phase == fork_phase)
        fork_here();
}

static void in_a_collect_callback(gc_heap *heap)
{
    live_before(heap);
    child_check(gc_add_collect_callback(heap, fork_in_callback, NULL));
    child_check(gc_collect(heap) == 5);
    child_check(gc_remove_collect_callback(heap, fork_in_callback, NULL));
    go_on(heap, 0);
}

static void at_the_start_of_a_collection(gc_heap *heap)
{
    fork_phase = GC_COLLECT_START;
    in_a_collect_callback(heap);
}

static void at_the_stop_of_a_collection(gc_heap *heap)
{
    fork_phase = GC_COLLECT_STOP;
    in_a_collect_callback(heap);
}

/* The heap was made, and used, by a thread that is in no call when another one forks. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static gc_heap *theirs;
static bool over;

static void *own_a_heap(void *unused)
{
    gc_settings settings = quiet_settings();
    settings.check_level = check_level;
    pthread_mutex_lock(&turn);
    theirs = gc_heap_open(&settings);
    live_before(theirs);
    pthread_cond_signal(&turned);
    while (!over)
        pthread_cond_wait(&turned, &turn);
    pthread_mutex_unlock(&turn);
    return unused;
}

static void beside_a_thread(gc_heap *heap)
{
    pthread_t thread;
    pthread_mutex_lock(&turn);
    child_check(pthread_create(&thread, NULL, own_a_heap, NULL) == 0);
    while (!theirs)
        pthread_cond_wait(&turned, &turn);
    fork_here();
    if (child > 0) {
        over = true;
        pthread_cond_signal(&turned);
        pthread_mutex_unlock(&turn);
        child_check(pthread_join(thread, NULL) == 0);
    }
    gc_heap_adopt(theirs);
    child_check(gc_heap_close(heap) == 0);
    go_on(theirs, 5);
}

static void both_go_on(void (*body)(gc_heap *heap))
{
    for (check_level = 0; check_level <= 3; check_level++) {
        check_records = check_level == 2 ? 4 : 0;
        int status = run_provoked(body);
        cr_assert_eq(status, 0, "level %u: %d %s", check_level, status, message());
        cr_assert_str_eq(message(), "", "level %u", check_level);
    }
}

Test(after_fork, in_mid_program) { both_go_on(in_mid_program); }
Test(after_fork, of_a_frozen_heap) { both_go_on(frozen); }
Test(after_fork, in_a_finalizer) { both_go_on(in_a_finalizer); }
Test(after_fork, in_a_finalizer_of_a_collection) { both_go_on(in_a_finalizer_of_a_collection); }
Test(after_fork, in_a_weak_callback) { both_go_on(in_a_weak_callback); }
Test(after_fork, in_a_destroy) { both_go_on(in_a_destroy); }
Test(after_fork, at_the_start_of_a_collection) { both_go_on(at_the_start_of_a_collection); }
Test(after_fork, at_the_stop_of_a_collection) { both_go_on(at_the_stop_of_a_collection); }
Test(after_fork, beside_a_thread_that_owned_the_heap) { both_go_on(beside_a_thread); }
