/* SPDX-License-Identifier: MIT */
/* host_malloc.c: a program that links libgc keeps the malloc of the C library.
 *
 * Linked once with the shared library and once with the static one. Both carry a jemalloc, which defines all these names. */
#include <libgc.h>

#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

static void expect(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "not so: %s\n", what);
    failures++;
}

/* The file that the program finds a name in. */
static void expect_in_c_library(const char *name)
{
    Dl_info where = { 0 };
    void *address = dlsym(RTLD_DEFAULT, name);
    expect(address && dladdr(address, &where) && strstr(where.dli_fname, "/libc.so") != NULL, name);
}

/* What the C library's allocator says of itself: its own blocks are in its own figures. (Its blocks of up to 1 KiB stay there
 * after free, in a cache of the thread.) */
static void expect_served_by_c_library(size_t bytes)
{
    free(malloc(bytes)); /* the first call of all makes that cache, too */
    size_t before = mallinfo2().uordblks;
    char *block = malloc(bytes);
    size_t held = mallinfo2().uordblks;
    block = realloc(block, 2 * bytes);
    size_t grown = mallinfo2().uordblks;
    free(block);
    size_t after = mallinfo2().uordblks;
    expect(held >= before + bytes, "malloc is counted by the C library");
    expect(grown >= before + 2 * bytes, "realloc is counted by the C library");
    expect(after == before, "free gives back to the C library");
}

struct leaf {
    gc_object gc;
    char text[104];
};
static const gc_type_info leaf_info = GC_TYPE_INFO(struct leaf, GC_TYPE_FLAGS(GC_ACYCLIC));

/* And the other way: what a heap hands out is not in the C library's figures. */
static void expect_heap_apart(void)
{
    gc_heap *heap = gc_heap_open(NULL);
    expect(heap != NULL, "a heap opens");
    if (!heap)
        return;
    gc_type *leaf = gc_type_register(heap, &leaf_info);
    size_t before = mallinfo2().uordblks;
    struct leaf *kept[1000];
    for (int i = 0; i < 1000; i++)
        kept[i] = gc_create(struct leaf, leaf);
    void *raw = gc_alloc(heap, 1000);
    expect(mallinfo2().uordblks == before, "a heap takes nothing from the C library");
    gc_free(heap, raw);
    for (int i = 0; i < 1000; i++)
        gc_release(kept[i]);
    expect(gc_heap_close(heap) == 0, "nothing is left");
}

int main(void)
{
    static const char *const names[] = { "malloc", "calloc", "realloc", "free", "aligned_alloc", "posix_memalign", "memalign",
                                         "valloc", "malloc_usable_size" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        expect_in_c_library(names[i]);
    for (size_t bytes = 2000; bytes < 100000; bytes *= 3)
        expect_served_by_c_library(bytes);
    expect_heap_apart();
    for (size_t bytes = 2000; bytes < 100000; bytes *= 3)
        expect_served_by_c_library(bytes);
    return failures != 0;
}
