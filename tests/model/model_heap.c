/* SPDX-License-Identifier: MIT */
/* model_heap.c: creating, holding, dropping and storing, each done to the heap and to the mirror.
 *
 * The mirror is changed before the call that may run user code, so that what the library reports from inside that
 * call finds the mirror as it must be. */
#include "tests/model/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct model *model_current;

void model_fail(struct model *model, const char *format, ...)
{
    if (model->has_failed)
        return;
    model->has_failed = true;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(model->failure, sizeof model->failure, format, arguments);
    va_end(arguments);
    fprintf(stderr, "model: %s, LIBGC_SEED=%#llx, operation %d: %s\n", model->flavour->name,
            (unsigned long long)model->seed, model->operation, model->failure);
}

void model_trace(const struct model *model, const char *format, ...)
{
    static int is_wanted = -1;
    if (is_wanted < 0)
        is_wanted = getenv("LIBGC_TRACE") != NULL;
    if (!is_wanted)
        return;
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%4d%*s ", model->operation, 2 * model->depth, "");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

struct oracle_node *model_node(struct model *model, int number)
{
    return &model->oracle.nodes[number];
}

/* A new node of the mirror for an object that the heap has handed out. */
static int adopt_object(struct model *model, void *object, enum model_kind kind, enum model_variant variant, int slots)
{
    int number = oracle_add(&model->oracle, slots);
    if (model->item_capacity < model->oracle.capacity) {
        model->item_capacity = model->oracle.capacity;
        model->items = realloc(model->items, (size_t)model->item_capacity * sizeof *model->items);
        if (!model->items)
            abort();
    }
    model->items[number] = (struct model_item){
        .object = object, .kind = kind, .variant = variant, .newborn = true, .context = ORACLE_NONE
    };
    struct oracle_node *node = model_node(model, number);
    node->generation = model_kinds[kind].starts_tracked ? 0 : ORACLE_UNTRACKED;
    node->is_reported = variant != VARIANT_SILENT || kind == KIND_HAND || kind == KIND_HIDER;
    node->has_finalizer = variant == VARIANT_FINALIZED;
    return number;
}

int model_create(struct model *model, enum model_kind kind, enum model_variant variant, int slots, size_t bytes)
{
    const struct model_kind_info *info = &model_kinds[kind];
    int number = model->oracle.node_count;
    int slot_count = info->fixed_slots >= 0 ? info->fixed_slots : slots;
    struct model_creation creation = model_creation_begin(model);
    int before = model->oracle.node_count;
    void *object = model_kind_create(model->heap, model->types[kind][variant], kind, (uint32_t)number, slots, bytes);
    if (!object) {
        model_fail(model, "no memory for a %s: %s", info->name, gc_last_error_message(model->heap));
        return ORACLE_NONE;
    }
    if (model->oracle.node_count != before) {
        /* User code of a collection has created objects meanwhile: the number on this one is another's. */
        number = model->oracle.node_count;
        model_kind_renumber(object, (uint32_t)number);
    }
    number = adopt_object(model, object, kind, variant, slot_count);
    model_creation_end(model, creation);
    model_trace(model, "%d = create %s/%d slots %d, %zu bytes at %p", number, info->name, (int)variant, slot_count, bytes,
                object);
    return number;
}

int model_adopt(struct model *model, void *object, enum model_kind kind, int slots)
{
    int number = adopt_object(model, object, kind, VARIANT_SILENT, slots);
    if (!gc_is_tracked(object))
        model_node(model, number)->generation = ORACLE_UNTRACKED;
    return number;
}

void model_hold(struct model *model, int number)
{
    model_trace(model, "hold %d", number);
    model_node(model, number)->holds++;
    oracle_settle(&model->oracle);
    gc_retain(model->items[number].object);
}

void model_drop(struct model *model, int number)
{
    model_trace(model, "drop %d", number);
    model_node(model, number)->holds--;
    oracle_settle(&model->oracle);
    gc_release(model->items[number].object);
    model_quiesce(model);
}

void model_pin(struct model *model, int number)
{
    model->items[number].pins++;
    model_hold(model, number);
}

void model_unpin(struct model *model, int number)
{
    model->items[number].pins--;
    model_drop(model, number);
}

void model_set(struct model *model, int number, int slot, int target)
{
    if (model_kind_is_container(model->items[number].kind)) {
        model_container_set(model, number, slot, target);
        return;
    }
    struct model_item *item = &model->items[number];
    void *object = target == ORACLE_NONE ? NULL : model->items[target].object;
    void **address = model_slot_address(item->kind, item->object, slot);
    uint64_t choice = model_random_next(&model->random);
    model_trace(model, "%d[%d] = %d", number, slot, target);
    model_node(model, number)->slots[slot] = target;
    oracle_settle(&model->oracle);
    if (!object && address && choice % 2)
        gc_clear(address);
    else
        model_slot_store(item->kind, item->object, slot, object);
    /* User code may have stored something by now. */
    item = &model->items[number];
    if (model_node(model, number)->state == ORACLE_LIVE && slot < model_node(model, number)->slot_count &&
        model_node(model, number)->slots[slot] == ORACLE_NONE && choice % 3 == 0)
        model_slot_noise(item->kind, item->object, slot, choice);
    model_quiesce(model);
}

void model_move(struct model *model, int number, int slot, int target)
{
    struct model_item *item = &model->items[number];
    void **address = model_slot_address(item->kind, item->object, slot);
    void *variable = model->items[target].object;
    model_trace(model, "%d[%d] = move %d", number, slot, target);
    model_node(model, target)->holds--;
    model_node(model, number)->slots[slot] = target;
    oracle_settle(&model->oracle);
    gc_move(address, &variable);
    if (variable)
        model_fail(model, "gc_move left something in the variable it moved from");
    model_quiesce(model);
}

void model_give(struct model *model, int number, int slot, int target)
{
    struct model_item *item = &model->items[number];
    model_trace(model, "%d[%d] = give %d", number, slot, target);
    model_node(model, target)->holds--;
    model_node(model, number)->slots[slot] = target;
    model_slot_give(item->kind, item->object, slot, model->items[target].object);
    oracle_settle(&model->oracle);
}

void model_hide(struct model *model, int number, int target)
{
    void *object = target == ORACLE_NONE ? NULL : model->items[target].object;
    model_trace(model, "%d hides %d", number, target);
    model_node(model, number)->hidden = target;
    oracle_settle(&model->oracle);
    gc_set(model_hidden_address(model->items[number].object), object);
    model_quiesce(model);
}

/* Whether a weak reference or an ephemeron watches the node: it cannot move then. */
static bool is_watched(struct model *model, int number)
{
    for (int n = 0; n < model->oracle.node_count; n++) {
        const struct oracle_node *node = model_node(model, n);
        if (node->state == ORACLE_LIVE && (node->target == number || node->key == number))
            return true;
    }
    return false;
}

/* `before` is how many slots it had; where some go, the mirror has dropped them, since user code may run. */
static void resize_object(struct model *model, int number, int before, int slots)
{
    void *object = model->items[number].object;
    const struct oracle_node *node = model_node(model, number);
    bool may_move = node->count == 1 && !node->is_immortal && !is_watched(model, number);
    void *resized = gc_resize(object, (size_t)slots);
    if (!resized) {
        gc_error error = gc_last_error(model->heap);
        if (slots < before || may_move || error != GC_ERROR_SHARED)
            model_fail(model, "%d with %d references could not be resized from %d to %d: %s", number,
                       model_node(model, number)->count, before, slots, gc_last_error_message(model->heap));
        return;
    }
    if (resized != object && !may_move)
        model_fail(model, "%d was moved by gc_resize although others see it", number);
    model->items[number].object = resized;
    if (slots > before)
        oracle_resize(&model->oracle, number, slots);
}

static bool has_items_from(struct model *model, int number, int first)
{
    for (int s = first; s < model_node(model, number)->slot_count; s++) {
        if (model_node(model, number)->slots[s] != ORACLE_NONE)
            return true;
    }
    return false;
}

void model_resize(struct model *model, int number, int slots)
{
    enum model_kind kind = model->items[number].kind;
    int before = model_node(model, number)->slot_count;
    model_trace(model, "resize %d from %d to %d", number, before, slots);
    if (kind == KIND_FLEX || kind == KIND_PAIRS) {
        if (slots < before)
            oracle_resize(&model->oracle, number, slots);
        oracle_settle(&model->oracle);
        resize_object(model, number, before, slots);
        model_quiesce(model);
        return;
    }
    model_pin(model, number); /* what dies here may run code that drops the last other reference */
    for (int s = slots; s < before && !model->has_failed; s++)
        model_set(model, number, s, ORACLE_NONE);
    if (!model->has_failed && model_node(model, number)->slot_count == before && !has_items_from(model, number, slots)) {
        oracle_resize(&model->oracle, number, slots);
        if (!model_span_resize(model->heap, kind, model->items[number].object, slots))
            model_fail(model, "no memory for a span of %d", slots);
    }
    if (!model->has_failed)
        model_unpin(model, number);
}
