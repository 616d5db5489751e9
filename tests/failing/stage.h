/* SPDX-License-Identifier: MIT */
/* stage.h: what scenarios are played on: a heap, items that are counted, and calls that may be refused memory.
 *
 * A scenario makes each call that may fail for lack of memory with DOES. One that fails must say so, must leave the scenario's contents as
 * they were and the heap whole; and where memory is back, the same call must do it. A scenario goes on when a call has failed for
 * good, with what it has. */
#ifndef LIBGC_TESTS_FAILING_STAGE_H
#define LIBGC_TESTS_FAILING_STAGE_H

#include "refuse.h"

#include <libgc.h>
#include <libgc/containers.h>

struct item {
    gc_object gc;
    struct item *left, *right;
    gc_weak *weak;
    gc_ephemeron *ephemeron;
    void (*finalize)(struct item *self);
    uint64_t id;
};

struct row {
    gc_object gc;
    size_t count;
    void *items[];
};

struct text {
    gc_object gc;
    uint32_t count;
    char bytes[];
};

extern const gc_type_info stage_item_info, stage_row_info, stage_text_info;

extern struct stage {
    gc_heap *heap;
    gc_type *item, *row, *text;
    void (*contents)(void); /* checks what the scenario has; or NULL */
    bool forever;           /* memory does not come back, and may fail at any moment */
    bool leaves_control;    /* the heap is checked: when closed it leaves its control block, which names a use after that */
    bool has_wide;          /* some object has more references than a byte counts: while the table for those is refused it counts as held */
    size_t told;            /* calls that failed, and said so */
    size_t born, destroyed; /* items */
} stage;

struct scenario {
    const char *name;
    void (*play)(void);
};

extern const struct scenario scenarios[];

/* Runs one, in this process, from opening to closing its heap. Ends the process with a message and status 1 at a fault. */
void stage_play(const struct scenario *scenario, enum refuse_mode mode, size_t point, bool forever);

/* Opens the heap and registers the three types. False: for good refused. */
bool stage_open(const gc_settings *settings);
gc_settings stage_settings(void);
/* Collects, checks, and closes; nothing may be left. */
void stage_close(void);

/* NULL: no memory. */
struct item *item_new(uint64_t id);
/* A garbage ring of so many items, the first with a finalizer or without; as many of them as there is memory for. */
void leave_ring(int n, void (*finalize)(struct item *self));

/* Whether the call did it, at the second attempt where memory is back. */
#define DOES(call) \
    (stage_begin(), stage_end((call) ? true : false, #call, __FILE__, __LINE__) || \
     (!stage.forever && (stage_begin(), stage_again((call) ? true : false, #call, __FILE__, __LINE__))))

#define MUST(condition) ((condition) ? (void)0 : stage_fault(#condition, __FILE__, __LINE__))

void stage_begin(void);
bool stage_end(bool done, const char *call, const char *file, int line);
bool stage_again(bool done, const char *call, const char *file, int line);
void stage_fault(const char *what, const char *file, int line) __attribute__((noreturn));

void play_objects(void);
void play_many(void);
void play_resizing(void);
void play_lists(void);
void play_tables(void);
void play_tables_of_the_weak(void);
void play_text(void);
void play_calls(void);
void play_weak(void);
void play_cycles(void);
void play_deferred(void);
void play_saved(void);
void play_frozen(void);
void play_automatic(void);
void play_raw(void);
void play_recorded(void);
void play_two_heaps(void);

#endif
