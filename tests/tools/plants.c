/* SPDX-License-Identifier: MIT */
/* plants.c: plants FAULT: one fault of a program that uses the library, for a tool to find; plants.py says which tool, and what it says.
 *
 * Objects are in a heap that is checked, where freed ones and the bytes between them are shown to the tools. */
#include <libgc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct holder {
    gc_object gc;
    struct holder *next;
    char *buffer; /* from malloc */
};

static bool forgetful; /* destroy does not free the buffer */

static void on_destroy(void *object)
{
    struct holder *holder = object;
    if (!forgetful)
        free(holder->buffer);
}

static const gc_type_info holder_info = GC_TYPE_INFO(struct holder, GC_REFS(next), GC_DESTROY(on_destroy));

static gc_heap *open_heap(void)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.check_level = 1;
    return gc_heap_open(&settings);
}

static struct holder *new_holder(gc_heap *heap)
{
    struct holder *holder = gc_create(struct holder, gc_type_register(heap, &holder_info));
    if (holder)
        holder->buffer = calloc(1, 100);
    return holder;
}

/* What a compiler cannot see through. */
static void *hidden(void *pointer)
{
    __asm__("" : "+r"(pointer));
    return pointer;
}

static void clean(void)
{
    gc_heap *heap = open_heap();
    struct holder *holder = new_holder(heap);
    gc_set(&holder->next, holder);
    gc_release(holder);
    gc_free(heap, gc_alloc(heap, 100));
    if (gc_collect(heap) != 1 || gc_heap_close(heap) != 0)
        exit(1);
}

static void read_after_free(void)
{
    gc_heap *heap = open_heap();
    struct holder *holder = new_holder(heap);
    struct holder *old = hidden(holder);
    gc_release(holder);
    printf("%p\n", (void *)old->buffer);
    gc_heap_close(heap);
}

static void read_after_collection(void)
{
    gc_heap *heap = open_heap();
    struct holder *holder = new_holder(heap);
    struct holder *old = hidden(holder);
    gc_set(&holder->next, holder);
    gc_release(holder);
    gc_collect(heap);
    printf("%p\n", (void *)old->next);
    gc_heap_close(heap);
}

static void write_past_the_end(void)
{
    gc_heap *heap = open_heap();
    struct holder *holder = new_holder(heap);
    char *end = hidden((char *)holder + sizeof *holder);
    *end = 1;
    gc_release(holder);
    gc_heap_close(heap);
}

static void leak_of_destroy(void)
{
    gc_heap *heap = open_heap();
    forgetful = true;
    gc_release(new_holder(heap));
    gc_heap_close(heap);
}

static void heap_never_closed(void)
{
    static char stack[4096];
    gc_heap *heap = open_heap();
    new_holder(heap);
    memset(stack, 0, sizeof stack);
}

static void undefined(void)
{
    int *number = hidden(&(int){ 1 });
    printf("%d\n", *number << (*number + 40));
}

static void *create_some(void *context)
{
    gc_type *type = context;
    for (int i = 0; i < 1000; i++)
        gc_release(gc_create(struct holder, type));
    return NULL;
}

/* Two threads in one heap, which no checked heap is there to refuse. */
static void two_threads_in_one_heap(void)
{
    pthread_t other;
    gc_heap *heap = gc_heap_open(NULL);
    gc_type *type = gc_type_register(heap, &holder_info);
    create_some(type);
    if (pthread_create(&other, NULL, create_some, type))
        exit(1);
    create_some(type);
    pthread_join(other, NULL);
}

struct handed {
    gc_heap *heap;
    gc_type *type;
    volatile bool ready; /* not enough: it orders nothing */
};

static void *adopt_and_use(void *context)
{
    struct handed *handed = context;
    while (!handed->ready) {
    }
    gc_heap_adopt(handed->heap);
    return create_some(handed->type);
}

static void handed_over_without_a_lock(void)
{
    pthread_t other;
    struct handed handed = { .heap = gc_heap_open(NULL) };
    handed.type = gc_type_register(handed.heap, &holder_info);
    if (pthread_create(&other, NULL, adopt_and_use, &handed))
        exit(1);
    create_some(handed.type);
    handed.ready = true;
    pthread_join(other, NULL);
}

static const struct {
    const char *name;
    void (*run)(void);
} faults[] = {
    { "clean", clean },
    { "read-after-free", read_after_free },
    { "read-after-collection", read_after_collection },
    { "write-past-the-end", write_past_the_end },
    { "leak-of-destroy", leak_of_destroy },
    { "heap-never-closed", heap_never_closed },
    { "undefined", undefined },
    { "two-threads-in-one-heap", two_threads_in_one_heap },
    { "handed-over-without-a-lock", handed_over_without_a_lock },
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof faults / sizeof *faults; i++)
        if (strcmp(argv[1], faults[i].name) == 0) {
            faults[i].run();
            return 0;
        }
    fprintf(stderr, "usage: plants FAULT\n");
    return 2;
}
