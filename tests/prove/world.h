/* SPDX-License-Identifier: MIT */
/* world.h: one case in a heap and in the rules at once. Every operation is done to both, so that whatever the heap reports can be held
 * against the rules the moment it comes. Several worlds share a lab, a heap that outlives them; nothing leads from one to another. */
#ifndef TESTS_PROVE_WORLD_H
#define TESTS_PROVE_WORLD_H

#include "tests/prove/plan.h"
#include "tests/prove/rules.h"

#include <libgc.h>

enum { WORLD_LEAN = 5, WORLD_STORED = 5, WORLD_RING = 6, WORLD_REFERENCES = 7, WORLD_WEAK = 7, LAB_WORLDS = 128 };

struct world;

/* Who an object is. Weak callbacks get it as their context. */
struct tag {
    struct world *world;
    int number;
};

struct node {
    gc_object gc;
    struct tag tag;
    void *reference[WORLD_REFERENCES]; /* fields 0 to 6 of the rules */
    gc_weak *weak[PLAN_WEAKS];         /* fields 7 and 8 */
};

/* The beginning of a node: enough for simple graphs, and faster. */
struct lean_node {
    gc_object gc;
    struct tag tag;
    void *reference[WORLD_LEAN];
};

struct world {
    struct rules rules;
    struct plan plan;
    uint64_t number;                 /* of the case */
    void *address[RULES_THINGS];
    struct tag tags[RULES_THINGS];
    int weak[PLAN_WEAKS];            /* the things that the plan's weak references are */
    uint8_t behaviour[RULES_THINGS]; /* of a finalizer, or of a callback: see behaviour.h */
    rules_set before;                /* things that were alive when the operation under way began */
    rules_set seen_gone;             /* things that were looked for in vain */
    struct lab *lab;
    char message[240];               /* "" until something was wrong */
};

/* Types by what they have, or-ed. Large ones have slots of which a slab holds few. */
enum { LAB_DESTROY = 1, LAB_FINALIZER = 2, LAB_LEAN = 4, LAB_LARGE = 8, LAB_TYPES = 16 };

struct lab {
    gc_heap *heap;
    gc_type *types[LAB_TYPES];
    struct world worlds[LAB_WORLDS];
    int world_count;
    unsigned size;          /* of the objects of these worlds: LAB_LEAN, LAB_LARGE, or-ed */
    bool spoilt;            /* something was wrong: nothing more is compared, and the heap is abandoned */
    bool checked;           /* the heap keeps freed slots out of use */
    bool trace;
    struct world *busy;     /* whose user code runs */
    bool has_collected;     /* an automatic collection has ended, */
    int chosen;             /* of this generation */
    uint64_t in_order, out_of_order; /* worlds whose addresses came out as planned, and not */
};

/* Returns false, with a line on standard error, if there is no heap. */
bool lab_open(struct lab *lab, bool trace);
/* Returns a sentence about what was wrong, or NULL. */
const char *lab_close(struct lab *lab);
/* Opens another heap and leaves the old one, which is not to be trusted. */
bool lab_abandon(struct lab *lab);

/* Collects generations 0 to `generation` and asks the rules of every world. An automatic one is started by creating objects in the first
 * world, and the heap must choose that generation. */
void lab_collect(struct lab *lab, int generation);
void lab_collect_automatically(struct lab *lab, int generation);

/* A new object as the worlds in the lab have them, of a type as LAB_TYPES says; NULL if there is no memory. */
struct node *lab_create(struct lab *lab, unsigned type);

/* Empties a world for the plan that is in it, whose nodes and weak references have the first numbers. */
void world_start(struct world *world, struct lab *lab, uint64_t number);

/* Says that something is wrong. The first message of a world is kept. */
void world_fail(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A line of the trace, where one was asked for. */
#define world_trace(world, ...)                  \
    do {                                         \
        if (__builtin_expect((world)->lab->trace, 0)) \
            world_say(__VA_ARGS__);              \
    } while (0)
void world_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Verifies the heap, and compares everything that is known of the things of all worlds with the rules. What weak references yield is
 * looked at only when asked for, since that takes and drops references. */
void lab_compare(struct lab *lab, bool weaks_too);

/* Whether an object's fields are as the rules have them; whether they are all empty. */
bool world_is_intact(const struct world *world, int thing);
bool world_is_empty(const struct world *world, int thing);

/* Looks for what has gone since the last time. */
void world_see_gone(struct world *world);

/* Both make a thing of that number, or of the next for RULES_NONE, which the program holds, and return its number; RULES_NONE if that
 * failed. A weak reference may turn out to be one that was there; its context is an object to be held, or RULES_NONE. */
int world_create(struct world *world, int thing, unsigned kinds, int behaviour);
int world_watch(struct world *world, int thing, int target, enum plan_weak_kind kind, int context);

void world_hold(struct world *world, int thing);
void world_drop(struct world *world, int thing);
/* The reference in a field of an object; RULES_NONE for none. */
void world_set(struct world *world, int thing, int field, int to);
void world_move(struct world *world, int thing, int field, int from);
/* What a weak reference yields, held. */
int world_take(struct world *world, int weak);

#endif
