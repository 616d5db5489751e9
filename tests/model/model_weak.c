/* SPDX-License-Identifier: MIT */
/* model_weak.c: weak references and ephemerons, made and looked through. */
#include "tests/model/model.h"

/* The node of the shared weak reference that the heap has handed out again, or ORACLE_NONE if it is a new one. It must be
 * an old one where the target has one that is alive for certain. */
static int find_shared(struct model *model, int target, const void *weak)
{
    for (int n = 0; n < model->oracle.node_count; n++) {
        const struct oracle_node *node = model_node(model, n);
        if (node->target != target || model->items[n].kind != KIND_WEAK || node->is_unshared)
            continue;
        if (node->state != ORACLE_LIVE && node->state != ORACLE_DYING)
            continue;
        if (model->items[n].object == weak)
            return n;
        if (node->state == ORACLE_LIVE && (model->depth == 0 || node->reached))
            model_fail(model, "a second weak reference without a callback was made for %d, beside %d", target, n);
    }
    return ORACLE_NONE;
}

static void *create_weak(struct model *model, void *target, bool has_callback, int context)
{
    if (!has_callback)
        return gc_weak_create(target, NULL, NULL);
    if (context == ORACLE_NONE)
        return gc_weak_create(target, model_on_weak, NULL);
    return gc_weak_create_holding(target, model_on_weak, model->items[context].object);
}

/* The collection that creation may start runs user code, which must not take away what the weak reference is made of. */
static void pin_parts(struct model *model, int one, int other)
{
    model_pin(model, one);
    if (other != ORACLE_NONE)
        model_pin(model, other);
}

static void unpin_parts(struct model *model, int one, int other)
{
    model_unpin(model, one);
    if (other != ORACLE_NONE)
        model_unpin(model, other);
}

static int adopt_weak(struct model *model, void *weak, int target, bool has_callback, int context)
{
    int number = model_adopt(model, weak, KIND_WEAK, 1);
    struct oracle_node *node = model_node(model, number);
    node->target = target;
    node->has_callback = node->is_unshared = has_callback;
    node->slots[0] = has_callback ? context : ORACLE_NONE;
    model->items[number].context = context;
    return number;
}

int model_weak_create(struct model *model, int target, bool has_callback, int context)
{
    pin_parts(model, target, context);
    struct model_creation creation = model_creation_begin(model);
    void *weak = create_weak(model, model->items[target].object, has_callback, context);
    if (!weak) {
        model_fail(model, "no weak reference to %d: %s", target, gc_last_error_message(model->heap));
        return ORACLE_NONE;
    }
    int number = has_callback ? ORACLE_NONE : find_shared(model, target, weak);
    if (number != ORACLE_NONE) {
        model_node(model, number)->holds++;
        model_node(model, number)->state = ORACLE_LIVE;
        if (model->starts == creation.starts)
            creation.due_generation = -1; /* nothing was created */
    } else {
        number = adopt_weak(model, weak, target, has_callback, context);
    }
    oracle_settle(&model->oracle);
    model_trace(model, "%d = weak to %d, callback %d, context %d", number, target, (int)has_callback, context);
    model_creation_end(model, creation);
    unpin_parts(model, target, context);
    return number;
}

int model_ephemeron_create(struct model *model, int key, int value)
{
    void *held = value == ORACLE_NONE ? NULL : model->items[value].object;
    pin_parts(model, key, value);
    struct model_creation creation = model_creation_begin(model);
    void *ephemeron = gc_ephemeron_create(model->items[key].object, held);
    if (!ephemeron) {
        model_fail(model, "no ephemeron of %d: %s", key, gc_last_error_message(model->heap));
        return ORACLE_NONE;
    }
    int number = model_adopt(model, ephemeron, KIND_EPHEMERON, 1);
    model_node(model, number)->is_ephemeron = true;
    model_node(model, number)->key = key;
    model_node(model, number)->slots[0] = value;
    oracle_settle(&model->oracle);
    model_trace(model, "%d = ephemeron of %d and %d", number, key, value);
    model_creation_end(model, creation);
    unpin_parts(model, key, value);
    return number;
}

/* The weak reference's target comes to be held, as a program does that looks through it. */
void model_weak_take(struct model *model, int weak)
{
    int target = model_node(model, weak)->target;
    void *object = gc_weak_get(model->items[weak].object);
    model_trace(model, "take %d through weak %d", target, weak);
    if (object != model->items[target].object) {
        model_fail(model, "weak reference %d yields %p and not %d", weak, object, target);
        return;
    }
    model_node(model, target)->holds++;
    oracle_settle(&model->oracle);
}

/* Inside user code a teardown may still have to come to a container that the mirror has buried already, since nobody reports its end. */
static bool is_silent_death(struct model *model, const void *object)
{
    for (int n = model->oracle.node_count - 1; n >= 0 && model->depth > 0; n--) {
        if (model->items[n].object == object)
            return model_kind_is_container(model->items[n].kind) && model_node(model, n)->state != ORACLE_LIVE;
    }
    return false;
}

static void check_yield(struct model *model, int number, const char *what, void *object, int expected, bool is_exact)
{
    bool is_early = expected == ORACLE_NONE && !is_exact && object && is_silent_death(model, object);
    if (!is_early && (expected == ORACLE_NONE ? object != NULL : object && object != model->items[expected].object))
        model_fail(model, "%s of %d yields %p, must be node %d", what, number, object, expected);
    else if (is_exact && expected != ORACLE_NONE && !object)
        model_fail(model, "%s of %d yields nothing, must be node %d", what, number, expected);
    if (!object)
        return;
    gc_release(object);
}

void model_weak_check(struct model *model, int number, bool is_exact)
{
    const struct oracle_node *node = model_node(model, number);
    void *object = model->items[number].object;
    if (!node->is_ephemeron) {
        check_yield(model, number, "the target", gc_weak_get(object), node->target, is_exact);
        return;
    }
    check_yield(model, number, "the key", gc_ephemeron_key(object), node->key, is_exact);
    check_yield(model, number, "the value", gc_ephemeron_value(object), node->slots[0], is_exact);
}
