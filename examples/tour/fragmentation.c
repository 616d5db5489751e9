/* SPDX-License-Identifier: MIT */
/* fragmentation.c: what a heap takes from the system at its peak, when most of it is gone at random, and after gc_trim. */
#include "tour.h"

#include <libgc.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOBS = 40000, SMALLEST_BYTES = 16, SIZES = 8, KEPT_IN_A_THOUSAND = 10 };

struct blob {
    gc_object gc;
    size_t length;
    char bytes[];
};

static const gc_type_info blob_info = GC_TYPE_INFO(struct blob, GC_BYTES_FLEX(bytes, length), GC_TYPE_FLAGS(GC_ACYCLIC));

/* A linear congruence, Knuth's MMIX: the same numbers on every machine. */
static unsigned fragmentation_random_below(uint64_t *state, unsigned limit)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((*state >> 33) % limit);
}

static gc_stats fragmentation_print_figures(struct tour *tour, gc_heap *heap, const char *when)
{
    const double mebibyte = 1 << 20;
    gc_stats stats;
    gc_get_stats(heap, &stats);
    fprintf(tour->output, "    %-20s %5zu objects  live %5.1f  in slabs %5.1f  resident %5.1f  reserved %6.0f  MiB\n", when,
            stats.objects, (double)stats.bytes_live / mebibyte, (double)stats.bytes_heap / mebibyte,
            (double)stats.bytes_resident / mebibyte, (double)stats.bytes_reserved / mebibyte);
    return stats;
}

/* Makes a blob in each empty place. */
static void fragmentation_fill(gc_heap *heap, struct blob **blobs, uint64_t *random)
{
    gc_type *type = gc_type_register(heap, &blob_info);
    for (size_t i = 0; i < BLOBS; i++) {
        size_t length = (size_t)SMALLEST_BYTES << fragmentation_random_below(random, SIZES);
        if (!blobs[i] && !(blobs[i] = gc_create_flex(struct blob, type, length)))
            exit(EXIT_FAILURE);
        memset(blobs[i]->bytes, 'x', blobs[i]->length); /* memory that nobody wrote to is not resident */
    }
}

/* Keeps each with a probability of `kept` in a thousand. Returns how many that were. */
static size_t fragmentation_thin(struct blob **blobs, unsigned kept, uint64_t *random)
{
    size_t left = 0;
    for (size_t i = 0; i < BLOBS; i++) {
        if (fragmentation_random_below(random, 1000) >= kept)
            gc_clear(&blobs[i]);
        left += blobs[i] != NULL;
    }
    return left;
}

void tour_fragmentation(struct tour *tour)
{
    static struct blob *blobs[BLOBS];
    uint64_t random = 1;
    gc_settings settings;
    gc_settings_default(&settings);
    settings.check_level = 0; /* a checked heap keeps freed slots back for a while, which would blur the picture */
    gc_heap *heap = gc_heap_open(&settings);
    tour_tell(tour, "Live: the bytes of objects. In slabs: what the heap has set aside for them. Resident: memory of the machine.\n"
                    "Reserved: addresses, which cost nothing.");
    gc_stats empty = fragmentation_print_figures(tour, heap, "empty");
    fragmentation_fill(heap, blobs, &random);
    gc_stats peak = fragmentation_print_figures(tour, heap, "peak");
    SEE(peak.objects, BLOBS);
    SEE_TRUE(peak.bytes_heap < peak.bytes_live * 5 / 4);

    tour_tell(tour, "Now 99 of 100 go, at random. Objects never move, so a slab with a single survivor stays, full of holes.");
    size_t left = fragmentation_thin(blobs, KEPT_IN_A_THOUSAND, &random);
    gc_stats thinned = fragmentation_print_figures(tour, heap, "thinned");
    SEE(thinned.objects, left);
    SEE_TRUE(thinned.bytes_live < peak.bytes_live / 20);
    SEE_TRUE(thinned.bytes_heap > thinned.bytes_live * 5);

    tour_tell(tour, "Trimming gives the slabs that are empty back to the system.");
    SEE_TRUE(gc_trim(heap) > 0);
    gc_stats trimmed = fragmentation_print_figures(tour, heap, "trimmed");
    SEE(trimmed.bytes_live, thinned.bytes_live);
    SEE_TRUE(trimmed.bytes_resident > 0); /* 0: unknown, which is not little */
    SEE_TRUE(trimmed.bytes_resident <= thinned.bytes_resident);

    tour_tell(tour, "The holes are not lost: as many objects as before fit where they were.");
    fragmentation_fill(heap, blobs, &random);
    gc_stats again = fragmentation_print_figures(tour, heap, "filled again");
    SEE(again.objects, BLOBS);
    SEE_TRUE(again.bytes_heap < peak.bytes_heap * 21 / 20);

    tour_tell(tour, "And when all is gone, so is the memory.");
    fragmentation_thin(blobs, 0, &random);
    gc_trim(heap);
    gc_stats drained = fragmentation_print_figures(tour, heap, "emptied and trimmed");
    SEE(drained.objects, 0);
    SEE(drained.bytes_live, 0);
    SEE_TRUE(drained.bytes_resident > 0);
    SEE_TRUE(drained.bytes_resident <= peak.bytes_resident / 10);
    SEE(drained.bytes_reserved, empty.bytes_reserved);
    SEE(gc_heap_close(heap), 0);
}
