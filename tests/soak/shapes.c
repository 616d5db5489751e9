/* SPDX-License-Identifier: MIT */
/* shapes.c: the shapes of tests/model/shapes.h at any size, with the time an object takes at an eighth of it and at all of it.
 *
 *     shapes [OBJECTS]      default 1,000,000; 50,000,000 needs about 4 GB
 *
 * Exit status 0: every object was kept while it was alive and freed when it was garbage. Times are shown, not judged. */
#include "tests/model/shapes.h"

#include <stdio.h>
#include <time.h>

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

struct times {
    double live_ns, reclaim_ns; /* an object or reference, whichever there are more of */
};

static int fail(const char *name, const char *what, size_t actual, size_t expected)
{
    fprintf(stderr, "shapes: %s: %s %zu, must be %zu\n", name, what, actual, expected);
    return 1;
}

static int measure(enum shape_kind kind, size_t count, struct times *times)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = 0;
    gc_heap *heap = gc_heap_open(&settings);
    struct shape shape = heap ? shape_build(heap, kind, count) : (struct shape){ 0 };
    if (!shape.root)
        return fail(shape_names[kind], "no memory for so many objects:", count, count);
    size_t freed = gc_collect(heap);
    gc_retain(shape.root);
    gc_release(shape.root); /* touches it: the next full collection looks */
    double start = now_ns();
    freed += gc_collect(heap);
    double middle = now_ns();
    if (freed)
        return fail(shape_names[kind], "freed while alive:", freed, 0);
    gc_release(shape.root);
    double release = now_ns();
    freed = gc_collect(heap);
    double end = now_ns();
    if (freed != shape.objects)
        return fail(shape_names[kind], "freed as garbage:", freed, shape.objects);
    size_t left = gc_heap_close(heap);
    if (left)
        return fail(shape_names[kind], "left at the close:", left, 0);
    size_t units = shape.references > shape.objects ? shape.references : shape.objects;
    times->live_ns = (middle - start) / (double)units;
    times->reclaim_ns = (end - release) / (double)units;
    return 0;
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoull(argv[1], NULL, 0) : 1000000;
    if (count < 80) {
        fprintf(stderr, "usage: shapes [OBJECTS]   at least 80\n");
        return 2;
    }
    printf("%-28s %12s %12s %7s %12s %12s %7s\n", "ns an object (reference)", "live, 1/8", "live", "ratio", "reclaim, 1/8",
           "reclaim", "ratio");
    for (enum shape_kind kind = 0; kind < SHAPE_COUNT; kind++) {
        struct times eighth, whole;
        if (measure(kind, count / 8, &eighth) || measure(kind, count, &whole))
            return 1;
        printf("%-28s %12.1f %12.1f %7.2f %12.1f %12.1f %7.2f\n", shape_names[kind], eighth.live_ns, whole.live_ns,
               whole.live_ns / eighth.live_ns, eighth.reclaim_ns, whole.reclaim_ns, whole.reclaim_ns / eighth.reclaim_ns);
        fflush(stdout);
    }
    return 0;
}
