/* SPDX-License-Identifier: MIT */
/* model.h: a real heap and its mirror. Every operation is done to both; what the heap reports is held against the mirror.
 *
 *   model_oracle   what must happen, on arrays
 *   model_kinds    the kinds of object, and how their slots are written
 *   model_heap     one operation, on both
 *   model_containers, model_generator, model_weak_dict   the operations of the ready-made containers
 *   model_events   what the library calls: finalize, destroy, weak callbacks, start and stop
 *   model_collect  collections, explicit and automatic
 *   model_check    the two compared
 *   model_random_operations, model_behaviour   which operation next: of the program, of user code
 *   model_run      one graph from one seed */
#ifndef TESTS_MODEL_MODEL_H
#define TESTS_MODEL_MODEL_H

#include "tests/model/model_kinds.h"
#include "tests/model/model_oracle.h"
#include "tests/model/model_random.h"

/* What a run of graphs is about. */
struct model_flavour {
    const char *name;
    bool has_user_code;    /* finalizers and weak callbacks */
    bool is_automatic;     /* collections start by themselves, at CPython's pace with small thresholds */
    bool has_large;        /* some objects of up to megabytes */
    int operations;
    int nodes_max;         /* alive at a time */
    uint32_t check_level;
    uint32_t defer;
};

/* What the mirror knows of a node beside its part in the graph. */
struct model_item {
    void *object;
    enum model_kind kind;
    enum model_variant variant;
    bool newborn;        /* made since the last collection: plain stores are allowed */
    int context;         /* of a weak reference with a callback: the node that it was given */
    int pins;            /* holds that are not for user code to drop: an operation is at work on the object */
    bool is_entry;       /* an ephemeron of a weak dictionary: no program can get at it */
    bool is_cleaned;     /* a generator whose clean-up has run without its finalizer */
    int destroyed;       /* how often destroy was reported */
};

/* The collection under way. */
struct model_collection {
    bool is_active;
    bool is_second_done; /* the second look has been taken */
    int generation;
    int candidates, condemned, doomed;
};

struct model {
    const struct model_flavour *flavour;
    gc_heap *heap;
    gc_type *types[KIND_COUNT][VARIANT_COUNT];
    struct oracle oracle;
    struct model_item *items; /* as many as the oracle has capacity for */
    int item_capacity;
    struct model_random random;
    uint64_t seed;
    int operation;            /* number of the one under way */
    struct model_collection collection;
    bool is_observed;         /* start and stop callbacks are registered */
    bool may_collect;         /* a collection may start now */
    bool is_closing;
    bool is_disabled;         /* automatic collections are, for now */
    int starts;               /* collections so far */
    int depth;                /* of user code: never above 1 */
    int self;                 /* the node whose finalizer or callback runs, or ORACLE_NONE */
    int creations_left;       /* by user code */
    int last_callback;        /* newest to oldest: the number of the last weak reference called */
    int last_callback_target;
    int finishing;            /* the generator that an operation closes or lets end, or ORACLE_NONE */
    int clean_ups;            /* that have run in that operation */
    int yielded;              /* the node that a resumed generator has stopped with */
    bool has_failed;
    char failure[400];
};

/* The model whose heap is in use: what a destroy function finds its mirror by. */
extern struct model *model_current;

/* Records the first failure, and prints it at once with the seed. */
void model_fail(struct model *model, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line of what is done, on standard error, when LIBGC_TRACE is set. */
void model_trace(const struct model *model, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* model_run.c: runs one graph; returns whether everything was as it must be. */
bool model_run(const struct model_flavour *flavour, uint64_t seed);

/* model_heap.c: one operation on the heap and on the mirror. Numbers are live nodes that the program can reach. */
struct oracle_node *model_node(struct model *model, int number);
int model_create(struct model *model, enum model_kind kind, enum model_variant variant, int slots, size_t bytes);
/* A node for an object that the heap has handed out: no reports, so many empty slots. */
int model_adopt(struct model *model, void *object, enum model_kind kind, int slots);
void model_hold(struct model *model, int number);
void model_drop(struct model *model, int number);
/* A hold for as long as an operation works on the object, as a program has one that does not trust what may run meanwhile. */
void model_pin(struct model *model, int number);
void model_unpin(struct model *model, int number);
void model_set(struct model *model, int number, int slot, int target);
void model_move(struct model *model, int number, int slot, int target);
void model_give(struct model *model, int number, int slot, int target);
void model_hide(struct model *model, int number, int target);
void model_resize(struct model *model, int number, int slots);

/* model_containers.c */
int model_container_create(struct model *model);
/* Stores; or takes out an entry where a slot is not for storing. */
void model_container_set(struct model *model, int number, int slot, int target);
void model_container_change(struct model *model);
/* Something that the program has come to own from a call: nobody else's to drop, until model_container_taken drops it or keeps it. */
void model_container_take(struct model *model, int target);
void model_container_taken(struct model *model, int target);
int model_container_pin_slots(struct model *model, int number, int *pinned);
void model_container_unpin(struct model *model, const int *pinned, int count);
/* Whether the node hashes by identity; a tuple hashes by what is in it. */
bool model_container_may_be_key(struct model *model, int number);

/* model_weak_dict.c: at no depth of user code. */
void model_weak_dict_change(struct model *model, int number);

/* model_generator.c: at no depth of user code. */
gc_generator *model_generator_make(struct model *model, bool has_clean_up, int slots);
void model_generator_next(struct model *model, int number);
void model_generator_close(struct model *model, int number);
/* model_events.c */
void model_on_clean_up(gc_generator *generator);

/* model_weak.c */
int model_weak_create(struct model *model, int target, bool has_callback, int context);
int model_ephemeron_create(struct model *model, int key, int value);
void model_weak_take(struct model *model, int weak);
void model_weak_check(struct model *model, int weak, bool is_exact);

/* model_state.c */
void model_track(struct model *model, int number, bool tracked);
void model_freeze(struct model *model, bool frozen);
void model_immortalize(struct model *model, int number);

/* model_collect.c */
void model_collect(struct model *model, int generation);
void model_collection_start(struct model *model, int generation);
void model_second_look(struct model *model);
void model_collection_stop(struct model *model, const gc_collect_info *info);
void model_on_collect(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context);
/* Around a call that may collect by itself. */
struct model_creation {
    int starts;         /* collections before it */
    int due_generation; /* what CPython's rule collects in it, or -1 */
};
struct model_creation model_creation_begin(struct model *model);
void model_creation_end(struct model *model, struct model_creation creation);

/* model_events.c: the rest is in model_kinds.h */
void model_on_weak(gc_weak *weak, void *context);
/* After a change of the mirror: nobody may be left dying once the library has returned to the program. */
void model_quiesce(struct model *model);

/* model_check.c */
void model_check(struct model *model);

/* model_random_operations.c */
void model_operate(struct model *model);
/* model_behaviour.c: what a finalizer or a weak callback does. */
void model_behave(struct model *model);

/* model_pick.c: random nodes among those that the program can reach (oracle_reach comes first); ORACLE_NONE if there is none. */
int model_pick(struct model *model);
int model_pick_held(struct model *model);
int model_pick_kind(struct model *model, enum model_kind kind);
/* One that a weak reference or an ephemeron may watch. */
int model_pick_target(struct model *model);
/* A container that can be changed by more than storing into a slot. */
int model_pick_container(struct model *model);
/* One with slots to store into. */
int model_pick_owner(struct model *model);
int model_pick_slot(struct model *model, int number);
/* A reachable node that may be stored in the slot. */
int model_pick_for_slot(struct model *model, int number, int slot);
int model_live_count(const struct model *model);
enum model_kind model_pick_creation(struct model *model, enum model_variant *variant);

#endif
