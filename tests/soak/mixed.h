/* SPDX-License-Identifier: MIT */
/* mixed.h: the mixed load, in parts.
 *
 *     mixed_graphs.c      things made of structs: trees, rings, weak references, ephemerons, finalizers, resized and large objects, spans
 *     mixed_containers.c  things made of the ready-made containers
 *     mixed_load.c        a heap with a fixed number of places for things; one step of work on it
 *     mixed_scheme.c      a heap in which the interpreter of examples/scheme works
 *     mixed_trend.c       samples of resident memory, and the line through them
 *     mixed.c             the program
 *
 * A *thing* is held by one reference, from its place, and says by its kind and tag what must be in it. A place has things of one kind for
 * ever, so the live size is steady. */
#ifndef TESTS_SOAK_MIXED_H
#define TESTS_SOAK_MIXED_H

#include <libgc.h>
#include <libgc/containers.h>

#include "tests/model/model_random.h"

#include <stdio.h>

enum { PLACES_MAX = 100000, ATTIC = 64, WATCHERS = 64, RAW_BLOCKS = 256 };

struct load;

struct node {
    gc_object gc;
    struct load *load;
    struct node *left, *right, *cross; /* cross: into another thing */
    uint32_t tag, index;
    gc_weak *weak;
    gc_ephemeron *ephemeron;
};

struct small {
    gc_object gc;
    struct small *next;
    uint64_t tag;
};

struct row { /* resized again and again */
    gc_object gc;
    uint32_t count, tag;
    struct small *cells[];
};

struct blob { /* large, without references */
    gc_object gc;
    uint64_t tag, bytes;
};

struct span { /* its storage is a block of raw memory */
    gc_object gc;
    uint64_t count;
    struct small **items;
    char *memory;
};

struct kind {
    const char *name;
    void *(*make)(struct load *load, uint32_t tag);                     /* NULL: no memory */
    bool (*is_whole)(struct load *load, const void *thing, uint32_t tag); /* what is in it is what was put into it */
};

extern const struct kind mixed_graph_kinds[], mixed_container_kinds[];
extern const size_t mixed_graph_kind_count, mixed_container_kind_count;

struct load {
    gc_heap *heap;
    gc_type *node, *finalized, *small, *row, *blob, *span;
    struct model_random random;
    uint32_t places, planned; /* there are now, and when the peak is over */
    void **things;
    uint32_t *tags;
    void *attic[ATTIC]; /* what finalizers have brought back; each is dropped when its place is taken again */
    uint32_t attic_next;
    gc_weak *watchers[WATCHERS]; /* from outside, with callbacks */
    uint32_t watchers_next;
    void *raw[RAW_BLOCKS];
    gc_weak_dict *cache;
    bool plant_leak;
    uint64_t made, finalizers, callbacks, resurrections;
    char fault[200]; /* "": none */
};

/* Fills in types; mixed_graphs.c. False: no memory. */
bool mixed_register(struct load *load);

/* How a load is to be. */
struct load_plan {
    unsigned number; /* of the heap: settings differ */
    uint32_t places; /* at most PLACES_MAX */
    bool peak;       /* twice as many at first */
    uint64_t seed;
    bool plant_leak; /* one thing in 10 is never released */
};

/* mixed_load.c. Opens the heap and fills all places; false: load->fault says why. */
bool mixed_load_open(struct load *load, const struct load_plan *plan);
/* One step. False: load->fault says what is wrong. */
bool mixed_load_step(struct load *load);
/* Drops what is in the places beyond those planned. */
void mixed_load_settle(struct load *load);
/* Drops everything and closes the heap, into which nothing may be left. */
bool mixed_load_close(struct load *load);
bool mixed_fail(struct load *load, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* mixed_scheme.c. */
struct scheme;
struct scheme *mixed_scheme_open(gc_heap *heap); /* NULL: its prelude or programs are wrong, and standard error says how */
bool mixed_scheme_step(struct scheme *scheme, uint64_t number);

/* mixed_trend.c. */
enum { SAMPLES = 4096 };

struct sample {
    double seconds, steps;
    double resident; /* bytes of the process */
    double kept;     /* the same once its heaps have been trimmed */
    double held;     /* bytes that its heaps have handed out: what is resident can rise to this, and not further */
};

struct trend {
    uint64_t every, next; /* in steps */
    size_t count;
    struct sample samples[SAMPLES];
};

void trend_start(struct trend *trend);
/* Whether it is time for a sample. */
bool trend_is_due(const struct trend *trend, uint64_t steps);
void trend_add(struct trend *trend, const struct sample *sample);
/* By how much something has grown along the line of least squares through all samples after the warm-up, as a share of its mean;
 * 0 for fewer than 16 samples. `offset`: of the member of struct sample. */
double trend_growth(const struct trend *trend, double warm_up, size_t offset);
/* The same of the floor of what is kept: the line is through the least of each 64th of the run. */
double trend_floor_growth(const struct trend *trend, double warm_up);
size_t trend_resident(void);

#endif
