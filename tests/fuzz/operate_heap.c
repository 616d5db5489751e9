/* SPDX-License-Identifier: MIT */
/* operate_heap.c: collections, what decides about them, raw memory, memory refused, and looking at the heap. */
#include "tests/fuzz/world.h"

#include <string.h>

enum { IMMORTALS_MAX = 3, BLOCK_BYTES_MAX = 4096 };

void operate_collect(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    int generation = (int)(a.low % 3);
    world_does(world, "collect generation %d", generation);
    if (a.high & 2)
        world_run_queued(world);
    uint64_t starts = world->starts;
    if (world->depth == 0 && a.low == 15) {
        if (gc_collect_generation(world->heap, 3 + (int)a.high) || gc_last_error(world->heap) != GC_ERROR_ARGUMENT)
            world_fail(world, "generation %u was collected", 3 + a.high);
        return;
    }
    size_t freed = generation == 2 && a.high & 1 ? gc_collect(world->heap) : gc_collect_generation(world->heap, generation);
    if (world->depth > 0) {
        if (freed)
            world_fail(world, "a collection inside user code freed %zu", freed);
        return;
    }
    if (world->starts == starts) {
        world_collect_start(world, generation); /* it returned without looking: nothing can have died */
        world_collect_stop(world, NULL);
    }
    if (world->has_weak_dict ? freed < (size_t)world->doomed : freed != (size_t)world->doomed)
        world_fail(world, "collecting generation %d returns %zu, must be %d", generation, freed, world->doomed);
}

void operate_freeze(struct world *world)
{
    bool is_frozen = code_byte(world->code) & 1;
    size_t count = 0;
    if (world->is_collecting)
        return;
    world_does(world, "%s", is_frozen ? "freeze" : "unfreeze");
    if (!(is_frozen ? gc_freeze(world->heap) : gc_unfreeze(world->heap)))
        world_fail(world, "freezing or unfreezing was refused: %s", gc_last_error_message(world->heap));
    for (int n = 0; n < world->node_end; n++) {
        struct node *node = world_node(world, n);
        if (node->state != NODE_LIVE || node->generation < 0)
            continue;
        if (is_frozen)
            node->generation = 3;
        else if (node->generation == 3)
            node->generation = 2;
        count += node->generation == 3;
    }
    if (world->depth == 0 && !world->has_weak_dict && gc_freeze_count(world->heap) != count)
        world_fail(world, "%zu objects are frozen, must be %zu", gc_freeze_count(world->heap), count);
}

static bool may_change_standing(struct world *world, int number)
{
    if (number == NONE || world->is_collecting)
        return false;
    int kind = world_node(world, number)->kind;
    return kind != KIND_WEAK && kind != KIND_EPHEMERON;
}

void operate_track(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    int number = operand(world, a.low);
    if (!may_change_standing(world, number))
        return;
    struct node *node = world_node(world, number);
    world_does(world, "%s %d", a.high & 1 ? "untrack" : "track", number);
    if (a.high & 1)
        gc_untrack(node->object);
    else
        gc_track(node->object);
    if (node->is_immortal || kind_is_acyclic(node->kind))
        return; /* neither does anything */
    if (a.high & 1)
        node->generation = -1;
    else if (node->generation == -1)
        node->generation = 0;
}

void operate_immortalize(struct world *world)
{
    int number = operand(world, code_byte(world->code));
    if (!may_change_standing(world, number) || world->immortals == IMMORTALS_MAX || number == world->self)
        return;
    world->immortals++;
    world_does(world, "immortalize %d", number);
    world_node(world, number)->is_immortal = true;
    world_node(world, number)->generation = -1;
    gc_immortalize(world_object(world, number));
}

static void on_other_collect(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)phase, (void)info;
    if (heap != ((struct world *)context)->heap)
        world_fail(context, "a collection of another heap is reported");
}

static void set_thresholds(struct world *world, int64_t young, int64_t middle, int64_t old)
{
    int64_t wanted[3] = { young, middle, old };
    for (int g = 0; g < 3; g++)
        world->thresholds[g] = wanted[g] > 0 ? wanted[g] : 0;
    gc_set_thresholds(world->heap, young, middle, old);
}

static void enable(struct world *world, bool is_enabled)
{
    bool was = is_enabled ? gc_enable(world->heap) : gc_disable(world->heap);
    if (was != world->is_enabled)
        world_fail(world, "collections were on: %d, must have been: %d", was, world->is_enabled);
    world->is_enabled = is_enabled;
}

/* The pauses that are counted are those of all collections, and so many percent of them are as short as is said. */
static void check_pauses(struct world *world, const gc_stats *stats)
{
    uint64_t counted = 0;
    for (int g = 0; g < 3; g++) {
        if (stats->generations[g].collections != world->collections[g])
            world_fail(world, "generation %d was collected %llu times, must be %llu", g,
                       (unsigned long long)stats->generations[g].collections, (unsigned long long)world->collections[g]);
    }
    uint64_t median = gc_pause_percentile_ns(stats, 50), most = gc_pause_percentile_ns(stats, 100);
    for (unsigned b = 0; b < GC_PAUSE_BUCKETS; b++) {
        uint64_t start = gc_pause_bucket_ns(b);
        if (b && start <= gc_pause_bucket_ns(b - 1))
            world_fail(world, "bucket %u of the pauses begins at %llu", b, (unsigned long long)start);
        if (start < median && median != stats->pause_ns_max && 2 * counted >= stats->pauses && counted)
            world_fail(world, "half of the pauses do not exceed %llu ns, and so many end before that", (unsigned long long)median);
        counted += stats->pause_histogram[b];
        if (start > stats->pause_ns_max && stats->pause_histogram[b])
            world_fail(world, "a pause of %llu ns is above the longest", (unsigned long long)start);
    }
    uint64_t made = world->collections[0] + world->collections[1] + world->collections[2];
    if (counted != stats->pauses || stats->pauses != made || median > most || most != stats->pause_ns_max)
        world_fail(world, "%llu pauses are counted, %llu collections were made", (unsigned long long)counted, (unsigned long long)made);
}

static void check_external(struct world *world, unsigned size, unsigned shift)
{
    gc_stats stats;
    gc_external_bytes(world->heap, -world->external);
    world->external = (ptrdiff_t)size << shift;
    gc_external_bytes(world->heap, world->external);
    gc_get_stats(world->heap, &stats);
    if (stats.bytes_external != (size_t)world->external)
        world_fail(world, "%zu bytes are said to be elsewhere, must be %zd", stats.bytes_external, world->external);
    check_pauses(world, &stats);
}

/* A failure of the program's own is told as one of the library's, and cut where it is too long. */
static void fail(struct world *world, unsigned error, unsigned length)
{
    enum { MESSAGE_MAX = 255 };
    char message[300];
    memset(message, 'm', sizeof message);
    message[length] = '\0';
    gc_fail(world->heap, (gc_error)error, message);
    message[length < MESSAGE_MAX ? length : MESSAGE_MAX] = '\0';
    if (gc_last_error(world->heap) != (gc_error)error || strcmp(gc_last_error_message(world->heap), message) != 0)
        world_fail(world, "gc_fail(%u) of %u letters is told as %s", error, length, gc_last_error_message(world->heap));
}

void operate_settings(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    if (world->depth > 0)
        return;
    world_does(world, "setting %u to %u %u", a.low, a.high, b.low);
    switch (a.low % 9) {
    case 0:
        set_thresholds(world, (int64_t)a.high - 1, b.low, b.high);
        break;
    case 1:
        enable(world, a.high & 1);
        break;
    case 2:
        gc_trim(world->heap);
        break;
    case 3:
        check_external(world, a.high, b.low + 8);
        break;
    case 4:
        gc_add_collect_callback(world->heap, on_other_collect, world);
        break;
    case 5:
        gc_remove_collect_callback(world->heap, on_other_collect, world);
        break;
    case 6:
        world->is_saving = a.high & 1;
        world->debug = world->is_saving ? GC_DEBUG_SAVE_ALL : 0;
        gc_set_debug(world->heap, world->debug);
        break;
    case 7:
        world_drop_saved(world);
        break;
    default:
        gc_heap_adopt(world->heap); /* by whom it is used already: what follows goes on as it was */
        fail(world, 1 + a.high % GC_ERROR_SYSTEM, b.low * 18);
        world->is_check_due = true;
        break;
    }
}

/* Raw memory, each byte of which says what block it is of. */
void operate_memory(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    size_t bytes = (size_t)code_byte(world->code) * (a.high + 1u) % (BLOCK_BYTES_MAX + 1);
    int at = (int)(a.low % WORLD_BLOCKS);
    unsigned char *block = world->blocks[at], fill = (unsigned char)(0x51 + at);
    if (block && world->block_bytes[at] && (block[0] != fill || block[world->block_bytes[at] - 1] != fill))
        world_fail(world, "raw block %d was overwritten", at);
    world_does(world, "raw block %d of %zu bytes", at, bytes);
    if (a.low & 4) {
        gc_free(world->heap, block);
        world->blocks[at] = NULL;
        return;
    }
    block = gc_realloc(world->heap, block, bytes);
    if (!block)
        world_fail(world, "no raw memory of %zu bytes: %s", bytes, gc_last_error_message(world->heap));
    memset(block, fill, bytes);
    world->blocks[at] = block;
    world->block_bytes[at] = bytes;
}

static void expect_refused(struct world *world, const void *result, const char *what)
{
    gc_error error = gc_last_error(world->heap);
    if (result || (error != GC_ERROR_MEMORY && error != GC_ERROR_LIMIT))
        world_fail(world, "%s: %p, %s", what, result, gc_error_name(error));
}

static void *refused_code(gc_function *self, void **arguments, size_t count)
{
    (void)arguments, (void)count;
    return gc_retain(self);
}

/* More than a heap of this size has, which may cost a collection; or more than any has. */
void operate_refused(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code);
    size_t range = (size_t)1 << 33, bytes = a.high < 12 ? SIZE_MAX - a.high * 8u : range;
    int kind = a.high & 2 ? KIND_FLEX : KIND_PAIRS;
    world_does(world, "refused %u %u", a.low, a.high);
    world->half_made++;
    switch (a.low % 6) {
    case 0:
        expect_refused(world, gc_list_create(world->heap, bytes / 8, NULL), "a list without end");
        break;
    case 1:
        expect_refused(world, gc_tuple_create(world->heap, bytes / 8, NULL), "a tuple without end");
        break;
    case 2:
        expect_refused(world, gc_string_create(world->heap, "", bytes), "a string without end");
        break;
    case 3:
        if (!world->types[kind][0])
            world->types[kind][0] = gc_type_register(world->heap, &model_kinds[kind].types[0]);
        expect_refused(world, gc__create_flex(world->types[kind][0], bytes / 16), "a flexible object without end");
        break;
    case 4:
        expect_refused(world, gc_function_create(world->heap, NULL, refused_code, bytes), "a function that captures without end");
        break;
    default:
        expect_refused(world, gc_alloc(world->heap, SIZE_MAX / 2 - a.high), "raw memory without end");
        break;
    }
    world->half_made--;
}

/* --- Looking ------------------------------------------------------------------------------------------------------- */

struct looking {
    struct world *world;
    size_t shown, stop;
};

static bool on_object(void *object, void *context)
{
    struct looking *looking = context;
    if (!gc_is_object(looking->world->heap, object))
        world_fail(looking->world, "%p is shown, and is no object", object);
    return ++looking->shown != looking->stop;
}

static bool on_reference(const gc_reference *reference, void *context)
{
    struct looking *looking = context;
    if (!gc_is_object(looking->world->heap, reference->target) || !gc_is_object(looking->world->heap, reference->holder))
        world_fail(looking->world, "a reference of %p to %p is shown", reference->holder, reference->target);
    return ++looking->shown != looking->stop;
}

/* References that the mirror has between live nodes: from one node, or tracked ones to it. */
static size_t count_references(struct world *world, int number, bool is_to)
{
    size_t count = 0;
    for (int n = 0; n < world->node_end; n++) {
        const struct node *node = world_node(world, n);
        if (node->state != NODE_LIVE || (is_to ? node->generation < 0 || node->generation == 3 : n != number))
            continue;
        for (int s = 0; s < node->slot_count; s++)
            count += is_to ? node->slots[s] == number : node->slots[s] != NONE;
        if (node->kind == KIND_FUNCTION)
            count += is_to ? node->hidden == number : node->hidden != NONE;
    }
    return count;
}

static size_t count_generation(struct world *world, int generation)
{
    size_t count = 0;
    for (int n = 0; n < world->node_end; n++) {
        const struct node *node = world_node(world, n);
        bool is_in = generation == GC_ALL_GENERATIONS ? node->generation >= 0 : node->generation == generation;
        count += node->state == NODE_LIVE && is_in;
    }
    return count;
}

void operate_look(struct world *world)
{
    struct pair_of_numbers a = code_pair(world->code), b = code_pair(world->code);
    int number = operand(world, a.low);
    struct looking looking = { .world = world, .stop = b.high };
    size_t shown, expected;
    if (world->depth > 0 || world->has_weak_dict)
        return;
    world_does(world, "look %u at %d", b.low % 4, number);
    switch (b.low % 4) {
    case 0:
        shown = gc_visit_objects(world->heap, (int)(a.high % 4), on_object, &looking);
        expected = count_generation(world, (int)(a.high % 4));
        break;
    case 1:
        shown = gc_visit_objects(world->heap, GC_ALL_GENERATIONS, on_object, &looking);
        expected = count_generation(world, GC_ALL_GENERATIONS);
        break;
    default:
        if (number == NONE)
            return;
        shown = b.low & 1 ? gc_referrers(world_object(world, number), on_reference, &looking)
                          : gc_referents(world_object(world, number), on_reference, &looking);
        expected = count_references(world, number, b.low & 1);
        break;
    }
    if (looking.stop && looking.stop < expected)
        expected = looking.stop;
    if (shown != expected || looking.shown != shown)
        world_fail(world, "look %u at %d, %u shows %zu, must be %zu", b.low % 4, number, a.high, shown, expected);
}
