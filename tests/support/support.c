/* SPDX-License-Identifier: MIT */
/* support.c: see support.h. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

gc_settings quiet_settings(void)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = settings.stress > 0;
    return settings;
}

gc_settings unchecked_settings(void)
{
    gc_settings settings = quiet_settings();
    settings.check_level = settings.automatic = settings.stress = 0;
    return settings;
}

gc_heap *open_heap(void)
{
    gc_settings settings = quiet_settings();
    return open_heap_with(&settings);
}

gc_heap *open_heap_with(const gc_settings *settings)
{
    gc_heap *heap = gc_heap_open(settings);
    cr_assert_not_null(heap, "no heap");
    return heap;
}

void assert_whole(gc_heap *heap)
{
    const char *fault = gc_heap_verify(heap);
    cr_assert_null(fault, "the heap is not whole: %s", fault);
}

void close_heap(gc_heap *heap)
{
    assert_whole(heap);
    size_t left = gc_heap_close(heap);
    cr_assert_eq(left, 0, "%zu objects were left", left);
}

size_t objects_in(gc_heap *heap)
{
    gc_stats stats;
    gc_get_stats(heap, &stats);
    return stats.objects;
}

size_t fewer_when_checked(size_t n)
{
    gc_settings settings = quiet_settings();
    return (settings.check_level > 0 ? n / 100 : n) / (settings.stress > 0 ? 10 : 1);
}

size_t scaled(size_t n)
{
    return quiet_settings().stress > 0 ? n / 50 : n;
}

static void finalize_watched(void *object)
{
    struct node *self = object;
    record('f', self->id);
    if (self->finalize)
        self->finalize(self);
}

static void destroy_watched(void *object)
{
    record('d', ((struct node *)object)->id);
}

static void destroy_leaf(void *object)
{
    record('d', ((struct leaf *)object)->id);
}

const gc_type_info node_info =
    GC_TYPE_INFO(struct node, GC_REFS(left, right, third), GC_WEAKS(weak), GC_EPHEMERONS(ephemeron));
const gc_type_info watched_info =
    GC_TYPE_INFO(struct node, GC_REFS(left, right, third), GC_WEAKS(weak), GC_EPHEMERONS(ephemeron),
                 GC_FINALIZE(finalize_watched), GC_DESTROY(destroy_watched));
const gc_type_info leaf_info =
    GC_TYPE_INFO(struct leaf, GC_TYPE_FLAGS(GC_ACYCLIC), GC_DESTROY(destroy_leaf));
const gc_type_info list_info = GC_TYPE_INFO(struct list, GC_REF_FLEX(items, count));

static gc_type *registered(gc_heap *heap, const gc_type_info *info)
{
    gc_type *type = gc_type_register(heap, info);
    cr_assert_not_null(type, "%s", gc_last_error_message(heap));
    return type;
}

struct node *node_new(gc_heap *heap, int id)
{
    struct node *node = gc_create(struct node, registered(heap, &node_info));
    cr_assert_not_null(node);
    node->id = id;
    return node;
}

struct node *watched_new(gc_heap *heap, int id)
{
    struct node *node = gc_create(struct node, registered(heap, &watched_info));
    cr_assert_not_null(node);
    node->id = id;
    return node;
}

struct node *watched_with(gc_heap *heap, int id, void (*finalize)(struct node *self))
{
    struct node *node = watched_new(heap, id);
    node->finalize = finalize;
    return node;
}

struct leaf *leaf_new(gc_heap *heap, int id)
{
    struct leaf *leaf = gc_create(struct leaf, registered(heap, &leaf_info));
    cr_assert_not_null(leaf);
    leaf->id = id;
    return leaf;
}

struct list *list_new(gc_heap *heap, size_t n)
{
    struct list *list = gc_create_flex(struct list, registered(heap, &list_info), n);
    cr_assert_not_null(list);
    return list;
}

void drop_as_ring(struct node **nodes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        gc_set(&nodes[i]->left, nodes[(i + 1) % n]);
    for (size_t i = 0; i < n; i++)
        gc_release(nodes[i]);
}

void make_garbage_ring(gc_heap *heap, int first_id, size_t n)
{
    struct node *first = watched_new(heap, first_id), *last = first;
    for (size_t i = 1; i < n; i++) {
        struct node *next = watched_new(heap, first_id + (int)i);
        gc_set(&last->left, next);
        last = next;
        gc_release(next);
    }
    gc_set(&last->left, first);
    gc_release(first);
}

/* The record. */
static char events[1 << 16];
static size_t events_length;
static bool events_full;
static size_t event_counts[256];

void record(char what, int id)
{
    event_counts[(unsigned char)what]++;
    if (events_full || events_length + 16 > sizeof events) {
        events_full = true;
        return;
    }
    const char *gap = events_length ? " " : "";
    int written = snprintf(events + events_length, sizeof events - events_length, "%s%c%d", gap, what, id);
    events_length += (size_t)written;
}

const char *recorded(void)
{
    return events;
}

size_t times_recorded(char what)
{
    return event_counts[(unsigned char)what];
}

int place_of(char what, int id)
{
    char event[16];
    size_t length = (size_t)snprintf(event, sizeof event, "%c%d", what, id);
    int place = 0;
    for (const char *at = events; *at; place++) {
        size_t word = strcspn(at, " ");
        if (word == length && memcmp(at, event, length) == 0)
            return place;
        at += word + (at[word] == ' ');
    }
    return -1;
}

void forget_record(void)
{
    events_length = 0;
    events[0] = '\0';
    events_full = false;
    memset(event_counts, 0, sizeof event_counts);
}

void record_weak(gc_weak *weak, void *context)
{
    record('w', (int)(intptr_t)context);
    cr_assert_null(gc_weak_get(weak), "a callback found the target still there");
}

void *kept[8];

void keep(void *object)
{
    size_t place = 0;
    while (place < 8 && kept[place])
        place++;
    cr_assert_lt(place, 8);
    kept[place] = gc_retain(object);
}

void drop_kept(void)
{
    for (size_t i = 0; i < 8; i++)
        gc_clear(&kept[i]);
}

bool weak_alive(const gc_weak *weak)
{
    void *target = gc_weak_get(weak);
    gc_release(target);
    return target != NULL;
}
