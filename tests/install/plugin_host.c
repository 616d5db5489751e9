/* SPDX-License-Identifier: MIT */
/* plugin_host.c LIBRARY: a program loads libgc, uses it from a second thread too, and lets it go.
 *
 * With LINKED it was also linked with the library, as the host of a plug-in may be.
 * Exit status 0: all of it worked. 3: the loader had no room for the library's thread-local storage. 1: anything else. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifdef LINKED
/* A use, without which the linker would leave the library out. */
extern uint32_t gc_version(void);
extern uint32_t (*const linked_version)(void);
uint32_t (*const linked_version)(void) = gc_version;
#endif

static uint32_t (*version)(void);
static void (*settings_default)(void *, size_t);
static void *(*heap_open)(const void *, size_t, uint32_t);
static void *(*alloc)(void *, size_t);
static size_t (*heap_close)(void *);

static void *symbol(void *library, const char *name)
{
    void *address = dlsym(library, name);
    if (!address)
        fprintf(stderr, "%s\n", dlerror());
    return address;
}

static int find_functions(void *library)
{
    /* POSIX's way to get a function out of dlsym without a warning. */
    *(void **)&version = symbol(library, "gc_version");
    *(void **)&settings_default = symbol(library, "gc__settings_default");
    *(void **)&heap_open = symbol(library, "gc__heap_open");
    *(void **)&alloc = symbol(library, "gc_alloc");
    *(void **)&heap_close = symbol(library, "gc_heap_close");
    return version && settings_default && heap_open && alloc && heap_close;
}

static pthread_barrier_t used, unloaded;

static bool use_heap(void)
{
    void *heap = heap_open(NULL, 0, version());
    return heap && alloc(heap, 100) && heap_close(heap) == 0;
}

/* Ends when the library has been let go. */
static void *use_heap_in_thread(void *worked)
{
    *(bool *)worked = use_heap();
    pthread_barrier_wait(&used);
    pthread_barrier_wait(&unloaded);
    return NULL;
}

int main(int argc, char **argv)
{
    void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    if (!library) {
        const char *reason = argc == 2 ? dlerror() : "usage: plugin_host LIBRARY";
        fprintf(stderr, "%s\n", reason);
        return strstr(reason, "static TLS block") ? 3 : 1;
    }
    if (!find_functions(library))
        return 1;
    bool worked = use_heap(), worked_in_thread = false;
    pthread_t thread;
    pthread_barrier_init(&used, NULL, 2);
    pthread_barrier_init(&unloaded, NULL, 2);
    if (pthread_create(&thread, NULL, use_heap_in_thread, &worked_in_thread) != 0)
        return 1;
    pthread_barrier_wait(&used);
    dlclose(library);
    pthread_barrier_wait(&unloaded);
    pthread_join(thread, NULL);
    return !(worked && worked_in_thread);
}
