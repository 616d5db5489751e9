/* SPDX-License-Identifier: MIT */
/* world_check.c: heap and mirror compared in everything that can be asked of an object. */
#include "tests/fuzz/world.h"

/* What weak references and ephemerons yield, taken and given back. */
static void check_yield(struct world *world, int number, void *object, int expected)
{
    if (object != world_object(world, expected))
        world_fail(world, "%d (%s) yields %p, must be node %d", number, world_kind_name(world_node(world, number)->kind), object,
                   expected);
    gc_release(object);
}

static void check_weak_dict(struct world *world, int number)
{
    const struct node *node = world_node(world, number);
    void *key, *value;
    int at = 0;
    gc_weak_dict_iterator iterator = gc_weak_dict_iterate(node->object);
    while (gc_weak_dict_next(&iterator, &key, &value)) {
        const struct node *entry = at < node->slot_count ? world_node(world, node->slots[at]) : NULL;
        void *watched = node->kind == KIND_WEAK_KEYS ? key : value, *held = node->kind == KIND_WEAK_KEYS ? value : key;
        if (!entry || watched != world_object(world, entry->key) || held != world_object(world, entry->slots[0]))
            world_fail(world, "entry %d of %d (weak_dict) is not what it must be", at, number);
        gc_release(key);
        gc_release(value);
        at++;
    }
    if (at != node->slot_count || iterator.changed || gc_weak_dict_count(node->object) != node->slot_count)
        world_fail(world, "%d (weak_dict) has %d entries, must have %d", number, at, node->slot_count);
}

static void check_table(struct world *world, int number)
{
    const struct node *node = world_node(world, number);
    bool is_dict = node->kind == KIND_DICT;
    int at = 0;
    void *key, *value;
    gc_dict_iterator pairs = is_dict ? gc_dict_iterate(node->object) : (gc_dict_iterator){ 0 };
    gc_set_iterator members = is_dict ? (gc_set_iterator){ 0 } : gc_set_iterate(node->object);
    while (is_dict ? gc_dict_next(&pairs, &key, &value) : gc_set_next(&members, &key)) {
        if (at >= node->slot_count || key != world_object(world, node->slots[at]) ||
            (is_dict && value != world_object(world, node->slots[at + 1])))
            world_fail(world, "entry %d of %d (%s) is not what it must be", at, number, world_kind_name(node->kind));
        at += is_dict ? 2 : 1;
    }
    if (at != node->slot_count)
        world_fail(world, "%d (%s) ends after %d, must have %d", number, world_kind_name(node->kind), at, node->slot_count);
}

/* The items as an array, which is there for whoever changes nothing. */
static void check_items(struct world *world, int number)
{
    const struct node *node = world_node(world, number);
    void *const *items = node->kind == KIND_LIST ? gc_list_items(node->object) : gc_tuple_items(node->object);
    if (node->kind == KIND_LIST && gc_list_capacity(node->object) < node->slot_count)
        world_fail(world, "%d (list) has room for %zu, and %d items", number, gc_list_capacity(node->object), node->slot_count);
    for (int s = 0; s < node->slot_count; s++) {
        if (items[s] != world_object(world, node->slots[s]))
            world_fail(world, "item %d of the items of %d is %p, must be node %d", s, number, items[s], node->slots[s]);
    }
}

static void check_frame(struct world *world, int number)
{
    const struct node *node = world_node(world, number);
    const int64_t *runs = gc_generator_bytes(node->object);
    bool is_closed = gc_generator_status_of(node->object) == GC_GENERATOR_CLOSED;
    if ((runs == NULL) != is_closed || (uintptr_t)runs % 16 != 0 || (runs && *runs != node->value))
        world_fail(world, "%d (generator) has the bytes %p, must say that it ran %d times", number, (const void *)runs, node->value);
}

static void check_slots(struct world *world, int number)
{
    const struct node *node = world_node(world, number);
    if (node_is_weak_dict(node)) {
        check_weak_dict(world, number);
        return;
    }
    if (node->kind == KIND_DICT || node->kind == KIND_SET) {
        check_table(world, number);
        return;
    }
    if (model_kind_is_container((enum model_kind)node->kind) && node->kind < KIND_SHARED_END &&
        model_container_count((enum model_kind)node->kind, node->object) != node->slot_count)
        world_fail(world, "%d (%s) holds %d, must be %d", number, world_kind_name(node->kind),
                   model_container_count((enum model_kind)node->kind, node->object), node->slot_count);
    if (node->kind == KIND_LIST || node->kind == KIND_TUPLE)
        check_items(world, number);
    if (node->kind == KIND_GENERATOR)
        check_frame(world, number);
    for (int s = 0; s < node->slot_count; s++) {
        void *actual = world_load(world, number, s);
        if (actual != world_object(world, node->slots[s]))
            world_fail(world, "slot %d of %d (%s) is %p, must be node %d", s, number, world_kind_name(node->kind), actual,
                       node->slots[s]);
    }
}

static void check_standing(struct world *world, int number)
{
    const struct node *node = world_node(world, number);
    uint32_t count = node->is_immortal ? UINT32_MAX : (uint32_t)node->count;
    const char *name = world_kind_name(node->kind);
    if (!gc_is_object(world->heap, node->object))
        world_fail(world, "%d (%s) is gone, with %d references", number, name, node->count);
    if (gc_refcount(node->object) != count)
        world_fail(world, "%d (%s) has %u references, must be %u", number, name, gc_refcount(node->object), count);
    if (gc_generation_of(node->object) != node->generation)
        world_fail(world, "%d (%s) is in generation %d, must be %d", number, name, gc_generation_of(node->object), node->generation);
    if (gc_is_finalized(node->object) != node->finalized)
        world_fail(world, "%d (%s) is finalized: %d", number, name, (int)gc_is_finalized(node->object));
    if (gc_is_immortal(node->object) != node->is_immortal)
        world_fail(world, "%d (%s) is immortal: %d", number, name, (int)gc_is_immortal(node->object));
}

static void check_node(struct world *world, int number)
{
    const struct node *node = world_node(world, number);
    uint32_t id = (uint32_t)(world->index << 16 | number);
    check_standing(world, number);
    world_check_kind(world, number);
    if (node->kind < KIND_SHARED_END && !model_kind_intact((enum model_kind)node->kind, node->object, id))
        world_fail(world, "%d (%s) was overwritten", number, world_kind_name(node->kind));
    if (node->kind == KIND_WEAK) {
        check_yield(world, number, gc_weak_get(node->object), node->target);
    } else if (node->kind == KIND_EPHEMERON) {
        check_yield(world, number, gc_ephemeron_key(node->object), node->key);
        check_yield(world, number, gc_ephemeron_value(node->object), node->slots[0]);
    } else {
        check_slots(world, number);
    }
}

/* What decides when collections come. */
static void check_pace(struct world *world)
{
    int64_t thresholds[3], counts[3];
    gc_get_thresholds(world->heap, thresholds);
    gc_get_counts(world->heap, counts);
    for (int g = 0; g < 3; g++) {
        if (thresholds[g] != world->thresholds[g])
            world_fail(world, "threshold %d is %lld, must be %lld", g, (long long)thresholds[g], (long long)world->thresholds[g]);
        if (g ? counts[g] != world->counts[g] : counts[g] < 0)
            world_fail(world, "count %d is %lld, must be %lld", g, (long long)counts[g], (long long)world->counts[g]);
    }
    if (gc_is_enabled(world->heap) != world->is_enabled || gc_get_debug(world->heap) != world->debug)
        world_fail(world, "collections are on: %d, debugging: %u", gc_is_enabled(world->heap), gc_get_debug(world->heap));
}

void world_check(struct world *world, bool is_whole)
{
    world->is_check_due = false;
    check_pace(world);
    for (int n = 0; n < world->node_end; n++) {
        if (world_node(world, n)->state == NODE_LIVE && world_node(world, n)->kind != KIND_ENTRY)
            check_node(world, n);
    }
    const char *fault = is_whole ? gc_heap_verify(world->heap) : NULL;
    if (fault)
        world_fail(world, "gc_heap_verify: %s", fault);
}
