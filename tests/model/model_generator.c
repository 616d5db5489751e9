/* SPDX-License-Identifier: MIT */
/* model_generator.c: generators resumed and closed by the program. Their clean-up is then no finalizer: it runs inside that call.
 *
 * A frame's references go one by one when it ends, and each may run user code while the rest is still owned, which the mirror could not
 * follow; so they are held until the call has returned. A generator that a collection or a death by count finds has no such help. */
#include "tests/model/model.h"

/* What a generator runs: it changes its frame, and stops with one of its references, or with itself, or ends. */
static void *generator_run(gc_generator *self, void *sent)
{
    struct model *model = model_current;
    int number = model->finishing;
    if (number == ORACLE_NONE || model->items[number].object != (void *)self || sent)
        model_fail(model, "a generator runs that was not resumed");
    if (model->has_failed || model_random_percent(&model->random, 30))
        return NULL;
    int slots = model_node(model, number)->slot_count;
    if (slots && model_random_percent(&model->random, 40)) {
        oracle_reach(&model->oracle, ORACLE_NONE);
        model_set(model, number, model_random_below(&model->random, slots), model_pick(model));
    }
    if (model->has_failed)
        return NULL;
    int slot = slots ? model_random_below(&model->random, slots) : 0;
    int target = slots ? model_node(model, number)->slots[slot] : ORACLE_NONE;
    model->yielded = target == ORACLE_NONE ? number : target;
    model_container_take(model, model->yielded);
    return gc_retain(model->items[model->yielded].object);
}

gc_generator *model_generator_make(struct model *model, bool has_clean_up, int slots)
{
    return gc_generator_create(model->heap, generator_run, has_clean_up ? model_on_clean_up : NULL, (size_t)slots, 0);
}

static bool is_closed(struct model *model, int number)
{
    return gc_generator_status_of(model->items[number].object) == GC_GENERATOR_CLOSED;
}

/* The mirror of a generator that has ended, its clean-up run once if it had one. */
static void follow_end(struct model *model, int number)
{
    struct oracle_node *node = model_node(model, number);
    bool was_due = node->has_finalizer && !node->finalized;
    if (model->clean_ups != (int)was_due)
        model_fail(model, "the clean-up of %d ran %d times when it ended", number, model->clean_ups);
    model->items[number].is_cleaned |= was_due;
    node->has_finalizer = node->has_finalizer && !was_due;
    oracle_resize(&model->oracle, number, 0);
    oracle_settle(&model->oracle);
}

void model_generator_next(struct model *model, int number)
{
    int pinned[MODEL_CONTAINER_SLOTS];
    bool was_closed = is_closed(model, number);
    model_trace(model, "%d.next", number);
    int count = model_container_pin_slots(model, number, pinned);
    model->finishing = number;
    model->clean_ups = 0;
    model->yielded = ORACLE_NONE;
    void *result = gc_generator_next(model->items[number].object);
    model->finishing = ORACLE_NONE;
    if (model->has_failed)
        return;
    int yielded = model->yielded;
    if (result != (yielded == ORACLE_NONE ? NULL : model->items[yielded].object))
        model_fail(model, "generator %d stops with %p, must be %d", number, result, yielded);
    if (is_closed(model, number) != (yielded == ORACLE_NONE))
        model_fail(model, "generator %d is closed: %d", number, (int)is_closed(model, number));
    if (!result && !was_closed)
        follow_end(model, number);
    model_container_unpin(model, pinned, count);
    model_container_taken(model, yielded);
}

void model_generator_close(struct model *model, int number)
{
    int pinned[MODEL_CONTAINER_SLOTS];
    bool was_closed = is_closed(model, number);
    model_trace(model, "%d.close", number);
    int count = model_container_pin_slots(model, number, pinned);
    model->finishing = number;
    model->clean_ups = 0;
    if (!gc_generator_close(model->items[number].object) || !is_closed(model, number))
        model_fail(model, "generator %d was not closed", number);
    model->finishing = ORACLE_NONE;
    if (!was_closed)
        follow_end(model, number);
    model_container_unpin(model, pinned, count);
}
