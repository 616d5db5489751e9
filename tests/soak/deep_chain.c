/* SPDX-License-Identifier: MIT */
/* deep_chain.c: a chain of 10 million objects dies by counts, and a ring of as many is collected, in a thread whose whole stack
 * is 64 KiB. Destroy functions are counted: each object's runs once.
 *
 *     deep_chain [OBJECTS]
 *
 * Exit status 0: all died, each once. Recursion would end the process with a signal. */
#include <libgc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define STACK_BYTES 65536

struct link {
    gc_object gc;
    struct link *next;
};

static size_t destroyed, finalized;

static void on_destroy(void *object)
{
    (void)object;
    destroyed++;
}

static void on_finalize(void *object)
{
    (void)object;
    finalized++;
}

static const gc_type_info link_info = GC_TYPE_INFO(struct link, GC_REFS(next), GC_DESTROY(on_destroy));
static const gc_type_info finalized_info =
    GC_TYPE_INFO(struct link, GC_REFS(next), GC_DESTROY(on_destroy), GC_FINALIZE(on_finalize));

struct task {
    gc_heap *heap;
    struct link *head;
    size_t freed; /* by the collection */
};

/* What runs on the small stack: the last reference goes, and what counts cannot free is collected. */
static void *let_go(void *argument)
{
    struct task *task = argument;
    gc_heap_adopt(task->heap);
    gc_release(task->head);
    task->freed = gc_collect(task->heap);
    return NULL;
}

static struct link *build(gc_heap *heap, const gc_type_info *info, size_t count, bool is_ring)
{
    gc_type *type = gc_type_register(heap, info);
    struct link *head = gc_create(struct link, type), *tail = head;
    for (size_t i = 1; tail && i < count; i++) {
        tail->next = gc_create(struct link, type);
        tail = tail->next;
    }
    if (tail && is_ring)
        tail->next = gc_retain(head);
    return tail ? head : NULL;
}

static int run_on_small_stack(struct task *task)
{
    pthread_attr_t attributes;
    pthread_t thread;
    if (pthread_attr_init(&attributes) || pthread_attr_setstacksize(&attributes, STACK_BYTES) ||
        pthread_create(&thread, &attributes, let_go, task) || pthread_join(thread, NULL))
        return 1;
    pthread_attr_destroy(&attributes);
    gc_heap_adopt(task->heap);
    return 0;
}

static int check(const char *what, size_t actual, size_t expected)
{
    if (actual == expected)
        return 0;
    fprintf(stderr, "deep_chain: %s %zu, must be %zu\n", what, actual, expected);
    return 1;
}

static int run(const gc_type_info *info, size_t count, bool is_ring)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    struct task task = { gc_heap_open(&settings), NULL, 0 };
    destroyed = finalized = 0;
    task.head = task.heap ? build(task.heap, info, count, is_ring) : NULL;
    if (!task.head || run_on_small_stack(&task)) {
        fprintf(stderr, "deep_chain: no memory, or no thread\n");
        return 1;
    }
    return check("destroyed", destroyed, count) | check("finalized", finalized, info == &finalized_info ? count : 0) |
           check("freed by the collection", task.freed, is_ring ? count : 0) |
           check("left at the close", gc_heap_close(task.heap), 0);
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoull(argv[1], NULL, 0) : 10000000;
    int failed = run(&link_info, count, false) | run(&link_info, count, true) | run(&finalized_info, count, false) |
                 run(&finalized_info, count, true);
    if (!failed)
        printf("deep_chain: 4 times %zu objects died in a thread with a stack of %d bytes\n", count, STACK_BYTES);
    return failed;
}
