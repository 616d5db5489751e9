/* SPDX-License-Identifier: MIT */
/* support.h: what the tests of the interface share: a heap that nothing collects unasked, a node that tells when it is
 * finalized and destroyed, and a record of what was told, in order.
 *
 * Every test ends with close_heap: Criterion ignores an assertion that fails in a `.fini` function, so the balance is
 * checked in the body. All state here is the process's; Criterion runs each test in a process of its own. */
#ifndef LIBGC_TESTS_SUPPORT_H
#define LIBGC_TESTS_SUPPORT_H

#include <criterion/criterion.h>
#include <libgc.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The defaults, but without automatic collections: a test says when. Where LIBGC_STRESS asks for collections they come. */
gc_settings quiet_settings(void);
/* The same without checks and stress, also where the environment asks for them: for tests of size, and of memory. */
gc_settings unchecked_settings(void);

/* Never NULL. */
gc_heap *open_heap(void);
gc_heap *open_heap_with(const gc_settings *settings);

/* Asserts that the heap is whole, closes it, and asserts that nothing was left. */
void close_heap(gc_heap *heap);
void assert_whole(gc_heap *heap);

/* Objects alive in the heap, of every kind. */
size_t objects_in(gc_heap *heap);

/* n, or a hundredth of it in a heap whose checks make each step dear; of that a tenth where LIBGC_STRESS asks for collections. */
size_t fewer_when_checked(size_t n);
/* n, or a fiftieth of it where LIBGC_STRESS asks for collections. */
size_t scaled(size_t n);

/* A node. `node` has no functions at all, so nothing of a collection of nodes is user code; `watched` records
 * 'f' when it is finalized and 'd' when it is destroyed. */
struct node {
    gc_object gc;
    struct node *left, *right, *third;
    gc_weak *weak;
    gc_ephemeron *ephemeron;
    void (*finalize)(struct node *self); /* what the finalizer of a watched node does when it has recorded; or NULL */
    int id;
};

extern const gc_type_info node_info, watched_info;

/* A new node of the heap, owned by the caller. The types are registered when first asked for. */
struct node *node_new(gc_heap *heap, int id);
struct node *watched_new(gc_heap *heap, int id);
struct node *watched_with(gc_heap *heap, int id, void (*finalize)(struct node *self));

/* Makes the nodes a ring through `left` and gives up the caller's references: garbage, if nothing else holds it. */
void drop_as_ring(struct node **nodes, size_t n);
/* A ring of `n` watched nodes with ids from `first_id`, already dropped. */
void make_garbage_ring(gc_heap *heap, int first_id, size_t n);

/* An object that can be in no cycle; records 'd'. */
struct leaf {
    gc_object gc;
    int id;
};

extern const gc_type_info leaf_info;
struct leaf *leaf_new(gc_heap *heap, int id);

/* As many references as one likes, to anything. */
struct list {
    gc_object gc;
    size_t count;
    void *items[];
};

extern const gc_type_info list_info;
struct list *list_new(gc_heap *heap, size_t n);

/* The record: events such as "f1 f2 d1", a letter and a number each. Beyond its capacity it only counts. */
void record(char what, int id);
const char *recorded(void);
size_t times_recorded(char what);
/* The first place of an event in the record, counted from 0; -1: not there. */
int place_of(char what, int id);
void forget_record(void);

/* Records 'w' and the number in `context`; asserts that the weak reference is already empty. */
void record_weak(gc_weak *weak, void *context);
/* A number as the context of record_weak. */
static inline void *as_context(intptr_t id)
{
    return (void *)id;
}

/* For finalizers that keep something: one owned reference each. */
extern void *kept[8];
/* Retains into the first empty place. */
void keep(void *object);
/* Releases all of them. */
void drop_kept(void);

/* Whether the weak reference still yields its target. */
bool weak_alive(const gc_weak *weak);

#endif
