/* SPDX-License-Identifier: MIT */
/* world.h: a heap and its mirror, for programs that are bytes.
 *
 * The mirror is a graph of numbered nodes, each with the count of its references. Every operation changes the mirror first and then
 * calls the library, so that what the library reports from inside a call (finalizers, destroys, weak callbacks, collections) finds the
 * mirror as it must be. A death by count is followed at once and to its end, where the library may still be at it: so user code that
 * looks at what is dying is allowed either answer, and everything is settled when the library has returned to the program.
 * A collection is worked out when it starts, by plain reachability, and looked at again as late as can be.
 *
 *   world_graph     counts and deaths in the mirror
 *   world_collect   a collection in the mirror
 *   world_events    what the library calls
 *   world_check     heap and mirror compared
 *   world_kinds     what an object is by its kind
 *   operate_*       the operations */
#ifndef TESTS_FUZZ_WORLD_H
#define TESTS_FUZZ_WORLD_H

#include "tests/model/model_kinds.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NONE = -1, NODE_SLOTS = 24, WORLD_NODES = 128, WORLD_REGISTERS = 8, WORLD_BLOCKS = 4, WORLDS = 3 };

/* Kinds beside those of the models: atoms, dictionaries with a weak side, and the entries of those, which nobody sees. */
enum world_kind {
    KIND_SHARED_END = KIND_WEAK_DICT, /* the model's kinds before this one, then the mirror's own */
    KIND_STRING = KIND_SHARED_END,
    KIND_BYTES,
    KIND_INTEGER,
    KIND_FLOAT,
    KIND_WEAK_KEYS,
    KIND_WEAK_VALUES,
    KIND_ENTRY
};

enum node_state {
    NODE_FREE,
    NODE_LIVE,
    NODE_GONE /* dead by the mirror, its number not used again before the library has returned */
};

struct node {
    void *object;
    int value;              /* of an atom; of a generator, how often its code has run */
    int count;              /* references to it */
    int outside;            /* of these, in a collection, those from outside the set in question */
    int slots[NODE_SLOTS];  /* references that the collector sees; of a table of weak entries, the entries */
    int hidden;             /* one that it does not see, or that is in no cycle: the name of a function */
    int target;             /* of a weak reference */
    int key;                /* of an ephemeron, or an entry */
    int table;              /* of an entry: where it is */
    int context;            /* of a weak reference with a callback: the object that it was given */
    uint8_t kind, state, slot_count;
    int8_t generation;      /* -1: untracked; 3: frozen */
    bool has_finalizer, finalized;
    bool is_cleaned;        /* a generator whose clean-up has run in a call of the program's */
    bool is_reported;       /* its destroy is */
    bool is_awaited;        /* it is dead, and its destroy is yet to come */
    bool is_immortal;
    bool is_saved;          /* GC_DEBUG_SAVE_ALL holds it */
    bool is_queued;         /* its finalizer waits, and the queue holds it */
    bool is_newborn;        /* since the last collection */
    bool is_watched;        /* weak references or ephemerons have been made of it */
    bool is_interned;       /* a string */
    bool is_unshared;       /* a weak reference with a callback, run or not */
    bool has_callback, callback_due;
    bool is_candidate, is_condemned, is_reached;
};

/* The bytes of a program; zeros follow their end. */
struct code {
    const uint8_t *next, *end;
};

struct world {
    gc_heap *heap;
    struct code *code;
    gc_type *types[KIND_WEAK][VARIANT_COUNT];
    struct node nodes[WORLD_NODES];
    int node_end;                   /* numbers from here on have never been used */
    int free_numbers[WORLD_NODES], free_count;
    int gone[WORLD_NODES], gone_count;
    int registers[WORLD_REGISTERS]; /* the program's variables: each owns a reference, or is NONE */
    void *blocks[WORLD_BLOCKS];     /* raw memory */
    size_t block_bytes[WORLD_BLOCKS];
    int index;                      /* of this world */
    size_t range_bytes;
    int depth;                      /* of user code: never above 1 */
    int self;                       /* the node whose finalizer runs, or NONE */
    int finishing;                  /* the generator that an operation runs, or NONE */
    int sent;                       /* what that is sent, or NONE */
    int text_table, text_key;       /* the dictionary that a text is about to be a key of, and a string like it; or NONE */
    int text_value;                 /* what user code has put there meanwhile, held; or NONE */
    int immortals;                  /* made by the program */
    ptrdiff_t external;
    uint32_t defer;                 /* enum gc_defer */
    int queued;                     /* objects whose finalizers wait */
    bool is_running_queued;
    bool is_closing;
    bool is_saving;                 /* what is found is kept: GC_DEBUG_SAVE_ALL */
    bool is_unsettled;              /* a finalizer or a callback is due */
    bool has_weak_dict;             /* ever: the library keeps entries that are gone for a while, and counts them */
    bool is_collecting, is_second_done, is_check_due;
    int generation, candidates, condemned, doomed; /* of the collection under way, or of the last */
    int half_made;                  /* objects that the call under way may have made, and that the mirror does not know */
    uint64_t starts;
    int64_t thresholds[3], counts[3]; /* as gc_get_thresholds and gc_get_counts say; of the latter, not the first */
    uint64_t collections[3];        /* of each generation, that the library has told of */
    uint32_t debug;
    bool is_enabled;                /* automatic collections are */
    uint64_t operations;
    int verify_every;               /* so many collections the whole heap is verified */
    int verify_left;
    size_t leaked;                  /* objects that closing has reported */
};

extern struct world worlds[WORLDS];

/* The fault of this run: prints it, with what was being done, and ends the process. */
void world_fail(const struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));
/* What an operation does, which is counted; and what the library does: a line on standard error when LIBGC_TRACE is set. */
void world_does(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Fails unless what a call about a node has given is right. */
void world_expect(struct world *world, bool is_right, const char *call, int number);
void world_trace(const struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *world_kind_name(int kind);

static inline uint8_t code_byte(struct code *code)
{
    return code->next < code->end ? *code->next++ : 0;
}

static inline struct node *world_node(struct world *world, int number)
{
    return &world->nodes[number];
}

static inline bool node_is_ephemeron(const struct node *node)
{
    return node->kind == KIND_EPHEMERON || node->kind == KIND_ENTRY;
}

static inline bool node_is_weak_dict(const struct node *node)
{
    return node->kind == KIND_WEAK_KEYS || node->kind == KIND_WEAK_VALUES;
}

/* Whether instances are in no cycle, by their type. */
static inline bool kind_is_acyclic(int kind)
{
    return kind < KIND_SHARED_END ? model_kinds[kind].is_acyclic : kind <= KIND_FLOAT;
}

/* world_graph.c. A new live node with one reference, the caller's; there is always one left after world_has_room. */
bool world_has_room(const struct world *world);
int world_add(struct world *world, void *object, int kind, int slots);
void world_up(struct world *world, int number);
void world_down(struct world *world, int number);
/* Writes a slot: the reference to `target` is a new one, and the old one is dropped. */
void world_store(struct world *world, int number, int slot, int target);
void world_insert(struct world *world, int number, int at, int target);
/* Takes slots out; the references that were there are the caller's, in `taken` where that is not NULL, else dropped. */
void world_remove(struct world *world, int number, int at, int count, int *taken);
/* Weak references to it are cleared, and told when asked for; ephemerons of it let go. */
void world_unwatch(struct world *world, int number, bool is_told);
/* Nothing may be left over once the library has returned to the program. */
void world_quiesce(struct world *world);

/* The real ones with the mirror. */
void world_hold(struct world *world, int number);
void world_drop(struct world *world, int number);
/* Gives up what was saved. */
void world_drop_saved(struct world *world);
/* A register comes to own a reference of the caller's; what it owned is dropped. */
void world_keep(struct world *world, int reg, int number);

/* world_collect.c */
void world_collect_start(struct world *world, int generation);
void world_second_look(struct world *world);
void world_collect_stop(struct world *world, const gc_collect_info *info);
/* Its finalizer waits from now on. */
void world_queue(struct world *world, int number);

/* world_events.c */
void world_on_collect(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context);
void world_on_weak(gc_weak *weak, void *context);
void world_on_clean_up(gc_generator *generator);
void world_on_leak(void *context, const char *type_name, size_t objects, size_t bytes);
void world_on_line(void *context, const char *line);
/* Runs the finalizers that wait: where nothing is deferred, none. */
void world_run_queued(struct world *world);

/* world_check.c */
void world_check(struct world *world, bool is_whole);

/* world_kinds.c: the object is of the kind of its node, by its name, by its type, by every test that the headers have; and an atom has
 * its value. */
void world_check_kind(struct world *world, int number);
/* What is in a string or a gc_bytes, by its node. */
struct atom_text {
    char bytes[16];
    size_t length;
};
struct atom_text atom_text_of(const struct node *node);

/* world_open.c: opens a heap, with settings of that number, and its mirror; closes them, both empty. */
void world_open(struct world *world, int index, int profile, struct code *code);
void world_close(struct world *world);

/* operate.c: one operation, of the program or of user code. */
void operate(struct world *world);

/* Operands, for the operations. The node in a register, or NONE; in user code the last register is the object itself. */
int operand(const struct world *world, unsigned reg);
/* The first node of such kinds in that register or one behind it, or NONE. */
int operand_of_kind(const struct world *world, unsigned reg, uint64_t kinds);
#define KIND_BIT(kind) (UINT64_C(1) << (kind))
#define KINDS_WITH_SLOTS                                                                                                   \
    ((KIND_BIT(KIND_SHARED_END) - 1) & ~(KIND_BIT(KIND_LEAF) | KIND_BIT(KIND_WEAK) | KIND_BIT(KIND_EPHEMERON) | KIND_BIT(KIND_TUPLE) | \
                                    KIND_BIT(KIND_SET)))
/* The next byte as two numbers. */
struct pair_of_numbers {
    unsigned low, high;
};
static inline struct pair_of_numbers code_pair(struct code *code)
{
    uint8_t byte = code_byte(code);
    return (struct pair_of_numbers){ byte & 15u, byte >> 4 };
}
/* A slot of a node, or NONE when it has none that can be stored into. */
int operand_slot(struct world *world, int number, unsigned choice);
/* The object of a node, NULL for NONE. */
static inline void *world_object(const struct world *world, int number)
{
    return number == NONE ? NULL : world->nodes[number].object;
}
void *world_load(struct world *world, int number, int slot);
/* The node of an object that may be another's too, as interned and immortal ones are; NONE: it is new, or gone for the mirror. */
int world_find_object(struct world *world, const void *object, bool *is_gone);

/* operate_objects.c */
void operate_create(struct world *world);
void operate_store(struct world *world);
void operate_clear(struct world *world);
void operate_load(struct world *world);
void operate_copy(struct world *world);
void operate_release(struct world *world);
void operate_move(struct world *world);
void operate_give(struct world *world);
void operate_hide(struct world *world);
void operate_resize(struct world *world);

/* operate_weak.c */
void operate_weak(struct world *world);
void operate_weak_callback(struct world *world);
void operate_ephemeron(struct world *world);
void operate_weak_get(struct world *world);
void operate_weak_field(struct world *world);
void operate_weak_dict(struct world *world);

/* operate_containers.c */
void operate_container(struct world *world);
void operate_atom(struct world *world);
void operate_generator(struct world *world);
void operate_call(struct world *world);
/* A register comes to have a tuple of the items of a list. */
void world_tuple_of_list(struct world *world, int number, unsigned reg);

/* operate_lists.c */
void operate_list(struct world *world);
void operate_whole(struct world *world);

/* operate_tables.c: whether two nodes are one key; the slot of such a key, of one in so many slots, or NONE; whether one may be a key. */
bool node_is_same_key(struct world *world, int a, int b);
int node_find_key(struct world *world, int number, int key, int stride);
bool node_may_be_key(struct world *world, int number);
void operate_table(struct world *world);
void world_hold_text(struct world *world);

/* operate_ask.c */
void operate_ask(struct world *world);

/* operate_heap.c */
void operate_collect(struct world *world);
void operate_freeze(struct world *world);
void operate_track(struct world *world);
void operate_immortalize(struct world *world);
void operate_settings(struct world *world);
void operate_memory(struct world *world);
void operate_refused(struct world *world);
void operate_look(struct world *world);

#endif
