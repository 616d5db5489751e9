/* SPDX-License-Identifier: MIT */
/* threads.c: two threads with a heap each, beside two processes with a heap each and beside one thread: a heap shares nothing. */
#include "bench/workloads/pairs.h"

#include <pthread.h>
#include <unistd.h>

#define WORKERS 2

struct worker {
    gc_heap *heap;
    gc_type *type;
    struct pair **held;
    int go, done; /* of a process: ends of pipes */
};

static struct worker workers[WORKERS];
static struct bench *current;

static void open_workers(struct bench *bench)
{
    current = bench;
    for (size_t w = 0; w < WORKERS; w++) {
        workers[w].heap = pairs_open(bench, &workers[w].type);
        workers[w].held = bench_memory(bench->n, sizeof(struct pair *));
    }
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    size_t n = current->n;
    gc_heap_adopt(worker->heap);
    pairs_collect(worker->heap, pairs_rings(worker->type, n, 3));
    for (size_t i = 0; i < n; i++)
        worker->held[i] = pairs_create(worker->type);
    for (size_t i = 0; i < n; i++)
        gc_release(worker->held[i]);
    return NULL;
}

_Noreturn static void serve(struct bench *bench, struct worker *worker)
{
    char word;
    worker->heap = pairs_open(bench, &worker->type);
    worker->held = bench_memory(bench->n, sizeof(struct pair *));
    while (read(worker->go, &word, 1) == 1) {
        work(worker);
        if (write(worker->done, &word, 1) != 1)
            break;
    }
    _exit(0);
}

static void note(struct bench *bench)
{
    bench->units = bench->n; /* of each worker: the time is that of all */
    bench->check = bench->n * bench->variant;
}

static void in_threads(struct bench *bench)
{
    pthread_t threads[WORKERS];
    for (size_t w = 0; w < bench->variant; w++) {
        if (pthread_create(&threads[w], NULL, work, &workers[w]))
            bench_fail("no thread");
    }
    for (size_t w = 0; w < bench->variant; w++)
        pthread_join(threads[w], NULL);
    note(bench);
}

/* A process for each worker, made once, which opens its heap and works when it is told to. It ends with its parent's end of the pipe. */
static void open_processes(struct bench *bench)
{
    current = bench;
    bench->settings = "automatic=0";
    for (size_t w = 0; w < WORKERS; w++) {
        struct worker *worker = &workers[w];
        int go[2], done[2];
        if (pipe(go) || pipe(done))
            bench_fail("no pipe");
        pid_t child = fork();
        if (child < 0)
            bench_fail("no process");
        worker->go = child ? go[1] : go[0];
        worker->done = child ? done[0] : done[1];
        close(child ? go[0] : go[1]);
        close(child ? done[1] : done[0]);
        if (child == 0)
            serve(bench, worker);
    }
}

static void in_processes(struct bench *bench)
{
    char word = 0;
    for (size_t w = 0; w < bench->variant; w++) {
        if (write(workers[w].go, &word, 1) != 1)
            bench_fail("a process does not listen");
    }
    for (size_t w = 0; w < bench->variant; w++) {
        if (read(workers[w].done, &word, 1) != 1)
            bench_fail("a process failed");
    }
    note(bench);
}

static const bench_workload workloads[] = {
    { "threads_one", 4000000, 1, BENCH_WALL, open_workers, { { "libgc", NULL, in_threads, NULL } } },
    { "threads_two", 4000000, 2, BENCH_WALL, open_workers, { { "libgc", NULL, in_threads, NULL } } },
    { "processes_two", 4000000, 2, BENCH_WALL, open_processes, { { "libgc", NULL, in_processes, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
