/* SPDX-License-Identifier: MIT */
/* operate_containers.c: the ready-made containers made, and functions and generators run. Whoever changes a container
 * holds it meanwhile. */
#include "tests/fuzz/world.h"

#include <stdio.h>

enum { MADE_ITEMS_MAX = 6 };

static void *function_run(gc_function *self, void **arguments, size_t count)
{
    return gc_retain(count ? arguments[0] : (void *)self);
}

/* The node of an object that may be another's too, as interned and immortal ones are; NONE: it is new. */
static int find_object(struct world *world, const void *object, bool *is_gone)
{
    *is_gone = false;
    for (int n = 0; n < world->node_end; n++) {
        if (world_node(world, n)->state == NODE_LIVE && world_node(world, n)->object == object)
            return n;
        *is_gone |= world->depth > 0 && world_node(world, n)->state == NODE_GONE && world_node(world, n)->object == object;
    }
    return NONE;
}

static void *make_atom(struct world *world, int kind, int value)
{
    char text[16];
    int length = snprintf(text, sizeof text, "key %x", value);
    int64_t number = value & 8 ? value & 3 : 5000 + value;
    if (kind == KIND_STRING && value & 1)
        return gc_string_intern_bytes(world->heap, text, (size_t)length);
    if (kind == KIND_STRING)
        return gc_string_create(world->heap, text, value == 14 ? 1 : (size_t)length);
    if (kind == KIND_BYTES)
        return gc_bytes_create(world->heap, text, (size_t)length);
    return kind == KIND_INTEGER ? (void *)gc_integer_create(world->heap, number) : (void *)gc_float_create(world->heap, (double)number);
}

void operate_atom(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int kind = KIND_STRING + (int)(a.high % 4), value = (int)b.low;
    bool is_gone;
    if (!world_has_room(world))
        return;
    void *object = make_atom(world, kind, value);
    if (!object)
        world_fail(world, "no memory for a %s: %s", world_kind_name(kind), gc_last_error_message(world->heap));
    int number = find_object(world, object, &is_gone);
    if (number == NONE && is_gone) {
        gc_release(object);
        return;
    }
    if (number == NONE) {
        number = world_add(world, object, kind, 0);
        world_node(world, number)->is_immortal = gc_is_immortal(object);
        if (kind >= KIND_INTEGER)
            value = value & 8 ? value & 3 : 5000 + value;
        world_node(world, number)->value = value;
    } else {
        world_up(world, number);
    }
    world_does(world, "%d = %s %d", number, world_kind_name(kind), value);
    world_keep(world, (int)(a.low % WORLD_REGISTERS), number);
}

/* --- Creation ---------------------------------------------------------------------------------------------------- */

static void *generator_run(gc_generator *self, void *sent)
{
    int64_t state = gc_generator_state(self);
    struct world *world = &worlds[(state >> 16) % WORLDS];
    int number = world->finishing;
    if (number == NONE || world_object(world, number) != (void *)self || sent)
        world_fail(world, "a generator runs that was not resumed");
    struct pair_of_numbers a = code_pair(world->code);
    if (a.low < 4)
        return NULL;
    int slots = world_node(world, number)->slot_count, slot = slots ? (int)a.high % slots : NONE;
    if (slot != NONE && a.low < 10) {
        int target = operand(world, a.low);
        void *value = world_object(world, target);
        world_store(world, number, slot, target);
        if (!gc_generator_set_reference(self, (size_t)slot, value))
            world_fail(world, "%d has no reference %d: %s", number, slot, gc_last_error_message(world->heap));
    }
    void *yielded = slot != NONE && a.low & 1 ? gc_generator_reference(self, (size_t)slot) : NULL;
    return gc_retain(yielded ? yielded : (void *)self);
}

static void *make(struct world *world, int kind, const int *items, int count, bool has_clean_up)
{
    void *objects[MADE_ITEMS_MAX];
    for (int i = 0; i < count; i++)
        objects[i] = world_object(world, items[i]);
    switch (kind) {
    case KIND_LIST:
        return gc_list_create(world->heap, (size_t)count, objects);
    case KIND_TUPLE:
        return gc_tuple_create(world->heap, (size_t)count, objects);
    case KIND_DICT:
        return gc_dict_create(world->heap);
    case KIND_SET:
        return gc_set_create(world->heap);
    case KIND_CELL:
        return gc_cell_create(world->heap, objects[0]);
    case KIND_FUNCTION:
        return gc_function_create(world->heap, NULL, function_run, (size_t)count);
    case KIND_GENERATOR:
        return gc_generator_create(world->heap, generator_run, has_clean_up ? world_on_clean_up : NULL, (size_t)count, 8);
    default:
        return gc_weak_dict_create(world->heap, kind == KIND_WEAK_KEYS ? GC_WEAK_KEYS : GC_WEAK_VALUES);
    }
}

/* What tuple.h says: out of cycles for good is what is immortal, acyclic, or a tuple that is so itself. */
static bool may_cycle(struct world *world, int number)
{
    if (number == NONE || world_node(world, number)->is_immortal)
        return false;
    const struct node *node = world_node(world, number);
    if (node->kind == KIND_TUPLE)
        return node->generation != -1;
    return !kind_is_acyclic(node->kind) && (node->kind != KIND_WEAK || node->is_unshared);
}

static int choose_items(struct world *world, int kind, unsigned choice, int *items)
{
    int count = (int)(choice % MADE_ITEMS_MAX);
    if (kind == KIND_DICT || kind == KIND_SET || kind > KIND_SHARED_END)
        return 0;
    if (kind == KIND_CELL)
        count = 1;
    if (kind == KIND_TUPLE && count == 0)
        count = 1;
    for (int i = 0; i < count; i++) {
        items[i] = operand(world, code_byte(world->code));
        if (items[i] != NONE)
            world_hold(world, items[i]);
    }
    return count;
}

/* The new node has the items in its slots, as the object has. */
static int add_container(struct world *world, void *object, int kind, const int *items, int count)
{
    bool is_tracked = kind != KIND_TUPLE, is_given = kind == KIND_LIST || kind == KIND_TUPLE || kind == KIND_CELL;
    int number = world_add(world, object, kind, count);
    for (int i = 0; i < count; i++) {
        is_tracked |= may_cycle(world, items[i]);
        if (is_given)
            world_store(world, number, i, items[i]);
    }
    if ((world_node(world, number)->generation == 0) != is_tracked)
        world_fail(world, "a new %s is in generation %d", world_kind_name(kind), world_node(world, number)->generation);
    for (int i = 0; i < count && !is_given; i++) {
        world_store(world, number, i, items[i]);
        model_container_store((enum model_kind)kind, object, i, world_object(world, items[i]));
    }
    return number;
}

void operate_container(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int items[MADE_ITEMS_MAX], kind = KIND_LIST + (int)(a.low % 9);
    if (kind >= KIND_SHARED_END)
        kind += KIND_WEAK_KEYS - KIND_SHARED_END;
    if (!world_has_room(world))
        return;
    int count = choose_items(world, kind, b.low, items);
    bool has_clean_up = kind == KIND_GENERATOR && b.high & 1;
    void *object = make(world, kind, items, count, has_clean_up);
    if (!object)
        world_fail(world, "no memory for a %s: %s", world_kind_name(kind), gc_last_error_message(world->heap));
    int number = add_container(world, object, kind, items, count);
    world_does(world, "%d = create %s of %d at %p", number, world_kind_name(kind), count, object);
    world->has_weak_dict |= kind >= KIND_SHARED_END;
    world_node(world, number)->has_finalizer = has_clean_up;
    if (kind == KIND_GENERATOR)
        gc_generator_set_state(object, world->index << 16 | number);
    for (int i = 0; i < count; i++) {
        if (items[i] != NONE)
            world_drop(world, items[i]);
    }
    world_keep(world, (int)(a.high % WORLD_REGISTERS), number);
}

/* --- Running ----------------------------------------------------------------------------------------------------- */

void operate_call(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int number = operand_of_kind(world, a.low, KIND_BIT(KIND_FUNCTION)), argument = operand(world, b.low);
    if (number == NONE)
        return;
    world_does(world, "call %d with %d", number, argument);
    void *arguments[1] = { world_object(world, argument) };
    void *result = gc_function_call(world_object(world, number), arguments, argument != NONE);
    int expected = argument == NONE ? number : argument;
    if (result != world_object(world, expected))
        world_fail(world, "calling %d gives %p, must be node %d", number, result, expected);
    world_up(world, expected);
    world_keep(world, (int)(a.high % WORLD_REGISTERS), expected);
}

/* The mirror of a generator that has ended. */
static void follow_end(struct world *world, int number, bool was_cleaned)
{
    struct node *node = world_node(world, number);
    bool was_due = node->has_finalizer && !node->finalized && !was_cleaned;
    if (node->is_cleaned != (was_due || was_cleaned))
        world_fail(world, "the clean-up of %d ran: %d, when it ended", number, (int)node->is_cleaned);
    if (was_due)
        node->has_finalizer = false;
}

/* What the frame holds is held over the call, in which it goes, one by one. */
static int hold_frame(struct world *world, int number, int *held)
{
    int count = world_node(world, number)->slot_count;
    for (int s = 0; s < count; s++) {
        held[s] = world_node(world, number)->slots[s];
        if (held[s] != NONE)
            world_hold(world, held[s]);
    }
    return count;
}

static int node_of(struct world *world, const void *object)
{
    for (int n = 0; n < world->node_end; n++) {
        if (world_node(world, n)->state == NODE_LIVE && world_node(world, n)->object == object)
            return n;
    }
    world_fail(world, "%p is no object of the mirror", object);
}

void operate_generator(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    int number = operand_of_kind(world, a.low, KIND_BIT(KIND_GENERATOR)), held[NODE_SLOTS];
    if (number == NONE || world->depth > 0)
        return;
    struct node *node = world_node(world, number);
    bool was_closed = gc_generator_status_of(node->object) == GC_GENERATOR_CLOSED, was_cleaned = node->is_cleaned;
    world_hold(world, number);
    int count = hold_frame(world, number, held);
    void *result = NULL;
    world->finishing = number;
    world_does(world, "%s %d", a.high & 8 ? "close" : "resume", number);
    if (a.high & 8) {
        if (!gc_generator_close(node->object))
            world_fail(world, "%d was not closed: %s", number, gc_last_error_message(world->heap));
    } else {
        result = gc_generator_next(node->object);
    }
    world->finishing = NONE;
    bool is_closed = gc_generator_status_of(node->object) == GC_GENERATOR_CLOSED;
    if (is_closed != !result)
        world_fail(world, "generator %d is closed: %d", number, (int)is_closed);
    int yielded = result ? node_of(world, result) : NONE;
    if (result)
        world_up(world, yielded);
    if (!result && !was_closed) {
        follow_end(world, number, was_cleaned);
        world_remove(world, number, 0, node->slot_count, NULL);
    }
    for (int s = 0; s < count; s++) {
        if (held[s] != NONE)
            world_drop(world, held[s]);
    }
    world_drop(world, number);
    if (yielded != NONE)
        world_keep(world, (int)(a.high % WORLD_REGISTERS), yielded);
}
