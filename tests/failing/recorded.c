/* SPDX-License-Identifier: MIT */
/* recorded.c: a scenario of a checked heap with records, whose first look at the stack loads a library of the C library's with malloc. What
 * has no room for its record has none, and a heap without records does what it does with them. */
#include "stage.h"

enum { MOST = 40 };

/* What it visits is compared, where there is memory for that, each time it takes part in a collection. */
struct traversed {
    gc_object gc;
    struct item *first, *second;
};

static void visit_both(void *object, gc_visitor *visitor)
{
    struct traversed *self = object;
    gc_visit(visitor, &self->first);
    gc_visit(visitor, &self->second);
}

static void clear_both(void *object)
{
    struct traversed *self = object;
    gc_clear(&self->first);
    gc_clear(&self->second);
}

static const gc_type_info traversed_info = GC_TYPE_INFO(struct traversed, GC_TRAVERSE(visit_both), GC_CLEAR(clear_both));

static struct item *items[MOST];
static size_t lines;

static void items_as_they_were(void)
{
    for (uint64_t i = 0; i < MOST; i++)
        MUST(!items[i] || items[i]->id == i);
}

static void count_line(void *context, const char *line)
{
    (void)context;
    MUST(*line);
    lines++;
}

static void finalize(struct item *self)
{
    gc_release(gc_retain(self));
}

static void collect_traversed(void)
{
    gc_type *type;
    struct traversed *self;
    if (!DOES(type = gc_type_register(stage.heap, &traversed_info)) || !DOES(self = gc_create(struct traversed, type)))
        return;
    gc_set(&self->first, items[0]);
    gc_set(&self->second, items[2]);
    gc_collect(stage.heap);
    gc_release(self);
}

/* Every operation that is recorded, on objects of slabs far apart. */
static void work(void)
{
    struct text *far, *further;
    for (uint64_t i = 0; i < MOST; i++) {
        gc_weak *weak;
        if (!DOES(items[i] = item_new(i)))
            continue;
        items[i]->finalize = i % 2 ? finalize : NULL;
        if (DOES(weak = gc_weak_create(items[i], NULL, NULL)))
            gc_release(weak);
        if (i && items[i - 1])
            gc_set(&items[i]->left, items[i - 1]);
        struct item *again = gc_retain(items[i]);
        gc_move(&items[i]->right, &again);
    }
    if (DOES(far = gc_create_flex(struct text, stage.text, (size_t)20 << 20))) {
        if (DOES(further = gc_create_flex(struct text, stage.text, 100000)))
            gc_release(further);
        gc_release(far);
    }
    collect_traversed();
    leave_ring(20, finalize);
    for (size_t i = 1; i < MOST; i += 2)
        gc_clear(&items[i]);
    gc_collect(stage.heap);
}

/* With one object that is held yet, of which the heap tells when it is closed, with what it has. */
static void close_with_one_left(void)
{
    for (size_t i = 1; i < MOST; i++)
        gc_clear(&items[i]);
    gc_heap *heap = stage.heap;
    bool held = items[0] != NULL;
    stage.contents = NULL;
    stage.heap = NULL;
    lines = 0;
    MUST(gc_heap_close(heap) == held);
    MUST(lines > 0 || !held);
    items[0] = NULL;
}

void play_recorded(void)
{
    gc_settings settings = stage_settings();
    settings.check_level = 1;
    settings.records = 4;
    settings.log = count_line;
    stage.contents = items_as_they_were;
    if (stage_open(&settings)) {
        work();
        close_with_one_left();
    } else {
        stage_close();
    }
}
