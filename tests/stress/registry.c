/* SPDX-License-Identifier: MIT */
/* registry.c: a program whose finalizers change what the program is just working on: lists, tables, weak references. It creates too
 * little for a collection to come by itself in the middle of anything; under stress one comes everywhere. plants.py runs it with
 * faults in the library. Exit status 0: all was as it should be. */
#include <libgc.h>

#include <stdio.h>
#include <stdlib.h>

struct entry {
    gc_object gc;
    struct entry *self, *target;
    void (*finalize)(void);
};

static void entry_finalize(void *object)
{
    struct entry *entry = object;
    if (entry->finalize)
        entry->finalize();
}

static const gc_type_info entry_info = GC_TYPE_INFO(struct entry, GC_REFS(self, target), GC_FINALIZE(entry_finalize));

static gc_heap *heap;
static gc_type *type;
static gc_list *list;
static gc_dict *dict;
static struct entry *holder;
static int added;

enum { STORED = 20, ADDED = 40, FIRST_STORED = 1000, FIRST_ADDED = 10000 };

#define must(condition) ((condition) ? (void)0 : failed(#condition, __LINE__))

static void failed(const char *condition, int line)
{
    fprintf(stderr, "registry.c:%d: %s does not hold (%s)\n", line, condition, heap ? gc_last_error_message(heap) : "");
    exit(1);
}

static struct entry *entry_new(void)
{
    struct entry *entry = gc_create(struct entry, type);
    must(entry);
    return entry;
}

/* Garbage, in a cycle, whose finalizer does something to what the program uses. */
static void leave(void (*finalize)(void))
{
    struct entry *entry = entry_new();
    entry->finalize = finalize;
    gc_set(&entry->self, entry);
    gc_release(entry);
}

static void lengthen_list(void)
{
    for (int i = 0; i < 100; i++)
        must(gc_list_append(list, NULL));
}

static void empty_list(void)
{
    gc_list_clear(list);
}

static void add_to_dict(void)
{
    for (int i = 0; i < ADDED; i++) {
        gc_integer *number = gc_integer_create(heap, FIRST_ADDED + added++);
        must(number && gc_dict_set(dict, number, number));
        gc_release(number);
    }
}

static void drop_target(void)
{
    gc_clear(&holder->target);
}

static void tuple_of_a_list(void)
{
    list = gc_list_of(heap, holder, holder, holder);
    leave(lengthen_list);
    gc_tuple *tuple = gc_tuple_from_list(list);
    must(tuple && gc_tuple_count(tuple) == gc_list_count(list));
    for (size_t i = 0; i < gc_tuple_count(tuple); i++)
        must(gc_tuple_get(tuple, i) == gc_list_get(list, i));
    gc_release(tuple);
    gc_collect(heap); /* what was not collected in the middle of it */
    gc_clear(&list);
}

static void insertion_into_a_list(void)
{
    list = gc_list_of(heap, holder, holder, holder, holder);
    leave(empty_list);
    bool inserted = gc_list_insert(list, 2, holder);
    must(inserted ? gc_list_get(list, 2) == holder : gc_last_error(heap) == GC_ERROR_CHANGED);
    must(gc_refcount(holder) == 1 + gc_list_count(list));
    gc_collect(heap); /* what was not collected in the middle of it */
    gc_clear(&list);
}

static void table_that_grows(void)
{
    dict = gc_dict_create(heap);
    added = 0;
    for (int i = 0; i < STORED; i++) {
        gc_integer *number = gc_integer_create(heap, FIRST_STORED + i);
        leave(add_to_dict);
        must(number && gc_dict_set(dict, number, number));
        gc_release(number);
    }
    gc_collect(heap);
    must(added == STORED * ADDED);
    must(gc_dict_count(dict) == STORED + STORED * ADDED);
    for (int i = 0; i < STORED + STORED * ADDED; i++) {
        gc_integer *key = gc_integer_create(heap, i < STORED ? FIRST_STORED + i : FIRST_ADDED + i - STORED);
        must(gc_dict_contains(dict, key));
        gc_release(key);
    }
    gc_clear(&dict);
}

static void weak_reference_to_what_goes(void)
{
    struct entry *target = entry_new();
    gc_move(&holder->target, &target);
    leave(drop_target);
    gc_weak *weak = gc_weak_create(holder->target, NULL, NULL);
    must(weak);
    struct entry *others[4]; /* one of them where the target was */
    for (int i = 0; i < 4; i++)
        others[i] = entry_new();
    void *there = gc_weak_get(weak);
    must(there == holder->target);
    gc_release(there);
    for (int i = 0; i < 4; i++)
        gc_release(others[i]);
    gc_release(weak);
    gc_collect(heap);
    gc_clear(&holder->target);
}

int main(void)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.check_level = 1;
    settings.quarantine_slots = 0; /* a slot that is freed is used again at once */
    heap = gc_heap_open(&settings);
    must(heap);
    type = gc_type_register(heap, &entry_info);
    for (int round = 0; round < 20; round++) {
        holder = entry_new();
        tuple_of_a_list();
        insertion_into_a_list();
        table_that_grows();
        weak_reference_to_what_goes();
        gc_clear(&holder);
        gc_collect(heap);
    }
    must(gc_heap_verify(heap) == NULL);
    gc_heap *last = heap;
    heap = NULL;
    must(gc_heap_close(last) == 0);
    return 0;
}
