/* SPDX-License-Identifier: MIT */
/* operate_containers.c: the ready-made containers made, and functions and generators run. Whoever changes a container
 * holds it meanwhile. */
#include "tests/fuzz/world.h"

#include <stdarg.h>

enum { MADE_ITEMS_MAX = 6 };

static void *function_run(gc_function *self, void **arguments, size_t count)
{
    return gc_retain(count ? arguments[0] : (void *)self);
}

int world_find_object(struct world *world, const void *object, bool *is_gone)
{
    *is_gone = false;
    for (int n = 0; n < world->node_end; n++) {
        if (world_node(world, n)->state == NODE_LIVE && world_node(world, n)->object == object)
            return n;
        *is_gone |= world->depth > 0 && world_node(world, n)->state == NODE_GONE && world_node(world, n)->object == object;
    }
    return NONE;
}

static gc_string *format(gc_heap *heap, const char *form, ...) __attribute__((format(printf, 2, 3)));

static gc_string *format(gc_heap *heap, const char *form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    gc_string *string = gc_string_format_arguments(heap, form, arguments);
    va_end(arguments);
    return string;
}

/* The first byte, and the others. */
static gc_string *concat(struct world *world, const struct atom_text *text)
{
    gc_string *first = gc_string_create(world->heap, text->bytes, 1);
    gc_string *rest = gc_string_create(world->heap, text->bytes + 1, text->length - 1);
    gc_string *string = first && rest ? gc_string_concat(first, rest) : NULL;
    gc_release(rest);
    gc_release(first);
    return string;
}

/* The same string in one of the ways there are. */
static gc_string *make_string(struct world *world, const struct atom_text *text, bool is_interned, unsigned way)
{
    gc_string *string, *interned;
    if (is_interned && way % 2 == 0)
        return gc_string_intern_bytes(world->heap, text->bytes, text->length);
    if (is_interned) {
        string = gc_string_from(world->heap, text->bytes);
        interned = string ? gc_string_intern(string) : NULL;
        gc_release(string);
        return interned;
    }
    switch (way % 5) {
    case 1:
        return gc_string_from(world->heap, text->bytes);
    case 2:
        return gc_string_format(world->heap, "%.*s", (int)text->length, text->bytes);
    case 3:
        return format(world->heap, "%c%s", text->bytes[0], text->bytes + 1);
    case 4:
        return concat(world, text);
    default:
        return gc_string_create(world->heap, text->bytes, text->length);
    }
}

static void *make_atom(struct world *world, const struct node *like, unsigned way)
{
    struct atom_text text = atom_text_of(like);
    switch (like->kind) {
    case KIND_STRING:
        return make_string(world, &text, like->is_interned, way);
    case KIND_BYTES:
        return gc_bytes_create(world->heap, text.bytes, text.length);
    case KIND_INTEGER:
        return gc_integer_create(world->heap, like->value);
    default:
        return gc_float_create(world->heap, (double)like->value);
    }
}

void operate_atom(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int kind = KIND_STRING + (int)(a.high % 4), value = (int)b.low;
    bool is_gone, is_interned = kind == KIND_STRING && value & 1;
    if (!world_has_room(world))
        return;
    if (kind >= KIND_INTEGER)
        value = value & 8 ? value & 3 : 5000 + value;
    struct node like = { .kind = (uint8_t)kind, .value = value, .is_interned = is_interned };
    void *object = make_atom(world, &like, b.high);
    if (!object)
        world_fail(world, "no memory for a %s: %s", world_kind_name(kind), gc_last_error_message(world->heap));
    int number = world_find_object(world, object, &is_gone);
    if (number == NONE && is_gone) {
        gc_release(object);
        return;
    }
    if (number == NONE) {
        number = world_add(world, object, kind, 0);
        world_node(world, number)->is_immortal = gc_is_immortal(object);
        world_node(world, number)->is_interned = is_interned;
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
    if (number == NONE || world_object(world, number) != (void *)self || sent != world_object(world, world->sent))
        world_fail(world, "a generator runs that was not resumed, or is sent %p, must be node %d", sent, world->sent);
    *(int64_t *)gc_generator_bytes(self) = ++world_node(world, number)->value;
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

static void *make(struct world *world, int kind, const int *items, int count, int name, bool has_clean_up)
{
    void *objects[MADE_ITEMS_MAX];
    for (int i = 0; i < count; i++)
        objects[i] = world_object(world, items[i]);
    switch (kind) {
    case KIND_LIST:
        return count == 2 ? gc_list_of(world->heap, objects[0], objects[1]) : gc_list_create(world->heap, (size_t)count, objects);
    case KIND_TUPLE:
        return count == 2 ? gc_tuple_of(world->heap, objects[0], objects[1]) : gc_tuple_create(world->heap, (size_t)count, objects);
    case KIND_DICT:
        return gc_dict_create(world->heap);
    case KIND_SET:
        return gc_set_create(world->heap);
    case KIND_CELL:
        return gc_cell_create(world->heap, objects[0]);
    case KIND_FUNCTION:
        return gc_function_create(world->heap, world_object(world, name), function_run, (size_t)count);
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

void world_tuple_of_list(struct world *world, int number, unsigned reg)
{
    if (!world_has_room(world))
        return;
    world_hold(world, number);
    gc_tuple *tuple = gc_tuple_from_list(world_object(world, number));
    world_expect(world, tuple != NULL, "gc_tuple_from_list", number);
    /* User code of a collection may have changed the list before the tuple had its items, not after. */
    const struct node *list = world_node(world, number);
    int made = NONE;
    if (list->slot_count)
        made = add_container(world, tuple, KIND_TUPLE, list->slots, list->slot_count);
    else
        world_expect(world, gc_tuple_count(tuple) == 0 && gc_is_immortal(tuple), "the tuple of nothing", number);
    world_does(world, "%d = tuple of list %d", made, number);
    if (made == NONE)
        gc_release(tuple);
    world_drop(world, number);
    world_keep(world, (int)(reg % WORLD_REGISTERS), made);
}

static int choose_name(struct world *world, int kind, unsigned reg)
{
    int name = kind == KIND_FUNCTION ? operand(world, reg) : NONE;
    if (name == NONE || world_node(world, name)->kind != KIND_STRING)
        return NONE;
    world_hold(world, name);
    return name;
}

void operate_container(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int items[MADE_ITEMS_MAX], kind = KIND_LIST + (int)(a.low % 9);
    if (kind >= KIND_SHARED_END)
        kind += KIND_WEAK_KEYS - KIND_SHARED_END;
    if (!world_has_room(world))
        return;
    int count = choose_items(world, kind, b.low, items), name = choose_name(world, kind, b.high);
    bool has_clean_up = kind == KIND_GENERATOR && b.high & 1 && !world->defer;
    void *object = make(world, kind, items, count, name, has_clean_up);
    if (!object)
        world_fail(world, "no memory for a %s: %s", world_kind_name(kind), gc_last_error_message(world->heap));
    int number = add_container(world, object, kind, items, count);
    world_does(world, "%d = create %s of %d at %p", number, world_kind_name(kind), count, object);
    world->has_weak_dict |= kind >= KIND_SHARED_END;
    world_node(world, number)->has_finalizer = has_clean_up;
    world_node(world, number)->hidden = name; /* its reference is that of this operation */
    if (name != NONE)
        gc_release(world_object(world, name));
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
    gc_function *function = world_object(world, number);
    int name = world_node(world, number)->hidden;
    if (gc_function_code_of(function) != function_run || gc_function_name(function) != world_object(world, name))
        world_fail(world, "function %d has another code, or another name than node %d", number, name);
    void *arguments[1] = { world_object(world, argument) };
    void *result = gc_function_call(function, arguments, argument != NONE);
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
    int sent = a.low & 8 ? operand(world, a.high) : NONE;
    if (sent != NONE)
        world_hold(world, sent);
    world->finishing = number;
    world->sent = sent;
    world_does(world, "%s %d", a.high & 8 ? "close" : "resume", number);
    if (a.high & 8) {
        if (!gc_generator_close(node->object))
            world_fail(world, "%d was not closed: %s", number, gc_last_error_message(world->heap));
    } else {
        result = world->sent == NONE ? gc_generator_next(node->object) : gc_generator_send(node->object, world_object(world, world->sent));
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
    if (sent != NONE)
        world_drop(world, sent);
    world_drop(world, number);
    if (yielded != NONE)
        world_keep(world, (int)(a.high % WORLD_REGISTERS), yielded);
}
