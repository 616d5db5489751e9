/* SPDX-License-Identifier: MIT */
/* threads.c: several threads with heaps of their own, and heaps that are handed from thread to thread; for ThreadSanitizer.
 *
 *     threads [ROUNDS]      default 200
 *
 * First each of four threads opens, uses and closes heaps of its own, all at the same time. Then four heaps go round four threads, each
 * heap in one thread at a time, handed over under a lock with gc_heap_adopt; last, heaps that other threads have filled are closed by the
 * first. Exit status 0: every count was right. */
#include <libgc.h>
#include <libgc/containers.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 4, RING = 50 };

struct node {
    gc_object gc;
    struct node *next;
    gc_weak *weak;
};

struct desk { /* where a heap waits for the next thread; turn: whose it is */
    pthread_mutex_t lock;
    pthread_cond_t passed_on;
    unsigned turn;
    gc_heap *heap;
    gc_type *type;
    gc_list *kept; /* something of every round */
    size_t finalized, told;
    const char *fault; /* NULL: none */
};

struct worker {
    unsigned number, rounds;
    struct desk *desks;
    const char *fault;
};

static _Thread_local struct desk *current; /* of the calling thread, for its callbacks */

static void on_finalize(void *object)
{
    (void)object;
    current->finalized++;
}

static void on_gone(gc_weak *weak, void *context)
{
    (void)weak;
    ((struct desk *)context)->told++;
}

static const gc_type_info node_info = GC_TYPE_INFO(struct node, GC_REFS(next), GC_WEAKS(weak), GC_FINALIZE(on_finalize));

static bool open_desk(struct desk *desk)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    desk->turn = 0;
    desk->finalized = desk->told = 0;
    desk->fault = NULL;
    desk->heap = gc_heap_open(&settings);
    desk->type = desk->heap ? gc_type_register(desk->heap, &node_info) : NULL;
    desk->kept = desk->type ? gc_list_create(desk->heap, 0, NULL) : NULL;
    return desk->kept && !pthread_mutex_init(&desk->lock, NULL) && !pthread_cond_init(&desk->passed_on, NULL);
}

/* A ring that is watched, dropped and collected, a block of raw memory, and a text that stays. NULL, or what was wrong. */
static const char *use(struct desk *desk)
{
    current = desk;
    size_t finalized = desk->finalized, told = desk->told;
    GC_SCOPED struct node *first = gc_create(struct node, desk->type);
    struct node *last = first;
    for (int i = 1; last && i < RING; i++) {
        last->next = gc_create(struct node, desk->type);
        last = last->next;
    }
    GC_SCOPED gc_weak *watcher = last ? gc_weak_create(first, on_gone, desk) : NULL;
    GC_SCOPED gc_string *text = gc_string_format(desk->heap, "round %zu", gc_list_count(desk->kept));
    void *block = gc_alloc(desk->heap, 1000);
    if (!watcher || !text || !block || !gc_list_append(desk->kept, text) || !gc_weak_set(&first->weak, last))
        return "no memory";
    gc_set(&last->next, first);
    gc_free(desk->heap, block);
    gc_clear(&first);
    if (gc_collect(desk->heap) < RING)
        return "the ring was not found";
    return desk->finalized == finalized + RING && desk->told == told + 1 ? NULL : "a finalizer or a callback did not run once";
}

static const char *close_desk(struct desk *desk, size_t uses)
{
    gc_heap_adopt(desk->heap);
    current = desk;
    bool kept = gc_list_count(desk->kept) == uses;
    gc_release(desk->kept);
    size_t left = gc_heap_close(desk->heap);
    pthread_mutex_destroy(&desk->lock);
    pthread_cond_destroy(&desk->passed_on);
    return desk->fault ? desk->fault : !kept ? "something kept is missing" : left ? "objects were left" : NULL;
}

static void *use_own_heaps(void *context)
{
    struct worker *worker = context;
    for (unsigned round = 0; !worker->fault && round < worker->rounds; round += 10) {
        struct desk desk;
        if (!open_desk(&desk)) {
            worker->fault = "no heap";
            return NULL;
        }
        for (int i = 0; !desk.fault && i < 10; i++)
            desk.fault = use(&desk);
        worker->fault = close_desk(&desk, 10);
    }
    return NULL;
}

/* Takes each heap when it is this thread's turn, and passes it on to the next thread. */
static void *use_heaps_that_go_round(void *context)
{
    struct worker *worker = context;
    for (unsigned i = 0; i < worker->rounds * THREADS; i++) {
        struct desk *desk = &worker->desks[i % THREADS];
        pthread_mutex_lock(&desk->lock);
        while (desk->turn % THREADS != worker->number)
            pthread_cond_wait(&desk->passed_on, &desk->lock);
        gc_heap_adopt(desk->heap);
        if (!desk->fault)
            desk->fault = use(desk);
        desk->turn++;
        pthread_cond_broadcast(&desk->passed_on);
        pthread_mutex_unlock(&desk->lock);
    }
    return NULL;
}

static const char *run(void *(*work)(void *), struct desk *desks, unsigned rounds)
{
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    const char *fault = NULL;
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){ i, rounds, desks, NULL };
        if (pthread_create(&threads[i], NULL, work, &workers[i]))
            exit(1);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        fault = workers[i].fault ? workers[i].fault : fault;
    }
    return fault;
}

int main(int argc, char **argv)
{
    unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 0) : 200;
    static struct desk desks[THREADS];
    const char *fault = run(use_own_heaps, NULL, rounds);
    for (int i = 0; i < THREADS; i++)
        if (!open_desk(&desks[i]))
            fault = "no heap";
    if (!fault)
        fault = run(use_heaps_that_go_round, desks, rounds);
    for (int i = 0; !fault && i < THREADS; i++)
        fault = close_desk(&desks[i], (size_t)rounds * THREADS);
    if (fault) {
        fprintf(stderr, "threads: %s\n", fault);
        return 1;
    }
    printf("threads: %d threads, %u rounds\n", THREADS, rounds);
    return 0;
}
