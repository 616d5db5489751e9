/* SPDX-License-Identifier: MIT */
/* listgc_list.h: the head before each object, and the circular lists that heads make. Only listgc.c includes it.
 *
 * A word of a head carries more than a link: the lowest bit of `next` says that the object has been found unreachable; the lowest two
 * of `prev` that its finalizer has run, and that it is part of the collection under way. While a collection looks for garbage, `prev`
 * has a copy of the object's count in place of the link. */
#ifndef BENCH_PEERS_LISTGC_LIST_H
#define BENCH_PEERS_LISTGC_LIST_H

#include "listgc.h"

#define NEXT_UNREACHABLE ((uintptr_t)1)
#define PREV_FINALIZED ((uintptr_t)1)
#define PREV_COLLECTING ((uintptr_t)2)
#define PREV_FLAGS (PREV_FINALIZED | PREV_COLLECTING)
#define REFS_SHIFT 2

struct head {
    uintptr_t next, prev; /* next: 0 in no list */
};

static inline struct head *head_of(const listgc_object *object)
{
    return (struct head *)object - 1;
}

static inline listgc_object *object_of(struct head *head)
{
    return (listgc_object *)(head + 1);
}

static inline struct head *next_of(const struct head *head)
{
    return (struct head *)head->next;
}

static inline struct head *prev_of(const struct head *head)
{
    return (struct head *)(head->prev & ~PREV_FLAGS);
}

static inline void set_prev(struct head *head, const struct head *prev)
{
    head->prev = (head->prev & PREV_FLAGS) | (uintptr_t)prev;
}

static inline void list_init(struct head *list)
{
    list->next = list->prev = (uintptr_t)list;
}

static inline bool list_is_empty(const struct head *list)
{
    return next_of(list) == list;
}

static inline void list_append(struct head *list, struct head *head)
{
    struct head *last = (struct head *)list->prev;
    last->next = (uintptr_t)head;
    set_prev(head, last);
    head->next = (uintptr_t)list;
    list->prev = (uintptr_t)head;
}

static inline void list_remove(struct head *head)
{
    struct head *prev = prev_of(head), *next = next_of(head);
    prev->next = (uintptr_t)next;
    set_prev(next, prev);
}

static inline void list_move(struct head *list, struct head *head)
{
    list_remove(head);
    list_append(list, head);
}

/* All of `from` to the end of `to`. */
static inline void list_merge(struct head *from, struct head *to)
{
    if (!list_is_empty(from)) {
        struct head *last = prev_of(to), *first_new = next_of(from), *last_new = prev_of(from);
        last->next = (uintptr_t)first_new;
        set_prev(first_new, last);
        last_new->next = (uintptr_t)to;
        to->prev = (uintptr_t)last_new;
    }
    list_init(from);
}

static inline size_t list_size(const struct head *list)
{
    size_t size = 0;
    for (const struct head *head = next_of(list); head != list; head = next_of(head))
        size++;
    return size;
}

static inline bool is_collecting(const struct head *head)
{
    return (head->prev & PREV_COLLECTING) != 0;
}

static inline intptr_t refs_of(const struct head *head)
{
    return (intptr_t)(head->prev >> REFS_SHIFT);
}

static inline void set_refs(struct head *head, intptr_t refs)
{
    head->prev = (head->prev & PREV_FLAGS) | ((uintptr_t)refs << REFS_SHIFT);
}

#endif
