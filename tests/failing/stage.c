/* SPDX-License-Identifier: MIT */
/* stage.c: see stage.h. */
#include "stage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct stage stage;

static const struct scenario *playing;
static enum refuse_mode playing_mode;
static size_t playing_point, refused_before;

static void item_finalize(void *object)
{
    struct item *item = object;
    if (item->finalize)
        item->finalize(item);
}

static void item_destroy(void *object)
{
    (void)object;
    stage.destroyed++;
}

const gc_type_info stage_item_info =
    GC_TYPE_INFO(struct item, GC_REFS(left, right), GC_WEAKS(weak), GC_EPHEMERONS(ephemeron), GC_FINALIZE(item_finalize),
                 GC_DESTROY(item_destroy));
const gc_type_info stage_row_info = GC_TYPE_INFO(struct row, GC_REF_FLEX(items, count));
const gc_type_info stage_text_info = GC_TYPE_INFO(struct text, GC_BYTES_FLEX(bytes, count), GC_TYPE_FLAGS(GC_ACYCLIC));

void stage_fault(const char *what, const char *file, int line)
{
    static const char *const modes[REFUSE_MODES] = { "never", "once", "twice", "until", "ever" };
    char text[600];
    refuse_pause(true);
    int length = snprintf(text, sizeof text, "%s:%d: scenario %s, --mode %s --point %zu: %s does not hold; last error: %s\n", file, line,
                          playing->name, modes[playing_mode], playing_point, what,
                          stage.heap ? gc_last_error_message(stage.heap) : "(no heap)");
    if (write(STDOUT_FILENO, text, (size_t)length) < 0)
        _exit(2);
    _exit(1);
}

static void stage_check(void)
{
    bool was = refuse_pause(true);
    const char *fault = gc_heap_verify(stage.heap);
    if (fault)
        stage_fault(fault, __FILE__, __LINE__);
    if (stage.contents)
        stage.contents();
    refuse_pause(was);
}

void stage_begin(void)
{
    refused_before = refuse_figures.refused;
    errno = 0;
    if (stage.heap)
        gc_fail(stage.heap, GC_OK, "");
}

/* A call has failed: it said why, and changed nothing. */
static void stage_check_told(const char *call, const char *file, int line)
{
    if (!stage.forever && refuse_figures.refused == refused_before)
        stage_fault(call, file, line);
    stage.told++;
    if (!stage.heap) {
        MUST(errno == ENOMEM);
        return;
    }
    if (gc_last_error(stage.heap) != GC_ERROR_MEMORY || !*gc_last_error_message(stage.heap))
        stage_fault(call, file, line);
    stage_check();
}

bool stage_end(bool done, const char *call, const char *file, int line)
{
    if (done && stage.heap && gc_last_error(stage.heap) != GC_OK)
        stage_fault("a call that did not fail left no error", file, line);
    if (done)
        return true;
    stage_check_told(call, file, line);
    if (!stage.forever)
        refuse_end();
    return false;
}

bool stage_again(bool done, const char *call, const char *file, int line)
{
    if (!done)
        stage_fault(call, file, line);
    return true;
}

gc_settings stage_settings(void)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = settings.stress = 0;
    settings.hash_key[0] = 1;
    settings.quarantine_slots = 64;
    return settings;
}

bool stage_open(const gc_settings *settings)
{
    stage.leaves_control = settings->check_level > 0;
    return DOES(stage.heap = gc_heap_open(settings)) && DOES(stage.item = gc_type_register(stage.heap, &stage_item_info)) &&
           DOES(stage.row = gc_type_register(stage.heap, &stage_row_info)) &&
           DOES(stage.text = gc_type_register(stage.heap, &stage_text_info));
}

void stage_close(void)
{
    if (!stage.heap)
        return;
    stage.contents = NULL;
    gc_collect(stage.heap);
    stage_check();
    gc_heap *heap = stage.heap;
    stage.heap = NULL;
    size_t left = gc_heap_close(heap);
    MUST(left == 0 || (stage.forever && stage.has_wide));
}

void stage_play(const struct scenario *scenario, enum refuse_mode mode, size_t point, bool forever)
{
    playing = scenario;
    playing_mode = mode;
    playing_point = point;
    stage = (struct stage){ .forever = forever || mode == REFUSE_FOR_EVER };
    refuse_begin(mode, point);
    scenario->play();
    refuse_pause(true);
    MUST(!stage.heap);
    MUST(stage.born == stage.destroyed);
    MUST(refuse_figures.arenas == 0);
    MUST(refuse_figures.caches == 0);
    MUST(refuse_figures.reserved <= (stage.leaves_control ? (size_t)1 << 20 : 0));
}

struct item *item_new(uint64_t id)
{
    struct item *item = gc_create(struct item, stage.item);
    if (item) {
        item->id = id;
        stage.born++;
    }
    return item;
}

void leave_ring(int n, void (*finalize)(struct item *self))
{
    struct item *first = NULL, *last = NULL, *next;
    for (int i = 0; i < n && DOES(next = item_new((uint64_t)i)); i++) {
        if (last)
            gc_set(&last->left, next);
        else
            first = gc_retain(next);
        gc_release(last);
        last = next;
    }
    if (last)
        gc_set(&last->left, first);
    if (first)
        first->finalize = finalize;
    gc_release(last);
    gc_release(first);
}
