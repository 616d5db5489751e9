/* SPDX-License-Identifier: MIT */
/* model_events.c: what the library calls. Each call is held against the mirror at that very moment: is this object one that may be
 * finalized, destroyed, told of a death now? Then the mirror follows, and user code does what it does.
 *
 * The mirror does not foresee the order in which independent objects die. It follows the order that the library shows, and
 * refuses what no order allows: a finalizer of an object that something still holds, a destroy before the finalizer, two calls of
 * user code inside each other, an outsider taken apart while garbage is still there. */
#include "tests/model/model.h"

static int number_of(struct model *model, const void *object)
{
    const struct model_head *head = object;
    int number = (int)head->id;
    if (number < 0 || number >= model->oracle.node_count || model->items[number].object != object ||
        !model_kind_intact(model->items[number].kind, object, head->id)) {
        model_fail(model, "a call for %p, which is no object of the mirror", object);
        return ORACLE_NONE;
    }
    return number;
}

/* Whether the node is dying, once the silent deaths that must have happened by now are followed too. */
static bool is_dying(struct model *model, int number)
{
    struct oracle *oracle = &model->oracle;
    if (model_node(model, number)->state == ORACLE_DYING)
        return true;
    for (int pass = 0; pass < 3; pass++) {
        if (pass == 1)
            oracle_clear_dying_keys(oracle);
        if (pass == 2) {
            if (!model->collection.is_active || model->collection.is_second_done)
                return false;
            model_second_look(model);
        }
        for (int before = -1, now = 0; before != now;) {
            before = now;
            oracle_bury_silent(oracle, number);
            if (pass > 0)
                oracle_clear_dying_keys(oracle);
            now = 0;
            for (int n = 0; n < oracle->node_count; n++)
                now += oracle->nodes[n].state == ORACLE_DEAD;
            if (model_node(model, number)->state == ORACLE_DYING)
                return true;
        }
    }
    return false;
}

/* What the collection frees goes first: no other object is taken apart while some of it is left. */
static void expect_no_doomed(struct model *model, const char *what, int number)
{
    for (int n = 0; n < model->oracle.node_count; n++) {
        if (model_node(model, n)->state == ORACLE_DOOMED)
            model_fail(model, "%s of %d while %d of the garbage is not destroyed", what, number, n);
    }
}

/* Whoever is alive for certain and waits to be told must have been told before this point. */
static void expect_no_callback_due(struct model *model, const char *what, int number)
{
    oracle_reach(&model->oracle, ORACLE_NONE);
    for (int n = 0; n < model->oracle.node_count; n++) {
        if (model_node(model, n)->callback_due && model_node(model, n)->reached)
            model_fail(model, "%s of %d before the callback of weak reference %d", what, number, n);
    }
}

static void enter_user_code(struct model *model, const char *what, int number)
{
    if (model->depth > 0)
        model_fail(model, "%s of %d inside other user code", what, number);
    model_trace(model, "%s %d", what, number);
    model->depth++;
}

static void finalize_node(struct model *model, int number)
{
    struct oracle_node *node = model_node(model, number);
    enter_user_code(model, "finalize", number);
    if (!node->has_finalizer || node->finalized)
        model_fail(model, "the finalizer of %d runs again", number);
    if (node->condemned) {
        expect_no_callback_due(model, "finalizer", number);
    } else if (!is_dying(model, number)) {
        model_fail(model, "the finalizer of %d runs, with %d references, not condemned", number, node->count);
    } else if (model->collection.is_second_done) {
        expect_no_doomed(model, "finalizer", number);
    }
    node->finalized = true;
    node->state = ORACLE_LIVE;
    node->holds++;
    oracle_settle(&model->oracle);
    model->self = number;
    model_behave(model);
    model->self = ORACLE_NONE;
    if (model->items[number].kind == KIND_GENERATOR)
        oracle_resize(&model->oracle, number, 0);
    model_node(model, number)->holds--;
    oracle_settle(&model->oracle);
    model->depth--;
}

void model_on_finalize(void *object)
{
    struct model *model = model_current;
    int number = number_of(model, object);
    if (number != ORACLE_NONE && !model->has_failed)
        finalize_node(model, number);
}

void model_on_clean_up(gc_generator *generator)
{
    struct model *model = model_current;
    int number = (int)gc_generator_state(generator);
    if (model->has_failed)
        return;
    if (number < 0 || number >= model->oracle.node_count || model->items[number].object != (void *)generator) {
        model_fail(model, "the clean-up of %p runs, which is no generator of the mirror", (void *)generator);
        return;
    }
    if (model_container_count(KIND_GENERATOR, generator) != model_node(model, number)->slot_count)
        model_fail(model, "the frame of %d is not whole when its clean-up runs", number);
    if (model->finishing == number)
        model->clean_ups++;
    else
        finalize_node(model, number);
}

/* Weak references that are alive and have not been told of this death by count. */
static void expect_told(struct model *model, int number)
{
    oracle_reach(&model->oracle, ORACLE_NONE);
    for (int n = 0; n < model->oracle.node_count; n++) {
        const struct oracle_node *weak = model_node(model, n);
        if (weak->target == number && weak->has_callback && weak->reached && !weak->condemned)
            model_fail(model, "destroy of %d before the callback of weak reference %d", number, n);
    }
}

static void follow_destroy(struct model *model, int number)
{
    struct oracle_node *node = model_node(model, number);
    if (model->is_closing && node->state == ORACLE_LIVE && !model->collection.is_active) {
        node->state = ORACLE_DEAD; /* the heap is closed over it */
        return;
    }
    if (node->condemned && !model->collection.is_second_done)
        model_second_look(model);
    if (node->state == ORACLE_DOOMED) {
        node->hidden = ORACLE_NONE;
        node->state = ORACLE_DEAD;
        oracle_settle(&model->oracle);
        return;
    }
    if (!is_dying(model, number)) {
        model_fail(model, "destroy of %d, with %d references", number, node->count);
        return;
    }
    if (node->has_finalizer && !node->finalized)
        model_fail(model, "destroy of %d before its finalizer", number);
    if (model->collection.is_second_done)
        expect_no_doomed(model, "destroy", number);
    expect_told(model, number);
    oracle_bury(&model->oracle, number);
}

void model_on_destroy(void *object)
{
    struct model *model = model_current;
    int number = number_of(model, object);
    if (number == ORACLE_NONE || model->has_failed)
        return;
    enter_user_code(model, "destroy", number);
    if (model->items[number].destroyed++)
        model_fail(model, "%d is destroyed twice", number);
    for (int s = 0; s < model_node(model, number)->slot_count; s++) {
        enum model_kind kind = model->items[number].kind;
        bool is_freed = kind == KIND_SPAN || kind == KIND_WORD_SPAN; /* its storage, by now */
        if (!model->is_closing && !is_freed && model_slot_load(kind, object, s))
            model_fail(model, "slot %d of %d is not empty when it is destroyed", s, number);
    }
    follow_destroy(model, number);
    model_kind_destroy(model->items[number].kind, object);
    model->depth--;
}

/* The library may hold a weak reference until its callback has run, so that the mirror takes it for dead already. Its slot
 * is not used again before that, so the newest node at this address is the one. */
static int number_of_weak(struct model *model, const gc_weak *weak)
{
    for (int n = model->oracle.node_count - 1; n >= 0; n--) {
        if (model->items[n].object == (const void *)weak)
            return n;
    }
    model_fail(model, "a callback for %p, which is no weak reference of the mirror", (const void *)weak);
    return ORACLE_NONE;
}

/* The callback of a death by count: the target must be dying, and callbacks come newest first. */
static void follow_callback_of_death(struct model *model, int number)
{
    struct oracle_node *weak = model_node(model, number);
    int target = weak->target;
    if (weak->callback_missed)
        return; /* the target was buried before this one was known to be alive */
    if (target == ORACLE_NONE) {
        model_fail(model, "the callback of weak reference %d runs although nothing has died", number);
        return;
    }
    if (!is_dying(model, target))
        model_fail(model, "the callback of weak reference %d runs, its target %d is alive", number, target);
    /* Only now: where the target dies of the garbage the question above has made the second look, which may have saved this one. */
    if (weak->condemned)
        model_fail(model, "the callback of weak reference %d runs, which is garbage itself", number);
    if (model_node(model, target)->has_finalizer && !model_node(model, target)->finalized)
        model_fail(model, "the callback of weak reference %d runs before the finalizer of %d", number, target);
    if (model->last_callback_target == target && model->last_callback < number)
        model_fail(model, "the callback of weak reference %d runs after that of the older %d", number,
                   model->last_callback);
    model->last_callback = number;
    model->last_callback_target = target;
    weak->target = ORACLE_NONE;
}

void model_on_weak(gc_weak *weak, void *context)
{
    struct model *model = model_current;
    int number = model->has_failed ? ORACLE_NONE : number_of_weak(model, weak);
    if (number == ORACLE_NONE)
        return;
    enter_user_code(model, "weak callback", number);
    struct oracle_node *node = model_node(model, number);
    int expected = model->items[number].context;
    if (context != (expected == ORACLE_NONE ? NULL : model->items[expected].object))
        model_fail(model, "weak reference %d is called with %p as context", number, context);
    if (gc_weak_get(weak))
        model_fail(model, "weak reference %d still yields something in its callback", number);
    if (!node->has_callback)
        model_fail(model, "the callback of weak reference %d runs again", number);
    if (!node->callback_due && (node->state == ORACLE_LIVE || node->condemned))
        follow_callback_of_death(model, number);
    node->callback_due = node->callback_missed = false;
    node->has_callback = false;
    oracle_settle(&model->oracle);
    model_behave(model);
    model->depth--;
}

/* A silent death may have a callback due that dies with it, as the value of an ephemeron of the dying object. */
static void bury_all_silent(struct model *model)
{
    int before, now = -1;
    do {
        before = now;
        oracle_bury_silent(&model->oracle, ORACLE_NONE);
        oracle_clear_dying_keys(&model->oracle);
        now = 0;
        for (int n = 0; n < model->oracle.node_count; n++)
            now += model_node(model, n)->state == ORACLE_DEAD;
    } while (now != before);
}

void model_quiesce(struct model *model)
{
    if (model->depth > 0 || model->collection.is_active || model->has_failed)
        return; /* what died is destroyed when the user code has returned */
    bury_all_silent(model);
    for (int n = 0; n < model->oracle.node_count; n++) {
        const struct oracle_node *node = model_node(model, n);
        if (node->state != ORACLE_LIVE && node->state != ORACLE_DEAD)
            model_fail(model, "%d is dead and was not taken apart", n);
        if (node->state == ORACLE_LIVE && (node->callback_missed || node->callback_due))
            model_fail(model, "the callback of weak reference %d did not run", n);
    }
    model->last_callback_target = ORACLE_NONE;
}
