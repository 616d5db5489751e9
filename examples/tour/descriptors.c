/* SPDX-License-Identifier: MIT */
/* descriptors.c: a file descriptor is not memory. The heap closes it all the same, because the type says how. */
#include "tour.h"

#include <libgc.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct log_file {
    gc_object gc;
    struct log_file *rotated; /* the one that was written before */
    int descriptor;
};

static void log_file_destroy(void *object)
{
    close(((struct log_file *)object)->descriptor);
}

static const gc_type_info log_file_info = GC_TYPE_INFO(struct log_file, GC_REFS(rotated), GC_DESTROY(log_file_destroy));

static struct log_file *log_file_open(gc_heap *heap, const char *path)
{
    struct log_file *file = gc_create(struct log_file, gc_type_register(heap, &log_file_info));
    if (!file) /* before the open, so that nothing is left open if there is no memory */
        exit(EXIT_FAILURE);
    file->descriptor = open(path, O_WRONLY);
    return file;
}

static bool descriptor_is_open(int descriptor)
{
    return fcntl(descriptor, F_GETFD) != -1;
}

/* What gc_heap_close says of a type of which objects were left. */
static void descriptors_report_leak(void *context, const char *type_name, size_t objects, size_t bytes)
{
    struct tour *tour = context;
    char words[120];
    (void)bytes;
    snprintf(words, sizeof words, "%zu of '%s' left", objects, type_name);
    tour_hear(tour, "leak report", words);
    SEE_TEXT(type_name, "struct log_file");
    SEE(objects, 1);
}

static void descriptors_forget_in_a_cycle(struct tour *tour)
{
    gc_heap *heap = gc_heap_open(NULL);
    tour_tell(tour, "Two log files that know each other: a cycle. The program forgets both and closes neither.");
    DO(struct log_file *first = log_file_open(heap, "/dev/null"));
    DO(struct log_file *second = log_file_open(heap, "/dev/null"));
    DO(gc_set(&first->rotated, second));
    DO(gc_set(&second->rotated, first));
    DO(int one = first->descriptor, two = second->descriptor);
    DO(gc_release(first));
    DO(gc_release(second));
    SEE_TRUE(descriptor_is_open(one) && descriptor_is_open(two));
    tour_tell(tour, "The collector finds them, and the `destroy` of their type closes the descriptors.");
    SEE(gc_collect(heap), 2);
    SEE_TRUE(!descriptor_is_open(one) && !descriptor_is_open(two));
    SEE(gc_heap_close(heap), 0);
}

static void descriptors_forget_to_release(struct tour *tour)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.leak = descriptors_report_leak;
    settings.context = tour;
    gc_heap *heap = gc_heap_open(&settings);
    tour_tell(tour, "This one is no garbage: the program holds a reference, and never releases it.");
    DO(struct log_file *held = log_file_open(heap, "/dev/null"));
    DO(int descriptor = held->descriptor);
    SEE(gc_collect(heap), 0);
    SEE_TRUE(descriptor_is_open(descriptor));
    tour_tell(tour, "No collector may free it. Closing the heap names its type, says how many were left, and cleans up.");
    SEE(gc_heap_close(heap), 1);
    SEE_TRUE(!descriptor_is_open(descriptor));
}

void tour_descriptors(struct tour *tour)
{
    descriptors_forget_in_a_cycle(tour);
    descriptors_forget_to_release(tour);
}
