/* SPDX-License-Identifier: MIT */
/* target_settings.c: an input is a gc_settings and a few type descriptions. The heap opens and each type is registered, and objects of it
 * make a cycle, are looked at, collected and destroyed; or it is refused, with an error that says what is wrong. */
#include "tests/fuzz/describe.h"
#include "tests/fuzz/target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES_MAX = 4, OBJECTS = 3, RECORDS_MAX = 1000 };

static void must(bool good, const char *what, const char *detail)
{
    if (good)
        return;
    fprintf(stderr, "FAULT: %s: %s\n", what, detail);
    abort();
}

static size_t leaked;

static void on_leak(void *context, const char *type_name, size_t objects, size_t size)
{
    (void)context, (void)size;
    must(type_name != NULL, "a leak", "without a name");
    leaked += objects;
}

static void on_line(void *context, const char *line)
{
    (void)context;
    must(line && *line, "a line", "that is empty");
}

/* --- Settings ------------------------------------------------------------------------------------------------------ */

static bool is_valid(const gc_settings *s)
{
    bool is_power = (s->range_bytes & (s->range_bytes - 1)) == 0;
    bool is_range = s->range_bytes == 0 || (is_power && s->range_bytes >= (size_t)16 << 20 && s->range_bytes <= (size_t)64 << 30);
    return is_range && s->thresholds[0] >= 0 && s->thresholds[1] >= 0 && s->thresholds[2] >= 0 && s->pace <= GC_PACE_CPYTHON &&
           s->defer <= GC_DEFER_ALL && s->check_level <= 3 && s->records <= RECORDS_MAX;
}

/* What is seldom asked for; where there is nothing, the environment has its say. */
static const struct {
    uint32_t stress, records;
} rare_settings[8] = { { 0, 0 }, { 1, 0 }, { 0, RECORDS_MAX }, { 3, 0 }, { 0, 0 }, { 2, 20 }, { 0, RECORDS_MAX + 1 }, { 0, 0 } };

static gc_heap *open_heap(struct bytes *bytes)
{
    gc_settings s;
    gc_settings_default(&s);
    unsigned changed = take(bytes), form = take(bytes);
    s.range_bytes = changed & 1 ? (size_t)take_number(bytes) : (size_t)1 << (24 + form % 4);
    for (int t = 0; t < 3 && changed & 2; t++)
        s.thresholds[t] = (int64_t)take_number(bytes);
    s.full_percent = changed & 4 ? (uint32_t)take_number(bytes) : 25;
    s.threshold_bytes = changed & 4 ? (size_t)take_number(bytes) : 0;
    s.pace = changed & 8 ? (uint32_t)take_number(bytes) : form / 4 % 2;
    s.automatic = changed & 16 ? (uint32_t)take_number(bytes) : rare_settings[form / 32].stress != 0;
    s.defer = changed & 32 ? (uint32_t)take_number(bytes) : 0;
    s.check_level = changed & 64 ? (uint32_t)take_number(bytes) : form / 8 % 4;
    s.debug = changed & 128 ? (uint32_t)take_number(bytes) : 0;
    s.quarantine_slots = changed & 128 ? (uint32_t)take_number(bytes) % 100000 : 8;
    s.stress = rare_settings[form / 32].stress ? rare_settings[form / 32].stress : s.stress;
    s.records = rare_settings[form / 32].records ? rare_settings[form / 32].records : s.records;
    s.leak = on_leak;
    s.log = on_line;
    s.hash_key[0] = 1;
    errno = 0;
    gc_heap *heap = gc_heap_open(&s);
    if (is_valid(&s))
        must(heap || errno == ENOMEM, "settings that are right", strerror(errno));
    else
        must(!heap && errno == EINVAL, "settings that are wrong", strerror(errno));
    return heap;
}

/* --- The scenario -------------------------------------------------------------------------------------------------- */

static const gc_item *item_of(const gc_type_info *info, uint32_t first, uint32_t last)
{
    for (size_t i = 0; i < info->item_count; i++) {
        if (info->items[i].kind >= first && info->items[i].kind <= last)
            return &info->items[i];
    }
    return NULL;
}

static bool is_flex(const gc_type_info *info)
{
    return item_of(info, GC__ITEM_REF_FLEX, GC__ITEM_REF_FLEX) || item_of(info, GC__ITEM_VALUE_FLEX, GC__ITEM_VALUE_FLEX) ||
           item_of(info, GC__ITEM_BYTES_FLEX, GC__ITEM_BYTES_FLEX);
}

static bool on_reference(const gc_reference *reference, void *context)
{
    (void)context;
    must(reference->target && reference->holder, "a reference", "from or to nothing");
    return true;
}

static void expect_short(gc_heap *heap, const char *what)
{
    gc_error error = gc_last_error(heap);
    must(error == GC_ERROR_MEMORY || error == GC_ERROR_LIMIT, what, gc_last_error_message(heap));
}

static void *create(gc_heap *heap, gc_type *type, const gc_type_info *info, unsigned n)
{
    void *object = NULL;
    if (is_flex(info)) {
        object = gc__create_flex(type, n);
        if (!object)
            expect_short(heap, "a flexible object");
    } else {
        bool is_refused = !gc__create_flex(type, n) && gc_last_error(heap) == GC_ERROR_ARGUMENT;
        must(is_refused, "a flexible object of a type that is not", info->name);
        object = n & 1 ? gc_create_extra(void, type, n) : gc__create(type, info->size);
        if (!object)
            expect_short(heap, "an object");
    }
    size_t alignment = info->alignment > 8 ? info->alignment : 8;
    if (object)
        must((uintptr_t)object % alignment == 0, "an object of a type that is aligned", info->name);
    return object;
}

/* Each refers to the next through every field that is a plain reference, and the last to the first. */
static void link_objects(const gc_type_info *info, void **objects)
{
    for (size_t i = 0; i < info->item_count; i++) {
        const gc_item *item = &info->items[i];
        bool is_linked = (item->kind == GC__ITEM_REF || item->kind == GC__ITEM_REF_ARRAY) && item->size > 0;
        for (int o = 0; o < OBJECTS && is_linked; o++)
            gc_set((void **)(void *)((char *)objects[o] + item->offset), objects[(o + 1) % OBJECTS]);
    }
}

/* What the object says of itself, which is what its description says. */
static void ask(gc_heap *heap, gc_type *type, const gc_type_info *info, const void *object)
{
    char text[64], expected[64];
    bool equal;
    uint64_t hash, again;
    must(gc_type_of(object) == type && strcmp(gc_type_name(type), info->name) == 0, "the type of an object", info->name);
    must(strcmp(gc_type_name_of(object), info->name) == 0, "the name of an object's type", info->name);
    snprintf(expected, sizeof expected, "<%s at %p>", info->name, object);
    const char *wanted = item_of(info, GC__ITEM_REPR, GC__ITEM_REPR) ? DESCRIBED_TEXT : expected;
    gc_repr_into(heap, object, text, sizeof text);
    must(strcmp(text, wanted) == 0, "the text of an object", text);
    gc_string *whole = gc_repr(heap, object);
    if (!whole)
        expect_short(heap, "the text of an object");
    else
        must(strcmp(gc_string_bytes(whole), wanted) == 0, "the text of an object", gc_string_bytes(whole));
    gc_release(whole);
    must(gc_equal(object, object, &equal) && equal, "an object that is not equal to itself", info->name);
    if (gc_hash(object, &hash))
        must(gc_hash(object, &again) && hash == again, "two hashes of an object", info->name);
    else
        must(gc_last_error(heap) == GC_ERROR_TYPE, "an object without a hash", gc_last_error_message(heap));
}

static void use(gc_heap *heap, gc_type *type, const gc_type_info *info, struct bytes *bytes)
{
    void *objects[OBJECTS] = { NULL };
    unsigned n = take(bytes);
    for (int o = 0; o < OBJECTS; o++) {
        objects[o] = create(heap, type, info, n + (unsigned)o);
        for (int made = 0; made < o && !objects[o]; made++)
            gc_release(objects[made]);
        if (!objects[o])
            return;
    }
    link_objects(info, objects);
    for (int o = 0; o < OBJECTS; o++) {
        gc_referents(objects[o], on_reference, NULL);
        ask(heap, type, info, objects[o]);
        gc_weak *weak = gc_weak_create(objects[o], NULL, NULL);
        must(weak || gc_last_error(heap) == GC_ERROR_TYPE, "a weak reference", gc_last_error_message(heap));
        gc_release(weak);
    }
    if (is_flex(info)) {
        void *resized = gc_resize(objects[0], n / 2);
        if (!resized && gc_last_error(heap) != GC_ERROR_SHARED)
            expect_short(heap, "resizing");
        bool is_held = item_of(info, GC__ITEM_REF, GC__ITEM_REF_ARRAY) != NULL;
        must(!resized || resized == objects[0] || !is_held, "resizing", "moved what is referred to");
        objects[0] = resized ? resized : objects[0];
    }
    gc_collect_generation(heap, (int)(n % 3));
    const char *fault = gc_heap_verify(heap);
    must(!fault, "gc_heap_verify", fault ? fault : "");
    for (int o = 0; o < OBJECTS; o++)
        gc_release(objects[o]);
    gc_collect(heap);
    gc_run_finalizers(heap);
    gc_drop_garbage(heap);
}

static void check_refusal(gc_heap *heap, const gc_type_info *info)
{
    gc_error error = gc_last_error(heap);
    const char *message = gc_last_error_message(heap);
    must(error == GC_ERROR_TYPE || error == GC_ERROR_ARGUMENT || error == GC_ERROR_MEMORY, "a type that was refused", gc_error_name(error));
    must(*message && (!info->name || strstr(message, info->name)), "a message that does not name the type", message);
}

int target_run(const uint8_t *data, size_t size)
{
    static struct description descriptions[TYPES_MAX];
    struct bytes bytes = { data, data + size };
    bool may_leak = false;
    leaked = 0;
    gc_heap *heap = open_heap(&bytes);
    target_operations++;
    if (!heap)
        return 0;
    for (unsigned t = 0, count = 1 + take(&bytes) % TYPES_MAX; t < count; t++) {
        const gc_type_info *info = &descriptions[t].info;
        take_description(&bytes, &descriptions[t]);
        gc_type *type = gc_type_register(heap, info);
        show_description(info, type ? "right" : gc_last_error_message(heap));
        const gc_item *flags = type ? item_of(info, GC__ITEM_FLAGS, GC__ITEM_FLAGS) : NULL;
        may_leak |= type && (flags || item_of(info, GC__ITEM_TRAVERSE, GC__ITEM_CLEAR));
        if (!type)
            check_refusal(heap, info);
        else if (info->size <= 1 << 20)
            use(heap, type, info, &bytes);
        target_operations++;
    }
    size_t left = gc_heap_close(heap);
    must(left == leaked, "closing", "what is left is not what is reported");
    must(left == 0 || may_leak, "closing", "objects are left");
    return 0;
}
